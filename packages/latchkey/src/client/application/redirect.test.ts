import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  clientId,
  jwt,
  redirectUri,
  refused,
  startAuthorizationServer,
} from '../../../test/client/application.ts'
import { keyValueStorage, memoryStorage } from '../storage.ts'

type Server = Awaited<ReturnType<typeof startAuthorizationServer>>

test('a sign-in by redirect ends in a session as any other', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open({ resources: ['https://api.example.com'], audience: server.url })
  const told: unknown[] = []
  client.on('signed-in', ({ username }) => told.push(username))
  const request = await server.begin(client, {
    returnTo: '/cart?page=2',
    loginHint: 'ada',
    uiLocales: ['zh-Hant', 'en'],
  })
  const { state, nonce, code_challenge: challenge, ...rest } = Object.fromEntries(request.searchParams)
  assert.equal(request.origin + request.pathname, `${server.url}/oauth/authorize`)
  assert.deepEqual(rest, {
    ...{
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: 'openid devices:view',
    },
    ...{ resource: server.url, code_challenge_method: 'S256', login_hint: 'ada', ui_locales: 'zh-Hant en' },
  })
  for (const random of [state, nonce]) assert.match(random ?? '', /^[\w-]{43}$/)
  assert.deepEqual(server.paths(), [], 'nothing is fetched before the answer')

  const { session, returnTo } = await client.finishSignIn(server.letIn(request))
  assert.deepEqual(
    [session.subject, session.username, session.sessionId, returnTo],
    ['usr_ada', 'ada', 'ses_1', '/cart?page=2'],
  )
  assert.equal(client.session, session)
  await Promise.resolve()
  assert.deepEqual(told, ['ada'])
  const [{ code_verifier: verifier, code, ...form } = {}] = server.forms()
  assert.equal(
    createHash('sha256')
      .update(verifier ?? '')
      .digest('base64url'),
    challenge,
  )
  assert.deepEqual(form, {
    ...{
      grant_type: 'authorization_code',
      redirect_uri: redirectUri,
      client_id: clientId,
      resource: server.url,
    },
  })

  server.expire()
  assert.equal((await client.fetch(`${server.url}/me`)).status, 200)
  assert.equal(client.session?.username, 'ada', 'a refresh brings no ID token, and the name stays')
  assert.partialDeepStrictEqual(server.forms()[1], { grant_type: 'refresh_token', client_id: clientId })
  server.expire()
  const { mock } = t.mock.method(globalThis, 'fetch')
  await client.signOut()
  // To its end, also when the page goes away.
  assert.equal(mock.calls[0]?.arguments[1]?.keepalive, true)
  // The refresh token ends the session, also after the access token has expired.
  assert.deepEqual(server.paths(), ['/oauth/token', '/oauth/token', '/me', '/oauth/revoke'])
  assert.equal(client.session, undefined)
  await assert.rejects(client.fetch(`${server.url}/me`), { code: 'signed_out' })
})

for (const isRenewing of [false, true]) {
  const when = isRenewing ? 'once a renewal that is under way has brought the newest token' : 'at once'
  test(`the end of a session is asked for ${when}`, async (t) => {
    const server = await startAuthorizationServer(t)
    const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const storage = { ...memoryStorage('one'), remove: () => release.promise }
    const client = server.open({ storage: () => storage })
    await client.finishSignIn(server.letIn(await server.begin(client)))
    server.expire()
    const { fetch } = globalThis
    const { mock } = t.mock.method(globalThis, 'fetch', async (...[url, init]: Parameters<typeof fetch>) => {
      const response = await fetch(url, init)
      if (String(url).endsWith('/oauth/token')) {
        held.resolve()
        await release.promise
      }
      return response
    })
    if (isRenewing) {
      client.fetch(`${server.url}/me`).catch(() => {})
      await held.promise
    }
    const done = client.signOut()
    for (let at = 0; at < 20; at += 1) await undefined
    const asked = () => mock.calls.map(({ arguments: [url] }) => String(url).replace(server.url, ''))
    assert.deepEqual(asked(), isRenewing ? ['/oauth/token'] : ['/oauth/revoke'])
    release.resolve()
    await done
    assert.deepEqual(server.ended, [server.newestRefreshToken])
  })
}

