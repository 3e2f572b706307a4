import type { Concerned, ReadEvent, ShippedRule } from '../rules.ts'
import { byAddress, byServer, bySubject, byTarget, countOf } from '../rules.ts'
import type { Grouping, OwnRuleRow } from './store.ts'

/** What a rule of one's own counts. An empty list is any. */
export interface Shape {
  readonly title: string
  readonly events: readonly string[]
  readonly outcomes: readonly string[]
  readonly reasons: readonly string[]
  readonly groupBy: Grouping
}

const listIn = (text: string): readonly string[] => (text === '' ? [] : text.split(' '))

export const shapeOf = ({ title, events, outcomes, reasons, group_by }: OwnRuleRow): Shape => ({
  ...{ title, events: listIn(events), outcomes: listIn(outcomes), reasons: listIn(reasons) },
  groupBy: group_by,
})

/** The rule as a program: it counts, and closes when it has been quiet for a window. */
export function ruleOf(row: OwnRuleRow): ShippedRule {
  const { events, outcomes, reasons, groupBy } = shapeOf(row)
  const among = (list: readonly string[]) => {
    const set = new Set(list)
    return (value: string | null) => set.size === 0 || (value !== null && set.has(value))
  }
  const [isEvent, isOutcome, isReason] = [among(events), among(outcomes), among(reasons)]
  return {
    ...{ isOn: row.is_on === 1, severity: row.severity, threshold: row.threshold, counts: 'times' },
    ...{ windowMs: row.window_ms, windowIs: 'counts_within', closesWhenQuiet: true },
    by: {
      // What alarms themselves do opens none: one would open the next.
      matches: ({ event, outcome, reason }) =>
        !event.startsWith('alarm.') && isEvent(event) && isOutcome(outcome) && isReason(reason),
      concerns: concerned[groupBy],
      weighs: countOf,
    },
  }
}

/** What concerns nothing of the kind is not counted. */
const concerned: Readonly<Record<Grouping, (event: ReadEvent) => Concerned | undefined>> = {
  subject: bySubject,
  target: (event) => (event.target === null ? undefined : byTarget(event)),
  address: byAddress,
  region: ({ region }) => (region === null ? undefined : { subject: region, kind: 'region' }),
  service: byService,
  server: byServer,
}

/** The service that did it, that it was done to, or that a token is for. */
function byService(event: ReadEvent): Concerned | undefined {
  const { subject, subject_kind, target, target_kind, details } = event
  if (subject !== null && subject_kind === 'service') return { subject, kind: 'service' }
  if (target !== null && target_kind === 'service') return { subject: target, kind: 'service' }
  const { service } = (details === null ? {} : JSON.parse(details)) as { service?: unknown } // ours
  return typeof service === 'string' ? { subject: service, kind: 'service' } : undefined
}
