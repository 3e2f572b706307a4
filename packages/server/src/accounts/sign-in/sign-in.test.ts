import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { loadMasterKey } from '../../secrets/master-key.ts'
import { relyingParty } from '../passkeys/relying-party.ts'
import { createPasswords } from '../passwords/passwords.ts'
import { createPasswordRules } from '../passwords/rules.ts'
import { createUser, disableUser } from '../users/users.ts'
import { signIn } from './sign-in.ts'

for (const engine of engines) {
  describe(`signing in on ${engine}`, () => {
    let app: TestApp
    let disabled: string
    before(async () => {
      app = await openTestApp(engine)
      await app.signedIn('ada')
      disabled = (await app.signedIn('carl')).id
      await disableUser(app.app, operator, disabled)
      await createUser(app.app, operator, { username: 'fresh', userType: 'customer' })
    })
    after(() => app.close())

    const right = 'the password of ada'
    const newest = async () => {
      const [row] = await app.app.db.query<{
        outcome: string
        reason: string | null
        subject: string | null
      }>(
        `SELECT outcome, reason, subject FROM activity WHERE event = 'user.sign_in' ORDER BY id DESC LIMIT 1`,
      )
      return row
    }

    for (const username of ['ada', 'ADA', 'ａｄａ']) {
      test(`a right password for ${username} gives a token that says who it is`, async () => {
        const { status, body } = await app.call('POST', '/v1/login', { body: { username, password: right } })
        assert.equal(status, 200)
        assert.equal(body.token_type, 'Bearer')
        assert.equal(body.expires_in, 300)
        const me = await app.call('GET', '/v1/me', { token: body.access_token })
        assert.equal(me.body.username, 'ada')
        assert.deepEqual(me.body.permissions, [
          ...['api-keys:write', 'devices:bind', 'devices:control', 'devices:view'],
        ])
        const [row] = await app.app.db.query<{ details: string }>(
          `SELECT details FROM activity WHERE event = 'user.sign_in' ORDER BY id DESC LIMIT 1`,
        )
        assert.deepEqual(JSON.parse(row?.details ?? ''), { amr: 'pwd' })
        const verified = await app.call('POST', '/v1/verify', { body: { token: body.access_token } })
        assert.equal(verified.body.session_id, body.session_id)
        assert.equal(verified.body.kind, 'user')
      })
    }

    const refused = [
      {
        name: 'a wrong password',
        username: 'ada',
        password: 'the password of ben',
        reason: 'password_wrong',
        known: true,
      },
      {
        name: 'the right password in other case',
        username: 'ada',
        password: right.toUpperCase(),
        reason: 'password_wrong',
        known: true,
      },
      {
        name: 'the right password with a blank behind',
        username: 'ada',
        password: `${right} `,
        reason: 'password_wrong',
        known: true,
      },
      {
        name: 'a password too long to be one',
        username: 'ada',
        password: 'ﷺ'.repeat(400),
        reason: 'password_wrong',
        known: true,
      },
      { name: 'an unknown name', username: 'nobody', password: right, reason: 'user_unknown', known: false },
      {
        name: 'a user without a password yet',
        username: 'fresh',
        password: right,
        reason: 'password_wrong',
        known: true,
      },
      {
        name: 'a disabled user with the right password',
        username: 'carl',
        password: 'the password of carl',
        reason: 'account_disabled',
        known: true,
      },
    ]
    for (const { name, username, password, reason, known } of refused) {
      test(`${name} is refused like any other, and only the log knows: ${reason}`, async () => {
        // Nobody has to wait for the failures of the rows before.
        app.world.advance(3_600_000)
        const like = await app.call('POST', '/v1/login', { body: { username: 'x', password: 'y' } })
        // What was counted is told, so that the next refusal is a row of its own again.
        await app.app.activity.flushRefusals(true)
        app.world.advance(1)
        const answer = await app.call('POST', '/v1/login', { body: { username, password } })
        const { requestId, ...body } = answer.body
        assert.deepEqual({ ...body, requestId: like.body.requestId }, like.body)
        assert.equal(answer.status, like.status)
        assert.equal(body.code, 'credentials_invalid')
        const headers = (of: Headers) => [...of].filter(([name]) => name !== 'x-request-id')
        assert.deepEqual(headers(answer.headers), headers(like.headers))
        const row = await newest()
        assert.equal(row?.outcome, 'refused')
        assert.equal(row?.reason, reason)
        assert.equal(row?.subject !== null, known)
      })
    }

    test('each refusal costs one derivation, whether the user exists or not', async () => {
      let derivations = 0
      const counting = createPasswords(
        app.world,
        createPasswordRules([]),
        async (_password, _salt, { tagLength }) => {
          derivations += 1
          return Buffer.alloc(tagLength)
        },
      )
      const proof = { text: undefined, path: '/v1/login' }
      const client = { requestId: 'req_1', address: '127.0.0.1' }
      const masterKey = loadMasterKey(undefined, app.storage.at.directory, app.world)
      const us = relyingParty(app.app.config, 'Latchkey')
      const gate = { lockForSignIn: async () => undefined, regionOf: () => null, masterKey, relyingParty: us }
      for (const username of ['ada', 'nobody', 'fresh', 'carl']) {
        derivations = 0
        await assert.rejects(
          signIn(
            { ...app.app, ...gate, passwords: counting },
            { username, password: 'wrong', proof },
            client,
          ),
          { code: 'credentials_invalid' },
        )
        assert.equal(derivations, 1, username)
      }
    })

    test('a name that nobody has is not written down: it may be a password typed into the wrong field', async () => {
      await app.call('POST', '/v1/login', { body: { username: 'my-secret-horse', password: right } })
      const rows = JSON.stringify(await app.app.db.query('SELECT * FROM activity'))
      assert.ok(!rows.includes('my-secret-horse') && !app.log.lines.join().includes('my-secret-horse'))
    })

    test('each sign-in is a session of its own, and signing out ends that one alone', async () => {
      app.world.advance(3_600_000)
      const [one, two] = [
        (await app.call('POST', '/v1/login', { body: { username: 'ada', password: right } })).body,
        (await app.call('POST', '/v1/login', { body: { username: 'ada', password: right } })).body,
      ]
      assert.notEqual(one.session_id, two.session_id)
      assert.equal((await app.call('POST', '/v1/logout', { token: one.access_token })).status, 204)
      assert.equal((await app.call('GET', '/v1/me', { token: one.access_token })).body.code, 'token_revoked')
      assert.equal(
        (await app.call('POST', '/v1/logout', { token: one.access_token })).body.code,
        'token_revoked',
      )
      assert.equal((await app.call('GET', '/v1/me', { token: two.access_token })).status, 200)
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
