import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf } from '../../../test/compat/mount/http.ts'
import {
  bearing,
  challenged,
  credentials,
  notValid,
  obtain,
  type Pair,
  seconds,
  startProject,
  tokenWith,
} from '../../../test/compat/simplejwt/project.ts'
import { MemoryTokenStore, RefreshToken } from './index.ts'

const rotating = { ROTATE_REFRESH_TOKENS: true, BLACKLIST_AFTER_ROTATION: true }
const blacklisted = notValid('Token is blacklisted')

test('rotation gives a new refresh token, and the old one is good for nothing', async (t) => {
  const { send, clock } = await startProject(t, rotating)
  const first = await obtain(send)
  clock.ms += 60_000
  const second = (await send('/api/token/refresh/', { json: { refresh: first.refresh } })).json as Pair
  assert.deepEqual(Object.keys(second), ['access', 'refresh'])
  const [old, fresh] = [claimsOf(first.refresh), claimsOf(second.refresh)]
  assert.notEqual(fresh.jti, old.jti)
  assert.deepEqual([fresh.iat, fresh.exp, fresh.user_id], [seconds + 60, seconds + 86_460, '1'])

  const again = await send('/api/token/refresh/', { json: { refresh: first.refresh } })
  assert.deepEqual([again.status, again.json, challenged(again)], [401, blacklisted, 'Bearer realm="api"'])
  assert.equal((await send('/api/token/refresh/', { json: { refresh: second.refresh } })).status, 200)
  const verified = await send('/api/token/verify/', { json: { token: first.refresh } })
  assert.deepEqual([verified.status, verified.json], [400, { non_field_errors: ['Token is blacklisted'] }])
  // The access token lives until its end.
  assert.equal((await send('/', bearing(first.access))).status, 200)
})

test('of many who rotate the same token at once, one gets through', async (t) => {
  const { send } = await startProject(t, rotating)
  const { refresh } = await obtain(send)
  const answered = await Promise.all(
    Array.from({ length: 16 }, () => send('/api/token/refresh/', { json: { refresh } })),
  )
  const statuses = answered.map(({ status }) => status).sort()
  assert.deepEqual(statuses, [200, ...Array.from({ length: 15 }, () => 401)])
})

test('of many who blacklist the same token at once, one is told that it is done', async (t) => {
  const { send } = await startProject(t)
  const { refresh } = await obtain(send)
  const answered = await Promise.all(
    Array.from({ length: 8 }, () => send('/api/token/blacklist/', { json: { refresh } })),
  )
  assert.equal(answered.filter(({ status }) => status === 200).length, 1)
})

test('a store of your own is told of ids and times, and never of a token', async (t) => {
  const told: unknown[] = []
  const ended = new Set<string>()
  const token_blacklist = {
    outstand: async (entry: object) => void told.push(entry),
    blacklist: async ({ jti, ...entry }: { jti: string }) => {
      told.push({ jti, ...entry })
      return ended.size < ended.add(jti).size
    },
    isBlacklisted: async (jti: string) => ended.has(jti),
  }
  const { send } = await startProject(t, rotating, { token_blacklist })
  const { refresh } = await obtain(send)
  const second = (await send('/api/token/refresh/', { json: { refresh } })).json as Pair
  assert.deepEqual((await send('/api/token/refresh/', { json: { refresh } })).json, blacklisted)
  const times = { userId: '1', createdAtMs: 1000 * seconds, expiresAtMs: 1000 * (seconds + 86_400) }
  const [first, next] = [claimsOf(refresh).jti, claimsOf(second.refresh).jti]
  assert.deepEqual(told, [
    { jti: first, ...times },
    { jti: first, ...times },
    { jti: next, ...times },
  ])
})

test('rotation without blacklisting leaves the old token as it was', async (t) => {
  const { send } = await startProject(t, { ROTATE_REFRESH_TOKENS: true })
  const { refresh } = await obtain(send)
  for (let time = 0; time < 2; time++) {
    assert.equal((await send('/api/token/refresh/', { json: { refresh } })).status, 200)
  }
})

test('a token is blacklisted once, and verify says so only where rotation blacklists', async (t) => {
  const { send } = await startProject(t)
  const { refresh, access } = await obtain(send)
  const ended = await send('/api/token/blacklist/', { json: { refresh } })
  assert.deepEqual([ended.status, ended.json], [200, {}])
  for (const path of ['/api/token/blacklist/', '/api/token/refresh/']) {
    const { status, json } = await send(path, { json: { refresh } })
    assert.deepEqual([status, json], [401, blacklisted])
  }
  assert.equal((await send('/api/token/verify/', { json: { token: refresh } })).status, 200)
  assert.equal((await send('/', bearing(access))).status, 200)
  assert.equal((await send('/api/token/blacklist/', { json: { refresh: access } })).status, 401)
})

test('a token that nobody remembers is blacklisted all the same', async (t) => {
  const { send } = await startProject(t)
  const refresh = tokenWith({ token_type: 'refresh', jti: 'from before' })
  assert.equal((await send('/api/token/blacklist/', { json: { refresh } })).status, 200)
  assert.deepEqual((await send('/api/token/refresh/', { json: { refresh } })).json, blacklisted)
})

