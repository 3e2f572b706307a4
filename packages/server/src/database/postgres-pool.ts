import type { Connection } from './postgres-connection.ts'

/** Connections for transactions, each lent to one at a time. */
export class Pool {
  readonly #connect: () => Connection
  readonly #most: number
  readonly #idle: Connection[] = []
  readonly #lent = new Set<Connection>()
  readonly #waiting: ((connection: Connection) => void)[] = []

  constructor(connect: () => Connection, most: number) {
    this.#connect = connect
    this.#most = most
  }

  /** Lend a connection to `use`, which leaves it as it was: in no transaction. First come, first served. */
  async lend<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#take()
    try {
      return await use(connection)
    } finally {
      this.#give(connection)
    }
  }

  /** How many wait for a connection. */
  get waiting(): number {
    return this.#waiting.length
  }

  async end(): Promise<void> {
    await Promise.all([...this.#idle, ...this.#lent].map((connection) => connection.end()))
  }

  async #take(): Promise<Connection> {
    if (this.#lent.size >= this.#most)
      return new Promise((resolve) => {
        this.#waiting.push(resolve)
      })
    let connection = this.#idle.pop()
    while (connection?.lost) connection = this.#idle.pop()
    connection ??= this.#connect()
    this.#lent.add(connection)
    return connection
  }

  #give(connection: Connection): void {
    const next = this.#waiting.shift()
    if (!next) {
      this.#lent.delete(connection)
      if (!connection.lost) this.#idle.push(connection)
      return
    }
    if (!connection.lost) {
      next(connection)
      return
    }
    this.#lent.delete(connection)
    const fresh = this.#connect()
    this.#lent.add(fresh)
    next(fresh)
  }
}
