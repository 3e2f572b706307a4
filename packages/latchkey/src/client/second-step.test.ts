import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, type Given, startIssuer, otherTokens as tokens } from '../../test/client/issuer.ts'

const step = { challenge: 'lk_challenge_1', expires_in: 300, factors: ['authenticator', 'recovery_code'] }
const required = (mfa_required: unknown): Given => ({
  status: 401,
  body: { code: 'factor_required', mfa_required },
})

test('an answer is read whole wherever it is cut, in the middle of a letter too', async (t) => {
  const issuer = await startIssuer(t)
  const username = 'añ燈🔑'
  const bytes = new TextEncoder().encode(JSON.stringify({ ...tokens, username }))
  const cutting: typeof fetch = async () =>
    new Response(ReadableStream.from(Array.from(bytes, (byte) => Uint8Array.of(byte))))
  const client = issuer.open({ fetch: cutting })
  const { session } = await client.answer({ challenge: 'lk_challenge_1', code: '123456' })
  assert.equal(session.username, username)
})

test('a sign-in by two steps is a session after the second', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  const told: string[] = []
  client.on('signed-in', ({ sessionId }) => told.push(sessionId))
  issuer.instead.set('/v1/login', () => required(step))
  issuer.instead.set('/v1/login/factor', () => ({ status: 200, body: tokens }))
  await assert.rejects(client.signIn(ada), {
    code: 'factor_required',
    status: 401,
    challenge: {
      id: 'lk_challenge_1',
      factors: ['authenticator', 'recovery_code'],
      passkey: undefined,
      enrol: [],
      newPasskey: undefined,
      sentTo: undefined,
      expiresInSeconds: 300,
    },
  })
  assert.equal(client.session, undefined)
  const { session, recoveryCodes } = await client.answer({ challenge: 'lk_challenge_1', code: '123 456' })
  assert.deepEqual([session.sessionId, session.username, recoveryCodes], ['ses_2', 'ada', []])
  assert.equal(client.session, session)
  const asked = issuer.asked.find(({ path }) => path === '/v1/login/factor')
  assert.deepEqual(JSON.parse(asked?.body ?? ''), { challenge: 'lk_challenge_1', code: '123 456' })
  await Promise.resolve()
  assert.deepEqual(told, ['ses_2'])
})

test('the session before stands until the second step, and ends with it', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  const before = await client.signIn(ada)
  issuer.instead.set('/v1/login', () => required(step))
  issuer.instead.set('/v1/login/factor', () => ({ status: 200, body: tokens }))
  await assert.rejects(client.signIn(ada), { code: 'factor_required' })
  assert.equal(client.session, before)
  assert.equal(issuer.ended.length, 0)
  await client.answer({ challenge: 'lk_challenge_1', code: '123456' })
  assert.equal(issuer.ended.length, 1)
})

test('an account that has to enrol a factor gets a secret, and recovery codes with the session', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  const enrolment = { secret: 'MZXW6', link: 'otpauth://totp/x?secret=MZXW6', expires_at: 'later' }
  issuer.instead.set('/v1/login', () =>
    required({ challenge: 'lk_challenge_1', expires_in: 900, enrol: ['authenticator', 7] }),
  )
  issuer.instead.set('/v1/login/enrol', () => ({ status: 200, body: enrolment }))
  issuer.instead.set('/v1/login/factor', () => ({
    status: 200,
    body: { ...tokens, recovery_codes: ['a', 'b'] },
  }))
  await assert.rejects(client.signIn(ada), ({ challenge }) => {
    assert.deepEqual([challenge.factors, challenge.enrol], [[], ['authenticator']])
    return true
  })
  assert.deepEqual({ ...(await client.enrol('lk_challenge_1')) }, { secret: 'MZXW6', link: enrolment.link })
  const { recoveryCodes } = await client.answer({ challenge: 'lk_challenge_1', code: '1' })
  assert.deepEqual(recoveryCodes, ['a', 'b'])
})

const newPasskey = {
  ...{ challenge: 'AQ', rp: { id: 'example.com', name: 'Example' }, pubKeyCredParams: [] },
  user: { id: 'Ag', name: 'ada', displayName: 'Ada' },
}

test('a passkey that was made for a challenge to enrol is an answer to it', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  issuer.instead.set('/v1/login', () =>
    required({
      ...{ challenge: 'lk_challenge_1', expires_in: 900, enrol: ['passkey', 'authenticator'] },
      public_key: newPasskey,
    }),
  )
  issuer.instead.set('/v1/login/factor', () => ({
    status: 200,
    body: { ...tokens, recovery_codes: ['a', 'b'] },
  }))
  await assert.rejects(client.signIn(ada), ({ challenge }) => {
    assert.deepEqual([challenge.passkey, { ...challenge.newPasskey }], [undefined, newPasskey])
    return true
  })
  const given = { challenge: 'lk_challenge_1', newCredential: { id: 'x' }, remember: true }
  const { recoveryCodes } = await client.answer(given)
  assert.deepEqual(recoveryCodes, ['a', 'b'])
  const asked = issuer.asked.find(({ path }) => path === '/v1/login/factor')
  const sent = { challenge: 'lk_challenge_1', new_credential: { id: 'x' }, remember: true }
  assert.deepEqual(JSON.parse(asked?.body ?? ''), sent)
})

