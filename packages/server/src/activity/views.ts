import * as v from 'valibot'
import { timestamp, view } from '../http/schema.ts'
import { outcomes } from './events.ts'
import type { ActivityRow } from './store.ts'

const dayMs = 86_400_000
const nullableText = v.nullable(v.string())
/** An event, its times and details as JSON has them. */
export const eventView = view<ActivityRow>()(
  {
    id: v.string(),
    /** Its place in the log, in the order of commits; null until it has one, a moment after its commit. */
    seq: v.nullable(v.number()),
    at: v.string(),
    event: v.string(),
    outcome: v.picklist(outcomes),
    reason: nullableText,
    subject: nullableText,
    subject_kind: nullableText,
    target: nullableText,
    target_kind: nullableText,
    address: nullableText,
    region: nullableText,
    /** Of the data that gave the region: the day on which it was built. */
    region_date: nullableText,
    client_id: nullableText,
    session_id: nullableText,
    request_id: nullableText,
    details: v.record(v.string(), v.unknown()),
  },
  (row) => ({
    id: row.id,
    seq: row.seq,
    at: timestamp(row.at),
    event: row.event,
    outcome: row.outcome,
    reason: row.reason,
    subject: row.subject,
    subject_kind: row.subject_kind,
    target: row.target,
    target_kind: row.target_kind,
    address: row.address,
    region: row.region,
    region_date: row.region_day === null ? null : timestamp(row.region_day * dayMs).slice(0, 10),
    client_id: row.client_id,
    session_id: row.session_id,
    request_id: row.request_id,
    details: row.details === null ? {} : (JSON.parse(row.details) as Record<string, unknown>),
  }),
)
