import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as v from 'valibot'
import { identify, openTestApp, type TestApp, testLog, testWorld } from '../../test/app.ts'
import { createPlaces } from '../addresses/places.ts'
import { Refusal } from '../errors.ts'
import { createEdge, type EdgeOptions } from './edge.ts'
import { anyCaller, done, ok, type Route } from './route.ts'
import { createStreams } from './streams.ts'

const secret = 'a password nobody may see'

/** Both schemes, and what was wrong in the one that was used. */
const challengesWith = ({ bearer = '', dpop = '' }: { bearer?: string; dpop?: string } = {}) => {
  const said = (error: string) => (error === '' ? '' : `, error="${error}"`)
  return `Bearer realm="latchkey"${said(bearer)}, DPoP realm="latchkey", algs="ES256 EdDSA Ed25519"${said(dpop)}`
}

/** An edge of a few routes of its own, for what no route of the product does. */
function edgeOf(routes: readonly Route[], options: Partial<EdgeOptions> = {}) {
  const log = testLog()
  const edge = createEdge(routes, {
    world: testWorld(),
    log,
    authenticate: async () => {
      throw new Refusal('token_invalid', 'no token is valid here')
    },
    corsOrigins: new Set(),
    refused: async () => {},
    storageFailed() {},
    problemPage: ({ status, code }) => ({ kind: 'page', status, html: code }),
    streams: createStreams({
      world: testWorld(),
      isRevoked: () => false,
      places: createPlaces({ most: 100 }),
    }),
    trustedProxies: [],
    secure: false,
    stopping: new AbortController().signal,
    ...options,
  })
  return { edge, log }
}

const plain = { id: 'test', tag: 'test', summary: 'For a test.', access: 'public', answers: {} } as const

