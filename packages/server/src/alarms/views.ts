import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../http/schema.ts'
import type { Rule } from './effective.ts'
import { groupings } from './own-rules/store.ts'
import { severities } from './rules.ts'
import type { SilenceRow } from './silences/store.ts'
import { type AlarmRow, type AlarmState, alarmStates } from './store.ts'
import { flapsAfter } from './telling.ts'

const text = v.nullable(v.string())

/** An alarm, with what its subject is called. */
export interface NamedAlarm extends AlarmRow {
  readonly name: string | undefined
  /** What its rule is called, if somebody has added that. */
  readonly ruleTitle: string | undefined
}

export const alarmView = view<NamedAlarm>()(
  {
    id: v.string(),
    rule: v.string(),
    /** What a rule is called that somebody has added; null for one that ships. */
    rule_title: text,
    severity: v.picklist(severities),
    state: v.picklist(alarmStates),
    /** Null for a group. */
    subject: text,
    subject_kind: text,
    subject_name: text,
    subjects: v.number(),
    times: v.number(),
    facts: v.record(v.string(), v.union([v.string(), v.number()])),
    flapping: v.boolean(),
    opened_at: v.string(),
    last_at: v.string(),
    acknowledged_at: text,
    acknowledged_by: text,
    closed_at: text,
    closed_by: text,
    close_reason: text,
    told_at: text,
  },
  (row) => ({
    ...{ id: row.id, rule: row.rule, rule_title: row.ruleTitle ?? null },
    ...{ severity: row.severity, state: stateOf(row) },
    subject: row.subject === '' ? null : row.subject,
    subject_kind: row.subject_kind,
    subject_name: row.name ?? null,
    ...{ subjects: row.subjects, times: row.times },
    facts: row.facts === null ? {} : (JSON.parse(row.facts) as Record<string, string | number>), // ours
    flapping: row.returns >= flapsAfter,
    opened_at: timestamp(row.opened_at),
    last_at: timestamp(row.last_at),
    acknowledged_at: timestampOrNull(row.acknowledged_at),
    acknowledged_by: row.acknowledged_by,
    closed_at: timestampOrNull(row.closed_at),
    closed_by: row.closed_by,
    close_reason: row.close_reason,
    told_at: timestampOrNull(row.told_at),
  }),
)

function stateOf({ closed_at, acknowledged_at }: AlarmRow): AlarmState {
  return closed_at !== null ? 'closed' : acknowledged_at !== null ? 'acknowledged' : 'open'
}

/** An alarm and what it rests on. */
export interface WholeAlarm extends NamedAlarm {
  readonly events: readonly string[]
  readonly members: readonly {
    readonly subject: string
    readonly name: string | undefined
    readonly at: number
    readonly endedAt: number | null
  }[]
}

export const wholeAlarmView = view<WholeAlarm>()(
  {
    ...alarmView.schema.entries,
    /** The ids of the first events of the log that it rests on. */
    events: v.array(v.string()),
    /** Of a group: the first of those whom it concerns. */
    members: v.array(v.strictObject({ subject: v.string(), name: text, at: v.string(), ended_at: text })),
  },
  (row) => ({
    ...alarmView.show(row),
    events: row.events,
    members: row.members.map(({ subject, name, at, endedAt }) => ({
      ...{ subject, name: name ?? null, at: timestamp(at), ended_at: timestampOrNull(endedAt) },
    })),
  }),
)

const settings = {
  on: v.boolean(),
  severity: v.picklist(severities),
  threshold: v.number(),
  window_seconds: v.number(),
}

export const ruleView = view<Rule>()(
  {
    /** One that somebody has added begins with `own.`. */
    name: v.string(),
    ...settings,
    counts: v.picklist(['times', 'accounts', 'km/h']),
    window_is: v.picklist(['counts_within', 'lasts_for', 'warns_before', 'remembers_for']),
    sends_mail: v.boolean(),
    products: v.array(v.string()),
    changed_at: text,
    /** As it ships; null for a rule that somebody has added. */
    shipped: v.nullable(v.strictObject(settings)),
    /** What a rule counts that somebody has added; an empty list is any. */
    own: v.nullable(
      v.strictObject({
        title: v.string(),
        events: v.array(v.string()),
        outcomes: v.array(v.string()),
        reasons: v.array(v.string()),
        group_by: v.picklist(groupings),
      }),
    ),
  },
  (rule) => ({
    ...{ name: rule.name, on: rule.isOn, severity: rule.severity, threshold: rule.threshold },
    ...{ window_seconds: rule.windowMs / 1000, counts: rule.counts, window_is: rule.windowIs },
    ...{ sends_mail: rule.sendsMail, products: rule.products, changed_at: timestampOrNull(rule.changedAt) },
    shipped: rule.shipped && {
      ...{ on: rule.shipped.isOn, severity: rule.shipped.severity, threshold: rule.shipped.threshold },
      window_seconds: rule.shipped.windowMs / 1000,
    },
    own: rule.own && {
      ...{ title: rule.own.title, events: rule.own.events, outcomes: rule.own.outcomes },
      ...{ reasons: rule.own.reasons, group_by: rule.own.groupBy },
    },
  }),
)

export const silenceView = view<SilenceRow>()(
  {
    id: v.string(),
    rule: v.string(),
    subject: text,
    reason: v.string(),
    created_at: v.string(),
    owner: text,
    ends_at: v.string(),
  },
  (row) => ({
    ...{ id: row.id, rule: row.rule, subject: row.subject, reason: row.reason, owner: row.owner },
    ...{ created_at: timestamp(row.created_at), ends_at: timestamp(row.ends_at) },
  }),
)
