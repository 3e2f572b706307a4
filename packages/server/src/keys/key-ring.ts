import {
  generateKey,
  type Jwk,
  type KeySet,
  keySet,
  type PrivateKey,
  privateKey,
  publicKeyOf,
  thumbprint,
  toJwk,
} from 'latchkey/token'
import type { Activity } from '../activity/activity.ts'
import { signingKey } from '../activity/events.ts'
import type { Database, Transaction } from '../database/database.ts'
import { isUniqueViolation } from '../database/violation.ts'
import { Refusal } from '../errors.ts'
import { type Actor, operator } from '../identity.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { SealedRows } from '../secrets/resealing.ts'
import type { World } from '../world.ts'
import {
  activateNextKeys,
  findLongestLife,
  findSealedKeys,
  findSigningKeys,
  holdKeys,
  holdSigningKey,
  insertSigningKey,
  type KeyStatus,
  replaceSealedKey,
  retireActiveKeys,
  retireKey,
  revokeKey,
  type SigningKeyRow,
} from './store.ts'

export type SigningAlgorithm = 'ES256' | 'RS256' | 'EdDSA'

/** A signing key without its private key, as it is shown. */
export interface KeySummary {
  readonly kid: string
  readonly algorithm: string
  readonly status: KeyState
  readonly createdAt: number
  readonly activatedAt: number | null
  readonly retiredAt: number | null
  readonly revokedAt: number | null
}

/**
 * `next` stands in the key set and signs nothing yet; `active` signs; `retiring` signs no more and verifies what it has
 * signed; `revoked` is in no key set.
 */
export type KeyState = 'next' | 'active' | 'retiring' | 'revoked'

/** The signing keys: those that sign, and those that may have signed a token that is still valid. */
export interface KeyRing {
  readonly algorithm: SigningAlgorithm
  /** The key that signs now. */
  signingKey(): PrivateKey
  /** What verifiers use and `/.well-known/jwks.json` shows: the next, the active and the lately retired. */
  jwks(): { readonly keys: readonly Jwk[] }
  keySet(): KeySet
  /** Increases with each change, so that values derived from the ring know when to be derived again. */
  generation(): number
  list(): readonly KeySummary[]
  /** Whether a key was revoked that may have signed a token which is still good. */
  isRevoked(kid: string): boolean
  /** Sign with the next key from now on. Verifiers know it already: it has stood in the key set since it was made. */
  rotate(actor: Actor): Promise<void>
  /** The same if the key has signed since `activeSince` or longer. Of any number of processes at once, one does it. */
  rotateIfActiveSince(actor: Actor, activeSince: number): Promise<boolean>
  /**
   * End a key at once: it leaves the set, and what it has signed is refused. If it was the one that signs, the next one does.
   * How many API keys ended with it.
   */
  revoke(actor: Actor, kid: string): Promise<number>
  /** Take what ends with a key, in the transaction in which it is revoked; how many of them there were. */
  govern(endWith: (tx: Transaction, actor: Actor, kid: string) => Promise<number>): void
  /** Hold a key until the transaction ends, so that its revocation comes before or after. False if it was before. */
  hold(tx: Transaction, kid: string): Promise<boolean>
  /** Be told when the keys in the set are others, by this process or another. Returns the way to stop. */
  follow(listener: () => void): () => void
  /** Read again what another process may have changed. */
  reload(): Promise<void>
}

interface Parts {
  readonly db: Database
  readonly world: World
  readonly masterKey: MasterKey
  readonly activity: Activity
  readonly algorithm: SigningAlgorithm
  /** Milliseconds for which a retired key stays in the set: the life of a token of this server, and the skew of clocks. */
  readonly keepRetiredMs: number
  /** That skew alone, for services whose tokens live longer. */
  readonly skewMs: number
}

