import { countingKey } from '../addresses/networks.ts'

export const severities = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

/** What a rule reads of an event of the log. */
export interface ReadEvent {
  readonly id: string
  readonly at: number
  readonly event: string
  readonly outcome: string
  readonly reason: string | null
  readonly subject: string | null
  readonly subject_kind: string | null
  readonly target: string | null
  readonly target_kind: string | null
  readonly address: string | null
  readonly region: string | null
  readonly details: string | null
}

/** Whom or what an alarm concerns. */
export interface Concerned {
  readonly subject: string
  readonly kind: string | null
}

/** A rule as it ships. `alarm_rules` has what an administrator changed of it. */
export interface ShippedRule {
  readonly isOn: boolean
  readonly severity: Severity
  readonly threshold: number
  /** What the threshold counts. */
  readonly counts: 'times' | 'accounts' | 'km/h'
  readonly windowMs: number
  /** What the window is: the time in which is counted, how long it lasts, the time before, or how long something is remembered. */
  readonly windowIs: 'counts_within' | 'lasts_for' | 'warns_before' | 'remembers_for'
  readonly by: ByEvents | 'places' | 'states'
  /** Whether it closes by itself when it has been quiet for a window. A state closes when it is over, whatever this says. */
  readonly closesWhenQuiet: boolean
}

