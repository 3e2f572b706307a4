import assert from 'node:assert/strict'
import { after, before, describe, mock, test } from 'node:test'
import type { Answered, SignedIn } from '../../test/app.ts'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { openPartner, type Partner, signedBy, unsigned } from '../../test/partner.ts'
import { newClientKey } from '../../test/proofs.ts'
import { engines } from '../../test/storages.ts'
import type { checks } from './assertion.ts'

const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

interface Failed {
  readonly check: (typeof checks)[number]
  readonly reason: string
  readonly expected: string
  readonly found: string
}
interface Step {
  readonly step: number
  readonly outcome: string
  readonly detail: string
}

for (const engine of engines) {
  describe(`the check of an assertion on ${engine}`, () => {
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

    const now = () => Math.floor(house.world.now() / 1000)
    const checked = (assertion: string, more: object = {}, { app } = partner): Promise<Answered> =>
      house.call('POST', `/v1/apps/${app}/check-assertion`, {
        token: admin.token,
        body: { assertion, ...more },
      })
    const failedOf = ({ body }: Answered) => body.failed as Failed | null
    const outcomesOf = ({ body }: Answered) => (body.steps as Step[]).map(({ outcome }) => outcome)
    const exchange = (assertion: string, form: Record<string, string> = {}) =>
      house.call('POST', '/oauth/token', { form: { grant_type, assertion, ...form } })
    /** What the exchange tells the log, and nobody else. */
    const lastReason = () => told.mock.calls.at(-1)?.arguments[3]?.reason

    test('an assertion that is good is accepted, and nothing has changed: it is good still', async () => {
      const assertion = partner.sign({ nonce: await partner.nonce(), sub: 'never seen' })
      const rows = ['users', 'sessions', 'app_people', 'app_nonces', 'activity', 'refresh_families']
      const count = async () =>
        Promise.all(
          rows.map((table) => house.app.db.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)),
        )
      const before = await count()
      for (let time = 0; time < 2; time++) {
        const answer = await checked(assertion)
        assert.deepEqual([answer.status, answer.body.accepted, answer.body.failed], [200, true, null])
        assert.deepEqual(outcomesOf(answer), [
          ...Array<string>(6).fill('passed'),
          ...['not_reached', 'not_reached'],
        ])
      }
      assert.deepEqual(await count(), before)
      assert.equal((await exchange(assertion)).status, 200)
      assert.equal(failedOf(await checked(assertion))?.reason, 'nonce_unknown')
    })

    const passed = 'passed'
    const rest = 'not_reached'
    const inSignature = [rest, rest, rest, rest, 'failed', rest, rest, rest]
    const inClaims = [passed, passed, rest, rest, 'failed', rest, rest, rest]
    /** For each reason of the exchange: the check that fails, and what makes it fail. */
    const table: readonly {
      readonly reason: string
      readonly check: Failed['check']
      readonly claims?: object
      readonly header?: object
      readonly steps?: readonly string[]
      readonly found?: RegExp
    }[] = [
      { reason: 'type_unknown', check: 'shape', header: { typ: 'at+jwt' }, found: /^at\+jwt$/ },
      { reason: 'type_unknown', check: 'shape', header: { typ: undefined }, found: /^nothing$/ },
      { reason: 'content_type_unknown', check: 'shape', header: { cty: 'x;v=2' }, found: /x;v=2/ },
      { reason: 'critical_unknown', check: 'shape', header: { crit: ['exp'] } },
      { reason: 'kid_missing', check: 'shape', header: { kid: undefined } },
      { reason: 'key_unknown', check: 'key', header: { kid: 'two' }, found: /^two$/ },
      { reason: 'key_unknown', check: 'key', header: { kid: 'one\u0000' } },
      { reason: 'algorithm_not_allowed', check: 'signature', header: { alg: 'RS256' }, found: /RS256/ },
      {
        reason: 'audience_mismatch',
        check: 'claims',
        claims: { aud: 'https://else.example' },
        found: /else/,
      },
      { reason: 'times_malformed', check: 'claims', claims: { exp: 'soon' }, found: /soon/ },
      { reason: 'issued_in_future', check: 'claims', claims: { iat: 60, exp: 100 } },
      { reason: 'token_expired', check: 'claims', claims: { iat: -400, exp: -100 } },
      { reason: 'life_invalid', check: 'claims', claims: { exp: 0 } },
      { reason: 'life_too_long', check: 'claims', claims: { exp: 301 } },
      { reason: 'token_not_yet_valid', check: 'claims', claims: { nbf: 90 } },
      { reason: 'subject_malformed', check: 'claims', claims: { sub: '' }, found: /^""$/ },
      { reason: 'subject_malformed', check: 'claims', claims: { sub: 'x\u202ey' }, found: /\\u202e/ },
      { reason: 'subject_malformed', check: 'claims', claims: { sub: 'x'.repeat(299) }, found: /^"x{299}…$/ },
      { reason: 'subject_malformed', check: 'claims', claims: { sub: 'x'.repeat(298) }, found: /^"x{298}"$/ },
      { reason: 'key_unknown', check: 'key', header: { kid: 'x'.repeat(301) }, found: /^x{300}…$/ },
      { reason: 'jti_malformed', check: 'claims', claims: { jti: 7 } },
      { reason: 'nonce_malformed', check: 'claims', claims: { nce: 'another' } },
      { reason: 'session_end_invalid', check: 'claims', claims: { session_exp: 0 } },
      {
        ...{ reason: 'nonce_unknown', check: 'nonce', claims: { nonce: 'lk_nonce_never' } },
        steps: [passed, passed, rest, 'failed', passed, rest, rest, rest],
      },
    ]
    for (const { reason, check, claims = {}, header = {}, steps, found } of table) {
      test(`names ${check} where the exchange refuses ${JSON.stringify({ ...claims, ...header }).slice(0, 80)}: ${reason}`, async () => {
        const times = ['iat', 'exp', 'nbf', 'session_exp']
        const moved = Object.entries(claims).map(([name, value]) => [
          name,
          times.includes(name) && typeof value === 'number' ? now() + value : value,
        ])
        const nonce = await partner.nonce()
        const assertion = partner.sign({ nonce, ...Object.fromEntries(moved) }, header)
        const answer = await checked(assertion)
        const failed = failedOf(answer)
        assert.deepEqual([answer.body.accepted, failed?.check, failed?.reason], [false, check, reason])
        assert.deepEqual(outcomesOf(answer), steps ?? (check === 'claims' ? inClaims : inSignature))
        assert.match(failed?.found ?? '', found ?? /./)
        assert.ok(!answer.text.includes(nonce), 'the nonce is a secret')
        await exchange(assertion)
        assert.equal(lastReason(), reason)
      })
    }

    test('names the shape of what is no JWS, and the signature that is of no key of the app', async () => {
      const nonce = await partner.nonce()
      for (const [assertion, check, reason] of [
        ['a.b.c', 'shape', 'token_malformed'],
        [`${partner.sign({ nonce })}x`, 'shape', 'token_malformed'],
        ['x'.repeat(16_384), 'shape', 'token_malformed'],
        [partner.sign({ nonce }, {}, signedBy(newClientKey())), 'signature', 'signature_invalid'],
        [partner.sign({ nonce }, {}, unsigned), 'shape', 'token_malformed'],
        [partner.sign({ nonce }, { alg: 'none' }, unsigned), 'shape', 'token_malformed'],
        [partner.sign({ nonce }, { alg: 'none' }), 'signature', 'algorithm_not_allowed'],
      ] as const) {
        const failed = failedOf(await checked(assertion))
        assert.deepEqual([failed?.check, failed?.reason], [check, reason], assertion)
        await exchange(assertion)
        assert.equal(lastReason(), reason)
      }
    })

    test('looks at this app alone, and not at who signs for another one', async () => {
      const other = await openPartner(house, admin.token)
      const assertion = other.sign({ nonce: await other.nonce() })
      const failed = failedOf(await checked(assertion))
      assert.deepEqual([failed?.check, failed?.reason, failed?.found], ['app', 'app_other', other.app])
      assert.equal((await checked(assertion, {}, other)).body.accepted, true)
    })

    test('says which nonce it is, and takes the device that the exchange would be told', async () => {
      const other = await openPartner(house, admin.token)
      const ofOther = failedOf(await checked(partner.sign({ nonce: await other.nonce() })))
      assert.equal(ofOther?.reason, 'nonce_of_another_app')
      const ofPhone = partner.sign({ nonce: await partner.nonce({ device_id: 'phone' }) })
      const answer = await checked(ofPhone)
      assert.equal(failedOf(answer)?.reason, 'nonce_of_another_device')
      assert.equal(outcomesOf(answer)[2], 'failed')
      assert.equal((await checked(ofPhone, { device_id: 'phone' })).body.accepted, true)
      const stale = await partner.nonce()
      house.world.advance(120_000)
      assert.equal(failedOf(await checked(partner.sign({ nonce: stale })))?.reason, 'nonce_stale')
    })

    test('says what is wrong with the person, who is not made, and with the app', async () => {
      const strict = await openPartner(house, admin.token, {})
      const ben = await house.signedIn(`ben-${engine}`)
      const reasonOf = async (claims: object = {}) => {
        const failed = failedOf(
          await checked(strict.sign({ nonce: await strict.nonce(), ...claims }), {}, strict),
        )
        return failed && `${failed.check} ${failed.reason}`
      }
      const asAdmin = (method: string, path: string, body?: object) =>
        house.call(method, path, { token: admin.token, ...(body && { body }) })
      const path = `/v1/apps/${strict.app}`
      assert.equal(await reasonOf(), 'person person_unknown')
      await asAdmin('POST', `${path}/people`, { sub: 'mei', user_id: ben.id })
      assert.equal(await reasonOf(), null)
      await asAdmin('POST', `${path}/people`, { sub: 'boss', user_id: admin.id })
      assert.equal(await reasonOf({ sub: 'boss' }), 'account person_privileged')
      await asAdmin('POST', `/v1/users/${ben.id}/disable`)
      assert.equal(await reasonOf(), 'account account_disabled')
      await asAdmin('POST', `${path}/keys/one/revoke`)
      assert.equal(await reasonOf(), 'key key_revoked')
      const signed = strict.sign({ nonce: await strict.nonce() })
      await asAdmin('POST', `${path}/disable`)
      assert.equal(failedOf(await checked(signed, {}, strict))?.reason, 'app_disabled')
    })

    test('knows the older form, in which times are text', async () => {
      const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
      const nonce = await partner.nonce()
      const assertion = partner.sign({ nce: nonce, aud: undefined, iat: iso(now()), exp: iso(now() + 9_000) })
      assert.equal((await checked(assertion, { form: 'older' })).body.accepted, true)
      assert.equal(failedOf(await checked(assertion))?.reason, 'audience_mismatch')
      assert.equal((await checked(assertion, { form: 'oldest' })).status, 400)
    })

    test('answers those who may read apps, and nobody else', async () => {
      const ada = await house.signedIn(`ada-${engine}`)
      const body = { assertion: 'a.b.c' }
      const path = `/v1/apps/${partner.app}/check-assertion`
      assert.equal((await house.call('POST', path, { body })).status, 401)
      assert.equal((await house.call('POST', path, { body, token: ada.token })).status, 403)
      const never = `/v1/apps/app_none/check-assertion`
      assert.equal((await house.call('POST', never, { body, token: admin.token })).status, 404)
      assert.equal((await checked('x'.repeat(16_385))).status, 400)
    })
  })
}
