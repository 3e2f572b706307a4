import { isAbsolute } from 'node:path'
import * as v from 'valibot'
import { bareHost } from '../addresses/host.ts'
import { isLoopback } from '../addresses/loopback.ts'
import { wholeText } from '../whole-text.ts'
import { list } from './forms.ts'

/** Where the activity log is sent. */
export interface SinkSetting {
  readonly name: string
  readonly kind: 'syslog' | 'json' | 'file' | 'https'
  /** `tls` of a connection; a file has none, and https says it by its address. */
  readonly isEncrypted: boolean
  /** For people: without what may be secret. */
  readonly address: string
  readonly host: string
  readonly port: number
  readonly path: string
  /** Of https: the whole address that is asked. */
  readonly url: string
  readonly format: 'latchkey' | 'ecs' | 'ocsf'
  readonly from: 'now' | 'start'
  /** PEM files: whom we trust instead of the authorities of the system, and how we prove who we are. */
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  /** A file with a bearer token, read at each request. */
  readonly tokenFile: string | undefined
  /** The longest message of syslog in octets. */
  readonly longest: number
}

const kinds: Readonly<Record<string, Pick<SinkSetting, 'kind' | 'isEncrypted'> & { readonly port: number }>> =
  {
    'syslog+tcp:': { kind: 'syslog', isEncrypted: false, port: 601 },
    'syslog+tls:': { kind: 'syslog', isEncrypted: true, port: 6514 },
    'json+tcp:': { kind: 'json', isEncrypted: false, port: 0 },
    'json+tls:': { kind: 'json', isEncrypted: true, port: 0 },
    'file:': { kind: 'file', isEncrypted: false, port: 0 },
    'https:': { kind: 'https', isEncrypted: true, port: 443 },
    'http:': { kind: 'https', isEncrypted: false, port: 80 },
  }

const always = ['format', 'from']
/** What each kind takes in its query. */
const options: Readonly<Record<SinkSetting['kind'], readonly string[]>> = {
  syslog: [...always, 'ca', 'cert', 'key', 'max'],
  json: [...always, 'ca', 'cert', 'key'],
  file: always,
  https: [...always, 'ca', 'token-file'],
}

const sinkName = wholeText(/[a-z0-9][a-z0-9-]{0,31}/)
const sinkToken = wholeText(/[a-z0-9-]{1,32}=[\x21-\x7e]{8,4096}/)
const maxForm = wholeText(/\d{1,7}/)
/** RFC 5425 section 4.3.1: what every receiver should take, and what ours usually do. */
const longestLeast = 8_192
const longestMost = 1_048_576
const longestUsual = 65_536

export const sinks = v.pipe(
  list,
  v.maxLength(20, 'must be 20 sinks at most'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const read: SinkSetting[] = []
    for (const [at, item] of dataset.value.entries()) {
      const sink = sinkIn(item)
      // Which of them, and not what it says: it may be a secret.
      if (typeof sink === 'string') {
        addIssue({ message: `has a sink (number ${at + 1}) that ${sink}` })
        return NEVER
      }
      read.push(sink)
    }
    if (new Set(read.map(({ name }) => name)).size < read.length) {
      addIssue({ message: 'must have each name once' })
      return NEVER
    }
    return read
  }),
)

/** `name=token`, for sinks over https. */
export const sinkTokens = v.pipe(
  list,
  v.check(
    (items) => items.every((item) => sinkToken.test(item)),
    'must be the name of a sink, = and a token of visible characters, with commas between',
  ),
  v.transform((items) =>
    items.map((item) => ({
      sink: item.slice(0, item.indexOf('=')),
      token: item.slice(item.indexOf('=') + 1),
    })),
  ),
)

/** A sink, or what is wrong with it. */
function sinkIn(item: string): SinkSetting | string {
  const equals = item.indexOf('=')
  const name = item.slice(0, equals)
  if (!sinkName.test(name)) return 'has no name: write name=address, the name of a-z, 0-9 and -'
  const url = URL.parse(item.slice(equals + 1))
  const kind = url ? kinds[url.protocol] : undefined
  if (!url || !kind) return 'begins with none of syslog+tls, syslog+tcp, json+tls, json+tcp, file and https'
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    return 'has a user, a password or a fragment: tokens stand in LATCHKEY_SINK_TOKENS or in token-file'
  }
  const host = bareHost(url.hostname)
  const port = url.port === '' ? kind.port : Number(url.port)
  const path = decodeURIComponent(url.pathname)
  const wrong = kind.kind === 'file' ? wrongFile(host, path) : wrongServer(kind, host, port, path)
  return wrong ?? withOptions(url, { name, kind: kind.kind, isEncrypted: kind.isEncrypted, host, port, path })
}

function wrongFile(host: string, path: string): string | undefined {
  return host === '' && isAbsolute(path) && !path.endsWith('/')
    ? undefined
    : 'names no file by its whole path'
}

function wrongServer(
  { kind, isEncrypted }: Pick<SinkSetting, 'kind' | 'isEncrypted'>,
  host: string,
  port: number,
  path: string,
): string | undefined {
  if (host === '') return 'has no host'
  if (kind === 'https') return isEncrypted || isLoopback(host) ? undefined : 'uses http to another machine'
  if (port === 0) return 'has no port'
  return path === '' || path === '/' ? undefined : 'has a path'
}

type Server = Pick<SinkSetting, 'name' | 'kind' | 'isEncrypted' | 'host' | 'port' | 'path'>

function withOptions(url: URL, server: Server): SinkSetting | string {
  const { kind, isEncrypted } = server
  const query = new Map(url.searchParams)
  const known = options[kind]
  // What a receiver over https wants in its address is its own.
  const foreign = [...query.keys()].filter((option) => !known.includes(option))
  if (kind !== 'https' && foreign.length > 0) return `has an option that is none of ${known.join(', ')}`
  const asked = new URL(url)
  for (const option of known) asked.searchParams.delete(option)
  const { format = 'latchkey', from = 'now', max = String(longestUsual) } = Object.fromEntries(query)
  if (!isOneOf(format, ['latchkey', 'ecs', 'ocsf'] as const))
    return 'has a format that is none of latchkey, ecs, ocsf'
  if (!isOneOf(from, ['now', 'start'] as const)) return 'begins neither from=now nor from=start'
  const longest = Number(max)
  if (!maxForm.test(max) || longest < longestLeast || longest > longestMost) {
    return `has a max that is not ${longestLeast} to ${longestMost}`
  }
  const [ca, cert, key, tokenFile] = ['ca', 'cert', 'key', 'token-file'].map((option) => query.get(option))
  if (!isEncrypted && (ca ?? cert ?? key) !== undefined) return 'has a certificate, and does not use TLS'
  if ((cert === undefined) !== (key === undefined)) return 'has one of cert and key, which go together'
  if ([ca, cert, key, tokenFile].some((file) => file !== undefined && !isAbsolute(file))) {
    return 'names a file that is not a whole path'
  }
  const address = kind === 'file' ? `file:${server.path}` : `${url.protocol}//${url.hostname}:${server.port}`
  return { ...server, address, url: asked.href, format, from, ca, cert, key, tokenFile, longest }
}

function isOneOf<Text extends string>(text: string, texts: readonly Text[]): text is Text {
  return texts.some((one) => one === text)
}
