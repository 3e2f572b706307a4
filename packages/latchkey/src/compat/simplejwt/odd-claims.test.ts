import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aSecret, claimsOf } from '../../../test/compat/mount/http.ts'
import {
  bearing,
  credentials,
  notValid,
  obtain,
  seconds,
  startProject,
  tokenWith,
} from '../../../test/compat/simplejwt/project.ts'
import { rawToken } from '../../../test/token/raw-token.ts'

/** A token with whatever stands in it: `encode` would not make most of them. */
function odd(claims: Readonly<Record<string, unknown>>): string {
  const payload = {
    exp: seconds + 300,
    iat: seconds,
    jti: 'a',
    user_id: '1',
    refresh_exp: seconds + 900,
    ...claims,
  }
  return rawToken({ payload, secret: Buffer.from(aSecret) })
}

const values = [null, true, 0, 1e300, '', [1], {}]
const claims = [
  'iss',
  'aud',
  'sub',
  'jti',
  'user_id',
  'token_type',
  'iat',
  'nbf',
  'exp',
  'refresh_exp',
  'hash_password',
  'more',
  '__proto__',
]

for (const settings of [
  {},
  { ROTATE_REFRESH_TOKENS: true, BLACKLIST_AFTER_ROTATION: true, CHECK_REVOKE_TOKEN: true },
  { ISSUER: 'i', AUDIENCE: 'a' },
]) {
  for (const release of ['5.2', '5.5'] as const) {
    for (const claim of claims) {
      test(`no ${claim} crashes a project of release ${release} with ${JSON.stringify(settings)}`, async (t) => {
        const { send } = await startProject(t, settings, { release })
        for (const value of values) {
          const member = JSON.parse(`{${JSON.stringify(claim)}:${JSON.stringify(value)}}`)
          const token = (type: string) => odd({ token_type: type, ...member })
          const answers = await Promise.all([
            send('/', bearing(token('access'))),
            send('/stateless', bearing(token('access'))),
            send('/api/token/verify/', { json: { token: token('access') } }),
            send('/api/token/refresh/', { json: { refresh: token('refresh') } }),
            send('/api/token/blacklist/', { json: { refresh: token('refresh') } }),
            send('/api/sliding/refresh/', { json: { token: token('sliding') } }),
          ])
          for (const { status, text } of answers) assert(status < 500, `${JSON.stringify(value)}: ${text}`)
        }
      })
    }
  }
}

for (const iss of [1, null, true, ['i'], {}]) {
  test(`a token with the issuer ${JSON.stringify(iss)} is not refreshed`, async (t) => {
    const { send } = await startProject(t)
    const refresh = odd({ token_type: 'refresh', iss })
    const refreshed = await send('/api/token/refresh/', { json: { refresh } })
    assert.deepEqual([refreshed.status, refreshed.json], [401, notValid('Token is invalid')])
    const token = odd({ token_type: 'sliding', iss })
    const slid = await send('/api/sliding/refresh/', { json: { token } })
    assert.deepEqual([slid.status, slid.json], [401, notValid('Token is invalid')])
  })
}

for (const user_id of [[1], ['1'], { id: 1 }, true]) {
  test(`nobody is named by ${JSON.stringify(user_id)}`, async (t) => {
    const { send } = await startProject(t)
    const opened = await send('/', bearing(odd({ token_type: 'access', user_id })))
    assert.deepEqual(
      [opened.status, opened.json],
      [401, { detail: 'User not found', code: 'user_not_found' }],
    )
    const refresh = odd({ token_type: 'refresh', user_id })
    assert.equal((await send('/api/token/refresh/', { json: { refresh } })).status, 401)
  })
}

test('a change of password ends sliding tokens too where that is checked', async (t) => {
  const { send, people } = await startProject(t, { CHECK_REVOKE_TOKEN: true })
  const { token } = (await send('/api/sliding/', { json: credentials })).json as { token: string }
  assert.equal((await send('/api/sliding/refresh/', { json: { token } })).status, 200)
  people.set(1, { id: 1, username: 'jo', password: 'hash-new', is_active: true })
  const first = await send('/api/sliding/refresh/', { json: { token } })
  assert.deepEqual([first.status, first.json], [401, { detail: "The user's password has been changed." }])
  const second = await send('/api/sliding/refresh/', { json: { token } })
  assert.deepEqual([second.status, second.json], [401, notValid('Token is blacklisted')])
})

const inactive = [
  { name: 'obtain', path: '/api/token/', json: { username: 'gone', password: 'pass' } },
  { name: 'obtain a sliding token', path: '/api/sliding/', json: { username: 'gone', password: 'pass' } },
  {
    name: 'refresh',
    path: '/api/token/refresh/',
    json: { refresh: tokenWith({ token_type: 'refresh', user_id: '2' }) },
  },
  {
    name: 'refresh a sliding token',
    path: '/api/sliding/refresh/',
    json: { token: tokenWith({ token_type: 'sliding', user_id: '2', refresh_exp: seconds + 900 }) },
  },
]
for (const CHECK_USER_IS_ACTIVE of [true, false]) {
  for (const { name, path, json } of inactive) {
    const may = CHECK_USER_IS_ACTIVE ? 'may not' : 'may'
    test(`a user who is not active ${may} ${name} where CHECK_USER_IS_ACTIVE is ${CHECK_USER_IS_ACTIVE}`, async (t) => {
      const { send } = await startProject(t, { CHECK_USER_IS_ACTIVE })
      assert.equal((await send(path, { json })).status, CHECK_USER_IS_ACTIVE ? 401 : 200)
    })
  }
}

test('a rule of the project stands above CHECK_USER_IS_ACTIVE', async (t) => {
  const { send } = await startProject(t, {
    CHECK_USER_IS_ACTIVE: false,
    USER_AUTHENTICATION_RULE: () => false,
  })
  assert.equal((await send('/api/token/', { json: credentials })).status, 401)
})

test('release 5.2 copies the time at which the refresh token was made, release 5.5 does not', async (t) => {
  for (const [release, iat] of [
    ['5.2', seconds],
    ['5.5', seconds + 60],
  ] as const) {
    const { send, clock } = await startProject(t, {}, { release })
    const { refresh } = await obtain(send)
    clock.ms += 60_000
    const { access } = (await send('/api/token/refresh/', { json: { refresh } })).json as { access: string }
    assert.equal(claimsOf(access).iat, iat, release)
  }
})
