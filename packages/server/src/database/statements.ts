import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { remember } from '../remember.ts'
import type { Value } from './database.ts'
import { checkValues } from './unit.ts'

interface Prepared {
  readonly statement: StatementSync
  readonly columns: readonly string[]
  readonly placeholders: number
}

/** The program has a few hundred texts of SQL. The bound is for the day somebody writes a value into one. */
const mostKept = 1000

/** The statements of one SQLite connection, each prepared once: preparing costs 3.5 to 4 times the asking. */
export class Statements {
  readonly #connection: DatabaseSync
  readonly #prepared = new Map<string, Prepared>()

  constructor(connection: DatabaseSync) {
    this.#connection = connection
  }

  query(sql: string, values: Value[]): unknown[] {
    checkValues(values)
    const { statement, columns, placeholders } = this.#prepared.get(sql) ?? this.#prepare(sql)
    // SQLite would take NULL for a value that was forgotten.
    if (values.length !== placeholders)
      throw new TypeError(`the query has ${placeholders} placeholders, not ${values.length}`)
    const rows = statement.all(...values) as unknown as Value[][]
    return rows.map((row) => {
      const named: Record<string, Value | undefined> = {}
      for (let i = 0; i < columns.length; i++) named[columns[i]!] = row[i]
      return named
    })
  }

  #prepare(sql: string): Prepared {
    const numbers = Array.from(sql.matchAll(/\$(\d+)/g), ([, number]) => Number(number))
    const placeholders = Math.max(0, ...numbers)
    // SQLite looks for the name of a numbered placeholder among all of them, for each value that is bound: in an insert of a hundred
    // rows that took ten times as long as the insert. Where they stand in their order, they need no numbers.
    const areInOrder = numbers.every((number, at) => number === at + 1)
    const text = sql.replace(/\$(\d+)/g, areInOrder ? '?' : '?$1')
    const statement = this.#connection.prepare(text)
    // Arrays, because the objects that node:sqlite builds are no faster and have no prototype, so they would
    // never equal the same row from PostgreSQL.
    statement.setReturnArrays(true)
    const prepared = { statement, columns: statement.columns().map(({ name }) => name), placeholders }
    remember(this.#prepared, sql, prepared, mostKept)
    return prepared
  }
}
