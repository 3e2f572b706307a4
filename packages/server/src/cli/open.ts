import { existsSync } from 'node:fs'
import { type App, createApp } from '../app.ts'
import { type Config, readConfig } from '../config.ts'
import { migrations } from '../database/migrations/index.ts'
import { migrate } from '../database/migrations.ts'
import { openDatabase } from '../database/open.ts'
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
 * A server hears of what is changed.
 */
export async function withApp<T>(work: (app: App) => Promise<T>): Promise<T> {
  const config = commandConfig()
  const db = await openDatabase({ url: config.database, directory: config.data })
  try {
    await migrate(db, migrations, realWorld.now())
    const app = await createApp({ config, db, log: silentLog })
    try {
      return await work(app)
    } finally {
      await app.stop()
    }
  } finally {
    await db.close()
  }
}
