import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createVerifier, decodeUnverified, keySet } from 'latchkey/token'
import type { Answered, SignedIn } from '../../test/app.ts'
import { type Home, type Lamp, newKey, openHome } from '../../test/home.ts'
import { newClientKey, proofOf } from '../../test/proofs.ts'
import { openBeside, post } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { longestToken } from '../tokens/issue.ts'

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

for (const engine of engines) {
  describe(`tokens for services on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let lamp: Lamp
    /** Knows two scopes of its own and a permission. Another one, open, knows none. */
    let pages: Answered['body']
    /** A service that calls. */
    let caller: Answered['body']
    before(async () => {
      house = await openHome(engine)
      const body = { name: 'auditor', permissions: [] }
      await house.call('POST', '/v1/user-types', { token: house.admin.token, body })
      ada = await house.signedIn('ada')
      lamp = await house.lamp()
      const knows = ['pages:read', 'pages:write', 'devices:view']
      pages = await made({ name: 'pages', audience: 'https://pages.example', known_scopes: knows })
      await made({ name: 'open', audience: 'open' })
      caller = await made({ name: 'caller', scopes: ['devices:view', 'users:read'] })
      await give(pages, { scope: 'pages:read', holder_kind: 'user_type', holder: 'customer' })
      await give(pages, { scope: 'pages:write', holder_kind: 'service', holder: caller.id })
      await give(pages, { scope: 'pages:read', holder_kind: 'devices' })
    })
    after(() => house.close())

    const admin = () => ({ token: house.admin.token })
    async function made(body: object): Promise<Answered['body']> {
      const answer = await house.call('POST', '/v1/services', { ...admin(), body })
      assert.equal(answer.status, 201, answer.text)
      return answer.body
    }
    async function give(service: Answered['body'], body: object): Promise<void> {
      const answer = await house.call('POST', `/v1/services/${service.id}/scopes`, { ...admin(), body })
      assert.equal(answer.status, 201, answer.text)
    }
    const change = (service: Answered['body'], body: object) =>
      house.call('PATCH', `/v1/services/${service.id}`, { ...admin(), body })
    const logIn = ({ username, password }: SignedIn, resource?: string) =>
      house.call('POST', '/v1/login', { body: { username, password, resource } })
    const asService = (more: Record<string, string> = {}) =>
      house.call('POST', '/oauth/token', {
        form: {
          grant_type: 'client_credentials',
          client_id: caller.id,
          client_secret: caller.secret,
          ...more,
        },
      })
    const asDevice = (more: Record<string, string> = {}) =>
      house.call('POST', '/oauth/token', {
        form: { grant_type: jwtBearer, assertion: lamp.token(), resource: pages.audience, ...more },
      })
    /** Verify as a service does: by the key set and its own audience. */
    const verify = (token: string, audience: string) =>
      createVerifier({
        keys: keySet({ keys: [...house.app.ring.jwks().keys] }),
        issuer: house.app.config.issuer,
        audience,
        type: 'at+jwt',
        now: house.world.now,
      })(token)

    test('a token is for a service as that is registered, however whoever asks spells its address', async () => {
      const { status, body, text } = await asService({ resource: `${pages.audience}/` })
      assert.equal(status, 200, text)
      assert.equal((await verify(body.access_token, pages.audience)).aud, pages.audience)
    })

    const askers: readonly {
      readonly name: string
      readonly ask: () => Promise<Answered>
      readonly subject: () => string
      readonly scope: string
    }[] = [
      {
        name: 'a person who signs in',
        ask: () => logIn(ada, pages.audience),
        subject: () => ada.id,
        scope: 'devices:view pages:read',
      },
      {
        name: 'a person who refreshes',
        async ask() {
          const { body } = await logIn(ada)
          const refresh = { refresh_token: body.refresh_token, resource: pages.audience }
          return house.call('POST', '/v1/refresh', { body: refresh })
        },
        subject: () => ada.id,
        scope: 'devices:view pages:read',
      },
      {
        name: 'a service',
        ask: () => asService({ resource: pages.audience }),
        subject: () => caller.id,
        scope: 'devices:view pages:write',
      },
      {
        name: 'a service that asks for less',
        ask: () => asService({ resource: pages.audience, scope: 'pages:write' }),
        subject: () => caller.id,
        scope: 'pages:write',
      },
      { name: 'a device', ask: () => asDevice(), subject: () => lamp.uid, scope: 'pages:read' },
    ]
    for (const { name, ask, subject, scope } of askers) {
      test(`${name} gets a token for the service, with what they hold and it knows`, async () => {
        const { status, body, text } = await ask()
        assert.equal(status, 200, text)
        assert.deepEqual([body.token_type, body.expires_in], ['Bearer', 300])
        const claims = verify(body.access_token, pages.audience)
        assert.deepEqual([claims.sub, claims.scope, claims.aud], [subject(), scope, pages.audience])
        assert.throws(() => verify(body.access_token, 'open'), { code: 'audience_mismatch' })
        const here = await house.call('GET', '/v1/devices', { token: body.access_token })
        assert.deepEqual([here.status, here.body.code], [401, 'token_invalid'], 'and not at this server')
        const checked = await house.call('POST', '/v1/verify', { body: { token: body.access_token } })
        assert.equal(checked.body.code, 'token_invalid')
      })
    }

    test('a session goes on with tokens for whom it likes', async () => {
      const { body } = await logIn(ada, pages.audience)
      let refresh_token = body.refresh_token
      for (const resource of [undefined, 'open', house.app.config.audience, pages.audience]) {
        const next = await house.call('POST', '/v1/refresh', { body: { refresh_token, resource } })
        assert.equal(next.status, 200, next.text)
        assert.equal(
          decodeUnverified(next.body.access_token).claims.aud,
          resource ?? house.app.config.audience,
        )
        refresh_token = next.body.refresh_token
      }
    })

    test('a service that knows no scopes learns who it is, and no more', async () => {
      const { body } = await logIn(ada, 'open')
      assert.equal(verify(body.access_token, 'open').scope, '')
    })

    test('a token for a service says the session and the permissions by which it is revoked', async () => {
      const { body } = await logIn(ada, pages.audience)
      const { sid, pv, user_type, acr, amr } = verify(body.access_token, pages.audience)
      assert.equal(sid, body.session_id)
      assert.deepEqual([typeof pv, user_type, amr, typeof acr], ['string', 'customer', ['pwd'], 'string'])
      const claims = verify(body.access_token, pages.audience)
      await house.call('DELETE', `/v1/users/${ada.id}/sessions/${sid}`, admin())
      assert.equal(house.app.revocations.list.isRevoked(claims), true)
    })

    test('a token for a service is bound to the key of its session', async () => {
      const url = `${house.app.config.issuer}/v1/login`
      const dpop = proofOf({ key: newClientKey(), method: 'POST', url, atMs: house.world.now() })
      const body = { username: ada.username, password: ada.password, resource: pages.audience }
      const answer = await house.call('POST', '/v1/login', { body, headers: { dpop } })
      assert.equal(answer.body.token_type, 'DPoP', answer.text)
      assert.ok(verify(answer.body.access_token, pages.audience).cnf)
    })

    const refusedAsks: readonly {
      readonly name: string
      readonly ask: () => Promise<Answered>
      readonly code: string
    }[] = [
      { name: 'a sign-in, for nobody', ask: () => logIn(ada, 'nobody'), code: 'resource_unknown' },
      {
        name: 'a sign-in, with a blank behind the audience',
        ask: () => logIn(ada, `${pages.audience} `),
        code: 'resource_unknown',
      },
      {
        name: 'a sign-in, in other case',
        ask: () => logIn(ada, pages.audience.toUpperCase()),
        code: 'resource_unknown',
      },
      {
        name: 'a sign-in, for the id of a service',
        ask: () => logIn(ada, pages.id),
        code: 'resource_unknown',
      },
      {
        name: 'a sign-in, for what only ends as an audience',
        ask: () => logIn(ada, `urn:${pages.audience}/`),
        code: 'resource_unknown',
      },
      {
        name: 'a sign-in, for a path of an audience',
        ask: () => logIn(ada, `${pages.audience}/more`),
        code: 'resource_unknown',
      },
      { name: 'a sign-in, for an empty one', ask: () => logIn(ada, ''), code: 'request_invalid' },
      {
        name: 'a wrong password, whatever the service knows',
        ask: () => logIn({ ...ada, password: 'wrong' }, pages.audience),
        code: 'credentials_invalid',
      },
      {
        name: 'a person who has nothing that it knows',
        ask: async () => logIn(await house.signedIn('nobody', 'auditor'), pages.audience),
        code: 'scope_invalid',
      },
      {
        name: 'a refresh, for nobody',
        ask: async () =>
          house.call('POST', '/v1/refresh', {
            body: { refresh_token: (await logIn(ada)).body.refresh_token, resource: 'nobody' },
          }),
        code: 'resource_unknown',
      },
      { name: 'a service, for nobody', ask: () => asService({ resource: 'nobody' }), code: 'invalid_target' },
      {
        name: 'a service that asks for what others have',
        ask: () => asService({ resource: pages.audience, scope: 'pages:read' }),
        code: 'invalid_scope',
      },
      {
        name: 'a service that asks for what it holds here and the other does not know',
        ask: () => asService({ resource: pages.audience, scope: 'users:read' }),
        code: 'invalid_scope',
      },
      { name: 'a device, for nobody', ask: () => asDevice({ resource: 'nobody' }), code: 'invalid_target' },
      {
        name: 'a device, for this server, which knows its own token',
        ask: () => asDevice({ resource: house.app.config.audience }),
        code: 'invalid_request',
      },
      {
        name: 'a device that asks for what others have',
        ask: () => asDevice({ scope: 'pages:write' }),
        code: 'invalid_scope',
      },
      { name: 'no assertion', ask: () => asDevice({ assertion: '' }), code: 'invalid_request' },
      { name: 'an access token', ask: () => asDevice({ assertion: ada.token }), code: 'invalid_grant' },
      {
        name: 'the token of a device by another key',
        ask: () => asDevice({ assertion: lamp.token({}, newKey()) }),
        code: 'invalid_grant',
      },
      {
        name: 'the token of a device that is over',
        ask: () => asDevice({ assertion: lamp.token({ exp: 1 }) }),
        code: 'invalid_grant',
      },
      {
        name: 'the token of a device for somebody else',
        ask: () => asDevice({ assertion: lamp.token({ aud: pages.audience }) }),
        code: 'invalid_grant',
      },
      {
        name: 'the token of a device without a signature',
        ask: () => asDevice({ assertion: `${lamp.token().split('.').slice(0, 2).join('.')}.` }),
        code: 'invalid_grant',
      },
    ]
    for (const { name, ask, code } of refusedAsks) {
      test(`there is no token for a service: ${name}`, async () => {
        const { status, body } = await ask()
        assert.equal(body.code ?? body.error, code)
        assert.ok(status === 400 || (status === 401 && code === 'credentials_invalid'), String(status))
        assert.doesNotMatch(JSON.stringify(body), /access_token/)
      })
    }

    test('a sign-in that asks in vain opens no session, and a refresh uses nothing up', async () => {
      const eve = await house.signedIn('eve', 'auditor')
      const sessions = () => house.call('GET', `/v1/users/${eve.id}/sessions`, admin())
      const before = (await sessions()).body.items.length
      assert.equal((await logIn(eve, pages.audience)).body.code, 'scope_invalid')
      assert.equal((await sessions()).body.items.length, before)
      const asked = { refresh_token: eve.refreshToken, resource: pages.audience }
      const vain = await house.call('POST', '/v1/refresh', { body: asked })
      assert.equal(vain.body.code, 'scope_invalid')
      house.world.advance(60_000)
      const again = await house.call('POST', '/v1/refresh', { body: { refresh_token: eve.refreshToken } })
      assert.equal(again.status, 200)
    })

    test('what is taken is not in the next token, in whichever process', async () => {
      const beside = await openBeside(house)
      const kim = await house.signedIn('kim')
      const scopeOf = async () => {
        const body = { username: kim.username, password: kim.password, resource: pages.audience }
        const { body: signedIn } = await post(beside, '/v1/login', body)
        return verify(signedIn.access_token, pages.audience).scope
      }
      const path = `/v1/services/${pages.id}/scopes?scope=pages:read&holder_kind=user_type&holder=customer`
      assert.equal(await scopeOf(), 'devices:view pages:read')
      assert.equal((await house.call('DELETE', path, admin())).status, 204)
      assert.equal(await scopeOf(), 'devices:view')
      assert.equal((await house.call('DELETE', path, admin())).body.code, 'grant_not_found')
      await give(pages, { scope: 'pages:read', holder_kind: 'user_type', holder: 'customer' })
      assert.equal(await scopeOf(), 'devices:view pages:read')
      await beside.stop()
    })

    test('a scope that a service knows no longer comes back without those who had it', async () => {
      const shop = await made({ name: 'shop', audience: 'shop', known_scopes: ['shop:buy', 'shop:see'] })
      await give(shop, { scope: 'shop:buy', holder_kind: 'user_type', holder: 'customer' })
      await give(shop, { scope: 'shop:see', holder_kind: 'user_type', holder: 'customer' })
      const scope = async () => verify((await logIn(ada, 'shop')).body.access_token, 'shop').scope
      assert.equal(await scope(), 'shop:buy shop:see')
      for (const known_scopes of [['shop:see'], ['shop:buy', 'shop:see']]) {
        assert.equal((await change(shop, { known_scopes })).status, 200)
        assert.equal(await scope(), 'shop:see')
      }
    })

    test('a user type takes its scopes along under another name, and another of its old name has none', async () => {
      const type = { name: 'renters', permissions: [] }
      const types = '/v1/user-types'
      await house.call('POST', types, { ...admin(), body: type })
      await give(pages, { scope: 'pages:write', holder_kind: 'user_type', holder: 'renters' })
      const ria = await house.signedIn('ria', 'renters')
      await house.call('PATCH', `${types}/renters`, { ...admin(), body: { name: 'tenants' } })
      assert.equal(
        verify((await logIn(ria, pages.audience)).body.access_token, pages.audience).scope,
        'pages:write',
      )
      await house.call('POST', types, { ...admin(), body: type })
      const ron = await house.signedIn('ron', 'renters')
      assert.equal((await logIn(ron, pages.audience)).body.code, 'scope_invalid')
      assert.equal((await house.call('DELETE', `${types}/tenants?replacement=renters`, admin())).status, 200)
      assert.equal((await logIn(ria, pages.audience)).body.code, 'scope_invalid')
      const holders = await house.call('GET', `/v1/services/${pages.id}/scopes`, admin())
      assert.ok(!holders.body.items.some(({ holder }) => holder === 'tenants' || holder === 'renters'))
    })

    const notGiven = [
      {
        name: 'one that it does not know',
        body: { scope: 'pages:burn', holder_kind: 'devices' },
        code: 'scope_invalid',
      },
      {
        name: 'a permission of this server',
        body: { scope: 'devices:view', holder_kind: 'devices' },
        code: 'scope_invalid',
      },
      {
        name: 'to a type that is none',
        body: { scope: 'pages:read', holder_kind: 'user_type', holder: 'wizards' },
        code: 'user_type_unknown',
      },
      {
        name: 'to a service that is none',
        body: { scope: 'pages:read', holder_kind: 'service', holder: 'svc_0' },
        code: 'service_not_found',
      },
      {
        name: 'to one device',
        body: { scope: 'pages:read', holder_kind: 'devices', holder: 'dev_1' },
        code: 'request_invalid',
      },
      { name: 'to somebody', body: { scope: 'pages:read', holder_kind: 'user' }, code: 'request_invalid' },
    ]
    for (const { name, body, code } of notGiven) {
      test(`a scope is not given: ${name}`, async () => {
        const answer = await house.call('POST', `/v1/services/${pages.id}/scopes`, { ...admin(), body })
        assert.equal(answer.body.code, code)
      })
    }

    const unmakeable = [
      {
        name: 'the audience of this server',
        body: { audience: 'http://127.0.0.1:8484' },
        code: 'request_invalid',
      },
      { name: 'the audience of another service', body: { audience: 'open' }, code: 'service_exists' },
      { name: 'a blank in its audience', body: { audience: 'a b' }, code: 'request_invalid' },
      { name: 'an audience of 201 characters', body: { audience: 'a'.repeat(201) }, code: 'request_invalid' },
      { name: 'an audience outside of ASCII', body: { audience: 'bücher' }, code: 'request_invalid' },
      { name: 'a scope without a colon', body: { known_scopes: ['read'] }, code: 'request_invalid' },
      { name: 'a scope with a blank', body: { known_scopes: ['a:b c'] }, code: 'request_invalid' },
      { name: 'a scope with a quote', body: { known_scopes: ['a:"b'] }, code: 'request_invalid' },
      { name: 'a scope with a backslash', body: { known_scopes: ['a:\\b'] }, code: 'request_invalid' },
      {
        name: '101 scopes',
        body: { known_scopes: Array.from({ length: 101 }, (_, i) => `s:${i}`) },
        code: 'request_invalid',
      },
      { name: 'a profile that is none', body: { profile: { name: 'kafka' } }, code: 'request_invalid' },
      {
        name: 'a life of more than a day',
        body: { profile: { name: 'plain', life_seconds: 86_401 } },
        code: 'profile_unsafe',
      },
      {
        name: 'the key of the issuer for a program that does not check aud',
        body: { profile: { name: 'ejabberd', key: 'issuer' } },
        code: 'profile_unsafe',
      },
    ]
    for (const { name, body, code } of unmakeable) {
      test(`no service is made or changed to have ${name}`, async () => {
        const given = { name: 'never', ...body }
        const answer = await house.call('POST', '/v1/services', { ...admin(), body: given })
        assert.equal(answer.body.code, code)
        assert.equal((await change(caller, body)).body.code, code)
        // What is wrong has its name in the answer.
        const [member = ''] = Object.keys(body)
        if (code === 'request_invalid') assert.match(answer.text, new RegExp(`\\b${member}\\b`))
      })
    }

    test('a change names the version that it was made of, or fails', async () => {
      const row = await made({ name: 'versions' })
      const path = `/v1/services/${row.id}`
      const renamed = (name: string, tag: string) =>
        house.call('PATCH', path, { ...admin(), body: { name }, headers: { 'if-match': tag } })
      const first = await house.call('GET', path, admin())
      const tag = first.headers.get('etag') ?? ''
      const one = await renamed('versions-2', tag)
      assert.equal(one.status, 200)
      assert.notEqual(one.headers.get('etag'), tag)
      const late = await renamed('versions-3', tag)
      assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed'])
      assert.equal((await change(row, {})).body.version, one.body.version, 'nothing is no change')
      assert.equal((await house.call('GET', '/v1/services/svc_0', admin())).body.code, 'service_not_found')
    })

    test('of 16 changes of one version at once, one is made', async () => {
      const row = await made({ name: 'raced' })
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, i) =>
          house.call('PATCH', `/v1/services/${row.id}`, {
            ...admin(),
            body: { name: `raced-${i}` },
            headers: { 'if-match': '"1"' },
          }),
        ),
      )
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(15).fill(412)])
    })

    test('fewer permissions of its own end the tokens of a service', async () => {
      const row = await made({ name: 'shrinking', scopes: ['users:read', 'devices:read'] })
      const form = { grant_type: 'client_credentials', client_id: row.id, client_secret: row.secret }
      const { body } = await house.call('POST', '/oauth/token', { form })
      house.world.advance(1000)
      assert.equal((await change(row, { scopes: ['devices:read'] })).status, 200)
      const answer = await house.call('GET', '/v1/users', { token: body.access_token })
      assert.equal(answer.body.code, 'token_revoked')
    })

    test('there are no tokens for a service that is disabled', async () => {
      const row = await made({ name: 'ending', audience: 'ending' })
      assert.equal((await logIn(ada, 'ending')).status, 200)
      assert.equal((await house.call('POST', `/v1/services/${row.id}/disable`, admin())).status, 204)
      assert.equal((await logIn(ada, 'ending')).body.code, 'resource_unknown')
    })

    test('why there was no token for a service stands in the log, and is not told', async () => {
      const address = '198.51.100.44'
      const row = await made({ name: 'off', audience: 'off' })
      await house.call('POST', `/v1/services/${row.id}/disable`, admin())
      const { username, password } = await house.signedIn('fay', 'auditor')
      for (const resource of ['nobody', 'off', pages.audience]) {
        const body = { username, password, resource }
        const { text } = await house.call('POST', '/v1/login', { body, address })
        assert.doesNotMatch(text, /audience_unknown|service_disabled|nothing_held/)
      }
      await house.app.activity.flushRefusals(true)
      const told = house.events.filter((line) => line.address === address && line.outcome === 'refused')
      assert.deepEqual(
        told.map(({ event, reason }) => [event, reason]),
        ['audience_unknown', 'service_disabled', 'nothing_held'].map((reason) => ['user.sign_in', reason]),
      )
    })

    test('a token of as many characters as there may be loses nothing, and one that is longer by one does', async () => {
      const row = await made({ name: 'edge', audience: 'edge', known_scopes: ['edge:read'] })
      const target = await house.app.findTarget(row.audience)
      assert.ok(target)
      const grant = { subject: ada.id, kind: 'user', clientId: 'latchkey', scopes: ['edge:read'] } as const
      const lost = async (length: number) => {
        const sign = (claims: object) => 'x'.repeat('scope' in claims ? length : 10)
        return (await house.app.issue(grant, { ...target, sign })).without
      }
      assert.deepEqual(await lost(longestToken), [])
      assert.deepEqual(await lost(longestToken + 1), ['scope'])
    })

    test('a token that would be too long loses its scopes, and the log says so', async (t) => {
      const known_scopes = Array.from({ length: 60 }, (_, i) => `large:${String(i).padStart(60, '0')}`)
      const row = await made({ name: 'large', audience: 'large', known_scopes })
      const claims = [
        { name: 'groups', value: ['{scopes}'] },
        { name: 'who', value: '{username}' },
      ]
      assert.equal((await change(row, { profile: { name: 'plain', claims } })).status, 200)
      await give(row, { scope: known_scopes[0]!, holder_kind: 'user_type', holder: 'customer' })
      const short = (await logIn(ada, 'large')).body.access_token
      assert.deepEqual(
        [verify(short, 'large').scope, verify(short, 'large').groups],
        [known_scopes[0], [known_scopes[0]]],
      )
      for (const scope of known_scopes) {
        await give(row, { scope, holder_kind: 'user_type', holder: 'customer' })
      }
      const long = (await logIn(ada, 'large')).body.access_token
      assert.ok(long.length <= longestToken)
      const { scope, groups, who } = verify(long, 'large')
      assert.deepEqual([scope, groups, who], [undefined, undefined, 'ada'])
      const [told] = await house.written({ event: 'token.shorten', target: row.id })
      assert.deepEqual(
        [told?.outcome, told?.reason, told?.subject, JSON.parse(told?.details ?? '{}').left_out],
        ['failure', 'token_too_long', ada.id, 'scope groups'],
      )
      // Whoever waits for the token gets it, also where the log cannot be written.
      const failing = t.mock.method(house.app.activity, 'recordRefusal', () =>
        Promise.reject(new Error('the disk is full')),
      )
      assert.equal((await logIn(ada, 'large')).status, 200)
      failing.mock.restore()
      assert.match(house.log.lines.at(-1) ?? '', /^record_failed .*the disk is full/)
      house.log.errors.pop()
    })

    test('a longer life of tokens keeps their revocations as long', async () => {
      const life = { name: 'plain', life_seconds: 7200 }
      const row = await made({ name: 'lasting', audience: 'lasting', profile: life })
      const { body } = await logIn(ada, 'lasting')
      assert.equal(body.expires_in, 7200)
      const claims = verify(body.access_token, 'lasting')
      // Shorter again: what was issued before still lives.
      await change(row, { profile: { name: 'plain' } })
      await house.call('DELETE', `/v1/users/${ada.id}/sessions/${body.session_id}`, admin())
      house.world.advance(7_000_000)
      assert.equal(house.app.revocations.list.isRevoked(claims), true)
      await house.app.revocations.sweep()
      assert.ok((await house.app.revocations.alive()).length > 0)
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
