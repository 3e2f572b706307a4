import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import type { TestApplication } from '../../../test/applications.ts'
import {
  anApplication,
  answerAt,
  authorizePath,
  callback,
  sealedIn,
  TestBrowser,
  verifier,
} from '../../../test/authorization.ts'
import { oneFactor, twoFactors } from '../../sessions/contexts.ts'

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`authorization codes on ${engine}`, () => {
    let app: TestApp
    let shop: TestApplication
    let ada: TestBrowser
    before(async () => {
      app = await openTestApp(engine)
      await app.signedIn('ada')
      shop = await anApplication(app)
      ada = new TestBrowser(app)
      await ada.signIn('ada')
    })
    after(() => app.close())

    const redeem = (form: Record<string, string>, { id, secret }: TestApplication = shop) =>
      app.call('POST', '/oauth/token', {
        form: {
          ...{ grant_type: 'authorization_code', redirect_uri: callback, code_verifier: verifier },
          ...{ client_id: id, client_secret: secret, ...form },
        },
      })

    test('a person who is signed in lets an application in, and it gets tokens', async () => {
      const page = await ada.get(authorizePath(shop, { scope: 'openid profile devices:view nonsense' }))
      assert.equal(page.status, 200)
      assert.match(page.text, /Let Shop in\?/)
      const answer = await ada.post('/oauth/authorize/continue', { request: sealedIn(page), answer: 'allow' })
      assert.equal(answer.status, 200)
      const back = answerAt(answer)
      assert.deepEqual([back.get('state'), back.get('iss')], ['xyz', app.app.config.issuer])
      const tokens = await redeem({ code: back.get('code') ?? '' })
      assert.equal(tokens.status, 200)
      assert.equal(tokens.body.scope, 'openid profile devices:view')
      const { claims } = decodeUnverified(tokens.body.id_token)
      assert.deepEqual([claims.aud, claims.preferred_username], [shop.id, 'ada'])
      const info = await app.call('GET', '/oauth/userinfo', { token: tokens.body.access_token })
      assert.deepEqual(info.body, { sub: claims.sub, name: 'ada', preferred_username: 'ada' })
    })

    /** A code, in one request: ada has let the shop in. */
    const codeFor = async (more: Record<string, string | undefined> = {}, of = shop, by = ada) => {
      const answer = await by.get(authorizePath(of, { scope: 'openid profile devices:view', ...more }))
      return answerAt(answer).get('code') ?? ''
    }

    test('who has let it in is asked no more, and not for less', async () => {
      const answer = await ada.get(authorizePath(shop, { scope: 'openid' }))
      assert.equal(answer.status, 303)
      assert.ok(answerAt(answer).get('code'))
      const more = await ada.get(authorizePath(shop, { scope: 'openid devices:control' }))
      assert.match(more.text, /command your devices/)
      const denied = await ada.post('/oauth/authorize/continue', { request: sealedIn(more), answer: 'deny' })
      assert.equal(answerAt(denied).get('error'), 'access_denied')
    })

    for (const [place, claim, scope] of [
      ['id_token', 'preferred_username', 'profile'],
      ['id_token', 'email', 'email'],
      ['userinfo', 'name', 'profile'],
      ['userinfo', 'email_verified', 'email'],
    ] as const) {
      test(`the claim ${claim} of ${place} is asked for, and given, as the scope that covers it`, async () => {
        const other = await anApplication(app)
        const page = await ada.get(
          authorizePath(other, { scope: 'openid', claims: JSON.stringify({ [place]: { [claim]: null } }) }),
        )
        const form = { request: sealedIn(page), answer: 'allow' }
        const code = answerAt(await ada.post('/oauth/authorize/continue', form)).get('code') ?? ''
        assert.equal((await redeem({ code }, other)).body.scope, `openid ${scope}`)
      })
    }

    const ofMachine = 'http://127.0.0.1/back'
    const addresses = [
      { redirect_uri: 'http://127.0.0.1:49152/back', isAsked: true },
      { redirect_uri: 'com.example.shop:/back', isAsked: true },
      { redirect_uri: callback, isAsked: false },
    ]
    for (const { redirect_uri, isAsked } of addresses) {
      test(`whoever let a native application in is asked ${isAsked ? 'again' : 'no more'} at ${redirect_uri}`, async () => {
        const native = await anApplication(app, {
          ...{ type: 'native', authentication: 'none' },
          redirect_uris: [ofMachine, 'com.example.shop:/back', callback],
        })
        const ask = (prompt?: string) =>
          ada.get(authorizePath(native, { scope: 'openid', redirect_uri, prompt }))
        const page = await ask()
        await ada.post('/oauth/authorize/continue', { request: sealedIn(page), answer: 'allow' })
        const again = await ask()
        assert.equal(again.status, isAsked ? 200 : 303)
        if (isAsked) assert.match(again.text, /Let Shop in\?/)
        assert.equal(answerAt(await ask('none')).get('error'), isAsked ? 'consent_required' : null)
      })
    }

    test('a native application of the operator asks nobody', async () => {
      const native = await anApplication(app, {
        ...{ type: 'native', authentication: 'none', redirect_uris: [ofMachine], is_first_party: true },
      })
      const answer = await ada.get(authorizePath(native, { scope: 'openid', redirect_uri: ofMachine }))
      assert.ok(answerAt(answer).get('code'))
    })

    test('whoever is not signed in signs in, and comes back to the request', async () => {
      const bob = new TestBrowser(app)
      await app.signedIn('bob')
      const start = await bob.get(authorizePath(shop, { login_hint: 'bob' }))
      const location = start.headers.get('location') ?? ''
      const next = new URL(location, app.app.config.issuer).searchParams.get('next') ?? ''
      const page = await bob.get(location)
      assert.match(page.text, /value="bob"/)
      const signedIn = await bob.post('/sign-in', { username: 'bob', password: 'the password of bob', next })
      assert.equal(signedIn.headers.get('refresh'), `0; url=${next}`)
      assert.match((await bob.get(next)).text, /You are signed in as bob/)
      assert.match((await new TestBrowser(app).get(next)).headers.get('location') ?? '', /^\/sign-in\?/)
      app.world.advance(3_600_001)
      assert.match((await bob.get(next)).text, /This request is over/)
    })

    const codeRefusals: [string, (code: string) => Record<string, string>, string?][] = [
      ['no code', () => ({ code: '' }), 'invalid_request'],
      ['another code', (code) => ({ code: code.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) })],
      ['another verifier', () => ({ code_verifier: `${verifier}x` })],
      ['no verifier', () => ({ code_verifier: '' })],
      ['a verifier that is too short', () => ({ code_verifier: 'short' })],
      ['another address', () => ({ redirect_uri: `${callback}/` })],
      ['another resource', () => ({ resource: 'https://pages.example' }), 'invalid_target'],
    ]
    for (const [name, change, error = 'invalid_grant'] of codeRefusals) {
      test(`a code with ${name} is refused, and can be redeemed afterwards`, async () => {
        const code = await codeFor()
        const refused = await redeem({ code, ...change(code) })
        assert.deepEqual([refused.status, refused.body.error], [400, error])
        assert.equal((await redeem({ code })).status, 200)
      })
    }

    test('a code is for its application alone', async () => {
      const other = await anApplication(app)
      const refused = await redeem({ code: await codeFor() }, other)
      assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_grant'])
    })

    test('a code is over after a minute', async () => {
      const code = await codeFor()
      app.world.advance(60_000)
      assert.equal((await redeem({ code })).body.error, 'invalid_grant')
    })

    test('of 64 at once one redeems a code, and what came of it ends with the second', async () => {
      const code = await codeFor()
      const answers = await Promise.all(Array.from({ length: 64 }, () => redeem({ code })))
      const [won, ...others] = answers.filter(({ status }) => status === 200)
      assert.ok(won && others.length === 0)
      assert.ok(answers.every((answer) => answer === won || answer.body.error === 'invalid_grant'))
      const { access_token: token, refresh_token: refresh } = won.body
      assert.equal((await app.call('GET', '/oauth/userinfo', { token })).status, 401)
      const again = await redeem({ grant_type: 'refresh_token', refresh_token: refresh })
      assert.equal(again.body.error, 'invalid_grant')
      const [event] = await app.app.db.query<{ outcome: string; reason: string }>(
        "SELECT outcome, reason FROM activity WHERE event = 'application.token' AND outcome = 'alarm'",
      )
      assert.deepEqual(event && { ...event }, { outcome: 'alarm', reason: 'code_reused' })
    })

    test('a code that comes again half a minute later ends what came of it', async () => {
      const code = await codeFor()
      const { body } = await redeem({ code })
      app.world.advance(30_000)
      await redeem({ code })
      assert.equal((await app.call('GET', '/oauth/userinfo', { token: body.access_token })).status, 401)
    })

    test('an application does what programs may, with its scopes, and nothing else', async () => {
      const { body } = await redeem({ code: await codeFor() })
      const token = body.access_token
      assert.equal((await app.call('GET', '/v1/devices', { token })).status, 200)
      const me = await app.call('GET', '/v1/me', { token })
      assert.deepEqual([me.body.username, me.body.permissions], ['ada', ['devices:view']])
      const nameless = await redeem({ code: await codeFor({ scope: 'devices:view' }) })
      const unnamed = await app.call('GET', '/v1/me', { token: nameless.body.access_token })
      assert.deepEqual([unnamed.status, nameless.body.id_token], [403, undefined])
      for (const [method, path, sent] of [
        ['GET', '/v1/me/sessions', undefined],
        ['POST', '/v1/me/sessions/end-others', undefined],
        ['POST', '/v1/logout', undefined],
        ['POST', '/v1/me/password', { current: 'the password of ada', password: 'another one' }],
        ['POST', '/v1/api-keys', {}],
      ] as const) {
        const answer = await app.call(method, path, { token, ...(sent && { body: sent }) })
        assert.deepEqual([path, answer.status, answer.body.code], [path, 403, 'kind_not_allowed'])
      }
    })

    test('refresh tokens rotate, narrow, and end with a copy', async () => {
      const { body: first } = await redeem({ code: await codeFor() })
      const refresh = (token: string, more: Record<string, string> = {}, of = shop) =>
        redeem(
          { grant_type: 'refresh_token', refresh_token: token, redirect_uri: '', code_verifier: '', ...more },
          of,
        )
      const wider = await refresh(first.refresh_token, { scope: 'openid devices:control' })
      assert.equal(wider.body.error, 'invalid_scope')
      const other = await anApplication(app)
      assert.equal((await refresh(first.refresh_token, {}, other)).body.error, 'invalid_grant')
      const byOurs = { refresh_token: first.refresh_token }
      assert.equal((await app.call('POST', '/v1/refresh', { body: byOurs })).status, 401)
      const second = await refresh(first.refresh_token, { scope: 'devices:view' })
      assert.deepEqual([second.status, second.body.scope], [200, 'devices:view'])
      const third = await refresh(second.body.refresh_token)
      assert.equal(third.body.scope, 'openid profile devices:view')
      app.world.advance(10_001)
      assert.equal((await refresh(first.refresh_token)).body.error, 'invalid_grant')
      assert.equal((await refresh(third.body.refresh_token)).body.error, 'invalid_grant')
    })

    test('the session of an application ends with that of the browser, unless it may stay', async () => {
      const browser = new TestBrowser(app)
      await browser.signIn('ada')
      const within = await redeem({ code: await codeFor({}, shop, browser) })
      const page = await browser.get(authorizePath(shop, { scope: 'openid offline_access' }))
      const allowed = await browser.post('/oauth/authorize/continue', {
        ...{ request: sealedIn(page), answer: 'allow' },
      })
      const beyond = await redeem({ code: answerAt(allowed).get('code') ?? '' })
      const waiting = answerAt(await browser.get(authorizePath(shop, { scope: 'openid' }))).get('code') ?? ''
      const out = await browser.get(`/oauth/logout?id_token_hint=${within.body.id_token}`)
      assert.match(out.text, /You are signed out/)
      const state = (token: string) => app.call('GET', '/oauth/userinfo', { token })
      assert.equal((await state(within.body.access_token)).status, 401)
      assert.equal((await state(beyond.body.access_token)).status, 200)
      assert.equal((await redeem({ code: waiting })).body.error, 'invalid_grant')
      const gone = await browser.get(authorizePath(shop, { prompt: 'none' }))
      assert.equal(answerAt(gone).get('error'), 'login_required')
    })
  })
}

