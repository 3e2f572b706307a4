import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type Answered, openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { codeOnPage } from '../../../test/described.ts'
import {
  type Browser,
  begin,
  clientSecret,
  comeBack,
  newBrowser,
  type OpenidProvider,
  openProvider,
  reachingLoopback,
  signInAt,
} from '../../../test/openid-provider.ts'
import { signedBy, signedByPublicKey, unsigned } from '../../../test/partner.ts'
import { newClientKey } from '../../../test/proofs.ts'
import { newSecret } from '../../secrets/secrets.ts'

// A provider that lies, and whoever stands between it and the browser. Nothing of it signs anybody in, makes anybody, or fails here.

describe('a provider, or an answer of one, that is not to be trusted', () => {
  let house: TestApp
  let admin: SignedIn
  let provider: OpenidProvider
  let other: OpenidProvider
  before(async () => {
    house = await openTestApp('sqlite', reachingLoopback)
    admin = await house.signedIn('root', 'administrator')
    provider = await openProvider(house)
    other = await openProvider(house)
    for (const [key, { issuer }] of [
      ['office', provider],
      ['home', other],
    ] as const) {
      const body = {
        ...{ key, name: key, issuer, client_id: 'here', client_secret: clientSecret },
        ...{ user_type: 'customer', email_domains: ['*'] },
      }
      const made = await house.call('POST', '/v1/providers', { token: admin.token, body })
      assert.equal(made.status, 201, made.text)
    }
    // The good one is let in, so that what follows is refused for its own reason.
    assert.equal((await signInAt(house, provider, 'office')).status, 200)
  })
  after(async () => {
    await Promise.all([provider.close(), other.close()])
    await house.close()
  })
  beforeEach(() => house.world.advance(700_000))
  afterEach(() => {
    for (const one of [provider, other]) {
      Object.assign(one, { claims: {}, metadata: {}, header: {}, userinfo: {}, token: {} })
      Object.assign(one, { signer: signedBy(one.key), keys: [published(one)] })
      one.instead.clear()
    }
    assert.deepEqual(house.log.errors, [])
  })

  const published = ({ key }: OpenidProvider) => ({ ...key.jwk, kid: 'one', alg: key.algorithm, use: 'sig' })
  const now = () => Math.floor(house.world.now() / 1000)
  const rows = async (table: string) => (await house.app.db.query(`SELECT 1 AS one FROM ${table}`)).length
  const reason = async () => {
    const [row] = await house.app.db.query<{ reason: string; outcome: string }>(
      "SELECT reason, outcome FROM activity WHERE event = 'user.sign_in' ORDER BY id DESC LIMIT 1",
    )
    return row?.outcome === 'refused' ? row.reason : undefined
  }
  /** Nobody is let in, nobody is made, and the log says why. */
  const refuses = async (why: string, attempt: () => Promise<Answered>, status = 400) => {
    const before = [await rows('sessions'), await rows('users'), await rows('identities')]
    const answer = await attempt()
    assert.equal(answer.status, status, answer.text)
    assert.ok(!answer.headers.getSetCookie().some((one) => one.includes('refresh')))
    assert.deepEqual([await rows('sessions'), await rows('users'), await rows('identities')], before)
    assert.equal(await reason(), why)
    const isOver = ['state', 'browser'].includes(why.split('_', 1)[0]!)
    assert.match(answer.text, isOver ? /<h1>This page is over</ : /<h1>You are not signed in</)
    const said = [
      /It took too long, was used before, /,
      / did not sign you in, /,
      /The answer of .* was not accepted/,
    ]
    const expected = status === 503 ? -1 : isOver ? 0 : why.startsWith('provider_') ? 1 : 2
    assert.deepEqual(
      said.map((text) => text.test(answer.text)),
      said.map((_, at) => at === expected),
    )
    assert.match(answer.text, /<a href="\/sign-in">/)
    assert.equal(answer.headers.get('location'), null)
  }

  const lies = (lie: Partial<OpenidProvider>) => void Object.assign(provider, lie)
  const stranger = newClientKey()
  const tokens: readonly (readonly [name: string, why: string, lie: () => object])[] = [
    ['of another issuer', 'issuer_mismatch', () => ({ claims: { iss: other.issuer } })],
    ['without an issuer', 'claim_missing', () => ({ claims: { iss: undefined } })],
    ['for another client', 'audience_mismatch', () => ({ claims: { aud: 'there' } })],
    ['for several clients', 'audience_mismatch', () => ({ claims: { aud: ['here', 'there'] } })],
    ['for nobody', 'claim_missing', () => ({ claims: { aud: undefined } })],
    ['that another client asked for', 'authorized_party_mismatch', () => ({ claims: { azp: 'there' } })],
    ['of another sign-in', 'nonce_mismatch', () => ({ claims: { nonce: 'another' } })],
    ['without a nonce', 'claim_missing', () => ({ claims: { nonce: undefined } })],
    ['with a nonce that is a list', 'nonce_mismatch', () => ({ claims: { nonce: ['a'] } })],
    ['that is over', 'token_expired', () => ({ claims: { exp: now() - 61 } })],
    ['without an end', 'claim_missing', () => ({ claims: { exp: undefined } })],
    ['with an end in words', 'claim_invalid', () => ({ claims: { exp: '9999999999' } })],
    ['of tomorrow', 'token_issued_in_future', () => ({ claims: { iat: now() + 86_400 } })],
    ['of an hour ago', 'token_too_old', () => ({ claims: { iat: now() - 3_600 } })],
    ['without a time', 'claim_missing', () => ({ claims: { iat: undefined } })],
    ['that is not valid yet', 'token_not_yet_valid', () => ({ claims: { nbf: now() + 3_600 } })],
    ['without a subject', 'claim_missing', () => ({ claims: { sub: undefined } })],
    ['with an empty subject', 'subject_invalid', () => ({ claims: { sub: '' } })],
    ['with a subject that is a number', 'subject_invalid', () => ({ claims: { sub: 7 } })],
    ['with a subject of 256 characters', 'subject_invalid', () => ({ claims: { sub: 'x'.repeat(256) } })],
    ['with a subject that hides something', 'subject_invalid', () => ({ claims: { sub: 'mei\u200b' } })],
    ['that nobody signed', 'token_malformed', () => ({ header: { alg: 'none' }, signer: unsigned })],
    [
      'that nobody signed, in capitals',
      'token_malformed',
      () => ({ header: { alg: 'NONE' }, signer: unsigned }),
    ],
    [
      'signed by the public key as a secret',
      'algorithm_not_allowed',
      () => ({ header: { alg: 'HS256' }, signer: signedByPublicKey(provider.key) }),
    ],
    [
      'signed by the secret of the client',
      'algorithm_not_allowed',
      () => ({
        header: { alg: 'HS256', kid: undefined },
        signer: (input: string) => createHmac('sha256', clientSecret).update(input).digest('base64url'),
      }),
    ],
    ['signed by another key', 'signature_invalid', () => ({ signer: signedBy(stranger) })],
    [
      'signed by a key of another id',
      'key_not_found',
      () => ({ header: { kid: 'two' }, signer: signedBy(stranger) }),
    ],
    [
      'with its own key in the header',
      'signature_invalid',
      () => ({ header: { jwk: stranger.jwk }, signer: signedBy(stranger) }),
    ],
    ['that is an access token', 'type_mismatch', () => ({ header: { typ: 'at+jwt' } })],
    ['that is a logout token', 'type_mismatch', () => ({ header: { typ: 'logout+jwt' } })],
    ['with a critical header', 'critical_unknown', () => ({ header: { crit: ['x'], x: 1 } })],
  ]
  for (const [name, why, lie] of tokens) {
    test(`an ID token ${name} is refused`, async () => {
      Object.assign(provider, lie())
      await refuses(why, () => signInAt(house, provider, 'office'))
    })
  }

  const answers: readonly (readonly [name: string, why: string, status: number, lie: () => void])[] = [
    ['has no ID token', 'id_token_missing', 400, () => lies({ token: { id_token: undefined } })],
    ['has an ID token that is none', 'token_malformed', 400, () => lies({ token: { id_token: 'x' } })],
    ['has an ID token that is a number', 'id_token_missing', 400, () => lies({ token: { id_token: 7 } })],
    ['is too large', 'too_large', 503, () => lies({ token: { more: 'x'.repeat(70_000) } })],
    ['is no JSON', 'id_token_missing', 400, () => instead('/token', (r) => r.end('<p>'))],
    ['is nested too deep', 'id_token_missing', 400, () => instead('/token', (r) => r.end('['.repeat(1_000)))],
    ['refuses the code', 'token_invalid_grant', 400, () => refusing('invalid_grant')],
    ['refuses the client', 'token_invalid_client', 400, () => refusing('invalid_client')],
    ['refuses in words of its own', 'token_status_unexpected', 400, () => refusing('<script>')],
    ['fails', 'token_status_unexpected', 400, () => instead('/token', (r) => r.writeHead(500).end())],
    [
      'leads into the network',
      'redirected',
      503,
      () => instead('/token', (r) => r.writeHead(307, { location: 'http://169.254.169.254/' }).end()),
    ],
    ['ends in the middle', 'connection_failed', 503, () => instead('/token', (r) => r.destroy())],
    [
      'is compressed',
      'encoding_unexpected',
      503,
      () => instead('/token', (r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end('x')),
    ],
  ]
  const instead = (path: string, answer: (response: ServerResponse) => void) =>
    void provider.instead.set(path, (_, response) => answer(response))
  const refusing = (error: string) =>
    instead('/token', (response) => response.writeHead(400).end(JSON.stringify({ error })))
  for (const [name, why, status, lie] of answers) {
    test(`a token response that ${name} is refused`, async () => {
      lie()
      await refuses(why, () => signInAt(house, provider, 'office'), status)
    })
  }

  const infos: readonly (readonly [name: string, why: string, status: number, lie: () => void])[] = [
    ['is of somebody else', 'userinfo_subject_mismatch', 400, () => lies({ userinfo: { sub: 'boss' } })],
    ['is of nobody', 'userinfo_subject_mismatch', 400, () => lies({ userinfo: { sub: undefined } })],
    ['is a list', 'userinfo_subject_mismatch', 400, () => instead('/userinfo', (r) => r.end('[]'))],
    ['is too large', 'too_large', 503, () => lies({ userinfo: { more: 'x'.repeat(70_000) } })],
    ['is refused', 'status_unexpected', 503, () => instead('/userinfo', (r) => r.writeHead(401).end())],
  ]
  for (const [name, why, status, lie] of infos) {
    test(`what the userinfo endpoint says is refused if it ${name}`, async () => {
      provider.claims = { sub: 'newcomer' }
      lie()
      await refuses(why, () => signInAt(house, provider, 'office'), status)
    })
  }

  const documents: readonly (readonly [name: string, why: string, lie: () => void])[] = [
    ['names another issuer', 'issuer_mismatch', () => lies({ metadata: { issuer: other.issuer } })],
    ['names no issuer', 'issuer_mismatch', () => lies({ metadata: { issuer: undefined } })],
    ['has no token endpoint', 'endpoint_missing', () => lies({ metadata: { token_endpoint: undefined } })],
    [
      'leads to an address inside',
      'endpoint_missing',
      () => lies({ metadata: { authorization_endpoint: 'http://10.0.0.1/authorize' } }),
    ],
    [
      'leads to a script',
      'endpoint_missing',
      () => lies({ metadata: { authorization_endpoint: 'javascript:alert(1)' } }),
    ],
    [
      'signs by shared secrets alone',
      'no_algorithm',
      () => lies({ metadata: { id_token_signing_alg_values_supported: ['HS256', 'none'] } }),
    ],
    ['is not there', 'status_unexpected', () => documentInstead((r) => r.writeHead(404).end())],
    [
      'is elsewhere',
      'redirected',
      () => documentInstead((r) => r.writeHead(302, { location: other.issuer }).end()),
    ],
    ['is too large', 'too_large', () => documentInstead((r) => r.end(`"${'x'.repeat(70_000)}"`))],
    ['is no JSON', 'not_json', () => documentInstead((r) => r.end('{'))],
    ['is no object', 'not_json', () => documentInstead((r) => r.end('null'))],
  ]
  const documentInstead = (answer: Parameters<typeof instead>[1]) =>
    instead('/.well-known/openid-configuration', answer)
  for (const [name, why, lie] of documents) {
    test(`a discovery document that ${name} is not followed`, async () => {
      // What was read before is used for an hour, if the document cannot be read again.
      house.world.advance(3_600_000 + 700_000)
      lie()
      await refuses(why, () => begin(house, 'office', newBrowser()), 503)
      house.world.advance(700_000)
      afterLie()
      assert.equal((await begin(house, 'office', newBrowser())).status, 303, 'and it is read again later')
    })
  }
  const afterLie = () => {
    provider.metadata = {}
    provider.instead.clear()
  }

  const sets: readonly (readonly [
    name: string,
    keys: () => readonly object[],
    why: string,
    status: number,
  ])[] = [
    ['holds nothing', () => [], 'key_not_found', 400],
    ['holds secrets', () => [{ kty: 'oct', k: 'c2VjcmV0', kid: 'one', alg: 'HS256' }], 'not_a_key_set', 503],
    ['holds a private key', () => [{ ...published(provider), d: 'AAAA' }], 'not_a_key_set', 503],
    [
      'holds too many keys',
      () => Array.from({ length: 101 }, () => published(provider)),
      'not_a_key_set',
      503,
    ],
    ['holds two keys of one id', () => [published(provider), published(other)], 'key_ambiguous', 400],
    ['holds a key for encryption', () => [{ ...published(provider), use: 'enc' }], 'not_a_key_set', 503],
  ]
  for (const [name, keys, why, status] of sets) {
    test(`a key set that ${name} verifies nothing`, async () => {
      provider.keys = keys()
      await refuses(why, () => signInAt(house, provider, 'office'), status)
    })
  }

  for (const [name, path] of [
    ['document', '/.well-known/openid-configuration'],
    ['key set', '/jwks'],
  ] as const) {
    test(`a provider whose ${name} can be read no more while a person is there lets nobody in`, async () => {
      assert.equal((await signInAt(house, provider, 'office')).status, 200)
      instead(path, (response) => response.writeHead(500).end())
      // What was read before is good for seventy minutes.
      house.world.advance(69 * 60_000)
      const browser = newBrowser()
      const parameters = await good(browser)
      house.world.advance(2 * 60_000)
      await refuses('status_unexpected', () => comeBack(house, 'office', browser, parameters), 503)
      provider.instead.clear()
      house.world.advance(60_000)
      assert.equal((await signInAt(house, provider, 'office')).status, 200)
    })
  }

  test('a key that is new is fetched once, and what is unknown not more often than every thirty seconds', async () => {
    assert.equal((await signInAt(house, provider, 'office')).status, 200)
    const fresh = newClientKey()
    provider.keys = [published(provider), { ...fresh.jwk, kid: 'two', alg: fresh.algorithm }]
    Object.assign(provider, { header: { kid: 'two' }, signer: signedBy(fresh) })
    await refuses('key_not_found', () => signInAt(house, provider, 'office'))
    house.world.advance(30_000)
    const before = provider.asked.get('/jwks') ?? 0
    assert.equal((await signInAt(house, provider, 'office')).status, 200)
    assert.equal(provider.asked.get('/jwks'), before + 1)
    provider.header = { kid: 'nobody has it' }
    for (let time = 0; time < 20; time += 1) await signInAt(house, provider, 'office')
    assert.equal(provider.asked.get('/jwks'), before + 1)
  })

  /** The parameters of a good answer. */
  async function good(browser: Browser): Promise<{ state: string; code: string }> {
    const { location } = await begin(house, 'office', browser)
    return { state: location.searchParams.get('state') ?? '', code: provider.codeFor(location) }
  }

  const responses: readonly (readonly [
    name: string,
    why: string,
    attempt: (browser: Browser) => Promise<Answered>,
  ])[] = [
    [
      'without a state',
      'state_unknown',
      async (b) => comeBack(house, 'office', b, { code: (await good(b)).code }),
    ],
    [
      'with a state that nobody made',
      'state_unknown',
      async (b) => comeBack(house, 'office', b, { ...(await good(b)), state: 'x' }),
    ],
    [
      'with a state of the right form that nobody made',
      'state_unknown',
      async (b) =>
        comeBack(house, 'office', b, { ...(await good(b)), state: newSecret('state', house.world) }),
    ],
    [
      'in a browser that has not begun it',
      'browser_unknown',
      async (b) => comeBack(house, 'office', newBrowser(), await good(b)),
    ],
    [
      'in another browser, which has begun one too',
      'state_of_another_browser',
      async (b) => {
        const victim = newBrowser()
        await good(victim)
        return comeBack(house, 'office', victim, await good(b))
      },
    ],
    [
      'at the address of another provider',
      'state_of_another_provider',
      async (b) => comeBack(house, 'home', b, await good(b)),
    ],
    [
      'after ten minutes',
      'state_expired',
      async (b) => {
        const parameters = await good(b)
        house.world.advance(600_000)
        return comeBack(house, 'office', b, parameters)
      },
    ],
    [
      'with two cookies',
      'browser_unknown',
      async (b) => {
        const parameters = await good(b)
        const victim = newBrowser()
        await good(victim)
        return comeBack(house, 'office', { cookie: `${b.cookie}; ${victim.cookie}` }, parameters)
      },
    ],
    [
      'without a code',
      'code_missing',
      async (b) => comeBack(house, 'office', b, { state: (await good(b)).state }),
    ],
    [
      'with a code of nobody',
      'token_invalid_grant',
      async (b) => comeBack(house, 'office', b, { ...(await good(b)), code: 'x' }),
    ],
    [
      'with a code that breaks lines',
      'code_missing',
      async (b) => comeBack(house, 'office', b, { ...(await good(b)), code: 'a\r\nb' }),
    ],
    [
      'with a code of another sign-in',
      'token_invalid_grant',
      async (b) =>
        comeBack(house, 'office', b, { ...(await good(b)), code: (await good(newBrowser())).code }),
    ],
    [
      'with the code of another tab of the same browser',
      'token_invalid_grant',
      async (b) => comeBack(house, 'office', b, { ...(await good(b)), code: (await good(b)).code }),
    ],
    [
      'in the name of another provider',
      'response_issuer_mismatch',
      async (b) => comeBack(house, 'office', b, { ...(await good(b)), iss: other.issuer }),
    ],
    [
      'that was refused',
      'provider_access_denied',
      async (b) => comeBack(house, 'office', b, { state: (await good(b)).state, error: 'access_denied' }),
    ],
    [
      'with an error and a code',
      'provider_login_required',
      async (b) => comeBack(house, 'office', b, { ...(await good(b)), error: 'login_required' }),
    ],
    [
      'with an error that says something else',
      'provider_error',
      async (b) => comeBack(house, 'office', b, { ...(await good(b)), error: '<script>alert(1)</script>' }),
    ],
  ]
  for (const [name, why, attempt] of responses) {
    test(`an answer ${name} is refused`, () => refuses(why, () => attempt(newBrowser())))
  }

  test('an answer a second time is refused, and says no more than the first', async () => {
    const browser = newBrowser()
    const parameters = await good(browser)
    assert.equal((await comeBack(house, 'office', browser, parameters)).status, 200)
    await refuses('state_used', () => comeBack(house, 'office', browser, parameters))
  })

  test('nothing that came from outside stands in the page', async () => {
    const browser = newBrowser()
    const { state } = await good(browser)
    const evil = '<img src=x onerror=alert(1)>'
    const answer = await comeBack(house, 'office', browser, {
      state,
      error: evil,
      error_description: evil,
      iss: '',
    })
    assert.ok(!answer.text.includes('onerror'))
  })

  test('a provider that names itself in every answer has to do so', async () => {
    provider.metadata = { authorization_response_iss_parameter_supported: true }
    const browser = newBrowser()
    await refuses('response_issuer_mismatch', async () =>
      comeBack(house, 'office', browser, await good(browser)),
    )
    const parameters = await good(browser)
    const answer = await comeBack(house, 'office', browser, { ...parameters, iss: provider.issuer })
    assert.equal(answer.status, 200)
  })

  test('an answer in another tab, or behind a wrong one, still works', async () => {
    const browser = newBrowser()
    const [first, second] = [await good(browser), await good(browser)]
    assert.equal((await comeBack(house, 'office', browser, { ...second, state: 'x' })).status, 400)
    assert.equal((await comeBack(house, 'office', browser, second)).status, 200)
    assert.equal((await comeBack(house, 'office', browser, first)).status, 200)
  })

  test('a subject that another provider has too is somebody else', async () => {
    const people = await rows('users')
    other.claims = { sub: 'mei' }
    assert.equal((await signInAt(house, other, 'home')).status, 200)
    assert.equal(await rows('users'), people + 1)
  })

  test('where nobody is led but a path of this server', async () => {
    for (const next of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      const answer = await signInAt(
        house,
        provider,
        'office',
        newBrowser(),
        `?${new URLSearchParams({ next })}`,
      )
      assert.deepEqual([answer.status, answer.headers.get('refresh')], [200, '0; url=/console'])
    }
  })

  test('a provider that there is not, or that is disabled, is not found', async () => {
    assert.equal((await begin(house, 'nowhere', newBrowser())).status, 404)
    const browser = newBrowser()
    const parameters = await good(browser)
    const body = { username: admin.username, password: admin.password }
    const { access_token: token } = (await house.call('POST', '/v1/login', { body })).body
    await house.call('POST', '/v1/providers/office/disable', { token })
    assert.equal((await begin(house, 'office', newBrowser())).status, 404)
    await refuses('provider_disabled', () => comeBack(house, 'office', browser, parameters))
    await house.call('POST', '/v1/providers/office/enable', { token })
  })

  test('what is no key of a provider comes to nothing, and is not written down', async () => {
    for (const path of ['/sign-in/with/A', '/sign-in/back/%3Cscript%3E', `/sign-in/back/${'x'.repeat(33)}`]) {
      const answer = await house.call('GET', path)
      assert.deepEqual([answer.status, codeOnPage(answer)], [400, 'request_invalid'], path)
    }
    const events = await house.app.db.query('SELECT details FROM activity')
    assert.ok(!JSON.stringify(events).includes('script'))
  })

  test('a network that begins too often waits', async () => {
    const address = '198.51.100.9'
    const { db, attempts } = house.app
    await db.transaction(async (tx) => {
      for (let time = 0; time < 5_000; time += 1) {
        await attempts.admitChallenge(tx, { address }, 'user.sign_in')
      }
    })
    const answer = await house.call('GET', '/sign-in/with/office', { address })
    assert.deepEqual([answer.status, answer.headers.get('location')], [429, null])
    assert.equal((await begin(house, 'office', newBrowser())).status, 303)
  })

  test('the form of a provider is answered by a page of ours, which has used nothing up', async () => {
    const browser = newBrowser()
    const parameters = await good(browser)
    const form = { ...parameters, user: '{"name":"x"}' }
    const posted = await house.call('POST', '/sign-in/back/office', {
      form,
      headers: { origin: provider.issuer },
    })
    assert.equal(posted.status, 200)
    const [, path = ''] =
      /^0; url=(\/sign-in\/back\/office\?.*)$/.exec(posted.headers.get('refresh') ?? '') ?? []
    assert.deepEqual(Object.fromEntries(new URLSearchParams(path.split('?')[1])), parameters)
    const answer = await house.call('GET', path, { headers: { cookie: browser.cookie } })
    assert.equal(answer.status, 200)
    assert.ok(answer.headers.getSetCookie().some((one) => one.includes('refresh')))
  })
})

test('a provider that does not answer is given up after five seconds', async (t) => {
  const house = await openTestApp('sqlite', reachingLoopback)
  t.after(() => house.close())
  const provider = await openProvider(house)
  t.after(() => provider.close())
  const { token } = await house.signedIn('root', 'administrator')
  const body = { key: 'slow', name: 'slow', issuer: provider.issuer, client_id: 'here', client_secret: 'x' }
  await house.call('POST', '/v1/providers', { token, body })
  provider.instead.set('/.well-known/openid-configuration', (_, response) => void response.write(' '))
  const began = performance.now()
  const answers = await Promise.all(Array.from({ length: 50 }, () => begin(house, 'slow', newBrowser())))
  assert.ok(performance.now() - began < 15_000)
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]))
  assert.equal(
    provider.asked.get('/.well-known/openid-configuration'),
    1,
    'all of them have waited for one request',
  )
})