test('a project without a blacklist has none to ask, and cannot be told to use one', async (t) => {
  const { send } = await startProject(t, { ROTATE_REFRESH_TOKENS: true }, { token_blacklist: null })
  const { refresh } = await obtain(send)
  assert.equal((await send('/api/token/blacklist/', { json: { refresh } })).status, 200)
  assert.equal((await send('/api/token/refresh/', { json: { refresh } })).status, 200)
  await assert.rejects(startProject(t, rotating, { token_blacklist: null }), /needs a token_blacklist/)
})

test('a change of password ends tokens where that is checked', async (t) => {
  const { send, people } = await startProject(t, { ...rotating, CHECK_REVOKE_TOKEN: true })
  const { refresh, access } = await obtain(send)
  // The MD5 of `hash-1`, as Python's hashlib gives it.
  assert.equal(claimsOf(access).hash_password, 'AFF37A2219D12E06DD4926118C53984C')
  assert.equal((await send('/', bearing(access))).status, 200)
  people.set(1, { id: 1, username: 'jo', password: 'hash-new', is_active: true })
  const detail = "The user's password has been changed."
  const opened = await send('/', bearing(access))
  assert.deepEqual([opened.status, opened.json], [401, { detail, code: 'password_changed' }])
  const refreshed = await send('/api/token/refresh/', { json: { refresh } })
  assert.deepEqual([refreshed.status, refreshed.json], [401, { detail }])
  assert.deepEqual((await send('/api/token/refresh/', { json: { refresh } })).json, blacklisted)
})

test('a sliding token is refreshed until its last day, and blacklisted like others', async (t) => {
  const { send, clock, views } = await startProject(t)
  const { token } = (await send('/api/sliding/', { json: credentials })).json as { token: string }
  const { jti, ...claims } = claimsOf(token)
  assert.deepEqual(claims, {
    token_type: 'sliding',
    exp: seconds + 300,
    iat: seconds,
    refresh_exp: seconds + 86_400,
    user_id: '1',
  })
  clock.ms += 299_000
  const refreshed = (await send('/api/sliding/refresh/', { json: { token } })).json as { token: string }
  assert.deepEqual(claimsOf(refreshed.token), { ...claims, jti, exp: seconds + 599, iat: seconds + 299 })
  clock.ms += 1000
  assert.deepEqual(
    (await send('/api/sliding/refresh/', { json: { token } })).json,
    notValid('Token is expired'),
  )
  const late = tokenWith({ token_type: 'sliding', exp: seconds + 9999, refresh_exp: seconds + 300 })
  const answered = await send('/api/sliding/refresh/', { json: { token: late } })
  assert.deepEqual([answered.status, answered.json], [401, notValid("Token 'refresh_exp' claim has expired")])
  await views.kit.store?.blacklist({
    jti: String(jti),
    userId: '1',
    createdAtMs: 0,
    expiresAtMs: clock.ms + 1,
  })
  assert.deepEqual(
    (await send('/api/sliding/refresh/', { json: { token: refreshed.token } })).json,
    blacklisted,
  )
})

test('tokens are made by hand for a user, and are remembered', async (t) => {
  const { send, views, people, clock } = await startProject(t)
  const person = people.get(1)
  assert(person)
  const refresh = await RefreshToken.for_user(views.kit, person)
  refresh.set('color', 'red')
  assert.equal((await send('/', bearing(String(refresh.access_token)))).status, 200)
  assert.equal(refresh.access_token.get('color'), 'red')
  const { store } = views.kit
  assert(store instanceof MemoryTokenStore)
  assert.deepEqual(
    store.outstandingOf('1').map(({ jti }) => jti),
    [refresh.get('jti')],
  )
  clock.ms += 86_400_000
  assert.deepEqual(store.outstandingOf('1'), [])
})

test('the store in memory forgets what has expired, and nothing else', () => {
  let nowMs = 0
  const store = new MemoryTokenStore(() => nowMs)
  const token = (jti: string, expiresAtMs: number) => ({ jti, userId: 'u', createdAtMs: 0, expiresAtMs })
  assert.equal(store.blacklist(token('long', 10_000)), true)
  assert.equal(store.blacklist(token('long', 10_000)), false)
  for (let n = 1; n < 1024; n++) store.outstand(token(`short ${n}`, 10))
  assert.equal(store.size, 1024)
  nowMs = 10
  store.outstand(token('new', 20))
  assert.equal(store.size, 2)
  assert.equal(store.isBlacklisted('long'), true)
  assert.equal(store.isBlacklisted('new'), false)
})

test('of two processes that take the same token at once, the one that comes second gives out nothing', async (t) => {
  // Both have looked before either has written.
  const told: string[] = []
  const token_blacklist = {
    outstand: ({ jti }: { jti: string }) => void told.push(jti),
    blacklist: () => false,
    isBlacklisted: () => false,
  }
  const { send } = await startProject(t, rotating, { token_blacklist })
  const { refresh } = await obtain(send)
  for (const path of ['refresh', 'blacklist']) {
    const answer = await send(`/api/token/${path}/`, { json: { refresh } })
    assert.deepEqual([answer.status, answer.json], [401, blacklisted], path)
  }
  assert.equal(told.length, 1, 'the token of the sign-in, and none since')
})
