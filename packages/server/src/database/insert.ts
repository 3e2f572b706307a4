import type { Transaction, Value } from './database.ts'

/** How many rows one statement inserts: few different ones, so that each is prepared once. */
const sizes = [100, 10, 1]

/**
 * A way to insert any number of rows of these columns.
 * @param ending what stands behind the rows: `ON CONFLICT`, `RETURNING`
 */
export function insertInto<Column extends string>(
  table: string,
  columns: readonly Column[],
  ending = '',
): <Returned>(tx: Transaction, rows: readonly Readonly<Record<Column, Value>>[]) => Promise<Returned[]> {
  const statements = sizes.map((size) => {
    const places = Array.from({ length: size }, (_, row) => {
      const first = row * columns.length + 1
      return `(${columns.map((_, column) => `$${first + column}`).join(', ')})`
    })
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${places.join(', ')} ${ending}`
    return { size, sql: sql.trimEnd() }
  })
  return async <Returned>(tx: Transaction, rows: readonly Readonly<Record<Column, Value>>[]) => {
    const returned: Returned[] = []
    let at = 0
    for (const { size, sql } of statements) {
      for (; at + size <= rows.length; at += size) {
        const values = rows.slice(at, at + size).flatMap((row) => columns.map((column) => row[column]))
        returned.push(...(await tx.query<Returned>(sql, ...values)))
      }
    }
    return returned
  }
}
