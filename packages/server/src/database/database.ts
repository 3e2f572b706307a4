/** What a column holds. Times are whole milliseconds, flags are 0 or 1, ids and hashes are text, compressed content is bytes. */
export type Value = string | number | null | Uint8Array

/**
 * Runs queries. SQL is written once, in the dialect that SQLite and PostgreSQL share, with `$1`
 * placeholders: no JSON operators, no booleans, bytes only in columns of type BYTEA, times as whole milliseconds in BIGINT.
 */
export interface Reader {
  /** The rows in order, each an object by column name. Only what is committed is seen, except inside a transaction. */
  query<Row>(sql: string, ...values: Value[]): Promise<Row[]>
}

/** Runs queries that take effect together or not at all. Functions that write take a Transaction. */
export interface Transaction extends Reader {
  /**
   * Run `after` once everything is durably stored, and never if it is not. For what must not be told before
   * it is true: events, revocations, disconnects. An error in `after` ends the process, because the transaction is committed.
   */
  afterCommit(after: () => void): void
  /** Wake the listeners of `onChangeElsewhere` in every other process on this database, after the commit. */
  announce(): void
}

/** How busy a database is, as this process sees it. */
export interface Load {
  /** How many transactions were begun since it was opened. */
  readonly transactions: number
  /** How many of them wait for their turn now. */
  readonly waiting: number
}

/**
 * Where everything is stored, embedded (SQLite) or a server (PostgreSQL).
 *
 * Outside a transaction it only reads; a write there is an error of the programmer and fails.
 */
export interface Database extends Reader {
  readonly engine: 'sqlite' | 'postgres'

  /**
   * Run `work` so that all of it happens or none, and answer after it is durable. If `work` throws, its
   * writes are undone, its neighbours' are not, and the error comes out here.
   * Inside, await nothing but `tx`: others wait for it. Hash passwords and sign tokens before.
   * A query that fails fails the transaction, even if `work` catches its error. On PostgreSQL `work` is run
   * again after a deadlock, so what it does to anything but `tx` must bear being done twice.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>

  /** Call `listener` soon (well under a second) after another process announced a change. Returns the way to stop. */
  onChangeElsewhere(listener: () => void): () => void

  /** How busy it is. */
  load?(): Load

  /** Finish the queued transactions, then close the database. */
  close(): Promise<void>
}
