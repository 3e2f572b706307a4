import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { test } from 'node:test'
import { type GuardedApp, scope, testSignIn } from '../../test/testing/guarded-app.ts'
import { createGuard } from '../guard/adapters/fetch.ts'
import { createGuard as createNodeGuard, type NodeGuard } from '../guard/adapters/node.ts'
import type { AskedApp } from './ask.ts'
import { createTestIssuer, type TestPrincipal } from './index.ts'

const plain = (guard: NodeGuard): RequestListener => {
  const me = guard.listener({}, (request, response) =>
    response.end(JSON.stringify({ id: request.auth.subject })),
  )
  const open = guard.listener({ scope }, (request, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2'])
    request.pipe(response)
  })
  return (request, response) => (request.url === '/me' ? me : open)(request, response)
}

// The apps of the frameworks are in examples/frameworks, where their packages are.
const guardedApps: readonly GuardedApp[] = [
  { name: 'a listener of node:http', make: (options) => plain(createNodeGuard(options)) },
  { name: 'a server of node:http', make: (options) => createServer(plain(createNodeGuard(options))) },
  {
    name: 'a server of node:https',
    make: (options) => createTlsServer(plain(createNodeGuard(options))),
  },
  {
    name: 'a function from Request to Response',
    make(options) {
      const guard = createGuard(options)
      return async (request: Request) => {
        const isMe = new URL(request.url).pathname === '/me'
        const { auth, response } = await guard.required(isMe ? {} : { scope })(request)
        if (response !== undefined) return response
        if (isMe) return Response.json({ id: auth.subject })
        const headers = new Headers([
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ])
        return new Response(await request.text(), { headers })
      }
    },
  },
]
for (const app of guardedApps) testSignIn(app)

