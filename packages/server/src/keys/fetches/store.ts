import type { Reader, Transaction } from '../../database/database.ts'

/** A program of a network that fetches a key set. Times are milliseconds. */
export interface FetchRow {
  readonly key_set: string
  readonly network: string
  readonly user_agent: string
  /** The ids of the keys that the last fetch brought, with blanks between. */
  readonly key_ids: string
  readonly first_at: number
  readonly last_at: number
}

/** Note another fetch of a fetcher that is known. Of two processes that note one, the later fetch stays. */
export async function touchFetch(tx: Transaction, row: FetchRow): Promise<boolean> {
  const known = await tx.query(
    `UPDATE key_set_fetches
        SET key_ids = CASE WHEN last_at <= $5 THEN $4 ELSE key_ids END,
            last_at = CASE WHEN last_at <= $5 THEN $5 ELSE last_at END
      WHERE key_set = $1 AND network = $2 AND user_agent = $3 RETURNING network`,
    row.key_set,
    row.network,
    row.user_agent,
    row.key_ids,
    row.last_at,
  )
  return known.length === 1
}

export async function insertFetch(tx: Transaction, row: FetchRow): Promise<void> {
  await tx.query(
    `INSERT INTO key_set_fetches (key_set, network, user_agent, key_ids, first_at, last_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    row.key_set,
    row.network,
    row.user_agent,
    row.key_ids,
    row.first_at,
    row.last_at,
  )
}

/** Who fetched since then, the latest first. */
export async function findFetches(reader: Reader, since: number, most: number): Promise<FetchRow[]> {
  return reader.query<FetchRow>(
    `SELECT * FROM key_set_fetches WHERE last_at >= $1
      ORDER BY last_at DESC, key_set, network, user_agent LIMIT $2`,
    since,
    most,
  )
}

/** How many fetchers are noted, of all sets. */
export async function countFetches(reader: Reader): Promise<number> {
  const [row] = await reader.query<{ count: number }>('SELECT COUNT(*) AS count FROM key_set_fetches')
  return Number(row?.count ?? 0)
}

export async function deleteFetchesBefore(tx: Transaction, at: number): Promise<void> {
  await tx.query('DELETE FROM key_set_fetches WHERE last_at < $1', at)
}
