import type { EventReason } from '../activity/schema/reasons.ts'
import {
  type DetailAction,
  type DeviceDetail,
  detailsInForce,
  parseDetails,
  permissionsOf,
} from '../authorization-details.ts'
import { Refusal } from '../errors.ts'
import type { OauthGround, Person } from './ground.ts'

/** What is wrong with details that an application asks for. `error` is that of RFC 9396 section 5. */
export interface DetailsFault {
  readonly description: string
  readonly reason: EventReason
}

/** What an application may ask for, with which these details are read. */
interface Asking {
  readonly text: string | undefined
  readonly scopes: readonly string[]
  readonly resource: string | undefined
}

/** The details that a request names, as far as they can be judged before anybody is there. */
export function readAskedDetails(
  { text, scopes, resource }: Asking,
  nowMs: number,
): readonly DeviceDetail[] | undefined | DetailsFault {
  if (text === undefined) return undefined
  const details = parseDetails(text)
  if (!details)
    return fault('authorization_details is a JSON list of devices (RFC 9396)', 'details_malformed')
  if (resource !== undefined)
    return fault('devices are of this server, and of no other resource', 'details_elsewhere')
  if (detailsInForce(details, nowMs).length < details.length)
    return fault('one of these is over', 'details_over')
  const missing = permissionsOf(details).find((permission) => !scopes.includes(permission))
  if (missing === undefined) return details
  return fault(`this application may not ask for ${missing}`, 'details_not_allowed')
}

export function isDetailsFault(
  read: readonly DeviceDetail[] | undefined | DetailsFault,
): read is DetailsFault {
  return read !== undefined && 'description' in read
}

function fault(description: string, reason: EventReason): DetailsFault {
  return { description, reason }
}

/** The scopes that go with details: what they need, and of all others those that are not of devices, for these would have no limit. */
export function scopesBeside(
  details: readonly DeviceDetail[] | undefined,
  scopes: readonly string[] | undefined,
  allowed: readonly string[],
): readonly string[] | undefined {
  if (details === undefined) return scopes
  const others = (scopes ?? allowed.filter((scope) => scope !== 'offline_access')).filter(
    (scope) => !scope.startsWith('devices:'),
  )
  return [...permissionsOf(details), ...others]
}

/** What of these details a person has to give now: the devices that they are bound to, and what they may do with each. */
export async function detailsOf(
  { decideDevice, world }: Pick<OauthGround, 'decideDevice' | 'world'>,
  { id: subject, scopes }: Pick<Person, 'id' | 'scopes'>,
  details: readonly DeviceDetail[],
): Promise<readonly DeviceDetail[]> {
  const holder = { subject, scopes: new Set(scopes) }
  const held: DeviceDetail[] = []
  for (const detail of detailsInForce(details, world.now())) {
    const actions: DetailAction[] = []
    for (const action of detail.actions) {
      if ((await decideDevice(holder, detail.identifier, action)).allowed) actions.push(action)
    }
    if (actions.length === 0) continue
    const { methods, ...rest } = { ...detail, actions }
    held.push(methods !== undefined && actions.includes('control') ? { ...rest, methods } : rest)
  }
  return held
}

/** What the log is told of them. */
export const toldOf = (details: readonly DeviceDetail[] | undefined) =>
  details === undefined ? {} : { of_devices: details.map(({ identifier }) => identifier).join(' ') }

/** Details as a column holds them. */
export const detailsColumn = (details: readonly DeviceDetail[] | undefined) =>
  details === undefined ? null : JSON.stringify(details)

/** And back: what a column says was judged when it was written. */
export const detailsIn = (column: string | null) =>
  column === null ? undefined : (JSON.parse(column) as readonly DeviceDetail[])

/**
 * What was granted and is in force, or the part of it that a request for a token names (RFC 9396 section 6).
 * @throws {Refusal} `details_invalid` for more than was granted
 */
export function narrowedDetails(
  granted: readonly DeviceDetail[] | undefined,
  text: string | undefined,
  nowMs: number,
): readonly DeviceDetail[] | undefined {
  if (text === undefined) return granted && detailsInForce(granted, nowMs)
  const asked = parseDetails(text)
  if (!asked) throw invalid('authorization_details is a JSON list of devices (RFC 9396)', 'details_malformed')
  if (asked.every((detail) => isWithin(detail, granted))) return detailsInForce(asked, nowMs)
  throw invalid('this is more than was granted', 'details_widened')
}

/** Where nothing limits what was granted, any device is within it: the permissions and the person do. */
function isWithin(asked: DeviceDetail, granted: readonly DeviceDetail[] | undefined): boolean {
  if (granted === undefined) return true
  const given = granted.find(({ identifier }) => identifier === asked.identifier)
  if (!given) return false
  const { methods, expires_at: end = Number.POSITIVE_INFINITY } = given
  return (
    asked.actions.every((action) => given.actions.includes(action)) &&
    (methods === undefined || !asked.actions.includes('control') || isPart(asked.methods, methods)) &&
    (asked.expires_at ?? Number.POSITIVE_INFINITY) <= end
  )
}

function isPart(part: readonly string[] | undefined, whole: readonly string[]): boolean {
  return part?.every((one) => whole.includes(one)) ?? false
}

function invalid(message: string, reason: EventReason): Refusal {
  return new Refusal('details_invalid', message, { reason })
}
