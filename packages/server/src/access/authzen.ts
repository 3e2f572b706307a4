import * as v from 'valibot'
import { ok, routesFor } from '../http/route.ts'
import { view } from '../http/schema.ts'
import { reasons } from './decide.ts'
import { type Evaluated, evaluate, evaluateAll, isPermitted, unknowns } from './evaluate.ts'
import type { AccessGround } from './ground.ts'
import type { Found } from './pages.ts'
import { checkedView } from './routes.ts'
import {
  actionSearchBody,
  evaluationBody,
  evaluationsBody,
  resourceSearchBody,
  subjectSearchBody,
} from './schemas.ts'
import { searchActions, searchResources, searchSubjects } from './search.ts'

const route = routesFor<AccessGround>()

const { permission, relation, rule } = checkedView.schema.entries

const decision = view<Evaluated>()(
  {
    decision: v.boolean(),
    context: v.union([
      v.strictObject({ reason: v.picklist(reasons), permission, relation, rule }),
      v.strictObject({ reason: v.picklist(unknowns) }),
      /** The question is not well formed; the others of the request are answered. */
      v.strictObject({ error: v.strictObject({ status: v.literal(400), message: v.string() }) }),
    ]),
  },
  (evaluated) => ({ decision: isPermitted(evaluated), context: contextOf(evaluated) }),
)

function contextOf(evaluated: Evaluated) {
  if ('malformed' in evaluated) return { error: { status: 400 as const, message: evaluated.malformed } }
  if (!('rule' in evaluated)) return evaluated
  const { allowed: _, ...context } = checkedView.show(evaluated)
  return context
}

/** What all of them share. Errors are lines of text, as the standard has them. */
const asked = {
  method: 'POST',
  tag: 'standards',
  access: { permission: 'permissions:check' },
  apiKeys: true,
  errors: 'text',
  echoesRequestId: true,
} as const

export const evaluateAccess = route({
  ...asked,
  id: 'evaluateAccess',
  path: '/access/v1/evaluation',
  summary: 'Whether a subject may do something with a resource (Authorization API 1.0, section 6).',
  body: evaluationBody,
  answers: { 200: { description: 'The decision, and why.', body: decision.schema } },
  handle: async (ground, { body }) => ok(decision.show(await evaluate(ground, body))),
})

export const evaluateAccesses = route({
  ...asked,
  id: 'evaluateAccesses',
  path: '/access/v1/evaluations',
  summary: 'Several decisions at once (Authorization API 1.0, section 7).',
  body: evaluationsBody,
  answers: {
    200: {
      description: 'The decisions in the order of the questions; a single one where no list was sent.',
      body: v.union([v.strictObject({ evaluations: v.array(decision.schema) }), decision.schema]),
    },
  },
  async handle(ground, { body }) {
    const answer = await evaluateAll(ground, body)
    return ok(isList(answer) ? { evaluations: answer.map(decision.show) } : decision.show(answer))
  },
})

const isList = (answer: Evaluated | readonly Evaluated[]): answer is readonly Evaluated[] =>
  Array.isArray(answer)

/** `next_token` is empty at the end. A page may hold fewer than were asked for, and the next one go on. */
const page = v.strictObject({ next_token: v.string(), count: v.number() })
const pageOf = ({ ids, nextToken }: Found) => ({ next_token: nextToken, count: ids.length })
const entities = v.strictObject({
  page,
  results: v.array(v.strictObject({ type: v.string(), id: v.string() })),
})

export const searchForSubjects = route({
  ...asked,
  id: 'searchSubjects',
  path: '/access/v1/search/subject',
  summary: 'The subjects that may do something with a resource (Authorization API 1.0, section 8.4).',
  body: subjectSearchBody,
  answers: { 200: { description: 'A page of them.', body: entities } },
  async handle(ground, { body }) {
    const found = await searchSubjects(ground, body)
    return ok({ page: pageOf(found), results: found.ids.map((id) => ({ type: body.subject.type, id })) })
  },
})

export const searchForResources = route({
  ...asked,
  id: 'searchResources',
  path: '/access/v1/search/resource',
  summary: 'The resources with which a subject may do something (Authorization API 1.0, section 8.5).',
  body: resourceSearchBody,
  answers: { 200: { description: 'A page of them.', body: entities } },
  async handle(ground, { body }) {
    const found = await searchResources(ground, body)
    return ok({ page: pageOf(found), results: found.ids.map((id) => ({ type: body.resource.type, id })) })
  },
})

export const searchForActions = route({
  ...asked,
  id: 'searchActions',
  path: '/access/v1/search/action',
  summary: 'What a subject may do with a resource (Authorization API 1.0, section 8.6).',
  body: actionSearchBody,
  answers: {
    200: {
      description: 'A page of the actions.',
      body: v.strictObject({ page, results: v.array(v.strictObject({ name: v.string() })) }),
    },
  },
  async handle(ground, { body }) {
    const found = await searchActions(ground, body)
    return ok({ page: pageOf(found), results: found.ids.map((name) => ({ name })) })
  },
})

export const authzenConfiguration = route({
  id: 'authzenConfiguration',
  method: 'GET',
  path: '/.well-known/authzen-configuration',
  tag: 'standards',
  summary: 'Where decisions are asked for (Authorization API 1.0, section 9).',
  access: 'public',
  answers: {
    200: {
      description: 'The metadata.',
      body: v.strictObject({
        policy_decision_point: v.string(),
        access_evaluation_endpoint: v.string(),
        access_evaluations_endpoint: v.string(),
        search_subject_endpoint: v.string(),
        search_resource_endpoint: v.string(),
        search_action_endpoint: v.string(),
      }),
    },
  },
  handle: async ({ issuer }) =>
    ok(
      {
        policy_decision_point: issuer,
        access_evaluation_endpoint: issuer + evaluateAccess.path,
        access_evaluations_endpoint: issuer + evaluateAccesses.path,
        search_subject_endpoint: issuer + searchForSubjects.path,
        search_resource_endpoint: issuer + searchForResources.path,
        search_action_endpoint: issuer + searchForActions.path,
      },
      { 'cache-control': 'public, max-age=300' },
    ),
})
