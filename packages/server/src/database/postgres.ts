import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import type { Database, Transaction, Value } from './database.ts'
import { checkValues, Inside, Unit } from './unit.ts'

export interface PostgresOptions {
  /** How long a transaction may await something that is not its database before it is undone. */
  idleLimitMs?: number
  connections?: number
}

/** One channel a database. The payload is the id of the Database object that announced. */
const channel = 'latchkey_changes'

/** How often one transaction is run when PostgreSQL keeps choosing it as the victim of a deadlock. */
const mostAttempts = 4

/** deadlock_detected and serialization_failure (PostgreSQL appendix A): nothing was done, and again may succeed. */
const worthAnotherAttempt: readonly unknown[] = ['40P01', '40001']

// What the common dialect holds: numbers that JavaScript can count, and flags as 0 or 1. SUM of a BIGINT is
// NUMERIC, EXISTS is BOOL.
const types = {
  integer: { to: 20, from: [20, 1700], serialize: String, parse: safeInteger },
  flag: { to: 16, from: [16], serialize: String, parse: (text: string) => (text === 't' ? 1 : 0) },
}

/**
 * A database on a PostgreSQL server, by postgres.js.
 *
 * Transactions are READ COMMITTED. That a value is used once is said by its statement, a conditional UPDATE
 * with RETURNING: whoever comes second waits for the row, sees the condition fail, and gets no row back. The
 * stricter levels would refuse the same cases later, with an error and a repeated `work`.
 */
export class PostgresDatabase implements Database {
  readonly engine = 'postgres'
  readonly #sql: postgres.Sql
  readonly #idleLimitMs: number
  readonly #inside = new Inside()
  readonly #id = randomUUID()
  readonly #listeners = new Set<() => void>()
  readonly #running = new Set<Promise<unknown>>()
  #closed = false

  private constructor(sql: postgres.Sql, idleLimitMs: number) {
    this.#sql = sql
    this.#idleLimitMs = idleLimitMs
  }

  /** Connects, and listens for changes from the start, so that none is missed between asking and hearing. */
  static async open(
    url: string,
    { idleLimitMs = 5000, connections = 10 }: PostgresOptions = {},
  ): Promise<PostgresDatabase> {
    const { address, ssl, place } = serverOf(url)
    const sql = postgres(address, {
      max: connections,
      ssl,
      types,
      fetch_types: false,
      connect_timeout: 10,
      onnotice: () => {},
      connection: {
        application_name: 'latchkey',
        // Outside a transaction there is only reading; `begin` below asks for more.
        default_transaction_read_only: true,
        // For the transaction whose process stands still; one that merely dawdles is ended by its Unit.
        idle_in_transaction_session_timeout: 2 * idleLimitMs,
      },
    })
    const database = new PostgresDatabase(sql as unknown as postgres.Sql, idleLimitMs)
    try {
      await sql`SELECT 1`
      await database.#listen()
    } catch (error) {
      await sql.end({ timeout: 0 })
      throw new Error(explain(error, place), { cause: error })
    }
    return database
  }

  async query<Row>(sql: string, ...values: Value[]): Promise<Row[]> {
    this.#refuse()
    checkValues(values)
    return this.#track(ask(this.#sql, sql, values)) as Promise<Row[]>
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#refuse()
    return this.#track(this.#attempts(work))
  }

  onChangeElsewhere(listener: () => void): () => void {
    this.#refuse()
    // A wrapper, so that the same function listening twice is two listeners.
    const entry = () => listener()
    this.#listeners.add(entry)
    return () => {
      this.#listeners.delete(entry)
    }
  }

  async close(): Promise<void> {
    this.#inside.refuse()
    this.#closed = true
    this.#listeners.clear()
    // The driver refuses what has not begun when it is told to end, so it is told when all has ended.
    await Promise.allSettled(this.#running)
    await this.#sql.end()
  }

  async #attempts<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work)
      } catch (error) {
        const { code } = error as { code?: unknown }
        if (attempt === mostAttempts || !worthAnotherAttempt.includes(code)) throw error
      }
    }
  }

  async #attempt<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { unit, result } = await this.#sql.begin(
      'isolation level read committed read write',
      async (sql) => {
        const unit = new Unit((text, values) => ask(sql, text, values))
        const result = await this.#inside.run(unit, () => unit.run(work, this.#idleLimitMs))
        if (unit.announced) await ask(sql, 'SELECT pg_notify($1, $2)', [channel, this.#id])
        return { unit, result }
      },
    )
    unit.committed()
    return result
  }

  async #listen(): Promise<void> {
    const wake = () => {
      for (const listener of this.#listeners) listener()
    }
    const heard = (id: string) => {
      if (id !== this.#id) wake()
    }
    // The driver connects and listens again by itself. What was announced meanwhile is lost, so we wake. The
    // first time, nobody waits yet.
    await this.#sql.listen(channel, heard, wake)
  }

  async #track<T>(running: Promise<T>): Promise<T> {
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  #refuse(): void {
    this.#inside.refuse()
    if (this.#closed) throw new Error('the database is closed')
  }
}

// `simple: false` keeps a query without values out of the simple protocol, which would run several statements
// written as one and would not prepare them.
const prepared: postgres.UnsafeQueryOptions & { simple: false } = { prepare: true, simple: false }

async function ask(sql: postgres.ISql, text: string, values: Value[]): Promise<unknown[]> {
  return Array.from(await sql.unsafe(text, values, prepared))
}

function safeInteger(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number))
    throw new RangeError('a number in the database is beyond what JavaScript counts')
  return number
}

/** libpq's sslmode (PostgreSQL 18, section 32.19) in the words of the driver. */
const tlsModes: Readonly<Record<string, false | 'prefer' | 'require' | 'verify-full'>> = {
  disable: false,
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  // The driver does not tell them apart, so the name is checked too. NODE_EXTRA_CA_CERTS adds an authority.
  'verify-ca': 'verify-full',
  'verify-full': 'verify-full',
}

/** What to tell the driver, and `place`, which is what to tell people: the URL without its user and password. */
function serverOf(text: string) {
  // The error of `new URL` holds its input, and that the password.
  if (!URL.canParse(text) || !/^postgres(ql)?:$/.test(new URL(text).protocol))
    throw new Error('the database URL is not of the form postgres://user:password@host:port/name')
  const url = new URL(text)
  const mode = url.searchParams.get('sslmode') ?? 'prefer'
  const ssl = tlsModes[mode]
  if (ssl === undefined)
    throw new Error(`the database URL has an unknown sslmode; known are ${Object.keys(tlsModes).join(', ')}`)
  url.searchParams.delete('sslmode')
  const place = `${url.hostname || 'localhost'}:${url.port || '5432'}${url.pathname}`
  return { address: url.href, ssl, place }
}

function explain(error: unknown, place: string): string {
  const { code } = error as { code?: unknown }
  if (code === '28P01' || code === '28000') return `PostgreSQL at ${place} refuses this user or password`
  if (code === '3D000') return `PostgreSQL at ${place} has no database of this name`
  return `cannot reach PostgreSQL at ${place}${typeof code === 'string' ? ` (${code})` : ''}`
}
