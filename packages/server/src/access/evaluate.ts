import { safeParse } from 'valibot'
import { faultOf, validate } from '../http/validate.ts'
import { type Checked, judge } from './decide.ts'
import type { AccessGround } from './ground.ts'
import { deedOf, resourceKinds, subjectKinds } from './kinds.ts'
import { type Evaluation, type Evaluations, evaluationBody } from './schemas.ts'

/** What a question names that the server does not know. */
export const unknowns = ['subject_unknown', 'resource_unknown', 'action_unknown'] as const

/** A decision, or that one of several questions is not well formed. */
export type Evaluated =
  | Checked
  | { readonly reason: (typeof unknowns)[number] }
  | { readonly malformed: string }

/** Whether a subject may do something with a resource: by the same function that answers for the server itself. */
export async function evaluate(
  ground: AccessGround,
  { subject, action, resource }: Evaluation,
): Promise<Evaluated> {
  const holder = await subjectKinds(ground).get(subject.type)?.find(subject.id)
  if (!holder) return { reason: 'subject_unknown' }
  const kind = resourceKinds(ground).get(resource.type)
  const reach = await kind?.reachOf(resource.id)
  if (!kind || !reach) return { reason: 'resource_unknown' }
  const deed = deedOf(kind, action.name, { id: resource.id, reach })
  if (!deed) return { reason: 'action_unknown' }
  return judge(ground.devices.decide, subject.id, holder, deed)
}

export function isPermitted(evaluated: Evaluated): boolean {
  return 'reason' in evaluated && evaluated.reason === 'allowed'
}

/**
 * Several at once, in their order, until the semantic says that one has decided. Without any, the question is that of the
 * defaults alone (Authorization API 1.0, section 7.1).
 * @throws {Refusal} `request_invalid` if there are none and the defaults are not a whole question
 */
export async function evaluateAll(
  ground: AccessGround,
  { evaluations = [], options, ...defaults }: Evaluations,
): Promise<Evaluated | readonly Evaluated[]> {
  if (evaluations.length === 0) {
    return evaluate(ground, validate(evaluationBody, defaults, 'body') as Evaluation) // by this very schema
  }
  const decides: Record<string, boolean> = { deny_on_first_deny: false, permit_on_first_permit: true }
  const last = decides[options?.evaluations_semantic ?? 'execute_all']
  const answers: Evaluated[] = []
  for (const one of evaluations) {
    const { success, output, issues } = safeParse(evaluationBody, { ...defaults, ...one })
    const answer = success ? await evaluate(ground, output) : { malformed: issues.map(faultText).join('; ') }
    answers.push(answer)
    if (isPermitted(answer) === last) break
  }
  return answers
}

function faultText(issue: Parameters<typeof faultOf>[0]): string {
  const { field, reason } = faultOf(issue)
  return `${field} ${reason}`
}
