import assert from 'node:assert/strict'
import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { Guarded } from '../../src/guard/adapters/node.ts'
import {
  type Authenticator,
  type AuthenticatorFactory,
  apiKey,
  basic,
  createReplayMemory,
  createRevocationList,
  failureLimit,
  type GuardOptions,
  hashApiKey,
  type OptionalPolicy,
  type Policy,
  type Principal,
  revocationKey,
  sessionCookie,
} from '../../src/guard/index.ts'
import { secretKey } from '../../src/token/index.ts'
import { nowMs, secretBytes } from '../token/raw-token.ts'
import type { AdapterName, Row } from './conformance/row.ts'
import { rows } from './conformance/rows.ts'
import { nonceSecret } from './dpop.ts'
import { csrfSecret, goodApiKey, goodPassword, goodSession, metadataPath, resource } from './guarded-api.ts'
import { assertNeverFails } from './hostile.ts'

/** A route of the API that every adapter builds; `source` is what its framework hands to a rule. */
export interface Route {
  readonly path: string
  readonly mode: 'required' | 'optional' | 'open'
  readonly policy: Policy<unknown> & OptionalPolicy<unknown>
  /** By the guard whose keys cannot be fetched. */
  readonly isUnavailable: boolean
}

/**
 * What an adapter's test builds: each of `routes` for every method, answered by `{ subject }` (null where nobody is
 * known) as JSON, and the metadata with `metadata`, all by guards with these options.
 */
export interface Api {
  readonly options: GuardOptions
  readonly unavailable: GuardOptions
  readonly metadata: { readonly scopesSupported: readonly string[] }
  readonly routes: readonly Route[]
}

export interface AdapterUnderTest {
  readonly name: AdapterName
  /** The last part of the path of a request, as the framework of the adapter gives it to a rule. */
  idOf(source: unknown): string
  /** Start the API and give its URL. */
  start(t: TestContext, api: Api): Promise<string>
}

/** Test one adapter against the whole table, over HTTP, and against what nobody has thought of. */
export function testAdapter(adapter: AdapterUnderTest): void {
  test(`${adapter.name} answers every row of the table`, async (t) => {
    const url = await adapter.start(t, apiFor(adapter))
    for (const row of rows) {
      if (row.only !== undefined && !row.only.includes(adapter.name)) continue
      await t.test(`${adapter.name}: ${row.name}`, async () => assertAnswer(row, await ask(url, row)))
    }
  })

  test(`${adapter.name} answers no request of strangers with a 5xx`, async (t) => {
    await assertNeverFails(await adapter.start(t, apiFor(adapter)), { count: 20_000, seed: 1 })
  })
}

export function apiFor({ idOf }: AdapterUnderTest): Api {
  const revocationList = createRevocationList({ now: () => nowMs })
  revocationList.add({
    key: revocationKey('session', 'ses_ended'),
    revokedAtMs: nowMs,
    expiresAtMs: nowMs + 1e6,
  })
  const options: GuardOptions = {
    issuer: 'I',
    audience: resource,
    secret: secretKey(secretBytes, { algorithm: 'HS256', keyId: 'one' }),
    type: 'at+jwt',
    revocationList,
    now: () => nowMs,
    authenticators: [key, session, keyInHeader, passwords],
    // A memory of its own, for the adapters of one process are sent the same proofs.
    dpop: { nonce: { secret: nonceSecret }, replayStore: createReplayMemory({ now: () => nowMs }) },
  }
  const route = (path: string, mode: Route['mode'], policy: Route['policy'] = {}, isUnavailable = false) => ({
    path,
    mode,
    policy,
    isUnavailable,
  })
  return {
    options,
    unavailable: {
      issuer: 'https://id.example.com',
      audience: resource,
      revocations: false,
      fetch: () => Promise.reject(new Error('there is no network')),
    },
    metadata: { scopesSupported: ['devices:view'] },
    routes: [
      route('/me', 'required'),
      route('/large', 'required'),
      route('/scope', 'required', { scope: ['devices:view', 'devices:control'] }),
      route('/any-scope', 'required', { anyScope: 'devices:control devices:view' }),
      route('/devices-only', 'required', { kinds: ['device'] }),
      route('/administrators', 'required', { userType: 'administrator' }),
      route('/own/:id', 'required', { rule: (auth, source) => idOf(source) === auth.subject }),
      route('/hidden/:id', 'required', {
        rule: async (auth, source) => idOf(source) === auth.subject,
        hide: true,
      }),
      route('/step-up', 'required', { acr: ['high', 'higher'], maxAge: 300 }),
      route('/unavailable', 'required', {}, true),
      route('/optional', 'optional'),
      route('/lenient', 'optional', { lenient: true }),
      route('/read-only', 'optional', { anonymous: 'read' }),
      route('/open', 'open'),
    ],
  }
}

