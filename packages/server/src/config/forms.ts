import { isIP } from 'node:net'
import * as v from 'valibot'
import { isLoopback } from '../addresses/loopback.ts'
import { type Network, parseNetwork } from '../addresses/networks.ts'
import { mailAddress } from '../mail-address.ts'
import { isVisible } from '../text.ts'
import { wholeText } from '../whole-text.ts'

// What a setting may look like, and what it is read as.

export const port = v.pipe(
  v.string(),
  v.regex(wholeText(/\d{1,5}/), 'must be a port, 0 to 65535'),
  v.transform(Number),
  v.maxValue(65_535, 'must be a port, 0 to 65535'),
)

export const host = v.pipe(
  v.string(),
  v.check(
    (text) => URL.canParse(`http://${bracketed(text)}`),
    'must be an address or a name of this machine',
  ),
)

export const count = v.pipe(
  v.string(),
  v.regex(wholeText(/\d{1,9}/), 'must be a whole number'),
  v.transform(Number),
)

export const atLeastOne = v.pipe(count, v.minValue(1, 'must be 1 at least'))
export const list = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  ),
)

/** A list of what `read` gives for each item; it gives undefined for an item that is none. */
function listOf<Item>(
  read: (item: string) => Item | undefined,
  reason: string,
  texts: v.GenericSchema<string, string[]> = list,
) {
  return v.pipe(
    texts,
    v.rawTransform<string[], Item[]>(({ dataset, addIssue, NEVER }) => {
      const items = dataset.value.map(read)
      if (items.every((item) => item !== undefined)) return items
      addIssue({ message: reason })
      return NEVER
    }),
  )
}

const aHundred = v.pipe(list, v.maxLength(100, 'must be 100 networks at most'))

export const networks = listOf(
  parseNetwork,
  'must be addresses or networks such as 10.0.0.0/8 or 2001:db8::/32, without bits beyond the prefix, with commas between',
  aHundred,
)
const networkName = wholeText(/([a-z][a-z0-9-]{1,31})=(.+)/)
/** Small letters, so that no name looks like a country; and none of those that the log has already. */
export const networkNames = listOf(
  namedNetworkIn,
  'must be a name of a-z, 0-9 and - (but not local or carrier), then = and a network such as 203.0.113.0/24, without bits beyond the prefix, with commas between',
  aHundred,
)

function namedNetworkIn(item: string): { name: string; network: Network } | undefined {
  const [, name = '', text = ''] = networkName.exec(item) ?? []
  const network = parseNetwork(text)
  return network && name !== 'local' && name !== 'carrier' ? { name, network } : undefined
}

const proxyCount = wholeText(/\d+/)
export const proxies = v.pipe(
  v.string(),
  v.check(
    (text) => !text.split(',').some((item) => proxyCount.test(item.trim())),
    'is no longer how many proxies there are but their networks: write for example 127.0.0.1 or 10.0.0.0/8, and nothing where there is none',
  ),
  networks,
)
export const keyBytes = wholeText(/[\w-]{42}[AEIMQUYcgkosw048]/)
const pepperText = wholeText(/([a-z0-9-]{1,16})=([\w-]{43})/)

export const peppers = v.pipe(
  listOf(
    pepperIn,
    'must be a name of a-z, 0-9 and -, then = and 32 bytes in base64url (43 characters), with commas between',
  ),
  v.check(
    (items) => new Set(items.map(({ name }) => name)).size === items.length,
    'must have each name once',
  ),
)

function pepperIn(item: string): { name: string; secret: Buffer } | undefined {
  const [, name = '', secret = ''] = pepperText.exec(item) ?? []
  return keyBytes.test(secret) ? { name, secret: Buffer.from(secret, 'base64url') } : undefined
}

/** Kept as an origin is written everywhere else, so that `https://App.example/` is `https://app.example`. */
export const httpUrl = v.pipe(
  v.string(),
  v.check(isHttpUrl, 'must be an http or https address without path, query or user'),
  v.transform(originOf),
)

