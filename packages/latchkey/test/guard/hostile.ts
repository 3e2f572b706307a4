import assert from 'node:assert/strict'
import { segment } from '../token/raw-token.ts'
import { clientKey, proofOf } from './dpop.ts'
import { goodApiKey, goodSession, signed } from './guarded-api.ts'
import { exchange, faultOf } from './hostile-exchange.ts'

/** Numbers from 0 to 1 that are the same for the same seed (Mulberry32), so that what failed can be asked again. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']
const paths = [
  '/me',
  '/scope',
  '/step-up',
  '/own/usr_1',
  '/optional',
  '/lenient',
  '/read-only',
  '/open',
  '/hidden/x',
]
const schemes = [
  'Bearer',
  'bearer',
  'BEARER',
  'Basic',
  'DPoP',
  'Digest',
  'JWT',
  'Bearer,',
  'Béarer',
  '',
  'Bearer Bearer',
  '__proto__',
  'constructor',
]
const jsonValues = [
  'null',
  '[]',
  '{}',
  '""',
  '"\\u0000"',
  '1e400',
  '-1',
  '1e308',
  'true',
  '[[[[{}]]]]',
  '{"__proto__":{"admin":true}}',
  '"‮x"',
  '9007199254740993',
]
const members = [
  'alg',
  'kid',
  'typ',
  'crit',
  'b64',
  'jku',
  'jwk',
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'sid',
  'kind',
  'scope',
  'act',
  'auth_time',
  'amr',
  'acr',
  'user_type',
  '__proto__',
  'constructor',
  'toString',
]
const otherHeaders = [
  'Cookie',
  'DPoP',
  'Origin',
  'Access-Control-Request-Method',
  'Sec-Fetch-Site',
  'X-CSRF-Token',
  'X-Forwarded-For',
  'Accept',
  'Content-Type',
  'X-HTTP-Method-Override',
]

/** One request of a stranger, as bytes on the wire. What an HTTP parser would refuse by itself is left out. */
function hostileRequest(random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const lines = [
    `${pick(methods)} ${pick(paths)}${random() < 0.1 ? `?access_token=${noise(random, 20, true)}` : ''} HTTP/1.1`,
    'Host: api.example.com',
  ]
  const count = random() < 0.85 ? 1 : Math.floor(random() * 4)
  for (let i = 0; i < count; i++)
    lines.push(`${pick(['Authorization', 'authorization', 'AUTHORIZATION'])}: ${credentials(random, pick)}`)
  if (random() < 0.3) lines.push(otherCredentials(random, pick))
  for (let i = Math.floor(random() * 3); i > 0; i--)
    lines.push(`${pick(otherHeaders)}: ${noise(random, 60, false)}`)
  lines.push('Content-Length: 0')
  return `${lines.join('\r\n')}\r\n\r\n`
}

function credentials(random: () => number, pick: <T>(list: readonly T[]) => T): string {
  const kind = random()
  if (kind < 0.08) return `DPoP ${boundToken}`
  if (kind < 0.14) {
    const pair = pick(['a:b', ':', 'a', 'usr_2:the-right-password', '\u0000:', 'ü:ü', `${'a'.repeat(800)}:b`])
    const text = Buffer.from(pair, pick(['utf8', 'latin1', 'utf16le'])).toString('base64')
    return `Basic ${random() < 0.5 ? text : text.slice(Math.floor(random() * 3)) + noise(random, 4, false)}`
  }
  const scheme = random() < 0.8 ? 'Bearer' : pick(schemes)
  const gap = random() < 0.9 ? ' ' : pick(['', '  ', '\t', ' , '])
  return scheme + gap + token(random, pick)
}

/** A line of what stands beside bearer tokens: nearly good, so that it gets far. */
function otherCredentials(random: () => number, pick: <T>(list: readonly T[]) => T): string {
  const bent = (text: string) => {
    if (random() < 0.3) return text
    const at = Math.floor(random() * text.length)
    return text.slice(0, at) + noise(random, 8, false) + text.slice(at + pick([0, 1, 5]))
  }
  const kind = random()
  if (kind < 0.4) {
    const cookies = Array.from({ length: Math.ceil(random() * 3) }, () =>
      bent(
        pick([
          `__Host-lk=${goodSession}`,
          '__Host-lk=',
          '__Host-lk',
          'a=b',
          '__proto__=c',
          '=',
          `"__Host-lk"=a`,
        ]),
      ),
    )
    return `Cookie: ${cookies.join(pick([';', '; ', ' ;', ',', ';;']))}`
  }
  if (kind < 0.6) return `X-API-Key: ${bent(pick([goodApiKey, '', 'a, b', 'a'.repeat(600)]))}`
  return `DPoP: ${bent(hostileProof(random, pick))}`
}