describe('requests for authorization that are not right', () => {
  let app: TestApp
  let shop: TestApplication
  let ada: TestBrowser
  before(async () => {
    app = await openTestApp('sqlite')
    await app.signedIn('ada')
    shop = await anApplication(app, { is_first_party: true })
    ada = new TestBrowser(app)
    await ada.signIn('ada')
  })
  after(() => app.close())

  /** Each within its limit, and together more than goes into an address. */
  const long = { state: 'x'.repeat(4_096), nonce: 'x'.repeat(1_000), scope: 'openid '.repeat(200) }
  const pages: [string, Record<string, string | undefined>, RegExp][] = [
    ['that is too long to wait for a person', { ...long, prompt: 'consent' }, /too_long/],
    ['without a client', { client_id: undefined }, /client_id is missing/],
    ['of an unknown client', { client_id: 'cli_nobody' }, /No application has this client_id/],
    ['to an address that is not registered', { redirect_uri: `${callback}/x` }, /not one that is registered/],
    ['to an address with a query', { redirect_uri: `${callback}?x=1` }, /not one that is registered/],
    ['to an address with another case', { redirect_uri: 'https://SHOP.example/back' }, /not one that is/],
    ['to a script', { redirect_uri: 'javascript:alert(1)' }, /not one that is registered/],
    ['that is endless', { unknown: 'x'.repeat(17_000) }, /too_long/],
    ['to an address with a control character', { redirect_uri: `${callback}\n` }, /malformed: redirect_uri/],
    ['of an endless client', { client_id: 'x'.repeat(2_049) }, /too_long: client_id/],
    [
      'with a request that was pushed by nobody',
      { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
      /is over/,
    ],
  ]
  for (const [name, change, wanted] of pages) {
    test(`a request ${name} is answered by a page that sends nobody away`, async () => {
      const answer = await ada.get(authorizePath(shop, change))
      assert.equal(answer.status, 400)
      assert.match(answer.text, wanted)
      assert.match(answer.text, /req_/)
      assert.equal(answer.headers.get('location') ?? answer.headers.get('refresh'), null)
    })
  }

  const unreadable: [string, Record<string, string>, string, string, string | null][] = [
    ['a state twice', {}, '&state=another', 'parameters: repeated state', null],
    ['a scope twice', { scope: 'openid' }, '&scope=profile', 'parameters: repeated scope', 'xyz'],
    ['an endless state', { state: 'x'.repeat(4_097) }, '', 'parameters: too_long state', null],
    ['a control character', { state: 'a\nb' }, '', 'parameters: malformed state', null],
    ['an endless max_age', { max_age: '9'.repeat(13) }, '', 'parameters: too_long max_age', 'xyz'],
    ['an address twice', {}, `&redirect_uri=${encodeURIComponent(callback)}`, 'page', null],
    [
      'an endless scope to an address of others',
      { scope: 'x'.repeat(2_001), redirect_uri: 'https://evil.example/' },
      '',
      'page',
      null,
    ],
  ]
  for (const [name, change, behind, description, state] of unreadable) {
    const whom = description === 'page' ? 'the person by a page' : 'the application'
    test(`${name} is told to ${whom}`, async () => {
      const answer = await ada.get(`${authorizePath(shop, change)}${behind}`)
      if (description === 'page')
        return assert.deepEqual([answer.status, answer.headers.get('location')], [400, null])
      const told = answerAt(answer)
      assert.deepEqual(
        [told.get('error'), told.get('error_description'), told.get('state')],
        ['invalid_request', description, state],
      )
    })
  }

  test('a disabled application sends nobody anywhere', async () => {
    const closed = await anApplication(app, { disabled_at: 1 })
    const answer = await ada.get(authorizePath(closed))
    assert.deepEqual([answer.status, /turned off/.test(answer.text)], [400, true])
  })

  const errors: [string, Record<string, string | undefined>, string][] = [
    ['no response_type', { response_type: undefined }, 'invalid_request'],
    ['another response_type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a hybrid response_type', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['another response_mode', { response_mode: 'form_post' }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['no method of the challenge', { code_challenge_method: undefined }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a method without a challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a challenge of another form', { code_challenge: 'abc' }, 'invalid_request'],
    ['a request object', { request: 'eyJ' }, 'request_not_supported'],
    ['a request by address', { request_uri: 'https://shop.example/r' }, 'request_uri_not_supported'],
    ['a registration', { registration: '{}' }, 'registration_not_supported'],
    ['only unknown scopes', { scope: 'nonsense' }, 'invalid_scope'],
    ['a scope of others', { scope: 'users:write' }, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://nobody.example' }, 'invalid_target'],
    ['an unknown prompt', { prompt: 'maybe' }, 'invalid_request'],
    ['a silent prompt with another', { prompt: 'none login' }, 'invalid_request'],
    ['an age that is none', { max_age: '-1' }, 'invalid_request'],
    ['claims that are no JSON', { claims: '{' }, 'invalid_request'],
    ['claims that are a list', { claims: '[]' }, 'invalid_request'],
    ['a hint that is no token', { id_token_hint: 'abc' }, 'invalid_request'],
    ['a key that is none', { dpop_jkt: 'abc' }, 'invalid_request'],
    [
      'somebody else by the claims, silently',
      { prompt: 'none', claims: '{"id_token":{"sub":{"value":"usr_nobody"}}}' },
      'login_required',
    ],
    [
      'another context by the claims, silently',
      { prompt: 'none', claims: `{"id_token":{"acr":{"essential":true,"values":["${twoFactors}"]}}}` },
      'login_required',
    ],
  ]
  for (const [name, change, error] of errors) {
    test(`${name}: the application is told ${error}`, async () => {
      const answer = await ada.get(authorizePath(shop, change))
      assert.equal(answer.status, 303)
      assert.ok(answer.headers.get('location')?.startsWith(`${callback}?`))
      const back = answerAt(answer)
      assert.deepEqual(
        [back.get('error'), back.get('state'), back.get('iss'), back.get('code')],
        [error, 'xyz', app.app.config.issuer, null],
      )
    })
  }

  const taken: [string, Record<string, string | undefined>][] = [
    ['display', { display: 'popup' }],
    ['ui_locales', { ui_locales: 'zh-TW en' }],
    ['claims_locales', { claims_locales: 'zh' }],
    ['login_hint', { login_hint: 'somebody' }],
    ['acr_values', { acr_values: 'urn:latchkey:acr:one-factor' }],
    ['an unknown parameter', { extra: 'value' }],
    ['scopes for which there is nothing', { scope: 'openid address phone' }],
    [
      'an essential context that the sign-in has',
      { prompt: 'none', claims: `{"id_token":{"acr":{"essential":true,"values":["${oneFactor}"]}}}` },
    ],
    ['claims', { claims: '{"userinfo":{"name":{"essential":true}},"id_token":{"given_name":null}}' }],
    ['no scope', { scope: undefined }],
    ['no state and no nonce', { state: undefined }],
  ]
  for (const [name, change] of taken) {
    test(`${name} is taken`, async () => {
      const back = answerAt(await ada.get(authorizePath(shop, { scope: 'openid', ...change })))
      assert.ok(back.get('code'), back.get('error_description') ?? '')
    })
  }

  test('an application whose people do not come by redirect gets no code', async () => {
    const device = await anApplication(app, { is_first_party: true, grants: ['refresh_token'] })
    const answer = answerAt(await ada.get(authorizePath(device, { scope: 'openid' })))
    assert.deepEqual([answer.get('error'), answer.get('code')], ['unauthorized_client', null])
    await app.app.activity.flushRefusals(true)
    const refused = "SELECT id FROM activity WHERE reason = 'grant_not_allowed' AND outcome = 'refused'"
    assert.equal((await app.app.db.query(refused)).length, 1)
  })

  test('the same by POST', async () => {
    const form = Object.fromEntries(new URL(authorizePath(shop), 'http://x').searchParams)
    const answer = await ada.post('/oauth/authorize', form, { origin: 'https://shop.example' })
    assert.equal(answer.status, 200)
    assert.ok(answerAt(answer).get('code'))
  })

  test('a page of another site answers for nobody', async () => {
    const asking = await anApplication(app)
    const page = await ada.get(authorizePath(asking))
    const form = { request: sealedIn(page), answer: 'allow' }
    const answer = await ada.post('/oauth/authorize/continue', form, { origin: 'https://evil.example' })
    assert.deepEqual([answer.status, answer.headers.get('refresh')], [403, null])
    const twisted = { ...form, request: `${form.request.slice(0, -4)}AAAA` }
    assert.match((await ada.post('/oauth/authorize/continue', twisted)).text, /This request is over/)
  })

  test('without a challenge where an administrator has said so, but not beyond the session', async () => {
    const old = await anApplication(app, { requires_pkce: false, is_first_party: true })
    const none = { code_challenge: undefined, code_challenge_method: undefined }
    const code = answerAt(await ada.get(authorizePath(old, none))).get('code') ?? ''
    const form = {
      grant_type: 'authorization_code',
      code,
      client_id: old.id,
      client_secret: old.secret,
    }
    const downgraded = await app.call('POST', '/oauth/token', { form: { ...form, code_verifier: verifier } })
    assert.equal(downgraded.body.error, 'invalid_grant')
    for (const redirect_uri of ['', `${callback}/x`]) {
      const elsewhere = await app.call('POST', '/oauth/token', { form: { ...form, redirect_uri } })
      assert.equal(elsewhere.body.error, 'invalid_grant', 'nothing but its address binds the code')
    }
    const same = { ...form, redirect_uri: callback }
    assert.equal((await app.call('POST', '/oauth/token', { form: same })).status, 200)
    const offline = await ada.get(authorizePath(old, { ...none, scope: 'openid offline_access' }))
    assert.equal(answerAt(offline).get('error'), 'invalid_request')
    const open = await anApplication(app, { authentication: 'none', requires_pkce: false })
    assert.equal(answerAt(await ada.get(authorizePath(open, none))).get('error'), 'invalid_request')
  })
})
