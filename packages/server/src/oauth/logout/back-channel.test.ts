import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import type { TestApplication } from '../../../test/applications.ts'
import { anApplication, authorizePath, TestBrowser } from '../../../test/authorization.ts'
import { enrol } from '../../../test/factors.ts'
import { logoutsAt, sendDue, tokensAt } from '../../../test/logouts.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { openWebhookReceiver, type WebhookReceiver } from '../../../test/webhook-receiver.ts'
import { scheduleDeletion } from '../../accounts/deletion/deletion.ts'
import { resetFactors } from '../../accounts/factors/administer.ts'
import { endSessionsOfIssuer, removeIdentityOf } from '../../accounts/identities/identities.ts'
import { insertIdentity, insertIdentitySession } from '../../accounts/identities/store.ts'
import { disownSignIn } from '../../accounts/notices/sign-ins.ts'
import { insertNoticeLink } from '../../accounts/notices/store.ts'
import { makeRecoveryLink } from '../../accounts/recovery/recovery.ts'
import { setSignInRule } from '../../accounts/user-types/sign-in-rule.ts'
import { createUserType } from '../../accounts/user-types/user-types.ts'
import { disableUser, endSessionOf, endSessionsOf, updateUser } from '../../accounts/users/users.ts'
import { changeApplication, disableApplication, removeApplication } from '../../applications/registered.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import { operator } from '../../identity.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { openApplicationSession } from '../../sessions/gate.ts'
import { triedForMs } from './back-channel.ts'

const minute = 60_000
const hour = 60 * minute

/** Somebody who is signed in at a browser, and in an application that was let in there. */
interface Situation {
  readonly house: TestApp
  readonly ada: SignedIn
  readonly browser: TestBrowser
  readonly shop: TestApplication
  readonly tokens: Awaited<ReturnType<typeof tokensAt>>
  /** Of the application, and of the browser. */
  readonly sid: string
  readonly within: string | null
}

const usual = { grant_type: 'refresh_token' }
const clientOf = ({ id, secret }: TestApplication) => ({ client_id: id, client_secret: secret })
const post = ({ house, shop }: Situation, path: string, form: Record<string, string>) =>
  house.call('POST', path, { form: { ...clientOf(shop), ...form } })
const asks = async (
  { house, ada }: Situation,
  method: string,
  path: string,
  body?: object,
): Promise<void> => {
  const answer = await house.call(method, path, { token: ada.token, ...(body && { body }) })
  assert.ok(answer.status < 300, answer.text)
}

/** As if the session of the browser had begun by an identity of a provider. */
async function byProvider({ house, ada, within }: Situation) {
  const identity = {
    id: `idn_${ada.id}`,
    issuer: `https://${ada.id.replace('_', '-')}.example`,
    subject: 'ada',
  }
  await house.app.db.transaction(async (tx) => {
    const rest = { user_id: ada.id, label: null, created_at: 1, last_used_at: 1 }
    await insertIdentity(tx, { ...identity, ...rest })
    await insertIdentitySession(tx, { session_id: within!, identity: identity.id, proven_at: null })
  })
  return identity
}