test('a server that listens is asked as one that does not, and goes on listening', async (t) => {
  const server = createServer((request, response) => {
    response.end(`${request.headers.host} ${request.method} ${request.url}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { fetch } = createTestIssuer().anonymous(server)
  assert.equal(await (await fetch('/a?b=c', { method: 'PUT' })).text(), 'api.test PUT /a?b=c')
  assert.ok(server.listening)
})

test('an answer is read as it comes, and 204 has no body', async () => {
  let finish = () => {}
  const { fetch } = createTestIssuer().anonymous((request, response) => {
    if (request.url === '/none') {
      response.writeHead(204).end()
      return
    }
    response.write('first')
    finish = () => void response.end('last')
  })
  const reader = (await fetch('/')).body!.getReader()
  const read = async () => new TextDecoder().decode((await reader.read()).value as Uint8Array)
  assert.equal(await read(), 'first')
  finish()
  assert.equal(await read(), 'last')
  const none = await fetch('/none')
  assert.deepEqual([none.status, none.body], [204, null])
})

test('a function that gives a Response needs no Request', async () => {
  const { fetch } = createTestIssuer().anonymous(() => new Response('hello'))
  assert.equal(await (await fetch('/')).text(), 'hello')
})

test('an app that breaks off is a rejection', async () => {
  const { fetch } = createTestIssuer().anonymous((_request, response) => response.destroy())
  await assert.rejects(fetch('/'))
})

const noApps: readonly unknown[] = [undefined, null, 'http://127.0.0.1', {}, { fetch: 'x' }, []]
for (const app of noApps) {
  test(`signing in to ${JSON.stringify(app)} is a TypeError`, () => {
    assert.throws(() => createTestIssuer().signIn(app as AskedApp, 'usr_1'), TypeError)
  })
}

test('an app is asked by a path, not by a URL', async () => {
  const { fetch } = createTestIssuer().anonymous(() => new Response())
  await assert.rejects(async () => fetch('https://api.example.com/me'), TypeError)
})

const refused: readonly { name: string; principal: TestPrincipal; status: number }[] = [
  { name: 'a token that has expired', principal: { subject: 'u', expiresIn: -60 }, status: 401 },
  {
    name: 'another audience',
    principal: { subject: 'u', claims: { aud: 'https://other.test' } },
    status: 401,
  },
  { name: 'another issuer', principal: { subject: 'u', claims: { iss: 'https://other.test' } }, status: 401 },
  { name: 'a kind that does not exist', principal: { subject: 'u', claims: { kind: 'robot' } }, status: 401 },
  {
    name: 'a sign-in of yesterday',
    principal: { subject: 'u', authTimeMs: Date.now() - 86_400_000 },
    status: 401,
  },
  {
    name: 'a service where people are asked for',
    principal: { subject: 'svc_1', kind: 'service' },
    status: 403,
  },
]

for (const { name, principal, status } of refused) {
  test(`a guard refuses what a test makes wrong: ${name}`, async () => {
    const issuer = createTestIssuer()
    const guard = createGuard(issuer.guardOptions)
    const authenticate = guard.required({ maxAge: 300, kinds: ['user'] })
    const app = async (request: Request) => (await authenticate(request)).response ?? new Response('in')
    assert.equal((await issuer.signIn(app, 'usr_1').fetch('/')).status, 200)
    assert.equal((await issuer.signIn(app, principal).fetch('/')).status, status)
  })
}

test('every member of a principal arrives', async () => {
  const nowMs = 1_800_000_000_000
  const issuer = createTestIssuer({ issuer: 'https://id.test/a', audience: 'my-api', now: () => nowMs })
  const guard = createGuard(issuer.guardOptions)
  const principal = {
    ...{ subject: 'usr_1', kind: 'user' as const, scopes: ['a', 'b'], userType: 'admin', sessionId: 'ses_9' },
    ...{ clientId: 'web', authTimeMs: nowMs - 5000, acr: 'phr', amr: ['hwk'] },
  }
  const headers = { authorization: `Bearer ${issuer.token({ ...principal, claims: { team: 7 } })}` }
  const { auth } = await guard.authenticate(new Request('https://api.test/', { headers }))
  const { subject, kind, scopes, userType, sessionId, clientId, authTime, acr, amr, expiresAt, claims } =
    auth!
  assert.deepEqual(
    { subject, kind, scopes, userType, sessionId, clientId, authTimeMs: authTime, acr, amr },
    principal,
  )
  assert.deepEqual([expiresAt, claims.team, claims.iss], [nowMs + 300_000, 7, 'https://id.test/a'])
})

for (const kind of ['session', 'token', 'subject', 'user_type'] as const) {
  test(`what is revoked is refused at once, and nothing beside it: ${kind}`, async () => {
    const issuer = createTestIssuer()
    const guard = createGuard(issuer.guardOptions)
    const app = async (request: Request) => (await guard.authenticate(request)).response ?? new Response('in')
    const one = issuer.signIn(app, { subject: 'u1', sessionId: 's1', userType: 't1', claims: { jti: 'j1' } })
    const two = issuer.signIn(app, { subject: 'u2', sessionId: 's2', userType: 't2', claims: { jti: 'j2' } })
    issuer.revoke(kind, { session: 's1', token: 'j1', subject: 'u1', user_type: 't1' }[kind])
    assert.deepEqual([(await one.fetch('/')).status, (await two.fetch('/')).status], [401, 200])
  })
}

test('a guard finds the new key after a rotation, and still has the old one', async () => {
  let nowMs = 1_800_000_000_000
  const issuer = createTestIssuer({ now: () => nowMs })
  const guard = createGuard(issuer.guardOptions)
  const app = async (request: Request) => (await guard.authenticate(request)).response ?? new Response('in')
  const before = issuer.signIn(app, 'usr_1')
  assert.equal((await before.fetch('/')).status, 200)
  issuer.rotateKey()
  nowMs += 31_000 // an unknown key is looked for twice a minute
  assert.equal((await issuer.signIn(app, 'usr_2').fetch('/')).status, 200)
  assert.equal((await before.fetch('/')).status, 200)
})

test('a request that is given up is asked of nobody, or ends with the reason that it was given up for', async () => {
  const reason = new Error('no longer needed')
  let asked = 0
  const giving = new AbortController()
  const waiting: RequestListener = (_request, _response) => {
    asked += 1
    giving.abort(reason)
  }
  const { fetch } = createTestIssuer().anonymous(waiting)
  await assert.rejects(fetch('/', { signal: AbortSignal.abort(reason) }), reason)
  assert.equal(asked, 0)
  await assert.rejects(fetch('/', { signal: giving.signal }), reason)
  assert.equal(asked, 1)
  const injected = {
    inject: async () => {
      asked += 1
      return { statusCode: 200, headers: {}, rawPayload: new Uint8Array() }
    },
  }
  const ofFastify = createTestIssuer().anonymous(injected)
  await assert.rejects(ofFastify.fetch('/', { signal: AbortSignal.abort(reason) }), reason)
  assert.equal(asked, 1)
})

test('an issuer for tests has nothing at any other address', async () => {
  const issuer = createTestIssuer({ issuer: 'https://id.test' })
  for (const path of ['/', '/keys', '/.well-known/openid-configuration/x']) {
    assert.equal((await issuer.fetch(`https://id.test${path}`)).status, 404)
  }
  const asked = new Request('https://id.test/.well-known/jwks.json')
  assert.equal((await issuer.fetch(asked)).status, 200)
})
