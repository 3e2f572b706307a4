import { randomUUID } from 'node:crypto'
import type { Database, Load, Transaction, Value } from './database.ts'
import { nextPauseMs } from './pause.ts'
import { Connection } from './postgres-connection.ts'
import { Pool } from './postgres-pool.ts'
import { explain, type ServerAddress, serverOf } from './postgres-url.ts'
import { checkValues, Inside, Unit } from './unit.ts'

export interface PostgresOptions {
  /** How long a transaction may await something that is not its database before it is undone. */
  idleLimitMs?: number
  /** Connections for transactions. Four more read, and one listens. */
  connections?: number
}

/** One channel a database. The payload is the id of the Database object that announced. */
const channel = 'latchkey_changes'

/** Reads share connections and follow one another without waiting; several, so that a slow one holds up few. */
const readers = 4

/** How often one transaction is run when PostgreSQL keeps choosing it as the victim of a deadlock. */
const mostAttempts = 4

/** deadlock_detected and serialization_failure (PostgreSQL appendix A): nothing was done, and again may succeed. */
const worthAnotherAttempt: readonly unknown[] = ['40P01', '40001']

/**
 * A database on a PostgreSQL server, by postgres.js.
 *
 * Transactions are READ COMMITTED. That a value is used once is said by its statement, a conditional UPDATE
 * with RETURNING: whoever comes second waits for the row, sees the condition fail, and gets no row back. The
 * stricter levels would refuse the same cases later, with an error and a repeated `work`.
 */
export class PostgresDatabase implements Database {
  readonly engine = 'postgres'
  readonly #address: ServerAddress
  readonly #idleLimitMs: number
  readonly #pool: Pool
  #transactions = 0
  readonly #readers: Connection[]
  readonly #inside = new Inside()
  readonly #id = randomUUID()
  readonly #listeners = new Set<() => void>()
  readonly #running = new Set<Promise<unknown>>()
  #listening: Connection
  #retry: NodeJS.Timeout | undefined
  #pauseMs = 0
  #opened = false
  #closed = false

  private constructor(address: ServerAddress, { idleLimitMs = 5000, connections = 8 }: PostgresOptions) {
    this.#address = address
    this.#idleLimitMs = idleLimitMs
    // For the transaction whose process stands still; one that merely dawdles is ended by its Unit.
    const writing = { idle_in_transaction_session_timeout: 2 * idleLimitMs }
    this.#pool = new Pool(() => new Connection(address, writing), connections)
    this.#readers = Array.from({ length: readers }, () => this.#newReader())
    this.#listening = this.#newListener()
  }

  /** Connects, and listens for changes from the start, so that none is missed between asking and hearing. */
  static async open(url: string, options: PostgresOptions = {}): Promise<PostgresDatabase> {
    const address = serverOf(url)
    const database = new PostgresDatabase(address, options)
    try {
      await database.#listening.ask(`LISTEN ${channel}`)
      database.#opened = true
      return database
    } catch (error) {
      await database.close()
      throw new Error(explain(error, address.place), { cause: error })
    }
  }

  async query<Row>(sql: string, ...values: Value[]): Promise<Row[]> {
    this.#refuse()
    checkValues(values)
    return this.#track(this.#leastBusyReader().ask(sql, values)) as Promise<Row[]>
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#refuse()
    this.#transactions += 1
    return this.#track(this.#attempts(work))
  }

  load(): Load {
    return { transactions: this.#transactions, waiting: this.#pool.waiting }
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
    clearTimeout(this.#retry)
    this.#listeners.clear()
    await Promise.allSettled(this.#running)
    const rest = [this.#listening, ...this.#readers].map((connection) => connection.end())
    await Promise.all([this.#pool.end(), ...rest])
  }

  async #attempts<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#pool.lend((connection) => this.#attempt(connection, work))
      } catch (error) {
        const { code } = Object(error) as { code?: unknown }
        if (attempt === mostAttempts || !worthAnotherAttempt.includes(code)) throw error
      }
    }
  }

  async #attempt<T>(connection: Connection, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const unit = new Unit((sql, values) => connection.ask(sql, values))
    let result: T
    await connection.ask('BEGIN ISOLATION LEVEL READ COMMITTED')
    try {
      result = await this.#inside.run(unit, () => unit.run(work, this.#idleLimitMs))
      if (unit.announced) await connection.ask('SELECT pg_notify($1, $2)', [channel, this.#id])
      await connection.commit()
    } catch (error) {
      // A connection that cannot even undo is closed, and the server undoes.
      if (!connection.lost) await connection.ask('ROLLBACK').catch(() => connection.end())
      throw error
    }
    unit.committed()
    return result
  }

  #leastBusyReader(): Connection {
    const least = this.#readers.reduce((a, b) => (b.lost || b.pending < a.pending ? b : a))
    if (!least.lost) return least
    const fresh = this.#newReader()
    this.#readers[this.#readers.indexOf(least)] = fresh
    return fresh
  }

  /** Outside a transaction there is only reading, and the server sees to it. */
  #newReader(): Connection {
    return new Connection(this.#address, { default_transaction_read_only: true })
  }

  #newListener(): Connection {
    return new Connection(
      this.#address,
      {},
      {
        onNotify: (id) => {
          if (id !== this.#id) this.#wake()
        },
        onLost: () => {
          if (this.#opened && !this.#closed) this.#listenAgain()
        },
      },
    )
  }

  #listenAgain(): void {
    this.#retry = setTimeout(async () => {
      this.#pauseMs = nextPauseMs(this.#pauseMs, { addMs: 50, longestMs: 2000 })
      const listening = this.#newListener()
      this.#listening = listening
      try {
        await listening.ask(`LISTEN ${channel}`)
      } catch {
        // Where the connection was lost again, that has brought us here again. A server that refuses to listen, as one that
        // only follows another does, keeps its connection.
        if (listening.lost) return
        await listening.end()
        if (!this.#closed) this.#listenAgain()
        return
      }
      this.#pauseMs = 0
      // What was announced while nobody heard is lost.
      this.#wake()
    }, this.#pauseMs)
    this.#retry.unref()
  }

  #wake(): void {
    for (const listener of this.#listeners) listener()
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
