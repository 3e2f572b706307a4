import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { testLog } from '../../test/app.ts'
import { world } from '../../test/broker.ts'
import type { ActivityEvent } from '../activity/events.ts'
import { readConfig } from '../config/config.ts'
import { type RunningServer, startServer } from '../main.ts'
import { listen } from '../mqtt/listener.ts'
import { createPlaces } from './places.ts'

/** A request and a CONNECT of MQTT 3.1.1, whole and to be answered, though the CONNECT has no password. */
const opening = {
  http: Buffer.from('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'),
  mqtt: Buffer.from('100d00044d5154540402003c000161', 'hex'),
} as const
const edges = ['http', 'mqtt'] as const

async function open(port: number, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: from })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** What the server says first, or undefined where it closes without a word. */
function answered(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    socket.once('data', resolve)
    // Closed before it was asked, as where a reset came with the answer to the connect.
    if (socket.closed) resolve(undefined)
    else socket.once('close', () => resolve(undefined))
  })
}

describe('one address takes not all', () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-places-'))
  let server: RunningServer
  let stopFollowing: () => void
  const rows: ActivityEvent[] = []
  let sockets: Socket[] = []
  before(async () => {
    const settings = {
      LATCHKEY_DATA: join(directory, 'data'),
      LATCHKEY_PORT: '0',
      LATCHKEY_MQTT_PORT: '0',
      LATCHKEY_CONNECTIONS_PER_ADDRESS: '6',
      LATCHKEY_HALF_OPEN_PER_ADDRESS: '3',
      LATCHKEY_STREAMS_PER_ADDRESS: '2',
      LATCHKEY_TRUSTED_PROXIES: '127.0.0.9',
    }
    server = await startServer(readConfig(settings, 'development'), { log: testLog() })
    stopFollowing = server.app.activity.follow((event) => rows.push(event))
  })
  after(async () => {
    stopFollowing()
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  /** What was refused for its place. The requests themselves have no token, and the log counts them when their minute is over. */
  const refusedPlaces = () => rows.filter(({ reason }) => reason?.endsWith('_per_address'))
  const portOf = (edge: 'http' | 'mqtt') => server[edge].port
  async function taken(edge: 'http' | 'mqtt', from?: string): Promise<Socket> {
    const socket = await open(portOf(edge), from)
    sockets.push(socket)
    return socket
  }
  /** Whether an address is served; tried again while those who left are still being let go. */
  async function served(edge: 'http' | 'mqtt', from?: string): Promise<void> {
    for (;;) {
      const socket = await taken(edge, from)
      socket.write(opening[edge])
      const answer = await answered(socket)
      socket.destroy()
      if (answer) return
    }
  }
  async function leave(): Promise<void> {
    for (const socket of sockets) socket.destroy()
    sockets = []
    for (const edge of edges) await served(edge)
    sockets = []
    await server.app.activity.flushRefusals(true)
    rows.length = 0
  }

  for (const edge of edges) {
    test(`${edge}: silent sockets of one address have so many places, and others are served`, async () => {
      for (let count = 0; count < 3; count += 1) await taken(edge)
      for (let count = 0; count < 4; count += 1) {
        const socket = await taken(edge)
        socket.write(opening[edge])
        assert.equal(await answered(socket), undefined)
      }
      await served(edge, '127.0.0.2')
      // The first is a row at once, and the others are counted.
      await server.app.activity.flushRefusals(true)
      assert.deepEqual(
        refusedPlaces().map(({ outcome, reason, address, details }) => [
          ...[outcome, reason, address],
          JSON.parse(details ?? '{}').count,
        ]),
        [
          ['refused', 'half_open_per_address', '127.0.0.1', undefined],
          ['refused', 'half_open_per_address', '127.0.0.1', 3],
        ],
      )
      // Half a head, or half a CONNECT, is no more than silence.
      sockets[0]?.write(opening[edge].subarray(0, 5))
      const late = await taken(edge)
      assert.equal(await answered(late), undefined)
      sockets[1]?.destroy()
      await served(edge)
      await leave()
    })

    test(`${edge}: trusted proxies are not counted`, async () => {
      for (let count = 0; count < 10; count += 1) await taken(edge, '127.0.0.9')
      await served(edge, '127.0.0.9')
      await leave()
    })
  }

  test('connections that have sent their request have so many places, and leave them', async () => {
    for (let count = 0; count < 6; count += 1) {
      const socket = await taken('http')
      socket.write(opening.http)
      assert.ok(await answered(socket))
    }
    const more = await taken('http')
    assert.equal(await answered(more), undefined)
    assert.deepEqual(
      refusedPlaces().map(({ reason }) => reason),
      ['connections_per_address'],
    )
    await served('http', '127.0.0.2')
    sockets[0]?.destroy()
    await served('http')
    await leave()
  })

  async function stream(from: string, headers = ''): Promise<string> {
    const socket = await taken('http', from)
    socket.write(`GET /v1/revocations/stream HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)
    return String((await answered(socket)) ?? '').slice(9, 12)
  }

  test('event streams that anybody may open have so many places for each address, and are refused with 429', async () => {
    assert.deepEqual([await stream('127.0.0.1'), await stream('127.0.0.1')], ['200', '200'])
    assert.equal(await stream('127.0.0.1'), '429')
    assert.equal(await stream('127.0.0.2'), '200')
    await server.app.activity.flushRefusals(true)
    assert.deepEqual(
      refusedPlaces().map(({ reason, address }) => [reason, address]),
      [['streams_per_address', '127.0.0.1']],
    )
    sockets[0]?.destroy()
    while ((await stream('127.0.0.1')) !== '200') sockets.pop()?.destroy()
    await leave()
  })

  test('event streams behind a trusted proxy are counted by the address of the client', async () => {
    const of = (address: string) => stream('127.0.0.9', `X-Forwarded-For: ${address}\r\n`)
    for (const address of ['203.0.113.9', '203.0.113.9:4711', '[2001:db8::1]:1', '2001:db8::2'])
      assert.equal(await of(address), '200', address)
    for (const address of ['203.0.113.9', '2001:db8::3', '1.1.1.1, 203.0.113.9'])
      assert.equal(await of(address), '429', address)
    assert.equal(await of('203.0.113.10'), '200')
    assert.equal(await of('2001:db8:0:1::1'), '200')
    await leave()
  })
})

function newCertificate(): { cert: string; key: string } {
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout - -out -'
  const pem = spawnSync('openssl', request.split(' ')).stdout.toString()
  const at = pem.indexOf('-----BEGIN CERTIFICATE')
  return { cert: pem.slice(at), key: pem.slice(0, at) }
}

const noOpenssl = spawnSync('openssl', ['version']).error !== undefined && 'openssl is not installed'

test('over TLS a peer that is silent before its handshake is counted, and its CONNECT frees it', {
  skip: noOpenssl,
}, async (t: TestContext) => {
  const { broker } = await world(t)
  const places = createPlaces({ most: 5, mostHalfOpen: 2 })
  const tls = newCertificate()
  const listener = await listen(broker, { host: '127.0.0.1', port: 0, tls, places })
  t.after(() => listener.close())
  const silent = await open(listener.port)
  t.after(() => silent.destroy())
  const arriving = connectTls({
    host: '127.0.0.1',
    port: listener.port,
    ca: tls.cert,
    servername: 'localhost',
  })
  t.after(() => arriving.destroy())
  await once(arriving, 'secureConnect')
  assert.equal(await answered(await open(listener.port)), undefined)
  arriving.write(opening.mqtt)
  assert.equal((await answered(arriving))?.[0], 0x20)
  const next = await open(listener.port)
  t.after(() => next.destroy())
  assert.equal(await answered(await open(listener.port)), undefined)
  assert.equal(silent.destroyed, false)
})

test('over TLS a peer that does not begin its handshake is let go when its time is over', {
  skip: noOpenssl,
}, async (t: TestContext) => {
  const { broker } = await world(t)
  const left = Promise.withResolvers<void>()
  const places = { take: () => ({ arrived() {}, leave: left.resolve }) }
  const listener = await listen(broker, {
    ...{ host: '127.0.0.1', port: 0, places, handshakeTimeoutMs: 50 },
    tls: newCertificate(),
  })
  t.after(() => listener.close())
  const silent = await open(listener.port)
  await once(silent.resume(), 'close')
  await left.promise
})

test('MQTT is served on the port and address that were given, with a queue of 4,096 and without delay', async (t: TestContext) => {
  const listening = t.mock.method(Server.prototype, 'listen')
  const { broker } = await world(t)
  const listener = await listen(broker, { host: '127.0.0.2', port: 0 })
  t.after(() => listener.close())
  assert.equal(listener.host, '127.0.0.2')
  const call = listening.mock.calls[1]
  assert.deepEqual(call?.arguments[0], { host: '127.0.0.2', port: 0, backlog: 4096 })
  assert.ok(call?.this instanceof Server)
  assert.equal(Reflect.get(call.this, 'noDelay'), true)
})
