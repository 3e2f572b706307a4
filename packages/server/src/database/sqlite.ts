import { AsyncLocalStorage } from 'node:async_hooks'
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import type { Database, Load, Transaction, Value } from './database.ts'
import { nextPauseMs } from './pause.ts'
import { Statements } from './statements.ts'
import { Inside, Unit } from './unit.ts'

export interface SqliteOptions {
  /** How long a transaction may await something that is not its database before it is undone. */
  idleLimitMs?: number
  /** How long to wait for another process that writes. */
  lockLimitMs?: number
  /** How often to look for another process's changes. */
  pollMs?: number
}

/** A queued transaction: it is run in order, and answered when its whole group is committed or has failed. */
interface Queued {
  run(): Promise<() => void>
  fail(error: unknown): void
}

/** Bounds how long the first of a group waits for the last: 256 units of two statements take about 6 ms. */
const largestGroup = 256

/** SQLITE_BUSY. Extended codes carry it in their low byte. */
const busy = 5

/**
 * A database in one file, by node:sqlite.
 *
 * Group commit: the transactions of one event-loop turn share one BEGIN and one COMMIT, because the commit's
 * fsync is what costs. Each stands in a savepoint of its own, so one that fails is undone alone. Nothing is
 * answered before the COMMIT, not even a failure, for it may rest on what a neighbour wrote.
 */
export class SqliteDatabase implements Database {
  readonly engine = 'sqlite'
  readonly #writer: DatabaseSync
  readonly #reader: DatabaseSync
  readonly #writing: Statements
  readonly #reading: Statements
  readonly #inside = new Inside()
  readonly #queue: Queued[] = []
  #transactions = 0
  readonly #listeners = new Set<() => void>()
  readonly #options: Required<SqliteOptions>
  #draining: Promise<void> | undefined
  #poll: NodeJS.Timeout | undefined
  #closed = false

  /** Opens `path` and creates it, readable by its owner only, if it is not there. SQLite gives -wal and -shm the same mode. */
  constructor(path: string, { idleLimitMs = 5000, lockLimitMs = 5000, pollMs = 100 }: SqliteOptions = {}) {
    this.#options = { idleLimitMs, lockLimitMs, pollMs }
    closeSync(openSync(path, 'a', 0o600))
    // While it opens, another process may hold a lock for a moment.
    const patience = { timeout: lockLimitMs }
    this.#writer = new DatabaseSync(path, patience)
    try {
      this.#writer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
      // From here on, waiting for a lock inside SQLite would stop the event loop; #begin waits outside.
      this.#writer.exec('PRAGMA busy_timeout = 0')
      // 32 MiB of pages, kept as they are used: with the 2 MiB that are usual, an import of many reads each page of an index again.
      this.#writer.exec('PRAGMA cache_size = -32768')
      // A statement of many rows keeps what it would undo: in memory, since in a file that is as much writing as the rows are.
      this.#writer.exec('PRAGMA temp_store = MEMORY')
      // A connection of its own sees only what is committed, and lets nobody write outside a transaction.
      this.#reader = new DatabaseSync(path, { ...patience, readOnly: true })
    } catch (error) {
      this.#writer.close()
      throw error
    }
    this.#writing = new Statements(this.#writer)
    this.#reading = new Statements(this.#reader)
  }

