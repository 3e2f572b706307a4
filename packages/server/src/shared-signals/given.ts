import * as v from 'valibot'
import { line } from '../http/schema.ts'
import { wholeText } from '../whole-text.ts'
import type { SignalsGround } from './ground.ts'
import type { StreamRow } from './store.ts'
import { type Delivery, invalid, type StreamGiven } from './streams.ts'
import { configurationOf, pollMethod, pushMethod } from './views.ts'

const texts = v.pipe(v.array(line(200)), v.maxLength(50))

/** What a receiver says of a stream (SSF 1.0 section 8.1.1). A member that nobody knows is not looked at. */
export const streamGiven = {
  events_requested: v.optional(texts),
  description: v.optional(line(200)),
  delivery: v.optional(
    v.object({
      method: line(100),
      endpoint_url: v.optional(line(2_000)),
      authorization_header: v.optional(v.pipe(line(2_000), v.regex(wholeText(/[\x20-\x7e]+/)))),
    }),
  ),
}
/** What the server has said of it, and that may come back. */
export const streamSaid = {
  iss: v.optional(line(2_000)),
  aud: v.optional(v.union([line(2_000), texts])),
  events_supported: v.optional(texts),
  events_delivered: v.optional(texts),
  min_verification_interval: v.optional(v.number()),
}
const given = v.object({ ...streamGiven, ...streamSaid })
type Given = v.InferOutput<typeof given>

/** What is given of a stream. @throws {Refusal} `request_invalid` for another way of delivery than there is */
export function givenIn({ delivery, events_requested: requested, description }: Given): StreamGiven {
  return { requested, description, delivery: delivery && deliveryIn(delivery) }
}

function deliveryIn({
  method,
  endpoint_url: endpoint,
  authorization_header: authorization,
}: NonNullable<Given['delivery']>): Delivery {
  // Where is polled the server says.
  if (method === pollMethod) return { method: 'poll' }
  if (method !== pushMethod) throw invalid('/delivery/method', `is ${pushMethod} or ${pollMethod}`)
  if (endpoint === undefined) throw invalid('/delivery/endpoint_url', 'is needed to push')
  return { method: 'push', endpoint, authorization }
}

/** @throws {Refusal} `request_invalid` for a member of the server's that is not as it said */
export function requireSaid({ issuer }: Pick<SignalsGround, 'issuer'>, row: StreamRow, body: Given): void {
  const said: Readonly<Record<string, unknown>> = configurationOf(issuer, row)
  for (const name of Object.keys(streamSaid) as (keyof typeof streamSaid)[]) {
    const again =
      name === 'aud' && Array.isArray(body.aud) && body.aud.length === 1 ? body.aud[0] : body[name]
    // What is delivered follows from what is asked for in the same request.
    if (again === undefined || name === 'events_delivered') continue
    if (JSON.stringify(again) !== JSON.stringify(said[name]))
      throw invalid(`/${name}`, 'is said by the server')
  }
}