/** Signed proofs of which a member is strange; a few keep the signature for many headers, to be cheap. */
function hostileProof(random: () => number, pick: <T>(list: readonly T[]) => T): string {
  const odd: readonly unknown[] = [
    null,
    1,
    '',
    [],
    {},
    true,
    -1,
    1e300,
    'a',
    '\u0000',
    '//',
    'https://[',
    undefined,
  ]
  const member = (names: readonly string[]) => ({ [pick(names)]: pick(odd) })
  if (random() < 0.7) {
    const jwk = {
      ...clientKey.jwk,
      ...member(['kty', 'crv', 'x', 'y', 'd', 'use', 'key_ops', 'alg', 'kid', 'n', 'e']),
    }
    const header = {
      typ: 'dpop+jwt',
      alg: 'ES256',
      jwk,
      ...(random() < 0.5 ? member(['typ', 'alg', 'jwk', 'crit']) : {}),
    }
    return `${segment(header)}.${segment({ htm: 'GET' })}.${'A'.repeat(86)}`
  }
  return proofOf({
    token: boundToken,
    claims: member(['jti', 'htm', 'htu', 'iat', 'ath', 'nonce', 'exp', '__proto__']),
  })
}

const boundToken = signed({ payload: clientKey.bound })

/** From noise to tokens that are good but for one thing. */
function token(random: () => number, pick: <T>(list: readonly T[]) => T): string {
  const kind = random()
  if (kind < 0.15) return noise(random, random() < 0.05 ? 6000 : 80, false)
  if (kind < 0.3) return `${noise(random, 40, true)}.${noise(random, 40, true)}.${noise(random, 43, true)}`
  const member = () => `${JSON.stringify(pick(members))}:${pick(jsonValues)}`
  const object = (base: string) =>
    `{${[base, ...Array.from({ length: Math.ceil(random() * 3) }, member)].filter((part) => part !== '').join(',')}}`
  if (kind < 0.6) {
    // Signed, so that it reaches what is behind the signature.
    const payload = object('"iss":"I","aud":"https://api.example.com","sub":"usr_1","exp":1800000060')
    const header =
      random() < 0.5 ? '{"alg":"HS256","typ":"at+jwt","kid":"one"}' : object('"alg":"HS256","typ":"at+jwt"')
    return signed({
      encodedHeader: Buffer.from(header).toString('base64url'),
      encodedPayload: Buffer.from(payload).toString('base64url'),
    })
  }
  if (kind < 0.75)
    return signed({ payload: { [pick(members)]: pick([null, 1, '', [], {}, true, -1, 1e300]) } })
  const good = signed()
  const at = Math.floor(random() * good.length)
  return pick([
    good.slice(0, at),
    good + noise(random, 5, false),
    good.slice(0, at) + noise(random, 3, false) + good.slice(at + 3),
    `${good}.${good}`,
    good.split('.').reverse().join('.'),
    good.replaceAll('.', '..'),
  ])
}

/** Characters that may stand in a header value (RFC 9110 section 5.5), or only those of a URL and a token. */
function noise(random: () => number, length: number, plain: boolean): string {
  const alphabet = 'ABCabc012._-'
  return Array.from({ length: Math.floor(random() * length) }, () => {
    if (plain || random() < 0.6) return alphabet[Math.floor(random() * alphabet.length)]
    const code = 0x20 + Math.floor(random() * 0xe0)
    return code === 0x7f ? '\t' : String.fromCharCode(code)
  }).join('')
}

/** `count` requests of strangers, the same for the same seed. */
export function* hostileRequests({
  count,
  seed,
}: {
  readonly count: number
  readonly seed: number
}): Generator<string> {
  const random = randomFrom(seed)
  for (let i = 0; i < count; i++) yield hostileRequest(random)
}

/** A token of a stranger, from noise to one that is good but for one thing. */
export function hostileToken(random: () => number): string {
  return token(random, (list) => list[Math.floor(random() * list.length)]!)
}

/**
 * Whatever strangers send, a guard refuses it or lets it through; it does not fail, and sends nothing of it back.
 */
export async function assertNeverFails(
  url: string,
  options: { readonly count: number; readonly seed: number },
): Promise<void> {
  const statuses = new Map<number, number>()
  await exchange(url, hostileRequests(options), (request, answer) => {
    assert.equal(faultOf(request, answer), undefined, JSON.stringify(request))
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
  })
  // If nothing came through, or nothing was refused, the requests were not what they should be.
  for (const status of [200, 400, 401])
    assert.ok((statuses.get(status) ?? 0) > options.count / 100, `${status}`)
}
