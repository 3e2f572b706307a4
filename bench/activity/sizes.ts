import type { Database } from '../../packages/server/src/database/database.ts'

/** What a full log takes, in bytes. */
export interface Sizes {
  /** Of an event: its row, its indexes and its share of the tree and of the keys that commit to it. */
  readonly bytes: number
  /** The same, by table and index, the largest first: what has a byte of an event and more. */
  readonly parts: readonly { readonly name: string; readonly bytes: number }[]
  /** Of the statistics, over all events. */
  readonly bytesOfStatistics: number
}

const tables = ['activity', 'activity_tiles', 'activity_subjects']
const statistics = ['activity_counts', 'activity_seen_regions', 'activity_refusal_addresses']

const sql = {
  sqlite: `SELECT dbstat.name, tbl_name AS of, pgsize AS bytes FROM dbstat JOIN sqlite_master USING (name) WHERE aggregate = TRUE`,
  // The table with what is too long for its rows, and each of its indexes.
  postgres: `SELECT relname AS name, relname AS of, pg_table_size(oid) AS bytes FROM pg_class WHERE relkind = 'r'
    UNION ALL SELECT own.relname, of.relname, pg_relation_size(indexrelid) FROM pg_index
      JOIN pg_class own ON own.oid = indexrelid JOIN pg_class of ON of.oid = indrelid`,
}

export async function sizesOf(db: Database, count: number): Promise<Sizes> {
  const rows = await db.query<{ name: string; of: string; bytes: number }>(sql[db.engine])
  const each = rows.map(({ name, of, bytes }) => ({ name, of, bytes: Number(bytes) / count }))
  const own = each.filter(({ of }) => tables.includes(of)).toSorted((a, b) => b.bytes - a.bytes)
  const sum = (parts: readonly { bytes: number }[]) => parts.reduce((all, { bytes }) => all + bytes, 0)
  return {
    bytes: sum(own),
    parts: own.filter(({ bytes }) => bytes >= 1),
    bytesOfStatistics: sum(each.filter(({ of }) => statistics.includes(of))) * count,
  }
}
