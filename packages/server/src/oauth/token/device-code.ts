import type { Refused } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal, telling } from '../../errors.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { hashSecret, isSecret } from '../../secrets/secrets.ts'
import { findSession, holdSession } from '../../sessions/store.ts'
import type { ProvenKey } from '../../tokens/proofs.ts'
import { detailsIn, narrowedDetails } from '../details.ts'
import { deviceCodeGrant } from '../device/ask.ts'
import { type DeviceCodeRow, findDeviceCode, notePoll, slowDown, useDeviceCode } from '../device/store.ts'
import type { Granted } from '../granted.ts'
import type { OauthGround } from '../ground.ts'
import { grantedIn, scopesNow } from '../sessions/issue.ts'
import { openFor } from '../sessions/open.ts'

interface DeviceCodeRequest {
  readonly deviceCode: string | undefined
  readonly key: ProvenKey | undefined
  readonly details: string | undefined
}

/**
 * A device asks whether its person has decided (RFC 8628 section 3.4). The session that it gets goes on when the person signs out of
 * the browser: that is another machine. Where the session of the browser was ended in any other way, such as by a new password, so is
 * what was let in from it.
 * @throws {Refusal} `code_invalid`, and `authorization_refused` for what a device goes on asking after
 */
export async function grantByDeviceCode(
  ground: OauthGround,
  application: ApplicationRow,
  { deviceCode, key, details: named }: DeviceCodeRequest,
  client: ClientInfo,
): Promise<Granted> {
  const row = await decided(ground, application, deviceCode)
  try {
    return await openedBy(ground, { row, application, key, named }, client)
  } catch (error) {
    throw telling(error, refusedOf(row))
  }
}

interface Presenting {
  readonly row: DeviceCodeRow
  readonly application: ApplicationRow
  readonly key: ProvenKey | undefined
  readonly named: string | undefined
}

async function openedBy(
  ground: OauthGround,
  { row, application, key, named }: Presenting,
  client: ClientInfo,
): Promise<Granted> {
  const { db, world, findPerson, findTarget } = ground
  if (application.requires_dpop && key === undefined) throw invalid('key_missing', row)
  const session = row.session_id === null ? undefined : await findSession(db, row.session_id)
  const person = row.user_id === null ? undefined : await findPerson(db, row.user_id)
  if (!session || !person) throw invalid('session_ended', row)
  const target = await findTarget(row.resource ?? undefined)
  const scopes = await scopesNow(db, person, target, row.scopes)
  const consented = detailsIn(row.details)
  const details = narrowedDetails(consented, named, world.now())
  const opened = {
    ...{ id: newIdentifier('ses', world), created_at: world.now(), ends_at: null, amr: session.amr },
  }
  const refreshToken = await db.transaction(async (tx) => {
    if (!(await useDeviceCode(tx, row.hash, world.now()))) throw invalid('code_used', row)
    const browser = await holdSession(tx, session.id)
    if (!browser || (browser.ended_at !== null && browser.end_reason !== 'signed_out'))
      throw invalid('session_ended', row)
    const letIn = {
      ...{ id: opened.id, grantType: deviceCodeGrant, application, person, session, scopes, target, key },
      ...{ isWithin: false, consented: row.scopes, claims: null, details: consented },
    }
    return openFor(ground, tx, letIn, client)
  })
  const of = {
    session: opened,
    application,
    person,
    authTimeMs: session.created_at,
    target,
    scopes,
    details,
    boundTo: key,
  }
  return grantedIn(ground, of, { refreshToken })
}

/** The request of the device, if its person has let it in. */
async function decided(
  { db, world }: OauthGround,
  application: ApplicationRow,
  deviceCode: string | undefined,
): Promise<DeviceCodeRow> {
  if (deviceCode === undefined) throw new Refusal('request_invalid', 'the device_code is missing')
  if (!isSecret('device', deviceCode)) throw invalid('code_malformed')
  const row = await findDeviceCode(db, hashSecret(deviceCode))
  if (!row) throw waiting('expired_token', 'this code is over, or there was never one like it')
  if (row.application !== application.id) throw invalid('code_of_another', row)
  const now = world.now()
  if (row.expires_at <= now) throw waiting('expired_token', 'this code is over; begin again')
  if (row.used_at !== null) throw invalid('code_used', row)
  if (row.is_allowed === 0) throw waiting('access_denied', 'the person has not let this device in')
  if (row.is_allowed === 1) return row
  const isInTime = await db.transaction(async (tx) => {
    if (await notePoll(tx, row.hash, now)) return true
    await slowDown(tx, row.hash, now, 5_000)
    return false
  })
  throw isInTime
    ? waiting('authorization_pending', 'the person has not decided yet')
    : waiting('slow_down', 'wait five seconds longer between two questions')
}

/** What devices are told again and again, which is not written down. */
function waiting(error: string, message: string): Refusal {
  return new Refusal('authorization_refused', message, { members: { error } })
}

function invalid(reason: EventReason, row?: DeviceCodeRow): Refusal {
  return new Refusal('code_invalid', 'this code is not valid', { reason, refused: refusedOf(row) })
}

function refusedOf(row: DeviceCodeRow | undefined): Refused {
  return { event: 'application.token', ...(row && { clientId: row.application }) }
}
