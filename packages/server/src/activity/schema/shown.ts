import type { EventName, Outcome } from '../events.ts'
import type { ActivityRow } from '../store.ts'
import { eventView } from '../views.ts'

/** An event as a search and the sinks give it. */
export type ShownEvent = ReturnType<typeof eventView.show> & {
  readonly event: EventName
  readonly outcome: Outcome
}

export function shownEvent(row: ActivityRow): ShownEvent {
  return { ...eventView.show(row), event: row.event, outcome: row.outcome }
}