for (const { name, step: given } of [
  { name: 'without passkeys', step: { enrol: ['authenticator'], public_key: newPasskey } },
  {
    name: 'of a challenge that is missing',
    step: { enrol: ['passkey'], public_key: { user: newPasskey.user } },
  },
  { name: 'of nobody', step: { enrol: ['passkey'], public_key: { challenge: 'AQ' } } },
  { name: 'that is null', step: { enrol: ['passkey'], public_key: null } },
]) {
  test(`no passkey is made by options ${name}`, async (t) => {
    const issuer = await startIssuer(t)
    issuer.instead.set('/v1/login', () => required({ challenge: 'x', expires_in: 900, ...given }))
    await assert.rejects(issuer.open().signIn(ada), ({ challenge }) => {
      assert.equal(challenge.newPasskey, undefined)
      return true
    })
  })
}

for (const given of [
  {},
  { code: '1', credential: {} },
  { code: '1', newCredential: {} },
  { credential: {}, newCredential: {} },
  { newCredential: 'x' },
  { newCredential: null },
]) {
  test(`an answer of ${JSON.stringify(given)} is a mistake of the program`, async (t) => {
    const issuer = await startIssuer(t)
    await assert.rejects(issuer.open().answer({ challenge: 'x', ...(given as object) }), TypeError)
  })
}

const refusals: readonly { name: string; given: Given; code: string }[] = [
  { name: 'a wrong code', given: { status: 403, body: { code: 'code_wrong' } }, code: 'code_wrong' },
  {
    name: 'an old challenge',
    given: { status: 401, body: { code: 'challenge_invalid' } },
    code: 'challenge_invalid',
  },
  {
    name: 'a passkey that is not taken',
    given: { status: 403, body: { code: 'passkey_refused' } },
    code: 'passkey_refused',
  },
  {
    name: 'a passkey that is refused by somebody else',
    given: { status: 401, body: { code: 'passkey_refused' } },
    code: 'issuer_refused',
  },
  {
    name: 'another password',
    given: { status: 401, body: { code: 'credentials_invalid' } },
    code: 'challenge_invalid',
  },
  {
    name: 'too many codes',
    given: { status: 429, body: { code: 'too_many_requests' } },
    code: 'issuer_unavailable',
  },
  { name: 'a proxy', given: { status: 401, body: '<html>' }, code: 'issuer_refused' },
  { name: 'something else', given: { status: 200, body: {} }, code: 'answer_invalid' },
]
for (const { name, given, code } of refusals) {
  test(`the second step is refused with ${code} for ${name}`, async (t) => {
    const issuer = await startIssuer(t)
    const client = issuer.open()
    issuer.instead.set('/v1/login/factor', () => given)
    issuer.instead.set('/v1/login/enrol', () => given)
    await assert.rejects(client.answer({ challenge: 'x', code: '1' }), { code })
    await assert.rejects(client.enrol('x'), { code })
    assert.equal(client.session, undefined)
  })
}

for (const mfa of [undefined, null, 'x', {}, { challenge: 7, expires_in: 1 }, { challenge: 'x' }]) {
  test(`a second step that is described as ${JSON.stringify(mfa)} is a refusal`, async (t) => {
    const issuer = await startIssuer(t)
    issuer.instead.set('/v1/login', () => required(mfa))
    await assert.rejects(issuer.open().signIn(ada), { code: 'issuer_refused', issuerCode: 'factor_required' })
  })
}

test('a browser may be remembered, and is asked all the same where that is said', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  issuer.instead.set('/v1/login/factor', () => ({ status: 200, body: tokens }))
  await client.answer({ challenge: 'x', code: '1', remember: true })
  await client.signIn({ ...ada, askFactor: true })
  const bodies = issuer.asked
    .filter(({ path }) => path.startsWith('/v1/login'))
    .map(({ body }) => JSON.parse(body))
  assert.deepEqual(bodies, [
    { challenge: 'x', code: '1', remember: true },
    { ...ada, ask_factor: true },
  ])
  await assert.rejects(client.signIn({ ...ada, askFactor: 1 as never }), TypeError)
})

test('a link that is none of an authenticator is not shown to anybody', async (t) => {
  const issuer = await startIssuer(t)
  issuer.instead.set('/v1/login/enrol', () => ({
    status: 200,
    body: { secret: 'x', link: 'https://x.example' },
  }))
  await assert.rejects(issuer.open().enrol('x'), { code: 'answer_invalid' })
})

test('wrong use is a TypeError, and a closed client asks nothing', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  const wrong = [
    {},
    { challenge: 'x' },
    { code: '1' },
    { challenge: 'x', code: 1 },
    { challenge: 'x', code: '1', remember: 1 },
    { challenge: 'x', code: '1', more: 1 },
    { challenge: 'x', code: '1', credential: {} },
    { challenge: 'x', credential: null },
    { challenge: 'x', credential: 'id' },
    { challenge: 1, credential: {} },
  ]
  for (const given of wrong) await assert.rejects(client.answer(given as never), TypeError)
  await assert.rejects(client.enrol(1 as never), TypeError)
  client.close()
  await assert.rejects(client.answer({ challenge: 'x', code: '1' }), { code: 'closed' })
  await assert.rejects(client.enrol('x'), { code: 'closed' })
  assert.deepEqual(issuer.asked, [])
})
