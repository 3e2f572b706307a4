import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { ask } from '../../packages/latchkey/test/guard/conformance.ts'
import { signed } from '../../packages/latchkey/test/guard/guarded-api.ts'
import { audience } from '../../packages/latchkey/test/guard/issuer.ts'
import { nowMs, secretBytes } from '../../packages/latchkey/test/token/raw-token.ts'

const isInstalled = existsSync(new URL('node_modules', import.meta.url))
const skip = isInstalled ? false : 'the frameworks are not installed: npm ci --prefix examples/frameworks'

const options = { secret: secretBytes, audience, issuer: 'I', now: () => nowMs }
const good = `Bearer ${signed()}`

async function createApp(t: TestContext, plugin: object) {
  const { default: fastify } = await import('fastify')
  const { authOf, createGuard } = await import('latchkey/guard/fastify')
  let judged = 0
  const guard = createGuard({ ...options, onRefusal: () => judged++ })
  const app = fastify()
  app.decorateRequest('auth', undefined)
  app.get('/before', async () => 'before')
  await app.register(guard.plugin, plugin)
  const say = async (request: object) => ({ subject: authOf(request, 'optional')?.subject ?? null })
  t.after(() => app.close())
  return { app, say, judged: () => judged }
}

test('the Fastify plugin guards what says nothing, if it is told to', { skip }, async (t) => {
  const { app, say, judged } = await createApp(t, { default: { scope: 'users:write' } })
  app.get('/silent', say)
  app.get('/open', { config: { auth: false } }, say)
  app.get('/optional', { config: { auth: 'optional' } }, say)
  app.get('/known', { config: { auth: true } }, say)
  // A scope of its own has the guard as well.
  await app.register(async (inner) => {
    inner.get('/inner', say)
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const statuses = async (authorization?: string) => {
    const found: Record<string, number> = {}
    for (const path of ['/before', '/silent', '/open', '/optional', '/known', '/inner']) {
      found[path] = (
        await ask(url, { path, ...(authorization === undefined ? {} : { authorization }) })
      ).status
    }
    return found
  }
  assert.deepEqual(await statuses(), {
    '/before': 401,
    '/silent': 401,
    '/open': 200,
    '/optional': 200,
    '/known': 401,
    '/inner': 401,
  })
  assert.deepEqual(await statuses(good), {
    '/before': 403,
    '/silent': 403,
    '/open': 200,
    '/optional': 200,
    '/known': 200,
    '/inner': 403,
  })
  // The route that Fastify makes for HEAD is judged, and only once.
  const before = judged()
  assert.equal((await ask(url, { path: '/known', method: 'HEAD' })).status, 401)
  assert.equal(judged() - before, 1)
})

test('a Fastify route that says what cannot be meant does not start', { skip }, async (t) => {
  const { app, say } = await createApp(t, {})
  for (const auth of ['required', { scopes: 'a' }, 1, null, { lenient: true }]) {
    assert.throws(
      () => app.get('/wrong', { config: { auth } as object }, say),
      TypeError,
      JSON.stringify(auth),
    )
  }
})

test('CORS middleware before a guard answers the preflight, and its headers stay on refusals', {
  skip,
}, async () => {
  const { Hono } = await import('hono')
  const { cors } = await import('hono/cors')
  const { createGuard } = await import('latchkey/guard/hono')
  const app = new Hono()
  app.use(cors({ origin: 'https://app.example', allowHeaders: ['authorization'] }))
  app.all('/me', createGuard(options).required(), (c) => c.text('me'))
  const origin = 'https://app.example'
  const headers = { origin, 'access-control-request-method': 'GET' }
  const preflight = await app.request('/me', { method: 'OPTIONS', headers })
  assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-origin')], [204, origin])
  const refused = await app.request('/me', { headers: { origin } })
  assert.equal(refused.status, 401)
  assert.equal(refused.headers.get('access-control-allow-origin'), origin)
  assert.match(String(refused.headers.get('access-control-expose-headers')), /WWW-Authenticate/)
  // Without node:http beneath, the Headers of the request are read.
  assert.equal((await app.request('/me', { headers: { authorization: good } })).status, 200)
})

test('the CORS headers of Nest stay on refusals, on both platforms', { skip }, async (t) => {
  await import('reflect-metadata')
  const { Controller, Get, Module } = await import('@nestjs/common')
  const { NestFactory } = await import('@nestjs/core')
  const { ExpressAdapter } = await import('@nestjs/platform-express')
  const { FastifyAdapter } = await import('@nestjs/platform-fastify')
  const { LatchkeyModule } = await import('latchkey/guard/nest')
  class Api {
    me() {
      return {}
    }
  }
  Get('me')(Api.prototype, 'me', Object.getOwnPropertyDescriptor(Api.prototype, 'me') ?? {})
  Controller()(Api)
  for (const platform of [new ExpressAdapter(), new FastifyAdapter()]) {
    class App {}
    Module({ imports: [LatchkeyModule.forRoot(options)], controllers: [Api] })(App)
    const app = await NestFactory.create(App, platform, { logger: false })
    t.after(() => app.close())
    app.enableCors({ origin: 'https://app.example' })
    await app.listen(0, '127.0.0.1')
    const { status, headers } = await ask(await app.getUrl(), {
      path: '/me',
      headers: { origin: 'https://app.example' },
    })
    assert.deepEqual([status, headers['access-control-allow-origin']], [401, 'https://app.example'])
    assert.match(String(headers['www-authenticate']), /^Bearer /)
  }
})

test('requests that Fastify makes for tests, without a socket, are judged as well', { skip }, async (t) => {
  const { app, say } = await createApp(t, { default: true })
  app.get('/me', say)
  assert.equal((await app.inject({ url: '/me' })).statusCode, 401)
  const answer = await app.inject({ url: '/me', headers: { authorization: good } })
  assert.deepEqual(answer.json(), { subject: 'usr_1' })
})
