import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, type Given, startIssuer, withoutPauses } from '../../test/client/issuer.ts'

test('a token is renewed at 80 % of its life, give or take five', async (t) => {
  for (const [random, percent] of [
    [0, 75],
    [0.5, 80],
    [1, 85],
  ] as const) {
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn({ random: () => random })
    issuer.nowMs += percent * 3000 - 1
    await issuer.tokenOf(client)
    assert.equal(issuer.refreshes, 0)
    issuer.nowMs += 1
    await issuer.tokenOf(client)
    assert.equal(issuer.refreshes, 1)
  }
})

test('however many requests find the token expired, it is renewed once', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  for (let round = 1; round <= 3; round++) {
    issuer.expire()
    const tokens = await Promise.all(Array.from({ length: 10 }, () => issuer.tokenOf(client)))
    assert.equal(new Set(tokens).size, 1)
    assert.deepEqual([issuer.refreshes, issuer.reused], [round, 0])
  }
})

test('however many requests are refused the token, it is renewed once and each is sent once more', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.rejected.add(await issuer.tokenOf(client))
  const bodies = ['text', new Uint8Array([104, 105]), new URLSearchParams({ a: 'b' }), new Blob(['blob'])]
  const answers = await Promise.all(
    bodies.map((body) => client.fetch(`${issuer.url}/me`, { method: 'PUT', body })),
  )
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  const sent = issuer.asked.filter(({ method }) => method === 'PUT').map(({ body }) => body)
  assert.deepEqual(sent.sort(), ['text', 'hi', 'a=b', 'blob'].flatMap((body) => [body, body]).sort())
  assert.equal(issuer.refreshes, 1)
})

const repeatable: readonly { name: string; body: RequestInit['body'] & {}; text: string | RegExp }[] = [
  { name: 'a text', body: 'text', text: 'text' },
  { name: 'an ArrayBuffer', body: new Uint8Array([104, 105]).buffer, text: 'hi' },
  { name: 'bytes', body: new Uint8Array([104, 105]), text: 'hi' },
  { name: 'parameters', body: new URLSearchParams({ a: 'b' }), text: 'a=b' },
  { name: 'a Blob', body: new Blob(['blob']), text: 'blob' },
  { name: 'a form', body: formOf('a', 'b'), text: /name="a"/ },
]
for (const { name, body, text } of repeatable) {
  test(`a body that is ${name} is sent once more`, async (t) => {
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn()
    issuer.rejected.add(await issuer.tokenOf(client))
    assert.equal((await client.fetch(`${issuer.url}/put`, { method: 'PUT', body })).status, 200)
    const sent = issuer.asked.filter(({ path }) => path === '/put').map((asked) => asked.body)
    assert.equal(sent.length, 2)
    for (const one of sent) {
      if (typeof text === 'string') assert.equal(one, text)
      else assert.match(one, text)
    }
  })
}

const streams: readonly { name: string; request: (url: string) => Parameters<typeof fetch> }[] = [
  { name: 'a stream', request: (url) => [url, { method: 'POST', body: streamOf('once'), duplex: 'half' }] },
  { name: 'a Request with a body', request: (url) => [new Request(url, { method: 'POST', body: 'once' })] },
]

for (const { name, request } of streams) {
  test(`${name} is sent with a fresh token, and never again`, async (t) => {
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn()
    issuer.expire()
    assert.equal((await client.fetch(...request(`${issuer.url}/a`))).status, 200)
    assert.deepEqual(issuer.paths(), ['/v1/login', '/v1/refresh', '/a'])
    issuer.rejected.add(await issuer.tokenOf(client))
    assert.equal((await client.fetch(...request(`${issuer.url}/b`))).status, 401)
    assert.equal(issuer.count('/b'), 1)
    // But who comes next finds a token that is good.
    assert.equal((await client.fetch(...request(`${issuer.url}/b`))).status, 200)
    assert.equal(issuer.refreshes, 2)
  })
}

test('a Request without a body is sent once more', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.rejected.add(await issuer.tokenOf(client))
  const request = new Request(`${issuer.url}/me`, { headers: { 'x-mine': '1' } })
  assert.equal((await client.fetch(request)).status, 200)
  assert.equal(issuer.asked.at(-1)?.headers['x-mine'], '1')
})

