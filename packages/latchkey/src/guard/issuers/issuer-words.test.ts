import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { resource } from '../../../test/guard/guarded-api.ts'
import { nowMs } from '../../../test/token/raw-token.ts'
import { createSigner, generateKey, publicKeyOf, remoteKeySet, toJwk } from '../../token/index.ts'
import { createGuard } from '../guard.ts'
import { createRevocationList, FetchRequest, type GuardOptions, type Refusal } from '../index.ts'

const issuer = 'https://id.example.com'
const metadataUrl = `${issuer}/.well-known/openid-configuration`
const otherUrl = `${issuer}/.well-known/oauth-authorization-server`
const keySetUrl = `${issuer}/keys`
const key = generateKey('ES256', { keyId: 'one' })
const keys = { keys: [toJwk(publicKeyOf(key))] }
const metadata = { issuer, jwks_uri: keySetUrl }
const token = createSigner({
  key,
  type: 'at+jwt',
  issuer,
  audience: resource,
  expiresIn: 300,
  now: () => nowMs,
})({
  sub: 'usr_1',
})

type Answer = () => Response | Promise<Response>

const json = (value: unknown, status = 200) => Response.json(value, { status })
/** A server that does not answer: five seconds go by, and `fetch` is told to give up. */
const hanging =
  (clock: { nowMs: number }, seconds = 5) =>
  (): never => {
    clock.nowMs += seconds * 1000
    throw new DOMException('The operation was aborted due to timeout', 'TimeoutError')
  }

/** A guard whose issuer answers as `answers` says, by URL; what is not there is 404. */
function guardWith(
  t: TestContext,
  answers: (clock: { nowMs: number }) => Readonly<Record<string, Answer>>,
  options: GuardOptions = {},
) {
  const clock = { nowMs }
  const fetched: string[] = []
  const refusals: Refusal[] = []
  const state = { answers: answers(clock) }
  const guard = createGuard({
    issuer,
    audience: resource,
    revocations: false,
    now: () => clock.nowMs,
    fetch: async (url) => {
      fetched.push(String(url))
      return state.answers[String(url)]?.() ?? json({}, 404)
    },
    onRefusal: (refusal) => refusals.push(refusal),
    ...options,
  })
  t.after(() => guard.close())
  const ask = async () => {
    const headers = { authorization: `Bearer ${token}` }
    const decision = await guard.required()(new FetchRequest(new Request(resource, { headers })))
    return decision.kind === 'allowed' ? 200 : decision.refusal.status
  }
  return { guard, clock, fetched, refusals, state, ask }
}

interface Fault {
  readonly name: string
  readonly answers: (clock: { nowMs: number }) => Readonly<Record<string, Answer>>
  readonly status: number
  /** What `state().issuers[0].lastError` says. */
  readonly said: string
}

const outages: readonly Fault[] = [
  {
    name: 'metadata that is nowhere',
    answers: () => ({}),
    status: 503,
    said: `${metadataUrl}: expected status 200, and 404 came; ${otherUrl}: expected status 200, and 404 came`,
  },
  {
    name: 'metadata that is a page',
    answers: () => ({ [metadataUrl]: () => new Response('<!doctype html>') }),
    status: 503,
    said: `${metadataUrl}: the answer is not one JSON object; ${otherUrl}: expected status 200, and 404 came`,
  },
  {
    name: 'a host that nobody knows',
    answers: () => ({
      [metadataUrl]: () => {
        throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND id.example.com') })
      },
    }),
    status: 503,
    said: `${metadataUrl}: fetch failed: getaddrinfo ENOTFOUND id.example.com; ${otherUrl}: expected status 200, and 404 came`,
  },
  {
    name: 'metadata that does not come',
    answers: (clock) => ({ [metadataUrl]: hanging(clock) }),
    status: 503,
    said: `${metadataUrl}: no answer within 5 s`,
  },
  {
    name: 'a key set that is nowhere',
    answers: () => ({ [metadataUrl]: () => json(metadata) }),
    status: 503,
    said: `${keySetUrl}: expected status 200, and 404 came`,
  },
  {
    name: 'a key set without keys',
    answers: () => ({ [metadataUrl]: () => json(metadata), [keySetUrl]: () => json({}) }),
    status: 503,
    said: `${keySetUrl}: a key set is an object with a list of at most 100 keys`,
  },
]

