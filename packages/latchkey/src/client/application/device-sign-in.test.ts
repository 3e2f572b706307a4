import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { clientId, jwt, refused, startAuthorizationServer } from '../../../test/client/application.ts'
import type { Given } from '../../../test/client/issuer.ts'
import type { DeviceCode } from './device-sign-in.ts'

/** A server that gives these answers one after the other, and a clock that moves by each pause, which takes no time. */
async function start(t: TestContext, answers: readonly (Given | undefined)[] = []) {
  const server = await startAuthorizationServer(t)
  const pauses: number[] = []
  const { setTimeout } = globalThis
  t.mock.method(globalThis, 'setTimeout', (run: () => void, ms = 0, ...given: []) => {
    // The client waits ten seconds for an answer; the shorter ones, and those with arguments, are of the platform's fetch.
    if (ms === 10_000 || ms < 5_000 || given.length > 0) return setTimeout(run, ms, ...given)
    pauses.push(ms / 1000)
    server.nowMs += ms
    return setTimeout(run, 0)
  })
  let n = 0
  server.instead.set('/oauth/token', (_asked, form) => (form.has('device_code') ? answers[n++] : undefined))
  return { server, pauses }
}

const pending = refused('authorization_pending')
const slower = refused('slow_down')

test('a program shows a code, asks at the interval, and has a session as any other', async (t) => {
  const { server, pauses } = await start(t, [pending, pending])
  const client = server.open({ audience: server.url })
  const shown: DeviceCode[] = []
  const session = await client.signInByDeviceCode({ onCode: (code) => shown.push(code) })
  assert.deepEqual([session.subject, session.username, client.session], ['usr_ada', 'ada', session])
  assert.deepEqual(shown, [
    {
      ...{ userCode: 'BCDF-GHJK', verificationUri: `${server.url}/device`, expiresInSeconds: 600 },
      verificationUriComplete: `${server.url}/device?user_code=BCDF-GHJK`,
    },
  ])
  assert.deepEqual(pauses, [7, 7, 7])
  const [begun, asked] = server.forms()
  assert.deepEqual(begun, { client_id: clientId, scope: 'openid devices:view', resource: server.url })
  const grant = 'urn:ietf:params:oauth:grant-type:device_code'
  assert.deepEqual(asked, { grant_type: grant, device_code: 'lk_device_1', client_id: clientId })
  server.expire()
  assert.equal((await client.fetch(`${server.url}/me`)).status, 200)
  await client.signOut()
  assert.equal(server.ended.length, 1)
})

const courses: readonly { name: string; answers: readonly Given[]; pauses: readonly number[] }[] = [
  {
    name: 'slow_down makes it five seconds longer, for good',
    answers: [slower, pending, slower, pending],
    pauses: [7, 12, 12, 17, 17],
  },
  {
    name: 'a server that is busy is asked half as often',
    answers: [{ status: 503 }, pending, { status: 500 }],
    pauses: [7, 14, 14, 28],
  },
  {
    name: 'and never less often than once a minute',
    answers: Array(6).fill({ status: 502 }),
    pauses: [7, 14, 28, 56, 60, 60, 60],
  },
  { name: 'or when it says', answers: [{ status: 429, headers: { 'retry-after': '33' } }], pauses: [7, 33] },
]
for (const { name, answers, pauses } of courses) {
  test(`a program that waits for its person: ${name}`, async (t) => {
    const given = await start(t, answers)
    await given.server.open().signInByDeviceCode({ onCode: () => {} })
    assert.deepEqual(given.pauses, pauses)
  })
}

test('without an interval, it is five seconds', async (t) => {
  const { server, pauses } = await start(t)
  const body = {
    device_code: 'lk_device_1',
    user_code: 'BCDF-GHJK',
    verification_uri: `${server.url}/device`,
    expires_in: 86_400,
  }
  server.instead.set('/oauth/device_authorization', () => ({ status: 200, body }))
  const shown: unknown[] = []
  await server
    .open()
    .signInByDeviceCode({ onCode: ({ verificationUriComplete }) => shown.push(verificationUriComplete) })
  assert.deepEqual([pauses, shown], [[5], [undefined]])
})

test('a connection that breaks does not end it', async (t) => {
  const { server, pauses } = await start(t)
  let isBroken = true
  const client = server.open({
    fetch: async (input, init) => {
      if (!String(input).endsWith('/oauth/token') || !isBroken) return fetch(input, init)
      isBroken = false
      throw new TypeError('fetch failed')
    },
  })
  await client.signInByDeviceCode({ onCode: () => {} })
  assert.deepEqual(pauses, [7, 14])
})

