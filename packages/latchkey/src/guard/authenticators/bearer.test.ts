import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resource, signed } from '../../../test/guard/guarded-api.ts'
import { startIssuer } from '../../../test/guard/issuer.ts'
import { nowMs, secretBytes } from '../../../test/token/raw-token.ts'
import { apiKeyPrefix } from '../../token/index.ts'
import { createGuard, FetchRequest } from '../index.ts'

const required = createGuard({
  secret: secretBytes,
  issuer: 'I',
  audience: resource,
  now: () => nowMs,
}).required()

test('a token is not judged while the revocations are lost for longer than is allowed', async (t) => {
  const issuer = await startIssuer(t)
  const clock = { nowMs: Date.now() }
  const guard = createGuard({
    issuer: issuer.url,
    audience: resource,
    now: () => clock.nowMs,
    revocations: { onStale: 'refuse', maxStale: 20 },
  })
  t.after(() => guard.close())
  const headers = { authorization: `Bearer ${issuer.sign({}, { audience: resource })}` }
  const ask = async () => guard.required()(new FetchRequest(new Request(resource, { headers })))
  assert.equal((await ask()).kind, 'allowed')
  clock.nowMs += 20_001
  const decision = await ask()
  assert(decision.kind === 'refused')
  assert.deepEqual([decision.refusal.status, decision.refusal.reason], [503, 'revocations_stale'])
})

const token = signed()

test('an API key is a bearer token, with its prefix and without; the handler gets the token', async () => {
  const key = signed({ payload: { kind: 'api_key', client_id: 'key_1', jti: 'key_1' } })
  for (const credentials of [key, `${apiKeyPrefix}${key}`]) {
    const headers = { authorization: `Bearer ${credentials}` }
    const decision = await required(new FetchRequest(new Request(resource, { headers })))
    assert(decision.kind === 'allowed')
    const { auth } = decision
    assert.deepEqual([auth?.kind, auth?.clientId, auth?.token], ['api_key', 'key_1', key])
  }
})

test('a route may refuse API keys', async () => {
  const people = createGuard({ secret: secretBytes, issuer: 'I', audience: resource, now: () => nowMs })
  const headers = { authorization: `Bearer ${apiKeyPrefix}${signed({ payload: { kind: 'api_key' } })}` }
  const decision = await people.required({ kinds: ['user'] })(
    new FetchRequest(new Request(resource, { headers })),
  )
  assert(decision.kind === 'refused')
  assert.equal(decision.refusal.status, 403)
})

const refused: readonly { name: string; credentials: string; status: number; reason: string }[] = [
  { name: 'nothing', credentials: '', status: 400, reason: 'credentials_malformed' },
  { name: 'a comma within', credentials: 'a,b', status: 400, reason: 'credentials_malformed' },
  { name: 'a comma before it', credentials: `,${token}`, status: 400, reason: 'credentials_malformed' },
  { name: 'a comma after it', credentials: `${token},`, status: 400, reason: 'credentials_malformed' },
  { name: 'padding within', credentials: 'a=b', status: 400, reason: 'credentials_malformed' },
  { name: 'padding alone', credentials: '=', status: 400, reason: 'credentials_malformed' },
  { name: 'quotes', credentials: `"${token}"`, status: 400, reason: 'credentials_malformed' },
  {
    name: 'one character too many',
    credentials: 'a'.repeat(16_385),
    status: 400,
    reason: 'credentials_malformed',
  },
  {
    name: 'as many characters as it may have',
    credentials: 'a'.repeat(16_384),
    status: 401,
    reason: 'token_malformed',
  },
  {
    name: 'the prefix of an API key alone',
    credentials: 'lk_key_',
    status: 400,
    reason: 'credentials_malformed',
  },
  { name: 'the prefix twice', credentials: `lk_key_lk_key_${token}`, status: 401, reason: 'token_malformed' },
  { name: 'a prefix in capitals', credentials: `LK_KEY_${token}`, status: 401, reason: 'token_malformed' },
  { name: 'no JWT', credentials: 'a.b=', status: 401, reason: 'token_malformed' },
  {
    name: 'another signature',
    credentials: `${token.slice(0, -4)}AAAA`,
    status: 401,
    reason: 'signature_invalid',
  },
]
for (const { name, credentials, ...expected } of refused) {
  test(`a bearer token is refused: ${name}`, async () => {
    const headers = { authorization: `Bearer ${credentials}` }
    const decision = await required(new FetchRequest(new Request(resource, { headers })))
    assert(decision.kind === 'refused')
    const { status, reason } = decision.refusal
    assert.deepEqual({ status, reason }, expected)
  })
}
