import * as v from 'valibot'
import { timestamp, view } from '../http/schema.ts'
import { supportedTypes } from './events.ts'
import { type StreamRow, streamStatuses } from './store.ts'
import { deliveredOf } from './streams.ts'
import { verificationSeconds } from './verify.ts'

export const pushMethod = 'urn:ietf:rfc:8935'
export const pollMethod = 'urn:ietf:rfc:8936'

const texts = v.array(v.string())

/** A stream as its receiver sees it (SSF 1.0 section 8.1.1). The header that it has given is not shown. */
export const streamConfiguration = v.strictObject({
  stream_id: v.string(),
  iss: v.string(),
  aud: v.string(),
  events_supported: texts,
  events_requested: texts,
  events_delivered: texts,
  delivery: v.strictObject({ method: v.picklist([pushMethod, pollMethod]), endpoint_url: v.string() }),
  min_verification_interval: v.number(),
  description: v.optional(v.string()),
})

export function configurationOf(issuer: string, row: StreamRow): v.InferOutput<typeof streamConfiguration> {
  const isPush = row.method === 'push'
  return {
    ...{ stream_id: row.id, iss: issuer, aud: row.application, events_supported: [...supportedTypes] },
    ...{ events_requested: [...row.requested], events_delivered: [...deliveredOf(row)] },
    delivery: {
      method: isPush ? pushMethod : pollMethod,
      endpoint_url: row.endpoint ?? `${issuer}/ssf/poll/${row.id}`,
    },
    min_verification_interval: verificationSeconds,
    ...(row.description !== null && { description: row.description }),
  }
}

export const streamStatus = v.strictObject({
  stream_id: v.string(),
  status: v.picklist(streamStatuses),
  reason: v.optional(v.string()),
})

export function statusOf({
  id,
  status,
  status_reason: reason,
}: StreamRow): v.InferOutput<typeof streamStatus> {
  return { stream_id: id, status, ...(reason !== null && { reason }) }
}

/** A stream as administrators see it, with how many events wait. */
export const streamView = view<StreamRow & { readonly waiting: number }>()(
  {
    id: v.string(),
    application: v.string(),
    description: v.nullable(v.string()),
    /** By push (RFC 8935) or by poll (RFC 8936). */
    method: v.picklist(['push', 'poll']),
    /** Where is pushed to: the host alone, for the path may be a secret of the receiver. */
    host: v.nullable(v.string()),
    /** The types of events that it is told of. */
    events: v.array(v.string()),
    status: v.picklist(streamStatuses),
    status_reason: v.nullable(v.string()),
    /** Whether an administrator has paused it. */
    is_stopped: v.boolean(),
    /** 10,000 at most. */
    waiting: v.number(),
    created_at: v.string(),
  },
  (row) => ({
    ...{ id: row.id, application: row.application, description: row.description, method: row.method },
    ...{ host: row.endpoint === null ? null : new URL(row.endpoint).host, events: [...deliveredOf(row)] },
    ...{ status: row.status, status_reason: row.status_reason, is_stopped: row.is_stopped },
    ...{ waiting: row.waiting, created_at: timestamp(row.created_at) },
  }),
)
