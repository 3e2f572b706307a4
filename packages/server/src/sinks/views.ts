import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../http/schema.ts'
import type { SinkState } from './store.ts'

const moment = v.nullable(v.string())

/** A sink, as of a moment. */
export const sinkView = view<SinkState & { readonly now: number }>()(
  {
    name: v.string(),
    kind: v.string(),
    address: v.string(),
    format: v.string(),
    /** `stalled`: nothing was delivered for a minute or more. `failing`: the last delivery failed. */
    state: v.picklist(['fine', 'behind', 'failing', 'stalled']),
    lag_events: v.number(),
    lag_seconds: v.number(),
    delivered_at: moment,
    failing_since: moment,
    last_error: v.nullable(v.string()),
    seen_at: v.string(),
  },
  (sink) => ({
    name: sink.name,
    kind: sink.kind,
    address: sink.address,
    format: sink.format,
    state: stateOf(sink),
    lag_events: sink.lagEvents,
    lag_seconds: lagSeconds(sink),
    delivered_at: timestampOrNull(sink.delivered_at),
    failing_since: timestampOrNull(sink.failing_since),
    last_error: sink.last_error,
    seen_at: timestamp(sink.seen_at),
  }),
)

function lagSeconds({ lagSince, now }: SinkState & { readonly now: number }): number {
  return lagSince === null ? 0 : Math.max(0, Math.round((now - lagSince) / 1000))
}

function stateOf(sink: SinkState): 'fine' | 'behind' | 'failing' | 'stalled' {
  if (sink.stalled_at !== null) return 'stalled'
  if (sink.failing_since !== null) return 'failing'
  return sink.lagEvents > 0 ? 'behind' : 'fine'
}
