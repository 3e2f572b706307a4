import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientKey, proofOf } from '../../../test/guard/dpop.ts'
import { resource, signed } from '../../../test/guard/guarded-api.ts'
import { nowMs, secretBytes } from '../../../test/token/raw-token.ts'
import { networkOf } from '../failure-limit.ts'
import { createGuard } from '../guard.ts'
import {
  type ApiKeyOptions,
  type AuthenticatorFactory,
  apiKey,
  type BasicOptions,
  basic,
  type FailureLimitOptions,
  FetchRequest,
  failureLimit,
  type GuardOptions,
  type GuardRequest,
  hashApiKey,
} from '../index.ts'

const bound = signed({ payload: clientKey.bound })
const goodKey = 'lk_key_0123456789'
const keys = apiKey({
  find: (hash) =>
    hash === hashApiKey(goodKey)
      ? ({ subject: 'key_1', scopes: ['a'], kind: 'user' } as { subject: string }) // whatever it says
      : hash === hashApiKey(`${goodKey}_over`)
        ? Promise.resolve({ subject: 'key_2', expiresAt: nowMs })
        : undefined,
})
let asked = 0
const passwords: BasicOptions = {
  verify(user, password) {
    asked++
    if (user === 'over') return { subject: 'usr_over', expiresAt: nowMs }
    if (user === 'late') return Promise.resolve(password === 'right' ? { subject: 'usr_late' } : undefined)
    return password === 'right:ü' || password === '' ? { subject: `usr_${user}` } : undefined
  },
}

interface Asked {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly isPrivate?: boolean
  readonly remoteAddress?: string
}

const guardWith = (authenticators: readonly AuthenticatorFactory[], more: GuardOptions = {}) =>
  createGuard({
    secret: secretBytes,
    issuer: 'I',
    audience: resource,
    now: () => nowMs,
    authenticators,
    ...more,
  })

async function ask(
  guard: ReturnType<typeof createGuard>,
  { headers = {}, isPrivate = true, remoteAddress }: Asked,
) {
  const request: GuardRequest = {
    method: 'GET',
    url: '/me?api_key=lk_key_0123456789',
    header: (name) => [headers[name] ?? []].flat(),
    remoteAddress,
    isPrivate,
    source: undefined,
  }
  const decision = await guard.required()(request)
  if (decision.kind === 'allowed') return { subject: decision.auth?.subject, kind: decision.auth?.kind }
  const { status, error, reason, headers: answered, text } = decision.refusal
  return {
    status,
    error,
    reason,
    challenge: answered['www-authenticate'],
    wait: answered['retry-after'],
    text,
  }
}

const byKey: readonly { name: string; headers: Asked['headers'] & object; answer: readonly unknown[] }[] = [
  { name: 'a good one', headers: { 'x-api-key': goodKey }, answer: ['key_1', 'api_key'] },
  { name: 'with blanks around it', headers: { 'x-api-key': ` ${goodKey} ` }, answer: ['key_1', 'api_key'] },
  { name: 'an unknown one', headers: { 'x-api-key': `${goodKey}1` }, answer: [401, 'invalid_credentials'] },
  {
    name: 'one that has ended',
    headers: { 'x-api-key': `${goodKey}_over` },
    answer: [401, 'invalid_credentials'],
  },
  {
    name: 'the hash of a good one',
    headers: { 'x-api-key': hashApiKey(goodKey) },
    answer: [401, 'invalid_credentials'],
  },
  { name: 'two lines', headers: { 'x-api-key': [goodKey, goodKey] }, answer: [400, 'invalid_request'] },
  {
    name: 'two lines that arrive as one',
    headers: { 'x-api-key': `${goodKey}, ${goodKey}` },
    answer: [400, 'invalid_request'],
  },
  { name: 'a short one', headers: { 'x-api-key': 'a'.repeat(15) }, answer: [400, 'invalid_request'] },
  { name: 'a long one', headers: { 'x-api-key': 'a'.repeat(513) }, answer: [400, 'invalid_request'] },
  {
    name: 'the shortest that a key may be',
    headers: { 'x-api-key': 'a'.repeat(16) },
    answer: [401, 'invalid_credentials'],
  },
  {
    name: 'the longest that a key may be',
    headers: { 'x-api-key': 'a'.repeat(512) },
    answer: [401, 'invalid_credentials'],
  },
  {
    name: 'one with letters that are not ASCII',
    headers: { 'x-api-key': `${goodKey}ü` },
    answer: [400, 'invalid_request'],
  },
  {
    name: 'beside a token',
    headers: { 'x-api-key': goodKey, authorization: `Bearer ${signed()}` },
    answer: [400, 'invalid_request'],
  },
  { name: 'an empty one', headers: { 'x-api-key': ' ' }, answer: [401, 'unauthorized'] },
  { name: 'in the query only', headers: {}, answer: [401, 'unauthorized'] },
]
for (const { name, headers, answer } of byKey) {
  test(`an API key is judged: ${name}`, async () => {
    const { subject, kind, status, error, text = '' } = await ask(guardWith([keys]), { headers })
    assert.deepEqual(subject === undefined ? [status, error] : [subject, kind], answer)
    assert.ok(!text.includes(goodKey))
  })
}

