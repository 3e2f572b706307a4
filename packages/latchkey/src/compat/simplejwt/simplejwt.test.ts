import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aSecret, claimsOf, type Sending } from '../../../test/compat/mount/http.ts'
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

test('a pair is obtained, opens a view, refreshes and verifies', async (t) => {
  const { send } = await startProject(t)
  const obtained = await send('/api/token/', { form: credentials })
  const { refresh, access } = obtained.json as Pair
  assert.deepEqual([obtained.status, obtained.text], [200, `{"refresh":"${refresh}","access":"${access}"}`])
  const { jti, ...claims } = claimsOf(access)
  assert.match(String(jti), /^[0-9a-f]{32}$/)
  assert.deepEqual(claims, { token_type: 'access', exp: seconds + 300, iat: seconds, user_id: '1' })
  assert.notEqual(claimsOf(refresh).jti, jti)
  assert.deepEqual([claimsOf(refresh).token_type, claimsOf(refresh).exp], ['refresh', seconds + 86_400])

  const opened = await send('/', bearing(access))
  assert.deepEqual(
    [opened.status, (opened.json as { user: { username: string } }).user.username],
    [200, 'jo'],
  )
  const refreshed = await send('/api/token/refresh/', { json: { refresh } })
  assert.deepEqual(Object.keys(refreshed.json as object), ['access'])
  assert.equal((await send('/', bearing((refreshed.json as Pair).access))).status, 200)
  for (const token of [access, refresh]) {
    const verified = await send('/api/token/verify/', { json: { token } })
    assert.deepEqual([verified.status, verified.json], [200, {}])
  }
})

const noAccount = { detail: 'No active account found with the given credentials' }
const required = ['This field is required.']
const notObtained: readonly { name: string; sending: Sending; status: number; body: unknown }[] = [
  {
    name: 'a wrong password',
    sending: { json: { ...credentials, password: 'x' } },
    status: 401,
    body: noAccount,
  },
  {
    name: 'a user who is not active',
    sending: { json: { ...credentials, username: 'gone' } },
    status: 401,
    body: noAccount,
  },
  {
    name: 'a name that nobody has',
    sending: { json: { ...credentials, username: 'x' } },
    status: 401,
    body: noAccount,
  },
  { name: 'no password', sending: { json: { username: 'jo' } }, status: 400, body: { password: required } },
  {
    name: 'a blank name',
    sending: { json: { ...credentials, username: '' } },
    status: 400,
    body: { username: ['This field may not be blank.'] },
  },
  {
    name: 'broken JSON',
    sending: { body: 'x', headers: { 'content-type': 'application/json' } },
    status: 400,
    body: { detail: 'JSON parse error - Expecting value: line 1 column 1 (char 0)' },
  },
  {
    name: 'XML',
    sending: { body: '<a/>', headers: { 'content-type': 'text/xml' } },
    status: 415,
    body: { detail: 'Unsupported media type "text/xml" in request.' },
  },
  { name: 'GET', sending: {}, status: 405, body: { detail: 'Method "GET" not allowed.' } },
]
for (const { name, sending, status, body } of notObtained) {
  test(`no pair is obtained with ${name}`, async (t) => {
    const { send } = await startProject(t)
    const answered = await send('/api/token/', sending)
    assert.deepEqual([answered.status, answered.json], [status, body])
    assert.equal(challenged(answered), status === 401 ? 'Bearer realm="api"' : null)
  })
}

const refusedTokens: readonly { name: string; token: string; said: string; saidBefore?: string }[] = [
  { name: 'garbage', token: 'garbage', said: 'Token is invalid', saidBefore: 'Token is invalid or expired' },
  {
    name: 'a foreign signature',
    token: tokenWith({}, `${aSecret}!`),
    said: 'Token is invalid',
    saidBefore: 'Token is invalid or expired',
  },
  {
    name: 'expired',
    token: tokenWith({ exp: seconds }),
    said: 'Token is expired',
    saidBefore: 'Token is invalid or expired',
  },
  {
    name: 'issued ahead',
    token: tokenWith({ iat: seconds + 60 }),
    said: 'Token is invalid',
    saidBefore: 'Token is invalid or expired',
  },
  { name: 'no end', token: tokenWith({ exp: null }), said: "Token has no 'exp' claim" },
  { name: 'no id', token: tokenWith({ jti: null }), said: 'Token has no id' },
]
const wrongTypes = [
  { name: 'no type', token: tokenWith({ token_type: null }), said: 'Token has no type' },
  { name: 'a refresh token', token: tokenWith({ token_type: 'refresh' }), said: 'Token has wrong type' },
  { name: 'a sliding token', token: tokenWith({ token_type: 'sliding' }), said: 'Token has wrong type' },
]
for (const { name, token, said } of [...refusedTokens, ...wrongTypes]) {
  test(`a view says of a token why it does not open: ${name}`, async (t) => {
    const { send } = await startProject(t)
    const messages = [{ token_class: 'AccessToken', token_type: 'access', message: said }]
    const body = { detail: 'Given token not valid for any token type', code: 'token_not_valid', messages }
    for (const path of ['/', '/any', '/stateless']) {
      const answered = await send(path, bearing(token))
      assert.deepEqual([answered.status, answered.json], [401, body], path)
      assert.equal(challenged(answered), 'Bearer realm="api"')
    }
  })
}
for (const { name, token, said, saidBefore = said } of refusedTokens) {
  test(`a token does not verify: ${name}`, async (t) => {
    for (const [release, detail] of [
      ['5.5', said],
      ['5.2', saidBefore],
    ] as const) {
      const { send } = await startProject(t, {}, { release })
      const answered = await send('/api/token/verify/', { json: { token } })
      assert.deepEqual([answered.status, answered.json], [401, notValid(detail)])
      assert.equal(challenged(answered), 'Bearer realm="api"')
    }
  })
}

