import {
  generateKey,
  type Jwk,
  type PrivateKey,
  type PublicKey,
  privateKey,
  publicKey,
  publicKeyOf,
  thumbprint,
  toJwk,
} from 'latchkey/token'
import { service as serviceTarget, signingKey } from '../../activity/events.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { type RotationReach, reachOfRotation, requireNobodyCutOff } from '../../keys/rotation.ts'
import { findLongestLife } from '../../keys/store.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import type { SealedRows } from '../../secrets/resealing.ts'
import { clockSkewMs } from '../../tokens/authenticate.ts'
import { profileOf } from '../../tokens/profiles/choice.ts'
import type { KeyAlgorithm } from '../../tokens/profiles/profile.ts'
import type { ServedServices, ServicesGround } from '../ground.ts'
import { existing, heldService } from '../held.ts'
import type { ServiceRow } from '../store.ts'
import {
  activateNextServiceKey,
  findSealedServiceKeys,
  findServiceKeys,
  insertServiceKey,
  replaceSealedServiceKey,
  retireActiveServiceKey,
  retireServiceKey,
  revokeServiceKey,
  type ServiceKeyRow,
} from './store.ts'

/** Keys that were made and belong to nobody yet: making one takes a while, and a transaction is waited for. */
export interface MadeKeys {
  readonly algorithm: KeyAlgorithm
  readonly keys: readonly PrivateKey[]
}

export function makeKeys(algorithm: KeyAlgorithm, count: 1 | 2): MadeKeys {
  const keys = Array.from({ length: count }, () => generateKey(algorithm) as PrivateKey) // none of these is symmetric
  return { algorithm, keys }
}

/** Store the first keys of a service: one signs, and one comes next. */
export async function storeFirstKeys(
  ground: ServicesGround,
  tx: Transaction,
  service: string,
  { algorithm, keys: [active, next] }: MadeKeys,
): Promise<void> {
  if (!active || !next) throw new Error('a service begins with two keys')
  await insertServiceKey(tx, rowOf(ground, service, algorithm, 'active', active))
  await insertServiceKey(tx, rowOf(ground, service, algorithm, 'next', next))
}

function rowOf(
  { world, masterKey }: ServicesGround,
  service: string,
  algorithm: KeyAlgorithm,
  status: 'active' | 'next',
  key: PrivateKey,
): ServiceKeyRow {
  const kid = thumbprint(key)
  return {
    ...{ kid, service, algorithm, status, retired_at: null, last_used_at: null, revoked_at: null },
    public_jwk: JSON.stringify({ ...toJwk(publicKeyOf(key)), use: 'sig' }),
    private_sealed: masterKey.seal(JSON.stringify(toJwk(key)), sealContext(service, kid)),
    created_at: world.now(),
    activated_at: status === 'active' ? world.now() : null,
  }
}

/**
 * Sign the tokens for a service by its next key from now on, which has stood in its key set since it was made. The one before
 * verifies until the last token that it signed has ended.
 * @throws {Refusal} `service_not_found`, `permission_missing`; `profile_unsafe` for a service without keys of its own
 */
export async function rotateOwnKeys(
  ground: ServicesGround,
  actor: Actor,
  id: string,
): Promise<readonly ServiceKeyRow[]> {
  const { db, world, activity } = ground
  const algorithm = await db.transaction(async (tx) => algorithmOf(await heldService(tx, actor, id)))
  const made = makeKeys(algorithm, 1)
  return db.transaction(async (tx) => {
    // Asked again: another one may have been chosen meanwhile.
    if (algorithmOf(await heldService(tx, actor, id)) !== algorithm) {
      throw new Refusal('precondition_failed', 'the service has changed meanwhile; rotate again')
    }
    await retireActiveServiceKey(tx, id, world.now())
    const kid = await activateNextServiceKey(tx, id, world.now())
    const [next] = made.keys
    if (next) await insertServiceKey(tx, rowOf(ground, id, algorithm, 'next', next))
    const details = { kid: kid ?? null }
    await activity.record(tx, actor, 'service.rotate_key', serviceTarget(id), { details })
    tx.announce()
    return liveKeysOf(ground, tx, id)
  })
}

/**
 * The same, unless somebody who verifies would be cut off by it.
 * @throws {Refusal} `rotation_cuts_off`, unless it is forced; and as {@link rotateOwnKeys}
 */
