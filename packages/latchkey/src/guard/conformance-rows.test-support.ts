/**
 * What every adapter answers to every kind of request: one table, for the tests that drive it over HTTP and for
 * the page that shows it. Numbers are those of `docs/guards.md`.
 */

import {
  goodClaims,
  goodHeader,
  nowSeconds,
  type RawToken,
  rawToken,
} from '../token/raw-token.test-support.ts'
import { csrfTokenFor } from './csrf.ts'
import { clientKey, nonceAt, otherKey, type ProofParts, proofOf } from './dpop.test-support.ts'

export const resource = 'https://api.example.com'
export const metadataPath = '/.well-known/oauth-protected-resource'

/** The adapters that must agree, and what the page calls them. */
export const adapters = {
  node: 'node',
  fetch: 'fetch',
  express: 'express 5',
  'express-4': 'express 4',
  fastify: 'fastify 5',
  hono: 'hono 4',
  koa: 'koa 3',
  'nest-express': 'nest 11 on express',
  'nest-fastify': 'nest 11 on fastify',
} as const

export type AdapterName = keyof typeof adapters

export interface Row {
  readonly number: number
  /** What is sent, in words. */
  readonly name: string
  readonly path?: string
  readonly method?: string
  readonly authorization?: string | readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
  /** The whole `WWW-Authenticate`; null where there must be none. Not looked at where the handler is reached. */
  readonly challenge?: string | null
  readonly error?: string
  /** More that the body must hold. */
  readonly body?: Readonly<Record<string, unknown>>
  readonly answerHeaders?: Readonly<Record<string, string>>
  /** Who the handler sees; undefined where it must not be reached at all. */
  readonly subject?: string | null
  /** Adapters for which it means something; all if not given. */
  readonly only?: readonly AdapterName[]
}

const header = { ...goodHeader, typ: 'at+jwt', kid: 'one' }
const claims = {
  ...goodClaims,
  aud: resource,
  kind: 'user',
  sid: 'ses_1',
  user_type: 'owner',
  scope: 'devices:read devices:view',
}
export const signed = ({ header: more, payload, ...rest }: RawToken = {}): string =>
  rawToken({
    header: { ...header, ...asObject(more) },
    payload: { ...claims, ...asObject(payload) },
    ...rest,
  })
const withClaims = (payload: object): string => `Bearer ${signed({ payload })}`
const withHeader = (more: object): string => `Bearer ${signed({ header: more })}`
const good = `Bearer ${signed()}`

/** What the API of the table takes besides tokens. */
export const goodSession = 'opaque-value-of-a-session'
export const goodApiKey = 'lk_key_0123456789abcdef'
export const goodPassword = 'the-right-password'
export const csrfSecret = new Uint8Array(32).fill(9)

/** The challenges of all, each with what it tells. */
export const bearerChallenge = `Bearer realm="api", resource_metadata="${resource}${metadataPath}"`
export const dpopChallenge = `DPoP realm="api", algs="ES256 EdDSA Ed25519", resource_metadata="${resource}${metadataPath}"`
export const basicChallenge = 'Basic realm="api", charset="UTF-8"'
const C = (told = '', byDpop = '') =>
  `${bearerChallenge}${told}, ${dpopChallenge}${byDpop}, ${basicChallenge}`
const told = (error: string, description: string, more = '') =>
  C(`, error="${error}", error_description="${description}"${more}`)
const nothing = { status: 401, challenge: C(), error: 'unauthorized' } as const
const malformed = {
  status: 400,
  challenge: told('invalid_request', 'The Authorization header is malformed'),
  error: 'invalid_request',
} as const
const invalid = (description: string) =>
  ({
    status: 401,
    challenge: told('invalid_token', description),
    error: 'invalid_token',
  }) as const
const lacking = (scope: string) =>
  ({
    status: 403,
    challenge: told('insufficient_scope', 'The token lacks a scope', `, scope="${scope}"`),
    error: 'insufficient_scope',
    body: { scope },
  }) as const
/** The challenge is told to bearers; whoever came otherwise sees what is missing in the body. */
const forbiddenScope = {
  status: 403,
  challenge: C(),
  error: 'insufficient_scope',
  body: { scope: 'devices:view devices:control' },
} as const
const stepUp = {
  path: '/step-up',
  status: 401,
  challenge: told(
    'insufficient_user_authentication',
    'A more recent or a stronger authentication is needed',
    ', acr_values="high higher", max_age="300"',
  ),
  error: 'insufficient_user_authentication',
  body: { acr_values: 'high higher', max_age: '300' },
} as const
const forbidden = { status: 403, challenge: null, error: 'forbidden' } as const
const preflight = { origin: 'https://app.example', 'access-control-request-method': 'POST' }