test('each sign-in has a state, a nonce and a verifier of its own, and several may be under way', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  const [first, second] = [
    await server.begin(client, { returnTo: 'one' }),
    await server.begin(client, { returnTo: 'two' }),
  ]
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.notEqual(first.searchParams.get(name), second.searchParams.get(name))
  }
  assert.equal((await client.finishSignIn(server.letIn(first))).returnTo, 'one')
  assert.equal((await client.finishSignIn(server.letIn(second))).returnTo, 'two')
  // The session of before is ended.
  assert.equal(server.ended.length, 1)
})

test('a request that is pushed is not in the address', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open({ push: true })
  const url = await server.begin(client, { prompt: 'login' })
  const handle = 'urn:ietf:params:oauth:request_uri:1'
  assert.deepEqual(Object.fromEntries(url.searchParams), { client_id: clientId, request_uri: handle })
  const [pushed = {}] = server.forms()
  assert.partialDeepStrictEqual(pushed, { response_type: 'code', redirect_uri: redirectUri, prompt: 'login' })
  const request = new URL(`${server.url}/oauth/authorize?${new URLSearchParams(pushed)}`)
  await client.finishSignIn(server.letIn(request))
  assert.deepEqual(server.paths(), ['/oauth/par', '/oauth/token'])
})

for (const { name, given, code } of [
  { name: 'the issuer refuses it', given: refused('invalid_request'), code: 'issuer_refused' },
  { name: 'the issuer is busy', given: { status: 503 }, code: 'issuer_unavailable' },
  { name: 'a hotspot answers', given: { status: 200, body: '<html>' }, code: 'answer_invalid' },
  { name: 'the answer holds nothing', given: { status: 201, body: {} }, code: 'answer_invalid' },
]) {
  test(`nobody is sent anywhere when a request is pushed and ${name}`, async (t) => {
    const server = await startAuthorizationServer(t)
    server.instead.set('/oauth/par', () => given)
    const navigate = () => assert.fail('it went there')
    await assert.rejects(server.open({ push: true }).signInByRedirect({ redirectUri, navigate }), { code })
  })
}

