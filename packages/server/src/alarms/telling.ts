import type { Rule } from './effective.ts'
import type { AlarmRow, Told } from './store.ts'

/** What is told of an alarm: that it began, that it goes on, that it comes and goes, that it is over. */
export const notices = ['open', 'continues', 'flapping', 'over'] as const
export type Notice = (typeof notices)[number]

/** A notice as those who send it are given it. */
export interface Telling {
  readonly notice: Notice
  readonly alarm: AlarmRow
  readonly rule: Pick<Rule, 'name' | 'own' | 'sendsMail'>
  /** The first subjects of a group, and what they are called. */
  readonly subjects: readonly { readonly id: string; readonly name: string | undefined }[]
}

/** What is to be done about an alarm: tell, look again later, or nothing until something happens. */
export type Decision =
  | { readonly kind: 'tell'; readonly notice: Notice; readonly told: Told }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'nothing' }

/** After a notice, the next one that something is open comes no sooner. */
export const periodMs = 3_600_000
/** One that comes back so often comes and goes. */
export const flapsAfter = 3
/** One that stays closed for so long has stopped to come and go. */
export const calmMs = 3_600_000

export function decide(alarm: AlarmRow, silentUntil: number | undefined, now: number): Decision {
  const decision =
    alarm.closed_at === null ? decideOpen(alarm, now) : decideClosed(alarm, alarm.closed_at, now)
  if (decision.kind === 'tell' && silentUntil !== undefined) return { kind: 'wait', until: silentUntil }
  return decision
}

function decideOpen(
  { told, told_at, told_times, times, returns, acknowledged_at }: AlarmRow,
  now: number,
): Decision {
  const mayAt = told_at === null ? now : told_at + periodMs
  const inItsTime = (notice: Notice, as: Told): Decision =>
    mayAt <= now ? { kind: 'tell', notice, told: as } : { kind: 'wait', until: mayAt }
  if (told === 'flapping') return nothing
  if (returns >= flapsAfter) return inItsTime('flapping', 'flapping')
  if (told === 'nothing' || told === 'over') return inItsTime('open', 'open')
  if (acknowledged_at !== null || times <= told_times) return nothing
  return inItsTime('continues', 'open')
}

function decideClosed({ told, returns, close_reason }: AlarmRow, closedAt: number, now: number): Decision {
  // A person knows what they have closed, and a group tells for those that are part of it.
  if (close_reason !== 'over' || told === 'nothing' || told === 'over') return nothing
  const isRestless = told === 'flapping' || returns >= flapsAfter
  if (isRestless && closedAt + calmMs > now) return { kind: 'wait', until: closedAt + calmMs }
  return { kind: 'tell', notice: 'over', told: 'over' }
}

const nothing: Decision = { kind: 'nothing' }
