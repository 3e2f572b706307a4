import { decode as decodePyJwt, get_unverified_header, PyJWK, PyJWKSet } from 'latchkey/compat/pyjwt'
import { prepareProofCheck } from 'latchkey/dpop'
import { apiKey, basic, type GuardRequest, sessionCookie, tokenCookie } from 'latchkey/guard'
import { createGuard } from 'latchkey/guard/fetch'
import {
  createVerifier,
  decodeUnverified,
  type Jwk,
  type Jwks,
  keySet,
  privateKey,
  publicKey,
  secretKey,
  verifyJws,
} from 'latchkey/token'
import { describe, explain } from 'latchkey/token/explain'
import { parseChallenges } from '../../packages/latchkey/src/client/challenge.ts'
import { cookieOf } from '../../packages/latchkey/src/compat/rest-framework/cookies.ts'
import { jsonError } from '../../packages/latchkey/src/compat/rest-framework/json-error.ts'
import { EventStreamParser } from '../../packages/latchkey/src/guard/event-stream.ts'
import {
  nowMs,
  rawToken,
  secretBytes,
  segment,
} from '../../packages/latchkey/src/token/raw-token.test-support.ts'
import * as web from '../../packages/latchkey/src/token/web/index.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import { parseDeviceKey } from '../../packages/server/src/devices/keys.ts'
import { parseUid } from '../../packages/server/src/devices/uid.ts'
import { clientAddress } from '../../packages/server/src/http/address.ts'
import { line, moment, wholeNumber } from '../../packages/server/src/http/schema.ts'
import { validate } from '../../packages/server/src/http/validate.ts'
import { parseJson } from '../../packages/server/src/json.ts'
import { Decoder } from '../../packages/server/src/mqtt/decode.ts'
import { encode } from '../../packages/server/src/mqtt/encode.ts'
import { TopicTree } from '../../packages/server/src/mqtt/topic-tree.ts'
import { countLevels, isTopicFilter, isTopicName, matches } from '../../packages/server/src/mqtt/topics.ts'
import { clientCredentialsOf } from '../../packages/server/src/oauth/client-authentication.ts'
import type { Subject } from './growth.ts'
import { documents, type Shapes, texts } from './growth-shapes.ts'

const KiB = 1024
const key = secretKey(secretBytes, { algorithm: 'HS256' })
const now = () => nowMs

/** Everything that reads what strangers wrote, with the largest input that it takes. */
export function subjects(): readonly Subject[] {
  return [...tokens(), ...keys(), ...headers(), ...bodies(), ...packets(), ...settings()]
}

/** The limits on length are lifted, so that they hide nothing. */
function tokens(): Subject[] {
  const largest = 16 * KiB
  const maxLength = 32 * largest
  const policy = { keys: key, issuer: 'I', audience: 'A', now, maxLength }
  const compact: Shapes = {
    ...texts,
    ...inside(documents, (text) => rawToken({ header: text })),
    ...inside(documents, (text) => rawToken({ payload: text }), 'in the payload'),
    ...inside(texts, (text) => `${segment({ alg: 'HS256' })}.${segment('{}')}.${text}`, 'as the signature'),
    ...inside(texts, (text) => `${text}.${text}.${text}`, 'in each part'),
  }
  const sync = createVerifier({ ...policy, cache: true })
  const inBrowsers = web.createAsyncVerifier({
    ...policy,
    keys: web.secretKey(secretBytes, { algorithm: 'HS256' }),
  })
  const proofs = prepareProofCheck({ baseUrl: 'https://api.example.com' }, { now, toleranceSeconds: 0 })
  const proof = (line: string) => proofs.check({ proofs: [line], method: 'GET', url: '/' })
  return [
    reading('createVerifier', largest, compact, (text) => sync(text)),
    reading('createVerifier, maxLength', largest, compact, (text) => createVerifier({ keys: key })(text)),
    reading('createAsyncVerifier in browsers', largest, compact, (text) => inBrowsers(text)),
    reading('decodeUnverified', largest, compact, (text) => decodeUnverified(text)),
    reading('verifyJws, compact', largest, compact, (text) => verifyJws(text, { keys: key })),
    reading('verifyJws, JSON', 64 * KiB, jsonJws, (text) =>
      verifyJws(text, { keys: key, maxLength: 2 ** 24 }),
    ),
    reading('explain and describe', largest, { ...compact, ...documents, ...jsonJws }, (text) =>
      describe(explain(text, { keys: [], nowMs })),
    ),
    reading('explain with a policy', largest, compact, (text) =>
      explain(text, { nowMs, issuer: 'I', audience: 'A', maxAge: 60, requiredClaims: ['sub'], type: 'JWT' }),
    ),
    reading('get_unverified_header (PyJWT)', largest, compact, (text) => get_unverified_header(text)),
    reading('decode (PyJWT)', largest, compact, (text) =>
      decodePyJwt(text, secretBytes, { algorithms: ['HS256'], audience: 'A' }),
    ),
    reading('DPoP proof', largest, compact, (text) => proof(text)),
    reading(
      'DPoP proof, its key',
      largest,
      inside(jwks, (text) => rawToken({ header: `{"typ":"dpop+jwt","alg":"ES256","jwk":${text}}` })),
      (text) => proof(text),
    ),
  ]
}

