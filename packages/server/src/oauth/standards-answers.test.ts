import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { createVerifier, decodeUnverified, type Jwks, keySet } from 'latchkey/token'
import { openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import { placeApplication, type TestApplication } from '../../test/applications.ts'
import { anApplication, answerAt, authorizePath, TestBrowser, verifier } from '../../test/authorization.ts'
import { deviceCodeGrant } from './device/ask.ts'

// What standards require of answers, where no other test says it: each is named in docs/conformance.md.

for (const algorithm of ['ES256', 'RS256'] as const) {
  describe(`answers as the standards have them, by ${algorithm}`, () => {
    let app: TestApp
    let person: SignedIn
    let ada: TestBrowser
    let shop: TestApplication
    before(async () => {
      app = await openTestApp('sqlite', { LATCHKEY_SIGNING_ALGORITHM: algorithm })
      person = await app.signedIn('ada')
      shop = await anApplication(app, { is_first_party: true })
      ada = new TestBrowser(app)
      await ada.signIn('ada')
    })
    after(() => app.close())

    const post = (path: string, form: Record<string, string>) =>
      app.call('POST', path, { form: { client_id: shop.id, client_secret: shop.secret, ...form } })
    async function answered(scope = 'openid profile offline_access', by = ada) {
      const back = answerAt(await by.get(authorizePath(shop, { scope, nonce: 'n' })))
      return post('/oauth/token', {
        ...{ grant_type: 'authorization_code', code: back.get('code') ?? '', code_verifier: verifier },
      })
    }
    const keys = async () => keySet((await app.call('GET', '/.well-known/jwks.json')).body as unknown as Jwks)

    test('an answer with tokens is kept by nobody', async () => {
      const { headers, body } = await answered()
      assert.deepEqual([headers.get('cache-control'), headers.get('pragma')], ['no-store', 'no-cache'])
      assert.match(headers.get('content-type') ?? '', /^application\/json/)
      assert.deepEqual([body.token_type, body.expires_in > 0], ['Bearer', true])
    })

    test('an ID token has what OpenID Connect Core section 2 wants, and is verified by the key set', async () => {
      const { body } = await answered()
      const verify = createVerifier({
        ...{ keys: await keys(), issuer: app.app.config.issuer, audience: shop.id, type: 'JWT' },
        now: app.world.now,
      })
      const claims = verify(body.id_token)
      const { header } = decodeUnverified(body.id_token)
      assert.deepEqual([header.alg, typeof header.kid], [algorithm, 'string'])
      assert.deepEqual([claims.sub, claims.nonce, claims.aud], [person.id, 'n', shop.id])
      assert.match(String(claims.sub), /^[\x21-\x7e]{1,255}$/)
      for (const name of ['iat', 'exp', 'auth_time']) assert.equal(typeof claims[name], 'number', name)
      const half = hash('sha256', body.access_token, 'buffer').subarray(0, 16).toString('base64url')
      assert.equal(claims.at_hash, half)
    })

    test('an access token has what RFC 9068 wants, and is verified by the key set', async () => {
      const { body } = await answered()
      const { issuer, audience } = app.app.config
      const verify = createVerifier({
        ...{ keys: await keys(), issuer, audience, type: 'at+jwt', now: app.world.now },
      })
      const claims = verify(body.access_token)
      assert.deepEqual(
        [claims.sub, claims.client_id, claims.scope],
        [person.id, shop.id, 'openid profile offline_access'],
      )
      assert.deepEqual(
        [decodeUnverified(body.access_token).header.typ, typeof claims.jti],
        ['at+jwt', 'string'],
      )
      for (const name of ['iat', 'exp', 'auth_time']) assert.equal(typeof claims[name], 'number', name)
      assert.deepEqual([claims.acr, claims.amr], ['urn:latchkey:acr:one-factor', ['pwd']])
    })

    test('a refresh gives no other person, application or time of the sign-in', async () => {
      const first = (await answered()).body
      app.world.advance(2000)
      const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
      const next = (await post('/oauth/token', form)).body
      const names = ['iss', 'sub', 'aud', 'auth_time'] as const
      const of = (token: string) => names.map((name) => decodeUnverified(token).claims[name])
      assert.deepEqual(of(next.access_token), of(first.access_token))
      assert.equal(next.id_token, undefined, 'a refresh signs nobody in')
    })

    test('metadata says what a client has to know', async () => {
      const { body, headers } = await app.call('GET', '/.well-known/openid-configuration')
      assert.match(headers.get('content-type') ?? '', /^application\/json/)
      const told = body as unknown as Record<string, unknown>
      assert.equal(told.issuer, app.app.config.issuer)
      assert.deepEqual(told.id_token_signing_alg_values_supported, [algorithm])
      assert.deepEqual(told.code_challenge_methods_supported, ['S256'])
      assert.deepEqual(told.subject_types_supported, ['public', 'pairwise'])
      assert.deepEqual(told.authorization_details_types_supported, ['device'])
      for (const name of ['authorization_response_iss_parameter_supported', 'claims_parameter_supported'])
        assert.equal(told[name], true, name)
      for (const name of ['request_parameter_supported', 'request_uri_parameter_supported'])
        assert.equal(told[name], false, name)
      for (const name of [
        'authorization',
        'token',
        'userinfo',
        'end_session',
        'pushed_authorization_request',
      ])
        assert.ok(String(told[`${name}_endpoint`]).startsWith(`${app.app.config.issuer}/`), name)
      const set = await app.call('GET', '/.well-known/jwks.json')
      for (const key of (set.body as unknown as { keys: Record<string, unknown>[] }).keys) {
        assert.deepEqual([key.use, typeof key.kid, key.d], ['sig', 'string', undefined])
      }
    })

    test('userinfo is JSON with the subject of the ID token, and says in its challenge what is wrong', async () => {
      const { body } = await answered()
      const info = await app.call('GET', '/oauth/userinfo', { token: body.access_token })
      assert.match(info.headers.get('content-type') ?? '', /^application\/json/)
      assert.equal(info.body.sub, decodeUnverified(body.id_token).claims.sub)
      const challenge = async (token?: string) => {
        const answer = await app.call('GET', '/oauth/userinfo', token === undefined ? {} : { token })
        assert.equal(answer.status, 401)
        return answer.headers.get('www-authenticate') ?? ''
      }
      const nothing = await challenge()
      assert.match(nothing, /^Bearer/)
      assert.doesNotMatch(nothing, /error=/)
      assert.match(await challenge(`${body.access_token}x`), /Bearer.*error="invalid_token"/)
    })

    test('userinfo tells the email that was proven, and only for its scope', async () => {
      const { id } = await app.signedIn('eve')
      const eve = new TestBrowser(app)
      await eve.signIn('eve')
      const told = async (scope: string) => {
        const { body } = await answered(scope, eve)
        const info = await app.call('GET', '/oauth/userinfo', { token: body.access_token })
        const { email, email_verified: isVerified } = info.body as unknown as Record<string, unknown>
        return [email, isVerified]
      }
      assert.deepEqual(await told('openid email'), [undefined, undefined])
      const address = (name: string, provenAt: number | null) =>
        app.app.db.transaction((tx) =>
          tx.query(
            `INSERT INTO user_addresses (id, user_id, address, address_key, is_primary, language, created_at, proven_at)
           VALUES ($1, $2, $3, $3, $4, 'en', 1, $5)`,
            ...[`adr_${name}`, id, `${name}@example.com`, provenAt === null ? 0 : 1, provenAt],
          ),
        )
      await address('unproven', null)
      assert.deepEqual(await told('openid email'), [undefined, undefined])
      await address('eve', 1)
      assert.deepEqual(await told('openid email'), ['eve@example.com', true])
      assert.deepEqual(await told('openid profile'), [undefined, undefined])
    })

    for (const hint of ['access_token', 'refresh_token', 'something_else']) {
      test(`a token is found whatever its hint says: ${hint}`, async () => {
        const { access_token: access, refresh_token: refresh } = (await answered()).body
        const look = (token: string) => post('/oauth/introspect', { token, token_type_hint: hint })
        for (const token of [access, refresh]) assert.equal((await look(token)).body.active, true)
        for (const token of [access, refresh]) {
          assert.equal((await post('/oauth/revoke', { token, token_type_hint: hint })).status, 200)
          assert.deepEqual((await look(token)).body, { active: false })
        }
      })
    }

    test('introspection and revocation without a token are refused', async () => {
      for (const path of ['/oauth/introspect', '/oauth/revoke']) {
        const answer = await post(path, {})
        assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
      }
    })

    test('a client that does not authenticate revokes nothing', async () => {
      const { access_token: token } = (await answered()).body
      const form = { token, client_id: shop.id, client_secret: 'lk_client_wrong' }
      const answer = await app.call('POST', '/oauth/revoke', { form })
      assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
      assert.equal((await post('/oauth/introspect', { token })).body.active, true)
    })

    test('a device is told its codes, for how long, how often to ask and where its person goes', async () => {
      const viewer = await placeApplication(app, {
        ...{ type: 'native', authentication: 'none', grants: [deviceCodeGrant], scopes: ['openid'] },
      })
      const answer = await app.call('POST', '/oauth/device_authorization', { form: { client_id: viewer.id } })
      assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-store'])
      const told = answer.body as unknown as Record<string, string | number>
      assert.match(String(told.device_code), /^lk_device_[\w-]{43,}$/)
      assert.match(String(told.user_code), /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/)
      assert.equal(told.verification_uri, `${app.app.config.issuer}/device`)
      assert.equal(told.verification_uri_complete, `${told.verification_uri}?user_code=${told.user_code}`)
      assert.deepEqual([told.expires_in, told.interval], [600, 5])
      const page = await ada.get(`/device?user_code=${told.user_code}`)
      assert.ok(page.text.includes(String(told.user_code)), 'the code is shown, to be compared')
    })

    const bye = 'https://shop.example/bye'
    const signOuts: [string, (hint: string) => Record<string, string>, string | null][] = [
      [
        'by POST',
        (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: bye, state: 's' }),
        `${bye}?state=s`,
      ],
      ['without a state', (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: bye }), bye],
      ['without an address', (hint) => ({ id_token_hint: hint }), null],
      ['with a hint and a state alone', (hint) => ({ id_token_hint: hint, state: 's' }), null],
    ]
    for (const [name, given, to] of signOuts) {
      test(`a person is signed out ${name}`, async () => {
        const browser = new TestBrowser(app)
        await browser.signIn('ada')
        const back = answerAt(await browser.get(authorizePath(shop, { scope: 'openid' })))
        const { body } = await post('/oauth/token', {
          ...{ grant_type: 'authorization_code', code: back.get('code') ?? '', code_verifier: verifier },
        })
        const answer = await (name === 'by POST'
          ? browser.post('/oauth/logout', given(body.id_token), { origin: 'https://shop.example' })
          : browser.get(`/oauth/logout?${new URLSearchParams(given(body.id_token))}`))
        const led = answer.headers.get('location') ?? answer.headers.get('refresh')?.replace('0; url=', '')
        assert.equal(led ?? null, to)
        const silent = answerAt(await browser.get(authorizePath(shop, { prompt: 'none' })))
        assert.equal(silent.get('error'), 'login_required')
      })
    }

    for (const [name, given] of Object.entries({
      'nothing at all': {},
      'a state alone': { state: 's' },
    })) {
      test(`a request to sign out with ${name} asks the person, and leads nowhere`, async () => {
        const page = await ada.get(`/oauth/logout?${new URLSearchParams(given)}`)
        assert.deepEqual([page.status, page.headers.get('location')], [200, null])
        assert.match(page.text, /Sign out\?/)
        assert.ok(answerAt(await ada.get(authorizePath(shop))).get('code'))
      })
    }

    test('an address for the way out with something added to it leads nowhere', async () => {
      const { body } = await answered('openid')
      const given = { id_token_hint: body.id_token, post_logout_redirect_uri: `${bye}?x=1` }
      const answer = await ada.get(`/oauth/logout?${new URLSearchParams(given)}`)
      assert.deepEqual([answer.status, answer.headers.get('location')], [400, null])
    })
  })
}
