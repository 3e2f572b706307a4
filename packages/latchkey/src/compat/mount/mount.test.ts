import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { listen, sendTo, startNode } from '../../../test/compat/mount/http.ts'
import type { Answer, Ask } from './exchange.ts'
import { mount, protect, urlpatterns } from './mount.ts'

const echo = async (ask: Ask): Promise<Answer> => {
  const body = await ask.body(10)
  const text = body.kind === 'bytes' ? Buffer.from(body.bytes).toString() : ''
  const { method, path } = ask
  const seen = { method, path, kind: body.kind, text, header: ask.header('x-a') ?? null }
  return { status: body.kind === 'too_large' ? 413 : 200, headers: {}, body: JSON.stringify(seen) }
}

const foreign: readonly unknown[] = [
  null,
  undefined,
  {},
  () => {},
  'app',
  new Map(),
  { use() {} },
  { listen() {} },
]
for (const app of foreign) {
  test(`a route cannot be put into what is no app: ${String(app)}`, () => {
    assert.throws(() => mount(app, { routes: new Map() }), {
      name: 'TypeError',
      message: /^expected an app of express/,
    })
  })
}

test('a path begins with a slash', () => {
  assert.throws(() => urlpatterns(createServer(), { 'api-token-auth/': echo }), /begins with a slash/)
})

test('a server answers the routes itself, hands on the rest, and has nothing where nobody listens', async (t) => {
  const send = await startNode(
    t,
    (_request, response) => response.end('behind'),
    (server) => urlpatterns(server, { '/a': echo }),
  )
  const answered = await send('/a?b=c', { method: 'PUT', body: '0123456789', headers: { 'x-a': '1' } })
  assert.deepEqual(answered.json, {
    method: 'PUT',
    path: '/a',
    kind: 'bytes',
    text: '0123456789',
    header: '1',
  })
  assert.equal((await send('/a/')).text, 'behind')
  const alone = createServer()
  urlpatterns(alone, { '/a': echo })
  assert.equal((await sendTo(await listen(t, alone))('/b')).status, 404)
})

test('a body is read no further than the limit, and the connection ends', async (t) => {
  const send = await startNode(
    t,
    () => {},
    (server) => urlpatterns(server, { '/a': echo }),
  )
  const { status, headers } = await send('/a', { body: '0123456789A' })
  assert.deepEqual([status, headers.get('connection')], [413, 'close'])
})

test('a client that goes away in the middle of its body is no error', async (t) => {
  const kinds: string[] = []
  const server = createServer()
  const read = Promise.withResolvers<void>()
  urlpatterns(server, {
    '/a': async (ask) => {
      const { kind } = await ask.body(100)
      kinds.push(kind)
      read.resolve()
      return { status: 200, headers: {}, body: '' }
    },
  })
  const origin = new URL(await listen(t, server))
  const socket = connect(Number(origin.port), origin.hostname)
  socket.write('POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\nabc')
  await once(server, 'request')
  socket.destroy()
  await read.promise
  assert.deepEqual(kinds, ['broken'])
})

test('two lines of one header do not look like one', async (t) => {
  const send = await startNode(
    t,
    () => {},
    (server) => urlpatterns(server, { '/a': echo }),
  )
  const origin = new URL((await send('/a', {})).url)
  const socket = connect(Number(origin.port), origin.hostname)
  socket.write('GET /a HTTP/1.1\r\nhost: a\r\nx-a: 1\r\nx-a: 2\r\nconnection: close\r\n\r\n')
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  assert.match(text, /"header":"1,2"/)
})

test('a middleware says who may call it', () => {
  const protector = protect(async () => ({ kind: 'granted', found: {} }))
  for (const args of [[], [{}, () => {}], [null, null, () => {}]]) {
    assert.throws(
      () => Reflect.apply(protector, undefined, args),
      /express, fastify, hono, koa, nest or node:http/,
    )
  }
})

test('what comes behind a middleware runs once, whatever it throws', async () => {
  const program = `
import { createServer } from 'node:http'
import { protect } from './packages/latchkey/src/compat/mount/mount.ts'
const protector = protect(async () => ({ kind: 'granted', found: {} }))
process.on('uncaughtException', (error) => { console.log(error.message); process.exit() })
const server = createServer((request, response) => protector(request, response, (error) => {
  console.log('once', error)
  throw new Error('of the handler')
})).listen(0, '127.0.0.1', () => fetch('http://127.0.0.1:' + server.address().port).catch(() => {}))`
  const node = promisify(execFile)(
    process.execPath,
    ['--conditions=latchkey-source', '--input-type=module-typescript', '-e', program],
    { cwd: fileURLToPath(new URL('../../../../..', import.meta.url)) },
  )
  assert.equal((await node).stdout, 'once undefined\nof the handler\n')
})

test('a fetch handler answers the routes itself, within the limit, and hands on the rest', async () => {
  const app = { fetch: (_request: Request): Response | Promise<Response> => new Response('behind') }
  mount(app, { routes: new Map([['/a', echo]]) })
  const ask = async (path: string, body?: string) => {
    const request = new Request(`http://localhost${path}`, body === undefined ? {} : { method: 'POST', body })
    const response = await app.fetch(request)
    return [response.status, await response.text()] as const
  }
  assert.deepEqual(await ask('/b'), [200, 'behind'])
  assert.equal((await ask('/a', '0123456789'))[0], 200)
  assert.equal((await ask('/a', '0123456789A'))[0], 413)
})