const bound = signed({ payload: clientKey.bound })
const proven = (parts: ProofParts = {}) => ({ dpop: proofOf({ token: bound, ...parts }) })
const once = proven()
const byDpop = (error: string, description: string) =>
  ({
    authorization: `DPoP ${bound}`,
    status: 401,
    challenge: C('', `, error="${error}", error_description="${description}"`),
    error,
  }) as const
const tokenIsBound = ', error="invalid_token", error_description="The token is bound to a key"'
const cookie = { cookie: `theme=dark; __Host-lk=${goodSession}` }
const csrfFailed = { status: 403, challenge: null, error: 'csrf_failed' } as const
const unknown = { status: 401, challenge: C(), error: 'invalid_credentials' } as const
const login = (user: string, password = goodPassword) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

export const rows: readonly Row[] = [
  { number: 0, name: 'a good token', authorization: good, status: 200, subject: 'usr_1' },
  {
    number: 0,
    name: '`bearer` in small letters',
    authorization: good.replace('B', 'b'),
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 0,
    name: 'two spaces after the scheme',
    authorization: good.replace(' ', '  '),
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 0,
    name: 'a good token, POST',
    method: 'POST',
    authorization: good,
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 0,
    name: 'expired within the tolerance of clocks',
    authorization: withClaims({ exp: nowSeconds - 29 }),
    status: 200,
    subject: 'usr_1',
  },

  { number: 1, name: 'no Authorization', ...nothing },
  { number: 1, name: 'an empty Authorization', authorization: '', ...nothing },
  { number: 1, name: 'a token in the query only', path: `/me?access_token=${signed()}`, ...nothing },
  { number: 1, name: 'a token in a cookie only', headers: { cookie: `token=${signed()}` }, ...nothing },
  { number: 2, name: 'another scheme', authorization: 'Digest dXNlcjpwYXNz', ...nothing },
  { number: 2, name: 'a scheme that begins as ours does', authorization: `Bearers ${signed()}`, ...nothing },
  { number: 2, name: 'a tab after the scheme', authorization: `Bearer\t${signed()}`, ...nothing },
  { number: 2, name: 'a token without a scheme', authorization: signed(), ...nothing },
  { number: 3, name: '`Bearer` and nothing', authorization: 'Bearer', ...malformed },
  { number: 3, name: 'a tab before the token', authorization: `Bearer \t${signed()}`, ...malformed },
  { number: 3, name: 'two tokens', authorization: `${good} ${signed()}`, ...malformed },
  { number: 3, name: 'characters that no token has', authorization: 'Bearer a,b', ...malformed },
  { number: 3, name: 'a token in quotes', authorization: `Bearer "${signed()}"`, ...malformed },
  { number: 3, name: 'a comma after the token', authorization: `${good},`, ...malformed },
  {
    number: 3,
    name: 'a token over 16,384 characters',
    path: '/large',
    authorization: `Bearer ${'a'.repeat(16_385)}`,
    ...malformed,
  },
  {
    number: 3,
    name: 'two Authorization lines',
    authorization: [good, good],
    status: 400,
    challenge: told('invalid_request', 'The request carries more than one credential'),
    error: 'invalid_request',
  },
  {
    number: 3,
    name: 'two Authorization lines of two schemes',
    authorization: ['Basic dXNlcjpwYXNz', good],
    status: 400,
    challenge: told('invalid_request', 'The request carries more than one credential'),
    error: 'invalid_request',
  },
  {
    number: 4,
    name: 'a good token, and another in the query, which is not read',
    path: '/me?access_token=other',
    authorization: good,
    status: 200,
    subject: 'usr_1',
  },
  { number: 5, name: 'no JWT', authorization: 'Bearer abc', ...invalid('The token is malformed') },
  {
    number: 5,
    name: 'a signature by another key',
    authorization: `Bearer ${signed({ secret: Buffer.alloc(32, 1) })}`,
    ...invalid('The signature is invalid'),
  },
  {
    number: 5,
    name: 'a signature cut off',
    authorization: `Bearer ${signed().slice(0, -4)}`,
    ...invalid('The signature is invalid'),
  },
  {
    number: 5,
    name: 'claims that were changed',
    authorization: `Bearer ${tampered(signed())}`,
    ...invalid('The signature is invalid'),
  },
  {
    number: 5,
    name: 'an unknown `kid`',
    authorization: withHeader({ kid: 'other' }),
    ...invalid('The key of the token is not known'),
  },
  {
    number: 5,
    name: '`alg` none',
    authorization: withHeader({ alg: 'none' }),
    ...invalid('The algorithm of the token is not allowed'),
  },
  {
    number: 5,
    name: '`alg` that the key is not for',
    authorization: `Bearer ${signed({ header: { alg: 'HS512' }, hash: 'sha512' })}`,
    ...invalid('The algorithm of the token is not allowed'),
  },
  {
    number: 5,
    name: 'an unknown `crit`',
    authorization: withHeader({ crit: ['x'], x: 1 }),
    ...invalid('The token demands an unknown extension'),
  },
  {
    number: 5,
    name: 'another issuer',
    authorization: withClaims({ iss: 'J' }),
    ...invalid('The token is from another issuer'),
  },
  {
    number: 5,
    name: 'no issuer',
    authorization: withClaims({ iss: undefined }),
    ...invalid('The token lacks a claim'),
  },
  {
    number: 5,
    name: 'another audience',
    authorization: withClaims({ aud: 'B' }),
    ...invalid('The token is for another audience'),
  },
  {
    number: 5,
    name: 'no audience',
    authorization: withClaims({ aud: undefined }),
    ...invalid('The token lacks a claim'),
  },
  {
    number: 5,
    name: '`nbf` ahead',
    authorization: withClaims({ nbf: nowSeconds + 31 }),
    ...invalid('The token is not valid yet'),
  },
  {
    number: 5,
    name: '`iat` ahead',
    authorization: withClaims({ iat: nowSeconds + 31 }),
    ...invalid('The token is not valid yet'),
  },
  {
    number: 5,
    name: 'no `exp`',
    authorization: withClaims({ exp: undefined }),
    ...invalid('The token lacks a claim'),
  },
  {
    number: 5,
    name: 'no subject',
    authorization: withClaims({ sub: undefined }),
    ...invalid('A claim of the token is invalid'),
  },
  {
    number: 5,
    name: 'a kind of caller that does not exist',
    authorization: withClaims({ kind: 'god' }),
    ...invalid('A claim of the token is invalid'),
  },
  {
    number: 6,
    name: 'expired',
    authorization: withClaims({ exp: nowSeconds - 31 }),
    ...invalid('The token is expired'),
    body: { reason: 'expired' },
  },
  {
    number: 7,
    name: 'a session that has ended',
    authorization: withClaims({ sid: 'ses_ended' }),
    ...invalid('The token was revoked'),
    body: { reason: 'revoked' },
  },
  {
    number: 8,
    name: 'an ID token',
    authorization: withHeader({ typ: 'JWT' }),
    ...invalid('The token is of another type'),
  },
  {
    number: 8,
    name: 'no `typ`',
    authorization: withHeader({ typ: undefined }),
    ...invalid('The token is of another type'),
  },

  {
    number: 9,
    name: 'a scope missing',
    path: '/scope',
    authorization: good,
    ...lacking('devices:view devices:control'),
  },
  {
    number: 9,
    name: 'no scope at all',
    path: '/scope',
    authorization: withClaims({ scope: undefined }),
    ...lacking('devices:view devices:control'),
  },
  {
    number: 9,
    name: 'none of several scopes',
    path: '/any-scope',
    authorization: withClaims({ scope: 'x' }),
    ...lacking('devices:control devices:view'),
  },
  {
    number: 9,
    name: 'one of several scopes',
    path: '/any-scope',
    authorization: good,
    status: 200,
    subject: 'usr_1',
  },
  { number: 10, name: 'another kind of caller', path: '/devices-only', authorization: good, ...forbidden },
  { number: 10, name: 'another type of user', path: '/administrators', authorization: good, ...forbidden },
  {
    number: 10,
    name: 'an administrator',
    path: '/administrators',
    authorization: withClaims({ user_type: 'administrator' }),
    status: 200,
    subject: 'usr_1',
  },
  { number: 10, name: 'an object of somebody else', path: '/own/usr_2', authorization: good, ...forbidden },
  {
    number: 10,
    name: 'an object of one’s own',
    path: '/own/usr_1',
    authorization: good,
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 10,
    name: 'an object of somebody else that is hidden',
    path: '/hidden/usr_2',
    authorization: good,
    status: 404,
    challenge: null,
    error: 'not_found',
  },
  {
    number: 10,
    name: 'a hidden object of one’s own',
    path: '/hidden/usr_1',
    authorization: good,
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 11,
    name: 'an authentication too weak',
    authorization: withClaims({ acr: 'low', auth_time: nowSeconds }),
    ...stepUp,
  },
  {
    number: 11,
    name: 'an authentication too long ago',
    authorization: withClaims({ acr: 'high', auth_time: nowSeconds - 331 }),
    ...stepUp,
  },
  {
    number: 11,
    name: 'an authentication nobody knows when',
    authorization: withClaims({ acr: 'high' }),
    ...stepUp,
  },
  {
    number: 11,
    name: 'an authentication strong and recent enough',
    path: '/step-up',
    authorization: withClaims({ acr: 'high', auth_time: nowSeconds - 330 }),
    status: 200,
    subject: 'usr_1',
  },

  {
    number: 12,
    name: 'a token that is bound to a key, as a bearer token',
    authorization: `Bearer ${bound}`,
    headers: proven(),
    status: 401,
    challenge: C(tokenIsBound, tokenIsBound),
    error: 'invalid_token',
  },
  {
    number: 12,
    name: 'a token that is bound to nothing, with the scheme DPoP',
    headers: { dpop: proofOf({ token: signed() }) },
    ...byDpop('invalid_token', 'The token is not bound to a key'),
    authorization: `DPoP ${signed()}`,
  },
  {
    number: 13,
    name: 'a bound token and its proof',
    authorization: `DPoP ${bound}`,
    headers: once,
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 13,
    name: 'the same proof again',
    headers: once,
    ...byDpop('invalid_dpop_proof', 'The DPoP proof was used before'),
  },
  {
    number: 13,
    name: 'a proof, POST',
    method: 'POST',
    authorization: `DPoP ${bound}`,
    headers: proven({ claims: { htm: 'POST' } }),
    status: 200,
    subject: 'usr_1',
  },
  { number: 13, name: 'no proof', ...byDpop('invalid_dpop_proof', 'A DPoP proof is needed') },
  {
    number: 13,
    name: 'two proofs',
    headers: { dpop: `${proven().dpop}, ${proven().dpop}` },
    ...byDpop('invalid_dpop_proof', 'There is more than one DPoP proof'),
  },
  {
    number: 13,
    name: 'no JWT as proof',
    headers: { dpop: 'abc' },
    ...byDpop('invalid_dpop_proof', 'The DPoP proof is malformed'),
  },
  {
    number: 13,
    name: 'a proof signed by another key than it holds',
    headers: proven({ header: { jwk: otherKey.jwk } }),
    ...byDpop('invalid_dpop_proof', 'The signature of the DPoP proof is invalid'),
  },
  {
    number: 13,
    name: 'a proof for another method',
    headers: proven({ claims: { htm: 'POST' } }),
    ...byDpop('invalid_dpop_proof', 'The DPoP proof is for another method'),
  },
  {
    number: 13,
    name: 'a proof for another URL',
    headers: proven({ claims: { htu: 'https://evil.example/me' } }),
    ...byDpop('invalid_dpop_proof', 'The DPoP proof is for another URL'),
  },
  {
    number: 13,
    name: 'a proof for another token',
    headers: proven({ token: signed() }),
    ...byDpop('invalid_dpop_proof', 'The DPoP proof is for another token'),
  },
  {
    number: 14,
    name: 'a proof without the nonce',
    headers: proven({ claims: { nonce: undefined } }),
    ...byDpop('use_dpop_nonce', 'The DPoP proof needs a nonce'),
    answerHeaders: { 'dpop-nonce': nonceAt(nowSeconds * 1000) },
  },
  {
    number: 14,
    name: 'a proof with a nonce too old',
    headers: proven({ claims: { nonce: nonceAt(nowSeconds * 1000 - 600_000) } }),
    ...byDpop('use_dpop_nonce', 'The nonce of the DPoP proof is too old'),
    answerHeaders: { 'dpop-nonce': nonceAt(nowSeconds * 1000) },
  },
  {
    number: 14,
    name: 'a proof with the nonce before, and the next one comes back',
    authorization: `DPoP ${bound}`,
    headers: proven({ claims: { nonce: nonceAt(nowSeconds * 1000 - 300_000) } }),
    status: 200,
    subject: 'usr_1',
    answerHeaders: { 'dpop-nonce': nonceAt(nowSeconds * 1000) },
  },
  {
    number: 15,
    name: 'a proof of another key',
    headers: proven({ key: otherKey }),
    ...byDpop('invalid_token', 'The token is bound to another key'),
  },
  { number: 16, name: 'a session in a cookie', headers: cookie, status: 200, subject: 'usr_1' },
  {
    number: 16,
    name: 'a session in a cookie, POST from the same origin',
    method: 'POST',
    headers: { ...cookie, 'sec-fetch-site': 'same-origin' },
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 16,
    name: 'a session in a cookie, POST from an origin of the list',
    method: 'POST',
    headers: { ...cookie, 'sec-fetch-site': 'same-site', origin: 'https://app.example.com' },
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 16,
    name: 'a session in a cookie, POST with a token against forgery',
    method: 'POST',
    headers: { ...cookie, 'x-csrf-token': csrfTokenFor(csrfSecret, goodSession) },
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 16,
    name: 'a session in a cookie, POST without a word',
    method: 'POST',
    headers: cookie,
    ...csrfFailed,
  },
  {
    number: 16,
    name: 'a session in a cookie, POST from another site',
    method: 'POST',
    headers: { ...cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    ...csrfFailed,
  },
  {
    number: 16,
    name: 'a session in a cookie, POST with the token of another session',
    method: 'POST',
    headers: { ...cookie, 'x-csrf-token': csrfTokenFor(csrfSecret, 'another-session') },
    ...csrfFailed,
  },
  {
    number: 16,
    name: 'an upgrade to WebSocket by cookie, from another site',
    headers: { ...cookie, ...upgrade(), origin: 'https://evil.example' },
    only: ['node'],
    ...csrfFailed,
  },
  {
    number: 16,
    name: 'a session that has ended',
    headers: { cookie: '__Host-lk=another-session' },
    ...unknown,
    answerHeaders: { 'set-cookie': '__Host-lk=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0' },
  },
  {
    number: 16,
    name: 'two cookies of that name',
    headers: { cookie: `__Host-lk=${goodSession}; __Host-lk=another-session` },
    status: 400,
    challenge: C(),
    error: 'invalid_request',
  },
  {
    number: 4,
    name: 'a good token, and a session in a cookie',
    authorization: good,
    headers: cookie,
    status: 400,
    challenge: told('invalid_request', 'The request carries more than one credential'),
    error: 'invalid_request',
  },
  { number: 26, name: 'an API key', headers: { 'x-api-key': goodApiKey }, status: 200, subject: 'key_1' },
  { number: 26, name: 'an unknown API key', headers: { 'x-api-key': `${goodApiKey}1` }, ...unknown },
  { number: 26, name: 'an API key in the query only', path: `/me?x-api-key=${goodApiKey}`, ...nothing },
  {
    number: 26,
    name: 'a user name and the password',
    authorization: login('usr_2'),
    status: 200,
    subject: 'usr_2',
  },
  { number: 26, name: 'a wrong password', authorization: login('usr_3', 'wrong-password'), ...unknown },
  {
    number: 18,
    name: 'the right password after too many wrong ones',
    authorization: login('usr_3'),
    status: 429,
    challenge: null,
    error: 'rate_limited',
    answerHeaders: { 'retry-after': '60' },
  },

  {
    number: 17,
    name: 'a good token while the keys cannot be fetched',
    path: '/unavailable',
    authorization: good,
    status: 503,
    challenge: null,
    error: 'temporarily_unavailable',
    answerHeaders: { 'retry-after': '5' },
  },
  {
    number: 19,
    name: 'a CORS preflight',
    method: 'OPTIONS',
    headers: preflight,
    status: 204,
    challenge: null,
  },
  { number: 19, name: 'OPTIONS that is no preflight', method: 'OPTIONS', ...nothing },
  { number: 20, name: 'an optional route, no token', path: '/optional', status: 200, subject: null },
  {
    number: 20,
    name: 'an optional route, another scheme',
    path: '/optional',
    authorization: 'Digest eDp5',
    status: 200,
    subject: null,
  },
  {
    number: 20,
    name: 'an optional route, a good token',
    path: '/optional',
    authorization: good,
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 20,
    name: 'a route that all may read, GET without a token',
    path: '/read-only',
    status: 200,
    subject: null,
  },
  {
    number: 20,
    name: 'a route that all may read, POST without a token',
    path: '/read-only',
    method: 'POST',
    ...nothing,
  },
  {
    number: 20,
    name: 'a route that all may read, POST with a good token',
    path: '/read-only',
    method: 'POST',
    authorization: good,
    status: 200,
    subject: 'usr_1',
  },
  {
    number: 21,
    name: 'an optional route, a bad token',
    path: '/optional',
    authorization: 'Bearer abc',
    ...invalid('The token is malformed'),
  },
  {
    number: 21,
    name: 'an optional route, a malformed header',
    path: '/optional',
    authorization: 'Bearer',
    ...malformed,
  },
  {
    number: 21,
    name: 'a lenient route, a bad token',
    path: '/lenient',
    authorization: 'Bearer abc',
    status: 200,
    subject: null,
  },
  {
    number: 21,
    name: 'a lenient route, an expired token',
    path: '/lenient',
    authorization: withClaims({ exp: 1 }),
    status: 200,
    subject: null,
  },
  {
    number: 22,
    name: 'an open route, a bad token',
    path: '/open',
    authorization: 'Bearer abc',
    status: 200,
    subject: null,
  },
  {
    number: 22,
    name: 'an open route, a good token, which is not read',
    path: '/open',
    authorization: good,
    status: 200,
    subject: null,
  },
  { number: 23, name: 'HEAD, no token', method: 'HEAD', status: 401, challenge: C() },
  {
    number: 23,
    name: 'HEAD, a bad token',
    method: 'HEAD',
    authorization: 'Bearer abc',
    status: 401,
    challenge: invalid('The token is malformed').challenge,
  },
  {
    number: 23,
    name: 'HEAD, a good token',
    method: 'HEAD',
    authorization: good,
    status: 200,
    subject: 'usr_1',
  },
  { number: 24, name: 'an event stream, no token', headers: { accept: 'text/event-stream' }, ...nothing },
  { number: 24, name: 'an upgrade to WebSocket, no token', headers: upgrade(), only: ['node'], ...nothing },
  {
    number: 24,
    name: 'an upgrade to WebSocket, a bad token',
    headers: upgrade(),
    authorization: 'Bearer abc',
    only: ['node'],
    ...invalid('The token is malformed'),
  },
  {
    number: 24,
    name: 'an upgrade to WebSocket, a good token',
    headers: upgrade(),
    authorization: good,
    only: ['node'],
    status: 101,
    subject: 'usr_1',
  },

  {
    number: 26,
    name: 'credentials of an authenticator of the application',
    authorization: 'Key good',
    status: 200,
    subject: 'svc_1',
    answerHeaders: { 'x-next': 'again' },
  },
  {
    number: 26,
    name: 'bad credentials of an authenticator of the application',
    authorization: 'Key bad',
    status: 401,
    challenge: C(),
    error: 'invalid_token',
    answerHeaders: { 'x-next': 'never' },
  },
  {
    number: 26,
    name: 'credentials of an authenticator of the application, a scope missing',
    path: '/scope',
    authorization: 'Key good',
    ...forbiddenScope,
  },

  {
    number: 25,
    name: 'the metadata of this resource',
    path: metadataPath,
    status: 200,
    body: {
      resource,
      bearer_methods_supported: ['header'],
      scopes_supported: ['devices:view'],
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
    },
    answerHeaders: {
      'content-type': 'application/json',
      'cache-control': 'public, max-age=3600',
      'access-control-allow-origin': '*',
    },
  },
  {
    number: 25,
    name: 'the metadata, HEAD',
    path: metadataPath,
    method: 'HEAD',
    status: 200,
    answerHeaders: { 'cache-control': 'public, max-age=3600' },
  },
]

function tampered(token: string): string {
  const [head = '', body = '', mac = ''] = token.split('.')
  const changed = Buffer.from(body, 'base64url').toString().replace('usr_1', 'usr_2')
  return `${head}.${Buffer.from(changed).toString('base64url')}.${mac}`
}

function upgrade(): Record<string, string> {
  return { connection: 'upgrade', upgrade: 'websocket' }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