const jsonJws: Shapes = {
  'many signatures': (size) => {
    const one = JSON.stringify({ protected: segment({ alg: 'HS256' }), signature: 'AAAA' })
    return `{"payload":"","signatures":[${Array(Math.ceil(size / one.length))
      .fill(one)
      .join(',')}]}`
  },
  'many signatures of a long payload': (size) => {
    const one = JSON.stringify({ protected: segment({ alg: 'HS256' }), signature: 'AAAA' })
    return `{"payload":"${'A'.repeat(size)}","signatures":[${Array(16).fill(one).join(',')}]}`
  },
  'a long unencoded payload': (size) => {
    const head = segment({ alg: 'HS256', b64: false, crit: ['b64'] })
    return JSON.stringify({ payload: 'é'.repeat(size / 2), protected: head, signature: 'AAAA' })
  },
  'a long unprotected header': (size) =>
    `{"payload":"","protected":"${segment({ alg: 'HS256' })}","signature":"AAAA","header":${documents['many members']!(size)}}`,
  ...inside(
    documents,
    (text) => `{"payload":"","protected":"${segment(text)}","signature":"AAAA"}`,
    'protected',
  ),
  ...inside(texts, (text) =>
    JSON.stringify({ payload: text, protected: segment({ alg: 'HS256' }), signature: text }),
  ),
}

/** JWKs as JSON; members of a public key are longer than any may be. */
const jwks: Shapes = {
  'a long modulus': (size) => JSON.stringify({ kty: 'RSA', n: 'B'.repeat(size), e: 'AQAB' }),
  'a long exponent': (size) => JSON.stringify({ kty: 'RSA', n: 'B'.repeat(344), e: 'B'.repeat(size) }),
  'a long exponent of zeros': (size) =>
    JSON.stringify({ kty: 'RSA', n: 'B'.repeat(344), e: `${'A'.repeat(size)}AQAB` }),
  'a long coordinate': (size) =>
    JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'B'.repeat(size), y: 'B'.repeat(size) }),
  'a long point': (size) => JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'B'.repeat(size) }),
  'a long lattice key': (size) => JSON.stringify({ kty: 'AKP', alg: 'ML-DSA-44', pub: 'B'.repeat(size) }),
  'a long secret': (size) => JSON.stringify({ kty: 'oct', alg: 'HS256', k: 'B'.repeat(size) }),
  'a secret that looks like base64 in base64': (size) =>
    JSON.stringify({ kty: 'oct', alg: 'HS256', k: segment(segment('B'.repeat(size / 2))) }),
  'a long private exponent': (size) =>
    JSON.stringify({
      kty: 'RSA',
      n: 'B'.repeat(344),
      e: 'AQAB',
      ...Object.fromEntries(['d', 'p', 'q', 'dp', 'dq', 'qi'].map((name) => [name, 'B'.repeat(size / 6)])),
    }),
  'many operations': (size) =>
    `{"kty":"EC","key_ops":[${Array(Math.ceil(size / 4))
      .fill('"a"')
      .join(',')}]}`,
  'many members': (size) => documents['many members']!(size),
}