/** The address of the answer, or what the server says, is changed; what comes of it. */
const refusals: readonly {
  readonly name: string
  readonly code: string
  readonly issuerCode?: string
  readonly answer?: Readonly<Record<string, string | undefined>>
  readonly more?: string
  readonly before?: (server: Server) => void
  readonly maxAge?: number
  /** Whether the code is sent to the issuer. */
  readonly isAsked?: boolean
}[] = [
  { name: 'another state', answer: { state: 'x'.repeat(43) }, code: 'flow_unknown' },
  { name: 'no state', answer: { state: undefined }, code: 'flow_unknown' },
  { name: 'an empty state', answer: { state: '' }, code: 'flow_unknown' },
  { name: 'a state that stands twice', more: '&state=x', code: 'flow_unknown' },
  {
    name: 'an answer that comes after an hour',
    before: (server) => (server.nowMs += 3_600_000),
    code: 'flow_expired',
  },
  {
    name: 'an answer after the clock was set back by an hour',
    before: (server) => (server.nowMs -= 3_600_000),
    code: 'flow_expired',
  },
  { name: 'another issuer', answer: { iss: 'https://evil.example' }, code: 'issuer_mismatch' },
  { name: 'no issuer', answer: { iss: undefined }, code: 'issuer_mismatch' },
  { name: 'the issuer twice', more: '&iss=https://evil.example', code: 'issuer_mismatch' },
  {
    name: 'an error of another issuer',
    answer: { iss: 'https://evil.example', error: 'access_denied' },
    code: 'issuer_mismatch',
  },
  { name: 'no code', answer: { code: undefined }, code: 'answer_invalid' },
  { name: 'an empty code', answer: { code: '' }, code: 'answer_invalid' },
  { name: 'a code that stands twice', more: '&code=x', code: 'answer_invalid' },
  {
    name: 'a person who does not want to',
    answer: { code: undefined, error: 'access_denied' },
    code: 'access_denied',
    issuerCode: 'access_denied',
  },
  {
    name: 'nobody who is signed in',
    answer: { code: undefined, error: 'login_required' },
    code: 'issuer_refused',
    issuerCode: 'login_required',
  },
  {
    name: 'an error beside a code',
    answer: { error: 'invalid_scope' },
    code: 'issuer_refused',
    issuerCode: 'invalid_scope',
  },
  { name: 'an error that is none', answer: { error: '<script>' }, code: 'issuer_refused' },
  {
    name: 'a code that is not of this sign-in',
    answer: { code: 'lk_code_other' },
    code: 'issuer_refused',
    issuerCode: 'invalid_grant',
    isAsked: true,
  },
  ...[
    { name: 'no ID token', members: { id_token: undefined } },
    { name: 'an ID token that is none', members: { id_token: 'x' } },
    { name: 'an ID token of another issuer', idToken: { iss: 'https://evil.example' } },
    { name: 'an ID token for another application', idToken: { aud: 'cli_2' } },
    { name: 'an ID token for nobody', idToken: { aud: undefined } },
    { name: 'an ID token for several, for none of them first', idToken: { aud: [clientId, 'cli_2'] } },
    {
      name: 'an ID token for several, for another first',
      idToken: { aud: [clientId, 'cli_2'], azp: 'cli_2' },
    },
    { name: 'an ID token that another application asked for', idToken: { azp: 'cli_2' } },
    { name: 'an ID token without a subject', idToken: { sub: undefined } },
    { name: 'an ID token that has expired', idToken: { exp: 1_800_000_000 - 60 } },
    { name: 'an ID token that never expires', idToken: { exp: undefined } },
    { name: 'an ID token whose expiry is a text', idToken: { exp: '9999999999' } },
    { name: 'an ID token of the future', idToken: { iat: 1_800_000_061 } },
    { name: 'an ID token without a time', idToken: { iat: undefined } },
    { name: 'the nonce of another sign-in', idToken: { nonce: 'x' } },
    { name: 'no nonce', idToken: { nonce: undefined } },
    { name: 'a sign-in that was too long ago', idToken: { auth_time: 1_800_000_000 - 361 }, maxAge: 300 },
    { name: 'a sign-in nobody knows when', idToken: { auth_time: undefined }, maxAge: 300 },
    { name: 'a token for another audience', accessToken: { aud: 'https://api.example.com' } },
    { name: 'a token for no audience', accessToken: { aud: undefined } },
    { name: 'a token that names nobody', accessToken: { sub: undefined } },
    { name: 'a token that is bound to a key', accessToken: { cnf: { jkt: 'x' } } },
    { name: 'a token that is no JWT', members: { access_token: 'opaque' } },
    { name: 'a token of another type', members: { token_type: 'DPoP' } },
    { name: 'no refresh token', members: { refresh_token: undefined } },
    { name: 'no session', members: { session_id: undefined } },
    { name: 'no life', members: { expires_in: 0 } },
  ].map(({ name, maxAge, ...says }) => ({
    ...{ name, code: 'answer_invalid', isAsked: true, ...(maxAge !== undefined && { maxAge }) },
    before: (server: Server) => void Object.assign(server, says),
  })),
]

