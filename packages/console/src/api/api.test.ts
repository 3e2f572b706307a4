import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createClient } from 'latchkey/client'
import { createApi } from './api.ts'
import type { Confirmed } from './endings.ts'
import { withQuery } from './query.ts'
import type { ServerEvent } from './server-events.ts'

// The console's way to ask, on the client that it uses, of a server that answers as it is told.

const issuer = 'http://127.0.0.1:8484'
const lifeMs = 300_000

async function signedIn(t: TestContext) {
  Object.defineProperty(globalThis, 'location', { value: new URL(`${issuer}/console`), configurable: true })
  t.after(() => Reflect.deleteProperty(globalThis, 'location'))
  const asked: { path: string; token: string | null; init: RequestInit }[] = []
  const answers: ((token: string | null) => Response | Promise<Response>)[] = []
  let clockMs = 0
  let sessions = 0
  const fetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    const path = String(input).replace(issuer, '')
    const token = new Headers(init.headers).get('authorization')
    asked.push({ path, token, init })
    if (path === '/v1/login' || path === '/v1/refresh') return Response.json(tokens(++sessions))
    const answer = answers.shift()
    if (!answer) throw new TypeError('nobody there')
    return answer(token)
  }
  const client = createClient({ issuer, fetch, now: () => clockMs, locks: false })
  await client.signIn({ username: 'ada', password: 'secret' })
  asked.length = 0
  return {
    asked,
    api: createApi(client),
    answer: (...next: typeof answers) => void answers.push(...next),
    expire: () => {
      clockMs += lifeMs
    },
    paths: () => asked.map(({ path }) => path),
  }
}

const tokenOf = (id: number) => `e30.${Buffer.from(`{"sub":"usr_1","n":${id}}`).toString('base64url')}.AA`
const tokens = (id: number) => ({
  access_token: tokenOf(id),
  token_type: 'Bearer',
  refresh_token: `rt_${id}`,
  session_id: 'ses_1',
  expires_in: lifeMs / 1000,
})
const fine = () => Response.json({ fine: true })
const revoked = () =>
  Response.json(
    { code: 'token_revoked', detail: 'no' },
    { status: 401, headers: { 'www-authenticate': 'Bearer realm="latchkey", error="invalid_token"' } },
  )

test('what is asked goes to this server, as whoever is signed in, past the cache and without cookies', async (t) => {
  const { api, asked, answer } = await signedIn(t)
  answer(fine, () => new Response(null, { status: 204 }))
  const body = { payload: [1] }
  const given = { path: { uid: 'a/b?c', method: 'd' }, query: { timeout: '5' }, body }
  assert.deepEqual(await api.call('POST /v1/devices/{uid}/commands/{method}', given), { fine: true })
  // As the element that asks would give it.
  const confirmed = {} as Confirmed
  const of = { path: { uid: 'a' } }
  assert.equal(await api.end(confirmed, 'DELETE /v1/devices/{uid}/claim', of), undefined)
  const [{ path, token, init } = assert.fail()] = asked
  assert.deepEqual([path, token], ['/v1/devices/a%2Fb%3Fc/commands/d?timeout=5', `Bearer ${tokenOf(1)}`])
  assert.equal(asked[1]?.path, '/v1/devices/a/claim')
  assert.deepEqual(
    [init.method, init.body, init.credentials, init.cache, init.redirect],
    ['POST', '{"payload":[1]}', 'omit', 'no-store', 'error'],
  )
  assert.equal(new Headers(init.headers).get('content-type'), 'application/json')
})

test('however many ask after the end of a token, it is renewed once', async (t) => {
  const { api, asked, answer, expire, paths } = await signedIn(t)
  expire()
  answer(fine, fine, fine)
  await Promise.all([api.call('GET /v1/me'), api.call('GET /v1/users'), api.call('GET /v1/keys')])
  assert.deepEqual(paths(), ['/v1/refresh', '/v1/me', '/v1/users', '/v1/keys'])
  assert.deepEqual(new Set(asked.slice(1).map(({ token }) => token)), new Set([`Bearer ${tokenOf(2)}`]))
})

test('a token that is refused is renewed, and what was asked is asked once more', async (t) => {
  const { api, answer, paths } = await signedIn(t)
  answer(revoked, fine)
  assert.deepEqual(await api.call('POST /v1/users/{id}/enable', { path: { id: 'a' } }), { fine: true })
  assert.deepEqual(paths(), ['/v1/users/a/enable', '/v1/refresh', '/v1/users/a/enable'])
  answer(revoked, revoked)
  await assert.rejects(api.call('GET /v1/me'), { name: 'Problem', code: 'token_revoked', status: 401 })
})

test('events are followed with a token that is good, each time anew', async (t) => {
  const { api, asked, answer, expire } = await signedIn(t)
  const opened = () => new Response('event: open\ndata: {}\n\n')
  for (const [id, before] of [
    [1, () => {}],
    [2, expire],
  ] as const) {
    before()
    answer(opened)
    const events: ServerEvent[] = []
    for await (const event of api.follow('GET /v1/activity/tail')) events.push(event)
    assert.deepEqual(events, [{ event: 'open', data: {} }])
    assert.equal(asked.at(-1)?.token, `Bearer ${tokenOf(id)}`)
  }
  answer(revoked, opened)
  for await (const _ of api.follow('GET /v1/activity/tail'));
  assert.equal(asked.at(-1)?.token, `Bearer ${tokenOf(3)}`)
})

test('a refusal is a Problem, and so is a server that cannot be reached', async (t) => {
  const { api, answer } = await signedIn(t)
  answer(() => Response.json({ code: 'device_offline', detail: 'no' }, { status: 409 }))
  await assert.rejects(api.call('GET /v1/me'), { name: 'Problem', code: 'device_offline', status: 409 })
  await assert.rejects(api.call('GET /v1/me'), { name: 'Problem', code: 'unreachable', status: 0 })
})

test('who leaves the page meanwhile is told of no problem', async (t) => {
  const { api, answer } = await signedIn(t)
  const leaving = new AbortController()
  answer(() => {
    leaving.abort()
    throw leaving.signal.reason
  })
  await assert.rejects(api.call('GET /v1/me', { signal: leaving.signal }), { name: 'AbortError' })
})

test('a query has no part that is empty', () => {
  assert.equal(withQuery('/a', { b: '', c: undefined }), '/a')
  assert.equal(withQuery('/a', { b: 'x y', c: '' }), '/a?b=x+y')
})

test('what ends something does not compile without the proof that it was said before', async (t) => {
  const { api, answer } = await signedIn(t)
  answer(fine, fine, fine)
  // @ts-expect-error: it ends a session
  await api.call('POST /v1/me/sessions/end-others')
  // @ts-expect-error: it ends a share
  await api.call('DELETE /v1/devices/{uid}/shares/{subject}', { path: { uid: 'a', subject: 'b' } })
  // @ts-expect-error: nothing was said
  await api.end({}, 'POST /v1/me/sessions/end-others')
})
