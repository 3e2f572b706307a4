import type { Reader } from './database.ts'

/** Ends once the database has answered, and throws if it does not. */
export async function ping(reader: Reader): Promise<void> {
  await reader.query('SELECT 1')
}
