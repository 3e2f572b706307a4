import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startApi } from '../../../test/guard/api.ts'
import { audience, revocation, startIssuer, until } from '../../../test/guard/issuer.ts'
import { createGuard } from '../adapters/node.ts'

test('with an issuer alone, keys are found at the first request and kept while it is away', async (t) => {
  const issuer = await startIssuer(t, { withFeed: false })
  const clock = { nowMs: Date.now() }
  const guard = createGuard({ issuer: issuer.url, audience, now: () => clock.nowMs, revocations: false })
  t.after(() => guard.close())
  const { ask } = await startApi(t, guard)
  const good = `Bearer ${issuer.sign({}, { expiresIn: 1e6 })}`
  assert.deepEqual([issuer.fetches.length, guard.state().keys], [0, 'none'])
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(good)))
  assert.ok(answers.every(({ status }) => status === 200))
  assert.deepEqual(issuer.fetches, ['/.well-known/openid-configuration', '/keys'])
  issuer.up = false
  clock.nowMs += 3_600_000
  for (let i = 0; i < 5; i++) assert.equal((await ask(good)).status, 200)
  assert.equal(guard.state().keys, 'stale')
})

const metadata = '/.well-known/openid-configuration'
const ages = [
  { name: 'a millisecond before it is an hour old', ageMs: 3_599_999, fetches: ['/keys'] },
  { name: 'from when it is an hour old', ageMs: 3_600_000, fetches: [metadata, '/keys'] },
]
for (const { name, ageMs, fetches } of ages) {
  test(`the metadata of an issuer is ${fetches.length > 1 ? '' : 'not '}read again ${name}`, async (t) => {
    const issuer = await startIssuer(t, { withFeed: false })
    const clock = { nowMs: Date.now() }
    const guard = createGuard({ issuer: issuer.url, audience, now: () => clock.nowMs, revocations: false })
    const { ask } = await startApi(t, guard)
    const good = `Bearer ${issuer.sign({}, { expiresIn: 1e6 })}`
    assert.equal((await ask(good)).status, 200)
    clock.nowMs += ageMs
    assert.equal((await ask(good)).status, 200)
    await until(() => issuer.fetches.filter((path) => path === '/keys').length === 2)
    assert.deepEqual(issuer.fetches, [metadata, '/keys', ...fetches])
  })
}

for (const path of ['/realms/a', '/realms/a/']) {
  test(`the metadata of an issuer with the path ${path} is looked for in both places`, async (t) => {
    const issuer = await startIssuer(t)
    const guard = createGuard({ issuer: issuer.url + path, audience, revocations: false })
    const { ask } = await startApi(t, guard)
    assert.equal((await ask(`Bearer ${issuer.sign({}, { issuer: issuer.url + path })}`)).status, 503)
    assert.deepEqual(issuer.fetches, [
      '/realms/a/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/realms/a',
    ])
  })
}

test('an issuer that is away at the start is 503, not 401, and comes back by itself', async (t) => {
  const issuer = await startIssuer(t, { withFeed: false })
  issuer.up = false
  const clock = { nowMs: Date.now() }
  const guard = createGuard({ issuer: issuer.url, audience, now: () => clock.nowMs, revocations: false })
  const { ask } = await startApi(t, guard)
  const answer = await ask(`Bearer ${issuer.sign()}`)
  assert.deepEqual(
    [answer.status, answer.headers['retry-after'], answer.headers['www-authenticate']],
    [503, '5', undefined],
  )
  assert.equal(answer.body.error, 'temporarily_unavailable')
  issuer.up = true
  clock.nowMs += 1000
  assert.equal((await ask(`Bearer ${issuer.sign()}`)).status, 200)
})

const wrongForIssuer = [
  { name: 'an ID token', options: { type: 'JWT' }, detail: 'The token is of another type' },
  { name: 'a device token', options: { type: 'device+jwt' }, detail: 'The token is of another type' },
  {
    name: 'another issuer',
    options: { issuer: 'https://evil.example' },
    detail: 'The token is from another issuer',
  },
  { name: 'another audience', options: { audience: 'B' }, detail: 'The token is for another audience' },
] as const

test('with an issuer alone, only its access tokens for this audience are let through', async (t) => {
  const issuer = await startIssuer(t, { withFeed: false })
  const { ask } = await startApi(t, createGuard({ issuer: issuer.url, audience, revocations: false }))
  for (const { name, options: signer, detail } of wrongForIssuer) {
    const answer = await ask(`Bearer ${issuer.sign({}, signer)}`)
    assert.deepEqual([answer.status, answer.body.error_description], [401, detail], name)
  }
  const other = await startIssuer(t)
  const stranger = other.sign({}, { issuer: issuer.url })
  assert.equal((await ask(`Bearer ${stranger}`)).body.error_description, 'The key of the token is not known')
})

