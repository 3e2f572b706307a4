import { createVerifier, decodeUnverified, type Jwk, keySet, TokenError } from 'latchkey/token'
import { Refusal } from '../errors.ts'
import { type Identity, identityOf } from '../identity.ts'
import type { DeviceParts } from './devices.ts'
import { findDevice, findLiveDeviceKeys } from './store.ts'
import { parseUid } from './uid.ts'

export const deviceTokenType = 'device+jwt'

/** Clocks of small devices are poor; a token may still live a day at most. */
const clockToleranceSeconds = 60
const longestLifeSeconds = 24 * 60 * 60

/**
 * Who a token that a device signed itself names: `typ: device+jwt`, `iss` and `sub` its uid, `aud` this
 * deployment, `exp` within a day. The uid only says which keys to try; it is the key that proves.
 *
 * A token with the uid of a real device that none of its keys signed is somebody else who knows the uid: it is
 * refused like any other, and raises `device.impersonation`.
 * @throws {Refusal} `token_invalid`, in the same words for an unknown device and a wrong key.
 */
export async function authenticateDevice(
  parts: DeviceParts & { readonly audience: string },
  token: string,
  origin: { readonly address: string; readonly requestId?: string },
): Promise<Identity> {
  const { db, world, audience } = parts
  const uid = claimedUid(token)
  const keys = uid === undefined ? [] : await findLiveDeviceKeys(db, uid, world.now())
  if (uid === undefined || keys.length === 0) throw invalid('device_unknown')
  try {
    const verify = createVerifier({
      keys: keySet({
        keys: keys.map((key) => ({
          ...(JSON.parse(key.public_jwk) as Jwk),
          kid: key.kid,
          alg: key.algorithm,
        })),
      }),
      issuer: uid,
      audience,
      type: deviceTokenType,
      clockTolerance: clockToleranceSeconds,
      maxAge: longestLifeSeconds,
      requiredClaims: ['exp', 'iat', 'sub'],
      now: world.now,
    })
    const claims = verify(token)
    if (claims.sub !== uid) throw invalid('subject_mismatch')
    if ((claims.exp ?? 0) - (claims.iat ?? 0) > longestLifeSeconds) throw invalid('life_too_long')
    const device = await findDevice(db, uid)
    if (!device || device.state === 'suspended' || device.state === 'retired')
      throw invalid(`device_${device?.state ?? 'unknown'}`)
    const identity = identityOf(claims, 'device')
    if (!identity) throw invalid('subject_mismatch')
    return identity
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    if (notItsKey.has(error.code)) await alarm(parts, uid, error.code, origin)
    throw invalid(error.code)
  }
}

/** Failures that only somebody without the device's key meets. A device with a wrong clock is no impersonator. */
const notItsKey: ReadonlySet<string> = new Set([
  'signature_invalid',
  'key_not_found',
  'algorithm_not_allowed',
])

async function alarm(
  { activity }: DeviceParts,
  uid: string,
  reason: string,
  origin: { address: string },
): Promise<void> {
  await activity.recordAlone({
    event: 'device.impersonation',
    outcome: 'alarm',
    reason,
    target: uid,
    targetKind: 'device',
    origin,
  })
}

/** Which device a token says it is of, unproven. */
function claimedUid(token: string): string | undefined {
  try {
    const { sub } = decodeUnverified(token).claims as { sub?: unknown }
    const uid = typeof sub === 'string' ? parseUid(sub) : undefined
    return uid === sub ? uid : undefined
  } catch (error) {
    if (error instanceof TokenError) return undefined
    throw error
  }
}

function invalid(reason: string): Refusal {
  return new Refusal('token_invalid', 'this token is not valid here', { reason })
}