test('an API key may come in another header, but not in one that others read', async () => {
  const other = apiKey({ find: () => ({ subject: 'key_3' }), header: 'X-Key' })
  assert.equal((await ask(guardWith([other]), { headers: { 'x-key': goodKey } })).subject, 'key_3')
  for (const header of ['x-cookie', 'cookies']) apiKey({ find: () => undefined, header })
  for (const header of ['authorization', 'Cookie', 'DPoP', 'a b', '']) {
    assert.throws(() => apiKey({ find: () => undefined, header }), TypeError)
  }
  assert.throws(() => apiKey({} as ApiKeyOptions), TypeError)
  assert.throws(() => hashApiKey('short'), TypeError)
})

const pair = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const byPassword: readonly { name: string; authorization: string; answer: unknown }[] = [
  { name: 'a password with a colon and UTF-8', authorization: pair('ann:right:ü'), answer: 'usr_ann' },
  {
    name: 'the scheme in small letters',
    authorization: pair('ann:right:ü').replace('B', 'b'),
    answer: 'usr_ann',
  },
  { name: 'an empty password', authorization: pair('ann:'), answer: 'usr_ann' },
  { name: 'base64 without padding', authorization: pair('anna:').replace(/=+$/, ''), answer: 'usr_anna' },
  { name: 'an answer that takes its time', authorization: pair('late:right'), answer: 'usr_late' },
  { name: 'padding that is not needed', authorization: `${pair('ann:ab')}=`, answer: 'invalid_credentials' },
  { name: 'a wrong password', authorization: pair('ann:wrong'), answer: 'invalid_credentials' },
  {
    name: 'an account that ends at this moment',
    authorization: pair('over:'),
    answer: 'invalid_credentials',
  },
  {
    name: 'the longest that is hashed',
    authorization: pair(`a:${'b'.repeat(1024)}`),
    answer: 'invalid_credentials',
  },
  { name: 'a wrong password, told late', authorization: pair('late:wrong'), answer: 'invalid_credentials' },
  {
    name: 'another character that looks the same',
    authorization: pair('ann:right:u\u0308'),
    answer: 'invalid_credentials',
  },
  { name: 'nothing', authorization: 'Basic', answer: 'invalid_request' },
  { name: 'no colon', authorization: pair('ann'), answer: 'invalid_request' },
  { name: 'no base64', authorization: 'Basic ann:right', answer: 'invalid_request' },
  { name: 'base64url', authorization: 'Basic YTo_Pz8_', answer: 'invalid_request' },
  { name: 'padding within', authorization: 'Basic YTp=i', answer: 'invalid_request' },
  { name: 'more padding than base64 has', authorization: 'Basic YTpi===', answer: 'invalid_request' },
  { name: 'base64 with bits left over', authorization: 'Basic YTpi YQ==', answer: 'invalid_request' },
  { name: 'base64 that is not canonical', authorization: 'Basic YTpiYR==', answer: 'invalid_request' },
  {
    name: 'no UTF-8',
    authorization: `Basic ${Buffer.from('a:\xff', 'latin1').toString('base64')}`,
    answer: 'invalid_request',
  },
  { name: 'a control character', authorization: pair('a:b\u0000'), answer: 'invalid_request' },
  { name: 'a line break', authorization: pair('a\r\n:b'), answer: 'invalid_request' },
  {
    name: 'the longest with more padding',
    authorization: `${pair(`a:${'b'.repeat(1024)}`)}=`,
    answer: 'invalid_request',
  },
  { name: 'too long', authorization: pair(`a:${'b'.repeat(1025)}`), answer: 'invalid_request' },
]
for (const { name, authorization, answer } of byPassword) {
  test(`user name and password are judged: ${name}`, async () => {
    const { subject, error, challenge } = await ask(guardWith([basic(passwords)]), {
      headers: { authorization },
    })
    assert.equal(subject ?? error, answer)
    if (error === 'invalid_credentials') {
      assert.equal(challenge, 'Bearer realm="api", Basic realm="api", charset="UTF-8"')
    }
  })
}

