import type { Transaction, Value } from './database.ts'

/** How many rows one statement has: few different ones, so that each is prepared once. */
const sizes = [100, 10, 1]

/** Statements for so many rows, and a way to run them for any number of rows. */
export function inBatches(sqlFor: (size: number) => string) {
  const statements = sizes.map((size) => ({ size, sql: sqlFor(size) }))
  return async <Row, Returned>(
    tx: Transaction,
    rows: readonly Row[],
    valuesOf: (row: Row) => readonly Value[],
  ): Promise<Returned[]> => {
    const returned: Returned[] = []
    let at = 0
    for (const { size, sql } of statements) {
      for (; at + size <= rows.length; at += size) {
        returned.push(...(await tx.query<Returned>(sql, ...rows.slice(at, at + size).flatMap(valuesOf))))
      }
    }
    return returned
  }
}

/**
 * A way to insert any number of rows of these columns.
 * @param ending what stands behind the rows: `ON CONFLICT`, `RETURNING`
 */
export function insertInto<Column extends string>(
  table: string,
  columns: readonly Column[],
  ending = '',
): <Returned>(tx: Transaction, rows: readonly Readonly<Record<Column, Value>>[]) => Promise<Returned[]> {
  const insert = inBatches((size) => {
    const places = Array.from({ length: size }, (_, row) => {
      const first = row * columns.length + 1
      return `(${columns.map((_, column) => `$${first + column}`).join(', ')})`
    })
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${places.join(', ')} ${ending}`
    return sql.trimEnd()
  })
  return (tx, rows) => insert(tx, rows, (row) => columns.map((column) => row[column]))
}