for (const error of ['script>', '<script', 'Login_required', 'x'.repeat(65)]) {
  test(`what is no code of OAuth is not told as one: ${error.slice(0, 20)}`, async (t) => {
    const server = await startAuthorizationServer(t)
    const client = server.open()
    const back = server.letIn(await server.begin(client), { error })
    await assert.rejects(client.finishSignIn(back), { code: 'issuer_refused', issuerCode: undefined })
    server.instead.set('/oauth/token', () => refused(error))
    const next = server.letIn(await server.begin(client))
    await assert.rejects(client.finishSignIn(next), { code: 'issuer_refused', issuerCode: undefined })
  })
}

for (const { name, idToken, maxAge } of [
  { name: 'that expired a minute ago, but for a second', idToken: { exp: 1_800_000_000 - 59 } },
  { name: 'of a clock that is a minute ahead', idToken: { iat: 1_800_000_060 } },
  {
    name: 'for several applications, which this one asked for',
    idToken: { aud: [clientId, 'cli_2'], azp: clientId },
  },
  {
    name: 'of a sign-in that is as old as it may be',
    idToken: { auth_time: 1_800_000_000 - 360 },
    maxAge: 300,
  },
  { name: 'of a sign-in of this moment', idToken: {}, maxAge: 0 },
]) {
  test(`an ID token is taken ${name}`, async (t) => {
    const server = await startAuthorizationServer(t)
    server.idToken = idToken
    const client = server.open()
    const returnTo = 'x'.repeat(8192)
    const request = await server.begin(client, { returnTo, ...(maxAge !== undefined && { maxAge }) })
    assert.equal((await client.finishSignIn(server.letIn(request))).returnTo, returnTo)
  })
}

for (const { name, code, issuerCode, answer, more = '', before, maxAge, isAsked = false } of refusals) {
  test(`a sign-in by redirect is refused: ${name}`, async (t) => {
    const server = await startAuthorizationServer(t)
    const { kept, storage } = keptTexts()
    const client = server.open({ storage })
    const request = await server.begin(client, maxAge === undefined ? {} : { maxAge })
    const back = server.letIn(request, answer) + more
    before?.(server)
    await assert.rejects(client.finishSignIn(back), { name: 'ClientError', code, issuerCode })
    assert.deepEqual([client.session, kept.size], [undefined, 0])
    assert.equal(server.asked.length, isAsked ? 1 : 0)
  })
}

test('an answer counts once, and a refused one does not count afterwards', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  const back = server.letIn(await server.begin(client))
  await client.finishSignIn(back)
  await assert.rejects(client.finishSignIn(back), { code: 'flow_unknown' })
  assert.equal(client.session?.subject, 'usr_ada')
  const request = await server.begin(client)
  await assert.rejects(client.finishSignIn(server.letIn(request, { iss: 'https://evil.example' })), {
    code: 'issuer_mismatch',
  })
  await assert.rejects(client.finishSignIn(server.letIn(request)), { code: 'flow_unknown' })
  assert.equal(server.paths().filter((path) => path === '/oauth/token').length, 1)
})

test('an answer is as long as may be, and one that is longer is none', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  const back = `${server.letIn(await server.begin(client))}&more=`
  await assert.rejects(client.finishSignIn(back.padEnd(16_385, 'x')), TypeError)
  await client.finishSignIn(back.padEnd(16_384, 'x'))
  assert.equal(client.session?.subject, 'usr_ada')
})

test('of two at once with one answer, one sends the code', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  const back = server.letIn(await server.begin(client))
  const outcomes = await Promise.allSettled([client.finishSignIn(back), client.finishSignIn(back)])
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.deepEqual(server.paths(), ['/oauth/token'])
})

test('an answer with the state of another does not end the sign-in that is under way', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  const request = await server.begin(client)
  await assert.rejects(client.finishSignIn(server.letIn(request, { state: 'y' })), { code: 'flow_unknown' })
  assert.equal((await client.finishSignIn(server.letIn(request))).session.subject, 'usr_ada')
})

