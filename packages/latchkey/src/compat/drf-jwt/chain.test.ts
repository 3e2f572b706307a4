import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Chain, named, start, tokenWith, users } from '../../../test/compat/drf-jwt/project.ts'
import { BasicAuthentication, SessionAuthentication } from './index.ts'

const undecodable = 'Error decoding signature.'

const notProvided = 'Authentication credentials were not provided.'

const session = new SessionAuthentication((request) => named(request.header('x-session') ?? ''))
const basic = new BasicAuthentication(users)
const basicly = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
const chains: readonly {
  name: string
  chain: Chain
  headers: Record<string, string>
  status: number
  challenge: string | null
  detail?: string
}[] = [
  {
    name: 'JWT first: nothing',
    chain: (jwt) => [jwt, session, basic],
    headers: {},
    status: 401,
    challenge: 'JWT realm="api"',
    detail: notProvided,
  },
  {
    name: 'Session first: nothing',
    chain: (jwt) => [session, basic, jwt],
    headers: {},
    status: 403,
    challenge: null,
    detail: notProvided,
  },
  {
    name: 'Session first: a bad token',
    chain: (jwt) => [session, basic, jwt],
    headers: { authorization: 'JWT garbage' },
    status: 403,
    challenge: null,
    detail: undecodable,
  },
  {
    name: 'Basic first: a bad token',
    chain: (jwt) => [basic, jwt],
    headers: { authorization: 'JWT garbage' },
    status: 401,
    challenge: 'Basic realm="api"',
    detail: undecodable,
  },
  {
    name: 'Session first: a good token',
    chain: (jwt) => [session, basic, jwt],
    headers: { authorization: `JWT ${tokenWith({})}` },
    status: 200,
    challenge: null,
  },
  {
    name: 'by session',
    chain: (jwt) => [jwt, session, basic],
    headers: { 'x-session': 'jo' },
    status: 200,
    challenge: null,
  },
  {
    name: 'by the session of a user who is disabled',
    chain: (jwt) => [jwt, session],
    headers: { 'x-session': 'gone' },
    status: 401,
    challenge: 'JWT realm="api"',
    detail: notProvided,
  },
  {
    name: 'by name and password',
    chain: (jwt) => [jwt, session, basic],
    headers: basicly('jo:pass'),
    status: 200,
    challenge: null,
  },
  {
    name: 'by a wrong password',
    chain: (jwt) => [jwt, basic],
    headers: basicly('jo:x'),
    status: 401,
    challenge: 'JWT realm="api"',
    detail: 'Invalid username/password.',
  },
  {
    name: 'by the password of a user who is disabled',
    chain: () => [basic],
    headers: basicly('gone:pass'),
    status: 401,
    challenge: 'Basic realm="api"',
    detail: 'User inactive or deleted.',
  },
  {
    name: 'Basic without credentials',
    chain: () => [basic],
    headers: { authorization: 'Basic' },
    status: 401,
    challenge: 'Basic realm="api"',
    detail: 'Invalid basic header. No credentials provided.',
  },
  {
    name: 'Basic with blanks',
    chain: () => [basic],
    headers: { authorization: 'Basic a b' },
    status: 401,
    challenge: 'Basic realm="api"',
    detail: 'Invalid basic header. Credentials string should not contain spaces.',
  },
  {
    name: 'Basic without a colon',
    chain: () => [basic],
    headers: basicly('jo'),
    status: 401,
    challenge: 'Basic realm="api"',
    detail: 'Invalid username/password.',
  },
  {
    name: 'no authentication at all',
    chain: () => [],
    headers: {},
    status: 403,
    challenge: null,
    detail: 'You do not have permission to perform this action.',
  },
]
for (const { name, chain, headers, status, challenge, detail } of chains) {
  test(`in a chain the first link gives status and challenge: ${name}`, async (t) => {
    const answered = await (await start(t, {}, {}, chain))('/', { headers })
    assert.equal(answered.status, status)
    assert.equal(answered.headers.get('www-authenticate'), challenge)
    if (detail !== undefined) assert.deepEqual(answered.json, { detail })
  })
}

test('a session must prove that its user meant a request that changes something', async (t) => {
  const send = await start(t, {}, {}, (jwt) => [session, jwt])
  const refusedBySession = await send('/', { method: 'POST', headers: { 'x-session': 'jo' } })
  assert.deepEqual(
    [refusedBySession.status, refusedBySession.json],
    [403, { detail: 'CSRF Failed: CSRF cookie not set.' }],
  )
  const headers = { 'x-session': 'jo', cookie: 'csrftoken=abc', 'x-csrftoken': 'abc' }
  assert.equal((await send('/', { method: 'POST', headers })).status, 200)
})
