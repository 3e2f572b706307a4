import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import { activitySchema, schemaPath } from './schema.ts'

const route = routesFor<object>()

export const readActivitySchema = route({
  id: 'readActivitySchema',
  method: 'GET',
  path: schemaPath,
  tag: 'activity',
  summary:
    'What an event of the log looks like, as JSON Schema (2020-12), with one example of each event. What is at this path only ever gets additions.',
  access: 'public',
  answers: { 200: { description: 'The schema.', body: v.record(v.string(), v.unknown()) } },
  async handle() {
    return ok(activitySchema(), {
      'content-type': 'application/schema+json',
      'cache-control': 'public, max-age=3600',
    })
  },
})