test('the code of one sign-in is worth nothing with the state of another', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  const [mine, theirs] = [await server.begin(client), await server.begin(server.open())]
  const code = new URL(server.letIn(theirs)).searchParams.get('code') ?? ''
  // The verifier is of this sign-in, and the issuer sees it.
  await assert.rejects(client.finishSignIn(server.letIn(mine, { code })), { issuerCode: 'invalid_grant' })
})

for (const address of [
  'https://shop.example/other',
  'https://evil.example/back',
  'http://shop.example/back',
]) {
  test(`an answer that came to ${address} is none`, async (t) => {
    const server = await startAuthorizationServer(t)
    const client = server.open()
    const back = new URL(server.letIn(await server.begin(client)))
    await assert.rejects(client.finishSignIn(address + back.search), { code: 'answer_invalid' })
    assert.deepEqual(server.paths(), [])
  })
}

test('a scheme of an application and a query of the registered address come back as they are', async (t) => {
  const server = await startAuthorizationServer(t)
  for (const redirectUri of ['com.example.app:/back', 'https://shop.example/back?shop=1']) {
    const client = server.open()
    await client.finishSignIn(server.letIn(await server.begin(client, { redirectUri })))
    assert.equal(client.session?.username, 'ada')
  }
})

test('a tab knows the sign-ins that it has begun itself, also after the page has gone and come', async (t) => {
  const server = await startAuthorizationServer(t)
  const tabs = [new Map<string, string>(), new Map<string, string>()]
  const real = Object.getOwnPropertyDescriptor(globalThis, 'sessionStorage')
  t.after(() => real && Object.defineProperty(globalThis, 'sessionStorage', real))
  const turnTo = (tab: Map<string, string> | undefined) =>
    Object.defineProperty(globalThis, 'sessionStorage', {
      configurable: true,
      value: {
        getItem: (key: string) => tab?.get(key) ?? null,
        setItem: (key: string, value: string) => tab?.set(key, value),
        removeItem: (key: string) => tab?.delete(key),
      },
    })
  turnTo(tabs[0])
  const back = server.letIn(await server.begin(server.open()))
  turnTo(tabs[1])
  await assert.rejects(server.open().finishSignIn(back), { code: 'flow_unknown' })
  turnTo(tabs[0])
  await assert.rejects(server.open({ clientId: 'cli_2' }).finishSignIn(back), { code: 'flow_unknown' })
  assert.equal((await server.open().finishSignIn(back)).session.username, 'ada')
  assert.deepEqual([tabs[0]?.size, tabs[1]?.size], [0, 0], 'nothing is left')

  // At most eight are kept, and what is no list of sign-ins is none.
  const requests: URL[] = []
  for (let n = 0; n < 9; n++) requests.push(await server.begin(server.open()))
  await assert.rejects(server.open().finishSignIn(server.letIn(requests[0] as URL)), { code: 'flow_unknown' })
  await server.open().finishSignIn(server.letIn(requests[1] as URL))
  const [key = ''] = [...(tabs[0]?.keys() ?? [])]
  tabs[0]?.set(key, `[null, ${tabs[0].get(key)?.slice(1)}`)
  await server.open().finishSignIn(server.letIn(requests[3] as URL))
  for (const text of ['{', '{}', 'null', '[1, null, {}, {"state":1}]', '[{"state":"s","nonce":"n"}]']) {
    tabs[0]?.set(key, text)
    await assert.rejects(server.open().finishSignIn(server.letIn(requests[2] as URL, { state: 's' })), {
      code: 'flow_unknown',
    })
  }
})

test('the session of an application is no session of a direct sign-in, nor of another application', async (t) => {
  const server = await startAuthorizationServer(t)
  const { kept, storage } = keptTexts()
  const client = server.open({ storage })
  await client.finishSignIn(server.letIn(await server.begin(client)))
  assert.equal((await server.open({ storage }).restore())?.username, 'ada')
  const [[name, text] = ['', '']] = kept
  for (const change of [{ application: undefined }, { application: 'cli_2' }, { idToken: 1 }]) {
    kept.set(name, JSON.stringify({ ...JSON.parse(text), ...change }))
    assert.equal(await server.open({ storage }).restore(), undefined)
  }
})

