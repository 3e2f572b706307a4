import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type App, createApp } from '../../packages/server/src/app.ts'
import { readConfig } from '../../packages/server/src/config/config.ts'
import type { Database } from '../../packages/server/src/database/database.ts'
import { Statements } from '../../packages/server/src/database/statements.ts'
import { Unit } from '../../packages/server/src/database/unit.ts'
import { quickArgon2, type TestApp } from '../../packages/server/test/app.ts'

/**
 * The product on the same database, which need not survive anything until it is closed: rows, indexes, tree and roll-ups are
 * written by the code and the statements of the product, and only what makes each commit durable is left out.
 */
export interface Filler {
  readonly app: App
  close(): Promise<void>
}

export async function openFiller(house: TestApp): Promise<Filler> {
  const { db } = house.app
  if (db.engine === 'postgres') {
    const undo = await hurry(db)
    return { app: house.app, close: undo }
  }
  const { directory } = house.storage.at
  const quick = new OneTransaction(join(directory, 'latchkey.db'))
  const config = readConfig({ LATCHKEY_DATA: directory }, 'development')
  const app = await createApp({ config, db: quick, log: house.log, world: house.world, argon2: quickArgon2 })
  return { app, close: () => quick.close() }
}

const gigabyteKb = 1024 * 1024

/** SQLite with everything in one transaction: pages that are changed again and again are written once. */
class OneTransaction implements Database {
  readonly engine = 'sqlite'
  readonly #connection: DatabaseSync
  readonly #statements: Statements

  constructor(path: string) {
    this.#connection = new DatabaseSync(path)
    this.#connection.exec(
      `PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -${8 * gigabyteKb}; BEGIN IMMEDIATE`,
    )
    this.#statements = new Statements(this.#connection)
  }

  async query<Row>(sql: string, ...values: (string | number | null | Uint8Array)[]): Promise<Row[]> {
    return this.#statements.query(sql, values) as Row[]
  }

  async transaction<T>(work: Parameters<Database['transaction']>[0]): Promise<T> {
    const unit = new Unit((sql, values) => this.#statements.query(sql, values))
    const result = await unit.run(work, 5_000)
    unit.committed()
    return result as T
  }

  onChangeElsewhere(): () => void {
    return () => {}
  }

  async close(): Promise<void> {
    this.#connection.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
    this.#connection.close()
  }
}

/** What is written while a log is filled need not be there after a power cut. */
const hurried = {
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_wal_size: '32GB',
  checkpoint_timeout: '1h',
}

/** @returns what undoes it, and gathers what the planner needs, as PostgreSQL does by itself within a minute */
async function hurry(db: Database): Promise<() => Promise<void>> {
  const set = async (statement: (name: string, value: string) => string) => {
    // They must not stand in a transaction.
    for (const [name, value] of Object.entries(hurried)) await db.query(statement(name, value))
    await db.query('SELECT pg_reload_conf()')
  }
  await set((name, value) => `ALTER SYSTEM SET ${name} = '${value}'`)
  return async () => {
    await set((name) => `ALTER SYSTEM RESET ${name}`)
    await db.transaction((tx) => tx.query('ANALYZE'))
  }
}