function keys(): Subject[] {
  const pem: Shapes = {
    ...texts,
    ...inside(texts, (text) => `-----BEGIN PUBLIC KEY-----${text}-----END PUBLIC KEY-----`, 'in a block'),
    ...inside(texts, (text) => `-----BEGIN PUBLIC KEY-----\n${text}`, 'in a block without an end'),
    ...inside(texts, (text) => `-----BEGIN ${text}-----\nAAAA\n-----END ${text}-----`, 'as the label'),
    ...inside(
      texts,
      (text) => `${text}-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----${text}`,
      'around a block',
    ),
  }
  const der: Shapes = {
    'a sequence in a sequence': (size) => derOf(size, (rest) => `\x30\x84${lengthOf(rest)}`, 6),
    'a long SPKI': (size) =>
      `\x30\x84${lengthOf(size + 20)}\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\0\x03\x84${lengthOf(size)}\0${'B'.repeat(size)}`,
    'a long PKCS#1': (size) =>
      `\x30\x84${lengthOf(size + 11)}\x02\x84${lengthOf(size)}${'B'.repeat(size)}\x02\x03\x01\0\x01`,
    'open lengths': (size) => '\x30\x80'.repeat(size / 2),
    ...texts,
  }
  const listOf = (make: (index: number) => unknown) => (size: number) => {
    const one = JSON.stringify(make(0)).length + 1
    return JSON.stringify({ keys: Array.from({ length: Math.ceil(size / one) }, (_, i) => make(i)) })
  }
  const sets: Shapes = {
    'many RSA keys': listOf((i) => ({ kty: 'RSA', kid: `k${i}`, n: 'B'.repeat(344), e: 'AQAB' })),
    'many RSA keys that are too long': listOf(() => ({ kty: 'RSA', n: 'B'.repeat(4000), e: 'AQAB' })),
    'many small keys': listOf(() => ({ kty: 'EC' })),
    'many Ed25519 keys': listOf((i) => ({
      kty: 'OKP',
      crv: 'Ed25519',
      x: Buffer.alloc(32, i + 2).toString('base64url'),
    })),
    'many secrets': listOf(() => ({ kty: 'oct', alg: 'HS256', k: 'B'.repeat(43) })),
    ...inside(jwks, (text) => `{"keys":[${text}]}`),
  }
  const bytes = (text: string) => Buffer.from(text, 'latin1')
  const options = { algorithm: 'RS256' } as const
  return [
    reading('publicKey, PEM', 64 * KiB, pem, (text) => publicKey(text, options)),
    reading('publicKey, bytes', 64 * KiB, der, (text) => publicKey(bytes(text), options)),
    readingJson('publicKey, JWK', jwks, (jwk: Jwk) => {
      for (const algorithm of ['RS256', 'ES256', 'EdDSA', 'ML-DSA-44'] as const)
        attempt(() => publicKey(jwk, { algorithm }))
    }),
    reading(
      'privateKey, PEM',
      64 * KiB,
      inside(pem, (text) => text.replaceAll('PUBLIC', 'PRIVATE')),
      (text) => privateKey(text, options),
    ),
    reading('privateKey, bytes', 64 * KiB, der, (text) => privateKey(bytes(text), options)),
    readingJson('privateKey, JWK', jwks, (jwk: Jwk) => privateKey(jwk, options)),
    reading(
      'secretKey',
      8 * KiB,
      { ...der, ...pem, ...inside(texts, (text) => segment(text), 'in base64') },
      (text) => secretKey(bytes(text), { algorithm: 'HS256' }),
    ),
    readingJson('keySet', sets, (set: Jwks) => keySet(set)),
    reading('publicKey in browsers, PEM', 64 * KiB, pem, (text) => web.publicKey(text, options)),
    readingJson('publicKey in browsers, JWK', jwks, (jwk: Jwk) => web.publicKey(jwk, options)),
    reading('secretKey in browsers', 8 * KiB, texts, (text) =>
      web.secretKey(bytes(text), { algorithm: 'HS256' }),
    ),
    readingJson('PyJWK', jwks, (jwk: Jwk) => PyJWK.from_dict(jwk)),
    readingJson('PyJWKSet', sets, (set: Jwks) => PyJWKSet.from_dict(set)),
    readingJson('the key of a device (server)', jwks, (jwk: Jwk) => parseDeviceKey(jwk)),
  ]
}

