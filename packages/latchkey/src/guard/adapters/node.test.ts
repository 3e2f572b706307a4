import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { ask } from '../../../test/guard/conformance.ts'
import { signed } from '../../../test/guard/guarded-api.ts'
import { audience, listen } from '../../../test/guard/issuer.ts'
import { nowMs, secretBytes } from '../../../test/token/raw-token.ts'
import { authOf, createGuard as createExpressGuard } from './express.ts'
import { authOf as authOfFastify } from './fastify.ts'
import { createGuard, type Guarded } from './node.ts'

const options = { secret: secretBytes, audience, issuer: 'I', now: () => nowMs }
const authorization = `Bearer ${signed()}`

test('an error in a rule is handed to whoever handles errors, late or at once', async (t) => {
  const fault = new Error('the database is away')
  const guard = createGuard(options)
  for (const rule of [
    () => Promise.reject(fault),
    () => {
      throw fault
    },
  ]) {
    const middleware = guard.required({ rule })
    const url = await listen(
      t,
      createServer((request, response) => {
        const answer = (error: unknown) => response.writeHead(error === fault ? 500 : 200).end()
        try {
          middleware(request, response, answer)
        } catch (error) {
          answer(error) // what Express and Koa do with what is thrown
        }
      }),
    )
    assert.equal((await ask(url, { authorization })).status, 500)
    assert.equal((await ask(url, {})).status, 401)
  }
})

test('middleware without next is a fault of the program, which is told before anybody is answered', () => {
  const guard = createGuard(options)
  const untouched = new Proxy({}, { get: (_, name) => assert.fail(`${String(name)} is read of it`) })
  for (const middleware of [guard.required(), guard.optional()]) {
    for (const next of [undefined, null, {}, 'next']) {
      assert.throws(() => Reflect.apply(middleware, undefined, [untouched, untouched, next]), {
        name: 'TypeError',
        message: /request, a response and next/,
      })
    }
  }
  for (const handler of [undefined, null, {}]) {
    assert.throws(() => Reflect.apply(guard.listener, guard, [{}, handler]), TypeError)
    assert.throws(() => Reflect.apply(guard.upgrade, guard, [{}, handler]), TypeError)
  }
})

test('a refused upgrade is a whole answer in HTTP, and the connection ends', async (t) => {
  const server = createServer()
  const guard = createGuard(options)
  server.on(
    'upgrade',
    guard.upgrade({ scope: 'users:write' }, () => assert.fail('nobody may come')),
  )
  const { port, hostname } = new URL(await listen(t, server))
  const socket = connect(Number(port), hostname)
  socket.write(
    `GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nauthorization: ${authorization}\r\n\r\n`,
  )
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) text += chunk
  const [head = '', body = ''] = text.split('\r\n\r\n')
  assert.match(head, /^HTTP\/1\.1 403 Forbidden\r\n/)
  assert.match(head, /\r\nwww-authenticate: Bearer realm="api", error="insufficient_scope"/)
  assert.match(head, /\r\nconnection: close(\r\n|$)/)
  assert.match(head, new RegExp(`\r\ncontent-length: ${body.length}(\r\n|$)`))
  assert.equal(JSON.parse(body).error, 'insufficient_scope')
})

test('a client that hangs up while its upgrade is judged does no harm', async () => {
  let admit = (_: boolean) => {}
  const guard = createGuard(options)
  const handled = new Promise<string>((resolve) => {
    const rule = () =>
      new Promise<boolean>((decide) => {
        admit = decide
      })
    const upgrade = guard.upgrade({ rule }, ({ auth }: Guarded) => resolve(auth.subject))
    const socket = new PassThrough()
    const request = { method: 'GET', url: '/', rawHeaders: ['Authorization', authorization] }
    upgrade(request as unknown as IncomingMessage, socket, Buffer.alloc(0)) // what the guard reads of one
    socket.emit('error', new Error('ECONNRESET'))
    // From here on the handler listens for errors itself.
    admit(true)
  })
  assert.equal(await handled, 'usr_1')
})

test('the URL that the client sent is judged, not what a router left of it', async (t) => {
  const guard = createExpressGuard({ ...options, audience: 'https://api.example.com/v1' })
  const metadata = guard.metadata()
  const url = await listen(
    t,
    createServer((request, response) => {
      // As Express does for a router that is mounted at /.well-known.
      Object.assign(request, { originalUrl: request.url, url: '/oauth-protected-resource/v1' })
      metadata(request, response, () => response.writeHead(404).end())
    }),
  )
  assert.equal((await ask(url, { path: '/.well-known/oauth-protected-resource/v1' })).status, 200)
  assert.equal((await ask(url, { path: '/oauth-protected-resource/v1' })).status, 404)
})

test('to ask who is there where no guard stands is a TypeError', () => {
  assert.throws(() => authOf({}), TypeError)
  assert.throws(() => authOfFastify({}), TypeError)
  assert.throws(() => authOfFastify({ auth: undefined }), TypeError)
  assert.equal(authOfFastify({ auth: undefined }, 'optional'), undefined)
})