describe('the edge', () => {
  let app: TestApp
  let token: string
  before(async () => {
    app = await openTestApp('sqlite')
    token = (await app.signedIn('ada')).token
  })
  after(() => app.close())

  const refused: {
    name: string
    method: string
    path: string
    body?: unknown
    headers?: Record<string, string>
    status: number
    code: string
    field?: string
  }[] = [
    { name: 'a path that no route has', method: 'GET', path: '/v1/nothing', status: 404, code: 'not_found' },
    {
      name: 'a path with a slash too many',
      method: 'GET',
      path: '/healthz/',
      status: 404,
      code: 'not_found',
    },
    {
      name: 'a method that the path does not take',
      method: 'PUT',
      path: '/v1/login',
      status: 405,
      code: 'method_not_allowed',
    },
    {
      name: 'a method that nobody knows',
      method: 'BREW',
      path: '/healthz',
      status: 405,
      code: 'method_not_allowed',
    },
    {
      name: 'a form where JSON is due',
      method: 'POST',
      path: '/v1/login',
      body: 'a=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      status: 415,
      code: 'media_type_unsupported',
    },
    {
      name: 'a body without a type',
      method: 'POST',
      path: '/v1/login',
      body: '{}',
      headers: { 'content-type': '' },
      status: 415,
      code: 'media_type_unsupported',
    },
    {
      name: 'a type that only begins like JSON',
      method: 'POST',
      path: '/v1/login',
      body: '{}',
      headers: { 'content-type': 'application/jsonx' },
      status: 415,
      code: 'media_type_unsupported',
    },
    ...['gzip', 'identity, gzip', 'br', 'x'].map((encoding) => ({
      name: `a body that is compressed: ${encoding}`,
      method: 'POST',
      path: '/v1/login',
      body: '{}',
      headers: { 'content-encoding': encoding },
      status: 415,
      code: 'media_type_unsupported',
    })),
    {
      name: 'a body that says it is not compressed, and is read',
      method: 'POST',
      path: '/v1/login',
      body: '{}',
      headers: { 'content-encoding': 'identity' },
      status: 400,
      code: 'request_invalid',
    },
    {
      name: 'JSON with a comma at its end',
      method: 'POST',
      path: '/v1/login',
      body: '{"username":"ada",}',
      status: 400,
      code: 'request_invalid',
    },
    {
      name: 'no body at all',
      method: 'POST',
      path: '/v1/login',
      body: '',
      status: 400,
      code: 'request_invalid',
    },
    {
      name: 'a list where an object is due',
      method: 'POST',
      path: '/v1/login',
      body: [],
      status: 400,
      code: 'request_invalid',
    },
    {
      name: 'a field that is missing',
      method: 'POST',
      path: '/v1/login',
      body: { username: 'ada' },
      status: 400,
      code: 'request_invalid',
      field: '/password',
    },
    {
      name: 'a password of the most characters, which is wrong',
      method: 'POST',
      path: '/v1/login',
      body: { username: 'ada', password: 'x'.repeat(1024) },
      status: 401,
      code: 'credentials_invalid',
    },
    {
      name: 'a password of more',
      method: 'POST',
      path: '/v1/login',
      body: { username: 'ada', password: 'x'.repeat(1025) },
      status: 400,
      code: 'request_invalid',
      field: '/password',
    },
    {
      name: 'a field of another type',
      method: 'POST',
      path: '/v1/login',
      body: { username: 1, password: secret },
      status: 400,
      code: 'request_invalid',
      field: '/username',
    },
    {
      name: 'a field that nobody knows',
      method: 'POST',
      path: '/v1/login',
      body: { username: 'ada', password: secret, 'remember/me~': secret },
      status: 400,
      code: 'request_invalid',
      field: '/remember~1me~0',
    },
    {
      name: 'a field called __proto__',
      method: 'POST',
      path: '/v1/login',
      body: `{"username":"ada","password":"${secret}","__proto__":{"admin":true}}`,
      status: 400,
      code: 'request_invalid',
      field: '/__proto__',
    },
    {
      name: 'a line break in a name',
      method: 'POST',
      path: '/v1/login',
      body: { username: 'ada\nroot', password: secret },
      status: 400,
      code: 'request_invalid',
      field: '/username',
    },
    {
      name: 'a parameter of the query that stands twice',
      method: 'GET',
      path: '/v1/revocations?since=a&since=b',
      status: 400,
      code: 'request_invalid',
      field: '/since',
    },
    {
      name: 'a parameter of the query that nobody knows',
      method: 'GET',
      path: '/v1/revocations?after=a',
      status: 400,
      code: 'request_invalid',
      field: '/after',
    },
    {
      name: 'a control character in a path',
      method: 'GET',
      path: '/.well-known/jwks/%00',
      status: 400,
      code: 'request_invalid',
      field: '/service',
    },
  ]
  for (const { name, method, path, body, headers, status, code, field } of refused) {
    test(`refuses ${name} with ${status} ${code}`, async () => {
      const answer = await app.call(method, path, { body, ...(headers && { headers }) })
      assert.equal(answer.status, status)
      assert.equal(answer.body.code, code)
      assert.equal(answer.headers.get('content-type'), 'application/problem+json')
      assert.equal(answer.body.requestId, answer.headers.get('x-request-id'))
      if (field)
        assert.deepEqual(
          answer.body.errors.map(({ field }) => field),
          [field],
        )
      else if (code !== 'request_invalid') assert.ok(!('errors' in answer.body))
      assert.ok(!answer.text.includes(secret), 'what was sent is not sent back')
    })
  }

  test('takes a parameter of the query that stands once', async () => {
    assert.equal((await app.call('GET', '/v1/revocations?since=0')).status, 200)
  })

  test('refuses bytes that are not UTF-8, and takes a byte order mark for nothing', async () => {
    const send = (bytes: Uint8Array<ArrayBuffer>) =>
      app.app.edge.request('/v1/login', {
        method: 'POST',
        body: bytes,
        headers: { 'content-type': 'application/json' },
      })
    const answer = await send(new Uint8Array([0x7b, 0xff, 0x7d]))
    assert.equal(answer.status, 400)
    assert.match(await answer.text(), /is not UTF-8/)
    const marked = Buffer.from('\ufeff{"username":"ada","password":"the password of ada"}')
    assert.equal((await send(new Uint8Array(marked))).status, 200)
  })

  test('refuses a body above the limit, and takes one that just fits', async () => {
    const padded = (length: number) => JSON.stringify({ token: '' }).padEnd(length, ' ')
    assert.equal((await app.call('POST', '/v1/verify', { body: padded(64 * 1024 + 1) })).status, 413)
    assert.equal(
      (await app.call('POST', '/v1/verify', { body: padded(64 * 1024) })).body.code,
      'token_invalid',
    )
  })

  test('names the methods of a path that refuses another', async () => {
    assert.equal((await app.call('DELETE', '/healthz')).headers.get('allow'), 'GET, HEAD, OPTIONS')
    assert.equal((await app.call('GET', '/v1/login')).headers.get('allow'), 'POST, OPTIONS')
    assert.equal((await app.call('PATCH', '/v1/users')).headers.get('allow'), 'GET, POST, HEAD, OPTIONS')
  })

  for (const path of ['/healthz', '/v1/me', '/nothing', '/docs', '/v1/revocations/stream']) {
    test(`answers HEAD ${path} as GET, without the body`, async () => {
      const get = await app.app.edge.request(path)
      const head = await app.app.edge.request(path, { method: 'HEAD' })
      assert.equal(head.status, get.status)
      assert.equal(head.headers.get('content-type'), get.headers.get('content-type'))
      assert.equal(await head.text(), '')
      await get.body?.cancel()
    })
  }

  const everyKind = [
    { kind: 'JSON', method: 'GET', path: '/healthz' },
    { kind: 'a page', method: 'GET', path: '/invitations/none' },
    { kind: 'the description', method: 'GET', path: '/openapi.json' },
    { kind: 'a refusal', method: 'GET', path: '/v1/me' },
    { kind: 'an OAuth error', method: 'POST', path: '/oauth/token' },
    { kind: 'no route', method: 'GET', path: '/nothing' },
    { kind: 'a wrong method', method: 'DELETE', path: '/healthz' },
    { kind: 'a preflight', method: 'OPTIONS', path: '/healthz' },
    { kind: 'a stream', method: 'GET', path: '/v1/revocations/stream' },
    { kind: 'the key set', method: 'GET', path: '/.well-known/jwks.json' },
  ]
  for (const { kind, method, path } of everyKind) {
    test(`gives the security headers and a request id with ${kind}`, async () => {
      const { headers, body } = await app.app.edge.request(path, { method })
      await body?.cancel()
      assert.match(
        headers.get('content-security-policy') ?? '',
        /^default-src 'none';.*frame-ancestors 'none'/,
      )
      assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe|script-src|\*/)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('x-frame-options'), 'DENY')
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
      assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
      assert.match(headers.get('cache-control') ?? '', /^no-store(, no-transform)?$|^public, max-age=300$/)
      assert.match(headers.get('x-request-id') ?? '', /^req_\w{26}$/)
      assert.equal(headers.get('strict-transport-security'), null)
      assert.equal(headers.get('set-cookie'), null)
    })
  }

  test('tells browsers to insist on https where they reach it by https', async () => {
    const { edge } = edgeOf([], { secure: true })
    const { headers } = await edge.request('/')
    assert.match(headers.get('strict-transport-security') ?? '', /^max-age=\d{8}/)
  })

  test('keeps nothing that holds a token', async () => {
    const body = { username: 'ada', password: 'the password of ada' }
    assert.equal((await app.call('POST', '/v1/login', { body })).headers.get('cache-control'), 'no-store')
  })

  test('gives every request an id of its own, and takes none from the caller', async () => {
    const headers = { 'x-request-id': 'mine' }
    const ids = await Promise.all(
      [1, 2].map(async () => (await app.call('GET', '/healthz', { headers })).headers.get('x-request-id')),
    )
    assert.notEqual(ids[0], ids[1])
    assert.ok(!ids.includes('mine'))
  })

  const challenged: {
    name: string
    authorization: string | undefined
    status: number
    code: string
    challenge: string
  }[] = [
    {
      name: 'no Authorization header',
      authorization: undefined,
      status: 401,
      code: 'token_missing',
      challenge: challengesWith(),
    },
    {
      name: 'an empty one',
      authorization: '',
      status: 401,
      code: 'token_missing',
      challenge: challengesWith(),
    },
    {
      name: 'another scheme',
      authorization: 'Basic YWRhOmFkYQ==',
      status: 401,
      code: 'token_missing',
      challenge: challengesWith(),
    },
    {
      name: 'a scheme that begins like ours',
      authorization: 'Bearerx y',
      status: 401,
      code: 'token_missing',
      challenge: challengesWith(),
    },
    {
      name: 'a scheme that ends like ours',
      authorization: 'XBearer abc',
      status: 401,
      code: 'token_missing',
      challenge: challengesWith(),
    },
    {
      name: 'a scheme without a token',
      authorization: 'Bearer',
      status: 400,
      code: 'authorization_malformed',
      challenge: challengesWith({ bearer: 'invalid_request' }),
    },
    {
      name: 'two tokens',
      authorization: 'Bearer a b',
      status: 400,
      code: 'authorization_malformed',
      challenge: challengesWith({ bearer: 'invalid_request' }),
    },
    {
      name: 'two headers joined',
      authorization: 'Bearer a, Bearer b',
      status: 400,
      code: 'authorization_malformed',
      challenge: challengesWith({ bearer: 'invalid_request' }),
    },
    {
      name: 'characters that no token has',
      authorization: 'Bearer "a"',
      status: 400,
      code: 'authorization_malformed',
      challenge: challengesWith({ bearer: 'invalid_request' }),
    },
    {
      name: 'a token that is none',
      authorization: 'Bearer abc',
      status: 401,
      code: 'token_invalid',
      challenge: challengesWith({ bearer: 'invalid_token' }),
    },
    {
      name: 'a token that is named like the other scheme',
      authorization: 'Bearer dpop',
      status: 401,
      code: 'token_invalid',
      challenge: challengesWith({ bearer: 'invalid_token' }),
    },
    {
      name: 'a scheme in small letters',
      authorization: 'bearer abc',
      status: 401,
      code: 'token_invalid',
      challenge: challengesWith({ bearer: 'invalid_token' }),
    },
    {
      name: 'a scheme that begins like the other of ours',
      authorization: 'DPoPx y',
      status: 401,
      code: 'token_missing',
      challenge: challengesWith(),
    },
    {
      name: 'the scheme DPoP without a token',
      authorization: 'DPoP',
      status: 400,
      code: 'authorization_malformed',
      challenge: challengesWith({ dpop: 'invalid_request' }),
    },
    {
      name: 'two headers of two schemes joined',
      authorization: 'DPoP a, Bearer b',
      status: 400,
      code: 'authorization_malformed',
      challenge: challengesWith({ dpop: 'invalid_request' }),
    },
    {
      name: 'the scheme DPoP with a token that is none',
      authorization: 'dpop abc',
      status: 401,
      code: 'token_invalid',
      challenge: challengesWith({ dpop: 'invalid_token' }),
    },
  ]
  for (const { name, authorization, status, code, challenge } of challenged) {
    test(`answers ${name} with ${status} and the challenges of RFC 6750 section 3 and RFC 9449 section 7.1`, async () => {
      const answer = await app.call('GET', '/v1/me', {
        headers: authorization === undefined ? {} : { authorization },
      })
      assert.equal(answer.status, status)
      assert.equal(answer.body.code, code)
      assert.equal(answer.headers.get('www-authenticate'), challenge)
    })
  }

  test('answers a token without the permission with 403 and insufficient_scope', async () => {
    const answer = await app.call('GET', '/v1/users', { token })
    assert.equal(answer.status, 403)
    assert.equal(answer.body.code, 'permission_missing')
    assert.equal(answer.headers.get('www-authenticate'), challengesWith({ bearer: 'insufficient_scope' }))
  })

  test('challenges whoever sends a wrong password, because every 401 does (RFC 9110 section 15.5.2)', async () => {
    const answer = await app.call('POST', '/v1/login', { body: { username: 'ada', password: secret } })
    assert.equal(answer.status, 401)
    assert.equal(answer.headers.get('www-authenticate'), challengesWith())
  })

  for (const [name, length, status] of [
    ['a body of exactly the limit', 65_536, 401],
    ['a body of one byte more', 65_537, 413],
  ] as const)
    test(`answers ${name} with ${status}, whether its length is told or not`, async () => {
      const body = JSON.stringify({ username: 'nobody', password: secret }).padEnd(length)
      const headers = { 'content-length': String(length) }
      assert.equal((await app.call('POST', '/v1/login', { body, headers })).status, status)
      assert.equal((await app.call('POST', '/v1/login', { body })).status, status)
    })

  test('asks who it is before it reads the body', async () => {
    assert.equal((await app.call('POST', '/v1/users', { body: 'not even JSON' })).body.code, 'token_missing')
  })

  test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
})

