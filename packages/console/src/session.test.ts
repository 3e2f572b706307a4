import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSession, Problem } from './session.ts'

/** A server that answers as it is told, and what it was asked. */
function server() {
  const asked: { path: string; body: unknown; authorization: string | null }[] = []
  const answers: (() => Response | Promise<Response>)[] = []
  let clockMs = 0
  const fetch = async (path: string, init: RequestInit) => {
    const { headers, body } = init
    asked.push({
      path,
      body: typeof body === 'string' ? JSON.parse(body) : undefined,
      authorization: new Headers(headers).get('authorization'),
    })
    const answer = answers.shift()
    if (!answer) throw new TypeError('nobody there')
    return answer()
  }
  return {
    asked,
    answer: (...next: (() => Response | Promise<Response>)[]) => void answers.push(...next),
    advance: (ms: number) => {
      clockMs += ms
    },
    session: createSession({ fetch: fetch as typeof globalThis.fetch, now: () => clockMs }),
  }
}

const token = (scope: string, id = 1) =>
  `e30.${Buffer.from(JSON.stringify({ sub: 'usr_1', scope })).toString('base64url')}.${id}`
const tokens =
  (id: number, scope = 'devices:view') =>
  () =>
    Response.json({ access_token: token(scope, id), refresh_token: `rt_${id}`, expires_in: 300 })
const refused = (code: string) => () => Response.json({ code, detail: 'no' }, { status: 401 })

async function signedIn() {
  const there = server()
  there.answer(tokens(1))
  await there.session.signIn('ada', 'secret')
  return there
}

test('signing in remembers who and what they may do', async () => {
  const { session, asked } = await signedIn()
  assert.equal(session.username, 'ada')
  assert.equal(session.subject, 'usr_1')
  assert.deepEqual([...session.scopes], ['devices:view'])
  assert.deepEqual(asked, [
    { path: '/v1/login', body: { username: 'ada', password: 'secret' }, authorization: null },
  ])
})

test('a token that is good is given without asking', async () => {
  const { session, asked, advance } = await signedIn()
  advance(269_999)
  assert.equal(await session.token(), token('devices:view', 1))
  assert.equal(asked.length, 1)
})

test('however many ask near its end, it is renewed once', async () => {
  const { session, asked, advance, answer } = await signedIn()
  advance(270_000)
  answer(tokens(2))
  const given = await Promise.all([session.token(), session.token(), session.token()])
  assert.deepEqual(new Set(given), new Set([token('devices:view', 2)]))
  assert.equal(asked.length, 2)
  advance(270_000)
  answer(tokens(3))
  await session.token()
  assert.deepEqual(
    asked.slice(1).map(({ body }) => body),
    [{ refresh_token: 'rt_1' }, { refresh_token: 'rt_2' }],
  )
})

test('a renewal that brings other permissions is told', async () => {
  const { session, advance, answer } = await signedIn()
  const told: unknown[] = []
  session.onChange((ending) => told.push(ending))
  advance(270_000)
  answer(tokens(2, 'devices:view activity:read'))
  await session.token()
  assert.deepEqual(told, [undefined])
  assert.ok(session.scopes.has('activity:read'))
})

for (const code of ['refresh_invalid', 'refresh_reused']) {
  test(`a renewal that is refused ends the session: ${code}`, async () => {
    const { session, advance, answer } = await signedIn()
    const told: unknown[] = []
    session.onChange((ending) => told.push(ending))
    advance(300_000)
    answer(refused(code))
    await assert.rejects(session.token(), { code })
    assert.equal(session.username, undefined)
    assert.equal(session.scopes.size, 0)
    assert.deepEqual(told, ['ended'])
  })
}

test('a server that cannot be reached ends nothing, and is asked again', async () => {
  const { session, advance, answer } = await signedIn()
  advance(300_000)
  await assert.rejects(session.token(), { code: 'unreachable' })
  assert.equal(session.username, 'ada')
  answer(tokens(2))
  assert.equal(await session.token(), token('devices:view', 2))
})

test('signing out ends the session at the server and forgets it here', async () => {
  const { session, asked, answer } = await signedIn()
  answer(() => new Response(null, { status: 204 }))
  await session.signOut()
  assert.equal(asked[1]?.path, '/v1/logout')
  assert.equal(asked[1]?.authorization, `Bearer ${token('devices:view', 1)}`)
  assert.equal(session.username, undefined)
  await assert.rejects(session.token(), { code: 'signed_out' })
})

test('signing out forgets it here even where the server cannot be told', async () => {
  const { session } = await signedIn()
  await assert.rejects(session.signOut(), { code: 'unreachable' })
  assert.equal(session.username, undefined)
})

test('a refusal of a token ends the session that it belongs to, and no other', async () => {
  const { session } = await signedIn()
  session.refused(token('devices:view', 0))
  assert.equal(session.username, 'ada')
  session.refused(token('devices:view', 1))
  assert.equal(session.username, undefined)
})

test('a renewal that comes after the end signs nobody in again', async () => {
  const { session, advance, answer } = await signedIn()
  const late = Promise.withResolvers<Response>()
  advance(270_000)
  answer(() => late.promise)
  const waiting = session.token()
  session.refused(token('devices:view', 1))
  late.resolve(tokens(2)())
  await assert.rejects(waiting, { code: 'signed_out' })
  assert.equal(session.username, undefined)
})

test('a refusal is a Problem with its code, detail and faults, whatever came', async () => {
  const { session, answer } = server()
  answer(() =>
    Response.json(
      { code: 'request_invalid', detail: 'no', errors: [{ field: '/a', reason: 'b' }] },
      { status: 400 },
    ),
  )
  await assert.rejects(session.signIn('a', 'b'), (error: unknown) => {
    assert.ok(error instanceof Problem)
    assert.deepEqual(
      [error.code, error.status, error.message, error.faults],
      ['request_invalid', 400, 'no', ['/a: b']],
    )
    return true
  })
  answer(() => new Response('<h1>Bad gateway</h1>', { status: 502 }))
  await assert.rejects(session.signIn('a', 'b'), { code: 'internal', status: 502 })
})
