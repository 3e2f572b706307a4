import { type Jwk, type PublicKey, publicKey, TokenError, thumbprint, toJwk } from 'latchkey/token'
import { device } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import type { World } from '../../world.ts'
import type { DeviceGround } from '../ground.ts'
import { makerOrItself } from '../relations/claims.ts'
import { holdDevice } from '../store.ts'
import { endDeviceTokens } from '../tokens.ts'
import { findLiveDeviceKeys, insertDeviceKey, revokeDeviceKey } from './store.ts'

/** A public key as a JWK (RFC 7517), of an algorithm that devices use. */
export type DevicePublicKey = Readonly<Record<string, unknown>>

/** A device needs two keys while it changes from one to the other, and a third if a change is not finished. */
const mostLiveKeys = 3

const algorithms: Record<string, 'ES256' | 'RS256' | 'EdDSA'> = {
  'EC P-256': 'ES256',
  'RSA ': 'RS256',
  'OKP Ed25519': 'EdDSA',
}

/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4, RFC 9964. Each alone gives the key away. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** Read a key that somebody sent. A private key, a secret or a weak key is refused, and never stored. */
export function parseDeviceKey(jwk: DevicePublicKey): PublicKey {
  const algorithm = algorithms[`${jwk.kty} ${jwk.crv ?? ''}`]
  if (!algorithm) throw unacceptable('send a public JWK of kty EC with P-256, OKP with Ed25519, or RSA')
  if (privateMembers.some((member) => Object.hasOwn(jwk, member))) {
    throw unacceptable(
      'this holds a private key; send the public half, and make a new key, since this one has travelled',
    )
  }
  try {
    // Its name is its thumbprint (RFC 7638), whatever it was called: a name must not be able to point elsewhere.
    const { kid: _, ...unnamed } = jwk
    return publicKey(unnamed as Jwk, { algorithm })
  } catch (error) {
    if (error instanceof TypeError || error instanceof TokenError)
      throw unacceptable('this JWK is not a usable public key')
    throw error
  }
}

/** Add a key, in a transaction that has locked the device. */
export async function addKey(
  tx: Transaction,
  { world }: { world: World },
  uid: string,
  jwk: DevicePublicKey,
): Promise<string> {
  const key = parseDeviceKey(jwk)
  if ((await findLiveDeviceKeys(tx, uid, world.now())).length >= mostLiveKeys) {
    throw unacceptable(`a device has ${mostLiveKeys} live keys at most; revoke one first`)
  }
  const kid = thumbprint(key)
  await unlessTaken(
    () =>
      insertDeviceKey(tx, {
        kid,
        uid,
        algorithm: key.algorithm,
        public_jwk: JSON.stringify(toJwk(key)),
        created_at: world.now(),
        expires_at: null,
        revoked_at: null,
      }),
    () => new Refusal('key_exists', 'a device has this key, or had it'),
  )
  return kid
}

/** Add a key to a device. The caller is its maker or the device itself. */
export async function addDeviceKey(
  ground: Ground,
  actor: Actor,
  uid: string,
  jwk: DevicePublicKey,
): Promise<string> {
  makerOrItself(actor, uid)
  return ground.db.transaction(async (tx) => {
    if (!(await holdDevice(tx, uid))) throw new Refusal('device_not_found', 'no such device')
    const kid = await addKey(tx, ground, uid, jwk)
    await ground.activity.record(tx, actor, 'device.add_key', device(uid), { details: { kid } })
    return kid
  })
}

/** Revoke a key. Connections that were authenticated with it are closed; those by another key of the device stay. */
export async function revokeKey(ground: DeviceGround, actor: Actor, uid: string, kid: string): Promise<void> {
  const { db, world, activity, rights } = ground
  await db.transaction(async (tx) => {
    if (!(await revokeDeviceKey(tx, uid, kid, world.now()))) {
      throw new Refusal('device_not_found', 'no such device has such a key')
    }
    // Which of its tokens for services it got by this key is not known: all end.
    await endDeviceTokens(ground, tx, uid)
    await activity.record(tx, actor, 'device.revoke_key', device(uid), { details: { kid } })
    await rights.ended(tx, [uid])
  })
  await rights.settled()
}

function unacceptable(message: string): Refusal {
  return new Refusal('key_unacceptable', message)
}
