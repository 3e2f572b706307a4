import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, afterEach, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { openBeside, post } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { searchEvents } from '../../activity/archive/reading.ts'
import { Refusal } from '../../errors.ts'
import { operator } from '../../identity.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import { invite } from '../invitations/invitations.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const issuer = 'https://id.example'
const here = '203.0.113.9'
const elsewhere = '198.51.100.7'

for (const engine of engines) {
  describe(`attempts to sign in, ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine, {
        LATCHKEY_ISSUER: issuer,
        LATCHKEY_SIGN_IN_FAILURES_PER_ADDRESS: '12',
      })
    })
    after(() => app.close())
    // What strangers did in one test is not counted in the next.
    afterEach(() => app.app.db.transaction((tx) => tx.query('DELETE FROM sign_in_networks')))

    const attempt = (
      username: string,
      password: string,
      { address = here, browser }: { address?: string; browser?: string | undefined } = {},
    ) =>
      app.call('POST', '/v1/login', {
        address,
        body: { username, password, ...(browser !== undefined && { cookie: 'console' }) },
        ...(browser !== undefined && { headers: { origin: issuer, cookie: browser } }),
      })
    const right = (username: string) => `the password of ${username}`
    const fail = async (username: string, times: number, from = {}) => {
      for (let n = 0; n < times; n += 1) {
        const { status, body } = await attempt(username, 'not it', from)
        assert.deepEqual([status, body.code], [401, 'credentials_invalid'], `failure ${n + 1}`)
      }
    }
    const isRefused = async (username: string, retryAfter: string | null, from = {}) => {
      for (const password of ['not it', right(username)]) {
        const { status, body, headers } = await attempt(username, password, from)
        assert.deepEqual([status, body.code], [429, 'too_many_requests'])
        assert.equal(headers.get('retry-after'), retryAfter)
      }
    }
    const signsIn = async (username: string, from = {}) =>
      assert.equal((await attempt(username, right(username), from)).status, 200)
    /** As after many failures, without the hours that they take. */
    const setFailures = (failures: number) =>
      app.app.db.transaction((tx) => tx.query('UPDATE sign_in_failures SET failures = $1', failures))
    /** The cookie of a browser that somebody has signed in with. */
    const browserOf = async (username: string): Promise<string> => {
      const { headers, status } = await attempt(username, right(username), { browser: '' })
      assert.equal(status, 200)
      const [cookie] = headers.getSetCookie().filter((text) => text.startsWith('__Host-latchkey_browser'))
      assert.match(cookie ?? '', /; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=34560000$/)
      await app.app.db.transaction((tx) => tx.query('DELETE FROM sessions'))
      return cookie?.split(';', 1)[0] ?? ''
    }

    for (const name of ['ada', 'nobody']) {
      test(`of ${name}: five may be wrong, then each waits twice as long as the one before`, async () => {
        if (name === 'ada') await app.signedIn(name)
        await fail(name, 5)
        for (const seconds of [1, 2, 4, 8]) {
          await isRefused(name, String(seconds))
          app.world.advance(seconds * 1000 - 1)
          await isRefused(name, '1')
          app.world.advance(1)
          await fail(name, 1)
        }
      })

      test(`of ${name}: no wait is longer than an hour, and at a hundred there is no next one`, async () => {
        await setFailures(98)
        app.world.advance(hourMs)
        await fail(name, 1)
        await isRefused(name, '3600')
        app.world.advance(hourMs)
        await fail(name, 1)
        for (const waited of [0, hourMs, 29 * dayMs]) {
          app.world.advance(waited)
          await app.app.jobs.runNow(hourMs)
          await isRefused(name, null)
        }
      })
    }

    test('the last one that is admitted is an alarm in the log, once, and of nobody where nobody has the name', async () => {
      // Months have gone by: it is in the archive of the log.
      const alarms = { reason: 'failures_exhausted', outcome: 'alarm' }
      const { events } = await searchEvents(app.app.db, alarms, 10, 10_000)
      assert.equal(events.length, 1)
      assert.match(String(events[0]?.subject), /^usr_/)
    })

    test('an attempt that is not admitted costs no hash and does not make the wait longer', async () => {
      await app.signedIn('bea')
      await fail('bea', 5)
      for (let n = 0; n < 10; n += 1) await isRefused('bea', '1')
      app.world.advance(1000)
      await signsIn('bea')
    })

    const ofServer: { name: string; error: Error; status: number }[] = [
      { name: 'is busy', error: new Refusal('overloaded', 'too many'), status: 503 },
      { name: 'is full', error: new Refusal('storage_full', 'no room'), status: 507 },
      { name: 'has no storage', error: new Refusal('storage_unavailable', 'no answer'), status: 503 },
      { name: 'stops', error: new Refusal('stopping', 'goodbye'), status: 503 },
    ]
    for (const [at, { name, error, status }] of ofServer.entries())
      test(`an attempt that ends because the server ${name} counts neither for the account nor for the network`, async (t) => {
        const username = `ola${at}`
        await app.signedIn(username)
        await fail(username, 4)
        const broken = t.mock.method(app.app.passwords, 'matches', () => Promise.reject(error))
        for (let n = 0; n < 20; n += 1) assert.equal((await attempt(username, 'not it')).status, status)
        broken.mock.restore()
        await fail(username, 1)
        await isRefused(username, '1')
      })

    test('a passkey that nobody could look at does not count for the network, and one that is refused does', async () => {
      const prove = (error: Error) =>
        app.app.attempts.judgePasskey({ address: here, userAgent: '', requestId: '' }, () =>
          Promise.reject(error),
        )
      for (let n = 0; n < 20; n += 1) await assert.rejects(prove(new Error('a bug')), /a bug/)
      for (let n = 0; n < 12; n += 1) {
        await assert.rejects(prove(new Refusal('passkey_refused', 'no')), { code: 'passkey_refused' })
      }
      await assert.rejects(prove(new Error('a bug')), { code: 'too_many_requests' })
    })

    test('who finds the line before the hashes full is refused before anything is counted or stored', async (t) => {
      await app.signedIn('pia')
      const full = t.mock.method(app.app.passwords, 'requireRoom', () => {
        throw new Refusal('overloaded', 'too many')
      })
      const counters = () => app.app.db.query('SELECT * FROM sign_in_failures ORDER BY account, place')
      const before = await counters()
      for (const username of ['pia', 'nobody of this name']) {
        assert.equal((await attempt(username, 'not it')).status, 503)
      }
      full.mock.restore()
      assert.deepEqual(await counters(), before)
    })

    test('of 64 at once no more are admitted than one after the other', async () => {
      await app.signedIn('cleo')
      const outcomes = await Promise.all(Array.from({ length: 64 }, () => attempt('cleo', 'not it')))
      assert.equal(outcomes.filter(({ status }) => status === 401).length, 5)
      assert.equal(outcomes.filter(({ status }) => status === 429).length, 59)
    })

    test('the right one makes failures count from the beginning again', async () => {
      await app.signedIn('dan')
      for (let round = 0; round < 2; round += 1) {
        await fail('dan', 4)
        await signsIn('dan')
        await app.app.db.transaction((tx) => tx.query('DELETE FROM sessions'))
      }
    })

    test('a stranger who fails on purpose locks nobody out where they have signed in before', async () => {
      await app.signedIn('eve')
      const browser = await browserOf('eve')
      await signsIn('eve', { address: elsewhere })
      await fail('eve', 5)
      await setFailures(100)
      await isRefused('eve', null)
      await isRefused('eve', null, { browser: browser.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')) })
      await isRefused('eve', null, { browser: `${browser}; ${browser}` })
      await signsIn('eve', { browser })
      await signsIn('eve', { address: elsewhere })
      // What the account knows has a count of its own, which is as long.
      await fail('eve', 5, { address: elsewhere })
      await isRefused('eve', '1', { address: elsewhere })
      await signsIn('eve', { browser })
    })

    test('an address is known for thirty days, a browser for 400 since it was last used', async () => {
      await app.signedIn('fay')
      const browser = await browserOf('fay')
      await signsIn('fay', { address: elsewhere })
      await fail('fay', 5)
      await setFailures(100)
      app.world.advance(30 * dayMs - 1)
      await app.app.jobs.runNow(hourMs)
      await signsIn('fay', { browser })
      await app.app.db.transaction((tx) => tx.query("DELETE FROM sessions WHERE address <> '198.51.100.7'"))
      app.world.advance(1)
      await isRefused('fay', null, { address: elsewhere })
      app.world.advance(370 * dayMs)
      await app.app.jobs.runNow(hourMs)
      await signsIn('fay', { browser })
      await app.app.db.transaction((tx) => tx.query('DELETE FROM sessions'))
      app.world.advance(400 * dayMs)
      await app.app.jobs.runNow(hourMs)
      await isRefused('fay', null, { browser })
    })

    test('the browser of one account is a stranger to another', async () => {
      await app.signedIn('gus')
      await app.signedIn('hal')
      const browser = await browserOf('gus')
      await fail('hal', 5)
      await setFailures(100)
      await isRefused('hal', null, { browser })
    })

    test('a new password is a new beginning, and who knew the one before is a stranger again', async () => {
      const ida = await app.signedIn('ida')
      const browser = await browserOf('ida')
      await signsIn('ida', { address: elsewhere })
      await fail('ida', 5)
      await setFailures(100)
      const { secret } = await invite(app.app, operator, ida.id)
      const accepted = { invitation: secret, password: right('ida') }
      assert.equal((await app.call('POST', '/v1/invitations/accept', { body: accepted })).status, 200)
      for (const from of [{}, { browser }, { address: elsewhere }]) await fail('ida', 1, from)
      // All three count as one: the failures of strangers.
      const counters = await app.app.db.query<{ place: string; failures: number }>(
        'SELECT place, failures FROM sign_in_failures WHERE failures = 3',
      )
      assert.deepEqual(counters, [{ place: '', failures: 3 }])
    })

    test('an administrator unlocks an account, and nobody whose permissions they do not hold', async () => {
      const boss = await app.signedIn('boss', 'administrator')
      const jo = await app.signedIn('jo')
      await fail('jo', 5)
      await setFailures(100)
      await isRefused('jo', null)
      const path = `/v1/users/${jo.id}/unlock`
      assert.equal((await app.call('POST', path, { token: jo.token })).status, 403)
      assert.equal((await app.call('POST', path, { token: boss.token })).status, 204)
      await fail('jo', 4)
      await signsIn('jo')
    })

    test('a network has as many failures an hour as the setting says, and each comes back in its time', async () => {
      for (let n = 0; n < 12; n += 1) await fail(`somebody ${n}`, 1)
      await isRefused('somebody else', '300')
      await fail('somebody else', 1, { address: elsewhere })
      app.world.advance(300_000 - 1)
      await isRefused('somebody else', '1')
      app.world.advance(1)
      await fail('somebody else', 1)
      await isRefused('somebody else', '300')
      app.world.advance(hourMs)
      await app.app.jobs.runNow(hourMs)
      for (let n = 0; n < 12; n += 1) await fail(`somebody new ${n}`, 1)
      await isRefused('somebody else', '300')
    })

    test('an IPv6 network is one, and who signs in rightly is not counted', async () => {
      const kim = await app.signedIn('kim')
      const address = (n: number) => `2001:db8::${n.toString(16)}`
      for (let n = 0; n < 11; n += 1) await fail(`nobody ${n}`, 1, { address: address(n) })
      for (let n = 0; n < 10; n += 1) await signsIn(kim.username, { address: address(200) })
      await fail('nobody at all', 1, { address: address(11) })
      await isRefused('nobody at all', '300', { address: address(12) })
      // At an address that the account knows it may still sign in.
      await signsIn(kim.username, { address: address(200) })
    })

    test('the log knows why an attempt was refused, and of whom', async () => {
      const lea = await app.signedIn('lea')
      await fail('lea', 5)
      await isRefused('lea', '1')
      await app.app.activity.flushRefusals(true)
      const rows = await app.app.db.query(
        `SELECT event, outcome FROM activity WHERE subject = $1 AND reason = 'account_failures'`,
        lea.id,
      )
      assert.deepEqual(rows[0], { event: 'user.sign_in', outcome: 'refused' })
    })

    test('what was typed as a name stands nowhere, and as no hash that could be guessed at', async () => {
      const typed = 'a password in the wrong field'
      await fail(typed, 1)
      const rows = JSON.stringify(await app.app.db.query('SELECT * FROM sign_in_failures'))
      const digests = ['hex', 'base64url', 'base64'] as const
      for (const secret of [typed, ...digests.map((form) => hash('sha256', typed, form)), hashSecret(typed)])
        assert(!rows.includes(secret))
    })

    test('two processes count together, and a restart forgets nothing', async () => {
      await app.signedIn('max')
      await fail('max', 3)
      const second = await openBeside(app)
      try {
        const body = { username: 'max', password: 'not it' }
        for (const status of [401, 401, 429])
          assert.equal((await post(second, '/v1/login', body)).status, status)
        await isRefused('max', '1')
      } finally {
        await second.stop()
      }
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.lines, []))
  })
}