describe('a route that sends back the id of its request', () => {
  const { edge } = edgeOf([
    routeOf({ ...plain, method: 'GET', path: '/x', echoesRequestId: true, handle: async () => done }),
  ])
  const idOf = async (sent: string) =>
    (await edge.request('/x', { headers: { 'x-request-id': sent } })).headers.get('x-request-id') ?? ''
  for (const sent of ['a', '!~', 'bfe9eb29-ab87', 'x'.repeat(128)]) {
    test(`sends back ${sent.slice(0, 20)}`, async () => assert.equal(await idOf(sent), sent))
  }
  for (const sent of ['', 'x'.repeat(129), 'two words', '\u00e9a', 'a\u00e9', 'a\tb']) {
    test(`has an id of its own in place of ${JSON.stringify(sent.slice(0, 20))}`, async () =>
      assert.match(await idOf(sent), /^req_/))
  }
})

describe('a bug in a handler', () => {
  const bugs = [
    { name: 'an error', thrown: new Error(`cannot read ${secret}`) },
    { name: 'an error with a cause', thrown: new TypeError('outside', { cause: new Error(secret) }) },
    { name: 'no error at all', thrown: secret },
  ]
  for (const { name, thrown } of bugs) {
    test(`is answered as internal, and logged whole: ${name}`, async () => {
      const { edge, log } = edgeOf([
        routeOf({ ...plain, method: 'GET', path: '/bug/{id}', handle: () => Promise.reject(thrown) }),
      ])
      const answer = await edge.request('/bug/7')
      const text = await answer.text()
      assert.equal(answer.status, 500)
      assert.equal(JSON.parse(text).code, 'internal')
      assert.ok(!text.includes(secret) && !/ at |\.ts/.test(text), 'nothing of it is told')
      assert.equal(log.errors[0], thrown)
      const line = log.lines.join()
      assert.ok(line.includes('GET /bug/{id}') && line.includes(answer.headers.get('x-request-id') ?? '?'))
      if (thrown instanceof Error) assert.match(line, /edge\.test\.ts/)
    })
  }
})

