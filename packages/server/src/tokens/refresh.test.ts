import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { openBeside, post } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import type { App } from '../app.ts'
import { Refusal } from '../errors.ts'
import { newSecret } from '../secrets/secrets.ts'
import { isLiveRefreshToken, rotate, startFamily } from './refresh.ts'

const day = 24 * 60 * 60 * 1000

for (const engine of engines) {
  describe(`refreshing on ${engine}`, () => {
    let app: TestApp
    let beside: App
    let password: string
    before(async () => {
      app = await openTestApp(engine)
      beside = await openBeside(app)
      password = (await app.signedIn('ada')).password
    })
    after(async () => {
      await beside.stop()
      await app.close()
    })

    const signIn = async () =>
      (await app.call('POST', '/v1/login', { body: { username: 'ada', password } })).body
    const refresh = (token: string) => app.call('POST', '/v1/refresh', { body: { refresh_token: token } })
    const reasons = async () =>
      (
        await app.app.db.query<{ line: string }>(
          `SELECT outcome || ' ' || COALESCE(reason, '') AS line FROM activity WHERE event = 'session.refresh' ORDER BY id DESC`,
        )
      ).map(({ line }) => line)

    test('gives a new access token of the same session and another refresh token', async () => {
      const first = await signIn()
      const { status, body } = await refresh(first.refresh_token)
      assert.equal(status, 200)
      assert.equal(body.session_id, first.session_id)
      assert.notEqual(body.refresh_token, first.refresh_token)
      assert.notEqual(body.access_token, first.access_token)
      assert.equal((await app.call('GET', '/v1/me', { token: body.access_token })).status, 200)
    })

    for (const seconds of [0, 9, 10]) {
      test(`gives the same successor to the same token again after ${seconds} s, for an answer may be lost`, async () => {
        const { refresh_token } = await signIn()
        const first = await refresh(refresh_token)
        app.world.advance(seconds * 1000)
        const second = await refresh(refresh_token)
        assert.equal(second.status, 200)
        assert.equal(second.body.refresh_token, first.body.refresh_token)
        assert.equal((await refresh(first.body.refresh_token)).status, 200)
      })
    }

    const isLive = (token: string, ms = 0) => isLiveRefreshToken(app.app.db, token, app.world.now() + ms)

    test('is live as long as it would bring another one, which nobody uses it up to find out', async () => {
      const { refresh_token: token } = await signIn()
      assert.deepEqual([await isLive(token, 30 * day - 1), await isLive(token, 30 * day)], [true, false])
      const { body } = await refresh(token)
      assert.deepEqual([await isLive(token, 10_000), await isLive(token, 10_001)], [true, false])
      assert.equal(await isLive(body.refresh_token), true)
      assert.equal(await isLive(newSecret('rt', app.world)), false)
      assert.equal(await isLive('lk_rt_x'), false)
      await app.call('POST', '/v1/logout', { token: body.access_token })
      assert.equal(await isLive(body.refresh_token), false)
    })

    test('is over the moment that its thirty days are, and not a millisecond before', async () => {
      const [first, second] = [await signIn(), await signIn()]
      app.world.advance(30 * day - 1)
      assert.equal((await refresh(first.refresh_token)).status, 200)
      app.world.advance(1)
      assert.equal((await refresh(second.refresh_token)).body.code, 'refresh_invalid')
      assert.equal((await reasons())[0], 'refused expired')
    })

    test('is over for good after ninety days, however often it was used', async () => {
      let { refresh_token: token } = await signIn()
      const go = async (ms: number) => {
        app.world.advance(ms)
        token = (await refresh(token)).body.refresh_token
        assert(token !== undefined)
      }
      for (const ms of [29 * day, 29 * day, 29 * day, 3 * day - 1]) await go(ms)
      assert.deepEqual([await isLive(token), await isLive(token, 1)], [true, false])
      app.world.advance(1)
      assert.equal((await refresh(token)).body.code, 'refresh_invalid')
    })

    const stolen = [
      { name: 'ten seconds later', make: async () => app.world.advance(10_001) },
      {
        name: 'at once, when its successor was used already',
        make: async (successor: string) => void (await refresh(successor)),
      },
    ]
    for (const { name, make } of stolen) {
      test(`ends the session where a token is used again ${name}, for somebody has a copy`, async () => {
        const { refresh_token, access_token } = await signIn()
        const { body } = await refresh(refresh_token)
        await make(body.refresh_token)
        app.world.advance(1)
        const again = await refresh(refresh_token)
        assert.equal(again.status, 401)
        assert.equal(again.body.code, 'refresh_reused')
        assert.equal((await reasons())[0], 'alarm refresh_token_reused')
        for (const token of [access_token, body.access_token])
          assert.equal((await app.call('GET', '/v1/me', { token })).body.code, 'token_revoked')
        assert.equal(
          (await refresh(body.refresh_token)).body.code,
          'refresh_invalid',
          'the thief has nothing',
        )
        assert.equal(
          (await refresh(refresh_token)).body.code,
          'refresh_invalid',
          'and raises no second alarm',
        )
      })
    }

    const refused: { name: string; reason: string; make: () => Promise<string> | string }[] = [
      { name: 'what is no token', reason: 'malformed', make: () => 'x' },
      {
        name: 'a token with a typing error',
        reason: 'malformed',
        make: () => `${newSecret('rt', app.world).slice(0, -1)}!`,
      },
      { name: 'a secret of another kind', reason: 'malformed', make: () => newSecret('invite', app.world) },
      { name: 'a token that was never given out', reason: 'unknown', make: () => newSecret('rt', app.world) },
      {
        name: 'a token not used for thirty days',
        reason: 'expired',
        async make() {
          const { refresh_token } = await signIn()
          app.world.advance(30 * day)
          return refresh_token
        },
      },
      {
        name: 'a token of the second generation not used for thirty days',
        reason: 'expired',
        async make() {
          const { body } = await refresh((await signIn()).refresh_token)
          app.world.advance(30 * day)
          return body.refresh_token
        },
      },
      {
        name: 'the token of a session that has ended',
        reason: 'family_ended',
        async make() {
          const { refresh_token, access_token } = await signIn()
          await app.call('POST', '/v1/logout', { token: access_token })
          return refresh_token
        },
      },
    ]
    for (const { name, reason, make } of refused) {
      test(`refuses ${name}, and only the log knows why: ${reason}`, async () => {
        const token = await make()
        app.world.advance(1)
        const answer = await refresh(token)
        assert.equal(answer.status, 401)
        assert.equal(answer.body.code, 'refresh_invalid')
        assert.equal(answer.body.detail, 'this refresh token is not valid; sign in again')
        assert.equal((await reasons())[0], `refused ${reason}`)
      })
    }

    test('slides for thirty days each time and ends for good after ninety', async () => {
      let { refresh_token } = await signIn()
      for (const days of [29, 29, 29]) {
        app.world.advance(days * day)
        const { status, body } = await refresh(refresh_token)
        assert.equal(status, 200)
        refresh_token = body.refresh_token
      }
      app.world.advance(3 * day)
      assert.equal((await refresh(refresh_token)).body.code, 'refresh_invalid')
    })

    test('refuses a token of another client', async () => {
      const { db, world } = app.app
      const { session_id } = await signIn()
      const token = await db.transaction((tx) =>
        startFamily(tx, world, { sessionId: session_id, clientId: 'cli_one', key: undefined }),
      )
      for (const clientId of [null, 'cli_two'])
        await assert.rejects(
          rotate({ db, world }, token, { clientId, key: undefined }),
          (error) => error instanceof Refusal && error.reason === 'client_mismatch',
        )
      const rotation = await rotate({ db, world }, token, { clientId: 'cli_one', key: undefined })
      assert.equal(rotation.kind, 'rotated')
    })

    test('gives 64 uses of one token at once, by two processes, one and the same successor', async () => {
      const { refresh_token } = await signIn()
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, i) =>
          i % 2 === 0 ? refresh(refresh_token) : post(beside, '/v1/refresh', { refresh_token }),
        ),
      )
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
      const [successor = '', ...others] = new Set(answers.map(({ body }) => body.refresh_token))
      assert.deepEqual(others, [])
      assert.equal((await refresh(successor)).status, 200)
    })

    test('says what the user may do now, not what they could when they signed in', async () => {
      const { refresh_token } = await signIn()
      await app.app.db.transaction(async (tx) => {
        await tx.query(
          'INSERT INTO user_types (name, description, permissions, created_at) VALUES ($1, $2, $3, $4)',
          'reader',
          '',
          'users:read',
          0,
        )
        await tx.query(`UPDATE users SET user_type = 'reader' WHERE username = 'ada'`)
      })
      const { body } = await refresh(refresh_token)
      assert.equal((await app.call('GET', '/v1/users', { token: body.access_token })).status, 200)
    })

    test('stores no token that could be used, and a successor only for who holds the token before', async () => {
      const { refresh_token } = await signIn()
      const { body } = await refresh(refresh_token)
      const rows = JSON.stringify(await app.app.db.query('SELECT * FROM refresh_tokens'))
      for (const token of [refresh_token, body.refresh_token]) assert.ok(!rows.includes(token.slice(6, 49)))
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
