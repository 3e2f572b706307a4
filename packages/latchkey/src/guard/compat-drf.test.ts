import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resource, signed } from '../../test/guard/guarded-api.ts'
import { nowMs, secretBytes } from '../../test/token/raw-token.ts'
import { createGuard } from './guard.ts'
import { type AuthenticatorFactory, basic, bearer, FetchRequest, sessionCookie } from './index.ts'

const session = sessionCookie({
  find: (value) => (value === 'good' ? { subject: 'usr_session' } : undefined),
  csrf: { origins: [] },
})
const passwords = basic({
  verify: (user, password) => (password === 'right' ? { subject: `usr_${user}` } : undefined),
})

async function ask(order: readonly AuthenticatorFactory[], headers: Record<string, string>, method = 'GET') {
  const guard = createGuard({
    secret: secretBytes,
    issuer: 'I',
    audience: resource,
    now: () => nowMs,
    authenticators: order,
    compat: 'drf',
  })
  const decision = await guard.required()(new FetchRequest(new Request(resource, { headers, method })))
  if (decision.kind === 'allowed') return decision.auth?.subject
  const { status, headers: answered, body } = decision.refusal
  return [status, answered['www-authenticate'], body.title]
}

const tokenFirst = [bearer(), session, passwords]
const sessionFirst = [session, passwords, bearer()]
const good = `Bearer ${signed()}`
const bad = 'Bearer abc'
const cookie = '__Host-lk=good'
const wrongPassword = `Basic ${Buffer.from('ann:wrong').toString('base64')}`
const told = 'Bearer realm="api", error="invalid_token", error_description="The token is malformed"'
const forbidden = [403, undefined, 'Forbidden']
const bare = [401, 'Bearer realm="api"', 'Unauthorized']

const cases: readonly {
  name: string
  order: readonly AuthenticatorFactory[]
  headers: Record<string, string>
  method?: string
  answer: unknown
}[] = [
  { name: 'tokens first, nothing brought', order: tokenFirst, headers: {}, answer: bare },
  {
    name: 'tokens first, a bad token',
    order: tokenFirst,
    headers: { authorization: bad },
    answer: [401, told, 'Unauthorized'],
  },
  {
    name: 'tokens first, a malformed header',
    order: tokenFirst,
    headers: { authorization: 'Basic ?' },
    answer: bare,
  },
  {
    name: 'tokens first, a wrong password',
    order: tokenFirst,
    headers: { authorization: wrongPassword },
    answer: bare,
  },
  {
    name: 'tokens first, a good token and a session',
    order: tokenFirst,
    headers: { authorization: good, cookie },
    answer: 'usr_1',
  },
  {
    name: 'tokens first, a bad token and a session',
    order: tokenFirst,
    headers: { authorization: bad, cookie },
    answer: [401, told, 'Unauthorized'],
  },
  { name: 'sessions first, nothing brought', order: sessionFirst, headers: {}, answer: forbidden },
  {
    name: 'sessions first, a bad token',
    order: sessionFirst,
    headers: { authorization: bad },
    answer: forbidden,
  },
  {
    name: 'sessions first, a wrong password',
    order: sessionFirst,
    headers: { authorization: wrongPassword },
    answer: forbidden,
  },
  {
    name: 'sessions first, a token and a session',
    order: sessionFirst,
    headers: { authorization: good, cookie },
    answer: 'usr_session',
  },
  {
    name: 'sessions first, a session that has ended and a token',
    order: sessionFirst,
    headers: { authorization: good, cookie: '__Host-lk=old' },
    answer: 'usr_1',
  },
  {
    name: 'sessions first, a session that has ended',
    order: sessionFirst,
    headers: { cookie: '__Host-lk=old' },
    answer: forbidden,
  },
  {
    name: 'sessions first, a POST from nowhere, whatever else',
    order: sessionFirst,
    headers: { authorization: good, cookie },
    method: 'POST',
    answer: forbidden,
  },
  { name: 'no word about tokens, so they are first', order: [session], headers: {}, answer: bare },
]
for (const { name, order, headers, method, answer } of cases) {
  test(`as in Django REST framework: ${name}`, async () =>
    assert.deepEqual(await ask(order, headers, method), answer))
}

test('two lines of Authorization are refused even there', async () => {
  const lines = { authorization: `${bad}, ${good}` }
  assert.deepEqual(await ask(sessionFirst, lines), forbidden)
})

test('without the word, the same guard chooses by what is brought, and sends all challenges', async () => {
  const guard = createGuard({
    secret: secretBytes,
    audience: resource,
    issuer: 'I',
    now: () => nowMs,
    authenticators: sessionFirst,
  })
  const decision = await guard.required()(new FetchRequest(new Request(resource)))
  assert.equal(decision.kind, 'refused')
  const { status, headers } = decision.kind === 'refused' ? decision.refusal : assert.fail()
  assert.deepEqual(
    [status, headers['www-authenticate']],
    [401, 'Basic realm="api", charset="UTF-8", Bearer realm="api"'],
  )
})

test('another word for compat, and tokens listed twice, are a TypeError', () => {
  const options = { secret: secretBytes, audience: resource }
  assert.throws(() => createGuard({ ...options, compat: 'django' as 'drf' }), TypeError)
  assert.throws(() => createGuard({ ...options, authenticators: [bearer(), bearer()] }), TypeError)
})