test('a refusal that cannot be written down is answered all the same, and the operator is told', async () => {
  const { edge, log } = edgeOf(
    [routeOf({ ...plain, method: 'GET', path: '/thing', access: anyCaller, handle: async () => done })],
    { refused: () => Promise.reject(new Error('disk full')) },
  )
  const answer = await edge.request('/thing', { headers: { authorization: 'Bearer x' } })
  assert.equal(answer.status, 401)
  const requestId = answer.headers.get('x-request-id')
  assert.equal(log.errors.length, 1)
  assert.ok(log.lines.join().startsWith('record_failed '))
  assert.ok(log.lines.join().includes(`"route":"GET /thing","requestId":"${requestId}"`))
})

test('a token that is revoked while its request is answered opens no stream', async () => {
  const app = await openTestApp('sqlite')
  const { token } = await app.signedIn('ada')
  let isRevoked = false
  const events = async function* () {
    yield { data: 'told' }
  }
  const { edge } = edgeOf(
    [
      routeOf({
        ...plain,
        access: anyCaller,
        method: 'GET',
        path: '/stream',
        async handle() {
          isRevoked = true
          return { kind: 'events', events: events() }
        },
      }),
    ],
    {
      authenticate: async (given) => identify(app.app, given.token),
      streams: createStreams({
        world: testWorld(),
        isRevoked: () => isRevoked,
        places: createPlaces({ most: 100 }),
      }),
    },
  )
  const answer = await edge.request('/stream', { headers: { authorization: `Bearer ${token}` } })
  assert.equal(answer.status, 401)
  assert.equal(((await answer.json()) as { code: string }).code, 'token_revoked')
  await app.close()
})

