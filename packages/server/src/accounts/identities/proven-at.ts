import type { Reader } from '../../database/database.ts'
import type { SessionRow } from '../../sessions/store.ts'
import { byProvider, findIdentityOfSession } from './store.ts'

/**
 * When the person of a session has proven who they are: when it began, unless a provider has signed them in, who may have done so
 * without a word. Undefined if it has not said.
 */
export async function provenAtOf(
  reader: Reader,
  { id, created_at: createdAt, amr }: SessionRow,
): Promise<number | undefined> {
  if (!amr.includes(byProvider)) return createdAt
  const at = (await findIdentityOfSession(reader, id))?.proven_at ?? undefined
  return at === undefined ? undefined : Math.min(at, createdAt)
}
