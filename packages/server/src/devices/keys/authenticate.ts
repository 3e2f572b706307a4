import {
  createVerifier,
  decodeUnverified,
  type Jwk,
  publicKey,
  TokenError,
  type TokenErrorCode,
  type UnverifiedToken,
  type VerifiedClaims,
} from 'latchkey/token'
import { Refusal } from '../../errors.ts'
import { deviceIdentityOf, type Identity } from '../../identity.ts'
import type { DeviceParts } from '../devices.ts'
import { findDevice } from '../store.ts'
import { parseUid } from '../uid.ts'
import { type DeviceKeyRow, findLiveDeviceKeys } from './store.ts'

const deviceTokenType = 'device+jwt'

/** Clocks of small devices are poor; a token may still live a day at most. */
const clockToleranceSeconds = 60
const longestLifeSeconds = 24 * 60 * 60

export type DeviceAuthenticationParts = DeviceParts & {
  readonly audience: string
  /** Where it is told that an alarm could not be written. */
  readonly onError: (error: unknown) => void
}

/**
 * Who a token that a device signed itself names: `typ: device+jwt`, `iss` and `sub` its uid, `aud` this
 * deployment, `exp` within a day. The uid only says which keys to try; it is the key that proves.
 *
 * A token with the uid of a real device that none of its keys signed is somebody else who knows the uid: it is
 * refused like any other, and raises `device.impersonation`.
 * @throws {Refusal} `token_invalid`, in the same words for an unknown device and a wrong key.
 */
export async function authenticateDevice(
  parts: DeviceAuthenticationParts,
  token: string,
  origin: { readonly address: string; readonly requestId?: string },
): Promise<Identity> {
  const { db, world } = parts
  const uid = claimedUid(token)
  if (uid === undefined) throw invalid('device_unknown')
  const device = await findDevice(db, uid)
  const keys = await findLiveDeviceKeys(db, uid, world.now())
  const proof = prove(parts, uid, device ? keys : [decoy], withSignature(token))
  if (!device) throw invalid('device_unknown')
  if ('failed' in proof) {
    if (notItsKey.has(proof.failed)) alarm(parts, uid, proof.failed, origin)
    throw invalid(proof.failed)
  }
  const { claims, keyId } = proof
  if (claims.sub !== uid) throw invalid('subject_mismatch')
  if ((claims.exp ?? 0) - (claims.iat ?? 0) > longestLifeSeconds) throw invalid('life_too_long')
  if (device.state === 'suspended' || device.state === 'retired') throw invalid(`device_${device.state}`)
  return deviceIdentityOf(claims, { uid, keyId, toleranceMs: clockToleranceSeconds * 1000 })
}

type Proof = { readonly claims: VerifiedClaims; readonly keyId: string } | { readonly failed: TokenErrorCode }

/**
 * Try the keys one by one. A `kid` narrows them to one of this device, which is all that it can do; without it
 * the token may be of any, because a device that changes keys has two of the same algorithm.
 */
function prove(
  { world, audience }: DeviceAuthenticationParts,
  uid: string,
  keys: readonly Pick<DeviceKeyRow, 'kid' | 'algorithm' | 'public_jwk'>[],
  token: string,
): Proof {
  let failed: TokenErrorCode = 'key_not_found'
  for (const { kid, algorithm, public_jwk } of keys) {
    try {
      const verify = createVerifier({
        // Only `addKey` fills the column, and it writes only these algorithms.
        keys: publicKey(JSON.parse(public_jwk) as Jwk, {
          algorithm: algorithm as 'ES256' | 'RS256' | 'EdDSA',
          keyId: kid,
        }),
        issuer: uid,
        audience,
        type: deviceTokenType,
        clockTolerance: clockToleranceSeconds,
        maxAge: longestLifeSeconds,
        requiredClaims: ['exp', 'iat', 'sub'],
        now: world.now,
      })
      return { claims: verify(token), keyId: kid }
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      if (error.code !== 'key_not_found') failed = error.code
      // The key fitted, and something else is wrong: no other key will mend that.
      if (!notItsKey.has(error.code)) break
    }
  }
  return { failed }
}

/** Failures that only somebody without the device's key meets. A device with a wrong clock is no impersonator. */
const notItsKey: ReadonlySet<TokenErrorCode> = new Set([
  'signature_invalid',
  'key_not_found',
  'algorithm_not_allowed',
])

/**
 * Tried for a uid that no device has, so that the answer takes as long as for one that exists. It is the key of
 * RFC 7515 section A.3, whose private half is in print: nothing that it signs is ever let in.
 */
const decoy = {
  kid: 'decoy',
  algorithm: 'ES256',
  public_jwk: JSON.stringify({
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  }),
}

/** Not waited for: the time that writing takes would tell which uids exist. */
function alarm(
  { activity, onError }: DeviceAuthenticationParts,
  uid: string,
  reason: string,
  origin: { readonly address: string; readonly requestId?: string },
): void {
  activity
    .recordAlone({
      event: 'device.impersonation',
      outcome: 'alarm',
      reason,
      target: uid,
      targetKind: 'device',
      origin,
    })
    .catch(onError)
}

/** Whether a token says that a device signed it. Only says: `authenticateDevice` looks at the type again, with the signature. */
export function isDeviceToken(token: string): boolean {
  return unproven(token)?.header.typ === deviceTokenType
}

/** Which device a token says it is of. */
function claimedUid(token: string): string | undefined {
  const sub = unproven(token)?.claims.sub
  const uid = typeof sub === 'string' ? parseUid(sub) : undefined
  return uid === sub ? uid : undefined
}

function unproven(token: string): UnverifiedToken | undefined {
  try {
    return decodeUnverified(withSignature(token))
  } catch (error) {
    if (error instanceof TokenError) return undefined
    throw error
  }
}

/**
 * A token without a signature is no token, and would be no more than a typing error. It is the oldest of all
 * attacks, though, so it is read as one with a wrong signature (no algorithm has one of a byte), to be told of.
 */
function withSignature(token: string): string {
  return token.endsWith('.') ? `${token}AA` : token
}

function invalid(reason: string): Refusal {
  return new Refusal('token_invalid', 'this token is not valid here', { reason })
}