function lengthOf(size: number): string {
  return String.fromCharCode(size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255)
}

function derOf(size: number, head: (rest: number) => string, width: number): string {
  let text = ''
  for (let rest = size - width; rest > 0; rest -= width) text += head(rest)
  return text
}

/** Headers of a request or an answer; Node reads 16 KiB of them. */
function headers(): Subject[] {
  const largest = 16 * KiB
  const never = () => undefined
  const guard = createGuard({
    keys: key,
    audience: 'A',
    now,
    authenticators: [
      basic({ verify: never, insecureHttp: true }),
      apiKey({ find: never }),
      tokenCookie({ name: '__Host-token', csrf: { origins: [] } }),
      sessionCookie({ name: '__Host-session', find: never, csrf: { origins: [], secret: secretBytes } }),
    ],
  })
  /** What a guard asks of a Request, which itself would refuse some of these texts. */
  const asking = (name: string, value: string) =>
    guard.authenticate({
      method: 'POST',
      url: 'https://api.example.com/',
      headers: new Map([[name, value]]),
    } as unknown as Request)
  const named = (name: string, shapes: Shapes = texts): Subject =>
    reading(`guard: ${name}`, largest, shapes, (text) => asking(name, text))
  const answering = (header: string) => ({ header: () => header }) as unknown as GuardRequest
  return [
    named('authorization', {
      ...texts,
      ...inside(texts, (text) => `Bearer ${text}`, 'as a token'),
      ...inside(texts, (text) => `Basic ${text}`, 'as a password'),
      ...inside(texts, (text) => `Basic ${Buffer.from(text).toString('base64')}`, 'as a password in base64'),
      ...inside(texts, (text) => `Bearer a, ${text}`, 'after a comma'),
    }),
    named('cookie', {
      ...texts,
      ...inside(texts, (text) => `__Host-session=${text}`, 'as the session'),
      'many cookies of one name': (size) => '__Host-session=a; '.repeat(size / 18),
    }),
    ...[
      'x-api-key',
      'x-csrf-token',
      'origin',
      'host',
      'dpop',
      'x-forwarded-for',
      'forwarded',
      'x-forwarded-proto',
    ].map((name) => named(name)),
    reading('WWW-Authenticate (client)', largest, texts, (text) => parseChallenges(text)),
    reading('Cookie (ports)', largest, texts, (text) => cookieOf(answering(text) as never, 'a')),
    reading('X-Forwarded-For (server)', largest, texts, (text) => clientAddress(undefined, text, 9)),
    reading(
      'Authorization: Basic (server)',
      largest,
      { ...texts, ...inside(texts, (text) => `Basic ${Buffer.from(text).toString('base64')}`, 'in base64') },
      (text) => clientCredentialsOf(text, {}),
    ),
  ]
}

function bodies(): Subject[] {
  const stream = (text: string, chunk: number) => {
    const parser = new EventStreamParser(2 ** 24)
    for (let at = 0; at < text.length; at += chunk) parser.push(text.slice(at, at + chunk))
  }
  const schema = { line: line(1000), moment, whole: wholeNumber(0, 9) }
  return [
    reading('JSON (server)', 64 * KiB, { ...documents, ...texts }, (text) => parseJson(text, 'this')),
    reading('JSON, why not (ports)', 64 * KiB, { ...documents, ...texts }, (text) => jsonError(text)),
    reading('schemas (server)', 64 * KiB, texts, (text) => {
      for (const one of Object.values(schema)) attempt(() => validate(one, text, 'this'))
    }),
    reading('event stream, whole', 64 * KiB, texts, (text) => stream(text, text.length)),
    reading('event stream, in pieces', 64 * KiB, texts, (text) => stream(text, 512)),
    reading('a uid (server)', 64 * KiB, texts, (text) => parseUid(text)),
  ]
}