for (const { name, given, isEnded } of [
  {
    name: 'that it knows no such application any more',
    given: refused('invalid_client', 401),
    isEnded: true,
  },
  {
    name: 'that something else is wrong with it',
    given: refused('unauthorized_client', 401),
    isEnded: false,
  },
  { name: 'invalid_client by another status', given: refused('invalid_client', 400), isEnded: false },
  { name: 'that it is busy', given: { status: 503 }, isEnded: false },
]) {
  const outcome = isEnded ? 'is signed out' : 'is told that the session may live on'
  test(`whoever signs out while the issuer answers ${name} ${outcome}`, async (t) => {
    const server = await startAuthorizationServer(t)
    const client = server.open()
    await client.finishSignIn(server.letIn(await server.begin(client)))
    server.instead.set('/oauth/revoke', () => given)
    await (isEnded ? client.signOut() : assert.rejects(client.signOut(), { name: 'ClientError' }))
    assert.equal(client.session, undefined)
  })
}

test('a session lives on while the issuer cannot be reached', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  await client.finishSignIn(server.letIn(await server.begin(client)))
  server.expire()
  const { mock } = t.mock.method(globalThis, 'fetch', () => Promise.reject(new Error('no network')))
  await assert.rejects(client.fetch(`${server.url}/me`), { code: 'issuer_unreachable' })
  mock.restore()
  assert.equal(client.session?.subject, 'usr_ada')
})

for (const { error, status } of [
  { error: 'invalid_grant', status: 400 },
  { error: 'invalid_client', status: 401 },
]) {
  test(`a session ends when the issuer answers a refresh with ${error}`, async (t) => {
    const server = await startAuthorizationServer(t)
    const client = server.open()
    await client.finishSignIn(server.letIn(await server.begin(client)))
    const told: unknown[] = []
    client.on('signed-out', ({ reason }) => told.push(reason))
    server.expire()
    server.instead.set('/oauth/token', () => refused(error, status))
    await assert.rejects(client.fetch(`${server.url}/me`), { code: 'signed_out' })
    assert.deepEqual(told, ['session_ended'])
  })
}

for (const { name, given } of [
  { name: 'a proxy that says 401', given: { status: 401, body: { error: 'invalid_grant' } } },
  { name: 'a page of a hotspot', given: { status: 200, body: '<html>' } },
  { name: 'a server that is busy', given: { status: 503, body: { error: 'temporarily_unavailable' } } },
  { name: 'a token for another audience', given: undefined },
]) {
  test(`a session stands when a refresh is answered by ${name}`, async (t) => {
    const { setTimeout } = globalThis
    t.mock.method(globalThis, 'setTimeout', (run: () => void, ms = 0) =>
      setTimeout(run, ms === 1_000 ? 0 : ms),
    )
    const server = await startAuthorizationServer(t)
    const client = server.open()
    await client.finishSignIn(server.letIn(await server.begin(client)))
    server.expire()
    if (given === undefined) server.accessToken = { aud: 'https://api.example.com' }
    else server.instead.set('/oauth/token', () => given)
    await assert.rejects(
      client.fetch(`${server.url}/me`),
      ({ code }: { code: string }) => code !== 'signed_out',
    )
    assert.equal(client.session?.username, 'ada')
  })
}

test('an audience is the same with and without an empty path', async (t) => {
  const server = await startAuthorizationServer(t)
  server.accessToken = { aud: ['https://api.example.com'] }
  const client = server.open({ audience: 'https://api.example.com/' })
  await client.finishSignIn(server.letIn(await server.begin(client)))
  assert.equal(client.session?.username, 'ada')
})

