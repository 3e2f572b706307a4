import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type Answered, openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import {
  begin,
  newBrowser,
  type OpenidProvider,
  openProvider,
  reachingLoopback,
  signInAt,
} from '../../../test/openid-provider.ts'
import { engines } from '../../../test/storages.ts'
import { createUserType } from '../../accounts/user-types/user-types.ts'
import { operator } from '../../identity.ts'
import { masterKey } from '../../secrets/master-key.ts'
import { resealAll } from '../../secrets/resealing.ts'
import { sealedProviders, secretOf } from './providers.ts'
import { findProvider } from './store.ts'

for (const engine of engines) {
  describe(`providers as an administrator keeps them, on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let provider: OpenidProvider
    let last = 0
    before(async () => {
      house = await openTestApp(engine, reachingLoopback)
      admin = await house.signedIn('root', 'administrator')
      provider = await openProvider(house)
    })
    after(async () => {
      await provider.close()
      await house.close()
    })
    let key: string
    beforeEach(() => {
      key = `provider-${++last}`
    })

    const good = () => ({
      ...{
        key,
        name: 'Work',
        issuer: `https://${key}.example`,
        client_id: 'here',
        client_secret: 'a secret',
      },
    })
    const add = (more: object = {}, token = admin.token) =>
      house.call('POST', '/v1/providers', { token, body: { ...good(), ...more } })
    const change = (body: object, headers = {}, token = admin.token) =>
      house.call('PATCH', `/v1/providers/${key}`, { token, body, headers })
    const told = ({ status, body }: Answered) => [status, body?.code]
    const pem = () =>
      String(
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
          type: 'pkcs8',
          format: 'pem',
        }),
      )

    test('a provider is added, changed and shown, and its secret never', async () => {
      const made = await add()
      assert.deepEqual([made.status, made.headers.get('etag')], [201, '"1"'])
      assert.deepEqual(made.body, {
        ...{ key, name: 'Work', issuer: `https://${key}.example`, client_id: 'here' },
        ...{ authentication: 'client_secret_basic', has_secret: true, team_id: null, key_id: null },
        ...{ scopes: ['openid', 'email', 'profile'], response_mode: 'query', user_type: null },
        ...{ email_domains: [], username_claim: null, display_name_claim: 'name' },
        ...{ factor_amr: [], factor_acr: [], identities: 0, version: 1, disabled_at: null },
        redirect_uri: `http://127.0.0.1:8484/sign-in/back/${key}`,
        created_at: made.body.created_at,
      })
      const changed = await change({ name: 'Office', client_secret: 'another secret', user_type: 'customer' })
      assert.deepEqual([changed.status, changed.body.name, changed.body.version], [200, 'Office', 2])
      const dump = JSON.stringify(await house.app.db.query('SELECT * FROM providers'))
      const events = JSON.stringify(await house.app.db.query('SELECT * FROM activity'))
      for (const text of [made.text, changed.text, dump, events])
        assert.doesNotMatch(text, /secret[^_"s]*"?: ?"?an? /)
      for (const text of [dump, events, changed.text]) assert.ok(!text.includes('another secret'))
      const row = await findProvider(house.app.db, key)
      assert.equal(row && secretOf(house.app, row), 'another secret')
    })

    test('a secret stays with another way of sending it, and goes with another kind', async () => {
      await add()
      assert.equal((await change({ authentication: 'client_secret_post' })).status, 200)
      const row = await findProvider(house.app.db, key)
      assert.equal(row && secretOf(house.app, row), 'a secret')
      const apple = { authentication: 'apple', team_id: 'A', key_id: 'B' }
      assert.deepEqual(told(await change(apple)), [400, 'request_invalid'])
      const own = await change({ authentication: 'private_key_jwt' })
      assert.deepEqual([own.status, own.body.has_secret], [200, false])
      assert.deepEqual(told(await change({ authentication: 'client_secret_post' })), [400, 'request_invalid'])
    })

    test('what was read is what is changed', async () => {
      await add()
      assert.equal((await change({ name: 'One' }, { 'if-match': '"1"' })).status, 200)
      assert.deepEqual(told(await change({ name: 'Two' }, { 'if-match': '"1"' })), [
        412,
        'precondition_failed',
      ])
      const same = await change({ name: 'One' })
      assert.deepEqual([same.status, same.body.version], [200, 2])
    })

    const wrong: readonly (readonly [name: string, more: () => object, status: number, code: string])[] = [
      ['without a secret', () => ({ client_secret: undefined }), 400, 'request_invalid'],
      ['with a secret of two lines', () => ({ client_secret: 'a\nb' }), 400, 'request_invalid'],
      [
        'with a secret where none is needed',
        () => ({ authentication: 'private_key_jwt' }),
        400,
        'request_invalid',
      ],
      ['of an issuer in the clear', () => ({ issuer: 'http://id.example' }), 400, 'request_invalid'],
      ['of an issuer with a password', () => ({ issuer: 'https://a:b@id.example' }), 400, 'request_invalid'],
      ['of an issuer with a query', () => ({ issuer: 'https://id.example/?a=1' }), 400, 'request_invalid'],
      ['of an issuer with a fragment', () => ({ issuer: 'https://id.example/#' }), 400, 'request_invalid'],
      ['of no issuer', () => ({ issuer: 'id.example' }), 400, 'request_invalid'],
      ['of this server itself', () => ({ issuer: 'http://127.0.0.1:8484' }), 400, 'request_invalid'],
      [
        'with the issuer of this server as client',
        () => ({ client_id: 'http://127.0.0.1:8484' }),
        400,
        'request_invalid',
      ],
      ['with a key in capitals', () => ({ key: 'Work' }), 400, 'request_invalid'],
      ['with a key that is a path', () => ({ key: 'a/b' }), 400, 'request_invalid'],
      ['with a key that begins with a digit', () => ({ key: '1a' }), 400, 'request_invalid'],
      ['without the scope openid', () => ({ scopes: ['email'] }), 400, 'request_invalid'],
      ['with a scope twice', () => ({ scopes: ['openid', 'openid'] }), 400, 'request_invalid'],
      ['with a scope of two words', () => ({ scopes: ['openid', 'a b'] }), 400, 'request_invalid'],
      ['with a domain that is none', () => ({ email_domains: ['example'] }), 400, 'request_invalid'],
      ['with a domain in capitals', () => ({ email_domains: ['Example.com'] }), 400, 'request_invalid'],
      ['with an address for a domain', () => ({ email_domains: ['a@example.com'] }), 400, 'request_invalid'],
      ['with a pattern of domains', () => ({ email_domains: ['*.example.com'] }), 400, 'request_invalid'],
      ['with a claim of two words', () => ({ username_claim: 'a b' }), 400, 'request_invalid'],
      ['with a value of two words', () => ({ factor_amr: ['a b'] }), 400, 'request_invalid'],
      ['with a team that is not Apple’s', () => ({ team_id: 'ABC' }), 400, 'request_invalid'],
      [
        'of Apple without a team',
        () => ({ authentication: 'apple', client_secret: pem(), key_id: 'A' }),
        400,
        'request_invalid',
      ],
      ...(['team_id', 'key_id'] as const).flatMap((member) =>
        ['A B', 'A-B', 'x'.repeat(65)].map((text): (typeof wrong)[number] => [
          `of Apple with the ${member} ${text.slice(0, 9)}`,
          () => ({
            ...{ authentication: 'apple', client_secret: pem(), team_id: 'A', key_id: 'B' },
            [member]: text,
          }),
          400,
          'request_invalid',
        ]),
      ),
      [
        'of Apple with a plain secret',
        () => ({ authentication: 'apple', team_id: 'A', key_id: 'B' }),
        400,
        'request_invalid',
      ],
      ['with a member that nobody knows', () => ({ hidden: true }), 400, 'request_invalid'],
      ['with a type that there is not', () => ({ user_type: 'nobody' }), 400, 'user_type_unknown'],
      ['that makes administrators', () => ({ user_type: 'administrator' }), 409, 'user_type_privileged'],
    ]
    for (const [name, more, status, code] of wrong) {
      test(`a provider ${name} is refused`, async () => {
        assert.deepEqual(told(await add(more())), [status, code])
        assert.equal(await findProvider(house.app.db, key), undefined)
      })
    }

    test('a key and an issuer are of one provider', async () => {
      await add()
      assert.deepEqual(told(await add({ issuer: 'https://other.example' })), [409, 'provider_exists'])
      assert.deepEqual(told(await add({ key: 'other' })), [409, 'provider_exists'])
    })

    test('another issuer is another provider', async () => {
      await add()
      assert.deepEqual(told(await change({ issuer: 'https://evil.example' })), [400, 'request_invalid'])
    })

    test('a type that permits more since makes nobody', async () => {
      await createUserType(house.app, operator, { name: key, description: '', permissions: ['devices:view'] })
      const settings = { key, name: 'x', issuer: provider.issuer, client_id: 'here', user_type: key }
      const made = await house.call('POST', '/v1/providers', {
        token: admin.token,
        body: { ...settings, client_secret: 'x' },
      })
      assert.equal(made.status, 201, made.text)
      await house.app.db.transaction((tx) =>
        tx.query("UPDATE user_types SET permissions = 'users:write' WHERE name = $1 RETURNING name", key),
      )
      provider.claims = { sub: key }
      assert.equal((await signInAt(house, provider, key)).status, 400)
      assert.deepEqual(await house.app.db.query('SELECT id FROM identities'), [])
      await house.call('POST', `/v1/providers/${key}/disable`, { token: admin.token })
      await house.call('DELETE', `/v1/providers/${key}`, { token: admin.token })
    })

    test('who may not, does not; and what counts as a factor takes every permission', async () => {
      await add()
      const permissions = [
        'providers:read',
        'devices:bind',
        'devices:view',
        'devices:control',
        'api-keys:write',
      ] as const
      await createUserType(house.app, operator, { name: `reader-${last}`, description: '', permissions })
      await createUserType(house.app, operator, {
        ...{ name: `writer-${last}`, description: '', permissions: [...permissions, 'providers:write'] },
      })
      const reader = await house.signedIn(`reader-${last}`, `reader-${last}`)
      const writer = await house.signedIn(`writer-${last}`, `writer-${last}`)
      const path = `/v1/providers/${key}`
      assert.equal((await house.call('GET', path, { token: reader.token })).status, 200)
      for (const [method, where, body] of [
        ['POST', '/v1/providers', good()],
        ['PATCH', path, { name: 'mine' }],
        ['POST', `${path}/disable`],
        ['POST', `${path}/enable`],
        ['DELETE', path],
      ] as const) {
        const answer = await house.call(method, where, { token: reader.token, ...(body && { body }) })
        assert.deepEqual(told(answer), [403, 'permission_missing'], method)
      }
      assert.equal((await change({ name: 'theirs' }, {}, writer.token)).status, 200)
      assert.deepEqual(told(await change({ factor_amr: ['mfa'] }, {}, writer.token)), [
        403,
        'permission_missing',
      ])
      assert.deepEqual(told(await change({ factor_acr: ['x'] }, {}, writer.token)), [
        403,
        'permission_missing',
      ])
      assert.equal((await change({ factor_amr: ['mfa'] })).status, 200)
      // What is there already may stay, and be taken away.
      assert.equal((await change({ name: 'again', factor_amr: ['mfa'] }, {}, writer.token)).status, 200)
      assert.equal((await change({ factor_amr: [] }, {}, writer.token)).status, 200)
    })

    test('a provider that is disabled has no button, until it is enabled', async () => {
      await add()
      const offered = async () =>
        (await house.call('GET', '/v1/sign-in/providers')).body.items.some((one) => one.key === key)
      assert.equal(await offered(), true)
      const ask = (verb: string) => house.call('POST', `/v1/providers/${key}/${verb}`, { token: admin.token })
      assert.equal((await ask('disable')).status, 204)
      assert.equal((await ask('disable')).status, 204)
      assert.equal(await offered(), false)
      assert.ok(!(await house.call('GET', '/sign-in')).text.includes(`/sign-in/with/${key}`))
      assert.equal((await ask('enable')).status, 204)
      assert.equal(await offered(), true)
    })

    test('secrets are sealed anew with another master key', async () => {
      await add()
      const second = house.world.random(32)
      const before = house.app.masterKey
      const after = masterKey([second], house.world)
      const both = {
        ...after,
        open: (sealed: string, context: string) => openBy([after, before], sealed, context),
      }
      const counts = await resealAll(house.app.db, both, [sealedProviders])
      assert.ok((counts.providers ?? 0) > 0)
      const row = await findProvider(house.app.db, key)
      assert.equal(row && secretOf({ masterKey: after }, row), 'a secret')
      await resealAll(house.app.db, { ...before, open: (s, c) => openBy([before, after], s, c) }, [
        sealedProviders,
      ])
    })

    /** How this server says who it is, as the token endpoint sees it. */
    const ways: readonly (readonly [
      authentication: string,
      more: () => object,
      check: (sent: URLSearchParams, header: string | undefined) => void,
    ])[] = [
      [
        'client_secret_basic',
        () => ({ client_id: 'a+b:c', client_secret: 'a %?' }),
        (sent, header) => {
          assert.equal(atob(header?.slice('Basic '.length) ?? ''), 'a%2Bb%3Ac:a+%25%3F')
          assert.equal(sent.get('client_secret'), null)
        },
      ],
      [
        'client_secret_post',
        () => ({ client_secret: 'in the body' }),
        (sent, header) => assert.deepEqual([sent.get('client_secret'), header], ['in the body', undefined]),
      ],
      [
        'private_key_jwt',
        () => ({ client_secret: undefined }),
        (sent) => {
          const [head = '', body = ''] = sent.get('client_assertion')?.split('.') ?? []
          const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
          const { iss, sub, aud } = read(body)
          assert.equal(read(head).typ, 'client-authentication+jwt')
          assert.deepEqual([iss, sub, aud], ['here', 'here', provider.issuer])
          assert.throws(() => house.app.readToken(sent.get('client_assertion') ?? ''), {
            code: 'token_invalid',
          })
        },
      ],
      [
        'apple',
        () => ({ client_secret: pem(), team_id: 'TEAM', key_id: 'KEY' }),
        (sent) => {
          const [head = '', body = ''] = sent.get('client_secret')?.split('.') ?? []
          const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
          const { iss, sub, aud } = read(body)
          assert.deepEqual([read(head).alg, read(head).kid], ['ES256', 'KEY'])
          assert.deepEqual([iss, sub, aud], ['TEAM', 'here', 'https://appleid.apple.com'])
        },
      ],
    ]
    for (const [authentication, more, check] of ways) {
      test(`this server proves who it is by ${authentication}`, async () => {
        const given = { ...good(), issuer: provider.issuer, authentication, user_type: 'customer', ...more() }
        const made = await house.call('POST', '/v1/providers', { token: admin.token, body: given })
        assert.equal(made.status, 201, made.text)
        provider.claims = { sub: key, aud: given.client_id }
        assert.equal((await signInAt(house, provider, key)).status, 200)
        check(provider.redeemed.at(-1) ?? new URLSearchParams(), provider.lastHeaders().authorization)
        await house.call('POST', `/v1/providers/${key}/disable`, { token: admin.token })
        await house.call('DELETE', `/v1/providers/${key}`, { token: admin.token })
      })
    }

    test('Apple is asked to answer by a form', async () => {
      await house.call('POST', '/v1/providers', {
        token: admin.token,
        body: { ...good(), issuer: provider.issuer, response_mode: 'form_post', scopes: ['openid', 'name'] },
      })
      const { location } = await begin(house, key, newBrowser())
      assert.deepEqual(
        [location.searchParams.get('response_mode'), location.searchParams.get('scope')],
        ['form_post', 'openid name'],
      )
    })

    test('a preset says what is known, and GitHub is none', async () => {
      const { body } = await house.call('GET', '/v1/provider-presets', { token: admin.token })
      assert.deepEqual(
        body.items.map(({ id }) => id),
        ['openid', 'google', 'microsoft', 'apple'],
      )
    })

    test('there are fifty providers at most', async () => {
      for (let at = 0; at < 60; at += 1) {
        key = `many-${at}`
        const answer = await add()
        if (answer.status !== 201) {
          assert.deepEqual(told(answer), [409, 'provider_limit_reached'])
          const { body } = await house.call('GET', '/v1/providers', { token: admin.token })
          assert.equal(body.items.length, 50)
          return
        }
      }
      assert.fail('there are more')
    })
  })
}

function openBy(
  keys: readonly Pick<ReturnType<typeof masterKey>, 'open'>[],
  sealed: string,
  context: string,
): string {
  for (const one of keys) {
    try {
      return one.open(sealed, context)
    } catch {
      // The other one.
    }
  }
  throw new Error('no key opens it')
}
