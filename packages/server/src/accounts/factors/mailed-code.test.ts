import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { type Answered, openTestApp, type SignedIn, type TestApp, testIssuer } from '../../../test/app.ts'
import { enrol } from '../../../test/factors.ts'
import { takeLetters } from '../../../test/letters.ts'
import { beforeTransaction } from '../../../test/meanwhile.ts'
import { openBeside, post } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { noteServer } from '../../mail/store.ts'
import { oneFactor } from '../../sessions/contexts.ts'
import { insertAddress, setPrimary, setProven } from '../addresses/store.ts'
import { makeRecoveryLink } from '../recovery/recovery.ts'
import { setSignInRule } from '../user-types/sign-in-rule.ts'
import { createUserType } from '../user-types/user-types.ts'
import { resetFactors } from './administer.ts'

const hourMs = 3_600_000

for (const engine of engines) {
  describe(`mailed codes on ${engine}`, () => {
    let app: TestApp
    let last = 0
    before(async () => {
      app = await openTestApp(engine)
    })
    after(() => app.close())
    // Nothing of one test makes another wait.
    beforeEach(() => app.world.advance(2 * hourMs))

    /** Somebody with a proven address, and an address of the network that nobody has signed in from. */
    async function person(
      userType?: string,
      language: 'en' | 'zh-Hant' = 'en',
    ): Promise<SignedIn & { from: string }> {
      last += 1
      const user = await app.signedIn(`person${last}`, userType)
      const address = `${user.username}@example.com`
      await app.app.db.transaction(async (tx) => {
        const row = { id: `adr_${user.id}`, user_id: user.id, address, address_key: address, language }
        await insertAddress(tx, { ...row, is_primary: 0, created_at: 1, proven_at: null })
        await setProven(tx, row.id, 2)
        await setPrimary(tx, user.id, row.id)
      })
      return { ...user, from: `198.51.100.${last}` }
    }
    type Person = Awaited<ReturnType<typeof person>>

    const login = ({ username, password, from }: Person, address = from) =>
      app.call('POST', '/v1/login', { body: { username, password }, address })
    const answer = (challenge: string, code: string, address = '') =>
      app.call('POST', '/v1/login/factor', { body: { challenge, code }, address })
    const refused = ({ status, body }: Answered) => [status, body.code]
    const codeIn = (text: string) => /\b\d{3} \d{3}\b/.exec(text)?.[0] ?? assert.fail(text)

    /** The first step, and the code that was mailed. */
    async function asked(user: Person): Promise<{ challenge: string; code: string }> {
      await takeLetters(app.app)
      const first = await login(user)
      assert.deepEqual(refused(first), [401, 'factor_required'])
      const [letter = assert.fail()] = await takeLetters(app.app)
      return { challenge: first.body.mfa_required.challenge, code: codeIn(letter.text) }
    }

    test('a right password from an unknown place asks for one, and it proves the mail and no second factor', async () => {
      const ada = await person()
      await takeLetters(app.app)
      const first = await login(ada)
      assert.deepEqual(refused(first), [401, 'factor_required'])
      const { challenge, ...rest } = first.body.mfa_required
      const sentTo = `p…@example.com`
      assert.deepEqual(rest, { expires_in: 600, factors: ['mailed_code'], sent_to: sentTo })
      const [letter = assert.fail()] = await takeLetters(app.app)
      assert.deepEqual([letter.to, letter.letter], [`${ada.username}@example.com`, 'sign_in_code'])
      assert.ok(letter.text.includes(ada.from), letter.text)
      // As it stands in the letter, or with a dash.
      const second = await answer(challenge, codeIn(letter.text).replace(' ', '-'), ada.from)
      assert.equal(second.status, 200)
      const { claims } = decodeUnverified(second.body.access_token)
      assert.deepEqual([claims.amr, claims.acr], [['pwd'], oneFactor])
      const [row] = await app.app.db.query<{ details: string }>(
        "SELECT details FROM activity WHERE event = 'user.sign_in' AND outcome = 'success' ORDER BY id DESC LIMIT 1",
      )
      assert.equal(JSON.parse(row?.details ?? '').factor, 'mailed_code')
      // The place is known now.
      assert.equal((await login(ada)).status, 200)
    })

    const lastRefused = async () => {
      const [row] = await app.app.db.query<{ subject: string; reason: string }>(
        "SELECT subject, reason FROM activity WHERE event = 'user.sign_in' AND outcome = 'refused' ORDER BY id DESC LIMIT 1",
      )
      return row
    }

    test('no code goes to an address that is removed meanwhile', async (t) => {
      const ada = await person()
      await takeLetters(app.app)
      // The attempt, its success and the gate come before the challenge.
      const happened = beforeTransaction(t, app, 4, () =>
        app.app.db.transaction((tx) => tx.query('DELETE FROM user_addresses WHERE user_id = $1', ada.id)),
      )
      assert.deepEqual(refused(await login(ada)), [401, 'credentials_invalid'])
      assert.ok(happened())
      assert.deepEqual(await lastRefused(), { subject: ada.id, reason: 'address_missing' })
      assert.deepEqual(await takeLetters(app.app), [])
    })

    test('a code of the second factor does not stand for a mailed one, where the factor is removed meanwhile', async (t) => {
      const ada = await person()
      const { authenticator } = await enrol(app, ada.token)
      const { challenge } = (await login(ada)).body.mfa_required
      // The attempt is counted twice before the gate.
      const happened = beforeTransaction(t, app, 3, () => resetFactors(app.app, operator, ada.id))
      assert.deepEqual(refused(await answer(challenge, authenticator.code(), ada.from)), [
        401,
        'challenge_invalid',
      ])
      assert.ok(happened())
      assert.deepEqual(await lastRefused(), { subject: ada.id, reason: 'mail_code_required' })
    })

    test('a browser that has signed in is known anywhere', async () => {
      const ada = await person()
      const { challenge, code } = await asked(ada)
      const headers = { origin: testIssuer }
      const body = { challenge, code, cookie: 'console' }
      const second = await app.call('POST', '/v1/login/factor', { body, headers })
      const cookie = second.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ')
      const { username, password } = ada
      const again = await app.call('POST', '/v1/login', {
        body: { username, password, cookie: 'console' },
        headers: { ...headers, cookie },
        address: '203.0.113.77',
      })
      assert.equal(again.status, 200)
    })

    test('the letter is in the language of the address', async () => {
      const lin = await person(undefined, 'zh-Hant')
      await takeLetters(app.app)
      await login(lin)
      const [letter] = await takeLetters(app.app)
      assert.equal(letter?.subject, '您的登入驗證碼')
    })

    test('five wrong codes end the challenge', async () => {
      const ada = await person()
      const { challenge, code } = await asked(ada)
      const wrong = code === '000 000' ? '000001' : '000000'
      for (let tried = 0; tried < 5; tried += 1) {
        assert.deepEqual(refused(await answer(challenge, wrong)), [403, 'code_wrong'])
        app.world.advance(5_000)
      }
      assert.deepEqual(refused(await answer(challenge, code)), [401, 'challenge_invalid'])
    })

    test('a code answers its own challenge, by its six digits, within ten minutes, and once', async () => {
      const [ada, ben] = [await person(), await person()]
      const [first, second] = [await asked(ada), await asked(ben)]
      if (first.code !== second.code) {
        assert.deepEqual(refused(await answer(second.challenge, first.code)), [403, 'code_wrong'])
      }
      for (const typed of ['', '12345', 'abcdef', `${first.code}0`]) {
        if (typed === '') continue
        assert.deepEqual(refused(await answer(first.challenge, typed)), [403, 'code_wrong'])
      }
      assert.equal((await answer(first.challenge, first.code)).status, 200)
      assert.deepEqual(refused(await answer(first.challenge, first.code)), [401, 'challenge_invalid'])
      app.world.advance(10 * 60_000)
      assert.deepEqual(refused(await answer(second.challenge, second.code)), [401, 'challenge_invalid'])
    })

    test('of 64 at once, at two processes, one signs in', async () => {
      const { challenge, code } = await asked(await person())
      const beside = await openBeside(app)
      const ways = [
        async () => (await answer(challenge, code)).status,
        async () => (await post(beside, '/v1/login/factor', { challenge, code })).status,
      ]
      const statuses = await Promise.all(Array.from({ length: 64 }, (_, at) => ways[at % 2]!()))
      assert.equal(statuses.filter((status) => status === 200).length, 1)
    })

    test('what is stored does not tell the code', async () => {
      const { challenge, code } = await asked(await person())
      const rows = JSON.stringify([
        await app.app.db.query('SELECT * FROM mailed_codes'),
        await app.app.db.query('SELECT * FROM sign_in_challenges'),
        await app.app.db.query('SELECT * FROM activity'),
      ])
      assert.ok(!rows.includes(code.replace(' ', '')) && !rows.includes(challenge))
    })

    test('a new password ends the challenge', async () => {
      const ada = await person()
      const { challenge, code } = await asked(ada)
      const { url } = await makeRecoveryLink(app.app, operator, ada.id, false)
      const recovery = url.split('/').at(-1)
      const done = { recovery, password: 'another password of ada' }
      assert.equal((await app.call('POST', '/v1/recover/complete', { body: done })).status, 200)
      assert.deepEqual(refused(await answer(challenge, code)), [401, 'credentials_invalid'])
    })

    test('ten letters go to an account in an hour', async () => {
      const ada = await person()
      const statuses: number[] = []
      for (let tried = 0; tried < 11; tried += 1) statuses.push((await login(ada)).status)
      assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 401), 429])
    })

    describe('is not asked', () => {
      const letters = async () => (await takeLetters(app.app)).map(({ letter }) => letter)

      test('for a wrong password', async () => {
        const ada = await person()
        await letters()
        assert.deepEqual(refused(await login({ ...ada, password: 'not the password' })), [
          401,
          'credentials_invalid',
        ])
        assert.deepEqual(await letters(), [])
      })

      test('of an account without a proven address', async () => {
        const bare = { ...(await app.signedIn(`bare${last}`)), from: '198.51.100.200' }
        assert.equal((await login(bare)).status, 200)
        await app.app.db.transaction((tx) =>
          insertAddress(tx, {
            ...{ id: `adr_${bare.id}`, user_id: bare.id, address: 'bare@example.com', language: 'en' },
            ...{ address_key: `bare${last}@example.com`, is_primary: 0, created_at: 1, proven_at: null },
          }),
        )
        assert.equal((await login(bare, '198.51.100.201')).status, 200)
      })

      test('of users of a type that does without', async () => {
        await createUserType(app.app, operator, { name: `plain${last}`, description: '', permissions: [] })
        const ada = await person(`plain${last}`)
        await setSignInRule(app.app, operator, `plain${last - 1}`, { mailCode: false })
        assert.equal((await login(ada)).status, 200)
      })

      test('while the mail server fails, and is again when it takes letters', async () => {
        const ada = await person()
        await app.app.db.transaction((tx) => noteServer(tx, false, app.world.now()))
        assert.equal((await login(ada)).status, 200)
        await app.app.db.transaction((tx) => noteServer(tx, true, app.world.now()))
        assert.equal((await login(ada, '198.51.100.202')).status, 401)
      })

      test('of whoever has just set the password by a link', async () => {
        const ada = await person()
        const { url } = await makeRecoveryLink(app.app, operator, ada.id, false)
        const password = 'a password by a link'
        const body = { recovery: url.split('/').at(-1), password }
        assert.equal((await app.call('POST', '/v1/recover/complete', { body })).status, 200)
        assert.equal((await login({ ...ada, password })).status, 200)
        app.world.advance(15 * 60_000)
        assert.equal((await login({ ...ada, password }, '198.51.100.203')).status, 401)
      })

      test('beside an authenticator, whose code alone counts', async () => {
        const ada = await person()
        const signedIn = await asked(ada)
        const { body } = await answer(signedIn.challenge, signedIn.code)
        const { authenticator } = await enrol(app, body.access_token)
        await letters()
        const { mfa_required: step } = (await login(ada, '198.51.100.204')).body
        assert.deepEqual(step.factors, ['authenticator', 'recovery_code'])
        assert.deepEqual(await letters(), [])
        assert.equal((await answer(step.challenge, authenticator.code())).status, 200)
      })
    })
  })
}

test('a server without mail asks for none', async () => {
  const app = await openTestApp('sqlite')
  // As in production without a mail server.
  Object.assign(app.app.mail, { works: async () => false })
  const { username, password, id } = await app.signedIn('ada')
  await app.app.db.transaction(async (tx) => {
    const row = { id: 'adr_1', user_id: id, address: 'a@example.com', address_key: 'a@example.com' }
    await insertAddress(tx, { ...row, language: 'en', is_primary: 0, created_at: 1, proven_at: 2 })
    await setPrimary(tx, id, 'adr_1')
  })
  const answer = await app.call('POST', '/v1/login', {
    body: { username, password },
    address: '198.51.100.9',
  })
  assert.equal(answer.status, 200)
  await app.close()
})
