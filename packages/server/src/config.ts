import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import * as v from 'valibot'

export type Mode = 'development' | 'production'

const port = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}$/, 'must be a port, 0 to 65535'),
  v.transform(Number),
  v.maxValue(65_535, 'must be a port, 0 to 65535'),
)
const count = v.pipe(v.string(), v.regex(/^\d{1,9}$/, 'must be a whole number'), v.transform(Number))
const list = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  ),
)
const httpUrl = v.pipe(
  v.string(),
  v.check(isHttpUrl, 'must be an http or https address without path, query or user'),
)
const origins = v.pipe(
  list,
  v.check(
    (items) => items.every(isHttpUrl),
    'must be origins such as https://app.example, with commas between',
  ),
)

/** Every setting: where it comes from, what it means, and what it must look like. The docs are made from this. */
export const settings = {
  host: { about: 'the address on which HTTP is served', schema: v.string(), fallback: '127.0.0.1' },
  port: { about: 'the port on which HTTP is served; 0 takes a free one', schema: port, fallback: '8484' },
  mqttHost: { about: 'the address on which MQTT is served', schema: v.string(), fallback: '127.0.0.1' },
  mqttPort: { about: 'the port on which MQTT is served; 0 takes a free one', schema: port, fallback: '1883' },
  mqttTlsCert: {
    about: 'a PEM file with the certificate chain: MQTT is then served over TLS',
    schema: v.string(),
  },
  mqttTlsKey: { about: 'a PEM file with the private key of that certificate', schema: v.string() },
  data: { about: 'the data directory', schema: v.string() },
  database: {
    about: 'postgres://… to store in PostgreSQL rather than in the data directory',
    schema: v.string(),
  },
  issuer: {
    about: 'the address by which others reach this server; it stands in every token',
    schema: httpUrl,
  },
  audience: { about: 'whom tokens are for (`aud`); the issuer unless set', schema: v.string() },
  masterKey: {
    about: '32 bytes in base64url that seal the signing keys; else the file master.key in the data directory',
    schema: v.string(),
  },
  signingAlgorithm: {
    about: 'what signs our tokens',
    schema: v.picklist(['ES256', 'RS256', 'EdDSA'], 'must be ES256, RS256 or EdDSA'),
    fallback: 'ES256',
  },
  accessTokenSeconds: {
    about: 'the life of an access token',
    schema: v.pipe(count, v.minValue(30, 'must be 30 to 3600'), v.maxValue(3600, 'must be 30 to 3600')),
    fallback: '300',
  },
  corsOrigins: {
    about: 'origins whose pages may call this server, with commas between; none unless set',
    schema: origins,
    fallback: '',
  },
  trustedProxies: {
    about: 'how many proxies in front write X-Forwarded-For',
    schema: v.pipe(count, v.maxValue(9, 'must be 0 to 9')),
    fallback: '0',
  },
  regions: {
    about: 'an mmdb file that tells the country of an address; a table is installed with the server',
    schema: v.string(),
  },
} as const

type Settings = typeof settings
type Read<Name extends keyof Settings> = v.InferOutput<Settings[Name]['schema']>
type Given = {
  [Name in keyof Settings]: Settings[Name] extends { fallback: string } ? Read<Name> : Read<Name> | undefined
}

/** What the server runs with. Where there is one, it has been checked. */
export interface Config extends Omit<Given, 'data' | 'issuer' | 'audience'> {
  readonly mode: Mode
  readonly data: string
  readonly issuer: string
  readonly audience: string
}

