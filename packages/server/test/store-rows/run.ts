import type { Database, Transaction, Value } from '../../src/database/database.ts'
import { changesOf, readAll } from '../neighbours.ts'
import type { Row } from './row.ts'

/** What a row gives, all that it changes, and how many rows of the database it wrote. */
export interface Outcome {
  readonly gives: unknown
  readonly changes: readonly string[]
  /** A row that is written as it was is no change, and is held all the same. */
  readonly writes: number
}

/** Runs rows over one database, each in a transaction that is undone: every one finds the same neighbours. */
export class Runner {
  readonly #db: Database
  readonly #rows: Awaited<ReturnType<typeof readAll>>

  private constructor(db: Database, rows: Awaited<ReturnType<typeof readAll>>) {
    this.#db = db
    this.#rows = rows
  }

  static async over(db: Database): Promise<Runner> {
    return new Runner(db, await readAll(db))
  }

  /** `rewrite` gives each statement of the row as it is to be asked. */
  async run({ before, run }: Row, rewrite = (statement: string) => statement): Promise<Outcome> {
    let outcome: Outcome | undefined
    const undone = new Error('undone')
    try {
      await this.#db.transaction(async (tx) => {
        await before?.(tx)
        const rows = before === undefined ? this.#rows : await readAll(tx)
        const counted = await this.#writes(tx)
        const gives = named(await run(rewriting(tx, rewrite)))
        const writes = (await this.#writes(tx)) - counted
        const changes = writes === 0 ? [] : changesOf(rows, await readAll(tx))
        outcome = { gives, changes, writes }
        throw undone
      })
    } catch (error) {
      if (error !== undone) throw error
    }
    if (outcome === undefined) throw new Error('the row was not run')
    return outcome
  }

  /** How many rows the connection has written on SQLite, and the transaction on PostgreSQL. */
  async #writes(tx: Transaction): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      this.#db.engine === 'sqlite'
        ? 'SELECT total_changes() AS count'
        : `SELECT CAST(SUM(n_tup_ins + n_tup_upd + n_tup_del) AS BIGINT) AS count FROM pg_stat_xact_user_tables`,
    )
    return row!.count // it is one row
  }
}

/** What a row should come to. */
export function expected({ gives, changes = [], writes = changes.length }: Row): Outcome {
  return { gives, changes, writes }
}

function rewriting(tx: Transaction, rewrite: (statement: string) => string): Transaction {
  return new Proxy(tx, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (name !== 'query') return value.bind(target)
      return (statement: string, ...values: Value[]) => target.query(rewrite(statement), ...values)
    },
  })
}

/** A row by what names it. */
function named(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(named)
  if (typeof given !== 'object' || given === null) return given
  const row = given as Readonly<Record<string, unknown>>
  return row.id ?? row.kid ?? row.subject ?? row.uid ?? row.name ?? { ...row }
}