export async function openKeyRing(parts: Parts): Promise<KeyRing> {
  const { db, world, masterKey, activity, algorithm, keepRetiredMs, skewMs } = parts
  let rows: readonly SigningKeyRow[] = []
  let signing: PrivateKey
  let shown: { keys: Jwk[] }
  let set: KeySet
  let revoked: ReadonlySet<string>
  let generation = 0
  const listeners = new Set<() => void>()
  let endWith: (tx: Transaction, actor: Actor, kid: string) => Promise<number> = async () => 0

  let reloading: Promise<unknown> = Promise.resolve()
  /** One after the other: what began to read earlier and ended later would bring a key back that is revoked. */
  function reload(): Promise<void> {
    const next = reloading.then(read)
    reloading = next.catch(() => {})
    return next
  }
  async function read(): Promise<void> {
    const keepMs = Math.max(keepRetiredMs, (await findLongestLife(db)) * 1000 + skewMs)
    const found = await findSigningKeys(db, world.now() - keepMs, world.now() - skewMs)
    if (generation > 0 && sameKeys(found, rows)) return
    const valid = found.filter((row) => row.revoked_at === null)
    const active = valid.find((row) => row.status === 'active' && row.algorithm === algorithm)
    if (!active) throw new Error(`there is no active ${algorithm} key in the key ring`)
    rows = found
    signing = openKey(active, masterKey)
    shown = { keys: valid.map((row) => JSON.parse(row.public_jwk) as Jwk) }
    set = keySet(shown)
    revoked = new Set(found.filter((row) => row.revoked_at !== null).map(({ kid }) => kid))
    generation += 1
    for (const listener of listeners) listener()
  }

  await createFirstKeys()
  await reload()

  async function createFirstKeys(): Promise<void> {
    try {
      await db.transaction(async (tx) => {
        const existing = await findSigningKeys(tx, world.now(), world.now())
        if (existing.some((row) => row.status === 'active' && row.algorithm === algorithm)) return
        if (algorithm === 'EdDSA') throw new Error(noFirstEdDsa)
        await createKey(tx, 'active')
        await createKey(tx, 'next')
      })
    } catch (error) {
      // Another process started at the same moment and was first: its keys are the ring.
      if (!isUniqueViolation(error)) throw error
    }
  }

  async function createKey(tx: Transaction, status: KeyStatus): Promise<void> {
    const key = generateKey(algorithm) as PrivateKey // none of our algorithms is symmetric
    const publicJwk = { ...toJwk(publicKeyOf(key)), use: 'sig' }
    const kid = thumbprint(key)
    await insertSigningKey(tx, {
      kid,
      algorithm,
      status,
      public_jwk: JSON.stringify(publicJwk),
      private_sealed: masterKey.seal(JSON.stringify(toJwk(key)), sealContext(kid)),
      created_at: world.now(),
      activated_at: status === 'active' ? world.now() : null,
      retired_at: null,
      revoked_at: null,
    })
    await activity.record(tx, operator, 'key.create', signingKey(kid))
  }

  return {
    algorithm,
    signingKey: () => signing,
    jwks: () => shown,
    keySet: () => set,
    generation: () => generation,
    list: () => rows.map(summarize),
    isRevoked: (kid) => revoked.has(kid),
    reload,
    rotate: async (actor) => void (await rotateIfActiveSince(actor, Number.MAX_SAFE_INTEGER)),
    rotateIfActiveSince,
    async revoke(actor, kid) {
      const ended = await db.transaction(async (tx) => {
        // One row first: of many who revoke the same key, all but one wait for nothing else.
        const was = await revokeKey(tx, kid, world.now())
        if (was === undefined) throw new Refusal('signing_key_not_found', 'there is no such key in the ring')
        await holdKeys(tx, algorithm)
        await retireKey(tx, kid, world.now())
        // A key of an algorithm that signs no more has no successor.
        if (was.algorithm === algorithm && was.status !== 'retired') {
          if (was.status === 'active') await activateNext(tx)
          await createKey(tx, 'next')
        }
        const apiKeys = await endWith(tx, actor, kid)
        const more = apiKeys > 0 ? { details: { api_keys: apiKeys } } : {}
        await activity.record(tx, actor, 'key.revoke', signingKey(kid), more)
        tx.announce()
        return apiKeys
      })
      await reload()
      return ended
    },
    govern(given) {
      endWith = given
    },
    hold: (tx, kid) => holdSigningKey(tx, kid),
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }

  async function activateNext(tx: Transaction): Promise<string> {
    const [activated] = await activateNextKeys(tx, algorithm, world.now())
    if (activated === undefined) throw new Error(`there is no next ${algorithm} key in the key ring`)
    return activated
  }

  async function rotateIfActiveSince(actor: Actor, activeSince: number): Promise<boolean> {
    const isRotated = await db.transaction(async (tx) => {
      // One row first, as above.
      if (!(await retireActiveKeys(tx, algorithm, world.now(), activeSince))) return false
      await holdKeys(tx, algorithm)
      const activated = await activateNext(tx)
      await createKey(tx, 'next')
      await activity.record(tx, actor, 'key.rotate', signingKey(activated))
      tx.announce()
      return true
    })
    await reload()
    return isRotated
  }
}

/** A database whose ring has Ed25519 keys from before goes on with them. */
const noFirstEdDsa =
  'LATCHKEY_SIGNING_ALGORITHM is EdDSA, and this database has no such key: many libraries refuse a key set whole at one key of a kind that they do not know, so the main set gets none. Use ES256 or RS256, and EdDSA for services with keys of their own'

/** The private keys of all rings, to be sealed anew. */
export const sealedKeys: SealedRows = {
  name: 'signing keys',
  find: findSealedKeys,
  replace: replaceSealedKey,
  contextOf: sealContext,
}

function sealContext(kid: string): string {
  return `signing key ${kid}`
}

function openKey(row: SigningKeyRow, masterKey: MasterKey): PrivateKey {
  let jwk: string
  try {
    jwk = masterKey.open(row.private_sealed, sealContext(row.kid))
  } catch (cause) {
    throw new Error('the master key does not open the signing keys of this database', { cause })
  }
  return privateKey(JSON.parse(jwk) as Jwk, { algorithm: row.algorithm as SigningAlgorithm, keyId: row.kid })
}

function sameKeys(a: readonly SigningKeyRow[], b: readonly SigningKeyRow[]): boolean {
  const print = (rows: readonly SigningKeyRow[]) =>
    rows.map(({ kid, status, revoked_at }) => `${kid} ${status} ${revoked_at}`).join()
  return print(a) === print(b)
}

function summarize(row: SigningKeyRow): KeySummary {
  return {
    kid: row.kid,
    algorithm: row.algorithm,
    status: row.revoked_at !== null ? 'revoked' : row.status === 'retired' ? 'retiring' : row.status,
    createdAt: row.created_at,
    activatedAt: row.activated_at,
    retiredAt: row.retired_at,
    revokedAt: row.revoked_at,
  }
}