const mistakes: readonly Fault[] = [
  ...[
    `${issuer}/`,
    'https://id.example.com:8443',
    'http://id.example.com',
    'https://other.example',
    '',
    7,
    null,
  ].map((named) => ({
    name: `metadata of the issuer ${JSON.stringify(named)}`,
    answers: () => ({ [metadataUrl]: () => json({ ...metadata, issuer: named }) }),
    status: 500,
    said: `${metadataUrl}: expected the issuer "${issuer}", and ${JSON.stringify(named)} came`,
  })),
  {
    name: 'metadata without an issuer',
    answers: () => ({ [metadataUrl]: () => json({ jwks_uri: keySetUrl }) }),
    status: 500,
    said: `${metadataUrl}: expected the issuer "${issuer}", and nothing came`,
  },
  ...[undefined, 7, 'keys', 'http://id.example.com/keys', 'file:///etc/keys'].map((address) => ({
    name: `metadata with the key set ${JSON.stringify(address)}`,
    answers: () => ({ [metadataUrl]: () => json({ issuer, jwks_uri: address }) }),
    status: 500,
    said: `${metadataUrl}: expected an https URL as jwks_uri, and ${JSON.stringify(address) ?? 'nothing'} came`,
  })),
]

for (const { name, answers, status, said } of [...outages, ...mistakes]) {
  test(`a guard says why keys cannot be fetched: ${name}`, async (t) => {
    const warnings = t.mock.method(process, 'emitWarning', () => {})
    const { guard, refusals, ask } = guardWith(t, answers)
    assert.equal(await ask(), status)
    assert.equal(guard.state().issuers[0]?.lastError, said)
    const [refusal] = refusals
    assert.ok(refusal?.cause instanceof Error)
    assert.equal(refusal.cause.message, said)
    assert.equal(refusal.reason, status === 500 ? 'issuer_misconfigured' : 'key_set_unavailable')
    // To the client it says nothing of that.
    assert.ok(
      !refusal.text.includes('example.com') && !JSON.stringify(refusal.headers).includes('example.com'),
    )
    assert.equal(refusal.headers['retry-after'], status === 500 ? undefined : '5')
    await Promise.resolve()
    assert.deepEqual(
      warnings.mock.calls.map(({ arguments: [message] }) => message),
      status === 500 ? [said] : [],
    )
  })
}

test('a mistake is told once, and forgotten when it is mended', async (t) => {
  const warnings = t.mock.method(process, 'emitWarning', () => {})
  const wrong = { [metadataUrl]: () => json({ ...metadata, issuer: `${issuer}/` }) }
  const { guard, clock, state, ask } = guardWith(t, () => wrong)
  for (let second = 0; second < 10; second++) {
    assert.equal(await ask(), 500)
    clock.nowMs += 1000
  }
  assert.equal(warnings.mock.callCount(), 1)
  state.answers = { [metadataUrl]: () => json(metadata), [keySetUrl]: () => json(keys) }
  assert.equal(await ask(), 200)
  assert.equal(guard.state().issuers[0]?.lastError, undefined)
})

test('while an issuer hangs, requests fail at once, one fetch tries again after five seconds, and nobody waits for it', async (t) => {
  const { clock, fetched, state, ask } = guardWith(t, (time) => ({ [metadataUrl]: hanging(time) }))
  const beganAt = clock.nowMs
  assert.equal(await ask(), 503)
  // The other place of the metadata is on the same server, and would cost as long again.
  assert.deepEqual([clock.nowMs - beganAt, fetched], [5000, [metadataUrl]])
  for (let i = 0; i < 100; i++) assert.equal(await ask(), 503)
  assert.equal(fetched.length, 1)

  clock.nowMs += 5000
  let answer = (_response: Response) => {}
  state.answers = {
    [metadataUrl]: () =>
      new Promise((resolve) => {
        answer = resolve
      }),
    [keySetUrl]: () => json(keys),
  }
  for (let i = 0; i < 100; i++) assert.equal(await ask(), 503)
  assert.equal(fetched.length, 2)
  answer(json(metadata))
  // The fetch ends behind the requests; the first that finds keys is answered by them.
  while ((await ask()) !== 200) await new Promise(setImmediate)
  assert.deepEqual(fetched.slice(2), [keySetUrl])
})

test('a server that refuses at once is asked by the next request that comes after a second', async (t) => {
  const { clock, state, ask } = guardWith(t, () => ({}))
  assert.equal(await ask(), 503)
  clock.nowMs += 1000
  state.answers = { [metadataUrl]: () => json(metadata), [keySetUrl]: () => json(keys) }
  assert.equal(await ask(), 200)
})

