import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, type Given, startIssuer, otherTokens as tokens } from '../../test/client/issuer.ts'

const options = { challenge: 'b25jZQ', timeout: 600_000, rpId: 'example.com', userVerification: 'required' }
const credential = { id: 'Y3JlZA', rawId: 'Y3JlZA', type: 'public-key', response: { signature: 'c2ln' } }

test('a passkey that answers the options is a session, and the one before ends', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  await client.signIn(ada)
  issuer.instead.set('/v1/login/passkey/options', () => ({ status: 200, body: { public_key: options } }))
  issuer.instead.set('/v1/login/passkey', () => ({ status: 200, body: tokens }))
  assert.deepEqual(await client.passkeyOptions(), options)
  const session = await client.signInWithPasskey(credential)
  assert.deepEqual([session.sessionId, session.username], ['ses_2', 'ada'])
  assert.equal(client.session, session)
  assert.equal(issuer.ended.length, 1)
  const asked = issuer.asked.find(({ path }) => path === '/v1/login/passkey')
  assert.deepEqual(JSON.parse(asked?.body ?? ''), { credential })
})

test('a second step may be done with a passkey, which is asked with what the challenge brings', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  const step = { challenge: 'lk_challenge_1', expires_in: 300, factors: ['passkey', 'recovery_code'] }
  issuer.instead.set('/v1/login', () => ({
    status: 401,
    body: { code: 'factor_required', mfa_required: { ...step, public_key: options } },
  }))
  issuer.instead.set('/v1/login/factor', () => ({ status: 200, body: tokens }))
  await assert.rejects(client.signIn(ada), ({ challenge }) => {
    assert.deepEqual(challenge.factors, ['passkey', 'recovery_code'])
    assert.deepEqual(challenge.passkey, options)
    return true
  })
  await client.answer({ challenge: 'lk_challenge_1', credential, remember: true })
  const asked = issuer.asked.find(({ path }) => path === '/v1/login/factor')
  assert.deepEqual(JSON.parse(asked?.body ?? ''), {
    challenge: 'lk_challenge_1',
    credential,
    remember: true,
  })
})

const refusals: readonly { name: string; given: Given; code: string }[] = [
  {
    name: 'it is not known',
    given: { status: 401, body: { code: 'passkey_unknown' } },
    code: 'passkey_unknown',
  },
  {
    name: 'its answer is not taken',
    given: { status: 403, body: { code: 'passkey_refused' } },
    code: 'passkey_refused',
  },
  {
    name: 'the options are too old',
    given: { status: 401, body: { code: 'challenge_invalid' } },
    code: 'challenge_invalid',
  },
  {
    name: 'there were too many',
    given: { status: 429, body: { code: 'too_many_requests' } },
    code: 'issuer_unavailable',
  },
  { name: 'a proxy does not let it through', given: { status: 403, body: '' }, code: 'issuer_refused' },
  { name: 'something else answers', given: { status: 200, body: {} }, code: 'answer_invalid' },
]
for (const { name, given, code } of refusals) {
  test(`a passkey signs nobody in, with ${code}, if ${name}`, async (t) => {
    const issuer = await startIssuer(t)
    const client = issuer.open()
    issuer.instead.set('/v1/login/passkey', () => given)
    await assert.rejects(client.signInWithPasskey(credential), { code })
    assert.equal(client.session, undefined)
  })
}

for (const { name, given, code } of [
  { name: 'are empty', given: { status: 200, body: {} }, code: 'answer_invalid' },
  { name: 'are null', given: { status: 200, body: { public_key: null } }, code: 'answer_invalid' },
  {
    name: 'have no challenge',
    given: { status: 200, body: { public_key: { rpId: 'example.com' } } },
    code: 'answer_invalid',
  },
  { name: 'are not given', given: { status: 404, body: {} }, code: 'issuer_refused' },
  { name: 'come too often', given: { status: 429, body: {} }, code: 'issuer_unavailable' },
] as const) {
  test(`options for a passkey that ${name} are ${code}`, async (t) => {
    const issuer = await startIssuer(t)
    issuer.instead.set('/v1/login/passkey/options', () => given)
    await assert.rejects(issuer.open().passkeyOptions(), { code })
  })
}

test('wrong use is a TypeError, and a closed client asks nothing', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  for (const wrong of [undefined, null, 'id'])
    await assert.rejects(client.signInWithPasskey(wrong as never), TypeError)
  client.close()
  await assert.rejects(client.signInWithPasskey(credential), { code: 'closed' })
  await assert.rejects(client.passkeyOptions(), { code: 'closed' })
  assert.deepEqual(issuer.asked, [])
})
