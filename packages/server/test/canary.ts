import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../src/database/database.ts'
import type { CallOptions, TestApp } from './app.ts'

/** Where a secret was found, and what begins with which letters: never the whole secret, not even in the output of a test. */
export interface Leak {
  readonly place: string
  readonly secret: string
}

/** Remembers everything secret that was sent to a house, or handed out by it, and finds it again where it must not be. */
export interface Canary {
  /** How many different secrets there were. */
  readonly size: number
  /** How many of them were codes of six digits. */
  readonly codes: number
  note(secret: string): void
  /** In every column of every row, in the files of a directory byte by byte, and in these texts. */
  search(places: {
    readonly db: Database
    readonly directories: readonly string[]
    readonly texts: Readonly<Record<string, string>>
  }): Promise<readonly Leak[]>
}

/** Members of requests and answers that hold a secret, or a list of them. */
const secretMembers = new Set([
  ...['password', 'new_password', 'current_password', 'access_token', 'refresh_token', 'token', 'assertion'],
  ...[
    'secret',
    'client_secret',
    'invitation',
    'registration',
    'recovery',
    'proof',
    'challenge',
    'code',
    'codes',
  ],
  ...['recovery_codes', 'uri', 'claim_code', 'link', 'api_key', 'key'],
])
/** What looks like one wherever it stands: our opaque secrets, and tokens with their signature. */
const secretForms = [/lk_[a-z]+_[\w-]{20,}/g, /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{16,}/g]
/** A shorter one stands by chance in any file. */
const shortest = 8
/** A code of six digits, as it is typed or stands in a letter; it is looked for where nothing else of a word is beside it. */
const codeForm = /^(\d{3})[ -]?(\d{3})$/

export function watch(house: TestApp): Canary {
  const secrets = new Set<string>()
  const codes = new Set<string>()
  function note(secret: string): void {
    if (secret.length >= shortest) secrets.add(secret)
    const [, first = '', second = ''] = codeForm.exec(secret) ?? []
    // One such as 000000 is of a test, and stands in many a number.
    if (new Set(first + second).size > 2) codes.add(`${first}[ -]?${second}`)
  }
  /** The value as it is, and as it was before a cookie or an address took it. */
  function noteValue(value: string): void {
    note(value)
    const decoded = decodedOf(value)
    if (decoded !== value) note(decoded)
    noteForms(decoded)
  }
  function noteForms(text: string): void {
    for (const form of secretForms) for (const [secret] of text.matchAll(form)) note(secret)
  }
  function noteMembers(value: unknown, isSecret = false): void {
    if (typeof value === 'string') {
      if (isSecret) note(value)
      noteForms(value)
    } else if (Array.isArray(value)) for (const item of value) noteMembers(item, isSecret)
    else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) noteMembers(member, secretMembers.has(name))
    }
  }
  const { call } = house
  const watched: TestApp['call'] = async (method, path, options: CallOptions = {}) => {
    noteMembers(options.body)
    noteMembers(options.form)
    if (options.token !== undefined) note(options.token)
    noteForms(path)
    for (const [name, header] of Object.entries(options.headers ?? {})) {
      noteForms(header)
      if (name.toLowerCase() !== 'cookie') continue
      for (const pair of header.split(';')) noteValue(pair.slice(pair.indexOf('=') + 1).trim())
    }
    const answered = await call(method, path, options)
    // What a refusal has as its `code` is none, and no file of the server is.
    if (answered.status < 400 && path !== '/openapi.json') noteMembers(answered.body)
    for (const cookie of answered.headers.getSetCookie()) {
      const [, value = ''] = /^[^=]+=([^;]*)/.exec(cookie) ?? []
      noteValue(value)
    }
    return answered
  }
  Object.assign(house, { call: watched })

  return {
    get size() {
      return secrets.size
    },
    get codes() {
      return codes.size
    },
    note,
    async search({ db, directories, texts }) {
      const anyCode =
        codes.size === 0 ? undefined : new RegExp(`(?<![\\w.-])(?:${[...codes].join('|')})(?![\\w.-])`)
      const leaks: Leak[] = []
      const look = (place: string, text: string) => {
        for (const secret of secrets) {
          if (text.includes(secret)) leaks.push({ place, secret: `${secret.slice(0, 6)}…` })
        }
        const code = anyCode?.exec(text)?.[0]
        if (code) leaks.push({ place, secret: `${code.slice(0, 2)}…` })
      }
      for (const [place, text] of Object.entries(texts)) look(place, text)
      for (const directory of directories) {
        for (const file of filesIn(directory)) look(file, readFileSync(file, 'latin1'))
      }
      for (const table of await tablesOf(db)) {
        for (const row of await db.query<Record<string, unknown>>(`SELECT * FROM ${table}`)) {
          for (const [column, value] of Object.entries(row)) {
            if (typeof value === 'string') look(`${table}.${column}`, value)
          }
        }
      }
      return leaks
    },
  }
}

function decodedOf(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((file) => join(directory, file))
    .filter((file) => statSync(file).isFile())
}

/** The names of all tables of a database. */
export async function tablesOf(db: Database): Promise<string[]> {
  const sql =
    db.engine === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'table'`
      : `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()`
  return (await db.query<{ name: string }>(sql)).map(({ name }) => name)
}
