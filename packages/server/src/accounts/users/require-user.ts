import type { Reader } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { findUser, type UserWithPermissions } from './store.ts'

/** A user who is there. @throws {Refusal} `user_not_found`, also of whoever was deleted while their token was still good */
export async function requireUser(reader: Reader, id: string): Promise<UserWithPermissions> {
  const found = await findUser(reader, id)
  if (!found) throw new Refusal('user_not_found', 'no such user')
  return found
}
