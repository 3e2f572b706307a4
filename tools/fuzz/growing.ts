/** Everything of library and server that reads what others wrote, with inputs that are hostile to it. */
import { generateKeyPairSync } from 'node:crypto'
import { decode, get_unverified_header } from 'latchkey/compat/pyjwt'
import { createGuard } from 'latchkey/guard/fetch'
import {
  createAsyncVerifier,
  createVerifier,
  decodeUnverified,
  keySet,
  privateKey,
  publicKey,
  remoteKeySet,
  secretKey,
  signJws,
  verifyJws,
} from 'latchkey/token'
import { describe, explain } from 'latchkey/token/explain'
import { keysToTry } from 'latchkey/token/explain/keys'
import { parseChallenges } from '../../packages/latchkey/src/client/challenge.ts'
import { headerParts } from '../../packages/latchkey/src/compat/rest-framework/authentication.ts'
import { cookieOf } from '../../packages/latchkey/src/compat/rest-framework/cookies.ts'
import { jsonError } from '../../packages/latchkey/src/compat/rest-framework/json-error.ts'
import { comparableUrl, readProof } from '../../packages/latchkey/src/dpop/proof.ts'
import { credentialCookie, readCookie } from '../../packages/latchkey/src/guard/authenticators/cookie.ts'
import { networkOf } from '../../packages/latchkey/src/guard/failure-limit.ts'
import { FetchRequest } from '../../packages/latchkey/src/guard/request.ts'
import { EventStreamParser } from '../../packages/latchkey/src/guard/revocations/event-stream.ts'
import { parseJson as parseJsonInBrowsers } from '../../packages/latchkey/src/token/web/json.ts'
import {
  decode as decodeInBrowsers,
  headerEnd as headerEndInBrowsers,
} from '../../packages/latchkey/src/token/web/platform.ts'
import { rawToken, secretBytes, segment } from '../../packages/latchkey/test/token/raw-token.ts'
import { readCbor } from '../../packages/server/src/accounts/passkeys/ceremony/cbor.ts'
import { readClientData } from '../../packages/server/src/accounts/passkeys/ceremony/client-data.ts'
import { parseNetwork } from '../../packages/server/src/addresses/networks.ts'
import { readConfig } from '../../packages/server/src/config/config.ts'
import { serverOf } from '../../packages/server/src/database/postgres-url.ts'
import { parseDeviceKey } from '../../packages/server/src/devices/keys/keys.ts'
import { mergePatch } from '../../packages/server/src/devices/shadow/shadow.ts'
import { jsonText } from '../../packages/server/src/devices/telemetry/telemetry.ts'
import { parseUid } from '../../packages/server/src/devices/uid.ts'
import { clientAddress } from '../../packages/server/src/http/address.ts'
import { parseJson } from '../../packages/server/src/json.ts'
import { Decoder } from '../../packages/server/src/mqtt/codec/decode.ts'
import { isTopicFilter, isTopicName, matches } from '../../packages/server/src/mqtt/codec/topics.ts'
import { presentedBy } from '../../packages/server/src/oauth/clients/presented.ts'
import { openConsoleFiles } from '../../packages/server/src/pages/console-files.ts'
import { languageOf } from '../../packages/server/src/pages/page.ts'
import { openTestApp } from '../../packages/server/test/app.ts'
import { buildConsole } from '../build/console.ts'
import type { Subject } from './growth.ts'

const consoleFiles = await openConsoleFiles(buildConsole)

type Shape = (size: number) => string

const kilobyte = 1024
const filled =
  (unit: string, first = '', last = ''): Shape =>
  (size) =>
    first + unit.repeat(Math.max(0, Math.ceil((size - first.length - last.length) / unit.length))) + last
const numbered =
  (unit: (index: number) => string, first = '', last = ''): Shape =>
  (size) => {
    const parts: string[] = []
    for (let length = first.length + last.length, index = 0; length < size; index++) {
      const part = unit(index)
      parts.push(part)
      length += part.length + 1
    }
    return first + parts.join(',') + last
  }

