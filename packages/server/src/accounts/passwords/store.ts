import type { Reader, Transaction } from '../../database/database.ts'

/** Note that new passwords are hashed with this pepper. */
export async function notePepper(tx: Transaction, name: string, now: number): Promise<void> {
  await tx.query(
    'INSERT INTO password_peppers (name, used_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
    name,
    now,
  )
}

/** The peppers that passwords have been hashed with. */
export async function findPeppers(reader: Reader): Promise<string[]> {
  const rows = await reader.query<{ name: string }>('SELECT name FROM password_peppers ORDER BY name')
  return rows.map(({ name }) => name)
}

export async function forgetPepper(tx: Transaction, name: string): Promise<void> {
  await tx.query('DELETE FROM password_peppers WHERE name = $1', name)
}
