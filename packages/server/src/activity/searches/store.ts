import type { Reader, Transaction } from '../../database/database.ts'

/** A search of the log that is kept by a name. */
export interface SearchRow {
  readonly id: string
  /** Null for one that was saved at the command line. */
  readonly owner: string | null
  readonly name: string
  /** 1 if all readers of the log have it. */
  readonly shared: number
  /** JSON: what is searched for, as addresses have it. */
  readonly query: string
  readonly created_at: number
  readonly changed_at: number
}

/** @returns false if the owner has one of this name, or a shared one has it */
export async function insertSearch(tx: Transaction, row: SearchRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO activity_searches (id, owner, name, shared, query, created_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id`,
    row.id,
    row.owner,
    row.name,
    row.shared,
    row.query,
    row.created_at,
    row.changed_at,
  )
  return rows.length > 0
}

/** @returns false if the owner has another one of this name, or another shared one has it */
export async function updateSearch(
  tx: Transaction,
  { id, owner, name, shared, query, changed_at: now }: SearchRow,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE activity_searches SET name = $2, shared = $3, query = $4, changed_at = $5
      WHERE id = $1 AND NOT EXISTS (
        SELECT 1 FROM activity_searches other WHERE other.id <> $1 AND other.name = $2
          AND (other.owner = $6 OR (other.shared = 1 AND CAST($3 AS INTEGER) = 1)))
      RETURNING id`,
    id,
    name,
    shared,
    query,
    now,
    owner,
  )
  return rows.length > 0
}

/** What somebody has: their own and the shared ones, by name. Without an owner: the shared ones. */
export async function findSearches(reader: Reader, owner: string | null): Promise<SearchRow[]> {
  return reader.query<SearchRow>(
    'SELECT * FROM activity_searches WHERE owner = $1 OR shared = 1 ORDER BY name, id',
    owner,
  )
}

export async function findSearchesOf(reader: Reader, owner: string): Promise<SearchRow[]> {
  return reader.query<SearchRow>('SELECT * FROM activity_searches WHERE owner = $1 ORDER BY name', owner)
}

/** Held until the transaction ends. */
export async function holdSearch(tx: Transaction, id: string): Promise<SearchRow | undefined> {
  const [row] = await tx.query<SearchRow>(
    'UPDATE activity_searches SET name = name WHERE id = $1 RETURNING *',
    id,
  )
  return row
}

export async function countSearchesOf(reader: Reader, owner: string): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM activity_searches WHERE owner = $1',
    owner,
  )
  return Number(row?.count ?? 0)
}

export async function countSharedSearches(reader: Reader): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM activity_searches WHERE shared = 1',
  )
  return Number(row?.count ?? 0)
}

export async function deleteSearch(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM activity_searches WHERE id = $1', id)
}
