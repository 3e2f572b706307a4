import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openFilesIn } from '../../test/open-files.ts'
import { createVerifier, generateKey, publicKeyOf, toJwk } from '../token/index.ts'
import { createDevice, type DeviceOptions, loadOrCreateDeviceKey, topicsOf } from './index.ts'

const uid = '01jd7zq9wn5x3c8k2m4p6'
const key = generateKey('ES256')
const audience = 'latchkey-example'
const options: DeviceOptions = { uid, key, server: 'https://id.example.com', audience }

test('a device names itself in a token of its own', () => {
  const nowMs = 1_800_000_000_000
  const device = createDevice({ ...options, now: () => nowMs })
  const verify = createVerifier({
    keys: publicKeyOf(key),
    issuer: uid,
    audience,
    type: 'device+jwt',
    now: () => nowMs,
  })
  const { clientId, username, password } = device.credentials()
  assert.deepEqual([clientId, username], [uid, uid])
  const { jti, ...claims } = verify(password)
  assert.match(String(jti), /^[\w-]{22}$/)
  assert.deepEqual(claims, { iss: uid, sub: uid, aud: audience, iat: nowMs / 1000, exp: nowMs / 1000 + 3600 })
})

test('a token serves until it is 80 % used up', () => {
  let nowMs = 1_800_000_000_000
  const device = createDevice({ ...options, now: () => nowMs, expiresIn: 100 })
  const first = device.token()
  nowMs += 79_999
  assert.equal(device.token(), first)
  nowMs += 1
  assert.notEqual(device.token(), first)
})

test('a server refuses by the status: 299 is the last that is none', async () => {
  for (const status of [200, 299]) {
    const device = createDevice({ ...options, fetch: async () => new Response('{}', { status }) })
    await device.postTelemetry({})
  }
  for (const status of [199, 300]) {
    const answer = Object.defineProperty(new Response('{}'), 'status', { value: status })
    const device = createDevice({ ...options, fetch: async () => answer })
    await assert.rejects(device.postTelemetry({}), { code: 'server_refused', status })
  }
})

test('the topics of a device are its own', () => {
  const topics = topicsOf('u1')
  const { telemetry, log, reported, desired, delta, commands } = topics
  assert.deepEqual(
    [telemetry, log, reported, desired, delta, commands],
    [
      'd/u1/tele',
      'd/u1/log',
      'd/u1/state/reported',
      'd/u1/state/desired',
      'd/u1/state/delta',
      'd/u1/cmd/+/+',
    ],
  )
  assert.equal(topics.telemetryOf('gps'), 'd/u1/tele/gps')
  const command = topics.readCommand('d/u1/cmd/cmd_7/open')
  assert.deepEqual(command, { requestId: 'cmd_7', method: 'open' })
  for (const status of [100, 200, 599])
    assert.equal(topics.replyTo(command!, status), `d/u1/cmd/cmd_7/res/${status}`)
  for (const status of [99, 600, 200.5, Number.NaN, '200'])
    assert.throws(() => topics.replyTo(command!, status as number), TypeError)
  for (const other of ['d/u2/cmd/a/b', 'd/u1/cmd/a', 'd/u1/cmd/a/b/c', 'd/u1/cmd//b', 'd/u1/tele']) {
    assert.equal(topics.readCommand(other), undefined)
  }
})

for (const bad of ['', '+', '#', 'a/b', 'a b', '$SYS\0', 'é']) {
  test(`a uid that would change the meaning of a topic is a TypeError: ${JSON.stringify(bad)}`, () => {
    assert.throws(() => topicsOf(bad), TypeError)
    assert.throws(() => createDevice({ ...options, uid: bad }), TypeError)
    assert.throws(() => topicsOf('u1').telemetryOf(bad), TypeError)
  })
}

const wrongOptions: readonly { name: string; more: object }[] = [
  { name: 'a server over http', more: { server: 'http://id.example.com' } },
  { name: 'a server that is no URL', more: { server: 'id.example.com' } },
  { name: 'a life of two days', more: { expiresIn: 172_800 } },
  { name: 'no life', more: { expiresIn: 0 } },
  { name: 'a public key', more: { key: publicKeyOf(key) } },
]

for (const { name, more } of wrongOptions) {
  test(`createDevice is a TypeError with ${name}`, () => {
    assert.throws(() => createDevice({ ...options, ...more } as DeviceOptions), TypeError)
  })
}