/** Texts that are hard on patterns: long rows of what a pattern repeats, and what nearly matches. */
const texts: Readonly<Record<string, Shape>> = {
  'one letter': filled('a'),
  'line ends': filled('\r\n'),
  spaces: filled(' ', 'a', 'b'),
  tabs: filled('\t', 'a', 'b'),
  dots: filled('.'),
  commas: filled(','),
  'commas and spaces': filled(', ', 'a', 'b'),
  semicolons: filled('a=b; '),
  'equals signs': filled('=', 'a', '!'),
  slashes: filled('/'),
  'percent signs': filled('%25'),
  backslashes: filled('\\', 'a', 'b'),
  quotes: filled('"'),
  'an open quote': filled('\\"', '"'),
  colons: filled(':'),
  zeros: filled('0', '', '!'),
  hyphens: filled('-'),
  letters: filled('é'),
  emoji: filled('🔑'),
}

/** JSON of an object, hostile to whoever walks over it. */
const documents: Readonly<Record<string, Shape>> = {
  'many members': numbered((index) => `"m${index}":${index}`, '{', '}'),
  'one member many times': numbered(() => '"m":1', '{', '}'),
  'many numbers as names': numbered((index) => `"${index * 7919}":1`, '{', '}'),
  'one long member': filled('a', '{"a":"', '"}'),
  'one long name': filled('a', '{"', '":1}'),
  'one long number': filled('9', '{"a":', '}'),
  'one long fraction': filled('9', '{"a":0.', '}'),
  'escapes of JSON': filled('\\u0041', '{"a":"', '"}'),
  'a long list': filled('1,', '{"a":[', '1]}'),
  'a list of objects': filled('{"a":1},', '{"a":[', '1]}'),
  'bottomless lists': filled('[', '{"a":'),
  'bottomless objects': filled('{"a":'),
  'white space': filled(' ', '{', '}'),
  'colons in a text': filled(':', '{"a":"', '"}'),
  'an open text': filled('\\"', '{"a":"'),
  'quotes in a text': filled('\\"', '{"a":"', '"}'),
}

const pemOf = (label: string, contents: string) => `-----BEGIN ${label}-----${contents}-----END ${label}-----`
const pems = (label: string): Readonly<Record<string, Shape>> => ({
  'line ends in PEM': (size) => pemOf(label, filled('\n')(size)),
  'spaces before what is no base64': (size) => pemOf(label, filled('\n ', '', '!')(size)),
  'base64 in PEM': (size) => pemOf(label, filled(`${'A'.repeat(64)}\n`, '\n', '\n')(size)),
  'many beginnings': filled(`-----BEGIN ${label}-----\n`),
  'many ends': filled(`-----END ${label}-----\n`, `-----BEGIN ${label}-----\n`),
  'many blocks': filled(`${pemOf(label, '\nAAAA\n')}\n`),
  'a label without end': filled('A', '-----BEGIN '),
  'equals signs in PEM': (size) => pemOf(label, filled('=', '\n', '\n')(size)),
  'line ends of two letters': (size) => pemOf(label, filled('\\n')(size)),
})

const base64urlOf = (bytes: number) => 'A'.repeat(Math.ceil((bytes * 4) / 3))
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
const jwk = (members: object) => JSON.stringify({ kty: 'RSA', n: rsa.n, e: rsa.e, ...members })
const jwks: Readonly<Record<string, Shape>> = {
  'a long modulus': (size) => jwk({ n: filled('_')(size) }),
  'a long exponent': (size) => jwk({ e: filled('_')(size) }),
  'a long exponent of zeros': (size) => jwk({ e: filled('A')(size) }),
  'a long coordinate': (size) => JSON.stringify({ ...ec, x: filled('_')(size) }),
  'a long curve': (size) => JSON.stringify({ ...ec, crv: filled('P-256')(size) }),
  'a long point of Ed25519': (size) => JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: filled('_')(size) }),
  'a long key of ML-DSA': (size) => JSON.stringify({ kty: 'AKP', alg: 'ML-DSA-44', pub: filled('_')(size) }),
  'many operations': (size) => jwk({ key_ops: filled('sign,')(size).split(',') }),
  'a long key id': (size) => jwk({ kid: filled('k')(size) }),
}
const sets: Readonly<Record<string, Shape>> = Object.fromEntries([
  ...Object.entries(jwks).map(([name, make]) => [name, (size: number) => `{"keys":[${make(size)}]}`]),
  ['many keys', numbered((index) => jwk({ kid: `${index}` }), '{"keys":[', ']}')],
  ['many keys of one name', numbered(() => jwk({ kid: 'k' }), '{"keys":[', ']}')],
  ['many unknown keys', numbered((index) => `{"kty":"${index}"}`, '{"keys":[', ']}')],
  ['many secrets', numbered(() => `{"kty":"oct","k":"${base64urlOf(32)}"}`, '{"keys":[', ']}')],
])