export async function rotateOwnKeysIfFetched(
  ground: ServedServices,
  actor: Actor,
  id: string,
  force: boolean,
): Promise<readonly ServiceKeyRow[]> {
  if (!force) requireNobodyCutOff(await previewOwnRotation(ground, id))
  return rotateOwnKeys(ground, actor, id)
}

/** What a rotation of the own keys of a service would mean now. */
export interface OwnRotation extends RotationReach {
  readonly active: ServiceKeyRow | undefined
  readonly next: ServiceKeyRow | undefined
}

/** @throws {Refusal} `service_not_found` */
export async function previewOwnRotation(ground: ServedServices, id: string): Promise<OwnRotation> {
  const service = await existing(ground.db, id)
  const keys = await liveKeysOf(ground, ground.db, service.id)
  const next = keys.find(({ status }) => status === 'next')
  return {
    active: keys.find(({ status }) => status === 'active'),
    next,
    ...(await reachOfRotation(ground, service.id, next?.kid)),
  }
}

/**
 * End a key of a service at once: it leaves its set, guards that follow the feed of the service hear of it, and if it was the one
 * that signs, the next one does.
 * @throws {Refusal} `service_not_found`, `permission_missing`; `key_not_found`, also for one that was revoked before
 */
export async function revokeOwnKey(
  ground: ServicesGround,
  actor: Actor,
  id: string,
  kid: string,
): Promise<readonly ServiceKeyRow[]> {
  const { db, world, activity, revocations } = ground
  const { signing } = profileOf((await existing(db, id)).profile)
  const made = signing.key === 'own' ? makeKeys(signing.algorithm, 1) : undefined
  return db.transaction(async (tx) => {
    await heldService(tx, actor, id)
    const now = world.now()
    const was = await revokeServiceKey(tx, id, kid, now)
    if (!was) throw new Refusal('key_not_found', 'the service has no such key')
    await retireServiceKey(tx, kid, now)
    if (was.status === 'active') await activateNextServiceKey(tx, id, now)
    const [next] = made?.keys ?? []
    // One that was retired had a successor; whoever changed the profile meanwhile has made keys of their own.
    if (made && next && was.status !== 'retired') {
      await insertServiceKey(tx, rowOf(ground, id, made.algorithm, 'next', next))
    }
    await revocations.revoke(tx, 'key', kid)
    await activity.record(tx, actor, 'service.revoke_key', signingKey(kid), { details: { service: id } })
    return shownKeysOf(ground, tx, id)
  })
}

function algorithmOf({ profile }: ServiceRow): KeyAlgorithm {
  const { signing } = profileOf(profile)
  if (signing.key === 'own') return signing.algorithm
  throw new Refusal('profile_unsafe', 'the tokens of this service are not signed by a key of its own')
}

/** The keys that stand in the set of a service: the next, the active, and those whose tokens may still live. */
export async function liveKeysOf(
  ground: ServicesGround,
  reader: Reader,
  service: string,
): Promise<readonly ServiceKeyRow[]> {
  return (await shownKeysOf(ground, reader, service)).filter(({ revoked_at }) => revoked_at === null)
}

/** The same, and those that were revoked and may have signed such a token. */
export async function shownKeysOf(
  { world, lifeSeconds }: ServicesGround,
  reader: Reader,
  service: string,
): Promise<readonly ServiceKeyRow[]> {
  const longestMs = Math.max(lifeSeconds, await findLongestLife(reader)) * 1000 + clockSkewMs
  const endedSince = world.now() - clockSkewMs
  return findServiceKeys(reader, service, world.now() - longestMs, endedSince)
}

export function openServiceKey(masterKey: MasterKey, row: ServiceKeyRow): PrivateKey {
  const jwk = masterKey.open(row.private_sealed, sealContext(row.service, row.kid))
  return privateKey(JSON.parse(jwk) as Jwk, { algorithm: row.algorithm, keyId: row.kid })
}

export function publicServiceKey({ public_jwk, algorithm, kid }: ServiceKeyRow): PublicKey {
  return publicKey(JSON.parse(public_jwk) as Jwk, { algorithm, keyId: kid })
}

/** The private keys of all services, to be sealed anew. */
export const sealedServiceKeys: SealedRows = {
  name: 'keys of services',
  find: findSealedServiceKeys,
  replace: replaceSealedServiceKey,
  contextOf(id) {
    const [kid = '', service = ''] = id.split(' ')
    return sealContext(service, kid)
  },
}

const sealContext = (service: string, kid: string) => `key ${kid} of the service ${service}`
