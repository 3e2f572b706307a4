import * as v from 'valibot'
import { line } from '../http/schema.ts'

// Authorization API 1.0, section 5 (information model). Unknown members are ignored, as its section 10.1.1 demands. What a
// caller says of properties and context is no proof of anything, so that it is read for its form alone.

/** The most questions of one request. */
const mostEvaluations = 100

const text = line(256)
const attributes = v.optional(v.record(v.string(), v.unknown()))

const entity = v.object({ type: text, id: text, properties: attributes })
/** Of what is searched for the kind alone counts. */
const kindOnly = v.object({ type: text, properties: attributes })
const action = v.object({ name: text, properties: attributes })

export const evaluationBody = v.object({ subject: entity, action, resource: entity, context: attributes })
export type Evaluation = v.InferOutput<typeof evaluationBody>

export const evaluationsBody = v.object({
  subject: v.optional(entity),
  action: v.optional(action),
  resource: v.optional(entity),
  context: attributes,
  /** Each is a question of its own, to which the members above are added where it has none of that name. */
  evaluations: v.optional(v.pipe(v.array(v.record(v.string(), v.unknown())), v.maxLength(mostEvaluations))),
  options: v.optional(
    v.object({
      evaluations_semantic: v.optional(
        v.picklist(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit']),
      ),
    }),
  ),
})
export type Evaluations = v.InferOutput<typeof evaluationsBody>

const page = v.optional(
  v.object({
    token: v.optional(v.pipe(v.string(), v.maxLength(1024))),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    properties: attributes,
  }),
)
export type AskedPage = v.InferOutput<typeof page>

export const subjectSearchBody = v.object({
  subject: kindOnly,
  action,
  resource: entity,
  context: attributes,
  page,
})
export const resourceSearchBody = v.object({
  subject: entity,
  action,
  resource: kindOnly,
  context: attributes,
  page,
})
export const actionSearchBody = v.object({ subject: entity, resource: entity, context: attributes, page })