/** Packets of MQTT, of which the server reads 65 KiB. */
function packets(): Subject[] {
  const largest = 65 * KiB
  const read = (text: string) => {
    const decoder = new Decoder({ maximumBytes: 2 ** 24, protocol: 5 })
    decoder.push(Buffer.from(text, 'latin1'))
    while (decoder.next() !== undefined);
  }
  const dripped = (text: string) => {
    const decoder = new Decoder({ maximumBytes: 2 ** 24, protocol: 5 })
    const bytes = Buffer.from(text, 'latin1')
    for (let at = 0; at < bytes.length; at += 16) {
      decoder.push(bytes.subarray(at, at + 16))
      while (decoder.next() !== undefined);
    }
  }
  const properties = {}
  const filters = (size: number, filter: (index: number) => string) =>
    Array.from({ length: Math.ceil(size / 16) }, (_, i) => filter(i))
  const subscribing = (filter: (index: number) => string) => (size: number) =>
    encode(
      {
        kind: 'subscribe',
        packetId: 1,
        properties,
        subscriptions: filters(size, filter).map((one) => ({
          filter: one,
          qos: 0,
          noLocal: false,
          retainAsPublished: false,
          retainHandling: 0,
        })),
      },
      5,
    ).toString('latin1')
  const publishing = (payload: string, userProperties: readonly (readonly [string, string])[] = []) =>
    encode(
      {
        kind: 'publish',
        topic: 'a',
        payload: Buffer.from(payload),
        qos: 0,
        retain: false,
        duplicate: false,
        packetId: 0,
        properties: userProperties.length === 0 ? {} : { userProperties },
      },
      5,
    ).toString('latin1')
  const mqtt: Shapes = {
    'many filters': subscribing((i) => `a/${i}/+`),
    'many filters of wildcards': subscribing(() => '+/+/+/+/#'),
    'one long payload': (size) => publishing('a'.repeat(size)),
    'many user properties': (size) => publishing('', Array(Math.ceil(size / 9)).fill(['aa', 'bb'])),
    'many small packets': (size) => publishing('').repeat(size / 8),
    'many pings': (size) => '\xc0\0'.repeat(size / 2),
    ...texts,
  }
  const topicsOfLevels = (text: string) => {
    isTopicName(text)
    isTopicFilter(text)
    countLevels(text)
    matches('+/'.repeat(16).concat('#'), text)
    matches(text, text)
  }
  const tree = new TopicTree<number>()
  for (let i = 0; i < 2 ** 10; i++) {
    const levels = i.toString(2).padStart(10, '0').replaceAll('0', '+/').replaceAll('1', 'a/')
    tree.set(`${levels}#`, i)
  }
  return [
    reading('MQTT packets', largest, mqtt, read),
    reading('MQTT packets, in pieces', largest, mqtt, dripped),
    reading('MQTT topics and filters', 64 * KiB, texts, topicsOfLevels),
    reading('MQTT, who has subscribed', 64 * KiB, texts, (text) => tree.matchingTopic(text)),
    reading('MQTT, what is retained', 64 * KiB, texts, (text) => tree.matchingFilter(text)),
  ]
}

function settings(): Subject[] {
  const names = ['HOST', 'ISSUER', 'CORS_ORIGINS', 'MASTER_KEY', 'PORT', 'SIGNING_ALGORITHM']
  return [
    reading('settings (server)', 64 * KiB, texts, (text) => {
      for (const name of names) attempt(() => readConfig({ [`LATCHKEY_${name}`]: text }, 'development'))
    }),
    reading('names of settings (server)', 16 * KiB, texts, (text) =>
      readConfig({ [`LATCHKEY_${text}`]: 'x' }, 'development'),
    ),
  ]
}

function reading(name: string, largest: number, shapes: Shapes, read: (text: string) => unknown): Subject {
  return { name, largest, shapes, read: (input) => read(input as string) } // of these shapes
}

/** What reads JSON that was parsed: of the largest document that a key set is read from. */
function readingJson<Value>(name: string, shapes: Shapes, read: (value: Value) => unknown): Subject {
  const parsed = Object.entries(shapes).map(
    ([shape, make]) => [shape, (size: number): unknown => JSON.parse(make(size))] as const,
  )
  return {
    name,
    largest: 256 * KiB,
    shapes: Object.fromEntries(parsed),
    read: (input) => read(input as Value), // whatever it is: that is what is tried
  }
}

function inside(shapes: Shapes, wrap: (text: string) => string, where = ''): Shapes {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, make]) => [
      where === '' ? name : `${name}, ${where}`,
      (size: number) => wrap(make(size)),
    ]),
  )
}

function attempt(run: () => unknown): void {
  try {
    run()
  } catch {
    // A refusal.
  }
}
