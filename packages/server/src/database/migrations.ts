import { createHash } from 'node:crypto'
import type { Database, Transaction } from './database.ts'

/** One step of the schema, forward only. Once released it is never edited: a change is a new migration. */
export interface Migration {
  /** Starts with its number in four digits, so that names sort in the order of application. */
  readonly name: string
  /** Run one by one, in the dialect that both engines share. */
  readonly statements: readonly string[]
}

export type MigrationErrorCode = 'database_newer' | 'migration_edited' | 'migration_order'

/** The program and the database do not fit. Nothing was changed; a person must choose. */
class MigrationError extends Error {
  readonly code: MigrationErrorCode

  constructor(code: MigrationErrorCode, message: string) {
    super(message)
    this.name = 'MigrationError'
    this.code = code
  }
}

interface Applied {
  readonly name: string
  readonly checksum: string
}

/** Any number will do, as long as every process takes the same. */
const advisoryLock = 5_411_078

/**
 * Apply what is missing, each migration in a transaction of its own, and return the names of what was applied.
 * Several processes may do this at once: each looks again under a lock before each step.
 * @throws MigrationError, and then the database is as it was.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
  nowMs: number,
): Promise<string[]> {
  migrations.forEach(({ name }, i) => {
    if (i > 0 && name <= migrations[i - 1]!.name)
      throw new MigrationError(
        'migration_order',
        `migration "${name}" stands after a later one in the program`,
      )
  })
  const done: string[] = []
  for (;;) {
    const name = await database.transaction((tx) => applyNext(tx, database.engine, migrations, nowMs))
    if (name === undefined) return done
    done.push(name)
  }
}

/** Whether any migration was ever applied. Changes nothing. */
export async function isMigrated(database: Database): Promise<boolean> {
  const table =
    database.engine === 'sqlite'
      ? `SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'`
      : `SELECT 1 AS found FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'schema_migrations'`
  return (await database.query(table)).length > 0
}

/** The names of migrations that this database has yet to get; all of them where it has none. */
export async function missingMigrations(
  database: Database,
  migrations: readonly Migration[],
): Promise<string[]> {
  if (!(await isMigrated(database))) return migrations.map(({ name }) => name)
  const rows = await database.query<{ name: string }>('SELECT name FROM schema_migrations')
  const applied = new Set(rows.map(({ name }) => name))
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name))
}

async function applyNext(
  tx: Transaction,
  engine: Database['engine'],
  migrations: readonly Migration[],
  nowMs: number,
): Promise<string | undefined> {
  // A transaction of SQLite holds the database alone from its start. PostgreSQL must be told.
  if (engine === 'postgres') {
    await tx.query('SELECT pg_advisory_xact_lock($1)', advisoryLock)
    // SQLite's name for what PostgreSQL calls "C", so that a column can say on both that it is compared byte by byte.
    await tx.query(`CREATE COLLATION IF NOT EXISTS "binary" (locale = 'C')`)
  }
  await tx.query(`
    CREATE TABLE IF NOT EXISTS schema_migrations (
      name       TEXT   NOT NULL PRIMARY KEY,
      checksum   TEXT   NOT NULL,
      applied_at BIGINT NOT NULL
    )`)
  const applied = await tx.query<Applied>('SELECT name, checksum FROM schema_migrations')
  const next = firstMissing(migrations, applied)
  if (next === undefined) return undefined
  // An index of a large table is sorted before it is written, which may need more than there is memory. A migration that renames
  // a table is refused by SQLite because of it: let it make a new one.
  if (engine === 'sqlite') await tx.query('PRAGMA temp_store = FILE')
  for (const statement of next.statements) await tx.query(statement)
  if (engine === 'sqlite') await tx.query('PRAGMA temp_store = MEMORY')
  await tx.query(
    'INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)',
    next.name,
    checksumOf(next),
    nowMs,
  )
  return next.name
}

function firstMissing(migrations: readonly Migration[], applied: readonly Applied[]): Migration | undefined {
  const unknown = applied.find(({ name }) => !migrations.some((migration) => migration.name === name))
  if (unknown)
    throw new MigrationError(
      'database_newer',
      `the database is newer than this program: it has the migration "${unknown.name}"`,
    )
  const checksums = new Map(applied.map(({ name, checksum }) => [name, checksum]))
  let missing: Migration | undefined
  for (const migration of migrations) {
    const checksum = checksums.get(migration.name)
    if (checksum === undefined) missing ??= migration
    else if (missing)
      throw new MigrationError(
        'migration_order',
        `the database has the migration "${migration.name}" but not the earlier "${missing.name}"`,
      )
    else if (checksum !== checksumOf(migration))
      throw new MigrationError(
        'migration_edited',
        `the migration "${migration.name}" is not the one that the database was made with`,
      )
  }
  return missing
}

function checksumOf({ statements }: Migration): string {
  return createHash('sha256').update(JSON.stringify(statements)).digest('hex')
}