/** Says everything that is wrong, a line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
    this.name = 'ConfigError'
  }
}

export const environmentName = (setting: string) =>
  `LATCHKEY_${setting.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
const defaultData: Record<Mode, string> = { development: '.latchkey', production: 'latchkey-data' }

/**
 * From the environment (`LATCHKEY_PORT` …) and, for what is not set there, from `latchkey.json` beside the data
 * directory (`{"port": "8484"}`).
 * @throws {ConfigError}
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, mode: Mode): Config {
  const problems: string[] = []
  const data = resolve(environment.LATCHKEY_DATA ?? defaultData[mode])
  const file = join(dirname(data), 'latchkey.json')
  const written = readFile(file, problems)
  const given: Record<string, unknown> = {}

  for (const [name, setting] of Object.entries(settings)) {
    const source =
      environment[environmentName(name)] !== undefined ? environmentName(name) : `${name} in ${file}`
    const text =
      environment[environmentName(name)] ??
      written[name] ??
      ('fallback' in setting ? setting.fallback : undefined)
    if (text === undefined || (text === '' && !('fallback' in setting))) continue
    const result = v.safeParse(setting.schema as v.GenericSchema, text)
    if (result.success) given[name] = result.output
    else
      problems.push(
        `${source} ${result.issues[0]?.kind === 'schema' && !Array.isArray(result.issues[0].requirement) && result.issues[0].type === 'string' ? 'must be text' : result.issues[0]?.message}`,
      )
  }
  for (const name of unknownNames(environment))
    problems.push(`${name} is no setting of Latchkey${meant(name)}`)
  for (const name of Object.keys(written))
    if (!(name in settings)) problems.push(`${name} in ${file} is no setting of Latchkey`)
  if (problems.length > 0) throw new ConfigError(problems)

  const settled = given as Given // each name was parsed by its own schema above
  const issuer =
    settled.issuer?.replace(/\/$/, '') ??
    `http://${settled.host.includes(':') ? `[${settled.host}]` : settled.host}:${settled.port}`
  const config: Config = { ...settled, mode, data, issuer, audience: settled.audience ?? issuer }
  const unsafe = mode === 'production' ? refusals(config) : developmentRefusals(config)
  if (unsafe.length > 0) throw new ConfigError(unsafe)
  return config
}

function readFile(file: string, problems: string[]): Record<string, unknown> {
  if (!existsSync(file)) return {}
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return content as Record<string, unknown>
    problems.push(`${file} must hold a JSON object`)
  } catch (error) {
    problems.push(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
  return {}
}

/** What production does not start with, and how to mend it. */
export function refusals(config: Config): string[] {
  const found: string[] = []
  const issuer = new URL(config.issuer)
  if (issuer.protocol === 'http:' && !isLoopback(issuer.hostname)) {
    found.push(
      `the issuer ${config.issuer} is http: tokens would travel in the clear; set LATCHKEY_ISSUER to the https address of your proxy`,
    )
  }
  if (config.port === 0 && new URL(config.issuer).port === '0')
    found.push('LATCHKEY_PORT 0 needs LATCHKEY_ISSUER: nobody could find this server')
  if (!isLoopback(config.mqttHost) && !(config.mqttTlsCert && config.mqttTlsKey)) {
    found.push(
      `MQTT on ${config.mqttHost} without TLS would show every token; set LATCHKEY_MQTT_TLS_CERT and LATCHKEY_MQTT_TLS_KEY, or LATCHKEY_MQTT_HOST=127.0.0.1 behind a TLS proxy`,
    )
  }
  if (config.masterKey && new Set(Buffer.from(config.masterKey, 'base64url')).size < 16) {
    found.push(
      'LATCHKEY_MASTER_KEY is not random; make one with: openssl rand -base64 32 | tr "+/" "-_" | tr -d "="',
    )
  }
  return found
}

/** Development seeds accounts and prints their secrets: it stays on this machine. */
function developmentRefusals(config: Config): string[] {
  const open = [config.host, config.mqttHost].filter((host) => !isLoopback(host))
  return open.map((host) => `development mode listens on loopback only, not on ${host}; use: latchkey start`)
}

export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '')
  return name === 'localhost' || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name)
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    !url.search &&
    !url.hash &&
    !url.username
  )
}

/** A setting that is spelled wrong would be left at its default without a word. */
function unknownNames(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set(Object.keys(settings).map(environmentName))
  return Object.keys(environment).filter(
    (name) => name.startsWith('LATCHKEY_') && !name.startsWith('LATCHKEY_TEST_') && !known.has(name),
  )
}

function meant(name: string): string {
  const letters = (text: string) => [...text].sort().join('')
  const near = Object.keys(settings)
    .map(environmentName)
    .find(
      (known) =>
        Math.abs(known.length - name.length) <= 1 &&
        (letters(known).includes(letters(name).slice(1, -1)) || known.startsWith(name.slice(0, -2))),
    )
  return near ? `; did you mean ${near}?` : ''
}