test('without openid no ID token is needed, and one that comes is looked at', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open({ scopes: ['devices:view'] })
  server.members = { id_token: undefined }
  await client.finishSignIn(server.letIn(await server.begin(client)))
  assert.equal(client.session?.username, '')
  server.members = { id_token: jwt({ iss: server.url }) }
  await assert.rejects(client.finishSignIn(server.letIn(await server.begin(client))), {
    code: 'answer_invalid',
  })
  // What was there before stands.
  assert.equal(client.session?.subject, 'usr_ada')
})

test('signing out by redirect ends the session and goes to the issuer with the ID token', async (t) => {
  const server = await startAuthorizationServer(t)
  const { kept, storage } = keptTexts()
  const client = server.open({ storage })
  await client.finishSignIn(server.letIn(await server.begin(client)))
  // Nobody has checked an ID token that comes with a refresh.
  server.idToken = { sub: 'usr_other' }
  server.expire()
  await client.fetch(`${server.url}/me`)
  const gone: string[] = []
  // A page that was opened anew has it from the storage.
  const again = server.open({ storage })
  await again.signOutByRedirect({
    redirectUri: 'https://shop.example/bye',
    navigate: (url) => gone.push(url),
  })
  const [url] = gone.map((one) => new URL(one))
  assert.equal(url?.pathname, '/oauth/logout')
  const { id_token_hint: hint = '', ...rest } = Object.fromEntries(url?.searchParams ?? [])
  assert.equal(JSON.parse(Buffer.from(hint.split('.')[1] ?? '', 'base64url').toString()).sub, 'usr_ada')
  assert.deepEqual(rest, { client_id: clientId, post_logout_redirect_uri: 'https://shop.example/bye' })
  assert.deepEqual([server.ended.length, kept.size, again.session], [1, 0, undefined])
  // Nobody is signed in here, and perhaps in the browser.
  await again.signOutByRedirect({ navigate: (next) => gone.push(next) })
  assert.deepEqual(Object.fromEntries(new URL(gone[1] ?? '').searchParams), { client_id: clientId })
})

test('signing out by redirect goes there also where the issuer cannot be told beforehand', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  await client.finishSignIn(server.letIn(await server.begin(client)))
  server.instead.set('/oauth/revoke', () => ({ status: 503 }))
  const gone: string[] = []
  await client.signOutByRedirect({ navigate: (url) => gone.push(url) })
  assert.deepEqual([gone.length, client.session], [1, undefined])
})

test('a client that was closed goes nowhere', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open()
  const back = server.letIn(await server.begin(client))
  client.close()
  await assert.rejects(client.finishSignIn(back), { code: 'closed' })
  await assert.rejects(client.signInByRedirect({ redirectUri, navigate: () => assert.fail() }), {
    code: 'closed',
  })
  await assert.rejects(client.signOutByRedirect({ navigate: () => assert.fail() }), { code: 'closed' })
  await assert.rejects(client.signInByDeviceCode({ onCode: () => assert.fail() }), { code: 'closed' })
})

function keptTexts() {
  const kept = new Map<string, string>()
  const storage = keyValueStorage({
    getItem: (name) => kept.get(name),
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  })
  return { kept, storage }
}

test('a page that comes back ends the session that the page before it had', async (t) => {
  const server = await startAuthorizationServer(t)
  const { storage } = keptTexts()
  const first = server.open({ storage })
  await first.finishSignIn(server.letIn(await server.begin(first)))
  const refreshToken = server.newestRefreshToken
  const page = server.open({ storage })
  const back = server.letIn(await server.begin(page, { prompt: 'login' }))
  await server.open({ storage }).finishSignIn(back)
  assert.deepEqual(server.ended, [refreshToken])
})

test('the storage of a client without one is its memory', async (t) => {
  const server = await startAuthorizationServer(t)
  const client = server.open({ storage: memoryStorage })
  await client.finishSignIn(server.letIn(await server.begin(client)))
  assert.equal(await server.open({ storage: memoryStorage }).restore(), undefined)
})