const unchanged: readonly { name: string; given: Given }[] = [
  { name: '403 with insufficient_scope', given: challenge(403, 'Bearer error="insufficient_scope"') },
  { name: '403 with invalid_token', given: challenge(403, 'Bearer error="invalid_token"') },
  { name: '401 with insufficient_scope', given: challenge(401, 'Bearer error="insufficient_scope"') },
  { name: '401 without a challenge', given: { status: 401 } },
  { name: '401 with a challenge without error', given: challenge(401, 'Bearer realm="api"') },
  { name: '401 for another scheme', given: challenge(401, 'DPoP error="invalid_token"') },
  { name: '401 that asks for a nonce', given: challenge(401, 'DPoP error="use_dpop_nonce"') },
  {
    name: '401 with a challenge outside of the grammar',
    given: challenge(401, 'Bearer error="invalid_token'),
  },
  {
    name: '401 in which the error is quoted only',
    given: challenge(401, 'Bearer realm="error=invalid_token"'),
  },
  { name: '503', given: { status: 503, headers: { 'retry-after': '1' } } },
  { name: '500', given: { status: 500 } },
  { name: '429', given: { status: 429 } },
]

for (const { name, given } of unchanged) {
  test(`an API that answers ${name} is not asked again, and nothing is renewed`, async (t) => {
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn()
    issuer.instead.set('/me', () => given)
    assert.equal((await client.fetch(`${issuer.url}/me`)).status, given.status)
    assert.deepEqual(issuer.paths(), ['/v1/login', '/me'])
    assert.equal(client.session?.subject, 'usr_ada')
  })
}

test('an API that takes no token at all does not have it renewed for ever', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.instead.set('/me', () => challenge(401, 'Bearer error="invalid_token"'))
  for (let turn = 0; turn < 5; turn++) assert.equal((await client.fetch(`${issuer.url}/me`)).status, 401)
  assert.equal(issuer.refreshes, 1)
  // Its end is its end all the same.
  issuer.expire()
  assert.equal((await client.fetch(`${issuer.url}/other`)).status, 200)
  assert.equal(issuer.refreshes, 2)
})

test('a session that the issuer has ended ends in signed-out, once, and in no loop', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  const told: unknown[] = []
  client.on('signed-out', (event) => told.push(event))
  issuer.rejected.add(await issuer.tokenOf(client))
  issuer.isOver = true // as a change of the password has it
  const url = `${issuer.url}/me`
  const answers = await Promise.all([client.fetch(url), client.fetch(url), client.fetch(url)])
  assert.deepEqual(
    answers.map(({ status }) => status),
    [401, 401, 401],
  )
  assert.deepEqual(told, [{ reason: 'session_ended' }])
  assert.equal(client.session, undefined)
  const before = issuer.asked.length
  for (let turn = 0; turn < 3; turn++) await assert.rejects(client.fetch(url), { code: 'signed_out' })
  assert.equal(issuer.asked.length, before)
  issuer.isOver = false
  await client.signIn(ada)
  assert.equal((await client.fetch(url)).status, 200)
})

const changes: readonly { name: string; change: { scope?: string; userType?: string } }[] = [
  { name: 'more scopes', change: { scope: 'devices:view devices:control' } },
  { name: 'no scopes', change: { scope: '' } },
  { name: 'another user type', change: { userType: 'administrator' } },
]

for (const { name, change } of changes) {
  test(`a renewal that brings ${name} is told once, and is no sign-in`, async (t) => {
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn()
    const told: unknown[] = []
    client.on('session-changed', (session) => told.push(session))
    client.on('signed-in', () => assert.fail('signed in'))
    issuer.expire()
    await issuer.tokenOf(client)
    assert.deepEqual([issuer.refreshes, told], [1, []])
    Object.assign(issuer, change)
    for (let turn = 0; turn < 2; turn++) {
      issuer.expire()
      await issuer.tokenOf(client)
    }
    assert.deepEqual(told, [client.session])
    assert.deepEqual(
      [client.session?.scopes.join(' '), client.session?.userType],
      [issuer.scope, issuer.userType],
    )
  })
}

