import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { keepRetention } from '../activity/archive/part.ts'
import { leaseMs } from '../activity/consumers/leased.ts'
import type { App } from '../app.ts'
import { operator } from '../identity.ts'
import type { SinkGround } from './ground.ts'
import { sendBytes } from './stream.ts'

interface Received {
  readonly port: number
  /** What came over connections that have ended, one after the other. */
  readonly texts: string[]
}

const portOf = (server: Server) => {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : assert.fail()
}

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return portOf(server)
}

async function receiver(t: TestContext): Promise<Received> {
  const texts: string[] = []
  const server = createServer((socket) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {})
    socket.on('end', () => texts.push(Buffer.concat(chunks).toString()))
  })
  return { port: await listening(t, server), texts }
}

const seqsIn = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { seq: number }).seq)

for (const [name, host, ended] of [
  ['that is ended while its name is looked up', 'localhost', 'before'],
  ['that is ended while the other side says nothing', '127.0.0.1', 'then'],
] as const) {
  test(`a connection ${name} has timed out`, async (t) => {
    const silent = createServer({ pauseOnConnect: true })
    const port = await listening(t, silent)
    const ending = new AbortController()
    if (ended === 'before') ending.abort()
    else silent.once('connection', () => ending.abort())
    const setting = { host, port, isEncrypted: true, ca: undefined, cert: undefined, key: undefined }
    const sent = sendBytes(
      { setting: setting as unknown as SinkGround['setting'], networks: [] },
      Buffer.from('x'),
      ending.signal,
    )
    await assert.rejects(sent, { name: 'SinkFailure', message: 'timed_out' })
  })
}

async function house(t: TestContext, sinks: string, engine: 'sqlite' | 'postgres' = 'sqlite', more = {}) {
  const opened = await openTestApp(engine, { LATCHKEY_SINKS: sinks, ...more })
  t.after(() => opened.close())
  return opened
}

async function record({ app }: { app: App }, count: number): Promise<void> {
  for (let at = 0; at < count; at++)
    await app.activity.recordAlone(operator, 'server.start', undefined, { details: { at } })
}

const deliver = (app: App) => app.jobs.runNow(1_000)
const size = ({ app }: TestApp) => app.proof.ground.sequencer.settle()
const upTo = (end: number) => [...Array(end).keys()]
const sinkOf = async ({ app }: { app: App }) => (await app.sinks.states())[0] ?? assert.fail('no sink')
const told = async ({ app }: { app: App }, event: string) =>
  app.db.query<{ outcome: string; reason: string | null; target: string; details: string }>(
    'SELECT * FROM activity WHERE event = $1 ORDER BY id',
    event,
  )

