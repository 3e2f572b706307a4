import { type Jwk, type PublicKey, publicKey, TokenError, toJwk } from 'latchkey/token'
import { app as appTarget } from '../activity/events.ts'
import { isUniqueViolation } from '../database/violation.ts'
import { Refusal } from '../errors.ts'
import type { Actor } from '../identity.ts'
import type { AppsGround } from './ground.ts'
import { held } from './registered.ts'
import { type AppKeyRow, findAppKeys, insertAppKey, revokeAppKey } from './store.ts'

/** What assertions may be signed with: no secret that both sides hold, and nothing without a signature. */
export const appAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export type AppAlgorithm = (typeof appAlgorithms)[number]

/** Two while an app changes from one to the other, and some for servers that have keys of their own. */
const mostLiveKeys = 10

export const keyIdText = /^[\w.~:+=-]{1,100}$/

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
  try {
    await db.transaction(async (tx) => {
      await held(tx, actor, id)
      const live = (await findAppKeys(tx, id)).filter(({ revoked_at }) => revoked_at === null)
      if (live.length >= mostLiveKeys) {
        throw new Refusal(
          'key_limit_reached',
          `an app has ${mostLiveKeys} live keys at most; revoke one first`,
        )
      }
      await insertAppKey(tx, row)
      await activity.record(tx, actor, 'app.add_key', appTarget(id), { details: { kid: row.kid } })
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Refusal('key_exists', 'the app has a key of this kid, or had one')
  }
  return row
}

/** Nothing that the key signs is taken from then on. Sessions go on; disable the app to end them. */
export async function revokeKeyOfApp(
  { db, world, activity }: AppsGround,
  actor: Actor,
  id: string,
  kid: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    await held(tx, actor, id)
    if (!(await revokeAppKey(tx, id, kid, world.now()))) {
      throw new Refusal('key_not_found', 'the app has no key of this kid that is in force')
    }
    await activity.record(tx, actor, 'app.revoke_key', appTarget(id), { details: { kid } })
  })
}

/** The key of a row, pinned to its algorithm. */
export function keyOf({ public_jwk, algorithm, kid }: AppKeyRow): PublicKey {
  // Only `addAppKey` fills the columns, and it writes only these algorithms.
  return publicKey(JSON.parse(public_jwk) as Jwk, { algorithm: algorithm as AppAlgorithm, keyId: kid })
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