export const origins = v.pipe(
  list,
  v.check(
    (items) => items.every(isHttpUrl),
    'must be origins such as https://app.example, with commas between',
  ),
  v.transform((items) => items.map(originOf)),
)

export const domain = v.pipe(
  v.string(),
  v.check(isDomain, 'must be a domain such as example.com, without scheme and port, and no address'),
  v.transform((text) => text.toLowerCase()),
)

const verifierKey = wholeText(/[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}/)
export const verifierKeys = v.pipe(
  list,
  v.check(
    (items) => items.every((item) => verifierKey.test(item)),
    'must be verifier keys, name+id+key each, as `latchkey activity keys` prints them, with commas between',
  ),
)
export const witnesses = listOf(
  witnessIn,
  'must be an https address (or http on this machine), = and the verifier key of the witness, with commas between',
)

const witnessForm = wholeText(/([^=]+)=(.*)/)

/** `https://host/path=name+id+key`: a key has no `=` before its end. */
function witnessIn(item: string): { url: string; key: string } | undefined {
  const [, url = '', key = ''] = witnessForm.exec(item) ?? []
  if (!URL.canParse(url) || !verifierKey.test(key)) return undefined
  const { protocol, hostname, username, search, hash } = new URL(url)
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
  return isSafe && username === '' && search === '' && hash === '' ? { url, key } : undefined
}

export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.pathname === '/' &&
    !url.search &&
    !url.hash &&
    !url.username &&
    !url.password
  )
}

function isDomain(text: string): boolean {
  const url = URL.parse(`https://${text}`)
  return url !== null && url.hostname === text.toLowerCase() && !text.startsWith('[') && isIP(text) === 0
}

export function isMailUrl(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null &&
    ['smtp:', 'smtps:'].includes(url.protocol) &&
    url.hostname !== '' &&
    ['', '/'].includes(url.pathname) &&
    !url.search &&
    !url.hash &&
    isDecodable(url.username) &&
    isDecodable(url.password)
  )
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

const namedAddress = wholeText(/([^<>"]*)<([^<>]+)>/)

export function isSender(text: string): boolean {
  const [, name = '', address = text] = namedAddress.exec(text) ?? []
  return mailAddress(address) !== undefined && (name.trim() === '' || isVisible(name))
}

export function isTokenUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
}

function originOf(text: string): string {
  return new URL(text).origin
}

const kept = wholeText(/(connections|devices|sign_ins|refusals|administration)=(\d{1,5})/)

/** For how many days kinds of events are kept. */
export const retention = v.pipe(
  listOf(
    keptIn,
    'must be connections, devices, sign_ins, refusals or administration, then = and days (1 at least), with commas between',
  ),
  v.check((items) => new Map(items).size === items.length, 'must have each kind once'),
  v.transform((items) => Object.fromEntries(items)),
)

function keptIn(item: string): [kind: string, days: number] | undefined {
  const [, kind, days] = kept.exec(item) ?? []
  return kind === undefined || Number(days) === 0 ? undefined : [kind, Number(days)]
}

const urlForm = wholeText(/[a-z]+:.*/is)

/** A directory, or the address of a bucket; by plain http on this machine only. */
export const backupPlace = v.pipe(
  v.string(),
  v.check((text) => {
    if (!urlForm.test(text)) return text.trim() !== ''
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || url.username !== '' || url.password !== '' || url.search !== '') return false
    if (url.hash !== '' || url.pathname.replaceAll('/', '') === '') return false
    return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  }, 'must be a directory, or https://host/bucket/prefix without user, password and query'),
)

const ageRecipient = wholeText(/age1[02-9ac-hj-np-z]{58}/)

export const ageRecipients = v.pipe(
  list,
  v.check(
    (items) => items.every((item) => ageRecipient.test(item)),
    'must be public keys of age (age1…), with commas between',
  ),
)
