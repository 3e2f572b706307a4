import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../app.ts'
import { readConfig } from '../config/config.ts'
import type { Config } from '../config/settings.ts'
import type { Database } from '../database/database.ts'
import { migrations } from '../database/migrations/index.ts'
import { isMigrated, migrate } from '../database/migrations.ts'
import { hasDatabaseFile, openDatabase } from '../database/open.ts'
import { silentLog } from '../log.ts'
import { realWorld } from '../world.ts'

/** The configuration of commands that work beside the server: that of the mode whose data directory is there. */
export function commandConfig(): Config {
  const mode =
    process.env.LATCHKEY_DATA === undefined && existsSync('.latchkey') ? 'development' : 'production'
  return readConfig(process.env, mode)
}

/**
 * Run `work` on the product without listening, straight on its database, beside a running server or without one.
 * A server hears of what is changed. Only `start`, `demo` and `migrate` make a database: one in a directory whose name was
 * mistyped would be empty, and look like the real one.
 *
 * @throws {Error} in one line if there is no database yet.
 */
export async function withApp<T>(work: (app: App) => Promise<T>): Promise<T> {
  const config = commandConfig()
  if (config.database === undefined && !hasDatabaseFile(config.data)) throw noDatabase(config)
  const db = await openDatabase({ url: config.database, directory: config.data })
  try {
    if (!(await isMigrated(db))) throw noDatabase(config)
    return await runApp(config, db, work)
  } finally {
    await db.close()
  }
}

function noDatabase({ database, data }: Config): Error {
  const [place, setting] = database === undefined ? [data, 'LATCHKEY_DATA'] : ['it', 'LATCHKEY_DATABASE']
  return new Error(
    `there is no database of Latchkey in ${place}: look at ${setting}, or make one with latchkey migrate or latchkey start`,
  )
}

/** As `withApp`, on an empty product of its own that is gone afterwards, for commands that only describe the program. */
export async function withEmptyApp<T>(work: (app: App) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-'))
  const config = { ...commandConfig(), data: directory, database: undefined, masterKey: undefined }
  try {
    const db = await openDatabase({ directory })
    try {
      return await runApp(config, db, work)
    } finally {
      await db.close()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function runApp<T>(config: Config, db: Database, work: (app: App) => Promise<T>): Promise<T> {
  await migrate(db, migrations, realWorld.now())
  const app = await createApp({ config, db, log: silentLog })
  try {
    return await work(app)
  } finally {
    await app.stop()
  }
}
