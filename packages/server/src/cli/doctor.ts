import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hindranceOf, relyingParty } from '../accounts/passkeys/relying-party.ts'
import { countOfOtherDomains } from '../accounts/passkeys/store.ts'
import { createRegions, dateOf, oldData } from '../activity/regions.ts'
import { countWithoutPkce } from '../applications/store.ts'
import { ConfigError, environmentName } from '../config/config.ts'
import { refusals } from '../config/safety.ts'
import { type Config, settings } from '../config/settings.ts'
import type { Database } from '../database/database.ts'
import { migrations } from '../database/migrations/index.ts'
import { missingMigrations } from '../database/migrations.ts'
import { hasDatabaseFile, openDatabase } from '../database/open.ts'
import { ping } from '../database/ping.ts'
import { silentLog } from '../log.ts'
import { heardOfMs } from '../operations/heard-of.ts'
import { notAcross } from '../operations/operations.ts'
import { findProcesses, tryWriting } from '../operations/store.ts'
import { wholeText } from '../whole-text.ts'
import type { Given } from './given.ts'
import { commandConfig } from './open.ts'
import { createOutput, table } from './output.ts'
import { WrongUse } from './wrong-use.ts'

const countForm = wholeText(/\d{1,9}/)

/** What must not stand in a terminal or a bug report. */
const secret: ReadonlySet<string> = new Set([
  'masterKey',
  'masterKeysBefore',
  'passwordPeppers',
  'database',
  'mailUrl',
  'mailOauthClientSecret',
  'mailOauthRefreshToken',
  'sinks',
  'sinkTokens',
])

interface Options {
  readonly acceptLoss?: string
}

export async function run({ options, json }: Given<Options>): Promise<void> {
  const accepted = acceptedIn(options)
  const config = commandConfig()
  const unsafe = [...refusals(config), ...unsafeFiles(config)]
  const { broken, told } = await tryStorage(config, accepted)
  const hindrance = hindranceOf(config)
  const regions = lookAtRegions(config)
  broken.push(...regions.broken)
  const notes = [...told, ...regions.told, ...(hindrance === undefined ? [] : [hindrance])]
  const inForce = Object.keys(settings).map((name) => [environmentName(name), shown(config, name)])
  const lines = [
    ...(unsafe.length > 0 ? unsafe.map((line) => `unsafe: ${line}`) : ['nothing unsafe was found']),
    ...broken.map((line) => `broken: ${line}`),
    ...notes,
  ]
  createOutput(json).result(`${table(['SETTING', 'IN FORCE'], inForce)}\n\n${lines.join('\n')}`, {
    mode: config.mode,
    settings: Object.fromEntries(inForce),
    unsafe,
    broken,
    told: notes,
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
async function tryStorage(config: Config, accepted: number): Promise<{ broken: string[]; told: string[] }> {
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
      told.push(...(await withoutPkce(db)))
      const lost = await lostPasskeys(db, config, accepted)
      return { broken: [...broken, ...lost.broken], told: [...told, ...lost.told] }
    } finally {
      await db.close()
    }
  } catch (error) {
    return { broken: [...broken, error instanceof Error ? error.message : String(error)], told: [] }
  }
}

/** Of when the data is that tells the regions of addresses. */
function lookAtRegions({ regions: file }: Config): { broken: string[]; told: string[] } {
  try {
    const builtAt = createRegions(file, { log: silentLog }).builtAt()
    const old = oldData(builtAt, Date.now())
    return {
      broken: [],
      told: [
        old === undefined ? `the regions of addresses are told by data of ${dateOf(builtAt)}` : `old: ${old}`,
      ],
    }
  } catch (error) {
    return { broken: [error instanceof Error ? error.message : String(error)], told: [] }
  }
}

/** Codes of these can be used by whoever takes one, unless they send a challenge all the same (RFC 9700 section 2.1.1). */
async function withoutPkce(db: Database): Promise<readonly string[]> {
  const count = await countWithoutPkce(db)
  if (count === 0) return []
  return [
    `${count} application${count === 1 ? '' : 's'} may leave the PKCE challenge out: latchkey applications list --json`,
  ]
}

/** Passkeys that were made for another domain. To lose them is said by their count, so that nobody does by mistake. */
async function lostPasskeys(
  db: Database,
  config: Config,
  accepted: number,
): Promise<{ broken: string[]; told: string[] }> {
  const { id } = relyingParty(config, '')
  const count = await countOfOtherDomains(db, id)
  if (count === 0) return { broken: [], told: [] }
  const lost = `${count} passkeys were made for another domain than ${id}, and sign nobody in`
  if (accepted === count) return { broken: [], told: [lost] }
  return {
    broken: [
      `${lost}; set LATCHKEY_RP_ID to the domain of before, or accept it: latchkey doctor --accept-loss ${count}`,
    ],
    told: [],
  }
}

/** @throws {WrongUse} */
function acceptedIn({ acceptLoss = '0' }: Options): number {
  if (!countForm.test(acceptLoss)) throw new WrongUse('--accept-loss takes a number of passkeys')
  return Number(acceptLoss)
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
