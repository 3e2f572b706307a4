import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { base32 } from '../../secrets/base32.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import type { SealedRows } from '../../secrets/resealing.ts'
import type { UserRow } from '../users/store.ts'
import { readCode } from './codes.ts'
import {
  type AuthenticatorRow,
  confirmAuthenticator,
  deleteAuthenticator,
  findAuthenticator,
  findSealedSecrets,
  insertPendingAuthenticator,
  replaceSealedSecret,
} from './store.ts'
import { otpauthLink, secretLength, stepOf } from './totp.ts'

/** So long an authenticator may take to prove itself. Until then its secret is the same, however often it is asked for. */
export const pendingForMs = 15 * 60_000

export interface FactorsGround extends Ground {
  readonly masterKey: MasterKey
  readonly issuerName: string
}

/** An authenticator that is being set up: the QR code, the link and the typed text hold the same secret. */
export interface PendingAuthenticator {
  /** In base32, to be typed. */
  readonly secret: string
  readonly link: string
  readonly expiresAt: number
}

/**
 * Set up an authenticator, or show the one that is being set up again. One in force stays in force until the new one has
 * proven itself.
 * @param begunBy the session or the challenge: whoever began elsewhere, perhaps somebody who knows the password alone, does
 * not know this secret
 */
export async function setUpAuthenticator(
  { world, masterKey, issuerName }: FactorsGround,
  tx: Transaction,
  user: UserRow,
  begunBy: string,
): Promise<PendingAuthenticator> {
  const now = world.now()
  const pending = await findPending(tx, user.id, begunBy, now)
  const bytes = pending ? openSecret(masterKey, pending) : world.random(secretLength)
  if (!pending) {
    const secretSealed = masterKey.seal(bytes.toString('base64url'), sealContext(user.id))
    await insertPendingAuthenticator(tx, { userId: user.id, secretSealed, begunBy, now })
  }
  const secret = base32(bytes)
  const link = otpauthLink(secret, { issuer: issuerName, account: user.username })
  return { secret, link, expiresAt: (pending?.created_at ?? now) + pendingForMs }
}

/** A pending authenticator that a code has proven: `use` puts it in force. Undefined if there is none, or the code is wrong. */
export async function provePending(
  { db, world, masterKey }: Pick<FactorsGround, 'db' | 'world' | 'masterKey'>,
  userId: string,
  begunBy: string,
  typed: string,
): Promise<{ readonly use: (tx: Transaction) => Promise<boolean> } | undefined> {
  const pending = await findPending(db, userId, begunBy, world.now())
  if (!pending) throw notBegun()
  const code = readCode(typed)
  const step =
    code?.kind === 'authenticator'
      ? stepOf(openSecret(masterKey, pending), code.code, world.now())
      : undefined
  if (step === undefined) return undefined
  return {
    async use(tx) {
      await deleteAuthenticator(tx, userId, 'in_force')
      return confirmAuthenticator(tx, userId, pending.secret_sealed, step)
    },
  }
}

export function openSecret(masterKey: MasterKey, { user_id, secret_sealed }: AuthenticatorRow): Buffer {
  return Buffer.from(masterKey.open(secret_sealed, sealContext(user_id)), 'base64url')
}

async function findPending(
  reader: Parameters<typeof findAuthenticator>[0],
  userId: string,
  begunBy: string,
  now: number,
): Promise<AuthenticatorRow | undefined> {
  const pending = await findAuthenticator(reader, userId, 'pending')
  const isMine = pending?.begun_by === begunBy && now < pending.created_at + pendingForMs
  return isMine ? pending : undefined
}

/** The secrets of all authenticators, to be sealed anew. */
export const sealedAuthenticators: SealedRows = {
  name: 'authenticators',
  find: findSealedSecrets,
  replace: replaceSealedSecret,
  contextOf: (id) => sealContext(id.split(' ')[0] ?? ''),
}

const sealContext = (userId: string) => `authenticator of ${userId}`

function notBegun(): Refusal {
  return new Refusal(
    'factor_not_found',
    'no authenticator is being set up here, or it took too long; begin again',
  )
}