test('telemetry is posted with the token of the device', async (t) => {
  const { server, seen } = await startServer(t, () => ({ status: 202 }))
  await createDevice({ ...options, server }).postTelemetry({ celsius: 21.5 })
  assert.deepEqual(
    seen.map(({ method, url, body }) => [method, url, body]),
    [['POST', `/v1/devices/${uid}/telemetry`, '{"celsius":21.5}']],
  )
  const token = String(seen[0]?.authorization).replace(/^Bearer /, '')
  createVerifier({ keys: publicKeyOf(key), issuer: uid, audience, type: 'device+jwt' })(token)
})

const binding = {
  ...{ user_code: 'BCDF-GHJK', verification_uri: 'https://id.example/device', expires_in: 600, interval: 5 },
  verification_uri_complete: 'https://id.example/device?user_code=BCDF-GHJK',
}

const misled: [string, object, 'beginBinding' | 'readBinding'][] = [
  ['without a code', { ...binding, user_code: undefined }, 'beginBinding'],
  ['with a code that is a number', { ...binding, user_code: 1 }, 'beginBinding'],
  ['without an address', { ...binding, verification_uri: null }, 'beginBinding'],
  ['without the whole address', { ...binding, verification_uri_complete: 7 }, 'beginBinding'],
  ['that never ends', { ...binding, expires_in: 1e12 }, 'beginBinding'],
  ['that is over at once', { ...binding, expires_in: 0 }, 'beginBinding'],
  ['to ask without a pause', { ...binding, interval: 0 }, 'beginBinding'],
  ['with a pause in words', { ...binding, interval: '5' }, 'beginBinding'],
  ['with a state that nobody knows', { state: 'maybe' }, 'readBinding'],
  ['with no state', {}, 'readBinding'],
]
for (const [name, body, call] of misled) {
  test(`an answer about the binding ${name} is not the server's`, async (t) => {
    const { server } = await startServer(t, () => ({ status: 200, body }))
    await assert.rejects(createDevice({ ...options, server })[call](), { code: 'answer_invalid' })
  })
}

test('each call of a device has its own method, path and body', async (t) => {
  const state = { reported: { a: 1 }, desired: { a: 2 }, delta: { a: 2 }, version: 3 }
  const { server, seen } = await startServer(t, ({ url = '' }) => {
    if (url.endsWith('/state')) return { status: 200, body: state }
    if (url.endsWith('/claim'))
      return { status: 201, body: { code: 'c', expires_at: '2027-01-15T08:00:00Z' } }
    if (url.endsWith('/binding')) return { status: 200, body: { ...binding, state: 'waiting' } }
    return { status: 202 }
  })
  const device = createDevice({ ...options, server })
  await device.postTelemetry([1], 'gps')
  await device.postLog('hello')
  await device.postLog('oh', 'error')
  assert.deepEqual(await device.readState(), state)
  assert.deepEqual(await device.reportState({ a: 1 }), state)
  assert.deepEqual(await device.createClaimCode(), { code: 'c', expiresAtMs: 1_800_000_000_000 })
  const { expiresAtMs, ...code } = await device.beginBinding()
  assert.ok(Math.abs(expiresAtMs - (options.now?.() ?? Date.now()) - 600_000) < 60_000)
  assert.deepEqual(code, {
    ...{ userCode: 'BCDF-GHJK', verificationUri: 'https://id.example/device', intervalSeconds: 5 },
    verificationUriComplete: 'https://id.example/device?user_code=BCDF-GHJK',
  })
  assert.equal(await device.readBinding(), 'waiting')
  assert.deepEqual(
    seen.map(({ method, url, body }) => [method, url?.replace(`/v1/devices/${uid}/`, ''), body]),
    [
      ['POST', 'telemetry?stream=gps', '[1]'],
      ['POST', 'logs', '{"message":"hello","level":"info"}'],
      ['POST', 'logs', '{"message":"oh","level":"error"}'],
      ['GET', 'state', ''],
      ['PATCH', 'state', '{"reported":{"a":1}}'],
      ['POST', 'claim', ''],
      ['POST', 'binding', ''],
      ['GET', 'binding', ''],
    ],
  )
  await assert.rejects(device.postTelemetry({}, 'a/b'), TypeError)
  await assert.rejects(createDevice({ ...options, server: 'http://127.0.0.1:1' }).postLog('x'), {
    code: 'server_unreachable',
  })
})

