import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../../http/schema.ts'
import type { CheckpointRow, HoldRow } from './store.ts'
import type { WitnessRow } from './witness/store.ts'

/** What the log said of itself, and who has signed that. */
export const checkpointView = view<CheckpointRow>()(
  { size: v.number(), at: v.string(), note: v.string() },
  ({ size, at, note }) => ({ size, at: timestamp(at), note }),
)

export const witnessView = view<WitnessRow>()(
  {
    url: v.string(),
    size: v.number(),
    signed_at: v.nullable(v.string()),
    asked_at: v.string(),
    last_error: v.nullable(v.string()),
  },
  (row) => ({
    url: row.url,
    size: row.size,
    signed_at: timestampOrNull(row.told_at),
    asked_at: timestamp(row.asked_at),
    last_error: row.last_error,
  }),
)

export const holdView = view<HoldRow>()(
  {
    subject: v.string(),
    reason: v.string(),
    placed_at: v.string(),
    placed_by: v.nullable(v.string()),
    ends_at: v.nullable(v.string()),
  },
  (row) => ({
    subject: row.subject,
    reason: row.reason,
    placed_at: timestamp(row.placed_at),
    placed_by: row.placed_by,
    ends_at: timestampOrNull(row.ends_at),
  }),
)