for (const engine of engines) {
  describe(`sinks on ${engine}`, () => {
    test('each event comes once and in order, from the beginning of the log if that is asked for', async (t) => {
      const { port, texts } = await receiver(t)
      const opened = await house(t, `siem=json+tcp://127.0.0.1:${port}?from=start`, engine)
      await record(opened, 1_200)
      await deliver(opened.app)
      assert.deepEqual(texts.flatMap(seqsIn), upTo(await size(opened)))
      await deliver(opened.app)
      await record(opened, 2)
      await deliver(opened.app)
      assert.deepEqual(texts.flatMap(seqsIn), upTo(await size(opened)))
      const state = await sinkOf(opened)
      assert.equal(state.lagEvents, 0)
      assert.equal(state.last_error, null)
      assert.equal(await opened.app.sinks.lowestCursor(), await size(opened))
    })

    test('one that is new begins with what is recorded from then on, also if its receiver is not there yet', async (t) => {
      const { port, texts } = await receiver(t)
      const opened = await house(t, `siem=json+tcp://127.0.0.1:${port}`, engine)
      await record(opened, 3)
      await deliver(opened.app)
      const from = await size(opened)
      await record(opened, 2)
      await size(opened)
      assert.equal((await sinkOf(opened)).lagEvents, 2)
      await deliver(opened.app)
      assert.deepEqual(texts.flatMap(seqsIn), [from, from + 1])
    })

    test('of two processes one delivers at a time, and what one was killed over the other delivers again', async (t) => {
      const texts: string[] = []
      let holds = true
      const held = Promise.withResolvers<void>()
      const server = createServer((socket) => {
        const chunks: Buffer[] = []
        socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {})
        socket.on('end', () => texts.push(Buffer.concat(chunks).toString()))
        if (!holds) return
        // The first connection is read by nobody: its process hangs in the middle of a delivery.
        socket.pause()
        held.resolve()
      })
      const port = await listening(t, server)
      const opened = await house(t, `siem=json+tcp://127.0.0.1:${port}?from=start`, engine)
      const beside = await openBeside(opened)
      await record(opened, 700)
      const hanging = deliver(opened.app)
      await held.promise
      holds = false
      await deliver(beside)
      assert.deepEqual(texts, [], 'the other one waits while the lease lasts')
      opened.world.advance(leaseMs - 1)
      await deliver(beside)
      assert.deepEqual(texts, [])
      opened.world.advance(1)
      await deliver(beside)
      assert.deepEqual(texts.flatMap(seqsIn), upTo(await size(opened)))
      // The process that hung has lost its lease: what it believes moves nothing.
      await Promise.all([opened.app.jobs.stop(), hanging])
      const place = (await sinkOf(opened)).lagEvents
      assert.equal(place, 0)
      await beside.stop()
    })

    test('two processes that run at once deliver each event once', async (t) => {
      const { port, texts } = await receiver(t)
      const opened = await house(t, `siem=json+tcp://127.0.0.1:${port}?from=start`, engine)
      const beside = await openBeside(opened)
      await record(opened, 1_100)
      await Promise.all([deliver(opened.app), deliver(beside)])
      assert.deepEqual(texts.flatMap(seqsIn), upTo(await size(opened)))
      await beside.stop()
    })

    test('a receiver that is dead is seen, told of once, and told of again when it is back', async (t) => {
      const { port, texts } = await receiver(t)
      const dead = createServer().listen(0, '127.0.0.1')
      await once(dead, 'listening')
      const gone = portOf(dead)
      dead.close()
      const opened = await house(
        t,
        `dead=json+tcp://127.0.0.1:${gone}?from=start,live=json+tcp://127.0.0.1:${port}?from=start`,
        engine,
      )
      await record(opened, 5)
      await deliver(opened.app)
      const [first] = await opened.app.sinks.states()
      assert.equal(first?.last_error, 'ECONNREFUSED')
      assert.equal(first?.failing_since, opened.world.now())
      assert.ok(texts.length > 0, 'the other sink has its events')
      assert.equal(await opened.app.sinks.lowestCursor(), 0)
      // It is not asked again at once.
      opened.world.advance(500)
      const before = first.failing_since
      await deliver(opened.app)
      for (let minute = 0; minute < 4; minute += 1) {
        opened.world.advance(60_000)
        await deliver(opened.app)
      }
      const stalls = await told(opened, 'sink.stall')
      assert.equal(stalls.length, 1)
      assert.deepEqual(
        [stalls[0]?.outcome, stalls[0]?.reason, stalls[0]?.target],
        ['alarm', 'sink_stalled', 'dead'],
      )
      const { fault, events } = JSON.parse(stalls[0]?.details ?? '') as { fault: string; events: number }
      assert.equal(fault, 'ECONNREFUSED')
      assert.ok(events >= 5, `${events} events wait`)
      assert.equal((await opened.app.sinks.states())[0]?.failing_since, before)
      const admin = await opened.signedIn('root', 'administrator')
      const { body } = await opened.call('GET', '/v1/sinks', { token: admin.token })
      const [stalled, live] = body.items
      assert.deepEqual([stalled?.name, stalled?.state, live?.name], ['dead', 'stalled', 'live'])
      assert.ok(Number(stalled?.lag_seconds) >= 240)
      assert.notEqual(live?.state, 'stalled')
      const back = createServer((socket) => socket.resume().on('error', () => {}))
      back.listen(gone, '127.0.0.1')
      await once(back, 'listening')
      t.after(() => back.close())
      opened.world.advance(60_000)
      await deliver(opened.app)
      assert.equal((await told(opened, 'sink.recover')).length, 1)
      assert.equal((await opened.app.sinks.states())[0]?.last_error, null)
    })
  })
}