const lost: readonly { name: string; given?: Given; code: string }[] = [
  { name: 'nobody answers', code: 'issuer_unreachable' },
  {
    name: 'the issuer is busy',
    given: { status: 503, body: { code: 'overloaded' } },
    code: 'issuer_unavailable',
  },
  {
    name: 'the issuer has a bug',
    given: { status: 500, body: { code: 'internal' } },
    code: 'issuer_unavailable',
  },
  { name: 'a hotspot asks to sign in', given: { status: 200, body: '<p>Hello' }, code: 'answer_invalid' },
  { name: 'a hotspot says 401', given: { status: 401, body: '<p>Hello' }, code: 'issuer_refused' },
  { name: 'a proxy says 400', given: { status: 400, body: {} }, code: 'issuer_refused' },
  { name: 'a proxy says 403', given: { status: 403, body: {} }, code: 'issuer_refused' },
  { name: 'a proxy says 404', given: { status: 404, body: {} }, code: 'issuer_refused' },
]

for (const { name, given, code } of lost) {
  test(`it is no sign-out if ${name}`, async (t) => {
    withoutPauses(t)
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn({
      fetch: (input, init) =>
        given === undefined && String(input).endsWith('/v1/refresh') && isLost
          ? Promise.reject(new TypeError('fetch failed'))
          : fetch(input, init),
    })
    let isLost = true
    if (given !== undefined) issuer.instead.set('/v1/refresh', () => given)
    client.on('signed-out', () => assert.fail('signed out'))
    // Early is not late: what is good until its end is used.
    issuer.nowMs += 250_000
    assert.ok(await issuer.tokenOf(client))
    issuer.nowMs += 60_000
    await assert.rejects(client.fetch(`${issuer.url}/me`), { code })
    assert.equal(client.session?.subject, 'usr_ada')
    isLost = false
    issuer.instead.delete('/v1/refresh')
    issuer.nowMs += 60_000
    assert.ok(await issuer.tokenOf(client))
  })
}

const answers: readonly { status: number; requests: number }[] = [
  { status: 599, requests: 2 },
  { status: 500, requests: 2 },
  { status: 499, requests: 1 },
  { status: 429, requests: 1 },
  { status: 403, requests: 1 },
]
for (const { status, requests } of answers) {
  test(`a refresh that is answered with ${status} is sent ${requests === 2 ? 'twice' : 'once'}`, async (t) => {
    withoutPauses(t)
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn()
    issuer.instead.set('/v1/refresh', () => ({ status }))
    issuer.expire()
    await assert.rejects(client.fetch(`${issuer.url}/me`), { name: 'ClientError', status })
    assert.equal(issuer.count('/v1/refresh'), requests)
  })
}

test('a token whose refresh fails is used until its last millisecond', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.instead.set('/v1/refresh', () => ({ status: 403 }))
  issuer.nowMs += 299_999
  assert.equal((await client.fetch(`${issuer.url}/me`)).status, 200)
  issuer.nowMs += 1
  // It is not asked again at once.
  await assert.rejects(client.fetch(`${issuer.url}/me`), { code: 'issuer_unavailable' })
})

const lates: readonly { lifeSeconds: number; atMs: number; waits: boolean }[] = [
  { lifeSeconds: 300, atMs: 289_999, waits: false },
  { lifeSeconds: 300, atMs: 290_000, waits: true },
  { lifeSeconds: 20, atMs: 17_999, waits: false },
  { lifeSeconds: 20, atMs: 18_000, waits: true },
]
for (const { lifeSeconds, atMs, waits } of lates) {
  test(`a request ${atMs} ms into the ${lifeSeconds} s of its token ${waits ? 'waits' : 'does not wait'} for a refresh that takes long`, async (t) => {
    const { setTimeout } = globalThis
    const issuer = await startIssuer(t)
    issuer.lifeSeconds = lifeSeconds
    const client = await issuer.signedIn()
    const before = await issuer.tokenOf(client)
    // Half a second is over at once.
    t.mock.method(globalThis, 'setTimeout', (run: () => void, ms = 0) => setTimeout(run, ms === 500 ? 0 : ms))
    const held = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    issuer.instead.set('/v1/refresh', async ({ body }) => {
      arrived.resolve()
      await held.promise
      return issuer.renew(body)
    })
    issuer.nowMs += atMs
    const asking = issuer.tokenOf(client)
    await arrived.promise
    if (!waits) assert.equal(await asking, before)
    held.resolve()
    if (waits) assert.notEqual(await asking, before)
  })
}

