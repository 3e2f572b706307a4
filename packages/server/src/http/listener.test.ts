import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, Server, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import * as v from 'valibot'
import { openTestApp, type TestApp, testLog, testWorld } from '../../test/app.ts'
import { createPlaces } from '../addresses/places.ts'
import { createEdge } from './edge.ts'
import { type HttpListener, listenHttp } from './listener.ts'
import { ok, type Route } from './route.ts'
import { createStreams } from './streams.ts'

const jsonType = 'Content-Type: application/json\r\n'

/** A connection on which bytes are sent as they are, and all that comes back is kept. */
async function open(port: number): Promise<{ socket: Socket; said: () => string; closed: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  // A server may cut a connection on which a client is still sending.
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await once(socket, 'connect')
  return { socket, said: () => text, closed }
}

/** Send, and wait until the connection is closed. */
async function exchange(port: number, ...parts: (string | Buffer)[]): Promise<string> {
  const { socket, said, closed } = await open(port)
  for (const part of parts) socket.write(part)
  await closed
  return said()
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])

describe('over a real socket', () => {
  let app: TestApp
  let listener: HttpListener
  before(async () => {
    app = await openTestApp('sqlite', { LATCHKEY_TRUSTED_PROXIES: '127.0.0.1' })
    listener = await listenHttp(app.app.edge, '127.0.0.1', 0)
  })
  after(async () => {
    await listener.stop(0)
    await app.close()
  })

  const head = (path: string, more: string) => `POST ${path} HTTP/1.1\r\nHost: x\r\n${jsonType}${more}`
  const userinfo = 'POST /oauth/userinfo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
  const refused = [
    { name: 'no body where it may be left out, and no token', sent: [`${userinfo}\r\n`], status: 401 },
    {
      name: 'a body of some length that does not say what it is, where it may be left out',
      sent: [`${userinfo}Content-Length: 2\r\n\r\n{}`],
      status: 415,
    },
    {
      name: 'a body in chunks that does not say what it is, where it may be left out',
      sent: [`${userinfo}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
      status: 415,
    },
    {
      name: 'a body that says that it is too large',
      sent: [head('/v1/login', 'Content-Length: 9999999\r\n\r\n'), '{'],
      status: 413,
    },
    {
      name: 'a body that does not say how large it is, at the limit and not at its end',
      sent: [head('/v1/login', 'Transfer-Encoding: chunked\r\n\r\n'), `20000\r\n${' '.repeat(0x20000)}\r\n`],
      status: 413,
    },
    { name: 'bytes that are no HTTP', sent: ['\x16\x03\x01\x02\x00\r\n\r\n'], status: 400 },
    {
      name: 'two lengths',
      sent: [head('/v1/login', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n'), '{}'],
      status: 400,
    },
    {
      name: 'a length beside chunks',
      sent: [head('/v1/login', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n'), '0\r\n\r\n'],
      status: 400,
    },
    {
      name: 'a head without end',
      sent: [`GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(40_000)}\r\n\r\n`],
      status: 431,
    },
    {
      name: 'a request without Host',
      sent: ['GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n'],
      status: 400,
    },
    {
      name: 'a Host that is none',
      sent: ['GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
      status: 400,
    },
    {
      name: 'the method TRACE',
      sent: ['TRACE /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
      status: 405,
    },
    {
      name: 'an address that is no path',
      sent: ['GET http:// HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
      status: 400,
    },
  ]
  for (const { name, sent, status } of refused) {
    test(`refuses ${name}, and closes the connection`, async () => {
      assert.equal(statusOf(await exchange(listener.port, ...sent)), status)
    })
  }

  const close = 'Connection: close\r\n'
  test('reads a head of 30,000 bytes', async () => {
    const header = `A: ${'a'.repeat(30_000)}\r\n`
    const answer = await exchange(listener.port, `GET /healthz HTTP/1.1\r\nHost: x\r\n${close}${header}\r\n`)
    assert.equal(statusOf(answer), 200)
  })

  test('answers HTTP/1.0 without a Host', async () => {
    assert.equal(statusOf(await exchange(listener.port, 'GET /healthz HTTP/1.0\r\n\r\n')), 200)
  })

  test('keeps a connection for longer than a proxy in front, which reuses it for a minute', async () => {
    const { socket, said } = await open(listener.port)
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    await until(() => said().includes('"ok"'))
    assert.match(said(), /keep-alive: timeout=65\r\n/i)
    socket.destroy()
  })

  test('gives problem details to one who sends too much', async () => {
    const answer = await exchange(listener.port, head('/v1/login', 'Content-Length: 9999999\r\n\r\n'))
    assert.match(answer, /connection: close/i)
    assert.equal(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').code, 'body_too_large')
  })

  test('keeps a connection usable after it refused a request without reading its body', async () => {
    const { socket, said } = await open(listener.port)
    const body = ' '.repeat(30_000)
    socket.write(`${head('/v1/users', `Content-Length: ${body.length}\r\n\r\n`)}${body}`)
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    await until(() => said().includes('"ok"'))
    assert.match(said(), /token_missing/)
    socket.destroy()
  })

  test('writes down the address that the trusted proxy wrote, not what the client did', async () => {
    const body = '{"username":"x","password":"y"}'
    const headers = `X-Forwarded-For: 1.1.1.1, 203.0.113.9\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`
    assert.equal(statusOf(await exchange(listener.port, head('/v1/login', headers), body)), 401)
    const rows = await app.app.db.query<{ address: string }>(
      `SELECT address FROM activity WHERE event = 'user.sign_in'`,
    )
    assert.deepEqual(rows, [{ address: '203.0.113.9' }])
  })

  const login = '{"username":"x","password":"y"}'
  for (const [name, length, status] of [
    ['exactly the limit', 65_536, 401],
    ['one byte more than the limit', 65_537, 413],
  ] as const)
    test(`answers a body of ${name} with ${status}, in one piece and in chunks`, async () => {
      const body = login.padEnd(length)
      const whole = head('/v1/login', `${close}Content-Length: ${length}\r\n\r\n`)
      assert.equal(statusOf(await exchange(listener.port, whole, body)), status)
      const [first, last] = [body.slice(0, 40_000), body.slice(40_000)]
      const chunks = [first, last, ''].map((text) => `${text.length.toString(16)}\r\n${text}\r\n`)
      const chunked = head('/v1/login', `${close}Transfer-Encoding: chunked\r\n\r\n`)
      assert.equal(statusOf(await exchange(listener.port, chunked, chunks.join(''))), status)
    })

  test('is not troubled by one who leaves in the middle of a body', async () => {
    const { socket, closed } = await open(listener.port)
    socket.write(head('/v1/login', 'Content-Length: 100\r\n\r\n{"user'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.destroy()
    await closed
    assert.equal((await fetch(`http://127.0.0.1:${listener.port}/healthz`)).status, 200)
  })

  test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
})