const ends: readonly { name: string; answer: Given; code: string; issuerCode?: string }[] = [
  {
    name: 'the person says no',
    answer: refused('access_denied'),
    code: 'access_denied',
    issuerCode: 'access_denied',
  },
  {
    name: 'the code is over',
    answer: refused('expired_token'),
    code: 'flow_expired',
    issuerCode: 'expired_token',
  },
  {
    name: 'the code was used',
    answer: refused('invalid_grant'),
    code: 'issuer_refused',
    issuerCode: 'invalid_grant',
  },
  {
    name: 'the application was removed',
    answer: refused('invalid_client', 401),
    code: 'issuer_refused',
    issuerCode: 'invalid_client',
  },
  {
    name: 'a proxy says 403 in the words of the issuer',
    answer: refused('authorization_pending', 403),
    code: 'issuer_refused',
    issuerCode: 'authorization_pending',
  },
  { name: 'a hotspot answers', answer: { status: 200, body: '<html>' }, code: 'answer_invalid' },
  {
    name: 'no ID token comes',
    answer: {
      status: 200,
      body: {
        access_token: jwt({ sub: 'usr_ada' }),
        token_type: 'Bearer',
        expires_in: 1,
        refresh_token: 'x',
        session_id: 'x',
      },
    },
    code: 'answer_invalid',
  },
]
for (const { name, answer, code, issuerCode } of ends) {
  test(`asking ends when ${name}`, async (t) => {
    const { server, pauses } = await start(t, [pending, answer])
    const client = server.open()
    await assert.rejects(client.signInByDeviceCode({ onCode: () => {} }), {
      name: 'ClientError',
      code,
      issuerCode,
    })
    assert.deepEqual([client.session, pauses], [undefined, [7, 7]])
  })
}

test('an ID token with a nonce is of another sign-in', async (t) => {
  const { server } = await start(t)
  server.idToken = { nonce: 'x' }
  await assert.rejects(server.open().signInByDeviceCode({ onCode: () => {} }), { code: 'answer_invalid' })
})

test('a program stops by itself when the code is over, whatever the issuer says', async (t) => {
  const { server, pauses } = await start(t, Array(200).fill(pending))
  await assert.rejects(server.open().signInByDeviceCode({ onCode: () => {} }), { code: 'flow_expired' })
  assert.equal(pauses.length, 86)
})

const noCodes: readonly { name: string; given: Given; code: string }[] = [
  { name: 'the application may not', given: refused('unauthorized_client'), code: 'issuer_refused' },
  { name: 'the server is busy', given: { status: 429 }, code: 'issuer_unavailable' },
  { name: 'a hotspot answers', given: { status: 200, body: '<html>' }, code: 'answer_invalid' },
  ...[
    { name: 'no code', member: { user_code: undefined } },
    { name: 'no address', member: { verification_uri: 1 } },
    { name: 'a code that lives for ever', member: { expires_in: Number.MAX_VALUE } },
    { name: 'a code that lives longer than a day', member: { expires_in: 86_401 } },
    { name: 'a code that is over', member: { expires_in: 0 } },
    { name: 'no pause', member: { interval: 0 } },
    { name: 'a pause of a text', member: { interval: '5' } },
  ].map(({ name, member }) => ({
    ...{ name, code: 'answer_invalid' },
    given: {
      status: 200,
      body: {
        device_code: 'x',
        user_code: 'x',
        verification_uri: 'https://id.example/device',
        expires_in: 600,
        ...member,
      },
    },
  })),
]
for (const { name, given, code } of noCodes) {
  test(`no code is shown when ${name}`, async (t) => {
    const { server } = await start(t)
    server.instead.set('/oauth/device_authorization', () => given)
    await assert.rejects(server.open().signInByDeviceCode({ onCode: () => assert.fail() }), { code })
    assert.deepEqual(server.paths(), ['/oauth/device_authorization'])
  })
}

test('what the program throws when it shows the code ends it', async (t) => {
  const { server } = await start(t)
  const onCode = () => {
    throw new Error('no screen')
  }
  await assert.rejects(server.open().signInByDeviceCode({ onCode }), { message: 'no screen' })
  assert.deepEqual(server.paths(), ['/oauth/device_authorization'])
})

test('a signal stops it: beforehand, while it waits, and after the code was shown', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  const reason = new Error('no longer')
  const before = client.signInByDeviceCode({ onCode: () => assert.fail(), signal: AbortSignal.abort(reason) })
  await assert.rejects(before, reason)
  assert.deepEqual(server.asked, [])
  const stopping = new AbortController()
  await assert.rejects(
    client.signInByDeviceCode({ onCode: () => stopping.abort(reason), signal: stopping.signal }),
    reason,
  )
  const waiting = new AbortController()
  const { promise: shown, resolve: onCode } = Promise.withResolvers<DeviceCode>()
  const later = client.signInByDeviceCode({ onCode, signal: waiting.signal })
  await shown
  waiting.abort(reason)
  await assert.rejects(later, reason)
  assert.equal(server.paths().includes('/oauth/token'), false)
})

test('a sign-in elsewhere in the same client goes on while a code is waited for', async (t) => {
  const { server } = await start(t, [pending])
  const client = server.open()
  const back = server.letIn(await server.begin(client))
  let isOther = false
  await client.signInByDeviceCode({
    onCode: () => void client.finishSignIn(back).then(() => (isOther = true)),
  })
  assert.equal(isOther, true)
  // The later of both is in force, and the other one is ended.
  assert.equal(server.ended.length, 1)
})