describe('cross-origin calls', () => {
  const known = 'https://app.example'
  const routes = [
    routeOf({ ...plain, method: 'GET', path: '/thing', handle: async () => ok({}) }),
    routeOf({ ...plain, method: 'POST', path: '/thing', access: anyCaller, handle: async () => done }),
  ]
  const closed = edgeOf(routes).edge
  const open = edgeOf(routes, { corsOrigins: new Set([known]) }).edge
  const ask = { origin: known, 'access-control-request-method': 'POST' }

  test('are closed unless an origin is configured', async () => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await closed.request('/thing', { method, headers: ask })
      assert.deepEqual(
        [...headers.keys()].filter((name) => name.startsWith('access-control')),
        [],
      )
    }
  })

  test('are open to an origin that is configured, errors too, so that a page can read them', async () => {
    for (const [method, path] of [
      ['GET', '/thing'],
      ['POST', '/thing'],
      ['GET', '/nothing'],
      ['DELETE', '/thing'],
    ] as const) {
      const { headers } = await open.request(path, { method, headers: { origin: known } })
      assert.equal(headers.get('access-control-allow-origin'), known)
      assert.equal(headers.get('access-control-allow-credentials'), null)
      assert.match(headers.get('vary') ?? '', /Origin/)
      assert.match(headers.get('access-control-expose-headers') ?? '', /WWW-Authenticate, DPoP-Nonce.*ETag/)
    }
  })

  test('are asked about beforehand by OPTIONS', async () => {
    const { status, headers } = await open.request('/thing', { method: 'OPTIONS', headers: ask })
    assert.equal(status, 204)
    assert.equal(headers.get('access-control-allow-origin'), known)
    assert.equal(headers.get('access-control-allow-methods'), 'GET, POST')
    assert.match(headers.get('access-control-allow-headers') ?? '', /Authorization.*\bDPoP\b/)
  })

  for (const origin of [
    'https://evil.example',
    'null',
    `${known}.evil.example`,
    'http://app.example',
    `${known}:8443`,
    '*',
  ]) {
    test(`are closed to ${origin}`, async () => {
      for (const method of ['GET', 'OPTIONS']) {
        const { status, headers } = await open.request('/thing', { method, headers: { ...ask, origin } })
        assert.equal(status, method === 'GET' ? 200 : 204)
        assert.equal(headers.get('access-control-allow-origin'), null)
        assert.equal(headers.get('access-control-allow-methods'), null)
        assert.equal(headers.get('vary'), 'Origin')
      }
    })
  }
})

