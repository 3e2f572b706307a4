import type { Database } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { hasShortPassword, rememberShortPassword } from '../factors/rule.ts'
import { replacePasswordHash } from '../users/store.ts'
import type { Passwords } from './passwords.ts'

/**
 * Hash a password anew that was just found right, if its hash is outdated. If it cannot be done now, it is done at the next
 * sign-in. Returns the hash that the account then has, as far as this call knows.
 */
export async function renewPasswordHash(
  { db, passwords }: { readonly db: Database; readonly passwords: Passwords },
  { id, password_hash: before }: { readonly id: string; readonly password_hash: string | null },
  password: string,
): Promise<string | null> {
  if (before === null || !passwords.isOutdated(before)) return before
  const hash = await passwords.renew(password).catch((error: unknown) => {
    if (error instanceof Refusal) return undefined
    throw error
  })
  if (hash === undefined) return before
  return db.transaction(async (tx) => {
    const wasShort = await hasShortPassword(tx, { id, password_hash: before })
    if (!(await replacePasswordHash(tx, id, before, hash))) return before
    if (wasShort) await rememberShortPassword(tx, id, hash)
    return hash
  })
}
