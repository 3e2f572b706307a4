import { countingKey } from '../../addresses/networks.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Reader } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { hasSessionFrom, insertSignedInBrowser, touchSession } from '../../sessions/store.ts'
import type { UserRow } from '../users/store.ts'
import { isKnownBrowser, rememberBrowser } from './store.ts'

const dayMs = 86_400_000
/** A place where the account signed in within these days is known. */
const knownForMs = 30 * dayMs
/** So long a browser is known that is not used. */
export const browserKeptForMs = 400 * dayMs

/** Somebody who says who they are, and where they are. */
export interface Visitor {
  /** Undefined if nobody has the name that they say. */
  readonly user: UserRow | undefined
  readonly client: ClientInfo
  /** The secret of the browser, if it has one. */
  readonly browser: string | undefined
}

/** The secrets of a browser that somebody has signed in with, for two cookies. */
export interface KnownBrowser {
  readonly secret: string
  /** Of this session alone. */
  readonly signedIn: string
}

/**
 * Remember a browser that somebody has signed in with, by the secret that it sent or a new one, and that it is signed in with this
 * session; undefined if the session has ended meanwhile, as it does with the password.
 */
export async function knowBrowser(
  { db, world }: Ground,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
  sent: string | undefined,
): Promise<KnownBrowser | undefined> {
  const signedIn = newSecret('signedin', world)
  const secret = sent ?? newSecret('browser', world)
  return db.transaction(async (tx) => {
    if (!(await touchSession(tx, sessionId, world.now()))) return undefined
    await rememberBrowser(tx, hashSecret(secret), userId, world.now())
    await insertSignedInBrowser(tx, { hash: hashSecret(signedIn), sessionId, createdAt: world.now() })
    return { secret, signedIn }
  })
}

/** Whether an account has signed in there before: in this browser, or lately from this address. */
export async function isKnownPlace(reader: Reader, visitor: Visitor, now: number): Promise<boolean> {
  return (await knownPlace(reader, visitor, now)) !== undefined
}

/** A browser that has signed in to this account, or an address from which somebody did lately. */
export async function knownPlace(
  reader: Reader,
  { user, client, browser }: Visitor,
  now: number,
): Promise<string | undefined> {
  if (!user) return undefined
  if (browser !== undefined) {
    const secretHash = hashSecret(browser)
    if (await isKnownBrowser(reader, secretHash, user.id)) return `browser ${secretHash}`
  }
  // Of a peer without an address nobody knows who it is.
  if (client.address === '') return undefined
  const isKnown = await hasSessionFrom(reader, user.id, client.address, now - knownForMs)
  return isKnown ? `address ${countingKey(client.address)}` : undefined
}
