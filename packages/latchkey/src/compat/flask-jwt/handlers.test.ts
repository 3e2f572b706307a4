import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearing, good, start, tokenWith } from '../../../test/compat/flask-jwt/app.ts'
import { aSecret, claimsOf } from '../../../test/compat/mount/http.ts'
import { JWT, JWTError, jsonify } from './index.ts'

test('every handler takes the place of the standard one', async (t) => {
  const send = await start(t, {}, (jwt) => {
    jwt.jwt_payload_handler((user) => ({ ...good, identity: user.id, made: 'here' }))
    jwt.jwt_headers_handler((user) => ({ kid: `key of ${user.username}` }))
    jwt.auth_response_handler((token, user) => jsonify({ token, name: user.username }, 201))
    jwt.request_handler((request) => request.header('x-token') ?? null)
    jwt.jwt_error_handler(({ error, description }) => jsonify({ said: `${error}: ${description}` }, 418))
    jwt.identity_handler((payload) => ({ id: payload.identity, made: payload.made }))
    jwt.authentication_handler(async (username) => {
      if (username === 'locked') throw new JWTError('Locked', 'Try later', 423)
      return username === 'user2' ? { id: 2, username } : null
    })
  })
  const obtained = await send('/auth', { json: { username: 'user2', password: 'any' } })
  const { token, name } = obtained.json as { token: string; name: string }
  assert.deepEqual([obtained.status, name, claimsOf(token).made], [201, 'user2', 'here'])
  assert.equal(
    (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid,
    'key of user2',
  )
  const opened = await send('/protected', { headers: { 'x-token': token } })
  assert.deepEqual([opened.status, opened.json], [200, { id: 2, made: 'here' }])
  const refusals = [
    await send('/protected'),
    await send('/auth', { json: { username: 'nobody', password: 'x' } }),
    await send('/auth', { json: { username: 'locked', password: 'x' } }),
  ]
  assert.deepEqual(
    refusals.map(({ status, json }) => [status, json]),
    [
      [418, { said: 'Authorization Required: Request does not contain an access token' }],
      [418, { said: 'Bad Request: Invalid credentials' }],
      [418, { said: 'Locked: Try later' }],
    ],
  )
})

test('encoding, decoding and all of /auth can be done by handlers, under their old names too', async (t) => {
  const send = await start(t, {}, (jwt) => {
    jwt.encode_handler((user) => `token-of-${user.id}`)
    jwt.decode_handler((token) => {
      const id = /^token-of-(\d)$/.exec(token)?.[1]
      if (id === undefined) throw new JWTError('Invalid token', 'Not one of ours', 403)
      return { identity: Number(id) }
    })
  })
  const { json } = await send('/auth', { json: { username: 'user1', password: 'abcxyz' } })
  assert.deepEqual(json, { access_token: 'token-of-1' })
  assert.equal((await send('/protected', bearing('JWT token-of-2'))).status, 200)
  assert.equal((await send('/protected', bearing('JWT other'))).status, 403)

  const whole = await start(t, {}, (jwt) =>
    jwt.auth_request_handler((request) => jsonify({ path: request.path })),
  )
  assert.deepEqual((await whole('/auth', { method: 'POST' })).json, { path: '/auth' })
})

test('what a handler throws that is no JWTError goes to whoever looks after errors', async (t) => {
  const send = await start(t, {}, (jwt) =>
    jwt.identity_handler(() => {
      throw new Error('the database is away')
    }),
  )
  const { status, text } = await send('/protected', bearing(`JWT ${tokenWith({})}`))
  assert.deepEqual([status, text], [500, 'the database is away'])
})

test('an identity without an id needs a payload handler, and whoever looks after errors is told so', async () => {
  const app = { fetch: (_request: Request): Response | Promise<Response> => new Response() }
  new JWT(app, (username) => ({ username }), null, { SECRET_KEY: aSecret })
  const body = JSON.stringify({ username: 'a', password: 'b' })
  const headers = { 'content-type': 'application/json' }
  const request = new Request('http://localhost/auth', { method: 'POST', body, headers })
  await assert.rejects(async () => app.fetch(request), {
    name: 'TypeError',
    message: /no id: set a jwt_payload_handler/,
  })
})