for (const [what, answer] of [
  ['resets the connection', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
  ['closes before it has read', (socket: Socket) => socket.destroy()],
] as const) {
  test(`a receiver that ${what} has not got anything, and gets it again`, async (t) => {
    let isWell = false
    const texts: string[] = []
    const server = createServer((socket) => {
      socket.on('error', () => {})
      if (!isWell) return void answer(socket)
      const chunks: Buffer[] = []
      socket.on('data', (chunk: Buffer) => chunks.push(chunk))
      socket.on('end', () => texts.push(Buffer.concat(chunks).toString()))
    })
    const opened = await house(t, `siem=json+tcp://127.0.0.1:${await listening(t, server)}?from=start`)
    await record(opened, 4_000)
    await deliver(opened.app)
    assert.notEqual((await sinkOf(opened)).last_error, null)
    isWell = true
    opened.world.advance(1_000)
    await deliver(opened.app)
    assert.deepEqual(texts.flatMap(seqsIn), upTo(await size(opened)))
  })
}

test('a file has its lines, is only for its owner, is made again when it was rotated, and loses half a line', async (t) => {
  const opened = await openTestApp()
  t.after(() => opened.close())
  const folder = join(opened.storage.at.directory, 'out')
  mkdirSync(folder)
  const path = join(folder, 'log.ndjson')
  const other = await openTestApp('sqlite', { LATCHKEY_SINKS: `file=file:${path}?from=start` })
  t.after(() => other.close())
  await record(other, 3)
  await deliver(other.app)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  renameSync(path, `${path}.1`)
  await record(other, 2)
  await deliver(other.app)
  const end = await size(other)
  const lines = [`${path}.1`, path].flatMap((file) => seqsIn(readFileSync(file, 'utf8')))
  assert.deepEqual(lines, upTo(end))
  appendFileSync(path, `{"seq":${end},"half`)
  await record(other, 1)
  await deliver(other.app)
  assert.deepEqual(seqsIn(readFileSync(path, 'utf8')).at(-1), end)
  writeFileSync(path, 'no line at all')
  await record(other, 1)
  await deliver(other.app)
  assert.deepEqual(seqsIn(readFileSync(path, 'utf8')), [end + 1])
  rmSync(path)
  symlinkSync('/dev/null', path)
  await record(other, 1)
  await deliver(other.app)
  assert.equal((await sinkOf(other)).last_error, 'ELOOP')
  rmSync(path)
  mkdirSync(path)
  other.world.advance(60_000)
  await deliver(other.app)
  assert.equal((await sinkOf(other)).last_error, 'EISDIR')
})

interface Posted {
  readonly text: string
  readonly type: string | undefined
  readonly authorization: string | undefined
}

async function posts(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const posted: Posted[] = []
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { 'content-type': type, authorization } = request.headers
      posted.push({ text: Buffer.concat(chunks).toString(), type, authorization })
      answer(request, response)
    })
  })
  return { port: await listening(t, server), posted }
}