test('a route gets the text of the body as it was sent, and its headers go out without a body', async () => {
  const body = v.strictObject({ n: v.number() })
  const { edge } = edgeOf([
    routeOf({
      ...{ ...plain, method: 'POST', path: '/thing', body },
      handle: async ({ bodyText }) => ({ kind: 'empty', status: 204, headers: { 'x-text': bodyText } }),
    }),
  ])
  const headers = { 'content-type': 'application/json' }
  const answer = await edge.request('/thing', { method: 'POST', headers, body: '{ "n": 1.0 }' })
  assert.deepEqual([answer.status, answer.headers.get('x-text')], [204, '{ "n": 1.0 }'])
})

test('a route that says how long its body may be takes that and no more', async () => {
  const body = v.strictObject({ n: v.string() })
  const { edge } = edgeOf([
    routeOf({ ...plain, method: 'POST', path: '/thing', body, bodyLimit: 100_000, handle: async () => done }),
  ])
  for (const [length, status] of [
    [99_992, 204],
    [99_993, 413],
  ] as const) {
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ n: 'x'.repeat(length) }),
    }
    assert.equal((await edge.request('/thing', request)).status, status)
  }
})

test('a schema of another kind than ours says that its form is not accepted, and no more', async () => {
  const body = v.strictObject({ thing: v.custom<string>((value) => value === 'right') })
  const { edge } = edgeOf([
    routeOf({ ...plain, method: 'POST', path: '/thing', body, handle: async () => done }),
  ])
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"thing":"wrong"}',
  }
  const { errors } = JSON.parse(await (await edge.request('/thing', request)).text())
  assert.deepEqual(errors, [{ field: '/thing', reason: 'has a form that is not accepted' }])
})

/** A route that no part serves. */
function routeOf(given: Route): Route {
  return given
}