/** Every way in which the session of an application ends. Of a new one there is a row. */
const ways: readonly { readonly name: string; readonly end: (of: Situation) => Promise<unknown> }[] = [
  {
    name: 'the browser signs out, led here by the application',
    end: ({ browser, tokens }) => browser.get(`/oauth/logout?id_token_hint=${tokens.id_token}`),
  },
  {
    name: 'the person says here that they sign out',
    end: ({ browser }) => browser.post('/oauth/logout/confirm', {}),
  },
  {
    name: 'the person signs out in the console',
    async end(of) {
      // The console and the pages sign in to one session; here they were two.
      await of.house.app.db.transaction((tx) =>
        tx.query('UPDATE sessions SET within_session = $1 WHERE id = $2', of.ada.sessionId, of.sid),
      )
      await asks(of, 'POST', '/v1/logout')
    },
  },
  {
    name: 'the person ends the session of the browser in their account',
    end: (of) => asks(of, 'DELETE', `/v1/me/sessions/${of.within}`),
  },
  {
    name: 'the person ends the session of the application in their account',
    end: (of) => asks(of, 'DELETE', `/v1/me/sessions/${of.sid}`),
  },
  {
    name: 'the person ends all other sessions',
    end: (of) => asks(of, 'POST', '/v1/me/sessions/end-others'),
  },
  {
    name: 'the person takes their consent back',
    end: (of) => asks(of, 'DELETE', `/v1/me/applications/${of.shop.id}`),
  },
  {
    name: 'the person changes their password',
    end: (of) =>
      asks(of, 'POST', '/v1/me/password', {
        current_password: of.ada.password,
        password: 'violet harbour lanterns drift',
      }),
  },
  {
    name: 'an administrator ends the session of the browser',
    end: ({ house, ada, within }) => endSessionOf(house.app, operator, ada.id, within!),
  },
  {
    name: 'an administrator ends all sessions of the person',
    end: ({ house, ada }) => endSessionsOf(house.app, operator, ada.id),
  },
  {
    name: 'the account is disabled',
    end: ({ house, ada }) => disableUser(house.app, operator, ada.id),
  },
  {
    name: 'the account is deleted, before anything was sent',
    async end({ house, ada }) {
      await scheduleDeletion(house.app, operator, ada.id, 0)
      await house.app.jobs.runOne('users.delete')
      assert.deepEqual(await house.app.db.query('SELECT id FROM users WHERE id = $1', ada.id), [])
    },
  },
  {
    name: 'the person gets another type',
    end: ({ house, ada }) => updateUser(house.app, operator, ada.id, { userType: 'guest' }),
  },
  {
    name: 'the password of the account is taken away',
    end: ({ house, ada }) => makeRecoveryLink(house.app, operator, ada.id, true),
  },
  {
    name: 'the person sets a password by a link',
    async end({ house, ada, browser }) {
      const { url } = await makeRecoveryLink(house.app, operator, ada.id, false)
      const password = 'copper meadow whistles slowly'
      const answer = await browser.post(new URL(url).pathname, { password, again: password })
      assert.equal(answer.status, 200)
    },
  },
  {
    name: 'the person says that the sign-in was not theirs',
    async end({ house, ada, within }) {
      const secret = newSecret('notme', house.world)
      const link = { secretHash: hashSecret(secret), userId: ada.id, sessionId: within! }
      const [createdAt, expiresAt] = [house.world.now(), house.world.now() + hour]
      await house.app.db.transaction((tx) => insertNoticeLink(tx, { ...link, createdAt, expiresAt }))
      await disownSignIn(house.app, secret, { address: '192.0.2.1', requestId: 'req_a' })
    },
  },
  {
    name: 'the provider by which the person has signed in is disabled',
    async end(of) {
      const { issuer } = await byProvider(of)
      await endSessionsOfIssuer(of.house.app, operator, issuer)
    },
  },
  {
    name: 'the identity by which the person has signed in is removed',
    async end(of) {
      const { app } = of.house
      const { id } = await byProvider(of)
      await removeIdentityOf({ ...app, ...app.upstream.ground }, operator, of.ada.id, id)
    },
  },
  {
    name: 'the person adds a second factor',
    end: ({ house, ada }) => enrol(house, ada.token),
  },
  {
    name: 'the second factors are reset',
    end: ({ house, ada }) => resetFactors(house.app, operator, ada.id),
  },
  {
    name: 'the application gives its refresh token back',
    end: (of) => post(of, '/oauth/revoke', { token: of.tokens.refresh_token }),
  },
  {
    name: 'a refresh token comes again',
    async end(of) {
      const first = of.tokens.refresh_token
      const second = (await post(of, '/oauth/token', { ...usual, refresh_token: first })).body.refresh_token
      await post(of, '/oauth/token', { ...usual, refresh_token: second })
      of.house.world.advance(minute)
      await post(of, '/oauth/token', { ...usual, refresh_token: first })
    },
  },
  {
    name: 'a code comes again',
    end: (of) =>
      post(of, '/oauth/token', {
        ...{ grant_type: 'authorization_code', code: of.tokens.code },
        code_verifier: 'a-verifier-that-is-long-enough-to-be-one-of-rfc-7636',
      }),
  },
  {
    name: 'the type of the person allows no longer session',
    async end({ house }) {
      await setSignInRule(house.app, operator, 'customer', { sessionLongestSeconds: 3_600 })
      house.world.advance(hour)
      await house.app.jobs.runOne('sessions.end_overlong')
      await setSignInRule(house.app, operator, 'customer', { sessionLongestSeconds: null })
    },
  },
  {
    name: 'there are too many sessions',
    async end({ house, ada, shop, browser }) {
      house.world.advance(minute)
      await browser.get(authorizePath(shop, { prompt: 'none' }))
      const client = { address: '192.0.2.1', requestId: 'req_a' }
      for (let count = 0; count < 100; count++) {
        house.world.advance(1)
        const id = `ses_many_${ada.id}_${count}`
        await house.app.db.transaction((tx) =>
          openApplicationSession({ ...house.app, regionOf: () => null }, tx, client, {
            ...{ id, userId: ada.id, application: 'cli_other', amr: [], within: null },
          }),
        )
      }
    },
  },
  {
    name: 'the application loses a scope',
    end: ({ house, shop }) =>
      changeApplication(house.app.applications.ground, operator, shop.id, { scopes: ['openid'] }),
  },
  {
    name: 'the application is disabled',
    end: ({ house, shop }) => disableApplication(house.app.applications.ground, operator, shop.id),
  },
  {
    name: 'the application is removed',
    end: ({ house, shop }) => removeApplication(house.app.applications.ground, operator, shop.id),
  },
]

