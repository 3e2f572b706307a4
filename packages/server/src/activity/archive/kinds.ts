import type { EventName } from '../events.ts'

/** Kinds of events, each of which may be kept for another time. */
export const kinds = ['connections', 'devices', 'sign_ins', 'refusals', 'administration', 'log'] as const
export type ActivityKind = (typeof kinds)[number]

/** The kinds that may be dropped. Without what the log says of itself, nobody could tell what was dropped. */
export const droppable = ['connections', 'devices', 'sign_ins', 'refusals', 'administration'] as const
export type DroppableKind = (typeof droppable)[number]

const connections = ['device.connect', 'device.disconnect', 'device.subscribe', 'device.publish'].concat(
  'app.connect',
  'app.disconnect',
  'app.subscribe',
  'app.publish',
)
const devices = [
  'device.command',
  'device.state',
  'device.token',
  'approval.ask',
  'approval.allow',
  'approval.deny',
]
const signIns = [
  'user.sign_in',
  'session.refresh',
  'session.end',
  'service.token',
  'application.authorize',
  'application.token',
  'application.device',
]

const kindByEvent: ReadonlyMap<string, ActivityKind> = new Map([
  ...connections.map((name) => [name, 'connections'] as const),
  ...devices.map((name) => [name, 'devices'] as const),
  ...signIns.map((name) => [name, 'sign_ins'] as const),
  ['access.refuse', 'refusals'],
])

/** Everything that is not of another kind is administration, which is kept for longest. */
export function kindOf(event: EventName | string): ActivityKind {
  return kindByEvent.get(event) ?? (event.startsWith('log.') ? 'log' : 'administration')
}
