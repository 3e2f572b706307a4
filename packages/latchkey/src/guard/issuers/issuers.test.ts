import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resource, signed } from '../../../test/guard/guarded-api.ts'
import { startIssuer } from '../../../test/guard/issuer.ts'
import { nowMs, secretBytes } from '../../../test/token/raw-token.ts'
import { createSigner, generateKey, publicKeyOf, secretKey } from '../../token/index.ts'
import { createGuard, type Guard } from '../guard.ts'
import { FetchRequest, type IssuerOptions } from '../index.ts'

const now = () => nowMs

async function outcome(guard: Guard, token: string): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${token}` }
  const decision = await guard.required()(new FetchRequest(new Request(resource, { headers })))
  return decision.kind === 'allowed' ? decision.auth?.subject : decision.refusal.reason
}

const keys = { a: generateKey('ES256', { keyId: 'k' }), b: generateKey('ES256', { keyId: 'k' }) }
const issuers: readonly IssuerOptions[] = [
  { issuer: 'https://a.example', audience: 'A', keys: publicKeyOf(keys.a), type: 'at+jwt' },
  { issuer: 'https://b.example', audience: 'B', keys: publicKeyOf(keys.b) },
  { issuer: 'shared', audience: 'S', secret: secretBytes },
]
const guard = createGuard({ issuers, now })
const sign = (key: keyof typeof keys, issuer: string, audience: string, type = 'at+jwt') =>
  createSigner({ key: keys[key], issuer, audience, type, expiresIn: 60, now })({ sub: `usr_${key}` })

const tokens: readonly { name: string; token: string; outcome: string }[] = [
  { name: 'the first', token: sign('a', 'https://a.example', 'A'), outcome: 'usr_a' },
  { name: 'the second', token: sign('b', 'https://b.example', 'B'), outcome: 'usr_b' },
  {
    name: 'one that shares a secret',
    token: signed({ payload: { iss: 'shared', aud: 'S' } }),
    outcome: 'usr_1',
  },
  {
    name: 'the key of one in the name of another',
    token: sign('a', 'https://b.example', 'B'),
    outcome: 'signature_invalid',
  },
  {
    name: 'and the other way round',
    token: sign('b', 'https://a.example', 'A'),
    outcome: 'signature_invalid',
  },
  {
    name: 'the shared secret in the name of another',
    token: signed({ header: { kid: 'k' }, payload: { iss: 'https://a.example', aud: 'A' } }),
    outcome: 'algorithm_not_allowed',
  },
  {
    name: 'the audience of another',
    token: sign('a', 'https://a.example', 'B'),
    outcome: 'audience_mismatch',
  },
  {
    name: 'the type that only another may have',
    token: sign('a', 'https://a.example', 'A', 'JWT'),
    outcome: 'type_mismatch',
  },
  {
    name: 'an issuer that nobody knows',
    token: sign('a', 'https://c.example', 'A'),
    outcome: 'issuer_mismatch',
  },
  { name: 'no issuer', token: signed({ payload: { iss: undefined } }), outcome: 'issuer_mismatch' },
  {
    name: 'an issuer that is a list',
    token: signed({ payload: { iss: ['shared'] } }),
    outcome: 'issuer_mismatch',
  },
  { name: 'no JWT', token: 'abc', outcome: 'token_malformed' },
]
for (const { name, token, outcome: expected } of tokens) {
  test(`a guard of several issuers judges a token: ${name}`, async () => {
    for (const _ of ['fresh', 'remembered']) assert.equal(await outcome(guard, token), expected)
  })
}

test('one issuer needs no name, alone or alone in a list', async () => {
  const nameless: IssuerOptions = { audience: resource, secret: secretBytes }
  for (const options of [nameless, { issuers: [{ ...nameless, claims: 'latchkey' }] }] as const)
    assert.equal(await outcome(createGuard({ ...options, now }), signed()), 'usr_1')
})

const [first, second] = issuers
const wrongLists: readonly { name: string; list: unknown }[] = [
  { name: 'none', list: [] },
  { name: 'no list', list: first },
  { name: 'two of one name', list: [first, { ...second, issuer: first?.issuer }] },
  { name: 'one without a name beside another', list: [first, { ...second, issuer: undefined }] },
]
for (const { name, list } of wrongLists) {
  test(`a list of issuers is a TypeError: ${name}`, () =>
    assert.throws(() => createGuard({ issuers: list as IssuerOptions[], now }), TypeError))
}

test('one issuer that is away does not keep the tokens of another from being good', async (t) => {
  const [near, away] = [await startIssuer(t, { withFeed: false }), await startIssuer(t, { withFeed: false })]
  away.up = false
  const audience = resource
  const both = createGuard({
    issuers: [
      { issuer: near.url, audience, revocations: false },
      { issuer: away.url, audience, revocations: false },
    ],
  })
  assert.equal(await outcome(both, away.sign({}, { audience })), 'key_set_unavailable')
  assert.equal(await outcome(both, near.sign({}, { audience })), 'usr_1')
  const { keys: worst, issuers: each } = both.state()
  assert.deepEqual([worst, each.map((one) => one.keys)], ['none', ['fresh', 'none']])
  assert.equal(near.fetches.filter((path) => path === '/keys').length, 1)
})

const previous = Buffer.alloc(32, 7)
const named = (bytes: Uint8Array, keyId: string) => secretKey(bytes, { algorithm: 'HS256', keyId })
const base = { audience: resource, issuer: 'I', now }
const secrets: readonly {
  name: string
  secret: IssuerOptions['secret'] & {}
  token: string
  outcome: string
}[] = [
  { name: 'the current one', secret: [secretBytes, previous], token: signed(), outcome: 'usr_1' },
  {
    name: 'the previous one',
    secret: [secretBytes, previous],
    token: signed({ secret: previous }),
    outcome: 'usr_1',
  },
  {
    name: 'one that is gone',
    secret: [secretBytes, previous],
    token: signed({ secret: Buffer.alloc(32, 8) }),
    outcome: 'signature_invalid',
  },
  {
    name: 'the previous one, expired',
    secret: [secretBytes, previous],
    token: signed({ secret: previous, payload: { exp: 1 } }),
    outcome: 'token_expired',
  },
  {
    name: 'the current one, expired',
    secret: [secretBytes, previous],
    token: signed({ payload: { exp: 1 } }),
    outcome: 'token_expired',
  },
  {
    name: 'the previous one, by its id',
    secret: [named(secretBytes, 'two'), named(previous, 'one')],
    token: signed({ secret: previous }),
    outcome: 'usr_1',
  },
  {
    name: 'an id of neither',
    secret: [named(secretBytes, 'two'), named(previous, 'three')],
    token: signed(),
    outcome: 'key_not_found',
  },
  { name: 'one alone in a list', secret: [secretBytes], token: signed(), outcome: 'usr_1' },
]
for (const { name, secret, token, outcome: expected } of secrets) {
  test(`a shared secret that is being replaced judges a token: ${name}`, async () => {
    assert.equal(await outcome(createGuard({ ...base, secret }), token), expected)
  })
}
