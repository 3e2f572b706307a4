import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, type TestContext, test } from 'node:test'
import { type Answered, openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { enrol } from '../../../test/factors.ts'
import { beforeQuery, beforeTransaction } from '../../../test/meanwhile.ts'
import {
  begin,
  clientSecret,
  comeBack,
  newBrowser,
  type OpenidProvider,
  openProvider,
  reachingLoopback,
  signInAt,
  tokenIn,
} from '../../../test/openid-provider.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { changeUserType, createUserType, removeUserType } from '../../accounts/user-types/user-types.ts'
import { disableUser } from '../../accounts/users/users.ts'
import { operator } from '../../identity.ts'

const noBody = JSON.parse('{}')

/** Ask another process of the same database. */
const callOf =
  (app: TestApp['app']): TestApp['call'] =>
  async (method, path, { headers = {} } = {}) => {
    const answer = await app.edge.request(path, { method, headers })
    return { status: answer.status, headers: answer.headers, text: await answer.text(), body: noBody }
  }

for (const engine of engines) {
  describe(`signing in at a provider, on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let provider: OpenidProvider
    before(async () => {
      house = await openTestApp(engine, reachingLoopback)
      admin = await house.signedIn('root', 'administrator')
      provider = await openProvider(house)
      const body = {
        ...{ key: 'office', name: 'Work', issuer: provider.issuer, client_id: 'here' },
        ...{ client_secret: clientSecret, user_type: 'customer', email_domains: ['example.com'] },
        username_claim: 'preferred_username',
      }
      const made = await house.call('POST', '/v1/providers', { token: admin.token, body })
      assert.equal(made.status, 201, made.text)
    })
    after(async () => {
      await provider.close()
      await house.close()
    })
    beforeEach(() => house.world.advance(60_000))
    afterEach(() => {
      Object.assign(provider, { claims: {}, metadata: {}, header: {}, userinfo: {}, token: {} })
      provider.instead.clear()
      assert.deepEqual(house.log.errors, [])
    })

    const me = async (answer: Answered) =>
      (await house.call('GET', '/v1/me', { token: await tokenIn(house, answer) })).body
    const lastSignIn = async () => {
      const [row] = await house.app.db.query<{ outcome: string; reason: string | null; details: string }>(
        "SELECT outcome, reason, details FROM activity WHERE event = 'user.sign_in' ORDER BY id DESC LIMIT 1",
      )
      return row
    }
    const count = async (table: string) => (await house.app.db.query(`SELECT 1 AS one FROM ${table}`)).length
    const change = async (body: object) => {
      const answer = await house.call('PATCH', '/v1/providers/office', { token: await adminToken(), body })
      assert.equal(answer.status, 200, answer.text)
    }
    const adminToken = async () => {
      const body = { username: admin.username, password: admin.password }
      return (await house.call('POST', '/v1/login', { body })).body.access_token
    }

    test('the pages of a sign-in have a link to each provider that is enabled', async () => {
      const page = await house.call('GET', '/sign-in?next=/console%23/devices')
      assert.match(
        page.text,
        /href="\/sign-in\/with\/office\?next=%2Fconsole%23%2Fdevices">Continue with Work</,
      )
      const { body } = await house.call('GET', '/v1/sign-in/providers')
      assert.deepEqual(body.items, [{ key: 'office', name: 'Work' }])
    })

    test('the way there binds the answer to this browser, to this sign-in and to this client', async () => {
      const browser = newBrowser()
      const { status, location, headers } = await begin(house, 'office', browser)
      assert.equal(status, 303)
      assert.equal(location.origin + location.pathname, `${provider.issuer}/authorize`)
      const {
        state = '',
        nonce = '',
        code_challenge: challenge = '',
        ...rest
      } = Object.fromEntries(location.searchParams)
      assert.deepEqual(rest, {
        ...{ response_type: 'code', client_id: 'here', scope: 'openid email profile' },
        ...{ redirect_uri: 'http://127.0.0.1:8484/sign-in/back/office', code_challenge_method: 'S256' },
      })
      assert.match(state, /^lk_state_/)
      assert.match(nonce, /^[\w-]{43}$/)
      assert.match(challenge, /^[\w-]{43}$/)
      const [cookie = ''] = headers.getSetCookie()
      assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/)
      const kept = JSON.stringify(await house.app.db.query('SELECT * FROM provider_sign_ins'))
      for (const secret of [state, nonce, challenge, browser.cookie.split('=')[1] ?? ''])
        assert.ok(!kept.includes(secret), 'hashes alone are stored')
    })

    test('whoever is led nowhere begins again, and gets to where they were going', async () => {
      const page = await house.call('GET', '/sign-in/with/nobody?next=/console%23/devices')
      assert.equal(page.status, 404)
      assert.match(page.text, /<a href="\/sign-in\?next=%2Fconsole%23%2Fdevices">/)
      const back = await house.call('GET', '/sign-in/back/nobody?state=x&code=y')
      assert.match(back.text, /<a href="\/sign-in">/)
    })

    test('a newcomer is made once, with what the provider says of them', async () => {
      provider.claims = {
        ...{ sub: 'ada', preferred_username: 'ada', name: 'Ada L.' },
        ...{ email: 'Ada@example.com', email_verified: true },
      }
      const answer = await signInAt(house, provider, 'office', newBrowser(), '?next=/console%23/devices')
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.headers.get('refresh'), '0; url=/console#/devices')
      const first = await me(answer)
      assert.deepEqual([first.username, first.user_type], ['ada', 'customer'])
      const again = await me(await signInAt(house, provider, 'office'))
      assert.equal(again.id, first.id)
      const row = await lastSignIn()
      assert.deepEqual(JSON.parse(row?.details ?? '{}'), { amr: 'fed', provider: 'office' })
      const token = await adminToken()
      const { body } = await house.call('GET', `/v1/users/${first.id}/addresses`, { token })
      assert.deepEqual(
        body.items.map(({ address, primary, proven_at: at }) => [address, primary, at !== null]),
        [['Ada@example.com', true, true]],
      )
      const listed = await house.call('GET', `/v1/users/${first.id}/identities`, { token })
      const [identity = assert.fail('it is not listed')] = listed.body.items
      assert.deepEqual(
        [identity.provider, identity.subject, identity.label, identity.is_usable],
        ['office', 'ada', 'Ada@example.com', true],
      )
    })

    test('what the ID token does not say is asked of the userinfo endpoint, of newcomers alone', async () => {
      provider.claims = { sub: 'uma' }
      provider.userinfo = { sub: 'uma', preferred_username: 'uma', name: 'Uma' }
      const before = provider.asked.get('/userinfo') ?? 0
      const made = await me(await signInAt(house, provider, 'office'))
      assert.equal(made.username, 'uma')
      await signInAt(house, provider, 'office')
      assert.equal(provider.asked.get('/userinfo'), before + 1)
    })

    test('a user name that is taken, or looks like one that is, goes to nobody', async () => {
      await house.signedIn('boss')
      for (const [sub, name] of [
        ['n1', 'boss'],
        ['n2', 'BOSS'],
        ['n3', 'bоss'],
        ['n4', 'a\u200bb'],
        ['n5', ' '],
        ['n6', 'x'.repeat(201)],
      ] as const) {
        provider.claims = { sub, preferred_username: name }
        const { username } = await me(await signInAt(house, provider, 'office'))
        assert.match(String(username), /^person_/, name)
      }
    })

    const notProven = [
      ['that is not verified', { email: 'eve@example.com', email_verified: false }],
      ['of which nothing is said', { email: 'eve@example.com' }],
      ['that is verified in words', { email: 'eve@example.com', email_verified: 'true' }],
      ['that is verified as a number', { email: 'eve@example.com', email_verified: 1 }],
      ['of a domain that is not listed', { email: 'eve@elsewhere.example', email_verified: true }],
      ['of a domain below one that is listed', { email: 'eve@sub.example.com', email_verified: true }],
      ['that ends as one that is listed', { email: 'eve@notexample.com', email_verified: true }],
      ['that is no address', { email: 'eve', email_verified: true }],
      ['that is a list', { email: ['eve@example.com'], email_verified: true }],
    ] as const
    for (const [at, [name, claims]] of notProven.entries()) {
      test(`an address ${name} is nobody's`, async () => {
        provider.claims = { sub: `unproven ${at}`, ...claims }
        const { id } = await me(await signInAt(house, provider, 'office'))
        const found = await house.app.db.query('SELECT address FROM user_addresses WHERE user_id = $1', id)
        assert.deepEqual(found, [])
      })
    }

    test('whether an address is verified, is said of the address that is named with it', async () => {
      provider.claims = { sub: 'two addresses', email: 'victim@example.com' }
      provider.userinfo = { email: 'own@example.com', email_verified: true }
      const { id } = await me(await signInAt(house, provider, 'office'))
      const found = await house.app.db.query('SELECT address FROM user_addresses WHERE user_id = $1', id)
      assert.deepEqual(found, [{ address: 'own@example.com' }])
    })

    test('a proven address takes precedence over a claim to it, and the account that claimed it is not joined', async () => {
      const squatter = await house.signedIn('squatter')
      const body = { address: 'vera@example.com', current_password: squatter.password }
      await house.call('POST', '/v1/me/addresses', { token: squatter.token, body })
      provider.claims = { sub: 'vera', email: 'vera@example.com', email_verified: true }
      const { id } = await me(await signInAt(house, provider, 'office'))
      assert.notEqual(id, squatter.id)
      const owners = await house.app.db.query<{ user_id: string }>(
        "SELECT user_id FROM user_addresses WHERE address_key = 'vera@example.com'",
      )
      assert.deepEqual(owners, [{ user_id: id }])
    })

    test('an account that has proven the address is not joined, and keeps it', async () => {
      provider.claims = { sub: 'not vera', email: 'vera@example.com', email_verified: true }
      const people = await count('users')
      const answer = await signInAt(house, provider, 'office')
      assert.equal(answer.status, 409)
      assert.match(answer.text, /An account with your address exists/)
      assert.deepEqual([await count('users'), (await lastSignIn())?.reason], [people, 'address_of_another'])
    })

    test('of 16 newcomers with one subject at once, at two processes, one is made', async () => {
      provider.claims = { sub: 'racer', preferred_username: 'racer' }
      const people = await count('users')
      const beside = await openBeside(house)
      const other: TestApp = { ...house, call: callOf(beside) }
      const answers = await Promise.all(
        Array.from(
          { length: 16 },
          async (_, at) => (await signInAt(at % 2 === 0 ? house : other, provider, 'office')).status,
        ),
      )
      await beside.stop()
      assert.deepEqual(new Set(answers), new Set([200]))
      assert.equal(await count('users'), people + 1)
    })

    test('whoever signed in at a provider that ends no sessions is told where they are signed in, and led nowhere', async () => {
      const shown = async () => {
        // By then the document of the provider is read again.
        house.world.advance(600_000)
        provider.claims = { sub: 'ada' }
        const token = await tokenIn(house, await signInAt(house, provider, 'office'))
        return (await house.call('GET', '/v1/me/provider', { token })).body.provider
      }
      provider.metadata = { end_session_endpoint: undefined }
      assert.deepEqual(await shown(), { key: 'office', name: 'Work', sign_out_url: null })
      provider.metadata = {}
      const url = new URL(((await shown()) as { sign_out_url: string }).sign_out_url)
      assert.deepEqual(Object.fromEntries(url.searchParams), {
        ...{ client_id: 'here', post_logout_redirect_uri: 'http://127.0.0.1:8484/sign-in' },
      })
    })

    test('of 64 who come back with one state at once, one is let in', async () => {
      provider.claims = { sub: 'ada' }
      for (let round = 0; round < 5; round += 1) {
        const browser = newBrowser()
        const { location } = await begin(house, 'office', browser)
        const state = location.searchParams.get('state') ?? ''
        const codes = Array.from({ length: 64 }, () => provider.codeFor(location))
        const answers = await Promise.all(
          codes.map((code) => comeBack(house, 'office', { ...browser }, { state, code })),
        )
        const statuses = answers.map(({ status }) => status)
        assert.equal(statuses.filter((status) => status === 200).length, 1)
        assert.equal(statuses.filter((status) => status === 400).length, 63)
      }
    })

    test('an account that is disabled stays out', async () => {
      provider.claims = { sub: 'dora' }
      const { id } = await me(await signInAt(house, provider, 'office'))
      await disableUser(house.app, operator, id)
      const answer = await signInAt(house, provider, 'office')
      assert.deepEqual([answer.status, (await lastSignIn())?.reason], [401, 'account_disabled'])
      assert.ok(!answer.headers.getSetCookie().some((one) => one.includes('refresh')))
    })

    test('where nobody is made, an unknown person is told how to link', async () => {
      await change({ user_type: null })
      provider.claims = { sub: 'unknown' }
      const people = await count('users')
      const answer = await signInAt(house, provider, 'office')
      assert.match(answer.text, /No account here is linked/)
      assert.deepEqual(
        [answer.status, await count('users'), (await lastSignIn())?.reason],
        [400, people, 'person_unknown'],
      )
      provider.claims = { sub: 'ada' }
      assert.equal((await signInAt(house, provider, 'office')).status, 200)
      await change({ user_type: 'customer' })
    })

    test('the second factor of the account is asked for, and amr says what was proven', async () => {
      const now = Math.floor(house.world.now() / 1000)
      provider.claims = { sub: 'fay', amr: ['pwd', 'mfa'], acr: 'urn:high', auth_time: now }
      const first = await signInAt(house, provider, 'office')
      const { id } = await me(first)
      const { authenticator } = await enrol(house, await tokenIn(house, first))
      const step = await signInAt(house, provider, 'office')
      assert.equal(step.status, 200)
      assert.match(step.text, /name="challenge" value="(lk_challenge_[^"]+)"/)
      assert.ok(!step.headers.getSetCookie().some((one) => one.includes('refresh')))
      const [, challenge = ''] = /name="challenge" value="([^"]+)"/.exec(step.text) ?? []
      const form = { challenge, code: authenticator.code(), step: 'authenticator', next: '/console' }
      const headers = { origin: 'http://127.0.0.1:8484' }
      const done = await house.call('POST', '/sign-in/factor', { form, headers })
      assert.equal(done.status, 200, done.text)
      const sessions = await house.app.db.query<{ amr: string }>(
        'SELECT amr FROM sessions WHERE user_id = $1 ORDER BY id DESC LIMIT 1',
        id,
      )
      assert.deepEqual(sessions, [{ amr: 'fed otp mfa' }])
      // A factor that was proven here just now is fresh proof, whatever the provider says.
      const token = await tokenIn(house, done)
      assert.equal((await house.call('POST', '/v1/me/factors/recovery-codes', { token })).status, 200)
      // Not by itself, whatever the provider says; only where an administrator has said that it counts.
      await change({ factor_acr: ['urn:high'] })
      house.world.advance(60_000)
      const { location } = await begin(house, 'office', newBrowser())
      assert.equal(location.searchParams.get('acr_values'), 'urn:high')
      const counted = await signInAt(house, provider, 'office')
      assert.ok(counted.headers.getSetCookie().some((one) => one.includes('refresh')))
      const row = await lastSignIn()
      assert.deepEqual(JSON.parse(row?.details ?? '{}'), {
        amr: 'fed mfa',
        provider: 'office',
        factor: 'provider',
      })
      for (const claims of [
        { acr: 'urn:low' },
        { acr: ['urn:high'] },
        { amr: ['mfa'] },
        { acr: undefined },
      ]) {
        provider.claims = { sub: 'fay', ...claims }
        assert.match(
          (await signInAt(house, provider, 'office')).text,
          /name="challenge"/,
          JSON.stringify(claims),
        )
      }
      await change({ factor_acr: [] })
    })

    const types: readonly (readonly [reason: string, happen: (name: string) => Promise<unknown>])[] = [
      ['user_type_unknown', (name) => removeUserType(house.app, operator, name, undefined)],
      [
        'user_type_privileged',
        (name) => changeUserType(house.app, operator, name, { permissions: ['users:read'] }),
      ],
    ]
    for (const [at, [reason, happen]] of types.entries()) {
      test(`nobody is made of a type that has changed since the provider was set up: ${reason}`, async (t) => {
        const name = `newcomers${at}`
        await createUserType(house.app, operator, { name, description: '', permissions: [] })
        await change({ user_type: name })
        t.after(() => change({ user_type: 'customer' }))
        await happen(name)
        provider.claims = { sub: `stranger${at}` }
        const people = await count('users')
        const { status } = await signInAt(house, provider, 'office')
        const row = await lastSignIn()
        assert.deepEqual([status, row?.outcome, row?.reason], [400, 'refused', reason])
        assert.equal(await count('users'), people)
      })
    }

    const removals: readonly (readonly [
      name: string,
      meanwhile: (t: TestContext, id: string) => () => boolean,
    ])[] = [
      [
        'with its account',
        (t, id) =>
          beforeQuery(t, house, /FROM users u/, () =>
            house.app.db.transaction((tx) => tx.query('DELETE FROM users WHERE id = $1', id)),
          ),
      ],
      // The state is used up in the first transaction.
      ['by itself', (t, id) => beforeTransaction(t, house, 2, () => removeIdentities(id))],
    ]
    const removeIdentities = (id: string) =>
      house.app.db.transaction((tx) => tx.query('DELETE FROM identities WHERE user_id = $1', id))
    for (const [at, [name, meanwhile]] of removals.entries()) {
      test(`an identity that is removed meanwhile ${name} signs nobody in`, async (t) => {
        provider.claims = { sub: `going${at}` }
        const { id } = await me(await signInAt(house, provider, 'office'))
        const sessions = await count('sessions')
        const browser = newBrowser()
        const { location } = await begin(house, 'office', browser)
        const state = location.searchParams.get('state') ?? ''
        const code = provider.codeFor(location)
        const happened = meanwhile(t, id)
        const answer = await comeBack(house, 'office', browser, { state, code })
        assert.ok(happened())
        const row = await lastSignIn()
        assert.deepEqual([answer.status, row?.outcome, row?.reason], [400, 'refused', 'identity_removed'])
        assert.ok((await count('sessions')) <= sessions)
      })
    }

    test('an identity that is removed during the second step signs nobody in', async (t) => {
      provider.claims = { sub: 'gus', auth_time: Math.floor(house.world.now() / 1000) }
      const first = await signInAt(house, provider, 'office')
      const { id } = await me(first)
      const { authenticator } = await enrol(house, await tokenIn(house, first))
      const step = await signInAt(house, provider, 'office')
      const [, challenge = ''] = /name="challenge" value="([^"]+)"/.exec(step.text) ?? []
      const form = { challenge, code: authenticator.code(), step: 'authenticator', next: '/console' }
      const sessions = await count('sessions')
      // The challenge and the attempt come before the gate.
      const happened = beforeTransaction(t, house, 3, () => removeIdentities(id))
      const headers = { origin: 'http://127.0.0.1:8484' }
      const done = await house.call('POST', '/sign-in/factor', { form, headers })
      assert.ok(happened())
      const row = await lastSignIn()
      assert.deepEqual([done.status, row?.outcome, row?.reason], [401, 'refused', 'identity_removed'])
      assert.equal(await count('sessions'), sessions)
    })
  })
}