test('metadata that speaks for another issuer is not believed (RFC 8414 section 3.3)', async (t) => {
  const issuer = await startIssuer(t)
  const { ask } = await startApi(t, createGuard({ issuer: `${issuer.url}/`, audience, revocations: false }))
  assert.equal((await ask(`Bearer ${issuer.sign({}, { issuer: `${issuer.url}/` })}`)).status, 500)
})

test('a session that ends is refused as soon as the feed says so', async (t) => {
  const issuer = await startIssuer(t)
  issuer.snapshot = [revocation('token', 'jti_old', Date.now(), Date.now() + 1e6)]
  const guard = createGuard({ issuer: issuer.url, audience })
  t.after(() => guard.close())
  const { ask } = await startApi(t, guard)
  // The first request waits for the first snapshot: what was revoked before this service began is revoked.
  assert.equal((await ask(`Bearer ${issuer.sign({ jti: 'jti_old' })}`)).body.reason, 'revoked')
  const mine = `Bearer ${issuer.sign({ sid: 'ses_1' })}`
  assert.equal((await ask(mine)).status, 200)
  assert.equal(guard.state().revocations.connected, true)
  const { lastEventAtMs } = guard.state().revocations
  issuer.send('revocation', revocation('session', 'ses_1', Date.now(), Date.now() + 1e6), 'rev_2')
  await until(() => guard.state().revocations.lastEventAtMs !== lastEventAtMs)
  assert.equal((await ask(mine)).body.reason, 'revoked')
})

test('a guard that is closed before its first request connects to no feed, and judges all the same', async (t) => {
  const issuer = await startIssuer(t)
  const guard = createGuard({ issuer: issuer.url, audience })
  guard.close()
  const { ask } = await startApi(t, guard)
  assert.equal((await ask(`Bearer ${issuer.sign()}`)).status, 200)
  assert.deepEqual(issuer.fetches, [metadata, '/keys'])
})

test('a guard that must not serve without its feed refuses once that is lost for too long', async (t) => {
  const issuer = await startIssuer(t)
  const clock = { nowMs: Date.now() }
  const guard = createGuard({
    issuer: issuer.url,
    audience,
    now: () => clock.nowMs,
    revocations: { onStale: 'refuse', maxStale: 60 },
  })
  t.after(() => guard.close())
  const { ask } = await startApi(t, guard)
  const good = `Bearer ${issuer.sign({}, { expiresIn: 1e5 })}`
  assert.equal((await ask(good)).status, 200)
  clock.nowMs += 60_000
  assert.equal((await ask(good)).status, 200)
  clock.nowMs += 1
  assert.equal((await ask(good)).status, 503)
  assert.equal(guard.state().revocations.connected, false)
  issuer.send('heartbeat', {})
  await until(() => guard.state().revocations.connected)
  assert.equal((await ask(good)).status, 200)
})

test('LATCHKEY_ISSUER and LATCHKEY_AUDIENCE configure a guard without arguments', async (t) => {
  const issuer = await startIssuer(t, { withFeed: false })
  process.env.LATCHKEY_ISSUER = issuer.url
  process.env.LATCHKEY_AUDIENCE = audience
  t.after(() => {
    delete process.env.LATCHKEY_ISSUER
    delete process.env.LATCHKEY_AUDIENCE
  })
  const guard = createGuard()
  t.after(() => guard.close())
  const { ask } = await startApi(t, guard)
  assert.equal((await ask(`Bearer ${issuer.sign()}`)).status, 200)
})

test('a guard that listens to a feed is no reason for a process not to end, nor to end too early', async (t) => {
  const issuer = await startIssuer(t)
  const script = `
    import { createGuard, FetchRequest } from '${new URL('../index.ts', import.meta.url)}'
    const guard = createGuard({ issuer: '${issuer.url}', audience: '${audience}' })
    const headers = { authorization: 'Bearer ${issuer.sign()}' }
    const { kind } = await guard.required()(new FetchRequest(new Request('${audience}', { headers })))
    console.log(kind, guard.state().revocations.connected)`
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=latchkey-source',
    '--input-type=module',
    '--eval',
    script,
  ])
  assert.equal(stdout, 'allowed true\n')
})
