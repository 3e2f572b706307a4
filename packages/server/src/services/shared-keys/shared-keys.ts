import { type SecretKey, secretKey } from 'latchkey/token'
import { service as serviceTarget, signingKey } from '../../activity/events.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import type { SealedRows } from '../../secrets/resealing.ts'
import { newSecret } from '../../secrets/secrets.ts'
import { profileOf } from '../../tokens/profiles/choice.ts'
import type { SharedAlgorithm } from '../../tokens/profiles/profile.ts'
import { isWholeWithin } from '../../whole-number.ts'
import type { ServicesGround } from '../ground.ts'
import { heldService } from '../held.ts'
import {
  deleteEndedSharedKeys,
  deleteSharedKey,
  endSharedKeys,
  findSealedSharedKeys,
  findSharedKeys,
  insertSharedKey,
  keepSharedKeys,
  replaceSealedSharedKey,
  type SharedKeyRow,
} from './store.ts'

/** A service has so many at once: the one that signs, and the one before or after it. */
const mostSharedKeys = 2
const daySeconds = 86_400
const longestDelaySeconds = 7 * daySeconds
const longestOverlapSeconds = 30 * daySeconds

export interface Rotation {
  /** After how many seconds the new key signs; until then the one before does. At once if it is not given. */
  readonly startsInSeconds?: number | undefined
  /** For how many seconds after that the one before is good; a day if it is not given. */
  readonly overlapSeconds?: number | undefined
}

/** A key with its secret, which is shown this once. The bytes of the text are what signs. */
export interface NewSharedKey {
  readonly key: SharedKeyRow
  readonly secret: string
  /** When the key before it ends; null if there is none. */
  readonly previousEndsAt: number | null
  /** How many API keys the one before has signed, which end with it. */
  readonly apiKeys: number
}

/** At least as many bytes as the hash has (RFC 7518 section 3.2), all of them random. */
const randomBytes: Readonly<Record<SharedAlgorithm, number>> = { HS256: 32, HS384: 48, HS512: 64 }

/**
 * Make a shared key for a service. The one before it ends some time after the new one begins to sign.
 * @throws {Refusal} `service_not_found`, `permission_missing`; `profile_unsafe` for a service whose tokens are signed otherwise;
 * `key_limit_reached` while two are live; `request_invalid` for times that are too long, or too short for tokens to end in
 */
export async function rotateSharedKey(
  { db, world, activity, masterKey, lifeSeconds, apiKeys }: ServicesGround,
  actor: Actor,
  id: string,
  { startsInSeconds = 0, overlapSeconds = daySeconds }: Rotation,
): Promise<NewSharedKey> {
  return db.transaction(async (tx) => {
    const service = await heldService(tx, actor, id)
    const { signing, lifeSeconds: profileLife } = profileOf(service.profile)
    if (signing.key !== 'shared') {
      throw new Refusal('profile_unsafe', 'the tokens of this service are not signed by a shared key')
    }
    requireTimes(
      startsInSeconds,
      overlapSeconds,
      Math.max(profileLife ?? lifeSeconds, service.longest_life_seconds),
    )
    const now = world.now()
    await deleteEndedSharedKeys(tx, now)
    const before = await findSharedKeys(tx, id, now)
    if (before.length >= mostSharedKeys) {
      throw new Refusal(
        'key_limit_reached',
        'the service has two keys: wait until the old one ends, or take it away',
      )
    }
    const kid = newIdentifier('shk', world)
    const secret = newSecret('shared', world, randomBytes[signing.algorithm])
    // The first one signs at once: there is none that could until then.
    const startsAt = before.length === 0 ? now : now + startsInSeconds * 1000
    const previousEndsAt = before.length === 0 ? null : startsAt + overlapSeconds * 1000
    let ending = 0
    if (previousEndsAt !== null) {
      await endSharedKeys(tx, id, previousEndsAt)
      for (const { kid } of before) ending += await apiKeys.noteSignerEnd(tx, kid, previousEndsAt)
    }
    const key: SharedKeyRow = {
      ...{ kid, service: id, algorithm: signing.algorithm, created_at: now, starts_at: startsAt },
      secret_sealed: masterKey.seal(secret, sealContext(id, kid)),
      ...{ ends_at: null, last_used_at: null },
    }
    await insertSharedKey(tx, key)
    const details = { kid, starts_at: startsAt, previous_ends_at: previousEndsAt }
    await activity.record(tx, actor, 'service.rotate_key', serviceTarget(id), { details })
    tx.announce()
    return { key, secret, previousEndsAt, apiKeys: ending }
  })
}

/** Tokens of the key before have to end while it is good. */
function requireTimes(startsIn: number, overlap: number, lifeSeconds: number): void {
  if (!isWholeWithin(startsIn, 0, longestDelaySeconds)) {
    throw new Refusal('request_invalid', 'a key begins to sign within 7 days')
  }
  if (!isWholeWithin(overlap, lifeSeconds, longestOverlapSeconds)) {
    throw new Refusal(
      'request_invalid',
      `the key before is good for ${lifeSeconds} seconds at least, as long as its tokens live, and 30 days at most`,
    )
  }
}

/**
 * Take a key of a service away: nothing is signed by it any more, and API keys that it has signed are revoked. Services that hold
 * it go on accepting what it has signed, until they take it away as well or are told of the revocation. A key that it was to take the place of has no end any more.
 * @throws {Refusal} `service_not_found`, `permission_missing`, `key_not_found`
 */
export async function dropSharedKey(
  { db, world, activity, apiKeys }: ServicesGround,
  actor: Actor,
  id: string,
  kid: string,
): Promise<number> {
  return db.transaction(async (tx) => {
    await heldService(tx, actor, id)
    if (!(await deleteSharedKey(tx, id, kid))) {
      throw new Refusal('key_not_found', 'the service has no such key')
    }
    const left = await findSharedKeys(tx, id, world.now())
    if (left.every(({ ends_at }) => ends_at !== null)) await keepSharedKeys(tx, id, world.now())
    const ended = await apiKeys.endSignedBy(tx, actor, kid)
    const details = { service: id, ...(ended > 0 && { api_keys: ended }) }
    await activity.record(tx, actor, 'service.drop_key', signingKey(kid), { details })
    tx.announce()
    return ended
  })
}

/** The key that signs now, of those that are live: the one that began last. */
export function signingOf(keys: readonly SharedKeyRow[], now: number): SharedKeyRow | undefined {
  return keys.find(({ starts_at }) => starts_at <= now)
}

export function openSharedKey(masterKey: MasterKey, row: SharedKeyRow): SecretKey {
  const secret = masterKey.open(row.secret_sealed, sealContext(row.service, row.kid))
  return secretKey(Buffer.from(secret), { algorithm: row.algorithm, keyId: row.kid })
}

/** The secrets of all services, to be sealed anew. */
export const sealedSharedKeys: SealedRows = {
  name: 'shared keys',
  find: findSealedSharedKeys,
  replace: replaceSealedSharedKey,
  contextOf(id) {
    const [kid = '', service = ''] = id.split(' ')
    return sealContext(service, kid)
  },
}

const sealContext = (service: string, kid: string) => `shared key ${service} ${kid}`
