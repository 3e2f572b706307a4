import type { ApplicationRow } from '../../applications/store.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { keptUserCode, newUserCode, shownUserCode } from '../../secrets/user-codes.ts'
import { detailsColumn, isDetailsFault, readAskedDetails, scopesBeside } from '../details.ts'
import type { OauthGround } from '../ground.ts'
import { obtainable } from '../obtainable.ts'
import { itemsOf } from '../parameters.ts'
import { insertDeviceCode } from './store.ts'

/** RFC 8628: how long a code lives, and how long a device waits between two questions. */
export const lifeSeconds = 600
export const intervalSeconds = 5

/** RFC 8628 section 3.4. */
export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'

export interface DeviceRequest {
  readonly deviceCode: string
  /** As it is shown. */
  readonly userCode: string
}

/**
 * Begin for a device that has no browser: a code that it shows, and one by which it asks (RFC 8628 section 3.1).
 * @throws {Refusal} `grant_not_allowed`, `scope_invalid`, `resource_unknown`, `details_invalid`, `too_many_requests`
 */
export async function askForDevice(
  ground: OauthGround,
  application: ApplicationRow,
  asked: {
    readonly scope: string | undefined
    readonly resource: string | undefined
    /** JSON (RFC 9396). */
    readonly details: string | undefined
  },
  client: ClientInfo,
): Promise<DeviceRequest> {
  const { db, world, findTarget, regionOf } = ground
  const told = { event: 'application.device', clientId: application.id } as const
  if (!application.grants.includes(deviceCodeGrant)) {
    throw new Refusal('grant_not_allowed', 'this application asks by a browser', {
      ...{ reason: 'grant_not_allowed', refused: told },
    })
  }
  const target = await findTarget(asked.resource)
  const details = readAskedDetails(
    { text: asked.details, scopes: application.scopes, resource: asked.resource },
    world.now(),
  )
  if (isDetailsFault(details)) {
    const { description, reason } = details
    throw new Refusal('details_invalid', description, { reason, refused: told })
  }
  const named = asked.scope === undefined ? undefined : itemsOf(asked.scope)
  const scopes = scopesBeside(details, named, application.scopes)
  const wanted = await obtainable(ground, { application, scopes, target }, undefined)
  if (wanted === undefined) {
    throw new Refusal('scope_invalid', 'none of these scopes can be had', {
      ...{ reason: 'scope_unavailable', refused: told },
    })
  }
  const [deviceCode, userCode] = [newSecret('device', world), newUserCode(world)]
  await db.transaction(async (tx) => {
    await ground.admitDevice(tx, client)
    const now = world.now()
    await insertDeviceCode(tx, {
      ...{ hash: hashSecret(deviceCode), user_code: keptUserCode(ground.masterKey, userCode) },
      ...{ application: application.id, scopes: wanted, resource: target?.audience ?? null },
      details: detailsColumn(details),
      ...{ address: client.address, region: regionOf(client.address), user_agent: client.userAgent ?? null },
      ...{ created_at: now, expires_at: now + lifeSeconds * 1000, next_poll_at: now },
      ...{ interval_ms: intervalSeconds * 1000, decided_at: null, is_allowed: null },
      ...{ user_id: null, session_id: null, used_at: null },
    })
  })
  return { deviceCode, userCode: shownUserCode(userCode) }
}
