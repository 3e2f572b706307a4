import { AsyncLocalStorage } from 'node:async_hooks'
import type { Transaction, Value } from './database.ts'

/** How an engine runs a query inside a transaction: SQLite synchronously, PostgreSQL by a promise. */
export type Ask = (sql: string, values: Value[]) => unknown[] | Promise<unknown[]>

/** One call of `transaction`. Both engines use it, so that both keep the same rules. */
export class Unit implements Transaction {
  readonly #ask: Ask
  readonly #after: (() => void)[] = []
  #inFlight = 0
  #failure: { error: unknown } | undefined
  #over = false
  #announced = false

  constructor(ask: Ask) {
    this.#ask = ask
  }

  get over(): boolean {
    return this.#over
  }

  get announced(): boolean {
    return this.#announced
  }

  async query<Row>(sql: string, ...values: Value[]): Promise<Row[]> {
    this.#refuseWhenOver()
    if (this.#failure) throw this.#failure.error
    this.#inFlight++
    try {
      checkValues(values)
      return (await this.#ask(sql, values)) as Row[]
    } catch (error) {
      this.#failure ??= { error }
      throw error
    } finally {
      this.#inFlight--
    }
  }

  afterCommit(after: () => void): void {
    this.#refuseWhenOver()
    this.#after.push(after)
  }

  announce(): void {
    this.#refuseWhenOver()
    this.#announced = true
  }

  /** Run `work` to its end, or until it has waited `idleLimitMs` for something that is not the database. */
  async run<T>(work: (tx: Transaction) => Promise<T>, idleLimitMs: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        if (this.#inFlight > 0) timer?.refresh()
        else
          reject(new Error(`a transaction awaited something other than its database for ${idleLimitMs} ms`))
      }, idleLimitMs)
    })
    try {
      const result = await Promise.race([work(this), expired])
      // PostgreSQL undoes a transaction after any failed statement, whether or not `work` caught the error.
      // Saying "done" here would be a lie there, and a difference between the engines elsewhere.
      if (this.#failure) throw this.#failure.error
      return result
    } finally {
      clearTimeout(timer)
      this.#over = true
    }
  }

  /** Call the functions that waited for the commit. An error in one ends the process: nothing can be undone any more. */
  committed(): void {
    for (const after of this.#after) {
      try {
        after()
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  #refuseWhenOver(): void {
    if (this.#over) throw new Error('this transaction is over')
  }
}

/**
 * Knows whether the running code was called by a transaction's `work`. There the database itself must not be
 * asked: a transaction in a transaction would wait for itself, and a read would not see what was just written.
 */
export class Inside {
  readonly #units = new AsyncLocalStorage<Unit>()

  run<T>(unit: Unit, work: () => T): T {
    return this.#units.run(unit, work)
  }

  refuse(): void {
    const unit = this.#units.getStore()
    if (unit && !unit.over) throw new Error('inside a transaction, ask its tx and not the database')
  }
}

/**
 * What one engine would take and the other refuse, or change in silence, both refuse: SQLite keeps 1.5 in a
 * BIGINT, PostgreSQL cannot keep the character NUL.
 */
export function checkValues(values: readonly Value[]): void {
  for (const value of values) {
    if (value === null || Number.isSafeInteger(value) || value instanceof Uint8Array) continue
    if (typeof value === 'string' && !value.includes('\0')) continue
    throw new TypeError('a value of a query is text without NUL, a safe integer, bytes, or null')
  }
}
