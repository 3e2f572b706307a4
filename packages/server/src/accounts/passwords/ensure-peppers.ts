import type { Ground } from '../../ground.ts'
import { countPasswordsBeginning } from '../users/store.ts'
import { type Pepper, prefixOf } from './pepper.ts'
import { findPeppers, forgetPepper, notePepper } from './store.ts'

/**
 * Note the pepper of new hashes, and see that none is missing that passwords still have: their people could not sign in, and
 * would learn it one by one.
 * @throws {Error} that names the peppers which are missing
 */
export async function ensurePeppers(
  { db, world }: Pick<Ground, 'db' | 'world'>,
  peppers: readonly Pepper[],
): Promise<void> {
  const [current] = peppers
  const known = await findPeppers(db)
  const gone = known.filter((name) => !peppers.some((pepper) => pepper.name === name))
  for (const name of gone) {
    const count = await countPasswordsBeginning(db, prefixOf(name))
    if (count > 0) {
      throw new Error(
        `${count} passwords were hashed with the pepper ${name}: keep it in LATCHKEY_PASSWORD_PEPPERS, behind the first, until their people have signed in; if it is lost, give its name to another secret, and they set new passwords`,
      )
    }
  }
  const isNew = current !== undefined && !known.includes(current.name)
  if (!isNew && gone.length === 0) return
  await db.transaction(async (tx) => {
    for (const name of gone) await forgetPepper(tx, name)
    if (isNew) await notePepper(tx, current.name, world.now())
  })
}
