import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
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

// What standards require of requests, where no other test says it: each is named in docs/conformance.md.

describe('requests as the standards have them', () => {
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

  const ask = async (more: Record<string, string | undefined>, of = shop) =>
    ada.get(authorizePath(of, { scope: 'openid', ...more }))
  const post = (path: string, form: Record<string, string>, headers = {}, of = shop) =>
    app.call('POST', path, { form: { client_id: of.id, client_secret: of.secret, ...form }, headers })
  const redeem = (code: string | null, more: Record<string, string> = {}, headers = {}) =>
    post(
      '/oauth/token',
      { grant_type: 'authorization_code', code: code ?? '', code_verifier: verifier, ...more },
      headers,
    )

  describe('the authorization endpoint', () => {
    test('takes a parameter without a value for one that was left out', async () => {
      const back = answerAt(await ask({ state: '', nonce: '', prompt: '', max_age: '' }))
      assert.deepEqual([back.has('code'), back.has('state')], [true, false])
      const missing = answerAt(await ask({ response_type: '' }))
      assert.equal(missing.get('error'), 'invalid_request')
    })

    test('adds its answer to the query of the registered address', async () => {
      const withQuery = await anApplication(app, {
        ...{ is_first_party: true, redirect_uris: [`${callback}?from=here&x=%2F`] },
      })
      const answer = await ask({ redirect_uri: `${callback}?from=here&x=%2F` }, withQuery)
      const location = answer.headers.get('location') ?? ''
      assert.ok(location.startsWith(`${callback}?from=here&x=%2F&code=`), location)
    })

    test('sends nobody anywhere for OpenID Connect without an address, also where one is registered', async () => {
      for (const scope of ['openid', 'profile openid']) {
        const answer = await ask({ redirect_uri: undefined, scope })
        assert.deepEqual([answer.status, answer.headers.get('location')], [400, null])
        assert.match(answer.text, /redirect_uri is missing/)
      }
      const plain = await ask({ redirect_uri: undefined, scope: 'devices:view' })
      assert.ok(answerAt(plain).get('code'))
      const two = await anApplication(app, { redirect_uris: [callback, `${callback}/2`] })
      assert.equal((await ask({ redirect_uri: undefined, scope: 'devices:view' }, two)).status, 400)
    })

    for (const [name, text] of Object.entries({
      'with what a URI has to escape': `a+b c&d=e%26"'<>/?#é漢`,
      'of 384 characters': 'x'.repeat(384),
    })) {
      test(`gives a state and a nonce back as they came, ${name}`, async () => {
        const back = answerAt(await ask({ state: text, nonce: text }))
        assert.equal(back.get('state'), text)
        const { body } = await redeem(back.get('code'))
        const [, payload = ''] = body.id_token.split('.')
        assert.equal(JSON.parse(Buffer.from(payload, 'base64url').toString()).nonce, text)
      })
    }

    test('gives no nonce where none was sent', async () => {
      const { body } = await redeem(answerAt(await ask({ nonce: undefined })).get('code'))
      const [, payload = ''] = body.id_token.split('.')
      assert.equal(JSON.parse(Buffer.from(payload, 'base64url').toString()).nonce, undefined)
    })

    test('gives the same for scopes and parameters in another order', async () => {
      const path = authorizePath(shop, { scope: 'email openid profile' })
      const turned = [...new URL(path, 'http://x').searchParams].reverse()
      const answer = await ada.get(`/oauth/authorize?${new URLSearchParams(turned)}`)
      const { body } = await redeem(answerAt(answer).get('code'))
      assert.deepEqual(String(body.scope).split(' ').sort(), ['email', 'openid', 'profile'])
    })

    test('knows the verifier and the challenge of RFC 7636 appendix B', async () => {
      const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
      const code = answerAt(await ask({ code_challenge })).get('code')
      const code_verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
      assert.equal((await redeem(code, { code_verifier: code_challenge })).body.error, 'invalid_grant')
      assert.equal((await redeem(code, { code_verifier })).status, 200)
    })

    test('is told that the person does not let it in, with the state', async () => {
      const asking = await anApplication(app)
      const page = await ask({ state: 'kept' }, asking)
      const denied = await ada.post('/oauth/authorize/continue', { request: sealedIn(page), answer: 'deny' })
      const back = answerAt(denied)
      assert.deepEqual(
        [back.get('error'), back.get('state'), back.get('iss')],
        ['access_denied', 'kept', app.app.config.issuer],
      )
    })
  })

  for (const path of [
    '/oauth/token',
    '/oauth/par',
    '/oauth/device_authorization',
    '/oauth/introspect',
    '/oauth/revoke',
  ]) {
    test(`${path} takes POST alone`, async () => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const { status, headers } = await app.app.edge.request(path, { method })
        assert.deepEqual([status, headers.get('allow')], [405, 'POST, OPTIONS'], method)
      }
    })
  }

  test('a token in the address is none', async () => {
    const { body } = await redeem(answerAt(await ask({})).get('code'))
    for (const path of ['/oauth/userinfo', '/v1/me']) {
      assert.equal((await app.call('GET', path, { token: body.access_token })).status === 401, false)
      const { status } = await app.app.edge.request(`${path}?access_token=${body.access_token}`)
      assert.equal(status, 401)
    }
  })

  describe('pushed requests', () => {
    const parameters = {
      ...{ response_type: 'code', redirect_uri: callback, scope: 'openid', state: 'pushed' },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    }
    const proof = (key: ClientKey, path: string) => ({
      dpop: proofOf({ key, method: 'POST', url: app.app.config.issuer + path, atMs: app.world.now() }),
    })
    const use = (uri: string, more: Record<string, string> = {}) =>
      ada.get(`/oauth/authorize?${new URLSearchParams({ client_id: shop.id, request_uri: uri, ...more })}`)

    test('are kept by nobody, and named so that nobody can guess them', async () => {
      const answer = await post('/oauth/par', parameters)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
      assert.match(answer.body.request_uri, /^urn:ietf:params:oauth:request_uri:[\w-]{43,}$/)
    })

    test('are refused without an address, though one is registered', async () => {
      const { redirect_uri: _, ...others } = parameters
      const answer = await post('/oauth/par', others)
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
    })

    for (const [name, change, error] of [
      ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
      ['a response type of the hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ] as const) {
      test(`are refused with ${name}: ${error}`, async () => {
        const answer = await post('/oauth/par', { ...parameters, ...change })
        assert.deepEqual([answer.status, answer.body.error], [400, error])
      })
    }

    test('count alone: what stands beside the handle in the address is not looked at', async () => {
      const { body } = await post('/oauth/par', parameters)
      const more = { state: 'another', scope: 'devices:control', redirect_uri: 'https://evil.example' }
      const answer = await use(body.request_uri, more)
      assert.ok(answer.headers.get('location')?.startsWith(`${callback}?`))
      assert.equal(answerAt(answer).get('state'), 'pushed')
      const tokens = await redeem(answerAt(answer).get('code'))
      assert.equal(tokens.body.scope, 'openid')
      const { state: _, ...stateless } = parameters
      const second = await post('/oauth/par', stateless)
      assert.equal(answerAt(await use(second.body.request_uri, more)).has('state'), false)
    })

    test('bind the code to the key of their proof', async () => {
      const [key, thief] = [newClientKey(), newClientKey()]
      const { body } = await post('/oauth/par', parameters, proof(key, '/oauth/par'))
      const code = answerAt(await use(body.request_uri)).get('code')
      assert.equal((await redeem(code)).body.error, 'invalid_grant')
      assert.equal((await redeem(code, {}, proof(thief, '/oauth/token'))).body.error, 'invalid_grant')
      assert.equal((await redeem(code, {}, proof(key, '/oauth/token'))).body.token_type, 'DPoP')
    })

    test('are refused with a proof of another key than dpop_jkt says', async () => {
      const [key, other] = [newClientKey(), newClientKey()]
      const named = { ...parameters, dpop_jkt: other.thumbprint }
      const answer = await post('/oauth/par', named, proof(key, '/oauth/par'))
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
      const same = { ...parameters, dpop_jkt: key.thumbprint }
      assert.equal((await post('/oauth/par', same, proof(key, '/oauth/par'))).status, 201)
    })

    test('are refused with a proof that is none', async () => {
      for (const dpop of ['x', proof(newClientKey(), '/oauth/token').dpop]) {
        const answer = await post('/oauth/par', parameters, { dpop })
        assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_dpop_proof'])
      }
    })
  })

  test('an application that has no such grant gets no token for itself', async () => {
    const open = await anApplication(app, { authentication: 'none', type: 'browser' })
    const form = { grant_type: 'client_credentials', client_id: open.id }
    assert.equal((await app.call('POST', '/oauth/token', { form })).body.error, 'unauthorized_client')
    const answer = await post('/oauth/token', { grant_type: 'client_credentials' })
    assert.equal(answer.body.error, 'unauthorized_client')
  })

  test('an actor_token_type without an actor_token is refused', async () => {
    const grant_type = 'urn:ietf:params:oauth:grant-type:token-exchange'
    const type = 'urn:ietf:params:oauth:token-type:access_token'
    const narrowing = await anApplication(app, {
      is_first_party: true,
      grants: ['authorization_code', grant_type],
    })
    const code = answerAt(await ask({}, narrowing)).get('code') ?? ''
    const granted = { grant_type: 'authorization_code', code, code_verifier: verifier }
    const { body } = await post('/oauth/token', granted, {}, narrowing)
    const form = { grant_type, subject_token: body.access_token, subject_token_type: type }
    const refused = await post('/oauth/token', { ...form, actor_token_type: type }, {}, narrowing)
    assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_request'])
    assert.equal((await post('/oauth/token', form, {}, narrowing)).body.issued_token_type, type)
  })
})