for (const engine of engines) {
  describe(`applications are told that a session has ended, on ${engine}`, () => {
    let house: TestApp
    let receiver: WebhookReceiver
    let count = 0
    before(async () => {
      house = await openTestApp(engine, { LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1' })
      await house.signedIn('root', 'administrator')
      await createUserType(house.app, operator, { name: 'guest', description: 'a guest', permissions: [] })
    })
    beforeEach(async () => {
      receiver = await openWebhookReceiver()
    })
    afterEach(() => receiver.close())
    after(() => house.close())

    async function begin(more: Partial<ApplicationRow> = {}, scope?: string): Promise<Situation> {
      const ada = await house.signedIn(`person ${++count}`)
      const browser = new TestBrowser(house)
      await browser.signIn(ada.username)
      const shop = await anApplication(house, {
        ...{ is_first_party: true, backchannel_logout_uri: receiver.url },
        ...more,
      })
      const tokens = await tokensAt(house, browser, shop, scope)
      const sid = String(decodeUnverified(tokens.access_token).claims.sid)
      const rows = await house.app.db.query<{ within_session: string | null }>(
        'SELECT within_session FROM sessions WHERE id = $1',
        sid,
      )
      return { house, ada, browser, shop, tokens, sid, within: rows[0]!.within_session }
    }

    for (const { name, end } of ways) {
      test(name, async () => {
        const of = await begin()
        await end(of)
        await sendDue(house.app)
        const told = await logoutsAt(house, receiver, of.shop.id)
        assert.deepEqual(
          told.map(({ sub, sid }) => [sub, sid]),
          [[of.ada.id, of.sid]],
        )
        await sendDue(house.app)
        assert.deepEqual([receiver.received, await waiting(house)], [[], 0])
      })
    }

    test('each reason for which a session ends has a row above, or ends none of an application', async () => {
      const rows = await house.app.db.query<{ end_reason: string }>(
        'SELECT DISTINCT end_reason FROM sessions WHERE ended_at IS NOT NULL',
      )
      const seen = new Set(rows.map(({ end_reason: reason }) => reason))
      assert.deepEqual(
        reasonsInSources().filter((reason) => !seen.has(reason) && !(reason in ofNoApplication)),
        [],
      )
    })

    test('every session of the application that ends is told, each once, and nobody else is told', async () => {
      const of = await begin()
      const again = await tokensAt(house, of.browser, of.shop)
      const mute = await anApplication(house, { is_first_party: true })
      await tokensAt(house, of.browser, mute)
      const stranger = await begin()
      await of.browser.post('/oauth/logout/confirm', {})
      await sendDue(house.app)
      const told = await logoutsAt(house, receiver, of.shop.id)
      const sids = [of.tokens, again].map(({ access_token: token }) => decodeUnverified(token).claims.sid)
      assert.deepEqual(told.map(({ sid }) => sid).sort(), sids.sort())
      assert.equal(new Set(told.map(({ jti }) => jti)).size, 2)
      await endSessionsOf(house.app, operator, stranger.ada.id)
      await sendDue(house.app)
      assert.equal(receiver.received.length, 1)
    })

    test('what goes on when the browser signs out is not told', async () => {
      const of = await begin({}, 'openid offline_access')
      await of.browser.post('/oauth/logout/confirm', {})
      await sendDue(house.app)
      assert.deepEqual(receiver.received, [])
      await endSessionsOf(house.app, operator, of.ada.id)
      await sendDue(house.app)
      const [told] = await logoutsAt(house, receiver, of.shop.id)
      assert.equal(told?.sid, of.sid)
    })

    test('a pairwise subject is that of the ID token; without the session, all of the person is meant', async () => {
      const more = { subject_type: 'pairwise', subject_salt: 'its own' } as const
      const of = await begin({ ...more, backchannel_logout_session_required: false })
      await of.browser.post('/oauth/logout/confirm', {})
      await sendDue(house.app)
      const [told] = await logoutsAt(house, receiver, of.shop.id)
      assert.notEqual(told?.sub, of.ada.id)
      assert.deepEqual(
        [told?.sub, told && 'sid' in told],
        [decodeUnverified(of.tokens.id_token).claims.sub, false],
      )
    })

    test('one that does not answer is told again under the same id by a fresh token, for a day; then the log says so', async () => {
      const of = await begin()
      receiver.answer = 500
      await of.browser.post('/oauth/logout/confirm', {})
      const began = house.world.now()
      await sendDue(house.app)
      house.world.advance(hour)
      await sendDue(house.app)
      const told = await logoutsAtAnyTime(receiver)
      assert.equal(new Set(told.map(({ jti }) => jti)).size, 1)
      assert.deepEqual(
        told.map(({ iat }) => iat),
        [began, began + hour].map((at) => Math.floor(at / 1000)),
      )
      house.world.advance(triedForMs)
      await sendDue(house.app)
      assert.equal(await waiting(house), 0)
      const events = await house.app.db.query(
        "SELECT outcome, reason FROM activity WHERE event = 'application.give_up' AND target = $1",
        of.shop.id,
      )
      assert.deepEqual(events, [{ outcome: 'failure', reason: 'status_unexpected' }])
    })

    test('one that has moved meanwhile is not told where it was', async () => {
      const of = await begin()
      receiver.answer = 500
      await of.browser.post('/oauth/logout/confirm', {})
      await sendDue(house.app)
      receiver.received.splice(0)
      await changeApplication(house.app.applications.ground, operator, of.shop.id, {
        backchannelLogoutUri: null,
      })
      house.world.advance(hour)
      await sendDue(house.app)
      assert.deepEqual([receiver.received, await waiting(house)], [[], 0])
    })

    test('it is not redirected, and its address is one that may be reached', async () => {
      const of = await begin({ backchannel_logout_uri: 'http://192.0.2.9/out' })
      const other = await begin()
      receiver.answer = 307
      await of.browser.post('/oauth/logout/confirm', {})
      await other.browser.post('/oauth/logout/confirm', {})
      await sendDue(house.app)
      assert.equal(receiver.received.length, 1)
      const errors = await house.app.db.query<{ webhook: string; last_error: string }>(
        'SELECT webhook, last_error FROM webhook_deliveries',
      )
      assert.deepEqual(
        [of, other].map(({ shop }) => errors.find(({ webhook }) => webhook === shop.id)?.last_error),
        ['url_not_allowed', 'redirected'],
      )
      await house.app.db.transaction((tx) => tx.query("DELETE FROM webhooks WHERE kind = 'logout'"))
    })

    test('of two processes one tells it', async () => {
      const of = await begin()
      const beside = await openBeside(house)
      try {
        await of.browser.post('/oauth/logout/confirm', {})
        await Promise.all([sendDue(house.app), sendDue(beside)])
      } finally {
        await beside.stop()
      }
      assert.equal((await logoutsAt(house, receiver, of.shop.id)).length, 1)
    })

    test('nobody who writes webhooks sees or changes these queues', async () => {
      const of = await begin()
      receiver.answer = 500
      await of.browser.post('/oauth/logout/confirm', {})
      await sendDue(house.app)
      const { body: root } = await house.call('POST', '/v1/login', {
        body: { username: 'root', password: 'the password of root' },
      })
      const token = root.access_token
      const { items } = (await house.call('GET', '/v1/webhooks', { token })).body
      assert.deepEqual(items, [])
      const path = `/v1/webhooks/${of.shop.id}`
      for (const [method, more, body] of [
        ['GET', ''],
        ['DELETE', ''],
        ['PATCH', '', { on: false }],
        ['POST', '/test'],
        ['POST', '/replay', { since: new Date(0).toISOString() }],
      ] as const) {
        const answer = await house.call(method, path + more, { token, ...(body && { body }) })
        assert.equal(answer.body.code, 'webhook_not_found', `${method} ${more}`)
      }
      const { body } = await house.call('GET', `${path}/deliveries`, { token })
      assert.equal(body.code, 'webhook_not_found')
      await house.app.db.transaction((tx) => tx.query("DELETE FROM webhooks WHERE kind = 'logout'"))
    })

    test('the queue of an application that is gone is forgotten', async () => {
      const [gone, stays] = [await begin(), await begin()]
      for (const { shop } of [gone, stays])
        await disableApplication(house.app.applications.ground, operator, shop.id)
      await removeApplication(house.app.applications.ground, operator, gone.shop.id)
      await sendDue(house.app)
      await house.app.jobs.runOne('logouts.sweep')
      const rows = await house.app.db.query<{ id: string }>("SELECT id FROM webhooks WHERE kind = 'logout'")
      const ids = rows.map(({ id }) => id)
      assert.deepEqual(
        [gone, stays].map(({ shop }) => ids.includes(shop.id)),
        [false, true],
      )
    })
  })
}

/** Reasons for which no session of an application ends by itself; one that lies within such a session ends with it. */
const ofNoApplication: Readonly<Record<string, string>> = {
  connection_lost: 'of a session of MQTT, which is another thing',
  actor_session_ended: 'of an administrator who acts as somebody',
  acting_over: 'the same',
  app_disabled: 'of a person whom the app of another company has signed in, in no browser',
  person_unlinked: 'the same',
  person_privileged: 'the same',
}

/** What stands in the calls that end sessions, and in what is handed to them. */
function reasonsInSources(): string[] {
  const directory = join(import.meta.dirname, '../..')
  const texts = globSync('**/*.ts', { cwd: directory, exclude: (name) => name.endsWith('.test.ts') }).map(
    (file) => readFileSync(join(directory, file), 'utf8'),
  )
  const calls = texts.flatMap((text) => [
    ...text.matchAll(/\b(?:endSession|endAllSessions)\([^;]*?\)/g),
    ...text.matchAll(/type EndReason = .*|endSessions\(ground, tx.*\}/g),
  ])
  const reasons = calls.flatMap(([call]) =>
    [...call.matchAll(/'([a-z]+_[a-z_]+)'/g)].map(([, one = '']) => one),
  )
  assert.ok(reasons.length > 20, `${reasons.length} were found`)
  return [...new Set(reasons)].sort()
}

async function waiting({ app }: TestApp): Promise<number> {
  const rows = await app.db.query(
    "SELECT 1 AS one FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook WHERE w.kind = 'logout'",
  )
  return rows.length
}

/** Without verifying them, for their time is over. */
async function logoutsAtAnyTime({ received }: WebhookReceiver) {
  return received.splice(0).map(({ body }) => {
    return decodeUnverified(new URLSearchParams(body).get('logout_token')!).claims
  })
}