const key = secretKey(secretBytes, { algorithm: 'HS256' })
const long = 2 ** 31 - 1
const verify = createVerifier({ keys: key, maxLength: long, requiredClaims: { exp: false } })
const signed =
  (make: Shape): Shape =>
  (size) =>
    rawToken({ payload: make((size * 3) / 4) })
const headed =
  (make: Shape): Shape =>
  (size) =>
    rawToken({ header: make((size * 3) / 4) })
const mapped = (shapes: Readonly<Record<string, Shape>>, by: (make: Shape) => (size: number) => unknown) =>
  Object.fromEntries(Object.entries(shapes).map(([name, make]) => [name, by(make)]))
const asBytes = (make: Shape) => (size: number) => Buffer.from(make(size))

const tokens: Readonly<Record<string, Shape>> = {
  ...texts,
  'dots within': filled('a.'),
  'a long header': filled('A', '', '.e30.AA'),
  'a long payload': filled('A', `${segment({ alg: 'HS256' })}.`, '.AA'),
  'a long signature': filled('A', `${segment({ alg: 'HS256' })}.e30.`),
  'padding in the middle': filled('=', `${segment({ alg: 'HS256' })}.e30`, '.AA'),
}

const detached = signJws(Buffer.from('x'), { signatures: [{ key }], serialization: 'general' })
const manySignatures = numbered(
  () => JSON.stringify(detached.signatures[0]),
  `{"payload":"${detached.payload}","signatures":[`,
  ']}',
)

