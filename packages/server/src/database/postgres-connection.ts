import postgres from 'postgres'
import type { Value } from './database.ts'
import type { ServerAddress } from './postgres-url.ts'

/** PostgreSQL's own settings for a session. */
export type SessionSettings = Record<string, string | number | boolean>

// What the common dialect holds: numbers that JavaScript can count, and flags as 0 or 1. SUM of a BIGINT is
// NUMERIC, EXISTS is BOOL.
const types = {
  integer: { to: 20, from: [20, 1700], serialize: String, parse: safeInteger },
  flag: { to: 16, from: [16], serialize: String, parse: (text: string) => (text === 't' ? 1 : 0) },
}

// `simple: false` keeps a query without values out of the simple protocol, which would run several statements
// written as one and would not prepare them.
const prepared: postgres.UnsafeQueryOptions & { simple: false } = { prepare: true, simple: false }

/**
 * One connection, used until it is lost and never after.
 *
 * The driver has a pool and transactions of its own. We use neither: when a connection is lost, postgres.js
 * 3.4.9 sends the ROLLBACK into nothing, which ends the process, or sends the rest of the transaction on the
 * connection that replaces the lost one, where it may join another's transaction
 * (github.com/porsager/postgres issues 1208 and 1216). Here each driver has one connection, and goes with it.
 */
export class Connection {
  readonly #sql: postgres.Sql
  readonly #whenLost: () => void
  #lost = false
  #pending = 0

  constructor(
    { url, ssl }: ServerAddress,
    settings: SessionSettings,
    {
      onNotify = () => {},
      onLost = () => {},
    }: { onNotify?: (payload: string) => void; onLost?: () => void } = {},
  ) {
    this.#whenLost = onLost
    const options = {
      max: 1,
      ssl,
      types,
      fetch_types: false,
      connect_timeout: 10,
      max_lifetime: null,
      onnotice: () => {},
      onclose: () => this.#lose(),
      // The driver takes this option, its types do not tell of it.
      onnotify: (_channel: string, payload: string) => onNotify(payload),
      connection: { application_name: 'latchkey', ...settings },
    }
    this.#sql = postgres(url, options) as unknown as postgres.Sql
  }

  get lost(): boolean {
    return this.#lost
  }

  /** The number of queries in flight. */
  get pending(): number {
    return this.#pending
  }

  async ask(text: string, values: Value[] = []): Promise<unknown[]> {
    return Array.from(await this.#send(text, values))
  }

  async commit(): Promise<void> {
    const { command } = await this.#send('COMMIT', [])
    // PostgreSQL answers the COMMIT of a transaction that has failed with ROLLBACK, and calls it no error.
    if (command !== 'COMMIT')
      throw new Error('a statement that nobody awaited failed, and with it the transaction')
  }

  /** Close at once. Queries in flight fail. */
  async end(): Promise<void> {
    this.#lost = true
    await this.#letGo()
  }

  async #send(text: string, values: Value[]) {
    if (this.#lost)
      throw Object.assign(new Error('the connection to PostgreSQL was lost'), { code: 'CONNECTION_LOST' })
    this.#pending++
    try {
      return await this.#sql.unsafe(text, values, prepared)
    } catch (error) {
      if (endsConnection(error)) this.#lose()
      throw error
    } finally {
      this.#pending--
    }
  }

  #lose(): void {
    if (this.#lost) return
    this.#lost = true
    void this.#letGo()
    this.#whenLost()
  }

  /** Without a limit of its own, the driver would wait for what is under way. */
  #letGo(): Promise<void> {
    return this.#sql.end({ timeout: 0 })
  }
}

/** A server that says FATAL closes the connection; what is not from the server and not from us is the network. */
function endsConnection(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return error.severity === 'FATAL' || error.severity === 'PANIC'
  return !(error instanceof RangeError || error instanceof TypeError)
}

function safeInteger(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number))
    throw new RangeError('a number in the database is beyond what JavaScript counts')
  return number
}
