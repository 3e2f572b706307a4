import { type BaseIssue, type GenericSchema, isOfType, safeParse, type UnionSchema } from 'valibot'
import { type Fault, Refusal } from '../errors.ts'
import { pointerToken } from '../json.ts'

/** `input` as the schema's type, or `request_invalid` with every field that is wrong and why. */
export function validate(schema: GenericSchema, input: unknown, where: string): unknown {
  const wrong = (faults: readonly Fault[]) =>
    new Refusal('request_invalid', `the ${where} is not as it should be`, { faults })
  if (Array.isArray(input) && isOfObjects(schema)) throw wrong([{ field: '/', reason: 'must be an object' }])
  const result = safeParse(schema, input)
  if (result.success) return result.output
  throw wrong(issuesOf(schema, input, result.issues).slice(0, 20).map(faultOf))
}

/** The validator takes a list for an object, and one without required members for whole. */
function isOfObjects(schema: GenericSchema): boolean {
  if (!isOfType('union', schema)) return schema.type.endsWith('object') || schema.type === 'record'
  return (schema as unknown as UnionSchema<GenericSchema[], undefined>).options.every(isOfObjects) // of its type
}

/** Of a value that may have one of several forms, what is wrong with it in the form that it has most members of. */
function issuesOf(
  schema: GenericSchema,
  input: unknown,
  issues: readonly BaseIssue<unknown>[],
): readonly BaseIssue<unknown>[] {
  if (!isOfType('union', schema)) return issues
  const { options } = schema as unknown as UnionSchema<GenericSchema[], undefined> // of its type
  const tried = options.map((option) => safeParse(option, input).issues ?? [])
  return tried.reduce((best, one) => (strangersIn(one) < strangersIn(best) ? one : best))
}

/** How many members do not belong to the form, or are missing of it. */
function strangersIn(issues: readonly BaseIssue<unknown>[]): number {
  const isStrange = ({ path, expected, received }: BaseIssue<unknown>) =>
    path?.length === 1 && (expected === 'never' || received === 'undefined')
  return issues.filter(isStrange).length
}

/**
 * The validator's own messages quote what was received, and a body may hold a password: ours are made from
 * what was expected alone.
 */
export function faultOf(issue: BaseIssue<unknown>): Fault {
  const field = `/${(issue.path ?? []).map(({ key }) => pointerToken(String(key))).join('/')}`
  if (issue.expected === 'never') return { field, reason: 'is not a field here' }
  if (issue.received === 'undefined') return { field, reason: 'is required' }
  if (issue.kind === 'schema' && issue.expected !== 'unknown')
    return { field, reason: `must be ${spoken(issue.expected ?? issue.type)}` }
  return {
    field,
    reason: reasons[issue.type]?.(String(issue.requirement)) ?? 'has a form that is not accepted',
  }
}

const reasons: Record<string, (requirement: string) => string> = {
  min_length: (count) => `must be at least ${count} long`,
  max_length: (count) => `must be at most ${count} long`,
  min_value: (least) => `must be ${least} or more`,
  max_value: (most) => `must be ${most} or less`,
  integer: () => 'must be a whole number',
  iso_timestamp: () => 'must be a time as RFC 3339 writes it',
  decimal: () => 'must be a number',
}

const names: Record<string, string> = {
  Object: 'an object',
  Array: 'a list',
  string: 'text',
  number: 'a number',
}

function spoken(expected: string): string {
  return names[expected] ?? expected.replaceAll(' | ', ' or ')
}