const library = (): readonly Subject[] => [
  { name: 'createVerifier', largest: 16 * kilobyte, shapes: tokens, read: (text: string) => verify(text) },
  {
    name: 'createVerifier, claims',
    largest: 16 * kilobyte,
    shapes: {
      ...mapped(documents, signed),
      'a long audience': signed(filled('"A",', '{"aud":[', '"B"]}')),
    },
    read: (text: string) => verify(text),
  },
  {
    name: 'createVerifier, header',
    largest: 16 * kilobyte,
    shapes: {
      ...mapped(documents, headed),
      'a long type': headed(filled('application/', '{"alg":"HS256","typ":"', '"}')),
    },
    read: (text: string) => verify(text),
  },
  {
    name: 'decodeUnverified',
    largest: 16 * kilobyte,
    shapes: tokens,
    read: (text: string) => decodeUnverified(text),
  },
  {
    name: 'verifyJws',
    largest: 1024 * kilobyte,
    shapes: {
      ...mapped(documents, headed),
      ...documents,
      ...tokens,
      'many signatures': manySignatures,
      'many names in crit': headed(numbered((index) => `"c${index}"`, '{"alg":"HS256","crit":[', ']}')),
    },
    read: (text: string) => verifyJws(text, { keys: key, maxLength: long }),
  },
  {
    name: 'explain',
    largest: 64 * kilobyte,
    shapes: {
      ...tokens,
      ...mapped(documents, signed),
      ...mapped(documents, (make) => (size) => `x${headed(make)(size)}`),
      ...documents,
      'a token in lines': filled('AAAA.BBBB\n'),
      'a token that nearly is in lines': filled('AAAA.BBBB\n', '', '!'),
      'the word Bearer': filled('Bearer '),
      'a name and spaces': filled(' ', 'authorization', 'x'),
    },
    read: (text: string) => describe(explain(text, { nowMs: 0, keys: keysToTry([key]) })),
  },
  { name: 'keySet', largest: 256 * kilobyte, shapes: sets, read: (text: string) => keySet(JSON.parse(text)) },
  {
    name: 'remoteKeySet',
    largest: 256 * kilobyte,
    shapes: { ...sets, ...documents },
    async read(text: string) {
      const keys = remoteKeySet('https://keys.example', { fetch: async () => new Response(text) })
      await createAsyncVerifier({ keys })(rawToken())
    },
  },
  {
    name: 'remoteKeySet, Cache-Control',
    largest: 16 * kilobyte,
    shapes: {
      'near misses': filled(' max-age=12345678901,'),
      spaces: filled(' ', 'max-age=1', 'x'),
      ...texts,
    },
    async read(text: string) {
      const headers = { 'cache-control': text.replaceAll(/[^\x20-\x7e]/g, 'x') }
      const fetch = async () => new Response('{"keys":[]}', { headers })
      await createAsyncVerifier({ keys: remoteKeySet('https://keys.example', { fetch }) })(rawToken())
    },
  },
  {
    name: 'publicKey, JWK',
    largest: 64 * kilobyte,
    shapes: jwks,
    read: (text: string) => publicKey(JSON.parse(text), { algorithm: 'RS256' }),
  },
  {
    name: 'publicKey, PEM',
    largest: 64 * kilobyte,
    shapes: { ...pems('PUBLIC KEY'), ...texts },
    read: (text: string) => publicKey(text, { algorithm: 'RS256' }),
  },
  {
    name: 'publicKey, X.509',
    largest: 64 * kilobyte,
    shapes: pems('CERTIFICATE'),
    read: (text: string) => publicKey(text, { algorithm: 'RS256' }),
  },
  {
    name: 'privateKey, PEM',
    largest: 64 * kilobyte,
    shapes: { ...pems('PRIVATE KEY'), ...pems('EC PRIVATE KEY') },
    read: (text: string) => privateKey(text, { algorithm: 'ES256' }),
  },
  {
    name: 'publicKey, DER',
    largest: 64 * kilobyte,
    shapes: {
      sequences: (size) => Buffer.alloc(size, Buffer.from([0x30, 0x80])),
      'sequences of long lengths': (size) => Buffer.alloc(size, Buffer.from([0x30, 0x83, 0, 0xff, 0xff])),
      numbers: (size) =>
        Buffer.concat([Buffer.from([0x30, 0x82, 0xff, 0xff, 2, 0x82, 0xff, 0xf0]), Buffer.alloc(size, 1)]),
    },
    read: (bytes: Buffer) => publicKey(bytes, { algorithm: 'RS256' }),
  },
  {
    name: 'secretKey',
    largest: 64 * kilobyte,
    shapes: mapped(
      {
        ...texts,
        'escapes of JSON': filled('\\u0041'),
        'backslashes before u': filled('\\', '', 'u0041'),
        'names of JWK': filled('kty '),
        'spaces after kty': filled(' ', 'kty', 'x'),
        base64: filled('QUJD'),
        'short base64': filled(`${'A'.repeat(44)} `),
        hex: filled('41'),
        'hex of a program': filled('0x41, '),
        hyphens: filled('-- '),
        'names of OpenSSH': filled('ssh-r'),
        'names of XML': filled('RSAKeyVal'),
      },
      asBytes,
    ),
    read: (bytes: Buffer) => secretKey(bytes, { algorithm: 'HS256' }),
  },
  {
    name: 'JSON in browsers',
    largest: 256 * kilobyte,
    shapes: mapped(documents, asBytes),
    read: (bytes: Buffer) => parseJsonInBrowsers(bytes),
  },
  {
    name: 'base64url in browsers',
    largest: 64 * kilobyte,
    shapes: { ...texts, base64url: filled('A') },
    read(text: string) {
      decodeInBrowsers(text)
      headerEndInBrowsers(text, long)
    },
  },
]

const guard = createGuard({ secret: secretBytes, audience: 'A' } as never)
const requestOf = (header: string, text: string) => {
  const value = text.replaceAll(/[^\x20-\x7e]/g, 'x')
  return new Request('https://api.example/me', { headers: { [header]: value } })
}
const cookie = credentialCookie('__Host-session', false)
const headers: Readonly<Record<string, Shape>> = {
  ...texts,
  'schemes with commas': filled('Bearer a, '),
  'a scheme and spaces': filled(' ', 'Bearer', 'x!'),
  'names with hyphens': filled('a-', 'Bearer x,'),
  'letters after a comma': filled('a', 'Bearer x,'),
  'spaces after a comma': filled(' ', 'Bearer x,', 'x'),
}