for (const { name, headers, asked } of [
  { name: 'by the Date of the refusal', headers: {}, asked: ['telemetry', 'telemetry'] },
  {
    name: 'by asking, where the refusal has no Date',
    headers: { date: '' },
    asked: ['telemetry', 'time', 'telemetry'],
  },
]) {
  test(`a device whose clock is wrong corrects it and tries once more: ${name}`, async (t) => {
    const serverMs = Date.now()
    const verify = createVerifier({
      keys: publicKeyOf(key),
      audience,
      type: 'device+jwt',
      clockTolerance: 60,
    })
    const { server, seen } = await startServer(t, ({ url, authorization }) => {
      if (url === '/v1/time') return { status: 200, body: { now: serverMs } }
      try {
        verify(String(authorization).replace(/^Bearer /, ''))
        return { status: 202 }
      } catch {
        return { status: 401, headers }
      }
    })
    const device = createDevice({ ...options, server, now: () => 1000 })
    await device.postTelemetry({})
    assert.deepEqual(
      seen.map(({ url }) => url?.split('/').at(-1)),
      asked,
    )
    assert.equal(await device.correctClock(), serverMs - 1000)
  })
}

test('a device whose clock is right does not send what was refused again', async (t) => {
  const { server, seen } = await startServer(t, () => ({ status: 401, body: { code: 'token_invalid' } }))
  const expected = { code: 'server_refused', status: 401, serverCode: 'token_invalid' }
  await assert.rejects(createDevice({ ...options, server }).postTelemetry({}), expected)
  assert.equal(seen.length, 1)
})

test('credentials are made for one connection: each has a token of its own, with its whole life', () => {
  let nowMs = 1_800_000_000_000
  const device = createDevice({ ...options, now: () => nowMs })
  const first = device.credentials().password
  assert.notEqual(device.credentials().password, first)
  nowMs += 1_000_000
  const verify = createVerifier({ keys: publicKeyOf(key), audience, type: 'device+jwt', now: () => nowMs })
  assert.equal(verify(device.credentials().password).exp, nowMs / 1000 + 3600)
})

const emptyState = { reported: {}, desired: {}, delta: {}, version: 1 }
const refusedAnswers = [
  {
    name: 'a state without a version',
    answer: { status: 200, body: { reported: {}, desired: {}, delta: {} } },
    act: 'readState',
    code: 'answer_invalid',
  },
  ...['reported', 'desired', 'delta'].flatMap((member) =>
    [null, [], 1].map((value) => ({
      name: `a state whose ${member} is ${JSON.stringify(value)}`,
      answer: { status: 200, body: { ...emptyState, [member]: value } },
      act: 'readState' as const,
      code: 'answer_invalid',
    })),
  ),
  {
    name: 'a claim code that is a number',
    answer: { status: 201, body: { code: 1, expires_at: '2027-01-15T08:00:00Z' } },
    act: 'createClaimCode',
    code: 'answer_invalid',
  },
  {
    name: 'a claim code whose end is a number',
    answer: { status: 201, body: { code: 'c', expires_at: 1_800_000_000 } },
    act: 'createClaimCode',
    code: 'answer_invalid',
  },
  {
    name: 'a state that is a list',
    answer: { status: 200, body: [] },
    act: 'reportState',
    code: 'answer_invalid',
  },
  {
    name: 'a claim code without an end',
    answer: { status: 201, body: { code: 'x' } },
    act: 'createClaimCode',
    code: 'answer_invalid',
  },
  {
    name: 'an answer of a megabyte',
    answer: { status: 200, body: { pad: 'x'.repeat(1 << 20) } },
    act: 'readState',
    code: 'server_unreachable',
  },
  {
    name: 'an answer of one character more than is read',
    answer: { status: 200, body: padded(262_145) },
    act: 'readState',
    code: 'server_unreachable',
  },
  {
    name: 'an answer as long as is read, which is no state',
    answer: { status: 200, body: padded(262_144) },
    act: 'readState',
    code: 'answer_invalid',
  },
  { name: 'telemetry refused', answer: { status: 403 }, act: 'postTelemetry', code: 'server_refused' },
  { name: 'telemetry redirected', answer: { status: 307 }, act: 'postTelemetry', code: 'server_refused' },
  { name: 'no time', answer: { status: 404 }, act: 'correctClock', code: 'answer_invalid' },
  {
    name: 'a time as text',
    answer: { status: 200, body: { now: '1' } },
    act: 'correctClock',
    code: 'answer_invalid',
  },
  { name: 'a time that is no JSON', answer: { status: 200 }, act: 'correctClock', code: 'answer_invalid' },
] as const