test('a client too slow with its head or its body is let go', async () => {
  const hurried = { headersTimeout: 60, requestTimeout: 120, connectionsCheckingInterval: 20 }
  const app = await openTestApp('sqlite')
  const listener = await listenHttp(app.app.edge, '127.0.0.1', 0, { timeouts: hurried })
  const [noHead, noBody] = await Promise.all([
    exchange(listener.port, 'GET / HT'),
    exchange(listener.port, `POST /v1/login HTTP/1.1\r\nHost: x\r\n${jsonType}Content-Length: 100\r\n\r\n{`),
  ])
  assert.equal(statusOf(noHead), 408)
  assert.ok([400, 408].includes(statusOf(noBody)), noBody)
  assert.deepEqual(app.log.errors, [])
  await listener.stop(0)
  await app.close()
})

describe('stopping', () => {
  /** A server with a route that answers when it is told to, and one that streams until it is told to end. */
  async function start() {
    const gate = Promise.withResolvers<void>()
    const stopping = new AbortController()
    const calls: string[] = []
    const log = testLog()
    const plain = { id: 'test', tag: 'test', summary: 'For a test.', access: 'public', answers: {} } as const
    const routes: Route[] = [
      routeOf({
        ...plain,
        method: 'GET',
        path: '/slow',
        async handle() {
          calls.push('slow')
          await gate.promise
          return ok({ done: true })
        },
      }),
      routeOf({
        ...plain,
        method: 'POST',
        path: '/echo',
        body: v.unknown(),
        handle: async ({ body }) => ok(body),
      }),
      routeOf({
        ...plain,
        method: 'GET',
        path: '/stream',
        handle: async ({ signal }) => ({ kind: 'events', events: ticking(signal, calls) }),
      }),
    ]
    const edge = createEdge(routes, {
      world: testWorld(),
      log,
      authenticate: () => Promise.reject(new Error('nobody is asked')),
      refused: async () => {},
      storageFailed() {},
      problemPage: ({ status, code }) => ({ kind: 'page', status, html: code }),
      streams: createStreams({
        world: testWorld(),
        isRevoked: () => false,
        places: createPlaces({ most: 100 }),
      }),
      corsOrigins: new Set(),
      trustedProxies: [],
      secure: false,
      stopping: stopping.signal,
    })
    return { listener: await listenHttp(edge, '127.0.0.1', 0), gate, stopping, calls, log }
  }

  async function* ticking(signal: AbortSignal, calls: string[]) {
    try {
      yield { data: 1 }
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    } finally {
      calls.push('stream ended')
    }
  }

  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

  test('finishes what is in flight, and then closes its connection', async () => {
    const { listener, gate, stopping, calls } = await start()
    const { socket, said, closed } = await open(listener.port)
    socket.write(get('/slow'))
    await until(() => calls.length === 1)
    const stopped = listener.stop(5_000)
    stopping.abort()
    gate.resolve()
    await Promise.all([stopped, closed])
    assert.match(said(), /^HTTP\/1\.1 200 .*"done":true/s)
    assert.match(said(), /connection: close/i)
  })

  test('does not wait a minute for connections that are merely kept alive', async () => {
    const { listener, gate, calls } = await start()
    const { socket, said, closed } = await open(listener.port)
    socket.write(get('/slow'))
    await until(() => calls.length === 1)
    // The request ends after the listener began to stop and before the edge knows of it.
    const stopped = listener.stop(60_000)
    gate.resolve()
    await Promise.all([stopped, closed])
    assert.equal(statusOf(said()), 200)
  })

  test('refuses a new request on a connection that is busy still', async () => {
    const { listener, gate, stopping, calls } = await start()
    const { socket, said, closed } = await open(listener.port)
    socket.write(get('/slow'))
    await until(() => calls.length === 1)
    stopping.abort()
    const stopped = listener.stop(5_000)
    socket.write(get('/slow'))
    gate.resolve()
    await Promise.all([stopped, closed])
    const answers = said().split('HTTP/1.1 ').slice(1)
    assert.match(answers[0] ?? '', /^200/)
    // Either the connection is closed after the first, or the second is told to come again.
    if (answers[1] !== undefined) assert.match(answers[1], /^503 .*retry-after: 1/is)
    assert.equal(calls.length, 1)
  })

  test('tells a request that comes while it stops to come again', async () => {
    const { listener, stopping } = await start()
    stopping.abort()
    const answer = await fetch(`http://127.0.0.1:${listener.port}/slow`)
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.get('retry-after'), '1')
    assert.match(await answer.text(), /"stopping"/)
    await listener.stop(5_000)
  })

  test('ends event streams, so that a client that follows connects elsewhere', async () => {
    const { listener, stopping, calls } = await start()
    const answer = await fetch(`http://127.0.0.1:${listener.port}/stream`)
    const stopped = listener.stop(5_000)
    stopping.abort()
    assert.equal(await answer.text(), 'data: 1\n\n')
    await stopped
    assert.deepEqual(calls, ['stream ended'])
  })

  test('lets go of the source of a stream whose client has gone', async () => {
    const { listener, calls } = await start()
    const client = new AbortController()
    const answer = await fetch(`http://127.0.0.1:${listener.port}/stream`, { signal: client.signal })
    await answer.body?.getReader().read()
    client.abort()
    await until(() => calls.includes('stream ended'))
    await listener.stop(0)
  })

  test('cuts what has not ended after its time', async () => {
    const { listener, calls } = await start()
    const { socket, said, closed } = await open(listener.port)
    socket.write(get('/slow'))
    await until(() => calls.length === 1)
    await listener.stop(50)
    await closed
    assert.equal(said(), '')
  })

  test('takes no new connection', async () => {
    const { listener } = await start()
    await listener.stop(0)
    await assert.rejects(fetch(`http://127.0.0.1:${listener.port}/slow`))
  })
})

test('asks the system to queue 1,024 connections on the port and address that it was given', async (t) => {
  const app = await openTestApp('sqlite')
  const listen = t.mock.method(Server.prototype, 'listen')
  const listener = await listenHttp(app.app.edge, '127.0.0.1', 0)
  assert.deepEqual(listen.mock.calls[0]?.arguments[0], { host: '127.0.0.1', port: 0, backlog: 1024 })
  assert.equal(listener.address, '127.0.0.1')
  await listener.stop(0)
  await app.close()
})

test('a port that is taken is told by the system’s code', async () => {
  const app = await openTestApp('sqlite')
  const listener = await listenHttp(app.app.edge, '127.0.0.1', 0)
  await assert.rejects(listenHttp(app.app.edge, '127.0.0.1', listener.port), { code: 'EADDRINUSE' })
  await listener.stop(0)
  await app.close()
})

/** A route that no part serves. */
function routeOf(given: Route): Route {
  return given
}