const guards = (): readonly Subject[] => [
  {
    name: 'guard, Authorization',
    largest: 16 * kilobyte,
    shapes: headers,
    read: (text: string) => guard.authenticate(requestOf('authorization', text)),
  },
  {
    name: 'guard, cookies',
    largest: 16 * kilobyte,
    shapes: {
      ...texts,
      'the cookie many times': filled('__Host-session=a; '),
      names: filled('__Host-session;'),
    },
    read: (text: string) => readCookie(new FetchRequest(requestOf('cookie', text)), cookie),
  },
  {
    name: 'guard, events',
    largest: 64 * kilobyte,
    shapes: {
      ...texts,
      'data in lines': filled('data: a\n'),
      'carriage returns': filled('\r', 'data: a'),
      events: filled('data: a\n\n'),
    },
    read: (text: string) => new EventStreamParser(64 * kilobyte).push(text),
  },
  {
    name: 'guard, events in pieces',
    largest: 64 * kilobyte,
    shapes: {
      'one line': filled('a', 'data: '),
      'many lines': filled('data: a\n'),
      'carriage returns': filled('\r'),
    },
    read(text: string) {
      const parser = new EventStreamParser(64 * kilobyte)
      for (let at = 0; at < text.length; at += 16) parser.push(text.slice(at, at + 16))
    },
  },
  {
    name: 'guard, addresses',
    largest: 16 * kilobyte,
    shapes: texts,
    read: (text: string) => networkOf(text),
  },
  {
    name: 'DPoP, proof',
    largest: 16 * kilobyte,
    shapes: { ...tokens, ...mapped(documents, headed) },
    read: (text: string) => readProof(text, ['ES256']),
  },
  {
    name: 'DPoP, htu',
    largest: 8 * kilobyte,
    shapes: mapped(texts, (make) => (size) => `https://a/${make(size)}`),
    read: (text: string) => comparableUrl(text),
  },
  {
    name: 'client, WWW-Authenticate',
    largest: 16 * kilobyte,
    shapes: {
      ...headers,
      parameters: filled('a="b", ', 'Bearer '),
      'spaces before =': filled(' ', 'Bearer a', '=b'),
    },
    read: (text: string) => parseChallenges(text),
  },
  {
    name: 'pyjwt',
    largest: 64 * kilobyte,
    shapes: { ...tokens, ...mapped(documents, signed) },
    read(text: string) {
      attempt(() => get_unverified_header(text))
      decode(text, secretBytes, { algorithms: ['HS256'] })
    },
  },
  {
    name: 'rest framework, cookies',
    largest: 16 * kilobyte,
    shapes: texts,
    read: (text: string) => cookieOf({ header: () => text } as never, 'jwt'),
  },
  {
    name: 'rest framework, header',
    largest: 16 * kilobyte,
    shapes: headers,
    read: (text: string) => headerParts(text),
  },
  {
    name: 'rest framework, JSON',
    largest: 64 * kilobyte,
    shapes: { ...documents, ...texts },
    read: (text: string) => jsonError(text),
  },
]

/** CONNECT of MQTT 5 with user properties, SUBSCRIBE with filters; as many as fit. */
function packets(kind: 'properties' | 'filters' | 'text', size: number): Buffer {
  const text = (value: string) =>
    Buffer.concat([Buffer.from([value.length >> 8, value.length & 255]), Buffer.from(value)])
  const variable = (value: number): Buffer => {
    const bytes: number[] = []
    for (let left = value; ; left >>= 7) {
      if (left < 128) return Buffer.from([...bytes, left])
      bytes.push((left & 127) | 128)
    }
  }
  const packet = (first: number, body: Buffer) =>
    Buffer.concat([Buffer.from([first]), variable(body.length), body])
  const connect = (properties: Buffer, id: string) =>
    packet(
      0x10,
      Buffer.concat([
        text('MQTT'),
        Buffer.from([5, 2, 0, 60]),
        variable(properties.length),
        properties,
        text(id),
      ]),
    )
  if (kind === 'properties') {
    const property = Buffer.concat([Buffer.from([0x26]), text('a'), text('b')])
    return connect(Buffer.alloc(Math.floor(size / property.length) * property.length, property), 'x')
  }
  if (kind === 'text') return connect(Buffer.alloc(0), 'é'.repeat(Math.min(32_000, size / 2)))
  const filter = Buffer.concat([text('+/+/+/#'), Buffer.from([0])])
  const filters = Buffer.alloc(Math.floor(size / filter.length) * filter.length, filter)
  return packet(0x82, Buffer.concat([Buffer.from([0, 1, 0]), filters]))
}

