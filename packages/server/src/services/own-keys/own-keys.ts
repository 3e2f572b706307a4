import {
  generateKey,
  type Jwk,
  type PrivateKey,
  privateKey,
  publicKeyOf,
  thumbprint,
  toJwk,
} from 'latchkey/token'
import { service as serviceTarget } from '../../activity/events.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { findLongestLife } from '../../keys/store.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import type { SealedRows } from '../../secrets/resealing.ts'
import { clockToleranceSeconds } from '../../tokens/authenticate.ts'
import { profileOf } from '../../tokens/profiles/choice.ts'
import type { KeyAlgorithm } from '../../tokens/profiles/profile.ts'
import type { ServicesGround } from '../ground.ts'
import { held } from '../held.ts'
import type { ServiceRow } from '../store.ts'
import {
  activateNextServiceKey,
  findSealedServiceKeys,
  findServiceKeys,
  insertServiceKey,
  replaceSealedServiceKey,
  retireActiveServiceKey,
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
    ...{ kid, service, algorithm, status, retired_at: null, last_used_at: null },
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
  const algorithm = await db.transaction(async (tx) => algorithmOf(await held(tx, actor, id)))
  const made = makeKeys(algorithm, 1)
  return db.transaction(async (tx) => {
    // Asked again: another one may have been chosen meanwhile.
    if (algorithmOf(await held(tx, actor, id)) !== algorithm) {
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

function algorithmOf({ profile }: ServiceRow): KeyAlgorithm {
  const { signing } = profileOf(profile)
  if (signing.key === 'own') return signing.algorithm
  throw new Refusal('profile_unsafe', 'the tokens of this service are not signed by a key of its own')
}

/** The keys that stand in the set of a service: the next, the active, and those whose tokens may still live. */
export async function liveKeysOf(
  { world, lifeSeconds }: ServicesGround,
  reader: Reader,
  service: string,
): Promise<readonly ServiceKeyRow[]> {
  const longestSeconds = Math.max(lifeSeconds, await findLongestLife(reader)) + 2 * clockToleranceSeconds
  const endedSince = world.now() - 2 * clockToleranceSeconds * 1000
  return findServiceKeys(reader, service, world.now() - longestSeconds * 1000, endedSince)
}

export function openServiceKey(masterKey: MasterKey, row: ServiceKeyRow): PrivateKey {
  const jwk = masterKey.open(row.private_sealed, sealContext(row.service, row.kid))
  return privateKey(JSON.parse(jwk) as Jwk, { algorithm: row.algorithm, keyId: row.kid })
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