test('tokens with unknown key ids do not wait for a key set that hangs', async (t) => {
  const { clock, fetched, state, ask, guard } = guardWith(t, () => ({
    [metadataUrl]: () => json(metadata),
    [keySetUrl]: () => json(keys),
  }))
  assert.equal(await ask(), 200)
  state.answers = { [metadataUrl]: () => json(metadata), [keySetUrl]: hanging(clock) }
  const stranger = generateKey('ES256', { keyId: 'two' })
  const forged = createSigner({
    key: stranger,
    type: 'at+jwt',
    issuer,
    audience: resource,
    expiresIn: 1e6,
    now: () => nowMs,
  })
  const headers = { authorization: `Bearer ${forged({ sub: 'usr_1' })}` }
  const askForged = async () => {
    const decision = await guard.required()(new FetchRequest(new Request(resource, { headers })))
    return decision.kind === 'allowed' ? 'allowed' : decision.refusal.reason
  }
  clock.nowMs += 30_000
  assert.equal(await askForged(), 'key_not_found')
  const before = fetched.length
  for (let i = 0; i < 100; i++) assert.equal(await askForged(), 'key_not_found')
  assert.equal(fetched.length, before)
  assert.equal(await ask(), 200)
})

test('DEBUG=latchkey writes a line for each fetch that failed', async (t) => {
  const before = process.env.DEBUG
  process.env.DEBUG = 'latchkey'
  t.after(() => {
    delete process.env.DEBUG
    if (before !== undefined) process.env.DEBUG = before
  })
  const lines: string[] = []
  t.mock.method(process.stderr, 'write', (text: unknown) => lines.push(String(text)) > 0)
  t.mock.method(process, 'emitWarning', () => {})
  const named = 'https://evil.example\u001b[31m\nlatchkey refused'
  const { ask } = guardWith(t, () => ({ [metadataUrl]: () => json({ ...metadata, issuer: named }) }))
  await ask()
  await ask()
  t.mock.restoreAll()
  const issuerLines = lines.filter((line) => line.startsWith('latchkey issuer: '))
  assert.deepEqual(issuerLines, [
    `latchkey issuer: ${metadataUrl}: expected the issuer "${issuer}", and "https://evil.example\\u001b[31m\\nlatchkey refused" came\n`,
  ])
  assert.match(
    lines.at(-1) ?? '',
    /^latchkey refused: 500 misconfigured reason=issuer_misconfigured .*cause=https:/,
  )
})

test('a remote key set tells its last error, to a hook and in the error of the verifier', async () => {
  const errors: Error[] = []
  const set = remoteKeySet('https://id.example.com/keys', {
    fetch: async () => json({}, 404),
    onError: (error) => void errors.push(error),
    now: () => nowMs,
  })
  const lastError = () => set.lastError
  assert.equal(lastError(), undefined)
  await set.ready()
  assert.equal(lastError()?.message, `${keySetUrl}: expected status 200, and 404 came`)
  assert.throws(() => set.current.find({ alg: 'ES256' }), {
    code: 'key_set_unavailable',
    cause: set.lastError,
  })
  await Promise.resolve()
  assert.deepEqual(errors, [set.lastError])
})

test('the state of a guard whose keys were given says what is known of them', async (t) => {
  const answers = { isThere: false }
  const set = remoteKeySet(keySetUrl, {
    fetch: async () => (answers.isThere ? json(keys) : json({}, 404)),
    now: () => nowMs,
  })
  const [own, own2] = [createRevocationList(), createRevocationList()]
  const states = [
    { keys: publicKeyOf(key) },
    { keys: set },
    { secret: Buffer.alloc(32, 'x'), revocationList: own },
    { keys: set, revocationList: own2, issuer },
  ].map((given) => {
    const guard = createGuard({ audience: resource, ...given })
    t.after(() => guard.close())
    return () => {
      const { issuer: name, keys: known, revokedBy, lastError } = guard.state().issuers[0]!
      return [name, known, revokedBy, lastError]
    }
  })
  await set.ready()
  const missing = `${keySetUrl}: expected status 200, and 404 came`
  assert.deepEqual(
    states.map((stateOf) => stateOf()),
    [
      [undefined, 'fresh', 'nothing', undefined],
      [undefined, 'none', 'nothing', missing],
      [undefined, 'fresh', 'own_list', undefined],
      [issuer, 'none', 'own_list', missing],
    ],
  )
})