test('passwords are not read unless a guard is told to, nor over plain http unless it is told that too', async () => {
  const headers = { authorization: pair('ann:right:ü') }
  assert.equal((await ask(guardWith([]), { headers })).error, 'unauthorized')
  asked = 0
  const inClear = await ask(guardWith([basic(passwords)]), { headers, isPrivate: false })
  assert.deepEqual([inClear.status, inClear.reason, asked], [403, 'credentials_in_clear', 0])
  const told = guardWith([basic({ ...passwords, insecureHttp: true })])
  assert.equal((await ask(told, { headers, isPrivate: false })).subject, 'usr_ann')
  assert.throws(() => basic({} as BasicOptions), TypeError)
  assert.throws(() => basic({ ...passwords, insecureHttp: 1 as never }), TypeError)
  assert.throws(() => guardWith([basic({ ...passwords, realm: 'a"b' })]), TypeError)
})

test('guessing from one address ends after ten failures, for a minute, and other addresses go on', async () => {
  let now = nowMs
  const guard = guardWith([basic(passwords)], { now: () => now })
  const guess = (user: string, remoteAddress: string, password = 'wrong') =>
    ask(guard, { headers: { authorization: pair(`${user}:${password}`) }, remoteAddress })
  for (let i = 0; i < 10; i++) assert.equal((await guess(`user${i}`, '192.0.2.1')).status, 401)
  asked = 0
  const eleventh = await guess('ann', '192.0.2.1', 'right:ü')
  assert.deepEqual(
    [eleventh.status, eleventh.error, eleventh.reason, eleventh.wait],
    [429, 'rate_limited', 'failures_too_many', '60'],
  )
  assert.equal(eleventh.challenge, undefined)
  assert.equal((await guess('ann', '::ffff:192.0.2.1')).status, 429)
  assert.equal(asked, 0)
  assert.equal((await guess('ann', '192.0.2.2', 'right:ü')).subject, 'usr_ann')
  now += 59_001
  assert.equal((await guess('ann', '192.0.2.1')).wait, '1')
  now += 999
  assert.equal((await guess('ann', '192.0.2.1', 'right:ü')).subject, 'usr_ann')
})

test('guessing the password of one user ends, from however many addresses', async () => {
  const guard = guardWith([basic({ ...passwords, limit: failureLimit({ maxPerName: 3 }) })])
  const statuses = []
  for (let i = 0; i < 5; i++) {
    const headers = { authorization: pair('ann:wrong') }
    statuses.push((await ask(guard, { headers, remoteAddress: `192.0.2.${i}` })).status)
  }
  assert.deepEqual(statuses, [401, 401, 401, 429, 429])
})

test('many guesses at once are no more than as many one after the other, and good ones are not counted', async () => {
  const guard = guardWith([basic(passwords)])
  const tries = (password: string, remoteAddress: string) =>
    Promise.all(
      Array.from({ length: 64 }, () =>
        ask(guard, { headers: { authorization: pair(`late:${password}`) }, remoteAddress }),
      ),
    )
  asked = 0
  const answers = await tries('wrong', '192.0.2.1')
  assert.equal(asked, 10)
  assert.equal(answers.filter(({ status }) => status === 429).length, 54)
  for (let i = 0; i < 40; i++) {
    const headers = { authorization: pair('late:right') }
    assert.equal((await ask(guard, { headers, remoteAddress: '192.0.2.9' })).subject, 'usr_late')
  }
})

