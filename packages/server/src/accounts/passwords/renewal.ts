import type { Database } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { replacePasswordHash } from '../users/store.ts'
import type { Passwords } from './passwords.ts'

/**
 * Hash a password anew that was just found right, if its hash is outdated. If it cannot be done now, it is done at the next
 * sign-in.
 */
export async function renewPasswordHash(
  { db, passwords }: { readonly db: Database; readonly passwords: Passwords },
  { id, password_hash: before }: { readonly id: string; readonly password_hash: string | null },
  password: string,
): Promise<void> {
  if (before === null || !passwords.isOutdated(before)) return
  const hash = await passwords.renew(password).catch((error: unknown) => {
    if (error instanceof Refusal) return undefined
    throw error
  })
  if (hash !== undefined) await db.transaction((tx) => replacePasswordHash(tx, id, before, hash))
}