const session = sessionCookie({
  find: async (value) => (value === goodSession ? { subject: 'usr_1', sessionId: 'ses_1' } : undefined),
  csrf: { origins: ['https://app.example.com'], secret: csrfSecret },
})

const keyInHeader = apiKey({
  find: (hash) => (hash === hashApiKey(goodApiKey) ? { subject: 'key_1' } : undefined),
})

/** One failure for each name is borne, as many as you like from each address. */
const passwords: AuthenticatorFactory = {
  prepare: (surroundings) =>
    basic({
      verify: (user, password) => (password === goodPassword ? { subject: user } : undefined),
      limit: failureLimit({ maxPerName: 1, maxPerAddress: 1e6 }),
    }).prepare(surroundings),
}

/** Another authenticator, which asks somewhere else first, and has a word for the next request. */
const key: Authenticator = {
  scheme: 'Key',
  challenge: undefined,
  async authenticate(_request, credentials, refuse) {
    const headers = { 'x-next': credentials === 'good' ? 'again' : 'never' }
    if (credentials === 'good') return { kind: 'allowed', auth: keyHolder, headers }
    return { kind: 'refused', refusal: refuse('invalid_token', { detail: 'The key is not known', headers }) }
  },
}

const keyHolder: Principal = Object.freeze({
  subject: 'svc_1',
  kind: 'api_key',
  sessionId: undefined,
  scopes: [],
  userType: undefined,
  clientId: undefined,
  expiresAt: Number.POSITIVE_INFINITY,
  authTime: undefined,
  acr: undefined,
  amr: [],
  claims: {} as Principal['claims'], // such a caller has no token
  token: '',
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export function ask(
  url: string,
  row: Pick<Row, 'path' | 'method' | 'headers' | 'authorization'>,
): Promise<Answer> {
  const { path = '/me', method = 'GET', headers = {}, authorization } = row
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest(url + path, { method, headers, agent: false, maxHeaderSize: 65_536 })
    if (authorization !== undefined) request.setHeader('authorization', authorization)
    request.on('response', async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
    })
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      const text = JSON.stringify({ subject: response.headers['x-subject'] })
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
    })
    request.on('error', reject).end()
  })
}

function assertAnswer(row: Row, { status, headers, text }: Answer): void {
  assert.equal(status, row.status, text)
  for (const [name, value] of Object.entries(row.answerHeaders ?? {}))
    assert.equal(String(headers[name]), value)
  const isHead = row.method === 'HEAD'
  if (isHead) assert.equal(text, '')
  if (row.challenge !== undefined) assert.equal(headers['www-authenticate'], row.challenge ?? undefined)
  if (row.subject !== undefined) {
    if (!isHead) assert.deepEqual(JSON.parse(text), { subject: row.subject })
  } else if (status !== 204 && row.path !== metadataPath) {
    assert.equal(headers['content-type'], 'application/problem+json')
    assert.equal(headers['cache-control'], 'no-store')
    assert.match(String(headers['access-control-expose-headers']), /\bWWW-Authenticate\b/)
    assert.ok(Number(headers['content-length']) > 50)
    for (const sent of [row.authorization ?? [], row.path ?? [], Object.values(row.headers ?? {})].flat())
      assertSilent(text + JSON.stringify(headers), sent)
  }
  if (row.error !== undefined && !isHead) {
    assert.partialDeepStrictEqual(JSON.parse(text), { type: 'about:blank', status, error: row.error })
  }
  if (row.body !== undefined) assert.partialDeepStrictEqual(JSON.parse(text), row.body)
}

/** Nothing that was sent comes back, a token least of all. */
function assertSilent(answer: string, sent: string): void {
  for (const part of sent.split(/[\s?=",]+/)) if (part.length > 10) assert.ok(!answer.includes(part))
}

/** What a server says that opens a WebSocket, and who it is for. */
export function acceptUpgrade({ auth }: Guarded, socket: Duplex): void {
  socket.end(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nx-subject: ${auth.subject}\r\n\r\n`,
  )
}

/** Start `server` on loopback for the time of a test. */
export async function listenOn(t: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return `http://127.0.0.1:${address.port}`
}