test('a limit of the guard ends guessing at keys and tokens, but not for tokens that have merely ended', async () => {
  const guard = guardWith([keys], { failureLimit: failureLimit({ maxPerAddress: 2 }) })
  const remoteAddress = '192.0.2.1'
  const from = async (headers: Record<string, string>, address = remoteAddress) =>
    (await ask(guard, { headers, remoteAddress: address })).status ?? 200
  const ended = { authorization: `Bearer ${signed({ payload: { exp: 1 } })}` }
  for (let i = 0; i < 5; i++) assert.equal(await from(ended), 401)
  assert.equal(await from({}), 401)
  assert.equal(await from({ 'x-api-key': `${goodKey}1` }), 401)
  assert.equal(await from({ authorization: 'Bearer abc' }), 401)
  assert.equal(await from({ 'x-api-key': goodKey }), 429)
  assert.equal(await from({ authorization: `Bearer ${signed()}` }), 429)
  assert.equal(await from({}), 401)
  assert.equal(await from({ authorization: `Bearer ${signed()}` }, '192.0.2.2'), 200)
})

test('a limit remembers so many addresses and no more', async () => {
  const limit = failureLimit({ maxPerAddress: 1, maxEntries: 2, addressOf: (request) => request.url })
  const from = (url: string) => ({ url }) as GuardRequest // only the address is asked for
  for (const url of ['a', 'b', 'c']) limit.count(from(url), undefined, nowMs)
  assert.deepEqual(
    ['a', 'b', 'c'].map((url) => limit.waitSeconds(from(url), undefined, nowMs)),
    [undefined, 60, 60],
  )
  const wrong: readonly FailureLimitOptions[] = [
    { maxPerAddress: 0 },
    { maxPerName: 1.5 },
    { windowSeconds: -1 },
    { maxEntries: Number.NaN },
  ]
  for (const options of wrong) assert.throws(() => failureLimit(options), TypeError)
})

const networks: readonly (readonly [address: string, network: string])[] = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['2001:db8:100:20::1', '2001:db8:100:20::/64'],
  ['1:2:3:4:5:6:7:8::9', '1:2:3:4::/64'],
  ['2001:db8::ffff:192.0.2.1', '2001:db8:0:0::/64'],
  ['::ffff:192.0.2.1:9', '0:0:0:0::/64'],
  ['unix', 'unix'],
  ['', ''],
]
for (const [address, network] of networks) {
  test(`failures from ${JSON.stringify(address)} are counted for ${JSON.stringify(network)}`, () => {
    assert.equal(networkOf(address), network)
  })
}

const lenient: readonly { name: string; headers: Record<string, string>; answer: unknown }[] = [
  { name: 'an unknown key', headers: { 'x-api-key': `${goodKey}1` }, answer: undefined },
  { name: 'a malformed key', headers: { 'x-api-key': 'a' }, answer: undefined },
  { name: 'a wrong password', headers: { authorization: pair('ann:wrong') }, answer: undefined },
  { name: 'a bound token without a proof', headers: { authorization: `DPoP ${bound}` }, answer: undefined },
  {
    name: 'a proof that needs a nonce, which the client is told',
    headers: { authorization: `DPoP ${bound}`, dpop: proofOf({ token: bound, claims: { nonce: 'old' } }) },
    answer: 'use_dpop_nonce',
  },
]
for (const { name, headers, answer } of lenient) {
  test(`a lenient route ${answer === undefined ? 'takes for nobody' : 'still refuses'}: ${name}`, async () => {
    const guard = guardWith([keys, basic({ ...passwords, insecureHttp: true })], { dpop: { nonce: true } })
    const request = new FetchRequest(new Request('https://api.example.com/me', { headers }))
    const decision = await guard.optional({ lenient: true })(request)
    assert.equal(decision.kind === 'allowed' ? decision.auth : decision.refusal.error, answer)
    assert.equal((await guard.required()(request)).kind, 'refused')
  })
}
