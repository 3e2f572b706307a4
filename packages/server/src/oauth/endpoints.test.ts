import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createSigner, decodeUnverified, generateKey, type PrivateKey } from 'latchkey/token'
import { openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import type { TestApplication } from '../../test/applications.ts'
import {
  anApplication,
  answerAt,
  authorizePath,
  callback,
  challenge,
  sealedIn,
  TestBrowser,
  verifier,
} from '../../test/authorization.ts'
import { type ClientKey, newClientKey, proofOf } from '../../test/proofs.ts'
import { setSignInRule } from '../accounts/user-types/sign-in-rule.ts'
import { createUserType } from '../accounts/user-types/user-types.ts'
import { grantNames } from '../applications/grants.ts'
import { operator } from '../identity.ts'
import { createService } from '../services/registered.ts'
import { deviceCodeGrant } from './device/ask.ts'

/** One house for what stands around the authorization endpoint. */
describe('endpoints of the authorization server', () => {
  let app: TestApp
  let ada: SignedIn
  let browser: TestBrowser
  let shop: TestApplication
  let service: { id: string; secret: string }
  before(async () => {
    app = await openTestApp('sqlite')
    ada = await app.signedIn('ada')
    browser = new TestBrowser(app)
    await browser.signIn('ada')
    shop = await anApplication(app, { is_first_party: true })
    const registered = await createService(app.app, operator, {
      name: 'pages',
      scopes: [],
      audience: 'https://pages.example',
      knownScopes: ['devices:view'],
    })
    service = { id: registered.service.id, secret: registered.secret }
  })
  after(() => app.close())

  const proofBy = (key: ClientKey) =>
    proofOf({ key, method: 'POST', url: `${app.app.config.issuer}/oauth/token`, atMs: app.world.now() })
  const post = (path: string, form: Record<string, string>, of: { id: string; secret: string } = shop) =>
    app.call('POST', path, { form: { client_id: of.id, client_secret: of.secret, ...form } })

  async function tokensOf(more: Record<string, string | undefined> = {}, of = shop) {
    const answer = await browser.get(authorizePath(of, { scope: 'openid devices:view', ...more }))
    const code = answerAt(answer).get('code') ?? ''
    const { body } = await post(
      '/oauth/token',
      { grant_type: 'authorization_code', code, code_verifier: verifier },
      of,
    )
    return body
  }

  describe('introspection', () => {
    const inactive = async (token: string, of: { id: string; secret: string } = shop) =>
      assert.deepEqual((await post('/oauth/introspect', { token }, of)).body, { active: false })

    test('tells the client of its access token and of its refresh token', async () => {
      const { access_token: token, refresh_token: refresh } = await tokensOf()
      const told = (await post('/oauth/introspect', { token })).body
      assert.deepEqual(
        [told.active, told.sub, told.client_id, told.token_type],
        [true, ada.id, shop.id, 'Bearer'],
      )
      const family = (await post('/oauth/introspect', { token: refresh })).body
      assert.deepEqual([family.active, family.sub, family.token_type], [true, ada.id, 'refresh_token'])
      // It slides: it ends thirty days after its last use, and not when nothing of it can go on.
      const days = (Number(family.exp) - app.world.now() / 1000) / 86_400
      assert.ok(days > 29 && days <= 30, `${days} days`)
    })

    test('a refresh token is live until it ends, and no more once it was used', async () => {
      const { refresh_token: used } = await tokensOf()
      const next = await post('/oauth/token', { grant_type: 'refresh_token', refresh_token: used })
      await inactive(used)
      app.world.advance(30 * 86_400_000 - 1)
      const { refresh_token: live } = next.body
      assert.equal((await post('/oauth/introspect', { token: live })).body.active, true)
      app.world.advance(1)
      await inactive(live)
      browser = new TestBrowser(app)
      await browser.signIn('ada')
    })

    for (const [name, rule, lastsMs, saysEnd] of [
      ['has not used it for too long', { sessionIdleSeconds: 600 }, 600_000, false],
      ['has had it for too long', { sessionLongestSeconds: 3600 }, 3_600_000, true],
    ] as const) {
      test(`a refresh token is over when the type of its person ends a session that somebody ${name}`, async () => {
        const type = `brief-${lastsMs}`
        const permissions = ['devices:view'] as const
        await createUserType(app.app, operator, { name: type, description: '', permissions })
        await setSignInRule(app.app, operator, type, rule)
        const brief = await app.signedIn(type, type)
        const theirs = new TestBrowser(app)
        await theirs.signIn(brief.username)
        const code = answerAt(await theirs.get(authorizePath(shop, { scope: 'openid' }))).get('code') ?? ''
        const form = { grant_type: 'authorization_code', code, code_verifier: verifier }
        const { refresh_token: token } = (await post('/oauth/token', form)).body
        app.world.advance(lastsMs - 1)
        const { active, exp } = (await post('/oauth/introspect', { token })).body
        const endsAt = Math.floor((app.world.now() + 1) / 1000)
        assert.deepEqual([active, exp === endsAt], [true, saysEnd])
        app.world.advance(1)
        await inactive(token)
        const refreshed = await post('/oauth/token', { grant_type: 'refresh_token', refresh_token: token })
        assert.equal(refreshed.body.error, 'invalid_grant')
      })
    }

    test('tells a service of tokens for it, and nobody else', async () => {
      const both = await anApplication(app, { is_first_party: true })
      const { access_token: token } = await tokensOf({ resource: 'https://pages.example/' }, both)
      const told = (await post('/oauth/introspect', { token }, service)).body
      assert.deepEqual([told.active, told.aud, told.scope], [true, 'https://pages.example', 'devices:view'])
      await inactive(token)
      await inactive((await tokensOf()).access_token, service)
    })

    test('what is no access token, over, or of others is not active', async () => {
      const tokens = await tokensOf()
      const other = await anApplication(app)
      await inactive(tokens.access_token, other)
      await inactive(tokens.refresh_token, other)
      await inactive(tokens.id_token)
      await inactive('anything')
      await inactive(`${tokens.access_token}A`)
      app.world.advance(16 * 60_000)
      await inactive(tokens.access_token)
    })

    test('a token that was looked at before ends by its time, its end, its session and its key', async () => {
      const live = async (token: string) =>
        assert.equal((await post('/oauth/introspect', { token })).body.active, true)
      const { access_token: late } = await tokensOf()
      await live(late)
      await live(late)
      app.world.advance(16 * 60_000)
      await inactive(late)

      const { access_token: ended, refresh_token: refresh } = await tokensOf()
      await live(ended)
      assert.equal((await post('/oauth/revoke', { token: refresh })).status, 200)
      await inactive(ended)

      const { access_token: signed } = await tokensOf()
      await live(signed)
      await inactive(`${signed.slice(0, -4)}AAAA`)
      const keeper = await app.signedIn('keeper', 'administrator')
      const { kid } = decodeUnverified(signed).header
      const revoked = await app.call('POST', `/v1/keys/${kid}/revoke`, { token: keeper.token })
      assert.equal(revoked.status, 200, revoked.text)
      await inactive(signed)
      browser = new TestBrowser(app)
      await browser.signIn('ada')
    })

    test('a client that does not authenticate is told nothing', async () => {
      const { access_token: token } = await tokensOf()
      const answer = await app.call('POST', '/oauth/introspect', { form: { token, client_id: shop.id } })
      assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
    })
  })

  describe('revocation', () => {
    test('an access token ends alone', async () => {
      const { access_token: token, refresh_token: refresh } = await tokensOf()
      assert.equal((await post('/oauth/revoke', { token })).status, 200)
      assert.deepEqual((await post('/oauth/introspect', { token })).body, { active: false })
      assert.equal((await app.call('GET', '/oauth/userinfo', { token })).status, 401)
      assert.equal((await post('/oauth/introspect', { token: refresh })).body.active, true)
    })

    test('a refresh token ends with all that came of it', async () => {
      const { access_token: token, refresh_token: refresh } = await tokensOf()
      assert.equal((await post('/oauth/revoke', { token: refresh })).status, 200)
      assert.deepEqual((await post('/oauth/introspect', { token })).body, { active: false })
      const again = await post('/oauth/token', { grant_type: 'refresh_token', refresh_token: refresh })
      assert.equal(again.body.error, 'invalid_grant')
    })

    test('what is of others, or nothing, is answered the same and stays', async () => {
      const { access_token: token, refresh_token: refresh } = await tokensOf()
      const other = await anApplication(app)
      for (const sent of [token, refresh, 'anything']) {
        const answer = await post('/oauth/revoke', { token: sent }, other)
        assert.deepEqual([answer.status, answer.body], [200, {}])
      }
      assert.equal((await post('/oauth/introspect', { token })).body.active, true)
      assert.equal((await post('/oauth/introspect', { token: refresh })).body.active, true)
    })
  })

  describe('pushed requests', () => {
    const parameters = {
      ...{ response_type: 'code', redirect_uri: callback, scope: 'openid', state: 'pushed' },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    }
    const use = ({ id }: TestApplication, uri: string) =>
      browser.get(`/oauth/authorize?${new URLSearchParams({ client_id: id, request_uri: uri })}`)

    test('a pushed request works once, for its client, for a minute', async () => {
      const pushed = await post('/oauth/par', parameters)
      assert.deepEqual([pushed.status, pushed.body.expires_in], [201, 60])
      const uri = pushed.body.request_uri
      const other = await anApplication(app)
      assert.equal((await use(other, uri)).status, 400)
      assert.equal(answerAt(await use(shop, uri)).get('state'), 'pushed')
      assert.equal((await use(shop, uri)).status, 400)
      const late = await post('/oauth/par', parameters)
      app.world.advance(60_000)
      assert.equal((await use(shop, late.body.request_uri)).status, 400)
    })

    test('of 64 at once one gets on with it', async () => {
      const { body } = await post('/oauth/par', parameters)
      const answers = await Promise.all(Array.from({ length: 64 }, () => use(shop, body.request_uri)))
      assert.equal(answers.filter(({ status }) => status === 303).length, 1)
    })

    const refusals: [string, Record<string, string>, string, number?][] = [
      ['a wrong secret', { client_secret: 'lk_client_wrong' }, 'invalid_client', 401],
      ['a request by address', { request_uri: 'urn:x' }, 'invalid_request'],
      ['another address', { redirect_uri: 'https://evil.example' }, 'invalid_request'],
      ['no challenge', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
      ['scopes that are not its own', { response_type: 'token' }, 'unsupported_response_type'],
      ['an endless state', { state: 'x'.repeat(5000) }, 'invalid_request'],
    ]
    for (const [name, change, error, status = 400] of refusals) {
      test(`${name} is refused with ${error}`, async () => {
        const answer = await post('/oauth/par', { ...parameters, ...change })
        assert.deepEqual([answer.status, answer.body.error], [status, error])
      })
    }

    test('an application that pushes its requests sends no others', async () => {
      const strict = await anApplication(app, { requires_push: true, is_first_party: true })
      const answer = await browser.get(authorizePath(strict))
      assert.equal(answerAt(answer).get('error'), 'invalid_request')
      const pushed = await post('/oauth/par', parameters, strict)
      assert.ok(answerAt(await use(strict, pushed.body.request_uri)).get('code'))
    })
  })

  describe('proofs of keys', () => {
    test('a code that is bound to a key is redeemed with it alone, and so are the refresh tokens', async () => {
      const [key, thief] = [newClientKey(), newClientKey()]
      const redeem = async (form: Record<string, string>, by?: ClientKey) =>
        app.call('POST', '/oauth/token', {
          form: { client_id: shop.id, client_secret: shop.secret, ...form },
          ...(by && { headers: { dpop: proofBy(by) } }),
        })
      const answer = await browser.get(authorizePath(shop, { scope: 'openid', dpop_jkt: key.thumbprint }))
      const form = {
        ...{ grant_type: 'authorization_code', code: answerAt(answer).get('code') ?? '' },
        code_verifier: verifier,
      }
      assert.equal((await redeem(form)).body.error, 'invalid_grant')
      assert.equal((await redeem(form, thief)).body.error, 'invalid_grant')
      const { body } = await redeem(form, key)
      assert.deepEqual(
        [body.token_type, decodeUnverified(body.access_token).claims.cnf],
        ['DPoP', { jkt: key.thumbprint }],
      )
      const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token }
      assert.equal((await redeem(refresh)).body.error, 'invalid_grant')
      assert.equal((await redeem(refresh, thief)).body.error, 'invalid_grant')
      assert.equal((await redeem(refresh, key)).body.token_type, 'DPoP')
    })

    test('an application that has to prove a key gets no bearer tokens', async () => {
      const strict = await anApplication(app, { requires_dpop: true, is_first_party: true })
      const body = await tokensOf({}, strict)
      assert.equal(body.error, 'invalid_grant')
    })
  })

  describe('userinfo', () => {
    test('by POST, with the token in the header or in the form', async () => {
      const { access_token: token } = await tokensOf()
      const url = '/oauth/userinfo'
      assert.equal((await app.call('POST', url, { token })).body.sub, ada.id)
      assert.equal((await app.call('POST', url, { form: { access_token: token } })).body.sub, ada.id)
      assert.equal((await app.call('POST', url)).status, 401)
      const twice = await app.call('POST', url, { token, form: { access_token: token } })
      assert.deepEqual([twice.status, twice.headers.has('www-authenticate')], [400, true])
      const { token: own } = await app.signedIn('cyd')
      assert.equal((await app.call('GET', url, { token: own })).status, 403)
      const unasked = await tokensOf({ scope: 'devices:view' })
      assert.equal((await app.call('GET', url, { token: unasked.access_token })).status, 403)
      const elsewhere = await tokensOf({ resource: 'https://pages.example' })
      assert.equal((await app.call('GET', url, { token: elsewhere.access_token })).status, 401)
    })

    const gone: [string, string][] = [
      ['person is disabled', "UPDATE users SET disabled_at = 1 WHERE username LIKE 'gone%'"],
      ['session of the application is gone', 'DELETE FROM application_sessions WHERE session_id = $1'],
      ['application is gone', 'DELETE FROM applications WHERE id = $1'],
    ]
    for (const [at, [name, sql]] of gone.entries()) {
      test(`tells nothing where the ${name} and the token is not ended yet`, async () => {
        const { username } = await app.signedIn(`gone${at}`)
        const theirs = new TestBrowser(app)
        await theirs.signIn(username)
        const asking = await anApplication(app, { is_first_party: true })
        const code = answerAt(await theirs.get(authorizePath(asking))).get('code') ?? ''
        const form = { grant_type: 'authorization_code', code, code_verifier: verifier }
        const { access_token: token, session_id: session } = (await post('/oauth/token', form, asking)).body
        assert.equal((await app.call('GET', '/oauth/userinfo', { token })).status, 200)
        const ids = name.startsWith('person') ? [] : [name.startsWith('app') ? asking.id : String(session)]
        await app.app.db.transaction((tx) => tx.query(sql, ...ids))
        const { status, body, text } = await app.call('GET', '/oauth/userinfo', { token })
        assert.deepEqual([status, body?.code], [401, 'token_invalid'], text)
      })
    }

    test('claims that are asked for by name come where they were asked for', async () => {
      const claims = JSON.stringify({ id_token: { name: null }, userinfo: { preferred_username: null } })
      const tokens = await tokensOf({ scope: 'openid', claims })
      assert.deepEqual(tokens.scope, 'openid profile')
      const narrow = await tokensOf({ scope: 'openid' })
      assert.equal(decodeUnverified(narrow.id_token).claims.name, undefined)
      assert.equal(decodeUnverified(tokens.id_token).claims.name, 'ada')
    })

    test('pairwise subjects differ between applications, and are the same in both places', async () => {
      const pairwise = { subject_type: 'pairwise', is_first_party: true } as const
      const one = await tokensOf({}, await anApplication(app, { ...pairwise, subject_salt: 'one' }))
      const two = await tokensOf({}, await anApplication(app, { ...pairwise, subject_salt: 'two' }))
      const subjects = [one, two].map((tokens) => decodeUnverified(tokens.id_token).claims.sub)
      assert.equal(new Set([...subjects, ada.id]).size, 3)
      const info = await app.call('GET', '/oauth/userinfo', { token: one.access_token })
      assert.equal(info.body.sub, subjects[0])
    })
  })

  describe('signing out', () => {
    const bye = 'https://shop.example/bye'
    const logout = (by: TestBrowser, more: Record<string, string>) =>
      by.get(`/oauth/logout?${new URLSearchParams(more)}`)

    test('with an ID token of the session, also an expired one, at once', async () => {
      const { id_token: hint } = await tokensOf()
      app.world.advance(3_600_000)
      const more = { id_token_hint: hint, post_logout_redirect_uri: bye, state: 's' }
      const answer = await logout(browser, more)
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, `${bye}?state=s`])
      assert.equal(
        answerAt(await browser.get(authorizePath(shop, { prompt: 'none' }))).get('error'),
        'login_required',
      )
      await browser.signIn('ada')
    })

    test('without one the person is asked, and the form goes on to the application', async () => {
      const more = { client_id: shop.id, post_logout_redirect_uri: bye }
      const page = await logout(browser, more)
      assert.deepEqual([page.status, /Sign out\?/.test(page.text)], [200, true])
      const foreign = await browser.post('/oauth/logout/confirm', more, { origin: 'https://evil.example' })
      assert.equal(foreign.status, 403)
      assert.ok(answerAt(await browser.get(authorizePath(shop))).get('code'))
      const answer = await browser.post('/oauth/logout/confirm', more)
      assert.deepEqual([answer.status, answer.headers.get('refresh')], [200, `0; url=${bye}`])
      assert.match((await logout(browser, {})).text, /You are signed out/)
      await browser.signIn('ada')
    })

    test('with an ID token of another browser the person is asked, and stays signed in until they say so', async () => {
      const { id_token: hint } = await tokensOf()
      await app.signedIn('ben-elsewhere')
      const theirs = new TestBrowser(app)
      await theirs.signIn('ben-elsewhere')
      const more = { id_token_hint: hint, post_logout_redirect_uri: bye }
      const page = await logout(theirs, more)
      assert.deepEqual([page.status, /Sign out\?/.test(page.text)], [200, true])
      assert.match(page.text, /ben-elsewhere/)
      for (const by of [browser, theirs]) assert.ok(answerAt(await by.get(authorizePath(shop))).get('code'))
      // Of the session of the application alone, when the one of the browser has ended.
      const alone = await logout(new TestBrowser(app), more)
      assert.deepEqual([alone.status, alone.headers.get('location')], [303, bye])
      assert.ok(answerAt(await browser.get(authorizePath(shop))).get('code'))
    })

    const faults: [string, () => Promise<Record<string, string>>][] = [
      [
        'an address that is not registered',
        async () => ({ client_id: shop.id, post_logout_redirect_uri: `${bye}/x` }),
      ],
      ['an address without a client', async () => ({ post_logout_redirect_uri: bye })],
      ['a hint that is not ours', async () => ({ id_token_hint: 'eyJ.eyJ.x' })],
      [
        'a hint whose signature was taken off',
        async () => {
          const [, payload] = (await tokensOf()).id_token.split('.')
          const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
          return { id_token_hint: `${header}.${payload}.`, post_logout_redirect_uri: bye }
        },
      ],
      [
        'a hint that another key has signed',
        async () => {
          const { claims } = decodeUnverified((await tokensOf()).id_token)
          const hint = createSigner({ key: generateKey('ES256') as PrivateKey, type: 'JWT' })(claims)
          return { id_token_hint: hint, post_logout_redirect_uri: bye }
        },
      ],
      ['an access token as a hint', async () => ({ id_token_hint: (await tokensOf()).access_token })],
      [
        'another client than the hint has',
        async () => ({ client_id: 'cli_other', id_token_hint: (await tokensOf()).id_token }),
      ],
      ['an unknown client', async () => ({ client_id: 'cli_nobody' })],
    ]
    for (const [name, given] of faults) {
      test(`${name}: nobody is sent anywhere, or signed out`, async () => {
        const answer = await logout(browser, await given())
        assert.deepEqual([answer.status, answer.headers.get('location')], [400, null])
        assert.ok(answerAt(await browser.get(authorizePath(shop))).get('code'))
      })
    }
  })

  describe('what a person has let in', () => {
    let admin: SignedIn
    before(async () => {
      admin = await app.signedIn('root', 'administrator')
    })
    const items = async (path: string, token: string) =>
      (await app.call('GET', path, { token })).body.items as unknown as {
        application: string
        sessions: number
        consents: { scopes: string[] }[]
      }[]
    const mine = async () => {
      const { body } = await app.call('POST', '/v1/login', {
        body: { username: ada.username, password: ada.password },
      })
      return body.access_token
    }

    test('is listed, and taken back: its sessions end, and it has to ask again', async () => {
      const asking = await anApplication(app)
      const page = await browser.get(authorizePath(asking, { scope: 'openid devices:view' }))
      await browser.post('/oauth/authorize/continue', { request: sealedIn(page), answer: 'allow' })
      const { access_token: token } = await tokensOf({}, asking)
      const own = await mine()
      const found = (await items('/v1/me/applications', own)).find((one) => one.application === asking.id)
      assert.deepEqual([found?.sessions, found?.consents[0]?.scopes], [1, ['openid', 'devices:view']])
      const path = `/v1/me/applications/${asking.id}`
      assert.equal((await app.call('DELETE', path, { token })).status, 403)
      assert.equal((await app.call('DELETE', path, { token: own })).status, 204)
      assert.equal((await app.call('GET', '/oauth/userinfo', { token })).status, 401)
      assert.equal((await app.call('DELETE', path, { token: own })).status, 404)
      assert.match((await browser.get(authorizePath(asking, { scope: 'openid' }))).text, /Let Shop in/)
    })

    test('an administrator takes it back, who may act on the person', async () => {
      const asking = await anApplication(app, { is_first_party: true })
      const { access_token: token } = await tokensOf({}, asking)
      const fresh = await app.call('POST', '/v1/login', {
        body: { username: admin.username, password: admin.password },
      })
      const by = fresh.body.access_token
      assert.ok(
        (await items(`/v1/users/${ada.id}/applications`, by)).some((one) => one.application === asking.id),
      )
      const path = `/v1/users/${ada.id}/applications/${asking.id}`
      assert.equal((await app.call('DELETE', path, { token: await mine() })).status, 403)
      assert.equal((await app.call('DELETE', path, { token: by })).status, 204)
      assert.equal((await app.call('GET', '/oauth/userinfo', { token })).status, 401)
    })

    const ends: [string, (id: string, by: SignedIn) => Promise<unknown>][] = [
      [
        'the person takes it back',
        async (id) => {
          const answer = await app.call('DELETE', `/v1/me/applications/${id}`, { token: await mine() })
          assert.equal(answer.status, 204, answer.text)
        },
      ],
      [
        'the application is narrowed',
        (id) =>
          app.app.db.transaction((tx) => app.app.oauth.endGrants(tx, operator, id, 'application_narrowed')),
      ],
    ]
    for (const [at, [name, end]] of ends.entries()) {
      test(`what was not taken up yet ends as well when ${name}, and nothing of others`, async () => {
        const grants = ['authorization_code', deviceCodeGrant]
        const [asking, another] = [
          await anApplication(app, { is_first_party: true, grants }),
          await anApplication(app, { is_first_party: true, grants }),
        ]
        const someone = await app.signedIn(`someone${at}`)
        const theirs = new TestBrowser(app)
        await theirs.signIn(someone.username)
        const begun = async (of: TestApplication, by: TestBrowser) => {
          const code = answerAt(await by.get(authorizePath(of))).get('code') ?? ''
          const device = (await post('/oauth/device_authorization', {}, of)).body
          await by.post('/device/answer', { user_code: String(device.user_code), answer: 'allow' })
          return async () => {
            const answers = [
              await post(
                '/oauth/token',
                { grant_type: 'authorization_code', code, code_verifier: verifier },
                of,
              ),
              await post(
                '/oauth/token',
                { grant_type: deviceCodeGrant, device_code: String(device.device_code) },
                of,
              ),
            ]
            return answers.map(({ body }) => body.error)
          }
        }
        const waiting = (await post('/oauth/device_authorization', {}, asking)).body
        const [own, elsewhere, ofSomeone] = [
          await begun(asking, browser),
          await begun(another, browser),
          await begun(asking, theirs),
        ]
        await end(asking.id, ada)
        const [over, good] = [
          ['invalid_grant', 'expired_token'],
          [undefined, undefined],
        ]
        const isOfAll = name === 'the application is narrowed'
        assert.deepEqual(
          [await own(), await elsewhere(), await ofSomeone()],
          [over, good, isOfAll ? over : good],
        )
        const poll = { grant_type: deviceCodeGrant, device_code: String(waiting.device_code) }
        assert.equal(
          (await post('/oauth/token', poll, asking)).body.error,
          isOfAll ? 'expired_token' : 'authorization_pending',
        )
      })
    }

    test('ends when the application does', async () => {
      const asking = await anApplication(app, { is_first_party: true })
      const { access_token: token } = await tokensOf({}, asking)
      await app.app.db.transaction((tx) =>
        app.app.oauth.endGrants(tx, operator, asking.id, 'application_removed'),
      )
      assert.equal((await app.call('GET', '/oauth/userinfo', { token })).status, 401)
    })
  })

  test('metadata names what there is, and nothing else', async () => {
    const { body } = await app.call('GET', '/.well-known/openid-configuration')
    const same = await app.call('GET', '/.well-known/oauth-authorization-server')
    assert.deepEqual(body, same.body)
    for (const [name, url] of Object.entries(body)) {
      if (!name.endsWith('_endpoint') || typeof url !== 'string') continue
      const path = url.slice(app.app.config.issuer.length)
      assert.ok(
        app.app.routes.some((route) => route.path === path),
        name,
      )
    }
    assert.deepEqual(body.response_types_supported, ['code'])
    // An application is registered for no grant that the token endpoint does not have.
    for (const name of grantNames) assert.ok((body.grant_types_supported as string[]).includes(name), name)
    assert.ok((body.grant_types_supported as string[]).includes('authorization_code'))
  })
})