test('over https events are posted as lines, with a token of the settings or of a file that is read each time', async (t) => {
  const { port, posted } = await posts(t, (_, response) => response.writeHead(204).end())
  const folder = await openTestApp()
  t.after(() => folder.close())
  const file = join(folder.storage.at.directory, 'token')
  writeFileSync(file, 'first-token-of-a-file\n')
  const opened = await house(
    t,
    `a=http://127.0.0.1:${port}/in?channel=x&from=start&format=ocsf,b=http://127.0.0.1:${port}/b?from=start&token-file=${file}`,
    'sqlite',
    { LATCHKEY_SINK_TOKENS: 'a=token-of-the-settings', LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1' },
  )
  await record(opened, 2)
  await deliver(opened.app)
  writeFileSync(file, 'second-token-of-a-file\n')
  await record(opened, 1)
  await deliver(opened.app)
  const tokens = new Set(posted.map(({ authorization }) => authorization))
  assert.deepEqual([...tokens].sort(), [
    'Bearer first-token-of-a-file',
    'Bearer second-token-of-a-file',
    'Bearer token-of-the-settings',
  ])
  assert.ok(posted.every(({ type }) => type === 'application/x-ndjson'))
  const ours = posted.filter(({ authorization }) => authorization !== 'Bearer token-of-the-settings')
  assert.deepEqual(
    ours.flatMap(({ text }) => seqsIn(text)),
    upTo(await size(opened)),
  )
  const theirs = posted.filter(({ authorization }) => authorization === 'Bearer token-of-the-settings')
  assert.ok(theirs.every(({ text }) => text.startsWith('{"class_uid":')))
})

for (const [what, status] of [
  ['an error of the receiver', 503],
  ['a refusal of the receiver', 401],
  ['a redirect', 302],
] as const) {
  test(`${what} over https is a failure, and what was sent comes again`, async (t) => {
    let isWell = false
    const { port, posted } = await posts(t, (_, response) => {
      response
        .writeHead(isWell ? 200 : status, { location: 'http://127.0.0.1:1/' })
        .end('what a receiver says')
    })
    const opened = await house(t, `a=http://127.0.0.1:${port}/?from=start`, 'sqlite', {
      LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1',
    })
    await record(opened, 2)
    await deliver(opened.app)
    const { last_error: error } = await sinkOf(opened)
    assert.match(error ?? '', new RegExp(`status ${status}$`))
    isWell = true
    opened.world.advance(1_000)
    await deliver(opened.app)
    assert.equal(posted.length, 2)
    assert.equal(posted[0]?.text, posted[1]?.text)
  })
}

test('the log goes to no network over https that is not listed, and in the clear to no other machine', async (t) => {
  const opened = await house(t, 'a=https://10.0.0.1/?from=start,b=syslog+tcp://192.0.2.1:601?from=start')
  await record(opened, 1)
  await deliver(opened.app)
  const errors = (await opened.app.sinks.states()).map(({ last_error: error }) => error)
  assert.deepEqual(errors, ['address_not_allowed: 10.0.0.1', 'address_not_allowed'])
})

const noOpenssl = spawnSync('openssl', ['version']).error !== undefined && 'openssl is not installed'

test('over TLS a receiver is believed whom the authority of the setting has vouched for, and no other', {
  skip: noOpenssl,
}, async (t) => {
  const folder = await openTestApp()
  t.after(() => folder.close())
  const { directory } = folder.storage.at
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout - -out -'
  const made = () => {
    const pem = spawnSync('openssl', request.split(' ')).stdout.toString()
    const at = pem.indexOf('-----BEGIN CERTIFICATE')
    return { cert: pem.slice(at), key: pem.slice(0, at) }
  }
  const [right, wrong] = [made(), made()]
  const texts: string[] = []
  const server = createTlsServer(right, (socket) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {})
    socket.on('end', () => texts.push(Buffer.concat(chunks).toString()))
  })
  const port = await listening(t, server)
  writeFileSync(join(directory, 'right.pem'), right.cert)
  writeFileSync(join(directory, 'wrong.pem'), wrong.cert)
  const at = (name: string, host: string, ca: string) =>
    `${name}=json+tls://${host}:${port}?from=start&ca=${join(directory, ca)}`
  const opened = await house(
    t,
    [
      at('good', 'localhost', 'right.pem'),
      at('other-name', '127.0.0.1', 'right.pem'),
      at('stranger', 'localhost', 'wrong.pem'),
    ].join(),
  )
  await record(opened, 3)
  await deliver(opened.app)
  const states = await opened.app.sinks.states()
  assert.deepEqual(
    states.map(({ name, last_error: error }) => [name, error]),
    [
      ['good', null],
      ['other-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
      ['stranger', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ],
  )
  assert.deepEqual(texts.flatMap(seqsIn).slice(0, 3), [0, 1, 2])
})

test('a sink that has left the settings is forgotten after a week, with its place, and no other', async (t) => {
  const { port } = await receiver(t)
  const opened = await house(t, `siem=json+tcp://127.0.0.1:${port}`)
  await deliver(opened.app)
  await opened.app.db.transaction(async (tx) => {
    const old = opened.world.now() - 7 * 24 * 3_600_000
    for (const [name, at] of [
      ['gone', old - 1],
      ['seen', old],
    ] as const) {
      await tx.query(
        `INSERT INTO sinks (name, kind, address, format, seen_at) VALUES ($1, 'file', 'a', 'ecs', $2)`,
        name,
        at,
      )
      await tx.query('INSERT INTO activity_consumers (name, seq, moved_at) VALUES ($1, 0, 0)', `sink:${name}`)
    }
  })
  await opened.app.jobs.runNow(3_600_000)
  assert.deepEqual(
    (await opened.app.sinks.states()).map(({ name }) => name),
    ['seen', 'siem'],
  )
  const places = await opened.app.db.query<{ name: string }>(
    `SELECT name FROM activity_consumers WHERE name LIKE 'sink:%' ORDER BY name`,
  )
  assert.deepEqual(
    places.map(({ name }) => name),
    ['sink:seen', 'sink:siem'],
  )
})

test('retention keeps what a sink does not have yet, and drops it when it has', async (t) => {
  const { port, texts } = await receiver(t)
  const opened = await house(t, `siem=json+tcp://127.0.0.1:${port}?from=start`)
  const ada = await opened.signedIn('ada')
  await size(opened)
  const rules = { tableDays: 1, retention: { sign_ins: 1 }, neededFrom: opened.app.sinks.lowestCursor }
  opened.world.advance(5 * 24 * 3_600_000)
  const { moved, dropped } = await keepRetention(opened.app, rules)
  assert.ok(moved > 0)
  assert.equal(dropped, 0)
  await deliver(opened.app)
  assert.ok(texts.join('').includes(ada.sessionId), 'what was moved is sent as well')
  assert.ok((await keepRetention(opened.app, rules)).dropped > 0)
})

test('who may not read the log does not see where it goes', async (t) => {
  const opened = await house(t, '')
  const ada = await opened.signedIn('ada')
  assert.equal((await opened.call('GET', '/v1/sinks', { token: ada.token })).status, 403)
  assert.equal((await opened.call('GET', '/v1/sinks')).status, 401)
  assert.equal(await opened.app.sinks.lowestCursor(), undefined)
})
