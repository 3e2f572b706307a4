import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, environmentName } from '../config/config.ts'
import { refusals } from '../config/safety.ts'
import { type Config, settings } from '../config/settings.ts'
import type { Given } from './given.ts'
import { commandConfig } from './open.ts'
import { createOutput, table } from './output.ts'

/** What must not stand in a terminal or a bug report. */
const secret: ReadonlySet<string> = new Set(['masterKey', 'database'])

export async function run({ json }: Given): Promise<void> {
  const config = commandConfig()
  const unsafe = [...refusals(config), ...unsafeFiles(config)]
  const inForce = Object.keys(settings).map((name) => [environmentName(name), shown(config, name)])
  const findings =
    unsafe.length > 0 ? unsafe.map((line) => `unsafe: ${line}`).join('\n') : 'nothing unsafe was found'
  createOutput(json).result(`${table(['SETTING', 'IN FORCE'], inForce)}\n\n${findings}`, {
    mode: config.mode,
    settings: Object.fromEntries(inForce),
    unsafe,
  })
  if (unsafe.length > 0) throw new ConfigError([`${unsafe.length} unsafe`])
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