/** A rule that counts events. */
interface ByEvents {
  readonly matches: (event: ReadEvent) => boolean
  /** Undefined for an event that concerns nobody who is known. */
  readonly concerns: (event: ReadEvent) => Concerned | undefined
  /** How much an event counts; 1 unless given. */
  readonly weighs?: (event: ReadEvent, threshold: number) => number
  /** What is counted once however often it comes. */
  readonly apart?: (event: ReadEvent) => string | undefined
  /** What ends the alarm. */
  readonly endsWith?: (event: ReadEvent) => boolean
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Refusals of one kind are counted by the log, and one row a minute has their count. */
export function countOf({ details }: ReadEvent): number {
  const count = details === null ? undefined : (JSON.parse(details) as { count?: unknown }).count
  return typeof count === 'number' && count > 0 ? count : 1
}

/** What a sign-in is refused for where somebody tries what they do not know. */
const guesses: ReadonlySet<string | null> = new Set([
  'password_wrong',
  'user_unknown',
  'code_wrong',
  'credential_unknown',
  'account_failures',
  'network_failures',
  'failures_exhausted',
])

const isGuess = ({ event, outcome, reason }: ReadEvent) =>
  event === 'user.sign_in' && outcome !== 'success' && guesses.has(reason)

export const bySubject = ({ subject, subject_kind: kind }: ReadEvent): Concerned | undefined =>
  subject === null ? undefined : { subject, kind }

export const byTarget = (event: ReadEvent): Concerned | undefined =>
  event.target === null ? bySubject(event) : { subject: event.target, kind: event.target_kind }

export const byAddress = ({ address }: ReadEvent): Concerned | undefined =>
  address === null ? undefined : { subject: countingKey(address), kind: 'address' }

/** What concerns this server as a whole. */
export const byServer = (): Concerned => ({ subject: 'server', kind: 'server' })

/** Every event of this name and outcome; it ends with one that succeeds, or with `end`. */
function each(name: string, outcome: string, concerns: ByEvents['concerns'], end?: string): ByEvents {
  return {
    matches: (event) => event.event === name && event.outcome === outcome,
    concerns,
    endsWith: (event) => event.event === end && event.outcome === 'success',
  }
}

const atOnce = {
  isOn: true,
  threshold: 1,
  counts: 'times',
  windowMs: hourMs,
  windowIs: 'counts_within',
} as const

/** The rules, in the order in which they are shown. */
export const shippedRules = {
  brute_force: {
    ...{ isOn: true, severity: 'high', threshold: 10, counts: 'times' },
    ...{ windowMs: 15 * minuteMs, windowIs: 'counts_within', closesWhenQuiet: true },
    by: {
      matches: isGuess,
      concerns: bySubject,
      // The limit of the account was reached, however slowly.
      weighs: (event, threshold) => (event.outcome === 'alarm' ? threshold : countOf(event)),
    },
  },
  credential_stuffing: {
    ...{ isOn: true, severity: 'high', threshold: 10, counts: 'accounts' },
    ...{ windowMs: 10 * minuteMs, windowIs: 'counts_within', closesWhenQuiet: true },
    by: {
      matches: isGuess,
      concerns: byAddress,
      // A name that nobody has is not stored, so each counts.
      weighs: (event) => (event.subject === null ? countOf(event) : 1),
      apart: ({ subject }) => subject ?? undefined,
    },
  },
  new_country: {
    ...{ isOn: true, severity: 'medium', threshold: 1, counts: 'times' },
    ...{ windowMs: 365 * dayMs, windowIs: 'remembers_for', closesWhenQuiet: false },
    by: 'places',
  },
  impossible_travel: {
    ...{ isOn: true, severity: 'high', threshold: 1_000, counts: 'km/h' },
    ...{ windowMs: dayMs, windowIs: 'counts_within', closesWhenQuiet: false },
    by: 'places',
  },
  refresh_reuse: {
    ...{ ...atOnce, severity: 'high', closesWhenQuiet: false },
    by: each('session.refresh', 'alarm', bySubject),
  },
  device_impersonation: {
    ...{ ...atOnce, severity: 'high', closesWhenQuiet: false },
    by: each('device.impersonation', 'alarm', byTarget),
  },
  refused_burst: {
    ...{ isOn: true, severity: 'medium', threshold: 100, counts: 'times' },
    ...{ windowMs: 5 * minuteMs, windowIs: 'counts_within', closesWhenQuiet: true },
    by: {
      matches: ({ event, outcome }) => outcome === 'refused' && event !== 'user.sign_in',
      concerns: (event) => bySubject(event) ?? byAddress(event),
      weighs: countOf,
    },
  },
  device_offline: {
    ...{ isOn: false, severity: 'medium', threshold: 1, counts: 'times' },
    ...{ windowMs: hourMs, windowIs: 'lasts_for', closesWhenQuiet: true },
    by: 'states',
  },
  key_ending: {
    ...{ isOn: true, severity: 'high', threshold: 1, counts: 'times' },
    ...{ windowMs: 14 * dayMs, windowIs: 'warns_before', closesWhenQuiet: true },
    by: 'states',
  },
  job_failing: {
    ...{ isOn: true, severity: 'high', threshold: 3, counts: 'times' },
    ...{ windowMs: dayMs, windowIs: 'counts_within', closesWhenQuiet: true },
    by: 'states',
  },
  witness_disagrees: {
    ...{ ...atOnce, severity: 'critical', closesWhenQuiet: false },
    by: each('log.witness', 'alarm', byServer),
  },
  backup_failed: {
    ...{ ...atOnce, severity: 'high', closesWhenQuiet: false },
    by: each('log.backup', 'failure', byServer, 'log.backup'),
  },
  retention_missed: {
    ...{ ...atOnce, severity: 'high', closesWhenQuiet: false },
    by: each('log.retention', 'failure', byServer, 'log.retention'),
  },
  segment_damaged: {
    ...{ ...atOnce, severity: 'critical', closesWhenQuiet: false },
    by: each('log.damage', 'alarm', byTarget, 'log.mend'),
  },
  webhook_off: {
    ...{ ...atOnce, severity: 'high', closesWhenQuiet: false },
    by: each('webhook.switch_off', 'failure', byTarget, 'webhook.switch_on'),
  },
  // Whatever else the log calls an alarm.
  other_alarm: {
    ...{ ...atOnce, severity: 'medium', closesWhenQuiet: false },
    by: {
      matches: ({ event, outcome }) =>
        outcome === 'alarm' &&
        !['session.refresh', 'device.impersonation', 'log.witness', 'log.damage', 'user.sign_in'].includes(
          event,
        ),
      concerns: (event) => bySubject(event) ?? byTarget(event) ?? byAddress(event) ?? byServer(),
    },
  },
} as const satisfies Readonly<Record<string, ShippedRule>>

export type RuleName = keyof typeof shippedRules

export const ruleNames = Object.keys(shippedRules) as [RuleName, ...RuleName[]] // keys of what stands above

export function isRuleName(text: string): text is RuleName {
  return Object.hasOwn(shippedRules, text)
}

/** The largest threshold of what is counted: so many events a rule remembers of one subject. */
export const mostCounted = 1_000
/** The fastest that a threshold of travel may be. */
export const fastest = 100_000

/** The least and the most that a window may be. */
export const shortestWindowMs = minuteMs
export const longestWindowMs = 400 * dayMs
