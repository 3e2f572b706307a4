import type { EventName, Outcome } from '../events.ts'
import type { ActivityRow } from '../store.ts'

/** What events can be counted by. */
export const dimensions = ['outcome', 'event', 'reason', 'region', 'user_type', 'factor'] as const
export type Dimension = (typeof dimensions)[number]

/** What is counted, and by what it can be asked for. */
export const measures = {
  events: ['outcome', 'event', 'reason', 'region'],
  sign_ins: ['outcome', 'reason', 'region', 'user_type', 'factor'],
  /** Refusals of any kind; they are the refused ones of `events`. */
  refusals: ['event', 'reason', 'region'],
  refreshes: ['outcome', 'reason', 'region'],
  administration: ['outcome', 'event'],
  device_connects: ['outcome', 'reason', 'region'],
  device_disconnects: ['reason', 'region'],
  device_commands: ['outcome', 'reason'],
  /** The first successful sign-in of a person from a region, who has signed in from another one before. */
  new_regions: ['region'],
  /** The most devices that were connected at once: a gauge, sampled by each process. */
  devices_online: [],
} as const satisfies Readonly<Record<string, readonly Dimension[]>>
export type Measure = keyof typeof measures
export const measureNames = Object.keys(measures) as [Measure, ...Measure[]]

export const canBeAskedBy = (measure: Measure, by: Dimension) =>
  measures[measure].some((dimension) => dimension === by)

/** The measures that are kept as they are asked for. */
type Kept = Exclude<Measure, 'refusals' | 'devices_online'>

/** How a measure is stored: by which series, and with which outcome alone. */
export function seriesOf(measure: Measure, by?: Dimension): { series: string; only?: Outcome } {
  const kept = measure === 'refusals' ? 'events' : measure
  // Each count has its outcome.
  const series = by === undefined || by === 'outcome' ? kept : `${kept}.${by}`
  return measure === 'refusals' ? { series, only: 'refused' } : { series }
}

/** One that is added to a series at a time. */
export interface Counted {
  readonly series: string
  readonly outcome: Outcome
  /** Empty where it is counted by nothing. */
  readonly value: string
  readonly times: number
}

/** Longer values, of which there are none, would make the roll-ups large. */
const longestValue = 128

/** What an event counts as. */
export function countsOf(event: ActivityRow, userType: string | undefined): Counted[] {
  const details = detailsOf(event)
  // Refusals that follow one another are one row, which says how many they were.
  const isCounted = event.outcome === 'refused' || event.outcome === 'alarm'
  const times = isCounted && typeof details.count === 'number' ? details.count : 1
  const values: Readonly<Record<Exclude<Dimension, 'outcome'>, string | null>> = {
    event: event.event,
    reason: event.reason,
    region: event.region,
    user_type: userType ?? null,
    factor: textIn(details, 'factor') ?? textIn(details, 'amr'),
  }
  const { outcome } = event
  return measuresOf(event).flatMap((measure) => [
    { series: measure, outcome, value: '', times },
    ...measures[measure].flatMap((by) => {
      const value = by === 'outcome' ? null : values[by]
      return value === null || value.length > longestValue
        ? []
        : { series: `${measure}.${by}`, outcome, value, times }
    }),
  ])
}

function measuresOf(event: Pick<ActivityRow, 'event' | 'subject' | 'target'>): Kept[] {
  const own = measureOf[event.event]
  const kept: Kept[] = own === undefined ? ['events'] : ['events', own]
  // What people do to themselves is no administration.
  if (acts.has(event.event) && (event.subject === null || event.subject !== event.target))
    kept.push('administration')
  return kept
}

const measureOf: Readonly<Partial<Record<EventName, Kept>>> = {
  'user.sign_in': 'sign_ins',
  'session.refresh': 'refreshes',
  'device.connect': 'device_connects',
  'device.disconnect': 'device_disconnects',
  'device.command': 'device_commands',
}

/** Acts of administration, unless they are done to oneself. */
const acts: ReadonlySet<EventName> = new Set([
  'user.create',
  'user.invite',
  'user.unlock',
  'user.change_address',
  'user.reset',
  'user.remove_factor',
  'user.reset_factors',
  'user.update',
  'user.disable',
  'user.enable',
  'user.export',
  'user.download_data',
  'user.act_as',
  'user.schedule_deletion',
  'user.cancel_deletion',
  'user.delete',
  'user.grant',
  'user.deny',
  'user.withdraw',
  'user_type.create',
  'user_type.change',
  'user_type.rename',
  'user_type.remove',
  'user_type.require_factor',
  'user_type.set_sign_in',
  'attribute.add',
  'attribute.change',
  'attribute.remove',
  'service.create',
  'service.change',
  'service.give_scope',
  'service.take_scope',
  'service.rotate_key',
  'service.drop_key',
  'service.revoke_key',
  'service.disable',
  'service.trust',
  'service.distrust',
  'service.replace_secret',
  'token.revoke',
  'key.create',
  'key.rotate',
  'key.revoke',
  'device.register',
  'device.add_key',
  'device.revoke_key',
  'application.create',
  'application.change',
  'application.disable',
  'application.enable',
  'application.remove',
  'application.add_secret',
  'application.end_secret',
  'application.trust',
  'application.distrust',
  'app.create',
  'app.change',
  'app.add_key',
  'app.revoke_key',
  'app.link_person',
  'app.unlink_person',
  'app.disable',
  'provider.create',
  'provider.change',
  'provider.disable',
  'provider.enable',
  'provider.remove',
  'log.export',
  'log.hold',
  'log.release',
  'log.rotate_key',
])

function detailsOf({ details }: ActivityRow): Readonly<Record<string, unknown>> {
  return details === null ? {} : (JSON.parse(details) as Record<string, unknown>) // ours
}

function textIn(details: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = details[name]
  return typeof value === 'string' ? value : null
}
