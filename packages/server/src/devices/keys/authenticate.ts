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
import { device as deviceTarget } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { deviceIdentityOf, type Identity } from '../../identity.ts'
import { remember } from '../../remember.ts'
import { type DeviceRow, findDevice } from '../store.ts'
import { parseUid } from '../uid.ts'
import { type DeviceKeyRow, findLiveDeviceKeys } from './store.ts'

const deviceTokenType = 'device+jwt'

/** Clocks of small devices are poor; a token may still live a day at most. */
const clockToleranceSeconds = 60
const longestLifeSeconds = 24 * 60 * 60
/** The most verifiers that are kept, one for each key. The oldest is dropped, and made again when its device connects. */
const keptVerifiers = 10_000
/** Characters. A token of our own device client has about 400; a longer one is read and verified each time. */
const longestRememberedToken = 2_048

export interface DeviceAuthentication {
  /**
   * Authenticate a token that a device signed itself: `typ: device+jwt`, `iss` and `sub` its uid, `aud` this
   * deployment, `exp` within a day. The uid selects the keys to try; only the signature proves anything.
   *
   * A token with the uid of an existing device that none of its keys signed comes from an impersonator: it is
   * refused like any other, and raises `device.impersonation`.
   * @throws {Refusal} `token_invalid`, in the same words for an unknown device and a wrong key.
   */
  identify(token: string, client: ClientInfo): Promise<Identity>
  /** Whether a connection that was authenticated with this key may go on. */
  isInForce(uid: string, keyId: string): Promise<boolean>
}

type Verify = (token: string) => VerifiedClaims

export function createDeviceAuthentication(ground: Ground, audience: string): DeviceAuthentication {
  const { db, world } = ground
  const verifiers = new Map<string, Verify>()
  // The uids of verified tokens: a device sends the same token until it expires.
  const uids = new Map<string, string>()

  /** A key never changes: its name is its thumbprint. Whether it is in force is asked of the database each time. */
  function verifierOf(uid: string, { kid, algorithm, public_jwk }: KeptKey): Verify {
    const name = `${uid} ${kid}`
    const kept = verifiers.get(name)
    if (kept) return kept
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
      // A device sends one token until it is over. Bounded, because it writes what it likes into it.
      cache: { maxEntries: 2, maxBytes: 4 * longestRememberedToken },
    })
    remember(verifiers, name, verify, keptVerifiers)
    return verify
  }

  return {
    async identify(token, client) {
      const uid = uids.get(token) ?? claimedUid(token)
      if (uid === undefined) throw invalid('device_unknown')
      const device = await findDevice(db, uid)
      const keys = await findLiveDeviceKeys(db, uid, world.now())
      // The decoy has one name for all uids: kept under each, it would push real keys out.
      const proof = device
        ? prove(keys, withSignature(token), (key) => verifierOf(uid, key))
        : prove([decoy], withSignature(token), (key) => verifierOf('decoy', key))
      if (!device) throw invalid('device_unknown')
      if ('failed' in proof) {
        if (notItsKey.has(proof.failed)) alarm(ground, uid, proof.failed, client)
        throw invalid(proof.failed, uid)
      }
      const { claims, keyId } = proof
      if (claims.sub !== uid) throw invalid('subject_mismatch', uid)
      if ((claims.exp ?? 0) - (claims.iat ?? 0) > longestLifeSeconds) throw invalid('life_too_long', uid)
      if (!isInService(device)) throw invalid(`device_${device.state}`, uid)
      if (token.length <= longestRememberedToken) remember(uids, token, uid, keptVerifiers)
      return deviceIdentityOf(claims, {
        ...{ uid, keyId, toleranceMs: clockToleranceSeconds * 1000 },
        // Read before the keys were: a token that is issued on it ends with the key that was not revoked yet.
        tokensVersion: device.tokens_version,
      })
    },
    async isInForce(uid, keyId) {
      const device = await findDevice(db, uid)
      if (!device || !isInService(device)) return false
      return (await findLiveDeviceKeys(db, uid, world.now())).some(({ kid }) => kid === keyId)
    },
  }
}

const isInService = ({ state }: DeviceRow) => state !== 'suspended' && state !== 'retired'

type KeptKey = Pick<DeviceKeyRow, 'kid' | 'algorithm' | 'public_jwk'>
type Proof = { readonly claims: VerifiedClaims; readonly keyId: string } | { readonly failed: TokenErrorCode }

/**
 * Try the keys one by one. A `kid` narrows them to one of this device, which is all that it can do; without it
 * the token may be of any, because a device that changes keys has two of the same algorithm.
 */
function prove(keys: readonly KeptKey[], token: string, verifierOf: (key: KeptKey) => Verify): Proof {
  let failed: TokenErrorCode = 'key_not_found'
  for (const key of keys) {
    try {
      return { claims: verifierOf(key)(token), keyId: key.kid }
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      if (error.code !== 'key_not_found') failed = error.code
      // The key fitted, and something else is wrong: no other key will mend that.
      if (!notItsKey.has(error.code)) break
    }
  }
  return { failed }
}

/** Failures that raise the alarm: only a sender without the key of the device meets them, not a device with a wrong clock. */
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

/** Not awaited: the time of the write would reveal which uids exist. */
function alarm({ activity, log }: Ground, uid: string, reason: EventReason, client: ClientInfo): void {
  activity
    .recordRefusal({ client }, 'device.impersonation', deviceTarget(uid), { outcome: 'alarm', reason })
    .catch((error: unknown) => log.error('record_failed', error))
}

/** The most headers whose type is remembered. Each key has one header; invented ones can displace only these. */
const rememberedHeaders = 1_000

/**
 * Whether the header of a token claims that a device signed it. It is a claim only: `identify` checks the type again, with the
 * signature. Both edges call this for every token, so the results are remembered.
 */
export function createDeviceTokenTest(): (token: string) => boolean {
  const known = new Map<string, boolean>()
  return (token) => {
    const header = token.slice(0, Math.max(0, token.indexOf('.')))
    const remembered = known.get(header)
    if (remembered !== undefined) return remembered
    const isOfDevice = typeIn(header) === deviceTokenType
    if (header.length <= longestRememberedHeader) remember(known, header, isOfDevice, rememberedHeaders)
    return isOfDevice
  }
}
const longestRememberedHeader = 512

/** The type of a header. It depends on the header alone, because the result is remembered by the header. */
function typeIn(header: string): unknown {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString())
    return typeof parsed === 'object' && parsed !== null && 'typ' in parsed ? parsed.typ : undefined
  } catch {
    return undefined
  }
}

/** The uid that a token claims, not verified. */
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

/** The log is told which device it was to be, where there is one. */
function invalid(reason: EventReason, uid?: string): Refusal {
  const refused = uid === undefined ? undefined : { target: deviceTarget(uid) }
  return new Refusal('token_invalid', 'this token is not valid here', { reason, refused })
}