for (const { name, answer, act, code } of refusedAnswers) {
  test(`a device says ${code} for: ${name}`, async (t) => {
    const { server } = await startServer(t, () => answer)
    await assert.rejects(createDevice({ ...options, server })[act]({} as never), {
      name: 'DeviceError',
      code,
    })
  })
}

test('a server that is not there is server_unreachable', async (t) => {
  const { server, stop } = await startServer(t, () => ({ status: 200 }))
  stop()
  await assert.rejects(createDevice({ ...options, server }).postTelemetry({}), { code: 'server_unreachable' })
})

test('the key of a device is made once, in a file for its owner alone', async (t) => {
  const folder = await makeFolder(t)
  const path = join(folder, 'device.json')
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateDeviceKey(path)))
  const again = await loadOrCreateDeviceKey(path)
  assert.deepEqual([...new Set(keys.map(({ keyId }) => keyId))], [again.keyId])
  assert.equal(again.algorithm, 'ES256')
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(folder), ['device.json'])
  assert.equal(JSON.parse(await readFile(path, 'utf8')).crv, 'P-256')
})

const badFiles = [
  { name: 'one that others may read', text: JSON.stringify(toJwk(key)), mode: 0o644, error: /0600/ },
  { name: 'an empty one', text: '', mode: 0o600, error: /does not hold a JWK/ },
  { name: 'one with something else', text: 'secret', mode: 0o600, error: /does not hold a JWK/ },
  {
    name: 'one with a public key',
    text: JSON.stringify(toJwk(publicKeyOf(key))),
    mode: 0o600,
    error: /lacks the member d/,
  },
  { name: 'one that others may only run', text: JSON.stringify(toJwk(key)), mode: 0o601, error: /0600/ },
]

for (const { name, text, mode, error } of badFiles) {
  test(`a key file is refused and left alone: ${name}`, async (t) => {
    const path = join(await makeFolder(t), 'device.json')
    await writeFile(path, text)
    await chmod(path, mode)
    await assert.rejects(loadOrCreateDeviceKey(path), error)
    assert.equal(await readFile(path, 'utf8'), text)
  })
}

test('a key that is there is read: nothing is written beside it, and no file stays open', async (t) => {
  const folder = await makeFolder(t)
  const path = join(folder, 'device.json')
  await writeFile(path, JSON.stringify(toJwk(key)), { mode: 0o700 })
  const { mtimeMs } = await stat(folder)
  for (let turn = 0; turn < 3; turn++) await loadOrCreateDeviceKey(path)
  await chmod(path, 0o644)
  await assert.rejects(loadOrCreateDeviceKey(path))
  assert.equal((await stat(folder)).mtimeMs, mtimeMs)
  assert.deepEqual(await openFilesIn(folder), [])
})

test('a key file that cannot be reached, or that a folder has the place of, is an error', async (t) => {
  const path = join(await makeFolder(t), 'device.json')
  await writeFile(path, '', { mode: 0o600 })
  await assert.rejects(loadOrCreateDeviceKey(join(path, 'device.json')), { code: 'ENOTDIR' })
})

test('a key file in a folder that does not exist is an error', async (t) => {
  const folder = await makeFolder(t)
  await assert.rejects(loadOrCreateDeviceKey(join(folder, 'none', 'device.json')), { code: 'ENOENT' })
})

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly authorization: string | undefined
  readonly body: string
}

async function startServer(
  t: TestContext,
  answer: (request: Seen) => { status: number; body?: object; headers?: Record<string, string> },
) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request
    const one = { method, url, authorization: headers.authorization, body: await bodyOf(request) }
    seen.push(one)
    const { status, body, headers: more } = answer(one)
    response.writeHead(status, more).end(body === undefined ? undefined : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  t.after(stop)
  return { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, stop }
}

/** An object whose JSON has this many characters. */
function padded(length: number): object {
  return { pad: 'x'.repeat(length - '{"pad":""}'.length) }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-device-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}
