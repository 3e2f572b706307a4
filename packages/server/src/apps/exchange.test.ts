import assert from 'node:assert/strict'
import { after, before, describe, mock, test } from 'node:test'
import type { Answered, CallOptions, SignedIn } from '../../test/app.ts'
import { openTestApp, type TestApp, testIssuer } from '../../test/app.ts'
import { openPartner, type Partner, signedBy, signedByPublicKey, unsigned } from '../../test/partner.ts'
import { newClientKey, proofOf } from '../../test/proofs.ts'
import { openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { insertAddress, setPrimary, setProven } from '../accounts/addresses/store.ts'

const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

for (const engine of engines) {
  describe(`the nonce exchange on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let partner: Partner
    let told: ReturnType<typeof tellings>
    const tellings = () => mock.method(house.app.activity, 'recordRefusal')
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('root', 'administrator')
      partner = await openPartner(house, admin.token)
      told = tellings()
    })
    after(() => house.close())

    const asAdmin = (method: string, path: string, body?: object, headers = {}) =>
      house.call(method, path, { token: admin.token, headers, ...(body && { body }) })
    const exchange = (assertion: string, form: Record<string, string> = {}, more: CallOptions = {}) =>
      house.call('POST', '/oauth/token', { form: { grant_type, assertion, ...form }, ...more })
    const signIn = async (claims: object = {}, from = partner) =>
      exchange(from.sign({ nonce: await from.nonce(), ...claims }))
    const now = () => Math.floor(house.world.now() / 1000)
    /** What the log is told, and nobody else. */
    function reasonOf(refused: Answered): string | undefined {
      assert.ok(refused.status >= 400, refused.text)
      const [, event, , more] = told.mock.calls.at(-1)?.arguments ?? []
      assert.equal(event, 'user.sign_in')
      return more?.reason
    }

    test('gives a session to a person at first sight, and the same person the next time', async () => {
      const first = await signIn()
      assert.equal(first.status, 200, first.text)
      assert.equal(first.headers.get('cache-control'), 'no-store')
      assert.equal(first.body.scope, 'api-keys:write devices:bind devices:control devices:view')
      const me = await house.call('GET', '/v1/me', { token: first.body.access_token })
      const again = await signIn()
      const same = await house.call('GET', '/v1/me', { token: again.body.access_token })
      assert.equal(same.body.id, me.body.id)
      const body = { refresh_token: first.body.refresh_token }
      assert.equal((await house.call('POST', '/v1/refresh', { body })).status, 200)
    })

    test('takes two apps, and names that look alike, for different people', async () => {
      const other = await openPartner(house, admin.token)
      const subs: [object, Partner][] = [
        [{ sub: 'ann' }, partner],
        [{ sub: 'ann' }, other],
        [{ sub: 'аnn' }, partner],
        [{ sub: 'Ann' }, partner],
        [{ sub: 'ann ' }, partner],
        [{ sub: 'ａnn' }, partner],
      ]
      const ids = new Set<string>()
      for (const [claims, from] of subs) {
        const { body } = await signIn(claims, from)
        ids.add((await house.call('GET', '/v1/me', { token: body.access_token })).body.id)
      }
      assert.equal(ids.size, subs.length)
    })

    const wrong: readonly (readonly [reason: string, claims: object, header?: object])[] = [
      ['audience_mismatch', { aud: 'https://elsewhere.example' }],
      ['audience_mismatch', { aud: undefined }],
      ['audience_mismatch', { aud: [] }],
      ['token_expired', { iat: -400, exp: -100 }],
      ['token_expired', { iat: -330, exp: -30 }],
      ['issued_in_future', { iat: 60, exp: 100 }],
      ['issued_in_future', { iat: 31, exp: 100 }],
      ['issued_in_future', { iat: 253_402_300_799 }],
      ['times_malformed', { iat: 253_402_300_800 }],
      ['times_malformed', { nbf: -1e10 }],
      ['life_too_long', { exp: 301 }],
      ['life_invalid', { exp: 0 }],
      ['times_malformed', { iat: undefined }],
      ['times_malformed', { exp: undefined }],
      ['times_malformed', { exp: '2030-01-01T00:00:00Z' }],
      ['times_malformed', { exp: 1e300 }],
      ['token_not_yet_valid', { nbf: 31 }],
      ['subject_malformed', { sub: '' }],
      ['subject_malformed', { sub: 7 }],
      ['subject_malformed', { sub: ' ' }],
      ['subject_malformed', { sub: 'x\u0000' }],
      ['subject_malformed', { sub: 'x\u202ey' }],
      ['subject_malformed', { sub: 'x'.repeat(201) }],
      ['jti_malformed', { jti: 7 }],
      ['nonce_malformed', { nonce: undefined }],
      ['nonce_malformed', { nonce: 7 }],
      ['nonce_malformed', { nce: 7 }],
      ['nonce_malformed', { nce: null }],
      ['nonce_malformed', { nce: 'another' }],
      ['nonce_unknown', { nonce: 'lk_nonce_never' }],
      ['session_end_invalid', { session_exp: 0 }],
      ['session_end_invalid', { session_exp: '2030-01-01T00:00:00Z' }],
      ['session_end_invalid', { session_exp: null }],
      ['type_unknown', {}, { typ: 'at+jwt' }],
      ['type_unknown', {}, { typ: undefined }],
      ['content_type_unknown', {}, { cty: 'diuit-eit;v=2' }],
      ['critical_unknown', {}, { crit: ['exp'] }],
      ['kid_missing', {}, { kid: undefined }],
      ['key_unknown', {}, { kid: 'two' }],
      ['key_unknown', {}, { kid: 'one\u0000' }],
      ['app_unknown', { iss: 'app_none' }],
      ['app_unknown', { iss: undefined }],
      ['algorithm_not_allowed', {}, { alg: 'RS256' }],
    ]
    const times = ['iat', 'exp', 'nbf', 'session_exp']
    for (const [reason, claims, header] of wrong) {
      test(`refuses ${JSON.stringify({ ...claims, ...header })}: ${reason}`, async () => {
        const nonce = await partner.nonce()
        const moved = Object.entries(claims).map(([name, value]) => {
          const isFromNow = times.includes(name) && typeof value === 'number' && value < 1e9
          return [name, isFromNow ? now() + value : value]
        })
        const refused = await exchange(partner.sign({ nonce, ...Object.fromEntries(moved) }, header))
        assert.equal(reasonOf(refused), reason)
        const isClient = /^(app|key)_/.test(reason)
        assert.equal(refused.status, isClient ? 401 : 400)
        assert.equal(refused.body.error, isClient ? 'invalid_client' : 'invalid_grant')
        assert.equal(typeof refused.body.nonce, reason === 'nonce_unknown' ? 'string' : 'undefined')
        assert.equal((await exchange(partner.sign({ nonce }))).status, 200, 'the nonce is good still')
      })
    }

    const taken: readonly (readonly [what: string, claims: (now: number) => object])[] = [
      ['issued as far ahead as clocks may differ', (at) => ({ iat: at + 30, exp: at + 330 })],
      ['over by less than clocks may differ', (at) => ({ iat: at - 329, exp: at - 29 })],
      ['valid from as far ahead as clocks may differ', (at) => ({ nbf: at + 30 })],
      ['valid since 1970', () => ({ nbf: 0 })],
      ['about a person of 200 characters', () => ({ sub: 'x'.repeat(200) })],
      ['for a session of a second', (at) => ({ session_exp: at + 1 })],
    ]
    for (const [what, claims] of taken) {
      test(`takes one that is ${what}`, async () => {
        const { status, text } = await signIn(claims(now()))
        assert.equal(status, 200, text)
      })
    }

    test('refuses what no key of the app signed, which uses no nonce up', async () => {
      const nonce = await partner.nonce()
      const other = await openPartner(house, admin.token)
      const forged = [
        partner.sign({ nonce }, {}, signedBy(newClientKey())),
        partner.sign({ nonce }, {}, signedBy(other.key)),
        partner.sign({ nonce }, { alg: 'none' }, unsigned),
        partner.sign({ nonce }, {}, unsigned),
        partner.sign({ nonce }, { alg: 'HS256' }, signedByPublicKey(partner.key)),
        `${partner.sign({ nonce })}x`,
        partner.sign({ nonce }).replace(/\.[^.]+$/, ''),
      ]
      for (const assertion of forged) {
        const refused = await exchange(assertion)
        assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_grant'], assertion)
        assert.equal(refused.body.nonce, undefined)
      }
      assert.equal((await exchange(partner.sign({ nonce }))).status, 200)
    })

    test('takes a nonce once, for what it was asked for, and answers a bad one with a fresh one', async () => {
      const nonce = await partner.nonce()
      const assertion = partner.sign({ nonce })
      assert.equal((await exchange(assertion)).status, 200)
      const replayed = await exchange(assertion)
      assert.equal(reasonOf(replayed), 'nonce_unknown')
      assert.equal((await exchange(partner.sign({ nonce: replayed.body.nonce }))).status, 200)
      const [short, both] = [await partner.nonce(), await partner.nonce()]
      assert.equal((await exchange(partner.sign({ nce: short }))).status, 200)
      assert.equal((await exchange(partner.sign({ nonce: both, nce: both }))).status, 200)
      const other = await openPartner(house, admin.token)
      assert.equal(reasonOf(await signIn({ nonce: await other.nonce() })), 'nonce_of_another_app')
      const ofDevice = await partner.nonce({ device_id: 'phone' })
      assert.equal(reasonOf(await signIn({ nonce: ofDevice })), 'nonce_of_another_device')
      const tablet = await exchange(partner.sign({ nonce: ofDevice }), { device_id: 'tablet' })
      assert.equal(reasonOf(tablet), 'nonce_of_another_device')
      assert.equal((await exchange(partner.sign({ nonce: ofDevice }), { device_id: 'phone' })).status, 200)
      const stale = await partner.nonce()
      house.world.advance(120_000)
      const late = await exchange(partner.sign({ nonce: stale }))
      assert.equal(reasonOf(late), 'nonce_stale')
      assert.match(late.body.nonce, /^lk_nonce_/)
    })

    test('binds a nonce, and the tokens, to the key of a proof', async () => {
      const key = newClientKey()
      const proof = (path: string, by = key) => ({
        dpop: proofOf({ key: by, method: 'POST', url: testIssuer + path, atMs: house.world.now() }),
      })
      const nonce = await partner.nonce({}, proof('/oauth/nonce'))
      const assertion = partner.sign({ nonce })
      assert.equal(reasonOf(await exchange(assertion)), 'nonce_of_another_key')
      const thief = await exchange(assertion, {}, { headers: proof('/oauth/token', newClientKey()) })
      assert.equal(reasonOf(thief), 'nonce_of_another_key')
      const { status, body } = await exchange(assertion, {}, { headers: proof('/oauth/token') })
      assert.deepEqual([status, body.token_type], [200, 'DPoP'])
    })

    test('of 64 that use one nonce at once, in two processes, one gets a session', async () => {
      const beside = await openBeside(house)
      try {
        const assertion = partner.sign({ nonce: await partner.nonce(), sub: 'new at the same moment' })
        const body = new URLSearchParams({ grant_type, assertion }).toString()
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        const statuses = await Promise.all(
          Array.from({ length: 64 }, async (_, at) => {
            const { edge } = at % 2 === 0 ? house.app : beside
            return (await edge.request('/oauth/token', { method: 'POST', headers, body })).status
          }),
        )
        assert.deepEqual(statuses.toSorted(), [200, ...Array<number>(63).fill(400)])
      } finally {
        await beside.stop()
      }
    })

    test('makes one person of two assertions about a new one at once', async () => {
      const claims = { sub: 'twice at once' }
      const both = await Promise.all([signIn(claims), signIn(claims)])
      assert.deepEqual(
        both.map(({ status }) => status),
        [200, 200],
      )
      const ids = await Promise.all(
        both.map(
          async ({ body }) => (await house.call('GET', '/v1/me', { token: body.access_token })).body.id,
        ),
      )
      assert.equal(ids[0], ids[1])
    })

    for (const [session_exp, lastsSeconds] of [
      [100, 100],
      [9_000, 600],
      [undefined, 600],
    ] as const) {
      test(`a session to end in ${session_exp} seconds lasts ${lastsSeconds}, where the app may have 600`, async () => {
        const rule = { user_type: 'customer', longest_session_seconds: 600 }
        const short = await openPartner(house, admin.token, rule)
        const claims = session_exp === undefined ? {} : { session_exp: now() + session_exp }
        const { body } = await signIn(claims, short)
        assert.ok(body.expires_in <= lastsSeconds)
        const refresh = (refresh_token: string) =>
          house.call('POST', '/v1/refresh', { body: { refresh_token } })
        house.world.advance((lastsSeconds - 1) * 1000)
        const live = await refresh(body.refresh_token)
        assert.deepEqual([live.status, live.body.expires_in], [200, 1])
        house.world.advance(1000)
        assert.equal((await refresh(live.body.refresh_token)).status, 401)
        // The token of the administrator is over as well by now.
        const { username, password } = admin
        const again = await house.call('POST', '/v1/login', { body: { username, password } })
        admin = { ...admin, token: again.body.access_token }
      })
    }

    test('a revoked key, and a disabled app, sign nobody in; with the app end its sessions and nonces', async () => {
      const gone = await openPartner(house, admin.token)
      const { body } = await signIn({}, gone)
      const signed = gone.sign({ nonce: await gone.nonce() })
      assert.equal((await asAdmin('POST', `/v1/apps/${gone.app}/keys/one/revoke`)).status, 204)
      assert.equal(reasonOf(await exchange(signed)), 'key_revoked')
      assert.equal((await house.call('GET', '/v1/me', { token: body.access_token })).status, 200)
      const again = await asAdmin('POST', `/v1/apps/${gone.app}/keys`, {
        ...{ kid: 'one', algorithm: 'ES256', key: gone.key.jwk },
      })
      assert.equal(again.body.code, 'key_exists')
      assert.equal((await asAdmin('POST', `/v1/apps/${gone.app}/disable`)).status, 204)
      assert.equal((await house.call('GET', '/v1/me', { token: body.access_token })).status, 401)
      const refreshed = await house.call('POST', '/v1/refresh', {
        body: { refresh_token: body.refresh_token },
      })
      assert.equal(refreshed.status, 401)
      assert.equal(reasonOf(await exchange(signed)), 'app_disabled')
      const asked = await house.call('POST', '/oauth/nonce', { form: { client_id: gone.app } })
      assert.deepEqual([asked.status, asked.body.error], [401, 'invalid_client'])
      assert.equal((await asAdmin('POST', `/v1/apps/${gone.app}/disable`)).status, 404)
    })

    test('without a user type only linked people sign in, and nobody who may more than a stranger', async () => {
      const strict = await openPartner(house, admin.token, {})
      const ben = await house.signedIn(`ben-${engine}`)
      assert.equal(reasonOf(await signIn({}, strict)), 'person_unknown')
      const people = `/v1/apps/${strict.app}/people`
      assert.equal((await asAdmin('POST', people, { sub: 'mei', user_id: ben.id })).status, 204)
      assert.equal(
        (await asAdmin('POST', people, { sub: 'mei', user_id: admin.id })).body.code,
        'person_linked',
      )
      const { body } = await signIn({}, strict)
      assert.equal((await house.call('GET', '/v1/me', { token: body.access_token })).body.id, ben.id)
      await asAdmin('POST', people, { sub: 'boss', user_id: admin.id })
      assert.equal(reasonOf(await signIn({ sub: 'boss' }, strict)), 'person_privileged')
      const grant = { kind: 'grant', permission: 'users:read', reason: 'helps' }
      assert.equal((await asAdmin('POST', `/v1/users/${ben.id}/grants`, grant)).status, 201)
      const more = await house.call('POST', '/v1/refresh', { body: { refresh_token: body.refresh_token } })
      assert.equal(more.status, 401)
      // The session has ended: without the grant it does not come back.
      const [ended] = await house.app.db.query<{ end_reason: string | null }>(
        'SELECT end_reason FROM sessions WHERE user_id = $1 AND client_id = $2',
        ...[ben.id, strict.app],
      )
      assert.equal(ended?.end_reason, 'person_privileged')
      assert.equal((await asAdmin('DELETE', `${people}/${ben.id}`)).status, 204)
      assert.equal(reasonOf(await signIn({}, strict)), 'person_unknown')
      assert.equal((await asAdmin('DELETE', `${people}/${ben.id}`)).status, 404)
    })

    test('whoever is unlinked from an app loses the sessions that it began, and no other', async () => {
      const [one, other] = [
        await openPartner(house, admin.token, {}),
        await openPartner(house, admin.token, {}),
      ]
      const fay = await house.signedIn(`fay-${engine}`)
      const sessions = []
      for (const app of [one, other]) {
        const linked = await asAdmin('POST', `/v1/apps/${app.app}/people`, { sub: 'mei', user_id: fay.id })
        assert.equal(linked.status, 204)
        sessions.push((await signIn({}, app)).body)
      }
      const [ended, kept] = sessions
      assert.equal((await asAdmin('DELETE', `/v1/apps/${one.app}/people/${fay.id}`)).status, 204)
      const me = async (token = '') => (await house.call('GET', '/v1/me', { token })).status
      assert.deepEqual(
        [await me(ended?.access_token), await me(kept?.access_token), await me(fay.token)],
        [401, 200, 200],
      )
      const [row] = await house.app.db.query<{ end_reason: string | null }>(
        'SELECT end_reason FROM sessions WHERE id = $1',
        String(ended?.session_id),
      )
      assert.equal(row?.end_reason, 'person_unlinked')
    })

    test('an app proves no mail: whoever would be sent a code at an unknown place is not signed in by it', async () => {
      const strict = await openPartner(house, admin.token, {})
      const gus = await house.signedIn(`gus-${engine}`)
      await asAdmin('POST', `/v1/apps/${strict.app}/people`, { sub: 'mei', user_id: gus.id })
      assert.equal((await signIn({}, strict)).status, 200)
      await house.app.db.transaction(async (tx) => {
        const address = { id: `adr_${gus.id}`, user_id: gus.id, address: 'gus@one', address_key: 'gus@one' }
        const times = { created_at: 1, proven_at: null, is_primary: 0, language: 'en' } as const
        await insertAddress(tx, { ...address, ...times })
        await setProven(tx, address.id, 2)
        await setPrimary(tx, gus.id, address.id)
      })
      assert.equal(reasonOf(await signIn({}, strict)), 'mail_code_required')
      const body = { assertion: strict.sign({ nonce: await strict.nonce() }) }
      assert.deepEqual((await asAdmin('POST', `/v1/apps/${strict.app}/check-assertion`, body)).body.failed, {
        ...{ check: 'account', reason: 'mail_code_required' },
        ...{ expected: 'an account that is mailed no code at an unknown place', found: 'one that is' },
      })
    })

    test('refuses a scope, which the session would not keep to, and uses nothing up', async () => {
      const assertion = partner.sign({ nonce: await partner.nonce() })
      for (const scope of ['devices:view', 'users:read', 'devices:bind devices:control devices:view']) {
        const { status, body } = await exchange(assertion, { scope })
        assert.deepEqual([status, body.error], [400, 'invalid_scope'], scope)
      }
      assert.equal((await exchange(assertion)).status, 200)
    })

    test('refuses a disabled person', async () => {
      const { body } = await signIn({ sub: 'disabled' })
      const { id } = (await house.call('GET', '/v1/me', { token: body.access_token })).body
      assert.equal((await asAdmin('POST', `/v1/users/${id}/disable`)).status, 204)
      assert.equal(reasonOf(await signIn({ sub: 'disabled' })), 'account_disabled')
    })

    test('the older form takes times as text, and the end of the session from exp', async () => {
      const header = { 'x-diuit-application-id': partner.app }
      const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
      const logIn = async (claims: object, more: object = {}) => {
        const { body } = await house.call('GET', '/1/auth/nonce', { headers: header })
        const said = {
          nce: body.nonce,
          aud: undefined,
          iat: iso(now()),
          exp: iso(now() + 604_800),
          ...claims,
        }
        const jwt = partner.sign(said, { cty: 'diuit-eit;v=1' })
        return house.call('POST', '/1/auth/login', { body: { jwt, deviceId: 'phone', ...more } })
      }
      const { status, body } = await logIn({})
      assert.deepEqual([status, body.deviceId], [200, 'phone'])
      const me = await house.call('GET', '/v1/me', { token: body.session })
      assert.equal(me.body.id, body.userId)
      assert.equal(
        (await logIn({ iat: now(), exp: now() + 900 }, { platform: 'gcm', pushToken: 'x' })).status,
        200,
      )
      for (const claims of [
        { exp: '2026-02-30T00:00:00Z' },
        { exp: '2027-01-01' },
        { exp: '2027-01-01T00:00:00' },
        { exp: iso(now() - 1) },
        { aud: 'https://elsewhere.example' },
        { nce: 'never' },
      ]) {
        assert.equal((await logIn(claims)).body.code, 'assertion_invalid', JSON.stringify(claims))
      }
      assert.equal((await logIn({}, { authToken: 'x' })).body.code, 'request_invalid')
      assert.equal((await house.call('GET', '/1/auth/nonce')).status, 401)
    })
  })
}
