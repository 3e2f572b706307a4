import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, environmentName } from '../config/config.ts'
import { refusals } from '../config/safety.ts'
import { type Config, settings } from '../config/settings.ts'
import { migrations } from '../database/migrations/index.ts'
import { missingMigrations } from '../database/migrations.ts'
import { hasDatabaseFile, openDatabase } from '../database/open.ts'
import { ping } from '../database/ping.ts'
import { heardOfMs, notAcross } from '../operations/operations.ts'
import { findProcesses, tryWriting } from '../operations/store.ts'
import type { Given } from './given.ts'
import { commandConfig } from './open.ts'
import { createOutput, table } from './output.ts'

/** What must not stand in a terminal or a bug report. */
const secret: ReadonlySet<string> = new Set([
  'masterKey',
  'passwordPeppers',
  'database',
  'mailUrl',
  'mailOauthClientSecret',
  'mailOauthRefreshToken',
])

export async function run({ json }: Given): Promise<void> {
  const config = commandConfig()
  const unsafe = [...refusals(config), ...unsafeFiles(config)]
  const { broken, told } = await tryStorage(config)
  const inForce = Object.keys(settings).map((name) => [environmentName(name), shown(config, name)])
  const lines = [
    ...(unsafe.length > 0 ? unsafe.map((line) => `unsafe: ${line}`) : ['nothing unsafe was found']),
    ...broken.map((line) => `broken: ${line}`),
    ...told,
  ]
  createOutput(json).result(`${table(['SETTING', 'IN FORCE'], inForce)}\n\n${lines.join('\n')}`, {
    mode: config.mode,
    settings: Object.fromEntries(inForce),
    unsafe,
    broken,
    told,
  })
  if (unsafe.length > 0 || broken.length > 0)
    throw new ConfigError([`${unsafe.length} unsafe, ${broken.length} broken`])
}

function shown(config: Config, name: string): string {
  const value = Object.entries(config).find(([key]) => key === name)?.[1]
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '-'
  return secret.has(name) ? '(set)' : String(value)
}

function unsafeFiles({ data }: Config): string[] {
  const files = [data, join(data, 'master.key'), join(data, 'latchkey.db')].filter((file) => existsSync(file))
  return files
    .filter((file) => (statSync(file).mode & 0o077) !== 0)
    .map((file) => `others can read ${file}; mend it with: chmod go= ${file}`)
}

/** Whether what is to be stored can be: tried, not looked up, because a full disk looks like any other. */
async function tryStorage(config: Config): Promise<{ broken: string[]; told: string[] }> {
  const broken = existsSync(config.data) ? tryDisk(config.data) : []
  if (config.database === undefined && !hasDatabaseFile(config.data)) {
    return { broken, told: ['there is no database yet; latchkey start or latchkey migrate makes one'] }
  }
  try {
    const db = await openDatabase({ url: config.database, directory: config.data })
    try {
      await ping(db)
      const missing = await missingMigrations(db, migrations)
      if (missing.length > 0) {
        const told = [
          `the database lacks ${missing.join(', ')}; latchkey start or latchkey migrate applies them`,
        ]
        return { broken, told }
      }
      await tryWriting(db)
      const now = Date.now()
      const live = await findProcesses(db, now - heardOfMs)
      const told = ['the database answers, and takes what is to be stored']
      if (live.length > 1) told.push(`${live.length} processes serve this database: ${notAcross}`)
      return { broken, told }
    } finally {
      await db.close()
    }
  } catch (error) {
    return { broken: [...broken, error instanceof Error ? error.message : String(error)], told: [] }
  }
}

function tryDisk(directory: string): string[] {
  const file = join(directory, `doctor-${process.pid}`)
  try {
    writeFileSync(file, Buffer.alloc(64 * 1024), { flush: true, mode: 0o600, flag: 'wx' })
    return []
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // what fs functions throw
    return [`nothing can be written in ${directory} (${code})`]
  } finally {
    rmSync(file, { force: true })
  }
}
