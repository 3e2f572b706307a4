import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type Answered, identify, openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { addPasskey, signInWith } from '../../../test/browser-passkeys.ts'
import { takeLetters } from '../../../test/letters.ts'
import {
  type Browser,
  begin,
  clientSecret,
  comeBack,
  linkAt,
  newBrowser,
  type OpenidProvider,
  openProvider,
  reachingLoopback,
  signInAt,
  tokenIn,
} from '../../../test/openid-provider.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { scheduleDeletion } from '../deletion/deletion.ts'

const minuteMs = 60_000

for (const engine of engines) {
  describe(`identities that are linked and unlinked, on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let provider: OpenidProvider
    let last = 0
    before(async () => {
      house = await openTestApp(engine, reachingLoopback)
      admin = await house.signedIn('root', 'administrator')
      provider = await openProvider(house)
      const body = {
        ...{ key: 'office', name: 'Work', issuer: provider.issuer, client_id: 'here' },
        ...{ client_secret: clientSecret, user_type: 'customer', email_domains: ['example.com'] },
      }
      const made = await house.call('POST', '/v1/providers', { token: admin.token, body })
      assert.equal(made.status, 201, made.text)
    })
    after(async () => {
      await provider.close()
      await house.close()
    })
    beforeEach(async () => {
      house.world.advance(minuteMs)
      provider.claims = { sub: `subject ${++last}` }
      await takeLetters(house.app)
    })

    const signedIn = () => house.signedIn(`person${++last}`)
    const asked = (token: string, browser: Browser): Promise<Answered> =>
      house.call('POST', '/v1/me/identities', {
        token,
        body: { provider: 'office' },
        headers: cookieOf(browser),
      })
    const cookieOf = ({ cookie }: Browser): Record<string, string> => (cookie === '' ? {} : { cookie })
    const link = (token: string) => linkAt(house, provider, 'office', token)
    const listed = async (token: string) =>
      (await house.call('GET', '/v1/me/identities', { token })).body.items
    const unlink = (token: string, id: string) => house.call('DELETE', `/v1/me/identities/${id}`, { token })
    const idOf = async (token: string) => (await house.call('GET', '/v1/me', { token })).body.id
    const adminToken = async () => {
      const body = { username: admin.username, password: admin.password }
      return (await house.call('POST', '/v1/login', { body })).body.access_token
    }
    const told = ({ status, body }: Answered) => [status, body?.code]

    test('a person links an identity to their account, signs in by it, and unlinks it', async () => {
      const ada = await signedIn()
      const answer = await link(ada.token)
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.headers.get('refresh'), '0; url=/console#/account/security')
      const by = await tokenIn(house, await signInAt(house, provider, 'office'))
      assert.equal(await idOf(by), ada.id)
      const [identity = assert.fail('it is not listed')] = await listed(ada.token)
      assert.deepEqual([identity.provider, identity.subject], ['office', `subject ${last - 1}`])
      assert.equal((await unlink(ada.token, identity.id)).status, 204)
      assert.deepEqual(await listed(ada.token), [])
      // What it began has ended, and the next one is somebody else.
      assert.equal((await house.call('GET', '/v1/me', { token: by })).status, 401)
      assert.notEqual(await idOf(await tokenIn(house, await signInAt(house, provider, 'office'))), ada.id)
      const events = await house.app.db.query<{ event: string }>(
        "SELECT event FROM activity WHERE target = $1 AND event LIKE 'user.%identity' ORDER BY id",
        ada.id,
      )
      assert.deepEqual(
        events.map(({ event }) => event),
        ['user.link_identity', 'user.unlink_identity'],
      )
    })

    test('a person is told by mail', async () => {
      const ada = await signedIn()
      await house.app.db.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO user_addresses (id, user_id, address, address_key, is_primary, language, created_at, proven_at)
           VALUES ($1, $2, $3, $3, 1, 'en', 1, 1)`,
          `adr_${ada.id}`,
          ada.id,
          `${ada.username}@example.com`,
        )
      })
      await link(ada.token)
      const [identity = assert.fail('it is not listed')] = await listed(ada.token)
      await unlink(ada.token, identity.id)
      const letters = await takeLetters(house.app)
      assert.deepEqual(
        letters.map(({ to, letter }) => [to, letter]),
        [
          [`${ada.username}@example.com`, 'identity_changed'],
          [`${ada.username}@example.com`, 'identity_changed'],
        ],
      )
    })

    test('to link what is linked already changes nothing, and what is somebody else’s is refused', async () => {
      const [ada, bob] = [await signedIn(), await signedIn()]
      await link(ada.token)
      assert.equal((await link(ada.token)).status, 200)
      assert.equal((await listed(ada.token)).length, 1)
      const refused = await link(bob.token)
      assert.equal(refused.status, 409)
      assert.match(refused.text, /belongs to another account/)
      assert.deepEqual(await listed(bob.token), [])
    })

    test('of 16 accounts that link one identity at once, one has it', async () => {
      const people = await Promise.all(Array.from({ length: 16 }, signedIn))
      const answers = await Promise.all(people.map(({ token }) => link(token)))
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(15).fill(409)])
    })

    test('a link takes a sign-in of the last five minutes, and its second factor', async () => {
      const ada = await signedIn()
      house.world.advance(4 * minuteMs)
      assert.equal((await link(ada.token)).status, 200)
      house.world.advance(minuteMs + 1)
      assert.deepEqual(told(await asked(ada.token, newBrowser())), [401, 'insufficient_user_authentication'])
      const [identity = assert.fail('it is not listed')] = await listed(ada.token)
      assert.deepEqual(told(await unlink(ada.token, identity.id)), [401, 'insufficient_user_authentication'])
    })

    test('nobody links in a session that has ended meanwhile, or to an account that is disabled', async () => {
      for (const end of [
        async ({ token }: SignedIn) => house.call('POST', '/v1/logout', { token }),
        async ({ id }: SignedIn) =>
          house.call('POST', `/v1/users/${id}/disable`, { token: await adminToken() }),
      ]) {
        const ada = await signedIn()
        const browser = newBrowser()
        const answer = await asked(ada.token, browser)
        browser.cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
        const location = new URL(String(answer.body.location))
        const state = location.searchParams.get('state') ?? ''
        assert.equal((await end(ada)).status, 204)
        const back = await comeBack(house, 'office', browser, { state, code: provider.codeFor(location) })
        assert.equal(back.status, 400)
        assert.match(back.text, /signed out meanwhile/)
        const found = await house.app.db.query('SELECT id FROM identities WHERE user_id = $1', ada.id)
        assert.deepEqual(found, [])
      }
    })

    test('the answer to a link in another browser links nothing', async () => {
      const ada = await signedIn()
      const answer = await asked(ada.token, newBrowser())
      const location = new URL(String(answer.body.location))
      const victim = newBrowser()
      await begin(house, 'office', victim)
      const state = location.searchParams.get('state') ?? ''
      const back = await comeBack(house, 'office', victim, { state, code: provider.codeFor(location) })
      assert.equal(back.status, 400)
      assert.deepEqual(await listed(ada.token), [])
    })

    test('the last way to sign in is not unlinked; a password, a passkey or another identity is a way', async () => {
      provider.claims = { sub: `alone ${last}`, auth_time: Math.floor(house.world.now() / 1000) }
      const token = await tokenIn(house, await signInAt(house, provider, 'office'))
      const [identity = assert.fail('it is not listed')] = await listed(token)
      assert.deepEqual(told(await unlink(token, identity.id)), [409, 'identity_needed'])
      // Another one of a provider that is disabled is none.
      const second = await openProvider(house)
      const body = {
        key: 'second',
        name: 'Second',
        issuer: second.issuer,
        client_id: 'here',
        client_secret: 'x',
      }
      await house.call('POST', '/v1/providers', { token: await adminToken(), body })
      await house.app.db.transaction((tx) =>
        tx.query(
          `INSERT INTO identities (id, issuer, subject, user_id, created_at) SELECT 'idn_second', $1, 'x', user_id, 1
            FROM identities WHERE id = $2 RETURNING id`,
          second.issuer,
          identity.id,
        ),
      )
      await house.call('POST', '/v1/providers/second/disable', { token: await adminToken() })
      assert.deepEqual(told(await unlink(token, identity.id)), [409, 'identity_needed'])
      await house.call('POST', '/v1/providers/second/enable', { token: await adminToken() })
      assert.equal((await unlink(token, identity.id)).status, 204)
      // The session goes on, in which it was done.
      assert.equal((await listed(token)).length, 1)
      await house.call('POST', '/v1/providers/second/disable', { token: await adminToken() })
      await house.call('DELETE', '/v1/providers/second', { token: await adminToken() })
      await second.close()
    })

    test('a passkey is another way to sign in', async () => {
      provider.claims = { sub: `passkey ${last}`, auth_time: Math.floor(house.world.now() / 1000) }
      const token = await tokenIn(house, await signInAt(house, provider, 'office'))
      const { passkey } = await addPasskey(house, token)
      const [identity = assert.fail('it is not listed')] = await listed(token)
      // From now on it takes the factor as well.
      assert.deepEqual(told(await unlink(token, identity.id)), [401, 'insufficient_user_authentication'])
      const { body } = await signInWith(house, passkey)
      assert.equal((await unlink(body.access_token, identity.id)).status, 204)
    })

    test('a provider that signs somebody in without a word has proven nothing fresh', async () => {
      provider.claims = { sub: `silent ${last}` }
      const silent = await tokenIn(house, await signInAt(house, provider, 'office'))
      const begun = (token: string) => house.call('POST', '/v1/me/factors/authenticator', { token })
      // Nor does the token say when it was, at first or refreshed.
      assert.equal(identify(house.app, silent).claims.auth_time, undefined)
      assert.deepEqual(told(await begun(silent)), [401, 'insufficient_user_authentication'])
      const at = Math.floor(house.world.now() / 1000)
      provider.claims = { ...provider.claims, auth_time: at - 301 }
      const old = await tokenIn(house, await signInAt(house, provider, 'office'))
      assert.deepEqual(told(await begun(old)), [401, 'insufficient_user_authentication'])
      // Asked to prove it again, the provider has to say when that was.
      const browser = newBrowser()
      const { location } = await begin(house, 'office', browser, '?fresh=yes')
      assert.deepEqual(
        [location.searchParams.get('prompt'), location.searchParams.get('max_age')],
        ['login', '0'],
      )
      const back = (code = provider.codeFor(location)) =>
        comeBack(house, 'office', browser, { state: location.searchParams.get('state') ?? '', code })
      assert.equal((await back()).status, 400, 'an old one is refused')
      provider.claims = { ...provider.claims, auth_time: at }
      const again = await tokenIn(house, await signInAt(house, provider, 'office', browser, '?fresh=yes'))
      assert.equal((await begun(again)).status, 200)
      assert.equal(identify(house.app, again).claims.auth_time, at)
    })

    test('an administrator sees and takes an identity, and what it began ends', async () => {
      const ada = await signedIn()
      await link(ada.token)
      const by = await tokenIn(house, await signInAt(house, provider, 'office'))
      const token = await adminToken()
      const path = `/v1/users/${ada.id}/identities`
      const { body } = await house.call('GET', path, { token })
      const [identity = assert.fail('it is not listed')] = body.items
      assert.deepEqual(told(await house.call('DELETE', `${path}/idn_none`, { token })), [
        404,
        'identity_not_found',
      ])
      const other = await signedIn()
      assert.equal((await house.call('DELETE', `${path}/${identity.id}`, { token: other.token })).status, 403)
      const elsewhere = `/v1/users/${other.id}/identities/${identity.id}`
      assert.deepEqual(told(await house.call('DELETE', elsewhere, { token })), [404, 'identity_not_found'])
      assert.equal((await house.call('DELETE', `${path}/${identity.id}`, { token })).status, 204)
      assert.equal((await house.call('GET', '/v1/me', { token: by })).status, 401)
      assert.equal((await house.call('GET', '/v1/me', { token: ada.token })).status, 200)
    })

    test('nobody unlinks what is somebody else’s', async () => {
      const [ada, bob] = [await signedIn(), await signedIn()]
      await link(ada.token)
      const [identity = assert.fail('it is not listed')] = await listed(ada.token)
      assert.deepEqual(told(await unlink(bob.token, identity.id)), [404, 'identity_not_found'])
    })

    test('an account has ten identities at most', async () => {
      const ada = await signedIn()
      for (let at = 0; at < 10; at += 1) {
        provider.claims = { sub: `many ${last} ${at}` }
        assert.equal((await link(ada.token)).status, 200)
      }
      provider.claims = { sub: `one too many ${last}` }
      const refused = await link(ada.token)
      assert.deepEqual([refused.status, (await listed(ada.token)).length], [409, 10])
    })

    test('identities are in what a person downloads, and go with the account', async () => {
      const ada = await signedIn()
      await link(ada.token)
      const download = await house.call('POST', '/v1/me/data', { token: ada.token })
      const [held] = JSON.parse(download.text).identities
      assert.deepEqual([held.provider, held.issuer], ['office', provider.issuer])
      await scheduleDeletion(house.app, operator, ada.id, 0)
      await house.app.jobs.runNow(minuteMs)
      const left = await house.app.db.query('SELECT id FROM identities WHERE user_id = $1', ada.id)
      assert.deepEqual(left, [])
      assert.notEqual(await idOf(await tokenIn(house, await signInAt(house, provider, 'office'))), ada.id)
    })

    test('a provider that is disabled ends what began there, and removed it takes the identities along', async () => {
      const ada = await signedIn()
      await link(ada.token)
      const by = await tokenIn(house, await signInAt(house, provider, 'office'))
      const token = await adminToken()
      const ask = (method: string, path: string) => house.call(method, path, { token })
      assert.deepEqual(told(await ask('DELETE', '/v1/providers/office')), [409, 'provider_enabled'])
      assert.equal((await ask('POST', '/v1/providers/office/disable')).status, 204)
      assert.equal((await house.call('GET', '/v1/me', { token: by })).status, 401)
      assert.equal((await house.call('GET', '/v1/me', { token: ada.token })).status, 200)
      const [identity = assert.fail('it is not listed')] = await listed(ada.token)
      assert.equal(identity.is_usable, false)
      assert.equal((await ask('DELETE', '/v1/providers/office')).status, 204)
      assert.deepEqual(await listed(ada.token), [])
      assert.deepEqual(told(await ask('GET', '/v1/providers/office')), [404, 'provider_not_found'])
    })
  })
}
