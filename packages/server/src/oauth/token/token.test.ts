import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { operator } from '../../identity.ts'
import { newSecret } from '../../secrets/secrets.ts'
import { createService, disableService, replaceSecret } from '../../services/registered.ts'

describe('the token endpoint', () => {
  let app: TestApp
  let admin: string
  let id: string
  let secret: string
  before(async () => {
    app = await openTestApp('sqlite')
    admin = (await app.signedIn('root', 'administrator')).token
    const body = { name: 'reporting', scopes: ['activity:read', 'users:read'] }
    const answer = await app.call('POST', '/v1/services', { token: admin, body })
    assert.equal(answer.status, 201)
    ;({ id, secret } = answer.body)
  })
  after(() => app.close())

  const basic = (user: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  })
  const ask = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    app.call('POST', '/oauth/token', { form, headers })
  const grant = { grant_type: 'client_credentials' }

  const ways = [
    { name: 'Basic authentication', send: (form: object) => ask({ ...grant, ...form }, basic(id, secret)) },
    {
      name: 'the form',
      send: (form: object) => ask({ ...grant, ...form, client_id: id, client_secret: secret }),
    },
    {
      name: 'Basic, with its id in the form too',
      send: (form: object) => ask({ ...grant, ...form, client_id: id }, basic(id, secret)),
    },
  ]
  for (const { name, send } of ways) {
    test(`gives a service a token for itself, authenticated by ${name}`, async () => {
      const { status, body, headers } = await send({})
      assert.equal(status, 200)
      assert.deepEqual(
        [body.token_type, body.expires_in, body.scope],
        ['Bearer', 300, 'activity:read users:read'],
      )
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.equal((await app.call('GET', '/v1/activity', { token: body.access_token })).status, 200)
      const me = await app.call('GET', '/v1/me', { token: body.access_token })
      assert.equal(me.body.code, 'kind_not_allowed', 'a service is no person')
      const fewer = await send({ scope: 'users:read' })
      assert.equal(fewer.body.scope, 'users:read')
      assert.equal((await app.call('GET', '/v1/activity', { token: fewer.body.access_token })).status, 403)
    })
  }

  const refused: { name: string; send: () => ReturnType<typeof ask>; status: number; error: string }[] = [
    { name: 'no client', send: () => ask(grant), status: 401, error: 'invalid_client' },
    {
      name: 'an id without a secret',
      send: () => ask({ ...grant, client_id: id }),
      status: 401,
      error: 'invalid_client',
    },
    {
      name: 'a wrong secret',
      send: () => ask(grant, basic(id, newSecret('service', app.world))),
      status: 401,
      error: 'invalid_client',
    },
    {
      name: 'an unknown client',
      send: () => ask(grant, basic('svc_x', secret)),
      status: 401,
      error: 'invalid_client',
    },
    {
      name: 'a secret by two ways',
      send: () => ask({ ...grant, client_secret: secret }, basic(id, secret)),
      status: 400,
      error: 'invalid_request',
    },
    {
      name: 'two ids',
      send: () => ask({ ...grant, client_id: 'svc_x' }, basic(id, secret)),
      status: 400,
      error: 'invalid_request',
    },
    {
      name: 'Basic without a colon',
      send: () => ask(grant, { authorization: 'Basic eA==' }),
      status: 401,
      error: 'invalid_client',
    },
    ...[
      { name: 'Basic with something before it', wrap: (header: string) => `x${header}` },
      { name: 'Basic with something behind it', wrap: (header: string) => `${header} x` },
      {
        name: 'Basic with a blank within',
        wrap: (header: string) => `${header.slice(0, 10)} ${header.slice(10)}`,
      },
    ].map(({ name, wrap }) => ({
      name,
      send: () => ask(grant, { authorization: wrap(basic(id, secret).authorization) }),
      status: 401,
      error: 'invalid_client',
    })),
    {
      name: 'Basic with two',
      send: () => ask(grant, basic(id, `${secret}:x`)),
      status: 401,
      error: 'invalid_client',
    },
    {
      name: 'Basic with half an escape',
      send: () => ask(grant, basic(id, '%E0%A4%A')),
      status: 401,
      error: 'invalid_client',
    },
    {
      name: 'a Bearer token instead',
      send: () => ask(grant, { authorization: `Bearer ${admin}` }),
      status: 401,
      error: 'invalid_client',
    },
    {
      name: 'a scope that it may not have',
      send: () => ask({ ...grant, scope: 'users:read keys:write' }, basic(id, secret)),
      status: 400,
      error: 'invalid_scope',
    },
    {
      name: 'a scope that nobody knows',
      send: () => ask({ ...grant, scope: 'fly' }, basic(id, secret)),
      status: 400,
      error: 'invalid_scope',
    },
    {
      name: 'the password grant, which does not exist',
      send: () => ask({ grant_type: 'password' }, basic(id, secret)),
      status: 400,
      error: 'unsupported_grant_type',
    },
    {
      name: 'a grant that nobody knows',
      send: () => ask({ grant_type: 'x' }, basic(id, secret)),
      status: 400,
      error: 'unsupported_grant_type',
    },
    { name: 'no grant', send: () => ask({}, basic(id, secret)), status: 400, error: 'invalid_request' },
    {
      name: 'an empty grant, which counts as none',
      send: () => ask({ grant_type: '' }, basic(id, secret)),
      status: 400,
      error: 'invalid_request',
    },
    {
      name: 'a parameter twice',
      send: () =>
        app.call('POST', '/oauth/token', {
          body: 'grant_type=client_credentials&grant_type=password',
          headers: { ...basic(id, secret), 'content-type': 'application/x-www-form-urlencoded' },
        }),
      status: 400,
      error: 'invalid_request',
    },
    {
      name: 'JSON',
      send: () => app.call('POST', '/oauth/token', { body: grant, headers: basic(id, secret) }),
      status: 415,
      error: 'invalid_request',
    },
  ]
  for (const { name, send, status, error } of refused) {
    test(`refuses ${name} as RFC 6749 section 5.2 says: ${error}`, async () => {
      const answer = await send()
      assert.equal(answer.status, status)
      assert.equal(answer.headers.get('content-type'), 'application/json')
      assert.deepEqual(Object.keys(answer.body), ['error', 'error_description'])
      assert.equal(answer.body.error, error)
      assert.match(answer.body.error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
      assert.equal(answer.headers.get('www-authenticate'), status === 401 ? 'Basic realm="latchkey"' : null)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.ok(!answer.text.includes(secret))
    })
  }

  test('ignores parameters that it does not know', async () => {
    assert.equal((await ask({ ...grant, audience: 'x' }, basic(id, secret))).status, 200)
  })

  test('gives nothing to a service that was turned off, and revokes what it had', async () => {
    const { service, secret: its } = await createService(app.app, operator, {
      name: 'off',
      scopes: ['users:read'],
    })
    const token = (await ask(grant, basic(service.id, its))).body.access_token
    app.world.advance(1000)
    assert.equal((await app.call('POST', `/v1/services/${service.id}/disable`, { token: admin })).status, 204)
    assert.equal((await app.call('GET', '/v1/users', { token })).body.code, 'token_revoked')
    assert.equal((await ask(grant, basic(service.id, its))).body.error, 'invalid_client')
    const again = await app.call('POST', `/v1/services/${service.id}/disable`, { token: admin })
    assert.equal(again.body.code, 'service_not_found')
    await assert.rejects(disableService(app.app, operator, 'svc_x'), { code: 'service_not_found' })
  })

  test('knows a secret that was renewed, and the old one no more', async () => {
    const { service, secret: old } = await createService(app.app, operator, { name: 'renewed', scopes: [] })
    const renewed = await replaceSecret(app.app, operator, service.id)
    assert.equal((await ask(grant, basic(service.id, old))).status, 401)
    assert.equal((await ask(grant, basic(service.id, renewed))).status, 200)
  })

  test('writes down who got a token and who did not, and never a secret', async () => {
    await app.app.activity.flushRefusals(true)
    app.world.advance(1)
    await ask(grant, basic(id, 'wrong'))
    await ask(grant, basic(secret, secret))
    const rows = await app.app.db.query<{ outcome: string; reason: string; client_id: string | null }>(
      `SELECT outcome, reason, client_id FROM activity WHERE event = 'service.token' AND at = $1`,
      app.world.now(),
    )
    assert.deepEqual(rows.map(({ client_id }) => client_id).sort(), [id, null].sort())
    assert.ok(rows.every(({ outcome }) => outcome === 'refused'))
    assert.deepEqual(rows.map(({ reason }) => reason).sort(), ['client_unknown', 'secret_wrong'])
    assert.ok(!JSON.stringify(await app.app.db.query('SELECT * FROM activity')).includes(secret))
  })

  test('a name belongs to one service', async () => {
    const body = { name: 'reporting' }
    assert.equal((await app.call('POST', '/v1/services', { token: admin, body })).body.code, 'service_exists')
  })

  test('a list of services shows no secret', async () => {
    const { text, body } = await app.call('GET', '/v1/services', { token: admin })
    assert.ok(body.items.length > 0)
    assert.doesNotMatch(text, /secret|hash/)
  })

  for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) {
    test(`${path} names only what there is (RFC 8414)`, async () => {
      const { status, body } = await app.call('GET', path)
      assert.equal(status, 200)
      assert.equal(body.issuer, app.app.config.issuer)
      // RFC 9449 section 5.1: by this a client knows that it may send a proof of its key.
      assert.deepEqual(body.dpop_signing_alg_values_supported, ['ES256', 'EdDSA', 'Ed25519'])
      const paths = new Set(app.app.routes.map((route) => route.path))
      for (const address of [body.token_endpoint, body.jwks_uri, body.latchkey_revocations_uri])
        assert.ok(paths.has(new URL(String(address)).pathname), String(address))
    })
  }

  test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
})