  async query<Row>(sql: string, ...values: Value[]): Promise<Row[]> {
    this.#refuse()
    return this.#reading.query(sql, values) as Row[]
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#refuse()
    return new Promise<T>((resolve, reject) => {
      const unit = new Unit((sql, values) => this.#writing.query(sql, values))
      // A group runs in the asynchronous context of its first transaction; each unit restores its own.
      const here = AsyncLocalStorage.snapshot()
      const run = async () => {
        this.#writing.query('SAVEPOINT unit', [])
        try {
          const { idleLimitMs } = this.#options
          const result = await here(() => this.#inside.run(unit, () => unit.run(work, idleLimitMs)))
          this.#writing.query('RELEASE unit', [])
          return () => {
            here(() => unit.committed())
            resolve(result)
          }
        } catch (error) {
          this.#undo(error)
          return () => reject(error)
        }
      }
      this.#transactions += 1
      this.#queue.push({ run, fail: reject })
      this.#draining ??= this.#drain()
    })
  }

  load(): Load {
    return { transactions: this.#transactions, waiting: this.#queue.length }
  }

  onChangeElsewhere(listener: () => void): () => void {
    this.#refuse()
    // A wrapper, so that the same function listening twice is two listeners.
    const entry = () => listener()
    this.#listeners.add(entry)
    if (!this.#poll) {
      let seen = this.#dataVersion()
      this.#poll = setInterval(() => {
        const now = this.#dataVersion()
        if (now === seen) return
        seen = now
        for (const listener of this.#listeners) listener()
      }, this.#options.pollMs).unref()
    }
    return () => {
      this.#listeners.delete(entry)
      if (this.#listeners.size === 0) this.#stopPolling()
    }
  }

  async close(): Promise<void> {
    this.#inside.refuse()
    if (this.#closed) return this.#draining
    this.#closed = true
    this.#stopPolling()
    await this.#draining
    this.#reader.close()
    // The last connection to a file folds the write-ahead log into it, so the writer goes last.
    this.#writer.close()
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#gather()
      await this.#commitGroup()
    }
    this.#draining = undefined
  }

  /**
   * Wait for the turn of the event loop to end, and for as many more as bring new transactions: a commit costs as
   * much as the work of several requests, so it pays to read those that are there. A turn without I/O is over at
   * once, so who comes alone does not wait.
   */
  async #gather(): Promise<void> {
    for (let seen = 0; seen < this.#queue.length && seen < largestGroup; ) {
      seen = this.#queue.length
      await new Promise((turn) => setImmediate(turn))
    }
  }

  async #commitGroup(): Promise<void> {
    let group: Queued[] = []
    const answers: (() => void)[] = []
    try {
      await this.#begin()
      group = this.#queue.splice(0, largestGroup)
      for (const queued of group) answers.push(await queued.run())
      this.#writing.query('COMMIT', [])
    } catch (error) {
      if (this.#writer.isTransaction) this.#writing.query('ROLLBACK', [])
      if (group.length === 0) group = this.#queue.splice(0)
      for (const queued of group) queued.fail(error)
      return
    }
    for (const answer of answers) answer()
  }

  /** Takes the write lock, which in WAL mode is the last thing a writer can have to wait for. */
  async #begin(): Promise<void> {
    const giveUpAt = performance.now() + this.#options.lockLimitMs
    for (let pauseMs = 1; ; pauseMs = nextPauseMs(pauseMs, { addMs: 0, longestMs: 20 })) {
      try {
        this.#writing.query('BEGIN IMMEDIATE', [])
        return
      } catch (error) {
        const { errcode = 0 } = error as { errcode?: number }
        if ((errcode & 0xff) !== busy) throw error
        if (performance.now() > giveUpAt)
          throw new Error('another process holds the database and does not let go', { cause: error })
        await wait(pauseMs)
      }
    }
  }

  #undo(error: unknown): void {
    // Some failures (a full disk, an I/O error) make SQLite undo the whole group at once. Then the savepoint
    // is gone, and the group fails with what caused it.
    if (!this.#writer.isTransaction) throw error
    this.#writing.query('ROLLBACK TO unit', [])
    this.#writing.query('RELEASE unit', [])
  }

  /** Asked on the writer, where it changes by the commits of others only; on the reader ours would count too. */
  #dataVersion(): unknown {
    const [row] = this.#writing.query('PRAGMA data_version', []) as { data_version: number }[]
    return row?.data_version
  }

  #stopPolling(): void {
    clearInterval(this.#poll)
    this.#poll = undefined
  }

  #refuse(): void {
    this.#inside.refuse()
    if (this.#closed) throw new Error('the database is closed')
  }
}