test('a token of any type verifies', async (t) => {
  const { send } = await startProject(t)
  for (const { token } of wrongTypes) {
    assert.deepEqual((await send('/api/token/verify/', { json: { token } })).json, {})
  }
})

const twoValues = {
  detail: 'Authorization header must contain two space-delimited values',
  code: 'bad_authorization_header',
}
const notProvided = { detail: 'Authentication credentials were not provided.' }
const headers: readonly { name: string; authorization?: string; body: unknown }[] = [
  { name: 'no header', body: notProvided },
  { name: 'another scheme', authorization: 'JWT a', body: notProvided },
  { name: 'the scheme in lower case', authorization: `bearer ${tokenWith({})}`, body: notProvided },
  { name: 'the scheme alone', authorization: 'Bearer', body: twoValues },
  { name: 'two tokens', authorization: 'Bearer a b', body: twoValues },
  {
    name: 'a user who is gone',
    authorization: `Bearer ${tokenWith({ user_id: '9' })}`,
    body: { detail: 'User not found', code: 'user_not_found' },
  },
  {
    name: 'a user who is not active',
    authorization: `Bearer ${tokenWith({ user_id: '2' })}`,
    body: { detail: 'User is inactive', code: 'user_inactive' },
  },
  {
    name: 'no user',
    authorization: `Bearer ${tokenWith({ user_id: null })}`,
    body: notValid('Token contained no recognizable user identification'),
  },
]
for (const { name, authorization, body } of headers) {
  test(`a view answers 401 with a challenge to ${name}`, async (t) => {
    const { send } = await startProject(t)
    const answered = await send('/', authorization === undefined ? {} : { headers: { authorization } })
    assert.deepEqual([answered.status, answered.json], [401, body])
    assert.equal(challenged(answered), 'Bearer realm="api"')
  })
}

test('a view for everybody takes a stranger, and refuses a bad token', async (t) => {
  const { send } = await startProject(t)
  assert.equal((await send('/any')).status, 200)
  assert.equal((await send('/any', bearing('garbage'))).status, 401)
})

test('who is known but may not is answered 403', async (t) => {
  const { send } = await startProject(t)
  const { status, json } = await send('/admin', bearing(tokenWith({})))
  assert.deepEqual([status, json], [403, { detail: 'You do not have permission to perform this action.' }])
})

const notRefreshed: readonly { name: string; refresh?: unknown; status: number; body: unknown }[] = [
  { name: 'an access token', refresh: tokenWith({}), status: 401, body: notValid('Token has wrong type') },
  { name: 'garbage', refresh: 'garbage', status: 401, body: notValid('Token is invalid') },
  {
    name: 'expired',
    refresh: tokenWith({ token_type: 'refresh', exp: seconds }),
    status: 401,
    body: notValid('Token is expired'),
  },
  {
    name: 'no id',
    refresh: tokenWith({ token_type: 'refresh', jti: null }),
    status: 401,
    body: notValid('Token has no id'),
  },
  {
    name: 'a user who is gone',
    refresh: tokenWith({ token_type: 'refresh', user_id: '9' }),
    status: 401,
    body: { detail: 'No active account found for the given token.' },
  },
  {
    name: 'a user who is not active',
    refresh: tokenWith({ token_type: 'refresh', user_id: '2' }),
    status: 401,
    body: { detail: 'No active account found for the given token.' },
  },
  { name: 'nothing', status: 400, body: { refresh: required } },
  { name: 'a list', refresh: ['a'], status: 400, body: { refresh: ['Not a valid string.'] } },
]
for (const { name, refresh, status, body } of notRefreshed) {
  test(`a pair is not refreshed with ${name}`, async (t) => {
    const { send } = await startProject(t)
    const answered = await send('/api/token/refresh/', { json: { refresh } })
    assert.deepEqual([answered.status, answered.json], [status, body])
  })
}

test('an access token takes over what a refresh token says beside its own', async (t) => {
  const { send } = await startProject(t)
  const refresh = tokenWith({ token_type: 'refresh', color: 'red', iat: seconds - 5, exp: seconds + 9 })
  const { access } = (await send('/api/token/refresh/', { json: { refresh } })).json as Pair
  const { jti, ...claims } = claimsOf(access)
  assert.notEqual(jti, 'a')
  assert.deepEqual(claims, {
    token_type: 'access',
    exp: seconds + 300,
    iat: seconds,
    user_id: '1',
    color: 'red',
  })
})

test('a user who is known by a token alone is what the token says', async (t) => {
  const { send } = await startProject(t)
  const token = tokenWith({ user_id: '99', username: 'remote', is_staff: true })
  const { json } = await send('/stateless', bearing(token))
  const { id, username, is_staff, is_superuser, is_active } = (json as { user: Record<string, unknown> }).user
  assert.deepEqual([id, username, is_staff, is_superuser, is_active], ['99', 'remote', true, false, true])
  assert.equal((await send('/stateless', bearing(tokenWith({ user_id: null })))).status, 401)
})

test('release 5.2 writes a number as a number', async (t) => {
  const { send } = await startProject(t, {}, { release: '5.2' })
  const { access } = await obtain(send)
  assert.equal(claimsOf(access).user_id, 1)
  assert.equal((await send('/', bearing(access))).status, 200)
})
