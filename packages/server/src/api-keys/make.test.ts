import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified, tokenOfApiKey } from 'latchkey/token'
import type { SignedIn } from '../../test/app.ts'
import { enrolled, signInTwice } from '../../test/factors.ts'
import { type Home, openHome } from '../../test/home.ts'
import { engines } from '../../test/storages.ts'
import { grant } from '../accounts/permissions/grants.ts'
import { operator } from '../identity.ts'
import { giveScope } from '../services/scopes/scopes.ts'
import { type ProfileChoice, profileOf } from '../tokens/profiles/choice.ts'
import { createKeyFor, mostLiveKeys } from './make.ts'

const day = 86_400_000

for (const engine of engines) {
  describe(`making API keys, on ${engine}`, () => {
    let house: Home
    let count = 0
    before(async () => {
      house = await openHome(engine)
    })
    after(() => house.close())

    const person = (type?: string) => house.signedIn(`person-${++count}`, type)
    const ask = ({ token }: { readonly token: string }, more: object = {}) =>
      house.call('POST', '/v1/api-keys', {
        token,
        body: { name: 'report', scopes: ['devices:view'], ...more },
      })
    /** Time goes on in these tests, and her first token is over. */
    const adminToken = async () => {
      const { username, password } = house.admin
      const { body } = await house.call('POST', '/v1/login', { body: { username, password } })
      return String(body.access_token)
    }
    const at = (ms: number) => new Date(house.world.now() + ms).toISOString()
    const service = async (audience: string, knownScopes: readonly string[], profile: ProfileChoice) => {
      const { body } = await house.call('POST', '/v1/services', {
        token: await adminToken(),
        body: { name: `service of ${audience}`, audience, known_scopes: knownScopes, profile },
      })
      return String(body.id)
    }

    test('a key is a token of its owner that says what was asked for, and nothing of a sign-in', async () => {
      const ada = await person()
      const { status, body, headers } = await ask(ada)
      assert.equal(status, 201)
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.match(body.key, /^lk_key_eyJ/)
      const { header, claims } = decodeUnverified(tokenOfApiKey(body.key))
      assert.deepEqual(header.typ, 'at+jwt')
      const { iat, exp, ...said } = claims
      assert.deepEqual(said, {
        iss: house.app.issuer,
        aud: house.app.audience,
        sub: ada.id,
        kind: 'api_key',
        jti: body.id,
        client_id: body.id,
        scope: 'devices:view',
        user_type: 'customer',
      })
      assert.match(body.id, /^key_/)
      assert.equal(Number(exp) * 1000, Date.parse(String(body.expires_at)))
      assert.equal(Number(exp) - Number(iat), (90 * day) / 1000)
    })

    test('it is usable as a bearer token, with its prefix and without', async () => {
      const ada = await person()
      const { body } = await ask(ada)
      for (const token of [body.key, tokenOfApiKey(body.key)]) {
        const me = await house.call('GET', '/v1/me', { token })
        assert.deepEqual([me.status, me.body.id, me.body.permissions], [200, ada.id, ['devices:view']])
        assert.equal((await house.call('GET', '/v1/devices', { token })).status, 200)
        const verified = await house.call('POST', '/v1/verify', { body: { token } })
        assert.deepEqual([verified.body.kind, verified.body.session_id], ['api_key', null])
      }
    })

    test('its text is in no table, and neither is a hash of it', async () => {
      const ada = await person()
      const { body } = await ask(ada)
      const listed = await house.call('GET', '/v1/api-keys', { token: ada.token })
      assert.equal(listed.body.items.length, 1)
      const rows = await house.app.db.query('SELECT * FROM api_keys WHERE id = $1', body.id)
      const events = await house.app.db.query('SELECT * FROM activity WHERE target = $1', body.id)
      const [, , signature = ''] = tokenOfApiKey(body.key).split('.')
      for (const text of [listed.text, JSON.stringify(rows), JSON.stringify(events)]) {
        assert.ok(!text.includes(signature) && text.includes(body.id))
      }
    })

    const refused: readonly {
      name: string
      more: object
      type?: string
      status: number
      code: string
    }[] = [
      {
        name: 'a scope that is not held',
        more: { scopes: ['devices:read'] },
        status: 400,
        code: 'scope_invalid',
      },
      {
        name: 'one of two not held',
        more: { scopes: ['devices:view', 'users:read'] },
        status: 400,
        code: 'scope_invalid',
      },
      { name: 'a scope that is none', more: { scopes: ['devices:fly'] }, status: 400, code: 'scope_invalid' },
      { name: 'no scope at all', more: { scopes: [] }, status: 400, code: 'scope_invalid' },
      ...[
        'users:act-as',
        'users:data',
        'user-types:write',
        'services:write',
        'applications:write',
        'apps:write',
        'keys:write',
      ].map((scope) => ({
        name: `${scope}, which no key has`,
        ...{ more: { scopes: [scope] }, type: 'administrator', status: 400, code: 'scope_invalid' },
      })),
      { name: 'no name', more: { name: '' }, status: 400, code: 'request_invalid' },
      { name: 'a name of blanks', more: { name: '  ' }, status: 400, code: 'request_invalid' },
      {
        name: 'a name that is too long',
        more: { name: 'x'.repeat(101) },
        status: 400,
        code: 'request_invalid',
      },
      {
        name: 'a service that is none',
        more: { audience: 'nowhere' },
        status: 400,
        code: 'resource_unknown',
      },
      { name: 'a member too many', more: { owner: 'usr_1' }, status: 400, code: 'request_invalid' },
    ]
    for (const { name, more, type, status, code } of refused) {
      test(`no key is made: ${name}`, async () => {
        const one = await person(type)
        const answer = await ask(one, more)
        assert.deepEqual([answer.status, answer.body.code], [status, code])
        assert.deepEqual((await house.call('GET', '/v1/api-keys', { token: one.token })).body.items, [])
      })
    }

    const ends: readonly { name: string; ms: number; status: number }[] = [
      { name: 'in the past', ms: -1, status: 400 },
      { name: 'in less than a minute', ms: 59_999, status: 400 },
      { name: 'in a minute', ms: 60_000, status: 201 },
      { name: 'in 366 days', ms: 366 * day, status: 201 },
      { name: 'a millisecond later', ms: 366 * day + 1, status: 400 },
    ]
    for (const { name, ms, status } of ends) {
      test(`a key that ends ${name} is answered ${status}`, async () => {
        const answer = await ask(await person(), { expires_at: at(ms) })
        assert.equal(answer.status, status, answer.text)
      })
    }

    test('only somebody who has signed in here lately makes one, with a second factor where there is one', async () => {
      const old = await person()
      house.world.advance(4 * 60_000)
      const { body: fresh } = await house.call('POST', '/v1/refresh', {
        body: { refresh_token: old.refreshToken },
      })
      assert.equal((await ask({ token: fresh.access_token })).status, 201)
      house.world.advance(60_001)
      const late = await ask({ token: fresh.access_token })
      assert.deepEqual([late.status, late.body.code], [401, 'insufficient_user_authentication'])
      assert.match(late.headers.get('www-authenticate') ?? '', /max_age="300"/)

      const eve = await enrolled(house, `person-${++count}`)
      const single = await ask(eve)
      assert.equal(single.body.code, 'insufficient_user_authentication')
      assert.match(single.headers.get('www-authenticate') ?? '', /acr_values="[^"]*two-factors"/)
      const { access_token: token } = await signInTwice(house, eve)
      assert.equal((await ask({ token })).status, 201)
    })

    const others: readonly { name: string; token: (one: SignedIn) => Promise<string>; code: string }[] = [
      {
        name: 'a key',
        token: async (one) =>
          String((await ask(one, { scopes: ['devices:view', 'api-keys:write'] })).body.key),
        code: 'kind_not_allowed',
      },
      {
        name: 'an administrator who acts as its owner',
        async token(one) {
          const acting = await house.call('POST', `/v1/users/${one.id}/act-as`, {
            token: await adminToken(),
            body: { reason: 'to see' },
          })
          return String(acting.body.access_token)
        },
        code: 'kind_not_allowed',
      },
      {
        name: 'a service that may',
        async token() {
          const { body } = await house.call('POST', '/v1/services', {
            token: await adminToken(),
            body: { name: `s${++count}`, scopes: ['api-keys:write', 'devices:view'] },
          })
          const granted = await house.call('POST', '/oauth/token', {
            form: { grant_type: 'client_credentials', client_id: body.id, client_secret: body.secret },
          })
          return String(granted.body.access_token)
        },
        code: 'kind_not_allowed',
      },
      {
        name: 'a session that has ended',
        async token({ token }) {
          await house.call('POST', '/v1/logout', { token })
          return token
        },
        code: 'token_revoked',
      },
      {
        name: 'somebody who is denied it',
        async token({ id, username, password }) {
          const given = { kind: 'denial', permission: 'api-keys:write', reason: 'no', until: null } as const
          await grant(house.app, operator, id, given)
          const { body } = await house.call('POST', '/v1/login', { body: { username, password } })
          return String(body.access_token)
        },
        code: 'permission_missing',
      },
    ]
    for (const { name, token, code } of others) {
      test(`no key is made by ${name}`, async () => {
        const one = await person()
        const answer = await ask({ token: await token(one) })
        assert.equal(answer.body.code, code, answer.text)
      })
    }

    test('a key is not made that would be too long for its scopes', async () => {
      const scopes = Array.from({ length: 40 }, (_, at) => `long:${String(at).padStart(90, '0')}`)
      const id = await service('https://long.example', scopes, { name: 'plain' })
      for (const scope of scopes) {
        await giveScope(house.app, operator, id, scope, { kind: 'user_type', name: 'customer' })
      }
      const one = await person()
      const whole = await ask(one, { scopes, audience: 'https://long.example' })
      assert.deepEqual([whole.status, whole.body.code], [400, 'scope_invalid'])
      assert.match(whole.text, /too long/)
      const keys = () => house.app.db.query('SELECT id FROM api_keys WHERE owner = $1', one.id)
      assert.deepEqual(await keys(), [])
      const few = await ask(one, { scopes: scopes.slice(0, 5), audience: 'https://long.example' })
      assert.equal(few.status, 201, few.text)
      assert.equal((await keys()).length, 1)
    })

    test('whoever came by the app of another company makes none', async () => {
      // Such a session has the app as its client, as the gate writes it.
      const one = await person()
      await house.app.db.transaction((tx) =>
        tx.query(`UPDATE sessions SET client_id = 'app_1' WHERE id = $1`, one.sessionId),
      )
      assert.equal((await ask(one)).body.code, 'kind_not_allowed')
    })

    test('a scope with an end ends the key, which is not cut by a scope that it has not', async () => {
      const one = await person()
      const until = house.world.now() + 5 * day
      const given = { kind: 'grant', reason: 'for a week' } as const
      await grant(house.app, operator, one.id, { ...given, permission: 'activity:read', until })
      const { body: signed } = await house.call('POST', '/v1/login', {
        body: { username: one.username, password: one.password },
      })
      const by = { token: signed.access_token }
      const cut = await ask(by, { scopes: ['activity:read', 'devices:view'] })
      assert.equal(cut.body.expires_at, new Date(until).toISOString())
      const whole = await ask(by, { scopes: ['devices:view'] })
      assert.equal(whole.body.expires_at, at(90 * day))
    })

    test('a person has fifty, and two hundred whose revocation is still remembered', async () => {
      const one = await person()
      const make = () => {
        const given = { name: 'one of many', scopes: ['devices:view'], endsAtMs: house.world.now() + day }
        return createKeyFor(house.app.apiKeys.ground, operator, one.id, given)
      }
      let last = ''
      for (let made = 0; made < mostLiveKeys; made++) last = (await make()).row.id
      assert.equal((await ask(one)).body.code, 'key_limit_reached')
      assert.equal((await house.call('DELETE', `/v1/api-keys/${last}`, { token: one.token })).status, 204)
      const answers = await Promise.all([ask(one), ask(one), ask(one)])
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409])
      await house.app.db.transaction((tx) =>
        tx.query('UPDATE api_keys SET revoked_at = $2 WHERE owner = $1', one.id, house.world.now()),
      )
      for (let left = 149; left > 0; left--) {
        last = (await make()).row.id
        await house.app.db.transaction((tx) =>
          tx.query('UPDATE api_keys SET revoked_at = $2 WHERE id = $1', last, house.world.now()),
        )
      }
      await assert.rejects(make(), { code: 'key_limit_reached' })
      house.world.advance(day)
      await make()
    })

    test('for a service it is as its profile lays tokens out, with scopes that it knows', async () => {
      const audience = `https://report-${engine}.example`
      const id = await service(audience, ['devices:view', 'pages:read'], {
        name: 'plain',
        key: 'own',
        algorithm: 'EdDSA',
        claims: [{ name: 'username', value: '{username}' }],
      })
      await house.call('POST', `/v1/services/${id}/scopes`, {
        token: await adminToken(),
        body: { scope: 'pages:read', holder_kind: 'user_type', holder: 'customer' },
      })
      const one = await person()
      const { status, body, text } = await ask(one, { audience, scopes: ['devices:view', 'pages:read'] })
      assert.equal(status, 201, text)
      assert.deepEqual([body.audience, body.service], [audience, id])
      const { header, claims } = decodeUnverified(tokenOfApiKey(body.key))
      assert.equal(header.alg, 'EdDSA')
      assert.deepEqual(
        [claims.aud, claims.scope, claims.username, claims.jti, claims.kind],
        [audience, 'devices:view pages:read', one.username, body.id, 'api_key'],
      )
      // And is worth nothing here.
      assert.equal((await house.call('GET', '/v1/me', { token: body.key })).body.code, 'token_invalid')
      assert.equal((await ask(one, { audience, scopes: ['devices:control'] })).body.code, 'scope_invalid')
      assert.equal((await ask(one, { audience, scopes: ['pages:write'] })).body.code, 'scope_invalid')
    })

    test('for a service that knows no scopes it has none', async () => {
      const audience = `https://unscoped-${engine}.example`
      await service(audience, [], { name: 'plain' })
      const { status, body, text } = await ask(await person(), { audience, scopes: [] })
      assert.equal(status, 201, text)
      assert.equal(decodeUnverified(tokenOfApiKey(body.key)).claims.scope, '')
    })

    test('where nobody could call a key back it lives a day, and for NATS there is none', async () => {
      const rabbit = `rabbit-${engine}`
      await service(rabbit, ['devices:view'], { name: 'rabbitmq' })
      assert.notEqual(profileOf({ name: 'rabbitmq' }).name, 'plain')
      const one = await person()
      const day1 = await ask(one, { audience: rabbit })
      assert.equal(day1.body.expires_at, at(day), day1.text)
      const longer = await ask(one, { audience: rabbit, expires_at: at(day + 1000) })
      assert.equal(longer.body.code, 'request_invalid')
      assert.match(longer.body.detail, /not told of revocations/)
      const nats = `nats-${engine}`
      await service(nats, ['devices:view'], { name: 'nats' })
      const none = await ask(one, { audience: nats })
      assert.deepEqual([none.status, none.body.code], [400, 'profile_unsafe'])
    })

    test('the operator makes one for somebody, who has to be able to have it', async () => {
      const one = await person()
      const { ground } = house.app.apiKeys
      const given = { name: 'nightly', scopes: ['devices:view'] }
      const { row } = await createKeyFor(ground, operator, one.id, given)
      assert.equal(row.owner, one.id)
      await assert.rejects(createKeyFor(ground, operator, 'usr_none', given), { code: 'user_not_found' })
      await assert.rejects(createKeyFor(ground, operator, one.id, { ...given, scopes: ['users:read'] }), {
        code: 'scope_invalid',
      })
      await house.call('POST', `/v1/users/${one.id}/disable`, { token: await adminToken() })
      await assert.rejects(createKeyFor(ground, operator, one.id, given), { code: 'account_disabled' })
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.lines, []))
  })
}
