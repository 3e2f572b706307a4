import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../src/database/database.ts'
import { migrations } from '../src/database/migrations/index.ts'
import { migrate } from '../src/database/migrations.ts'
import { PostgresDatabase } from '../src/database/postgres.ts'
import { SqliteDatabase } from '../src/database/sqlite.ts'
import { type Template, temporaryDatabase } from './postgres.ts'

/** Both, unless LATCHKEY_TEST_ENGINES names some: mutations are tried on SQLite, which starts at once. */
export const engines = (['sqlite', 'postgres'] as const).filter((engine) =>
  (process.env.LATCHKEY_TEST_ENGINES ?? 'sqlite,postgres').split(',').includes(engine),
)

/** A place for a database. Every `open` gives another Database on it, as another process would have. */
export interface Storage {
  /** For `openDatabase`. */
  readonly at: { url?: string; directory: string }
  open(options?: { idleLimitMs?: number }): Promise<Database>
  /** Closes what is open, and removes it all. */
  remove(): Promise<void>
}

export interface StorageOptions {
  /** Whether it has the schema of the product from the start, copied from one that this run made by `migrate`. */
  readonly migrated?: boolean
}

export async function temporaryStorage(
  engine: Database['engine'],
  { migrated = false }: StorageOptions = {},
): Promise<Storage> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-database-'))
  const server = engine === 'postgres' ? await temporaryDatabase(migrated ? template : undefined) : undefined
  if (engine === 'sqlite' && migrated) copyFileSync(await migratedFile(), join(directory, 'latchkey.db'))
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

/** Set by whoever runs many files of tests: a folder that is theirs, for the schema that each would make again. */
const sharedSchemas = 'LATCHKEY_TEST_SCHEMAS'

/** When the schema of copies was made. */
const migratedAt = Date.UTC(2026, 0, 1)

const template: Template = {
  name: createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 16),
  prepare: async (url) => migrateAndClose(await PostgresDatabase.open(url, {})),
}

let file: Promise<string> | undefined

/** A file of SQLite with the schema: of the whole run, where its folder is set, or else one that goes with this process. */
function migratedFile(): Promise<string> {
  file ??= (async () => {
    const kept = process.env[sharedSchemas] && join(process.env[sharedSchemas], `${template.name}.db`)
    if (kept && existsSync(kept)) return kept
    const directory = mkdtempSync(join(tmpdir(), 'latchkey-schema-'))
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
    const path = join(directory, 'latchkey.db')
    await migrateAndClose(new SqliteDatabase(path))
    if (!kept) return path
    // Whole at once. Of several processes that make it, the last one's stays, which is the same.
    const whole = `${kept}.${process.pid}`
    copyFileSync(path, whole)
    renameSync(whole, kept)
    return kept
  })()
  return file
}

async function migrateAndClose(database: Database): Promise<void> {
  await migrate(database, migrations, migratedAt)
  await database.close()
}
