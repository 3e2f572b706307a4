import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import type { AskedStep } from '../../../test/answer-body.ts'
import { type Answered, openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import {
  answer,
  authenticatorOf,
  challenged,
  type Enrolled,
  enrol,
  enrolled,
  signInTwice,
} from '../../../test/factors.ts'
import { beforeTransaction } from '../../../test/meanwhile.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import type { Transaction } from '../../database/database.ts'
import { operator } from '../../identity.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { oneFactor, twoFactors } from '../../sessions/contexts.ts'
import { invite } from '../invitations/invitations.ts'
import { changeUserType, createUserType } from '../user-types/user-types.ts'
import { setPasswordHash } from '../users/store.ts'
import { requireFactorOfType, resetFactors } from './administer.ts'
import { hashRecoveryCode } from './codes.ts'
import { rememberForFactor } from './remembered/remembered.ts'
import { rememberShortPassword } from './rule.ts'
import { findAuthenticator, takeChallenge, takeRecoveryCode, takeStep } from './store.ts'
import { stepAt } from './totp.ts'

const dayMs = 86_400_000
const own = '/v1/me/factors'

/** A hash that is cheaper than ours. */
function weakHashOf(message: string): string {
  const cost = { memory: 8192, passes: 1, parallelism: 1, tagLength: 32 }
  const weak = argon2Sync('argon2id', { message, nonce: Buffer.alloc(16), ...cost })
  return `$argon2id$v=19$m=8192,t=1,p=1$${'A'.repeat(22)}$${weak.toString('base64').replaceAll('=', '')}`
}

for (const engine of engines) {
  describe(`second factors on ${engine}`, () => {
    let app: TestApp
    let admin: Enrolled
    before(async () => {
      app = await openTestApp(engine)
      admin = await enrolled(app, 'admin', 'administrator')
    })
    after(() => app.close())

    const login = ({ username, password }: { username: string; password: string }) =>
      app.call('POST', '/v1/login', { body: { username, password } })
    const begin = (token: string) => app.call('POST', `${own}/authenticator`, { token })
    const confirm = (token: string, code: string) =>
      app.call('POST', `${own}/authenticator/confirm`, { token, body: { code } })
    const remove = (token: string) => app.call('DELETE', `${own}/authenticator`, { token })
    const renew = (token: string) => app.call('POST', `${own}/recovery-codes`, { token })
    const factors = async (token: string) => (await app.call('GET', own, { token })).body
    const isSignedIn = async (token: string) => (await app.call('GET', '/v1/me', { token })).status === 200
    const reset = (token: string, id: string) => app.call('POST', `/v1/users/${id}/factors/reset`, { token })
    /** A session of both factors that is new. */
    const fresh = async (person: Enrolled) => String((await signInTwice(app, person)).access_token)
    const refusedWith = async (asked: Promise<{ status: number; body: { code: string } }>) => {
      const { status, body } = await asked
      return [status, body.code]
    }

    describe('an authenticator', () => {
      test('is set up with one secret, however often it is asked for, and in force once it has proven itself', async () => {
        const ada = await app.signedIn('ada')
        assert.equal((await factors(ada.token)).in_force, false)
        const first = (await begin(ada.token)).body
        assert.deepEqual((await begin(ada.token)).body, first)
        const link = new URL(first.link)
        assert.equal(link.searchParams.get('secret'), first.secret)
        assert.equal(link.pathname, '/Latchkey%20127.0.0.1:ada')
        assert.match(first.secret, /^[A-Z2-7]{32}$/)
        const { code } = authenticatorOf(app, first.secret)
        assert.deepEqual(await refusedWith(confirm(ada.token, '000000')), [403, 'code_wrong'])
        app.world.advance(4 * 60_000)
        assert.equal((await login(ada)).status, 200, 'nothing is asked for yet')
        assert.deepEqual((await begin(ada.token)).body, first)
        const confirmed = await confirm(ada.token, ` ${code().slice(0, 3)}-${code().slice(3)} `)
        assert.equal(confirmed.status, 200, confirmed.text)
        assert.equal(confirmed.body.recovery_codes.length, 10)
        const { in_force, recovery_codes, authenticator } = await factors(ada.token)
        assert.deepEqual([in_force, recovery_codes], [true, 10])
        assert.notEqual(authenticator, null)
        await challenged(app, ada)
        assert(await isSignedIn(ada.token))
      })

      test('is forgotten if it takes longer than 15 minutes', async () => {
        const user = await app.signedIn('slow')
        const { secret } = (await begin(user.token)).body
        app.world.advance(15 * 60_000)
        const late = confirm(user.token, authenticatorOf(app, secret).code())
        assert.deepEqual(await refusedWith(late), [401, 'token_invalid'])
        const body = { refresh_token: user.refreshToken }
        const { access_token: token } = (await app.call('POST', '/v1/refresh', { body })).body
        const code = authenticatorOf(app, secret).code()
        assert.deepEqual(await refusedWith(confirm(token, code)), [404, 'factor_not_found'])
        await app.app.jobs.runNow()
        assert.deepEqual(
          await app.app.db.query(`SELECT 1 FROM authenticators WHERE user_id = $1`, user.id),
          [],
        )
      })

      test('that one session sets up, no other session sees or confirms', async () => {
        const user = await app.signedIn('twice')
        const other = String((await login(user)).body.access_token)
        const mine = (await begin(user.token)).body
        const { code } = authenticatorOf(app, mine.secret)
        assert.deepEqual(await refusedWith(confirm(other, code())), [404, 'factor_not_found'])
        assert.notEqual((await begin(other)).body.secret, mine.secret)
        assert.deepEqual(await refusedWith(confirm(user.token, code())), [404, 'factor_not_found'])
      })

      test('ends every other session when it comes into force, and when it goes', async () => {
        const user = await app.signedIn('many')
        const other = String((await login(user)).body.access_token)
        const with2 = { ...user, ...(await enrol(app, user.token)) }
        assert.deepEqual([await isSignedIn(user.token), await isSignedIn(other)], [true, false])
        const [one, two] = [await fresh(with2), await fresh(with2)]
        assert.equal((await remove(two)).status, 204)
        assert.deepEqual([await isSignedIn(one), await isSignedIn(two)], [false, true])
        assert.equal((await login(user)).status, 200)
        assert.equal((await factors(two)).recovery_codes, 0)
      })

      test('is replaced by one that has proven itself, and works until then; the recovery codes stay', async () => {
        const person = await enrolled(app, 'mover')
        const token = await fresh(person)
        const { secret } = (await begin(token)).body
        assert.notEqual(secret, person.authenticator.secret)
        await signInTwice(app, person)
        const next = authenticatorOf(app, secret)
        const confirmed = await confirm(token, next.code())
        assert.deepEqual([confirmed.status, confirmed.body.recovery_codes], [200, null])
        app.world.advance(30_000)
        const { challenge } = await challenged(app, person)
        assert.equal((await answer(app, challenge, person.authenticator.code())).body.code, 'code_wrong')
        assert.equal((await answer(app, challenge, next.code())).status, 200)
        assert.equal((await factors(token)).recovery_codes, 10)
      })

      test('that another session begins anew meanwhile is not confirmed, and the one in force stays', async (t) => {
        const person = await enrolled(app, 'overtaken')
        const [token, other] = [await fresh(person), await fresh(person)]
        const next = authenticatorOf(app, (await begin(token)).body.secret)
        // Behind it the code is looked at, and the one in force would be replaced.
        const isMeanwhile = beforeTransaction(t, app, 1, () => begin(other))
        assert.deepEqual(await refusedWith(confirm(token, next.code())), [403, 'code_wrong'])
        assert.ok(isMeanwhile())
        assert.equal((await signInTwice(app, person)).username, 'overtaken')
      })

      test('is sealed in the database, and recovery codes are hashed', async () => {
        const person = await enrolled(app, 'sealed')
        const rows = JSON.stringify([
          await app.app.db.query('SELECT * FROM authenticators'),
          await app.app.db.query('SELECT * FROM recovery_codes'),
          await app.app.db.query('SELECT * FROM activity'),
        ]).toLowerCase()
        assert.ok(!rows.includes(person.authenticator.secret.toLowerCase()))
        for (const code of person.recoveryCodes) {
          assert.ok(!rows.includes(code) && !rows.includes(code.replaceAll('-', '')))
        }
      })
    })

    describe('a sign-in with a second factor in force', () => {
      let eve: Enrolled
      before(async () => {
        eve = await enrolled(app, 'eve')
      })

      test('is a challenge first, then a session whose tokens say how it was opened, and so do refreshed ones', async () => {
        const asked = await challenged(app, eve)
        assert.deepEqual(
          [asked.factors, asked.enrol, asked.expires_in],
          [['authenticator', 'recovery_code'], undefined, 300],
        )
        const signedInAt = Math.floor(app.world.now() / 1000)
        const { status, body } = await answer(app, asked.challenge, eve.authenticator.code())
        assert.deepEqual([status, body.username, body.recovery_codes], [200, 'eve', undefined])
        app.world.advance(60_000)
        const refreshed = await app.call('POST', '/v1/refresh', {
          body: { refresh_token: body.refresh_token },
        })
        for (const token of [body.access_token, refreshed.body.access_token]) {
          const { amr, acr, auth_time } = decodeUnverified(token).claims
          assert.deepEqual([amr, acr, auth_time], [['pwd', 'otp', 'mfa'], twoFactors, signedInAt])
        }
        const plain = decodeUnverified((await app.signedIn('plain')).token).claims
        assert.deepEqual([plain.amr, plain.acr], [['pwd'], oneFactor])
      })

      test('says nothing of the factor to whoever has a wrong password', async () => {
        const { status, body } = await login({ ...eve, password: 'not the password' })
        assert.deepEqual([status, body.code, body.mfa_required], [401, 'credentials_invalid', undefined])
        await login(eve)
      })

      test('by a recovery code works once, and says that it was one', async () => {
        const [code = '', other = ''] = eve.recoveryCodes
        const { challenge } = await challenged(app, eve)
        const { body } = await answer(app, challenge, code.toUpperCase().replaceAll('-', ' '))
        assert.deepEqual(decodeUnverified(body.access_token).claims.amr, ['pwd', 'mfa'])
        assert.equal((await factors(body.access_token)).recovery_codes, 9)
        const again = await challenged(app, eve)
        assert.deepEqual(await refusedWith(answer(app, again.challenge, code)), [403, 'code_wrong'])
        assert.equal((await answer(app, again.challenge, other)).status, 200)
        const [row] = await app.app.db.query<{ details: string }>(
          `SELECT details FROM activity WHERE event = 'user.sign_in' AND outcome = 'success' ORDER BY id DESC LIMIT 1`,
        )
        assert.equal(JSON.parse(row?.details ?? '{}').factor, 'recovery_code')
      })

      const wrong = [
        { name: 'a code of two steps ago', code: () => eve.authenticator.code(-2) },
        { name: 'a code of two steps later', code: () => eve.authenticator.code(2) },
        { name: 'the code of another account', code: () => admin.authenticator.code() },
        { name: 'a recovery code of another account', code: () => admin.recoveryCodes[0] ?? '' },
        { name: 'the password', code: () => eve.password },
        { name: 'the secret of the authenticator', code: () => eve.authenticator.secret },
        { name: 'letters', code: () => 'abcdef' },
      ]
      for (const { name, code } of wrong) {
        test(`is refused: ${name}`, async () => {
          const { challenge } = await challenged(app, eve)
          assert.deepEqual(await refusedWith(answer(app, challenge, code())), [403, 'code_wrong'])
          assert.equal((await answer(app, challenge, eve.authenticator.code())).status, 200)
          app.world.advance(30_000)
        })
      }

      test('takes a code once, also of an older step than the last, also with another challenge', async () => {
        const [one, two] = [await challenged(app, eve), await challenged(app, eve)]
        const [code, older] = [eve.authenticator.code(), eve.authenticator.code(-1)]
        assert.equal((await answer(app, one.challenge, code)).status, 200)
        assert.deepEqual(await refusedWith(answer(app, two.challenge, code)), [403, 'code_wrong'])
        assert.deepEqual(await refusedWith(answer(app, two.challenge, older)), [403, 'code_wrong'])
        app.world.advance(30_000)
        assert.equal((await answer(app, two.challenge, eve.authenticator.code())).status, 200)
        app.world.advance(30_000)
      })

      const spent = [
        { name: 'that is made up', challenge: async () => `lk_challenge_${'A'.repeat(49)}` },
        { name: 'that is something else', challenge: async () => eve.refreshToken },
        {
          name: 'that was answered',
          async challenge() {
            const { challenge } = await challenged(app, eve)
            assert.equal((await answer(app, challenge, eve.authenticator.code())).status, 200)
            app.world.advance(30_000)
            return challenge
          },
        },
        {
          name: 'of five minutes ago',
          async challenge() {
            const { challenge } = await challenged(app, eve)
            app.world.advance(5 * 60_000)
            return challenge
          },
        },
      ]
      for (const { name, challenge } of spent) {
        test(`is refused with a challenge ${name}`, async () => {
          const asked = answer(app, await challenge(), eve.authenticator.code())
          assert.deepEqual(await refusedWith(asked), [401, 'challenge_invalid'])
        })
      }

      test('offers recovery codes to nobody who has used up theirs', async () => {
        const flo = await enrolled(app, 'flo-without-codes')
        await app.app.db.transaction((tx) =>
          tx.query('DELETE FROM recovery_codes WHERE user_id = $1', flo.id),
        )
        assert.deepEqual((await challenged(app, flo)).factors, ['authenticator'])
      })

      test('may try five codes, then begins again', async () => {
        const { challenge } = await challenged(app, eve)
        for (let n = 0; n < 5; n += 1) {
          app.world.advance(1000)
          assert.equal((await answer(app, challenge, 'abcdef')).body.code, 'code_wrong')
        }
        app.world.advance(1000)
        const sixth = answer(app, challenge, eve.authenticator.code())
        assert.deepEqual(await refusedWith(sixth), [401, 'challenge_invalid'])
        app.world.advance(30_000)
        await signInTwice(app, eve)
      })

      test('is refused once the password was changed after it was said', async () => {
        const { challenge } = await challenged(app, eve)
        const invitation = await invite(app.app, operator, eve.id)
        const body = { invitation: invitation.secret, password: eve.password }
        assert.equal((await app.call('POST', '/v1/invitations/accept', { body })).status, 200)
        const asked = answer(app, challenge, eve.authenticator.code())
        assert.deepEqual(await refusedWith(asked), [401, 'credentials_invalid'])
        await signInTwice(app, eve)
      })

      test('of 64 at once with one code, over two processes, one is let in', async () => {
        const beside = await openBeside(app)
        const code = eve.authenticator.code()
        const challenges = await many(16)
        const before = await sessionsOf(eve)
        const statuses = await Promise.all(
          Array.from({ length: 64 }, async (_, at) => {
            const body = { challenge: challenges[at % 16]?.challenge, code }
            const request = new Request('http://127.0.0.1:8484/v1/login/factor', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(body),
            })
            return (await (at % 2 ? beside : app.app).edge.fetch(request)).status
          }),
        )
        assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join())
        assert.equal((await sessionsOf(eve)) - before, 1)
        assert.ok(statuses.every((status) => status < 500))
        await beside.stop()
        app.world.advance(3_600_000)
      })

      test('of 64 at once with one recovery code, one is let in', async () => {
        const code = eve.recoveryCodes[4] ?? ''
        const challenges = await many(64)
        const answers = await Promise.all(challenges.map(({ challenge }) => answer(app, challenge, code)))
        assert.equal(answers.filter(({ status }) => status === 200).length, 1)
        app.world.advance(3_600_000)
      })

      test('of 64 statements at once, over two processes, one takes a step, one a recovery code, one a challenge', async () => {
        const beside = await openBeside(app)
        const [challenge] = await many(1)
        const hash = hashSecret(challenge?.challenge ?? '')
        const { secret_sealed = '' } = (await findAuthenticator(app.app.db, eve.id, 'in_force')) ?? {}
        const now = app.world.now()
        const takes = {
          step: (tx: Transaction) => takeStep(tx, eve.id, secret_sealed, stepAt(now), now),
          code: (tx: Transaction) =>
            takeRecoveryCode(tx, eve.id, hashRecoveryCode(eve.recoveryCodes[5] ?? '')),
          challenge: (tx: Transaction) => takeChallenge(tx, hash, now),
        }
        for (const [name, take] of Object.entries(takes)) {
          const taken = await Promise.all(
            Array.from({ length: 64 }, (_, at) => (at % 2 ? beside : app.app).db.transaction(take)),
          )
          assert.equal(taken.filter(Boolean).length, 1, name)
        }
        await beside.stop()
        app.world.advance(3_600_000)
      })

      /** One after the other: of many passwords at once, some would have to wait. */
      async function many(count: number): Promise<AskedStep[]> {
        const asked: AskedStep[] = []
        for (let n = 0; n < count; n += 1) asked.push(await challenged(app, eve))
        return asked
      }
      async function sessionsOf({ id }: SignedIn): Promise<number> {
        const rows = await app.app.db.query('SELECT id FROM sessions WHERE user_id = $1', id)
        return rows.length
      }
    })

    test('wrong codes count for the account, apart from wrong passwords, until an administrator unlocks it', async () => {
      const person = await enrolled(app, 'guessed')
      const address = '198.51.100.7'
      const ask = (path: string, body: object) => app.call('POST', path, { body, address })
      const guess = async () => {
        const { body } = await ask('/v1/login', { username: person.username, password: person.password })
        return ask('/v1/login/factor', { challenge: body.mfa_required?.challenge, code: 'abcdef' })
      }
      for (let n = 0; n < 5; n += 1) assert.equal((await guess()).body.code, 'code_wrong')
      // The password is right each time, which starts the count of passwords again, and not the one of codes.
      const sixth = await guess()
      assert.deepEqual([sixth.status, sixth.headers.get('retry-after')], [429, '1'])
      for (let n = 5; n < 100; n += 1) {
        app.world.advance(3_600_000)
        assert.equal((await guess()).body.code, 'code_wrong', String(n))
      }
      app.world.advance(400 * dayMs)
      const stopped = await guess()
      assert.deepEqual([stopped.status, stopped.headers.get('retry-after')], [429, null])
      const token = await fresh(admin)
      assert.equal((await app.call('POST', `/v1/users/${person.id}/unlock`, { token })).status, 204)
      await signInTwice(app, person)
    })

    describe('changing factors', () => {
      const acts = [
        { name: 'setting an authenticator up', act: begin },
        { name: 'removing it', act: remove },
        { name: 'making recovery codes', act: renew },
        {
          name: 'resetting another account',
          act: (token: string) => reset(token, 'usr_nobody'),
          status: 404,
        },
      ]
      for (const { name, act } of acts) {
        test(`${name} takes a sign-in of the last five minutes`, async () => {
          const token = await fresh(admin)
          app.world.advance(5 * 60_000 - 30_000)
          const early = await act(token)
          assert.notEqual(early.status, 401, early.text)
          if (act === remove) Object.assign(admin, await enrol(app, token))
          const { refresh_token } = await signInTwice(app, admin)
          app.world.advance(5 * 60_000 - 30_000 + 1)
          const late = (await app.call('POST', '/v1/refresh', { body: { refresh_token } })).body.access_token
          const refused = await act(late)
          if (act.length === 1 && refused.status === 404) return
          assert.deepEqual([refused.status, refused.body.code], [401, 'insufficient_user_authentication'])
          const challenge = refused.headers.get('www-authenticate') ?? ''
          assert.match(
            challenge,
            /^Bearer realm="latchkey", error="insufficient_user_authentication", max_age="300"/,
          )
        })
      }

      test('takes the second factor as well, where one is in force', async () => {
        // This session is of before the authenticator.
        const user = await app.signedIn('half')
        await enrol(app, user.token)
        const refused = await renew(user.token)
        assert.deepEqual([refused.status, refused.body.code], [401, 'insufficient_user_authentication'])
        assert.match(refused.headers.get('www-authenticate') ?? '', new RegExp(`acr_values="${twoFactors}"`))
      })

      test('new recovery codes end those before', async () => {
        const person = await enrolled(app, 'renewed')
        const { recovery_codes: codes } = (await renew(await fresh(person))).body
        assert.equal(new Set([...codes, ...person.recoveryCodes]).size, 20)
        const { challenge } = await challenged(app, person)
        assert.equal((await answer(app, challenge, person.recoveryCodes[0] ?? '')).body.code, 'code_wrong')
        assert.equal((await answer(app, challenge, codes[0] ?? '')).status, 200)
      })

      test('a service, a session that is over and somebody without a factor change none', async () => {
        const user = await app.signedIn('none')
        assert.deepEqual(await refusedWith(remove(user.token)), [404, 'factor_not_found'])
        assert.deepEqual(await refusedWith(renew(user.token)), [404, 'factor_not_found'])
        const { token } = await app.app.issue({
          subject: user.id,
          kind: 'user',
          clientId: 'latchkey',
          scopes: [],
          authTimeMs: app.world.now(),
        })
        assert.deepEqual(await refusedWith(begin(token)), [403, 'kind_not_allowed'])
        for (const kind of ['service', 'api_key', 'device'] as const) {
          const other = await app.app.issue({
            subject: user.id,
            kind,
            clientId: 'x',
            scopes: ['users:write'],
            sessionId: user.sessionId,
          })
          for (const act of [begin, remove, renew, (token: string) => reset(token, user.id)]) {
            assert.deepEqual(await refusedWith(act(other.token)), [403, 'kind_not_allowed'])
          }
        }
      })
    })

    describe('short passwords', () => {
      const short = 'ten-lamps'
      const change = (token: string, current_password: string, password: string) =>
        app.call('POST', '/v1/me/password', { token, body: { current_password, password } })

      test('are allowed beside a second factor, and keep it from being removed', async () => {
        const user = await app.signedIn('shorty')
        assert.equal((await change(user.token, user.password, short)).body.code, 'password_unacceptable')
        const person = { ...user, ...(await enrol(app, user.token)) }
        assert.equal((await change(user.token, user.password, 'sevenxx')).body.code, 'password_unacceptable')
        assert.equal((await change(user.token, user.password, short)).status, 204)
        const token = await fresh({ ...person, password: short })
        assert.deepEqual(await refusedWith(remove(token)), [409, 'factor_needed'])
        assert.equal((await change(token, short, 'seven wet umbrellas')).status, 204)
        assert.equal((await remove(token)).status, 204)
        assert.equal((await login({ ...user, password: 'seven wet umbrellas' })).status, 200)
      })

      test('are refused where the factor goes while the password is hashed, and the one before stays', async (t) => {
        const person = await enrolled(app, 'shortest')
        const hash = app.app.passwords.hash.bind(app.app.passwords)
        t.mock.method(app.app.passwords, 'hash', async (...given: Parameters<typeof hash>) => {
          const hashed = await hash(...given)
          await resetFactors(app.app, operator, person.id)
          return hashed
        })
        const refused = await change(person.token, person.password, short)
        assert.deepEqual([refused.status, refused.body.code], [400, 'password_unacceptable'])
        assert.equal((await login({ ...person, password: short })).body.code, 'credentials_invalid')
        assert.equal((await login(person)).status, 200)
      })

      test('stay beside their factor when their hash is renewed', async () => {
        const user = await app.signedIn('short and old')
        const person = { ...user, ...(await enrol(app, user.token)), password: short }
        const old = weakHashOf(short)
        await app.app.db.transaction(async (tx) => {
          await setPasswordHash(tx, person.id, old)
          await rememberShortPassword(tx, person.id, old)
        })
        const token = await fresh(person)
        const [row] = await app.app.db.query<{ password_hash: string }>(
          'SELECT password_hash FROM users WHERE id = $1',
          person.id,
        )
        assert.notEqual(row?.password_hash, old)
        assert.deepEqual(await refusedWith(remove(token)), [409, 'factor_needed'])
      })

      test('after a reset lead to enrolment only', async () => {
        const person = await enrolled(app, 'shorter')
        assert.equal((await change(person.token, person.password, short)).status, 204)
        await resetFactors(app.app, operator, person.id)
        const asked = await challenged(app, { ...person, password: short })
        assert.deepEqual([asked.factors, asked.enrol], [undefined, ['passkey', 'authenticator']])
      })

      test('after a reset cannot be taken up where the person had begun one', async () => {
        const person = await app.signedIn('beginner')
        assert.match((await begin(person.token)).body.secret, /^[A-Z2-7]{32}$/)
        await resetFactors(app.app, operator, person.id)
        assert.deepEqual(
          await app.app.db.query('SELECT state FROM authenticators WHERE user_id = $1', person.id),
          [],
        )
      })
    })

    describe('a type that requires a second factor', () => {
      const rule = (token: string, body: object, name = 'guarded') =>
        app.call('PUT', `/v1/user-types/${name}/second-factor`, { token, body })
      const enrolBy = (challenge: string) => app.call('POST', '/v1/login/enrol', { body: { challenge } })
      before(() => createUserType(app.app, operator, { name: 'guarded', description: '', permissions: [] }))

      test('counts a sign-in at the very moment from which on it is required', async () => {
        const name = 'guarded-at-once'
        await createUserType(app.app, operator, { name, description: '', permissions: [] })
        const hal = await app.signedIn('hal-at-once', name)
        const required = { second_factor: 'required', grace_days: 7 }
        assert.equal((await rule(await fresh(admin), required, name)).status, 204)
        const { access_token: token } = (await login(hal)).body
        const due = new Date(app.world.now() + 7 * dayMs).toISOString()
        assert.equal((await factors(token)).due_at, due)
        // Made optional, and required anew: that sign-in counts no longer.
        assert.equal((await rule(await fresh(admin), { second_factor: 'optional' }, name)).status, 204)
        app.world.advance(1)
        assert.equal((await rule(await fresh(admin), required, name)).status, 204)
        assert.equal((await factors(token)).due_at, null)
      })

      test('gives days from the first sign-in on, then a sign-in leads to enrolment alone', async () => {
        const gil = await app.signedIn('gil', 'guarded')
        const token = await fresh(admin)
        const required = { second_factor: 'required', grace_days: 7 }
        assert.equal((await rule(token, required)).status, 204)
        const shown = await app.call('GET', '/v1/user-types/guarded/second-factor', { token })
        assert.deepEqual(shown.body, required)
        assert.deepEqual(
          [(await factors(gil.token)).required, (await factors(gil.token)).due_at],
          [true, null],
        )
        app.world.advance(30 * dayMs)
        const first = (await login(gil)).body
        const due = app.world.now() + 7 * dayMs
        assert.equal((await factors(first.access_token)).due_at, new Date(due).toISOString())
        app.world.advance(7 * dayMs - 1)
        assert.equal((await login(gil)).status, 200)
        app.world.advance(1)
        const asked = await challenged(app, gil)
        assert.deepEqual(
          [asked.enrol, asked.factors, asked.expires_in],
          [['passkey', 'authenticator'], undefined, 900],
        )

        const begun = await enrolBy(asked.challenge)
        assert.deepEqual((await enrolBy(asked.challenge)).body, begun.body)
        const { code } = authenticatorOf(app, begun.body.secret)
        assert.equal((await answer(app, asked.challenge, 'abcdef')).body.code, 'code_wrong')
        const { status, body } = await answer(app, asked.challenge, code())
        assert.deepEqual([status, body.recovery_codes.length], [200, 10])
        assert.deepEqual(decodeUnverified(body.access_token).claims.amr, ['pwd', 'otp', 'mfa'])
        const added = await app.app.db.query(
          `SELECT details FROM activity WHERE event = 'user.add_factor' AND subject = $1`,
          gil.id,
        )
        assert.deepEqual(added, [{ details: '{"factor":"authenticator","replaced":false}' }])
        assert.deepEqual(await refusedWith(remove(body.access_token)), [409, 'factor_needed'])
        app.world.advance(30_000)
        assert.equal((await rule(await fresh(admin), { second_factor: 'optional' })).status, 204)
        const again = { ...gil, authenticator: authenticatorOf(app, begun.body.secret), recoveryCodes: [] }
        assert.equal((await remove(await fresh(again))).status, 204)
      })

      test('a challenge to enrol is worth nothing once a factor is in force, and one to prove enrols none', async () => {
        await requireFactorOfType(app.app, operator, 'guarded', 0)
        const hal = await app.signedIn('hal', 'customer')
        await app.app.db.transaction((tx) =>
          tx.query(`UPDATE users SET user_type = 'guarded' WHERE id = $1`, hal.id),
        )
        const [thief, owner] = [await challenged(app, hal), await challenged(app, hal)]
        const seen = authenticatorOf(app, (await enrolBy(thief.challenge)).body.secret)
        const mine = authenticatorOf(app, (await enrolBy(owner.challenge)).body.secret)
        assert.notEqual(seen.secret, mine.secret)
        assert.deepEqual(await refusedWith(answer(app, thief.challenge, seen.code())), [
          404,
          'factor_not_found',
        ])
        const secret = (await enrolBy(thief.challenge)).body.secret
        assert.deepEqual(await refusedWith(answer(app, owner.challenge, mine.code())), [
          404,
          'factor_not_found',
        ])
        const theirs = authenticatorOf(app, (await enrolBy(owner.challenge)).body.secret)
        assert.equal((await answer(app, owner.challenge, theirs.code())).status, 200)
        const late = await answer(app, thief.challenge, authenticatorOf(app, secret).code())
        assert.equal(late.body.code, 'factor_not_found')
        app.world.advance(30_000)
        const proving = await challenged(app, hal)
        assert.deepEqual(await refusedWith(enrolBy(proving.challenge)), [401, 'challenge_invalid'])
      })

      test('an authenticator that is begun anew meanwhile is not enrolled by the code of the one before', async (t) => {
        const mia = await app.signedIn('mia-guarded', 'guarded')
        const { challenge } = await challenged(app, mia)
        const { code } = authenticatorOf(app, (await enrolBy(challenge)).body.secret)
        // The challenge and the attempt come before the gate.
        const happened = beforeTransaction(t, app, 3, async () => {
          const other = await challenged(app, mia)
          assert.equal((await enrolBy(other.challenge)).status, 200)
        })
        assert.deepEqual(await refusedWith(answer(app, challenge, code())), [403, 'code_wrong'])
        assert.ok(happened())
        const [row] = await app.app.db.query(
          `SELECT reason FROM activity WHERE event = 'user.sign_in' AND subject = $1 ORDER BY id DESC LIMIT 1`,
          mia.id,
        )
        assert.deepEqual(row, { reason: 'factor_used' })
        const added = await app.app.db.query(
          `SELECT id FROM activity WHERE event = 'user.add_factor' AND subject = $1`,
          mia.id,
        )
        assert.deepEqual(added, [])
      })

      test('keeps its rule under another name', async () => {
        await createUserType(app.app, operator, { name: 'named', description: '', permissions: [] })
        await requireFactorOfType(app.app, operator, 'named', 3)
        await changeUserType(app.app, operator, 'named', { name: 'renamed' })
        const token = await fresh(admin)
        const { body } = await app.call('GET', '/v1/user-types/renamed/second-factor', { token })
        assert.deepEqual(body, { second_factor: 'required', grace_days: 3 })
      })

      const refused = [
        {
          name: 'of days below zero',
          body: { second_factor: 'required', grace_days: -1 },
          code: 'request_invalid',
        },
        {
          name: 'of half a day',
          body: { second_factor: 'required', grace_days: 0.5 },
          code: 'request_invalid',
        },
        {
          name: 'of more than a year',
          body: { second_factor: 'required', grace_days: 366 },
          code: 'request_invalid',
        },
        { name: 'of another word', body: { second_factor: 'perhaps' }, code: 'request_invalid' },
        {
          name: 'of days without a rule',
          body: { second_factor: 'optional', grace_days: 1 },
          code: 'request_invalid',
        },
        {
          name: 'of a type that is none',
          type: 'none',
          body: { second_factor: 'optional' },
          code: 'user_type_unknown',
        },
      ]
      for (const { name, body, type, code } of refused) {
        test(`a rule ${name} is refused`, async () => {
          assert.equal((await rule(await fresh(admin), body, type)).body.code, code)
        })
      }
    })

    describe('a browser that is remembered', () => {
      const origin = 'http://127.0.0.1:8484'
      const cookieIn = ({ headers }: Answered) =>
        headers
          .getSetCookie()
          .find((cookie) => cookie.startsWith('latchkey_browser'))
          ?.split(';')[0] ?? ''
      const send = (path: string, body: object, cookie: string) =>
        app.call('POST', path, { body: { ...body, cookie: 'app' }, headers: { origin, cookie } })
      const logInAt = (
        { username, password }: { username: string; password: string },
        cookie: string,
        more = {},
      ) => send('/v1/login', { username, password, ...more }, cookie)
      async function remembered(person: Enrolled, at = ''): Promise<string> {
        const { body } = await logInAt(person, at)
        const code = person.authenticator.code()
        const answered = await send(
          '/v1/login/factor',
          { challenge: body.mfa_required.challenge, code, remember: true },
          at,
        )
        assert.equal(answered.status, 200, answered.text)
        app.world.advance(30_000)
        return cookieIn(answered)
      }

      test('takes the password alone for 30 days, and its tokens say so', async () => {
        const person = await enrolled(app, 'remi')
        const cookie = await remembered(person)
        const { status, body } = await logInAt(person, cookie)
        assert.equal(status, 200)
        const { amr, acr } = decodeUnverified(body.access_token).claims
        assert.deepEqual([amr, acr], [['pwd'], oneFactor])
        const [signIn] = await app.app.db.query<{ details: string }>(
          `SELECT details FROM activity WHERE event = 'user.sign_in' AND session_id = $1`,
          body.session_id,
        )
        assert.deepEqual(JSON.parse(signIn!.details), { amr: 'pwd', factor: 'remembered_browser' })
        assert.equal((await factors(body.access_token)).remembered_browsers, 1)
        assert.deepEqual(await refusedWith(renew(body.access_token)), [
          401,
          'insufficient_user_authentication',
        ])
        assert.equal((await logInAt(person, cookie, { ask_factor: true })).body.code, 'factor_required')
        app.world.advance(30 * dayMs - 30_000 - 1)
        assert.equal((await logInAt(person, cookie)).status, 200)
        app.world.advance(1)
        assert.equal((await logInAt(person, cookie)).body.code, 'factor_required')
        await app.app.jobs.runNow()
        assert.deepEqual(
          await app.app.db.query('SELECT 1 FROM remembered_browsers WHERE user_id = $1', person.id),
          [],
        )
      })

      const asked = [
        { name: 'without its cookie', cookie: () => '' },
        {
          name: 'with a cookie that is made up',
          cookie: () => `latchkey_browser_8484.id=lk_browser_${'A'.repeat(49)}`,
        },
        { name: 'with the cookie twice', cookie: (own: string) => `${own}; ${own}` },
      ]
      for (const [at, { name, cookie }] of asked.entries()) {
        test(`is asked for a code ${name}`, async () => {
          const person = await enrolled(app, `remi asked ${at}`)
          const own = await remembered(person)
          assert.equal((await logInAt(person, cookie(own))).body.code, 'factor_required')
          assert.equal((await logInAt(person, own)).status, 200)
        })
      }

      for (const [name, end] of [
        ['session has ended', ({ token }: Enrolled) => remove(token)],
        ['factor has gone', ({ id }: Enrolled) => resetFactors(app.app, operator, id)],
      ] as const) {
        test(`is none whose ${name} before it was remembered`, async () => {
          const person = await enrolled(app, `remi late ${name}`)
          const { session_id: sessionId } = await signInTwice(app, person)
          await end({ ...person, token: await fresh(person) })
          const browser = newSecret('browser', app.world)
          const asked = { userId: person.id, sessionId }
          await rememberForFactor(app.app, asked, browser, { address: '192.0.2.1' })
          assert.deepEqual(
            await app.app.db.query('SELECT 1 FROM remembered_browsers WHERE user_id = $1', person.id),
            [],
          )
        })
      }

      test('is of one account, and a browser that only signed in is not remembered', async () => {
        const [one, two] = [await enrolled(app, 'remi one'), await enrolled(app, 'remi two')]
        const cookie = await remembered(one)
        assert.equal((await logInAt(two, cookie)).body.code, 'factor_required')
        const { body } = await logInAt(two, '')
        const answered = await send(
          '/v1/login/factor',
          { challenge: body.mfa_required.challenge, code: two.authenticator.code() },
          '',
        )
        assert.equal((await logInAt(two, cookieIn(answered))).body.code, 'factor_required')
      })

      const ends: readonly { name: string; act: (person: Enrolled, token: string) => Promise<Enrolled> }[] = [
        {
          name: 'another password',
          async act(person, token) {
            const body = { current_password: person.password, password: 'seven wet umbrellas' }
            assert.equal((await app.call('POST', '/v1/me/password', { token, body })).status, 204)
            return { ...person, password: 'seven wet umbrellas' }
          },
        },
        {
          name: 'the same password anew, by an invitation',
          async act(person) {
            const { secret: invitation } = await invite(app.app, operator, person.id)
            const body = { invitation, password: person.password }
            assert.equal((await app.call('POST', '/v1/invitations/accept', { body })).status, 200)
            return person
          },
        },
        {
          name: 'another authenticator',
          act: async (person, token) => ({ ...person, ...(await enrol(app, token)) }),
        },
        {
          name: 'a reset and a new authenticator',
          async act(person) {
            await resetFactors(app.app, operator, person.id)
            const { access_token } = (await login(person)).body
            return { ...person, ...(await enrol(app, access_token)) }
          },
        },
        {
          name: 'forgetting the browsers',
          async act(person, token) {
            assert.equal((await app.call('POST', `${own}/forget-browsers`, { token })).status, 204)
            return person
          },
        },
      ]
      for (const [at, { name, act }] of ends.entries()) {
        test(`is forgotten by ${name}`, async () => {
          const person = await enrolled(app, `remi ${at}`)
          const cookie = await remembered(person)
          const after = await act(person, await fresh(person))
          assert.equal((await logInAt(after, cookie)).body.code, 'factor_required')
          await signInTwice(app, after)
        })
      }

      test('is none without a cookie', async () => {
        const person = await enrolled(app, 'remi bare')
        const { challenge } = await challenged(app, person)
        const body = { challenge, code: person.authenticator.code(), remember: true }
        assert.equal((await app.call('POST', '/v1/login/factor', { body })).body.code, 'request_invalid')
        assert.equal((await answer(app, challenge, person.authenticator.code())).status, 200)
      })
    })

    test('an imported password is hashed anew at the first step, and the challenge holds', async () => {
      const person = await enrolled(app, 'imported')
      await app.app.db.transaction((tx) => setPasswordHash(tx, person.id, weakHashOf(person.password)))
      await signInTwice(app, person)
      const [row] = await app.app.db.query<{ password_hash: string }>(
        'SELECT password_hash FROM users WHERE id = $1',
        person.id,
      )
      assert.match(row?.password_hash ?? '', /m=19456,t=2/)
    })

    describe('a reset', () => {
      test('removes every factor, ends every session and leaves the password', async () => {
        const person = await enrolled(app, 'lost')
        const { challenge } = await challenged(app, person)
        assert.equal((await reset(await fresh(admin), person.id)).status, 204)
        assert.equal(await isSignedIn(person.token), false)
        assert.equal((await answer(app, challenge, person.authenticator.code())).body.code, 'code_wrong')
        assert.equal((await answer(app, challenge, person.recoveryCodes[0] ?? '')).body.code, 'code_wrong')
        assert.equal((await login(person)).status, 200)
      })

      test('of one’s own account, by somebody who may do less, or of nobody is refused', async () => {
        await createUserType(app.app, operator, {
          name: 'desk',
          description: '',
          permissions: ['users:write'],
        })
        const [token, desk] = [await fresh(admin), await app.signedIn('desk', 'desk')]
        assert.deepEqual(await refusedWith(reset(token, admin.id)), [403, 'permission_missing'])
        assert.deepEqual(await refusedWith(reset(desk.token, admin.id)), [403, 'permission_missing'])
        assert.deepEqual(await refusedWith(reset(token, 'usr_nobody')), [404, 'user_not_found'])
        assert.equal((await factors(token)).in_force, true)
        const customer = await app.signedIn('nosy')
        assert.deepEqual(await refusedWith(reset(customer.token, desk.id)), [403, 'permission_missing'])
        const seen = await app.call('GET', `/v1/users/${admin.id}/factors`, { token: customer.token })
        assert.equal(seen.body.code, 'permission_missing')
      })
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
