import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../src/database/database.ts'
import { PostgresDatabase } from '../src/database/postgres.ts'
import { SqliteDatabase } from '../src/database/sqlite.ts'
import { temporaryDatabase } from './postgres.ts'

/** Both, unless LATCHKEY_TEST_ENGINES names some: mutations are tried on SQLite, which starts at once. */
export const engines = (['sqlite', 'postgres'] as const).filter((engine) =>
  (process.env.LATCHKEY_TEST_ENGINES ?? 'sqlite,postgres').split(',').includes(engine),
)

/** A place that is empty at first. Every `open` gives another Database on it, as another process would have. */
export interface Storage {
  /** For `openDatabase`. */
  readonly at: { url?: string; directory: string }
  open(options?: { idleLimitMs?: number }): Promise<Database>
  /** Closes what is open, and removes it all. */
  remove(): Promise<void>
}

export async function temporaryStorage(engine: Database['engine']): Promise<Storage> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-database-'))
  const server = engine === 'postgres' ? await temporaryDatabase() : undefined
  const opened: Database[] = []
  return {
    at: server ? { url: server.url, directory } : { directory },
    async open(options = {}) {
      const database = server
        ? await PostgresDatabase.open(server.url, options)
        : new SqliteDatabase(join(directory, 'latchkey.db'), { pollMs: 5, ...options })
      opened.push(database)
      return database
    },
    async remove() {
      for (const database of opened) await database.close()
      await server?.drop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
