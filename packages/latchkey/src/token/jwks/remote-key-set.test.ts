import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import {
  createAsyncVerifier,
  createSigner,
  generateKey,
  type PrivateKey,
  publicKeyOf,
  type RemoteKeySetOptions,
  remoteKeySet,
  TokenError,
  toJwk,
} from '../index.ts'
import { createMissMemo } from './miss-memo.ts'
import { locatedKeySet } from './remote-key-set.ts'

const a = generateKey('ES256', { keyId: 'a' })
const b = generateKey('ES256', { keyId: 'b' })

/** A key server on loopback that answers as told, and a clock that stands still until it is moved. */
async function serve(t: TestContext, listener: RequestListener, options: RemoteKeySetOptions = {}) {
  const world = { nowMs: 1_800_000_000_000, fetches: 0, listener }
  const server = createServer((request, response) => {
    world.fetches++
    world.listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/jwks.json`
  const now = () => world.nowMs
  const keys = remoteKeySet(url, { allowLoopbackHttp: true, now, ...options })
  const verify = createAsyncVerifier({ keys, now })
  const sign = (key: PrivateKey, keyId = key.keyId!) =>
    createSigner({ key: keyId === key.keyId ? key : generateKey('ES256', { keyId }), expiresIn: 1e7, now })({
      sub: 'x',
    })
  return { world, url, keys, verify, sign }
}

const publish =
  (keys: readonly PrivateKey[], headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ keys: keys.map((key) => toJwk(publicKeyOf(key))) }))
  }

const failing: RequestListener = (_, response) => {
  response.writeHead(500).end()
}

test('keys are fetched when they are first needed, once for all who ask', async (t) => {
  const { world, keys, verify, sign } = await serve(t, publish([a]))
  assert.deepEqual([world.fetches, keys.state()], [0, 'none'])
  // Also by a clock that has just begun.
  assert.equal(remoteKeySet('https://keys.example', { now: () => 0 }).state(), 'none')
  const answers = await Promise.all(Array.from({ length: 50 }, () => verify(sign(a))))
  assert.ok(answers.every(({ sub }) => sub === 'x'))
  assert.deepEqual([world.fetches, keys.state()], [1, 'fresh'])
})

test('keys of which the issuer says that they changed are fetched at once, and a key that left is refused', async (t) => {
  const { world, url, sign } = await serve(t, publish([a, b]))
  const keys = locatedKeySet(async () => new URL(url), { now: () => world.nowMs })
  const verify = createAsyncVerifier({ keys, now: () => world.nowMs })
  // Nothing was fetched, so nothing is old.
  await keys.renew()
  assert.equal(world.fetches, 0)
  const token = sign(a)
  await verify(token)
  world.listener = publish([b])
  await keys.renew()
  assert.equal(world.fetches, 2)
  await assert.rejects(verify(token), { code: 'key_not_found' })
  await verify(sign(b))
  // Several at once are one fetch behind the one in flight.
  await Promise.all([keys.renew(), keys.renew(), keys.renew()])
  assert.ok(world.fetches <= 5)
  // An issuer that fails keeps its keys.
  world.listener = failing
  await keys.renew()
  await verify(sign(b))
})

test('a flood of unknown key ids causes one fetch in 30 s and delays no good token', async (t) => {
  const { world, verify, sign } = await serve(t, publish([a]))
  await verify(sign(a))
  const flood = async (from: number) => {
    const strangers = Array.from({ length: 200 }, (_, i) => verify(sign(a, `stranger-${from + i}`)))
    const good = verify(sign(a))
    assert.equal((await good).sub, 'x')
    for (const outcome of await Promise.allSettled(strangers)) {
      assert.equal(outcome.status === 'rejected' && (outcome.reason as TokenError).code, 'key_not_found')
    }
  }
  await flood(0)
  assert.equal(world.fetches, 1)
  world.nowMs += 30_000
  await flood(1000)
  assert.equal(world.fetches, 2)
  await flood(2000)
  assert.equal(world.fetches, 2)
})

test('a key id that the key set did not have is not asked for again at once', async (t) => {
  const { world, verify, sign } = await serve(t, publish([a]))
  await verify(sign(a))
  const old = sign(a, 'gone')
  for (const [afterMs, fetches] of [
    [30_000, 2],
    [30_000, 2],
    [31_000, 3],
  ] as const) {
    world.nowMs += afterMs
    await assert.rejects(verify(old), { code: 'key_not_found' })
    assert.equal(world.fetches, fetches)
  }
})

test('no more key ids are remembered as missing than there is room for, and none that is huge', () => {
  const misses = createMissMemo(1000)
  for (let i = 0; i < 1000; i++) misses.add({ alg: 'ES256', kid: `${i}` }, 0)
  misses.add({ alg: 'ES256', kid: 'x'.repeat(10_000) }, 0)
  misses.add({ alg: 'ES256' }, 0)
  const has = (kid: string) => misses.has({ alg: 'ES256', kid }, 999)
  assert.deepEqual([has('0'), has('999'), has('x'.repeat(10_000)), has('')], [false, true, false, true])
  assert.equal(misses.has({ alg: 'ES256', kid: '999' }, 1000), false)
})

test('256 key ids are remembered as missing, of 128 characters with the longest name of an algorithm', () => {
  const misses = createMissMemo(1000)
  const add = (kid: string) => misses.add({ alg: 'ML-DSA-44', kid }, 0)
  const has = (kid: string) => misses.has({ alg: 'ML-DSA-44', kid }, 0)
  for (const length of [128, 129]) {
    add('x'.repeat(length))
    assert.equal(has('x'.repeat(length)), length === 128)
  }
  for (let i = 1; i < 256; i++) add(`${i}`)
  assert.equal(has('x'.repeat(128)), true)
  // What is missed again is the youngest.
  add('1')
  add('256')
  assert.deepEqual([has('x'.repeat(128)), has('1'), has('2')], [false, true, true])
  add('257')
  assert.deepEqual([has('1'), has('2'), has('257')], [true, false, true])
})

test('a token of a new key that comes while the keys are fetched waits for them as the first does', async (t) => {
  const { world, verify, sign } = await serve(t, publish([a]))
  await verify(sign(a))
  world.listener = publish([a, b])
  world.nowMs += 30_000
  const answers = await Promise.all([verify(sign(b)), verify(sign(b))])
  assert.deepEqual([answers.map(({ sub }) => sub), world.fetches], [['x', 'x'], 2])
})

test('a rotation is seen with the first token of the new key', async (t) => {
  const { world, verify, sign } = await serve(t, publish([a]))
  await verify(sign(a))
  world.listener = publish([a, b])
  world.nowMs += 30_000
  assert.equal((await verify(sign(b))).sub, 'x')
  assert.equal(world.fetches, 2)
})

test('a key that was removed dies when the document is no longer fresh', async (t) => {
  const { world, verify, sign } = await serve(t, publish([a], { 'cache-control': 'public, max-age=100' }))
  const token = sign(a)
  await verify(token)
  world.listener = publish([b])
  world.nowMs += 79_000
  await verify(token)
  world.nowMs += 22_000
  await assert.rejects(verify(token), { code: 'key_not_found' })
})

test('a key that was replaced under its id is the new one after the next fetch', async (t) => {
  const { world, verify, sign } = await serve(t, publish([a]))
  await verify(sign(a))
  const successor = generateKey('ES256', { keyId: 'a' })
  world.listener = publish([successor])
  world.nowMs += 601_000
  await assert.rejects(verify(sign(a)), { code: 'signature_invalid' })
  await verify(createSigner({ key: successor, expiresIn: 60, now: () => world.nowMs })({}))
})

test('keys are renewed before they expire, behind the requests', async (t) => {
  const { world, keys, verify, sign } = await serve(t, publish([a]))
  await verify(sign(a))
  world.nowMs += 500_000
  assert.equal(keys.ready(), undefined)
  while (world.fetches < 2) await new Promise((resolve) => setImmediate(resolve))
  await verify(sign(a))
  world.nowMs += 400_000
  await verify(sign(a))
  assert.equal(keys.state(), 'fresh')
})

for (const { name, afterMs, fetches, waits } of [
  { name: 'before four fifths of their freshness', afterMs: 479_999, fetches: 1, waits: false },
  { name: 'at four fifths of their freshness', afterMs: 480_000, fetches: 2, waits: false },
  { name: 'in their last fresh millisecond', afterMs: 599_999, fetches: 2, waits: false },
  { name: 'when they are no longer fresh', afterMs: 600_000, fetches: 2, waits: true },
]) {
  test(`keys are ${fetches === 1 ? 'not ' : ''}renewed ${name}, and a token ${waits ? 'waits' : 'does not wait'}`, async (t) => {
    const { world, keys, verify, sign } = await serve(t, publish([a]))
    await verify(sign(a))
    world.nowMs += afterMs
    const pending = keys.ready()
    assert.equal(pending !== undefined, waits)
    const begun = keys.ready()
    if (fetches === 2) while (world.fetches < 2) await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([pending, begun])
    assert.equal(world.fetches, fetches)
  })
}

test('while the server fails, the keys serve for a day and nobody waits; then they do not', async (t) => {
  const { world, keys, verify, sign } = await serve(t, publish([a]))
  const token = sign(a)
  await verify(token)
  world.listener = failing
  world.nowMs += 601_000
  await verify(token)
  assert.equal(keys.state(), 'stale')
  world.nowMs += 3_600_000
  assert.equal(keys.ready(), undefined)
  await verify(token)
  world.nowMs += 86_400_000
  await assert.rejects(verify(token), { code: 'key_set_unavailable' })
  assert.equal(keys.state(), 'none')
  world.listener = publish([a])
  world.nowMs += 30_000
  await verify(token)
  assert.equal(keys.state(), 'fresh')
})

test('a server that is down at the start is asked again after a second', async (t) => {
  const { world, verify, sign } = await serve(t, failing)
  for (let i = 0; i < 5; i++) await assert.rejects(verify(sign(a)), { code: 'key_set_unavailable' })
  assert.equal(world.fetches, 1)
  world.listener = publish([a])
  world.nowMs += 1000
  await verify(sign(a))
})

test('an unchanged document is not sent again (RFC 9110 section 13.1.2)', async (t) => {
  const seen: (string | undefined)[] = []
  const { world, keys, verify, sign } = await serve(t, (request, response) => {
    seen.push(request.headers['if-none-match'])
    if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end()
    else publish([a], { etag: '"v1"' })(request, response)
  })
  await verify(sign(a))
  const { generation } = keys.current
  world.nowMs += 601_000
  await verify(sign(a))
  assert.deepEqual(seen, [undefined, '"v1"'])
  assert.equal(keys.current.generation, generation)
  assert.equal(keys.state(), 'fresh')
})

for (const [header, freshSeconds] of [
  ['max-age=3600', 3600],
  ['public, max-age=120, must-revalidate', 120],
  ['max-age=1', 30],
  ['no-store', 30],
  ['max-age=99999999', 86_400],
  ['s-maxage=5', 600],
  ['max-age=nonsense', 600],
] as const) {
  test(`Cache-Control "${header}" keeps keys for ${freshSeconds} s`, async (t) => {
    const { world, keys, verify, sign } = await serve(t, publish([a], { 'cache-control': header }))
    await verify(sign(a))
    world.nowMs += freshSeconds * 1000 - 1
    assert.equal(keys.state(), 'fresh')
    world.nowMs += 1
    assert.equal(keys.state(), 'stale')
  })
}

const bad: readonly { name: string; listener: RequestListener; options?: RemoteKeySetOptions }[] = [
  { name: 'status 500', listener: failing },
  { name: 'status 204', listener: (_, response) => void response.writeHead(204).end() },
  { name: 'status 304 that nobody asked for', listener: (_, response) => void response.writeHead(304).end() },
  {
    name: 'a redirect',
    listener: (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
  },
  {
    name: 'a page in HTML',
    listener: (_, response) => void response.writeHead(200).end('<!doctype html><title>Sign in</title>'),
  },
  { name: 'a list', listener: (_, response) => void response.end('[]') },
  { name: 'an object without keys', listener: (_, response) => void response.end('{}') },
  { name: 'keys that are no list', listener: (_, response) => void response.end('{"keys":{}}') },
  { name: 'a key that is no object', listener: (_, response) => void response.end('{"keys":[1]}') },
  {
    name: 'a private key',
    listener: (_, response) => void response.end(JSON.stringify({ keys: [toJwk(a)] })),
  },
  {
    name: 'a secret',
    listener: (_, response) => void response.end(JSON.stringify({ keys: [toJwk(generateKey('HS256'))] })),
  },
  { name: 'keys twice', listener: (_, response) => void response.end('{"keys":[],"keys":[]}') },
  { name: 'an endless body', listener: (_, response) => endless(response), options: { maxBytes: 10_000 } },
  {
    name: 'a body that never comes',
    listener: (_, response) => void response.writeHead(200).flushHeaders(),
    options: { timeout: 0.05 },
  },
  { name: 'no answer', listener: () => {}, options: { timeout: 0.05 } },
  { name: 'a connection that breaks', listener: (request) => void request.socket.destroy() },
]

for (const { name, listener, options } of bad) {
  test(`a key server that sends ${name} is as good as none`, async (t) => {
    const { world, verify, sign } = await serve(t, listener, options)
    await assert.rejects(verify(sign(a)), { code: 'key_set_unavailable' })
    assert.equal(world.fetches, 1)
  })
}

const documentOf = (...keys: PrivateKey[]) =>
  JSON.stringify({ keys: keys.map((key) => toJwk(publicKeyOf(key))) })

for (const [length, state] of [
  [262_144, 'fresh'],
  [262_145, 'none'],
] as const) {
  test(`a document of ${length} bytes leaves the keys ${state} if no limit is given`, async () => {
    const body = documentOf(a).padEnd(length)
    const keys = remoteKeySet('https://keys.example', { fetch: async () => new Response(body) })
    await keys.ready()
    assert.equal(keys.state(), state)
  })
}

test('after a fetch that hung, nobody asks for five seconds, and then nobody waits', async () => {
  let nowMs = 1_800_000_000_000
  let fetches = 0
  const keys = remoteKeySet('https://keys.example', {
    now: () => nowMs,
    fetch: async () => {
      fetches++
      if (fetches === 1) throw new DOMException('it hung', 'TimeoutError')
      return new Response(documentOf(a))
    },
  })
  await keys.ready()
  assert.equal(keys.state(), 'none')
  for (const [moreMs, fetched] of [
    [4999, 1],
    [1, 2],
  ] as const) {
    nowMs += moreMs
    assert.equal(keys.ready(), undefined)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(fetches, fetched)
  }
  while (keys.state() === 'none') await new Promise((resolve) => setImmediate(resolve))
  assert.equal(keys.lastError, undefined)
})

test('after a fetch that hung, a token of an unknown key waits for no other fetch', async () => {
  let nowMs = 1_800_000_000_000
  const answers: (() => Promise<Response>)[] = [
    async () => new Response(documentOf(a)),
    () => Promise.reject(new DOMException('it hung', 'TimeoutError')),
    () => new Promise(() => {}),
  ]
  let fetches = 0
  const keys = remoteKeySet('https://keys.example', { now: () => nowMs, fetch: () => answers[fetches++]!() })
  const unknown = { alg: 'ES256', kid: 'b' } as const
  await keys.ready()
  assert.equal(await keys.lookAgain(unknown), false)
  nowMs += 30_000
  assert.equal(await keys.lookAgain(unknown), true)
  assert.match(`${keys.lastError}`, /no answer within 5 s/)
  nowMs += 30_000
  // One that begins the fetch, and one that finds it begun.
  for (const _ of [1, 2]) assert.equal(await keys.lookAgain(unknown), false)
  assert.equal(fetches, 3)
})

/** How long keys are fresh, how long they serve while the server fails, and when the server is asked again, in seconds. */
const times: readonly { options: RemoteKeySetOptions; fresh: number; stale: number; cooldown: number }[] = [
  { options: {}, fresh: 600, stale: 86_400, cooldown: 30 },
  { options: { maxAge: 100 }, fresh: 100, stale: 86_400, cooldown: 30 },
  { options: { staleIfError: 50 }, fresh: 600, stale: 50, cooldown: 30 },
  { options: { staleIfError: 0 }, fresh: 600, stale: 0, cooldown: 30 },
  { options: { cooldown: 7 }, fresh: 600, stale: 86_400, cooldown: 7 },
  { options: { cooldown: 0 }, fresh: 600, stale: 86_400, cooldown: 0 },
]
for (const { options, fresh, stale, cooldown } of times) {
  test(`a remote key set with ${JSON.stringify(options)} is fresh for ${fresh} s, serves ${stale} s more, and is looked at again after ${cooldown} s`, async () => {
    const startMs = 1_800_000_000_000
    let nowMs = startMs
    let fetches = 0
    const keys = remoteKeySet('https://keys.example', {
      now: () => nowMs,
      fetch: async () => {
        fetches++
        return new Response(documentOf(a))
      },
      ...options,
    })
    await keys.ready()
    for (const [afterMs, state] of [
      [1000 * fresh - 1, 'fresh'],
      [1000 * fresh, stale === 0 ? 'none' : 'stale'],
      [1000 * (fresh + stale), 'none'],
    ] as const) {
      nowMs = startMs + afterMs
      assert.equal(keys.state(), state)
    }
    nowMs = startMs + 1000 * (fresh + stale) - 1
    assert.notEqual(keys.state(), 'none')
    const unknown = { alg: 'ES256', kid: 'b' } as const
    for (const [afterMs, looked] of [
      [1000 * cooldown - 1, false],
      [1000 * cooldown, true],
    ] as const) {
      nowMs = startMs + afterMs
      assert.equal(await keys.lookAgain(unknown), looked)
    }
    assert.equal(fetches, 2)
  })
}

test('a remote key set with a longest time for a fetch of its own says it where it ends', async (t) => {
  const timeout = t.mock.method(AbortSignal, 'timeout', () =>
    AbortSignal.abort(new DOMException('too late', 'TimeoutError')),
  )
  const keys = remoteKeySet('https://keys.example', { timeout: 7 })
  await keys.ready()
  assert.deepEqual(timeout.mock.calls[0]?.arguments, [7000])
  assert.match(`${keys.lastError}`, /no answer within 7 s/)
})

test('a remote key set fetches by the fetch of the platform if it is given none', async (t) => {
  t.mock.method(globalThis, 'fetch', async () => new Response(documentOf(a)))
  const keys = remoteKeySet('https://keys.example')
  await keys.ready()
  assert.equal(keys.state(), 'fresh')
})

for (const url of [
  'http://id.example.com/jwks.json',
  'http://127.0.0.1.example.com/',
  'http://0.0.0.0/',
  'http://10.0.0.1/',
  'ftp://id.example.com/',
  'file:///etc/passwd',
  'data:application/json,{}',
  'https://user:password@id.example.com/',
  'jwks.json',
]) {
  test(`remoteKeySet refuses ${url}`, () => {
    assert.throws(() => remoteKeySet(url, { allowLoopbackHttp: true }), TypeError)
  })
}

test('the state of a key set is told: fresh, stale while the server fails, and none after a day of that', async (t) => {
  const { world, keys, verify, sign } = await serve(t, publish([a], { 'cache-control': 'max-age=600' }))
  assert.equal(keys.state(), 'none')
  await verify(sign(a))
  assert.equal(keys.state(), 'fresh')
  world.listener = failing
  world.nowMs += 600_000
  assert.equal(keys.state(), 'stale')
  world.nowMs += 86_399_000
  assert.equal(keys.state(), 'stale')
  world.nowMs += 1000
  assert.equal(keys.state(), 'none')
  await assert.rejects(verify(sign(a)), { code: 'key_set_unavailable' })
})

for (const options of [
  { maxBytes: Number.NaN },
  { maxBytes: 0 },
  { maxBytes: '1000' },
  { maxBytes: Number.POSITIVE_INFINITY },
  { timeout: -1 },
  { cooldown: '30s' },
  { staleIfError: Number.NaN },
  { maxAge: Number.POSITIVE_INFINITY },
  { fetch: 'fetch' },
  { algorithms: ['none'] },
]) {
  test(`remoteKeySet throws a TypeError for ${Object.entries(options).flat().map(String).join(' ')}`, () => {
    assert.throws(() => remoteKeySet('https://keys.example', options as never), TypeError)
  })
}

for (const url of [
  'https://user@keys.example',
  'https://:password@keys.example',
  'ftp://keys.example',
  'keys',
]) {
  test(`remoteKeySet throws a TypeError for the URL ${url}`, () => {
    assert.throws(() => remoteKeySet(url), TypeError)
  })
}

test('http to a loopback address must be asked for', () => {
  for (const url of ['http://127.0.0.1/', 'http://localhost:8484/', 'http://[::1]/']) {
    assert.throws(() => remoteKeySet(url), TypeError)
    remoteKeySet(url, { allowLoopbackHttp: true })
  }
})

test('an async verifier takes local keys too, and gives the whole token when asked', async () => {
  const verify = createAsyncVerifier({ keys: publicKeyOf(a), complete: true })
  const { claims, header } = await verify(createSigner({ key: a, expiresIn: 60 })({ sub: 'x' }))
  assert.deepEqual([claims.sub, header.kid], ['x', 'a'])
  await assert.rejects(verify('nonsense'), TokenError)
})

function endless(response: Parameters<RequestListener>[1]): void {
  response.on('error', () => {})
  const more = () => {
    if (!response.destroyed && response.write('x'.repeat(1000))) setImmediate(more)
    else response.once('drain', more)
  }
  more()
}
