import type { Transaction } from '../../database/database.ts'
import { findPrimary } from '../addresses/store.ts'
import type { LettersGround } from '../ground.ts'
import type { UserRow } from '../users/store.ts'
import { words } from './words.ts'

/** Tell a person that their password is another one, in the transaction that changes it. */
export async function tellPasswordChanged(
  { mail }: Pick<LettersGround, 'mail'>,
  tx: Transaction,
  owner: UserRow,
): Promise<void> {
  const primary = await findPrimary(tx, owner.id)
  if (!primary) return
  const { language, address } = primary
  const letter = { language, ...words[language].passwordChanged(owner.username, mail.linkTo('/recover')) }
  await mail.post(tx, address, letter, { letter: 'password_changed', userId: owner.id })
}
