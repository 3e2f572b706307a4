import { type Jwk, publicKey, TokenError, toJwk } from 'latchkey/token'
import { app as appTarget } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import { unlessTaken } from '../database/violation.ts'
import { Refusal } from '../errors.ts'
import type { Actor } from '../identity.ts'
import type { AppsGround } from './ground.ts'
import { type AppAlgorithm, keyIdText } from './key-form.ts'
import { existingApp, heldApp } from './registered.ts'
import {
  type AppKeyRow,
  type AppRow,
  findAppKey,
  findAppKeys,
  findSetKey,
  findSetKeys,
  insertAppKey,
  revokeAppKey,
  type SetKeyRow,
} from './store.ts'

/** Two while an app changes from one to the other, and some for servers that have keys of their own. */
const mostLiveKeys = 10

export interface NewAppKey {
  readonly kid: string
  readonly algorithm: AppAlgorithm
  /** A public key as PEM or JWK. */
  readonly key: string | Readonly<Record<string, unknown>>
}

/**
 * Add a key by which an app signs. A kid is never used twice, also after its key was revoked.
 * @throws {Refusal} `app_not_found`, `key_unacceptable`, `key_exists`, `key_limit_reached`
 */
export async function addAppKey(
  { db, world, activity }: AppsGround,
  actor: Actor,
  id: string,
  given: NewAppKey,
): Promise<AppKeyRow> {
  const row: AppKeyRow = {
    ...{ app: id, kid: given.kid, algorithm: given.algorithm, public_jwk: JSON.stringify(readKey(given)) },
    ...{ created_at: world.now(), revoked_at: null },
  }
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        await heldApp(tx, actor, id)
        const live = (await findAppKeys(tx, id)).filter(({ revoked_at }) => revoked_at === null)
        if (live.length >= mostLiveKeys) {
          throw new Refusal(
            'key_limit_reached',
            `an app has ${mostLiveKeys} live keys at most; revoke one first`,
          )
        }
        await insertAppKey(tx, row)
        await activity.record(tx, actor, 'app.add_key', appTarget(id), { details: { kid: row.kid } })
      }),
    () => new Refusal('key_exists', 'the app has a key of this kid, or had one'),
  )
  return row
}

/** The keys of an app: those that it was given, and of its set those that stand in nobody's place. */
export async function keysOfApp(
  { db }: Pick<AppsGround, 'db'>,
  id: string,
): Promise<readonly (AppKeyRow | SetKeyRow)[]> {
  const given = await findAppKeys(db, id)
  const published = await findSetKeys(db, id)
  return [...given, ...published.filter(({ kid }) => !given.some((key) => key.kid === kid))]
}

/**
 * Read the key set of an app at once. The answer says what came of it.
 * @throws {Refusal} `app_not_found`, `permission_missing`; `request_invalid` for an app without a set
 */
export async function refreshKeysOfApp(ground: AppsGround, actor: Actor, id: string): Promise<AppRow> {
  const { db, activity, keySets } = ground
  await db.transaction(async (tx) => {
    const { jwks_uri: uri } = await heldApp(tx, actor, id)
    if (uri === null) throw new Refusal('request_invalid', 'this app has no key set URL')
    await activity.record(tx, actor, 'app.refresh_keys', appTarget(id))
  })
  await keySets.readNow(id)
  return existingApp(ground, id)
}

/**
 * Nothing that the key signs is taken from then on. Sessions go on; disable the app to end them. A key of the set is refused even
 * if the set goes on to publish it.
 */
export async function revokeKeyOfApp(
  { db, world, activity }: AppsGround,
  actor: Actor,
  id: string,
  kid: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    await heldApp(tx, actor, id)
    if (
      !(await revokeAppKey(tx, id, kid, world.now())) &&
      !(await revokePublished(tx, id, kid, world.now()))
    ) {
      throw new Refusal('key_not_found', 'the app has no key of this kid that is in force')
    }
    await activity.record(tx, actor, 'app.revoke_key', appTarget(id), { details: { kid } })
  })
}

/** A key that is only in the set becomes a key that was revoked, for nobody else can take it out of the set. */
async function revokePublished(tx: Transaction, app: string, kid: string, now: number): Promise<boolean> {
  const published = (await findAppKey(tx, app, kid)) ? undefined : await findSetKey(tx, app, kid)
  if (!published) return false
  const { algorithm, public_jwk } = published
  await insertAppKey(tx, { app, kid, algorithm, public_jwk, created_at: published.read_at, revoked_at: now })
  return true
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

function readKey({ kid, algorithm, key }: NewAppKey): object {
  if (!keyIdText.test(kid)) throw unacceptable('a kid has 1 to 100 letters, digits and . ~ : + = _ -')
  if (
    typeof key === 'string'
      ? key.includes('PRIVATE')
      : privateMembers.some((name) => Object.hasOwn(key, name))
  ) {
    throw unacceptable(
      'this is a private key or a secret; send the public half of a new one, since this one has travelled',
    )
  }
  try {
    const input = typeof key === 'string' ? key : ({ ...key, kid } as unknown as Jwk) // read by publicKey
    return toJwk(publicKey(input, { algorithm, keyId: kid }))
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof TokenError)) throw error
    throw unacceptable(`this is no public key for ${algorithm}, or a weak one; RSA has 2048 bits at least`)
  }
}

function unacceptable(message: string): Refusal {
  return new Refusal('key_unacceptable', message)
}
