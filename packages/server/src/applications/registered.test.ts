import assert from 'node:assert/strict'
import { after, before, describe, mock, test } from 'node:test'
import type { AnswerBody } from '../../test/answer-body.ts'
import { openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import { newClientKey } from '../../test/proofs.ts'
import { engines } from '../../test/storages.ts'
import { createUserType } from '../accounts/user-types/user-types.ts'
import { operator } from '../identity.ts'
import { disableApplication } from './registered.ts'
import { findSecrets } from './store.ts'

const callback = 'https://app.example/callback'
const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code'
const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const key = newClientKey()
const secretKey = key.privateKey.export({ format: 'jwk' })
const jwks = { keys: [{ ...key.jwk, kid: 'one' }] }

for (const engine of engines) {
  describe(`applications on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('root', 'administrator')
    })
    after(() => house.close())

    const ask = (method: string, path: string, body?: object, token = admin.token) =>
      house.call(method, `/v1/applications${path}`, { token, ...(body && { body }) })
    test('gets tokens for itself with one scope that it may have for itself', async () => {
      const grants = ['authorization_code', 'client_credentials']
      for (const scope of ['ssf.read', 'ssf.manage']) {
        assert.deepEqual((await made({ grants, scopes: ['openid', scope] })).grants, grants)
      }
    })

    async function made(more: object = {}): Promise<AnswerBody> {
      const given = { name: 'photos', type: 'web', redirect_uris: [callback], ...more }
      const { status, body, text } = await ask('POST', '', given)
      assert.equal(status, 201, text)
      return body
    }

    const refused: { name: string; given: object; field: string }[] = [
      { name: 'no address', given: { redirect_uris: [] }, field: '/redirect_uris' },
      {
        name: 'an address in the clear',
        given: { redirect_uris: ['http://app.example/'] },
        field: '/redirect_uris/0',
      },
      {
        name: 'a second address with a fragment',
        given: { redirect_uris: [callback, `${callback}#x`] },
        field: '/redirect_uris/1',
      },
      {
        name: 'one address too many',
        given: { redirect_uris: Array.from({ length: 21 }, (_, at) => `${callback}${at}`) },
        field: '/redirect_uris',
      },
      {
        name: 'a script to sign out',
        given: { logout_uris: ['javascript:alert(1)'] },
        field: '/logout_uris/0',
      },
      { name: 'a web page that is public', given: { authentication: 'none' }, field: '/authentication' },
      {
        name: 'a browser page with a secret',
        given: { type: 'browser', authentication: 'secret' },
        field: '/authentication',
      },
      {
        name: 'an agent that is public',
        given: { type: 'agent', authentication: 'none' },
        field: '/authentication',
      },
      {
        name: 'an agent that asks nobody',
        given: { type: 'agent', is_first_party: true },
        field: '/is_first_party',
      },
      {
        name: 'a native one with a key',
        given: { type: 'native', authentication: 'key', jwks },
        field: '/authentication',
      },
      { name: 'a key without a set', given: { authentication: 'key' }, field: '/jwks' },
      {
        name: 'two key sets',
        given: { authentication: 'key', jwks, jwks_uri: 'https://app.example/keys' },
        field: '/jwks',
      },
      { name: 'a key set beside a secret', given: { jwks }, field: '/jwks' },
      { name: 'an empty key set', given: { authentication: 'key', jwks: { keys: [] } }, field: '/jwks' },
      {
        name: 'a private key',
        given: { authentication: 'key', jwks: { keys: [{ ...secretKey, kid: 'one' }] } },
        field: '/jwks',
      },
      {
        name: 'a shared secret as a key',
        given: { authentication: 'key', jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' }] } },
        field: '/jwks',
      },
      {
        name: 'a key beside one that is of no use',
        given: {
          authentication: 'key',
          jwks: { keys: [...jwks.keys, { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }] },
        },
        field: '/jwks',
      },
      {
        name: 'a key set in the clear',
        given: { authentication: 'key', jwks_uri: 'http://app.example/keys' },
        field: '/jwks_uri',
      },
      {
        name: 'refresh tokens that come from nowhere',
        given: { grants: ['refresh_token'] },
        field: '/grants',
      },
      { name: 'no grant', given: { grants: [] }, field: '/grants' },
      { name: 'a scope that nobody knows', given: { scopes: ['openid', 'fly:high'] }, field: '/scopes' },
      {
        name: 'a public one without PKCE',
        given: { type: 'native', requires_pkce: false },
        field: '/requires_pkce',
      },
      { name: 'a page in the clear', given: { home_uri: 'http://app.example/' }, field: '/home_uri' },
      {
        name: 'a policy that is a script',
        given: { policy_uri: 'javascript:alert(1)' },
        field: '/policy_uri',
      },
      {
        name: 'to be told of sign-outs in the clear',
        given: { backchannel_logout_uri: 'http://app.example/ended' },
        field: '/backchannel_logout_uri',
      },
      {
        name: 'a user in the address for sign-outs',
        given: { backchannel_logout_uri: 'https://me@app.example/ended' },
        field: '/backchannel_logout_uri',
      },
      {
        name: 'a page for sign-outs that is a script',
        given: { frontchannel_logout_uri: 'javascript:alert(1)' },
        field: '/frontchannel_logout_uri',
      },
      {
        name: 'a page for sign-outs with a fragment',
        given: { frontchannel_logout_uri: `${callback}#out` },
        field: '/frontchannel_logout_uri',
      },
      {
        name: 'a page for sign-outs of another host than people are sent to',
        given: { frontchannel_logout_uri: 'https://other.example/out' },
        field: '/frontchannel_logout_uri',
      },
      {
        name: 'a page for sign-outs of another port',
        given: { frontchannel_logout_uri: `${new URL(callback).origin}:8443/out` },
        field: '/frontchannel_logout_uri',
      },
      {
        name: 'tokens for itself without a scope that it may have for itself',
        given: { grants: ['authorization_code', 'client_credentials'], scopes: ['openid'] },
        field: '/grants',
      },
      {
        name: 'tokens for itself where it proves nothing',
        given: {
          ...{ type: 'native', authentication: 'none', scopes: ['ssf.read'] },
          grants: ['authorization_code', 'client_credentials'],
        },
        field: '/grants',
      },
      { name: 'a name that nobody sees', given: { name: '\u3164' }, field: '/name' },
    ]
    for (const { name, given, field } of refused) {
      test(`refuses ${name}`, async () => {
        const whole = { name: 'photos', type: 'web', redirect_uris: [callback], ...given }
        const { status, body } = await ask('POST', '', whole)
        assert.equal(status, 400)
        assert.deepEqual([body.code, body.errors[0]?.field], ['request_invalid', field])
      })
    }

    /** An address of so many characters. */
    const addressOf = (length: number) => 'https://app.example/'.padEnd(length, 'x')
    const keysOf = (count: number) => ({
      keys: Array.from({ length: count }, (_, at) => ({ ...key.jwk, kid: `k${at}` })),
    })
    const edges: readonly (readonly [what: string, atMost: object, more: object])[] = [
      [
        'twenty addresses',
        { redirect_uris: Array.from({ length: 20 }, (_, at) => `${callback}${at}`) },
        { redirect_uris: Array.from({ length: 21 }, (_, at) => `${callback}${at}`) },
      ],
      ['a page of 500 characters', { home_uri: addressOf(500) }, { home_uri: addressOf(501) }],
      ['ten keys', { authentication: 'key', jwks: keysOf(10) }, { authentication: 'key', jwks: keysOf(11) }],
      [
        'a key set at an address of 500 characters',
        { authentication: 'key', jwks_uri: addressOf(500) },
        { authentication: 'key', jwks_uri: addressOf(501) },
      ],
    ]
    for (const [what, atMost, more] of edges) {
      test(`may have ${what}, and no more`, async () => {
        await made(atMost)
        const { status } = await ask('POST', '', {
          ...{ name: 'photos', type: 'web', redirect_uris: [callback], ...more },
        })
        assert.equal(status, 400)
      })
    }

    const shapes: { name: string; given: object }[] = [
      { name: 'another type', given: { type: 'robot' } },
      { name: 'a grant with a password', given: { grants: ['password'] } },
      { name: 'the implicit grant', given: { grants: ['implicit'] } },
      { name: 'a grant for services', given: { grants: ['client_credentials'] } },
      { name: 'an exchange of tokens', given: { grants: [exchange] } },
      { name: 'a type that nobody knows', given: { type: 'robot' } },
      { name: 'a member that nobody knows', given: { secret: 'lk_client_mine' } },
      { name: 'who has made it', given: { made_by: 'administrator' } },
      { name: 'a name of its own choice for its id', given: { id: 'cli_mine' } },
    ]
    for (const { name, given } of shapes) {
      test(`takes no ${name}`, async () => {
        const whole = { name: 'photos', type: 'web', redirect_uris: [callback], ...given }
        const { status, body } = await ask('POST', '', whole)
        assert.deepEqual([status, body.code], [400, 'request_invalid'])
      })
    }

    test('registers a web application with a secret that is shown once, and stored as a hash', async () => {
      const { secret, id, ...rest } = await made()
      assert.match(secret, /^lk_client_[\w-]{43}[\w-]{6}$/)
      const { body, text, headers } = await ask('GET', `/${id}`)
      assert.deepEqual(body, { id, ...rest })
      assert.equal(headers.get('etag'), '"1"')
      assert.ok(!text.includes(secret))
      assert.deepEqual(
        [rest.authentication, rest.grants, rest.scopes, rest.requires_pkce, rest.is_first_party],
        ['secret', ['authorization_code', 'refresh_token'], ['openid'], true, false],
      )
      assert.deepEqual(rest.made_by, 'administrator')
      const everything = JSON.stringify(await house.app.db.query('SELECT * FROM application_secrets'))
      assert.ok(!everything.includes(secret))
    })

    test('is told of sign-outs by its server and by the browser, each with the session unless it says otherwise', async () => {
      const { origin } = new URL(callback)
      const { id, ...made_ } = await made({
        ...{ backchannel_logout_uri: 'https://api.example/ended', frontchannel_logout_uri: `${origin}/out` },
        frontchannel_logout_session_required: false,
      })
      const shown = ({ ...row }: Record<string, unknown>) =>
        ['backchannel', 'frontchannel'].flatMap((one) => [
          row[`${one}_logout_uri`],
          row[`${one}_logout_session_required`],
        ])
      assert.deepEqual(shown(made_), ['https://api.example/ended', true, `${origin}/out`, false])
      const none = { backchannel_logout_uri: null, frontchannel_logout_uri: null }
      const { body } = await ask('PATCH', `/${id}`, { ...none, backchannel_logout_session_required: false })
      assert.deepEqual(shown(body as unknown as Record<string, unknown>), [null, false, null, false])
      const wrong = await ask('PATCH', `/${id}`, {
        redirect_uris: ['https://moved.example/'],
        frontchannel_logout_uri: `${origin}/out`,
      })
      assert.equal(wrong.body.errors[0]?.field, '/frontchannel_logout_uri')
    })

    const facts: readonly (readonly [fact: string, value: unknown])[] = [
      ['name', 'pictures'],
      ['redirect_uris', ['https://app.example/other']],
      ['logout_uris', [callback]],
      ['backchannel_logout_session_required', false],
      ['frontchannel_logout_session_required', false],
      ['grants', ['authorization_code']],
      ['scopes', ['openid', 'email']],
      ['is_first_party', true],
      ['requires_pkce', false],
      ['requires_push', true],
      ['requires_dpop', true],
      ['subject_type', 'pairwise'],
      ['home_uri', 'https://app.example/'],
      ['policy_uri', 'https://app.example/policy'],
    ]
    for (const [fact, value] of facts) {
      test(`has the ${fact} that it is registered with, or gets later, and keeps the rest`, async () => {
        const first = (await made({ [fact]: value })) as unknown as Record<string, unknown>
        assert.deepEqual(first[fact], value)
        const { id } = await made()
        const before = (await ask('GET', `/${id}`)).body as unknown as Record<string, unknown>
        if (typeof value === 'boolean') assert.equal(before[fact], !value)
        const { body } = await ask('PATCH', `/${id}`, { [fact]: value })
        assert.deepEqual(body, { ...before, [fact]: value, version: 2 })
      })
    }

    const types: { given: object; authentication: string; hasSecret: boolean }[] = [
      {
        given: { type: 'web', grants: [deviceCode], redirect_uris: [] },
        authentication: 'secret',
        hasSecret: true,
      },
      { given: { type: 'web', authentication: 'key', jwks }, authentication: 'key', hasSecret: false },
      {
        given: { type: 'web', authentication: 'key', jwks_uri: 'https://app.example/keys' },
        ...{ authentication: 'key', hasSecret: false },
      },
      { given: { type: 'browser' }, authentication: 'none', hasSecret: false },
      {
        given: { type: 'native', redirect_uris: ['http://127.0.0.1/cb', 'com.example.app:/cb'] },
        ...{ authentication: 'none', hasSecret: false },
      },
      {
        given: { type: 'native', redirect_uris: [], grants: [deviceCode, 'refresh_token'] },
        ...{ authentication: 'none', hasSecret: false },
      },
      { given: { type: 'web', requires_pkce: false }, authentication: 'secret', hasSecret: true },
    ]
    for (const { given, authentication, hasSecret } of types) {
      test(`registers ${JSON.stringify(given).slice(0, 70)}`, async () => {
        const body = await made(given)
        assert.deepEqual([body.authentication, body.secret !== null], [authentication, hasSecret])
      })
    }

    test('has a hundred scopes at most', async () => {
      const known = Array.from({ length: 100 }, (_, at) => `pages:${at}`)
      const body = { name: 'many pages', audience: 'many-pages', known_scopes: known }
      const service = await house.call('POST', '/v1/services', { token: admin.token, body })
      assert.equal(service.status, 201, service.text)
      await made({ scopes: known })
      const more = { name: 'more', type: 'web', redirect_uris: [callback], scopes: [...known, 'openid'] }
      assert.equal((await ask('POST', '', more)).body.errors[0]?.field, '/scopes')
    })

    test('knows permissions of this server, those of OpenID Connect, and what a service knows', async () => {
      const service = { name: 'pages', audience: 'pages', known_scopes: ['pages:read'] }
      const { body } = await house.call('POST', '/v1/services', { token: admin.token, body: service })
      const scopes = ['openid', 'email', 'offline_access', 'users:read', 'pages:read']
      const { id } = await made({ scopes })
      await house.call('POST', `/v1/services/${body.id}/disable`, { token: admin.token })
      assert.equal(
        (await ask('PATCH', `/${id}`, { scopes: [...scopes].reverse() })).status,
        200,
        'it had it before',
      )
      const other = await ask('POST', '', {
        ...{ name: 'other', type: 'web', redirect_uris: [callback], scopes: ['pages:read'] },
      })
      assert.equal(other.body.code, 'request_invalid')
    })

    test('nobody registers, or gives, what they do not hold', async () => {
      const permissions = ['applications:read', 'applications:write', 'users:read'] as const
      await createUserType(house.app, operator, { name: 'integrator', description: '', permissions })
      const { token } = await house.signedIn('ida', 'integrator')
      const given = { name: 'photos', type: 'web', redirect_uris: [callback] }
      const greater = await ask('POST', '', { ...given, scopes: ['keys:write'] }, token)
      assert.deepEqual([greater.status, greater.body.code], [403, 'permission_missing'])
      const own = await ask('POST', '', { ...given, scopes: ['users:read'] }, token)
      assert.equal(own.status, 201)
      const grown = await ask('PATCH', `/${own.body.id}`, { scopes: ['users:write'] }, token)
      assert.equal(grown.body.code, 'permission_missing')
      const strong = await made({ scopes: ['keys:write'] })
      for (const [method, path, body] of [
        ['PATCH', '', { redirect_uris: ['https://mine.example/'] }],
        ['POST', '/secrets', {}],
        ['POST', '/disable', undefined],
        ['DELETE', '', undefined],
      ] as const) {
        const answer = await ask(method, `/${strong.id}${path}`, body, token)
        assert.equal(answer.body.code, 'permission_missing', `${method} ${path}`)
      }
      const customer = await house.signedIn('cyd')
      assert.equal((await ask('GET', '', undefined, customer.token)).status, 403)
    })

    test('changes what is given, and only the version that is named', async () => {
      const { id } = await made()
      const changed = await ask('PATCH', `/${id}`, { name: 'pictures', requires_dpop: true })
      assert.deepEqual(
        [changed.body.name, changed.body.requires_dpop, changed.body.version, changed.body.redirect_uris],
        ['pictures', true, 2, [callback]],
      )
      const same = await ask('PATCH', `/${id}`, { name: 'pictures' })
      assert.equal(same.body.version, 2, 'nothing has changed')
      const late = await house.call('PATCH', `/v1/applications/${id}`, {
        ...{ token: admin.token, body: { name: 'late' }, headers: { 'if-match': '"1"' } },
      })
      assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed'])
      assert.equal((await ask('PATCH', `/${id}`, { type: 'native' })).status, 400, 'the type stays')
    })

    test('goes from a secret to a key and back: what proved it before proves nothing', async () => {
      const { id } = await made()
      const keyed = await ask('PATCH', `/${id}`, { authentication: 'key', jwks })
      assert.deepEqual([keyed.status, keyed.body.jwks], [200, jwks])
      assert.deepEqual(await findSecrets(house.app.db, id), [])
      const published = await ask('PATCH', `/${id}`, { jwks_uri: 'https://app.example/keys' })
      assert.deepEqual([published.body.jwks, published.body.jwks_uri], [null, 'https://app.example/keys'])
      const renamed = await ask('PATCH', `/${id}`, { name: 'pictures' })
      assert.equal(renamed.body.jwks_uri, 'https://app.example/keys')
      const given = await ask('PATCH', `/${id}`, { jwks })
      assert.deepEqual([given.body.jwks, given.body.jwks_uri], [jwks, null])
      const again = await ask('PATCH', `/${id}`, { name: 'prints' })
      assert.deepEqual(again.body.jwks, jwks)
      await ask('PATCH', `/${id}`, { jwks_uri: 'https://app.example/keys' })
      assert.equal((await ask('POST', `/${id}/secrets`, {})).body.code, 'request_invalid')
      const back = await ask('PATCH', `/${id}`, { authentication: 'secret' })
      assert.deepEqual([back.body.authentication, back.body.jwks_uri], ['secret', null])
      assert.equal((await ask('POST', `/${id}/secrets`, {})).status, 201)
    })

    test('ends what it had where it is narrowed, disabled and removed, and not otherwise', async () => {
      const { applications } = house.app
      const ended = mock.method(applications.ground, 'endGrants')
      const reasons = () => ended.mock.calls.map(({ arguments: [, , id, reason] }) => [id, reason])
      const { id } = await made({ scopes: ['openid', 'email'] })
      await ask('PATCH', `/${id}`, { scopes: ['openid', 'email', 'phone'], name: 'more' })
      await ask('POST', `/${id}/enable`)
      assert.deepEqual(reasons(), [])
      await ask('PATCH', `/${id}`, { scopes: ['openid'] })
      await ask('PATCH', `/${id}`, { grants: ['authorization_code'] })
      assert.deepEqual(
        [(await ask('POST', `/${id}/disable`)).status, (await ask('POST', `/${id}/disable`)).status],
        [200, 200],
      )
      const enabled = await ask('POST', `/${id}/enable`)
      assert.equal(enabled.body.disabled_at, null)
      assert.equal((await ask('GET', `/${id}`)).body.disabled_at, null)
      assert.equal((await ask('DELETE', `/${id}`)).status, 204)
      const narrowed = [id, 'application_narrowed']
      assert.deepEqual(reasons(), [
        ...[narrowed, narrowed, [id, 'application_disabled'], [id, 'application_removed']],
      ])
      ended.mock.restore()
      assert.equal((await ask('GET', `/${id}`)).body.code, 'application_not_found')
      assert.equal((await ask('DELETE', `/${id}`)).body.code, 'application_not_found')
      assert.deepEqual(await findSecrets(house.app.db, id), [])
    })

    test('what ends with it ends in its transaction: if that fails, it is enabled still', async () => {
      const { id } = await made()
      const failing = { ...house.app.applications.ground, endGrants: () => Promise.reject(new Error('no')) }
      await assert.rejects(disableApplication(failing, operator, id), /no/)
      assert.equal((await ask('GET', `/${id}`)).body.disabled_at, null)
    })

    test('is listed page by page', async () => {
      const { body: first } = await ask('GET', '?limit=2')
      assert.equal(first.items.length, 2)
      const { body: second } = await ask('GET', `?limit=2&after=${first.next}`)
      assert.ok(String(second.items[0]?.id) > String(first.items[1]?.id))
      assert.doesNotMatch(JSON.stringify(first), /salt|hash|lk_/)
    })

    describe('secrets', () => {
      const secrets = async (
        id: string,
      ): Promise<readonly { readonly id: string; readonly ends_at?: unknown }[]> =>
        (await ask('GET', `/${id}/secrets`)).body.items

      test('are two at most, of which the older ends at the time that is set', async () => {
        const { id, secret } = await made()
        const end = new Date(house.world.now() + 3_600_000).toISOString()
        const added = await ask('POST', `/${id}/secrets`, { older_ends_at: end })
        assert.equal(added.status, 201)
        assert.notEqual(added.body.secret, secret)
        assert.equal(added.body.older_ends_at, end)
        assert.deepEqual(
          (await secrets(id)).map(({ ends_at }) => ends_at),
          [end, null],
        )
        const third = await ask('POST', `/${id}/secrets`, {})
        assert.deepEqual([third.status, third.body.code], [409, 'secret_limit_reached'])
        house.world.advance(3_600_000)
        const again = await house.call('POST', '/v1/login', {
          body: { username: admin.username, password: admin.password },
        })
        admin = { ...admin, token: again.body.access_token }
        assert.equal((await secrets(id)).length, 1)
        assert.equal((await ask('POST', `/${id}/secrets`, {})).status, 201)
      })

      test('with an end keep it when another one is added', async () => {
        const { id } = await made()
        const end = new Date(house.world.now() + 3_600_000).toISOString()
        const later = new Date(house.world.now() + 7_200_000).toISOString()
        const second = await ask('POST', `/${id}/secrets`, { older_ends_at: end })
        const [older] = await secrets(id)
        const ended = await house.call('DELETE', `/v1/applications/${id}/secrets/${second.body.id}`, {
          token: admin.token,
        })
        assert.equal(ended.status, 204, ended.text)
        const third = await ask('POST', `/${id}/secrets`, { older_ends_at: later })
        assert.equal(third.body.older_ends_at, end)
        assert.deepEqual(
          (await secrets(id)).map(({ id, ends_at }) => [id, ends_at]),
          [
            [older?.id, end],
            [third.body.id, null],
          ],
        )
      })

      test('of 16 requests at once for a second one, one gets it', async () => {
        const { id } = await made()
        const answers = await Promise.all(Array.from({ length: 16 }, () => ask('POST', `/${id}/secrets`, {})))
        assert.equal(answers.filter(({ status }) => status === 201).length, 1)
        assert.equal((await secrets(id)).length, 2)
      })

      for (const [name, away] of [
        ['in the past', -1],
        ['in more than 90 days', 90 * 86_400_000 + 1],
      ] as const) {
        test(`end at no time ${name}`, async () => {
          const { id } = await made()
          const older_ends_at = new Date(house.world.now() + away).toISOString()
          const { body } = await ask('POST', `/${id}/secrets`, { older_ends_at })
          assert.deepEqual([body.code, body.errors[0]?.field], ['request_invalid', '/older_ends_at'])
        })
      }

      for (const away of [0, 90 * 86_400_000]) {
        test(`may end ${away / 86_400_000} days from now`, async () => {
          const { id } = await made()
          const older_ends_at = new Date(house.world.now() + away).toISOString()
          const { body } = await ask('POST', `/${id}/secrets`, { older_ends_at })
          assert.equal(body.older_ends_at, older_ends_at)
        })
      }

      test('end at once when they are to, and are known for 30 days after', async () => {
        const { id } = await made()
        const [first] = await secrets(id)
        assert.equal((await ask('DELETE', `/${id}/secrets/${first?.id}`)).status, 204)
        assert.deepEqual(await secrets(id), [])
        assert.equal((await ask('DELETE', `/${id}/secrets/${first?.id}`)).body.code, 'secret_not_found')
        const other = await made()
        const [its] = await secrets(other.id)
        assert.equal((await ask('DELETE', `/${id}/secrets/${its?.id}`)).body.code, 'secret_not_found')
        const { jobs, db } = house.app
        await jobs.runNow(3_600_000)
        assert.equal((await findSecrets(db, id)).length, 1)
        house.world.advance(30 * 86_400_000)
        await jobs.runNow(3_600_000)
        assert.equal((await findSecrets(db, id)).length, 0)
      })
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
