import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from './database.ts'
import { SqliteDatabase } from './sqlite.ts'

/** The file that holds everything, in the directory that the operator names. */
const fileName = 'latchkey.db'

/**
 * Open what `url` names, a PostgreSQL server, or without it the file in `directory`. Both are created where
 * they are missing, for their owner only; a directory that exists keeps the mode its owner gave it.
 * What goes wrong is said in one line that never holds a password.
 */
export async function openDatabase({
  url,
  directory,
}: {
  url?: string | undefined
  directory: string
}): Promise<Database> {
  if (url === undefined) return openFile(directory)
  // Loading the driver takes 36 ms, a third of a cold start, which an installation on SQLite need not spend.
  const { PostgresDatabase } = await import('./postgres.ts')
  return PostgresDatabase.open(url)
}

/** Whether `openDatabase` would open a file that is there, rather than make one. */
export function hasDatabaseFile(directory: string): boolean {
  return existsSync(join(directory, fileName))
}

function openFile(directory: string): Database {
  const path = join(directory, fileName)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return new SqliteDatabase(path)
  } catch (error) {
    throw new Error(explainOpening(error, directory, path), { cause: error })
  }
}

/** What the operator can do about a file that cannot be opened, in one line. */
export function explainOpening(error: unknown, directory: string, path: string): string {
  const { code, errcode, message } = error as { code?: string; errcode?: number; message: string }
  if (code === 'EEXIST' || code === 'ENOTDIR') return `${directory} is not a directory`
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `no permission to write in ${directory}`
  if (code === 'EISDIR') return `${path} is a directory, not a database`
  // SQLITE_NOTADB
  if (errcode === 26) return `${path} is not a database`
  return `cannot open ${path}: ${message}`
}
