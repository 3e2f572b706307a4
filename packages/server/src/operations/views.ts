import * as v from 'valibot'
import { timestampOrNull, view } from '../http/schema.ts'
import type { WorkOfProcess } from './background-work.ts'

const moment = v.nullable(v.string())

/** A job at a process. */
export const workView = view<WorkOfProcess>()(
  {
    name: v.string(),
    host: v.string(),
    pid: v.number(),
    every_ms: v.number(),
    /** Known of the process that is asked; of others it is what they said last. */
    running: v.boolean(),
    last_run_at: moment,
    took_ms: v.nullable(v.number()),
    next_at: moment,
    last_error: v.nullable(v.string()),
    failing_since: moment,
  },
  (row) => ({
    name: row.job,
    host: row.host,
    pid: row.pid,
    every_ms: row.every_ms,
    running: row.isRunning,
    last_run_at: timestampOrNull(row.last_run_at),
    took_ms: row.took_ms,
    next_at: timestampOrNull(row.next_at),
    last_error: row.last_error,
    failing_since: timestampOrNull(row.failing_since),
  }),
)