test('an issuer that could not answer is left in peace, for longer each time', async (t) => {
  withoutPauses(t)
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.instead.set('/v1/refresh', () => ({ status: 503 }))
  issuer.expire()
  const waits: number[] = []
  for (let turn = 0; turn < 9; turn++) {
    await assert.rejects(client.fetch(`${issuer.url}/me`), { code: 'issuer_unavailable' })
    const asked = issuer.count('/v1/refresh')
    const { retryAfterMs } = await client.fetch(`${issuer.url}/me`).then(
      () => assert.fail(),
      (error) => error,
    )
    assert.equal(issuer.count('/v1/refresh'), asked)
    waits.push(retryAfterMs)
    issuer.nowMs += retryAfterMs
  }
  // Half a second and half of the half, for random is a half here.
  assert.deepEqual(waits, [750, 1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000, 45_000])
})

test('an issuer that says when to come back is taken at its word, up to five minutes', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  for (const [header, waitMs] of [
    ['7', 7000],
    ['86400', 300_000],
  ] as const) {
    issuer.instead.set('/v1/refresh', () => ({ status: 503, headers: { 'retry-after': header } }))
    issuer.expire()
    await assert.rejects(client.fetch(`${issuer.url}/me`), { retryAfterMs: waitMs })
    await assert.rejects(client.fetch(`${issuer.url}/me`), { retryAfterMs: waitMs })
    issuer.nowMs += waitMs
  }
  issuer.instead.delete('/v1/refresh')
  assert.equal((await client.fetch(`${issuer.url}/me`)).status, 200)
})

test('a clock that is set back makes no wait of ten minutes or more', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.instead.set('/v1/refresh', () => ({ status: 503, headers: { 'retry-after': '300' } }))
  issuer.instead.set('/me', () => challenge(401, 'Bearer error="invalid_token"'))
  for (const [byMs, asked] of [
    [0, 1],
    [299_999, 1],
    [1, 2],
  ] as const) {
    issuer.nowMs -= byMs
    assert.equal((await client.fetch(`${issuer.url}/me`)).status, 401)
    assert.equal(issuer.count('/v1/refresh'), asked)
  }
})

test('who signs out while a renewal is under way stays signed out, and what it brings is ended', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  const held = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  issuer.expire()
  const answer = issuer.instead
  answer.set('/v1/refresh', async (asked) => {
    arrived.resolve()
    await held.promise
    answer.delete('/v1/refresh')
    const response = await fetch(`${issuer.url}/v1/refresh`, { method: 'POST', body: asked.body })
    return { status: response.status, body: await response.json() }
  })
  const waiting = client.fetch(`${issuer.url}/me`)
  await arrived.promise
  const signedOut = client.signOut()
  held.resolve()
  await assert.rejects(waiting, { code: 'signed_out' })
  await signedOut
  assert.equal(client.session, undefined)
  assert.equal(issuer.ended.length, 1)
  assert.equal(issuer.count('/me'), 0)
})

test('a caller who has given up meanwhile is not served', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.expire()
  const giving = new AbortController()
  issuer.instead.set('/v1/refresh', () => {
    giving.abort()
    return { status: 503 }
  })
  issuer.nowMs -= 40_000 // due, and still good
  await assert.rejects(client.fetch(`${issuer.url}/me`, { signal: giving.signal }), { name: 'AbortError' })
  assert.equal(issuer.count('/me'), 0)
})

test('the clock of the issuer counts, however wrong our own is or becomes', async (t) => {
  const issuer = await startIssuer(t)
  let oursMs = 1000
  const client = await issuer.signedIn({ now: () => oursMs })
  await issuer.tokenOf(client)
  assert.equal(issuer.refreshes, 0)
  // Somebody sets our clock: one renewal too early, and by its answer the clock is right again.
  oursMs += 86_400_000
  for (let turn = 0; turn < 3; turn++) await issuer.tokenOf(client)
  assert.equal(issuer.refreshes, 1)
  oursMs += 239_000
  await issuer.tokenOf(client)
  assert.equal(issuer.refreshes, 1)
  oursMs += 2000
  issuer.nowMs += 241_000
  await issuer.tokenOf(client)
  assert.equal(issuer.refreshes, 2)
})

function challenge(status: number, header: string): Given {
  return { status, headers: { 'www-authenticate': header } }
}

function formOf(name: string, value: string): FormData {
  const form = new FormData()
  form.append(name, value)
  return form
}

function streamOf(text: string): ReadableStream {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
}