const server = (app: Awaited<ReturnType<typeof openTestApp>>): readonly Subject[] => [
  {
    name: 'server, JSON',
    largest: 64 * kilobyte,
    shapes: { ...documents, ...texts },
    read: (text: string) => parseJson(text, 'the body'),
  },
  {
    name: 'server, device keys',
    largest: 64 * kilobyte,
    shapes: jwks,
    read: (text: string) => parseDeviceKey(JSON.parse(text)),
  },
  {
    name: 'server, messages of devices',
    largest: 64 * kilobyte,
    shapes: mapped(documents, asBytes),
    read: (bytes: Buffer) => jsonText(bytes),
  },
  {
    name: 'server, patches of states',
    largest: 64 * kilobyte,
    shapes: documents,
    read(text: string) {
      const patch = parseJson(text, 'the patch') as never
      mergePatch(mergePatch({}, patch), patch)
    },
  },
  {
    name: 'server, CBOR of passkeys',
    largest: 8 * kilobyte,
    shapes: {
      'lists in lists': (size) => Buffer.alloc(size, 0x81),
      'a long list': (size) => Buffer.concat([Buffer.of(0x99, size >> 8, size & 255), Buffer.alloc(size)]),
      'a list that claims to be longer': (size) =>
        Buffer.alloc(size, Buffer.of(0x9a, 0xff, 0xff, 0xff, 0xff)),
      'a map of long keys': (size) =>
        Buffer.concat([Buffer.of(0xa2, 0x79, size >> 8, size & 255), Buffer.alloc(size, 'k')]),
      'keys in order': (size) => {
        const keys = Array.from({ length: Math.min(size >> 2, 65_535) }, (_, key) => key)
        const written = keys.filter((key) => key > 255).map((key) => Buffer.of(0x19, key >> 8, key & 255, 0))
        return Buffer.concat([Buffer.of(0xb9, written.length >> 8, written.length & 255), ...written])
      },
    },
    read: (bytes: Buffer) => readCbor(bytes),
  },
  {
    name: 'server, client data of passkeys',
    largest: 4 * kilobyte,
    shapes: mapped(documents, asBytes),
    read: (bytes: Buffer) => readClientData(bytes),
  },
  {
    name: 'server, MQTT packets',
    largest: 65 * kilobyte,
    shapes: {
      'user properties': (size) => packets('properties', size),
      filters: (size) => packets('filters', size),
      'text that is not ASCII': (size) => packets('text', size),
      pings: (size) => Buffer.alloc(size, Buffer.from([0xc0, 0])),
      zeros: (size) => Buffer.alloc(size, Buffer.from([0x30, 0])),
    },
    read(bytes: Buffer) {
      const decoder = new Decoder({ maximumBytes: 16 * 65 * kilobyte + 100, protocol: 5 })
      decoder.push(bytes)
      while (decoder.next());
    },
  },
  {
    name: 'server, MQTT byte by byte',
    largest: 65 * kilobyte,
    shapes: {
      'user properties': (size) => packets('properties', size),
      pings: (size) => Buffer.alloc(size, Buffer.from([0xc0, 0])),
    },
    read(bytes: Buffer) {
      const decoder = new Decoder({ maximumBytes: 16 * 65 * kilobyte + 100, protocol: 5 })
      for (let at = 0; at < bytes.length; at++) {
        decoder.push(bytes.subarray(at, at + 1))
        while (decoder.next());
      }
    },
  },
  {
    name: 'server, topics',
    largest: 64 * kilobyte,
    shapes: { ...texts, 'levels of one': filled('+/'), 'levels of many': filled('#/'), levels: filled('a/') },
    read(text: string) {
      isTopicName(text)
      isTopicFilter(text)
      matches(`${text}/#`, text)
      matches('+/'.repeat(text.length / 2), text)
    },
  },
  { name: 'server, UIDs', largest: 64 * kilobyte, shapes: texts, read: (text: string) => parseUid(text) },
  {
    name: 'server, X-Forwarded-For and Forwarded',
    largest: 16 * kilobyte,
    shapes: { ...texts, addresses: filled('10.0.0.1, '), elements: filled('for=10.0.0.1;a="\\"", ') },
    read(text: string) {
      const trusted = [parseNetwork('10.0.0.0/8')!]
      // As long as one is read at all, and longer.
      for (const part of [text.slice(-4096), text])
        for (const header of ['x-forwarded-for', 'forwarded'])
          clientAddress('10.0.0.1', (name) => (name === header ? part : undefined), trusted)
    },
  },
  {
    name: 'server, Accept-Language',
    largest: 16 * kilobyte,
    shapes: { ...texts, languages: filled('zh-tw-a;q=0.1,'), tags: filled('-a', 'zh-hant') },
    read: (text: string) => languageOf(text),
  },
  {
    name: 'server, Accept-Encoding',
    largest: 16 * kilobyte,
    shapes: { ...texts, encodings: filled('gzip ;q=0.00, '), 'spaces after gzip': filled(' ', 'gzip', 'x') },
    read: (text: string) => consoleFiles.page('en', { acceptEncoding: text, ifNoneMatch: text } as never),
  },
  {
    name: 'server, clients',
    largest: 16 * kilobyte,
    shapes: {
      ...headers,
      basic: filled('QUJD', 'Basic '),
      'equals after basic': filled('=', 'Basic A', '!'),
    },
    read: (authorization: string) => presentedBy({ form: {}, authorization }),
  },
  {
    name: 'server, configuration',
    largest: 64 * kilobyte,
    shapes: { ...texts, addresses: filled('https://a.example,') },
    read(text: string) {
      for (const name of [
        'ISSUER',
        'CORS_ORIGINS',
        'PORT',
        'DATABASE',
        'MASTER_KEY',
        'TRUSTED_PROXIES',
        'DATA',
      ]) {
        attempt(() => readConfig({ [`LATCHKEY_${name}`]: text }, 'production'))
      }
    },
  },
  {
    name: 'server, address of a database',
    largest: 64 * kilobyte,
    shapes: mapped(texts, (make) => (size) => `postgres://${make(size)}`),
    read: (text: string) => serverOf(text),
  },
  ...['/v1/login', '/v1/refresh', '/v1/verify'].map(
    (path): Subject => ({
      name: `server, POST ${path}`,
      largest: 64 * kilobyte,
      shapes: {
        ...documents,
        'a long token': filled(
          'a',
          '{"token":"',
          '","refresh_token":"lk_rt_a","username":"a","password":"b"}',
        ),
        'a long user name': filled(' ', '{"username":"a', '","password":"b"}'),
      },
      read: (body: string) =>
        app.app.edge.fetch(
          new Request(`http://127.0.0.1:8484${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          }),
        ),
    }),
  ),
  {
    name: 'server, POST /oauth/token',
    largest: 64 * kilobyte,
    shapes: {
      fields:
        numbered((index) => `a${index}=1`, '', '').length === 0
          ? filled('a=1&')
          : (size) => numbered((index) => `a${index}=1`)(size).replaceAll(',', '&'),
      'one field many times': filled('a=1&'),
      scopes: filled('a+', 'grant_type=client_credentials&client_id=a&client_secret=b&scope='),
      'percent signs': filled('%25', 'grant_type='),
    },
    read: (body: string) =>
      app.app.edge.fetch(
        new Request('http://127.0.0.1:8484/oauth/token', {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body,
        }),
      ),
  },
  {
    name: 'server, Authorization',
    largest: 16 * kilobyte,
    shapes: headers,
    read: (text: string) =>
      app.app.edge.fetch(new Request('http://127.0.0.1:8484/v1/me', requestOf('authorization', text))),
  },
]

/** What was thrown is the answer. */
function attempt(read: () => unknown): void {
  try {
    read()
  } catch {
    // It refuses, as it should.
  }
}

/** Runs `use` with all of them, beside a server of its own. */
export async function withSubjects(use: (subjects: readonly Subject[]) => Promise<void>): Promise<void> {
  const app = await openTestApp()
  try {
    await use([...library(), ...guards(), ...server(app)])
  } finally {
    await app.close()
  }
}
