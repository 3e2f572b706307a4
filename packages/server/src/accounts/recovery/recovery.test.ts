import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type CallOptions, openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { takeLetters } from '../../../test/letters.ts'
import { beforeTransaction } from '../../../test/meanwhile.ts'
import { openBeside, post } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import type { App } from '../../app.ts'
import { Refusal } from '../../errors.ts'
import { operator } from '../../identity.ts'
import { newSecret } from '../../secrets/secrets.ts'
import { invite } from '../invitations/invitations.ts'
import { setSignInRule } from '../user-types/sign-in-rule.ts'
import { disableUser, enableUser } from '../users/users.ts'
import { makeRecoveryLink } from './recovery.ts'

const password = 'seven wet umbrellas'
const minuteMs = 60_000

for (const engine of engines) {
  describe(`a forgotten password on ${engine}`, () => {
    let app: TestApp
    let beside: App
    before(async () => {
      app = await openTestApp(engine)
      await setSignInRule(app.app, operator, 'customer', { mailCode: false })
      beside = await openBeside(app)
    })
    after(async () => {
      await beside.stop()
      await app.close()
    })

    let count = 0
    /** Each from a network of its own, so that only the tests of the limit meet it. */
    const ask = (login: string, more: CallOptions = {}) => {
      count += 1
      const address = `192.0.${count >> 8}.${count & 255}`
      return app.call('POST', '/v1/recover', { body: { login }, address, ...more })
    }
    const answered = async () => {
      await app.app.jobs.runNow(1_000)
      return takeLetters(app.app)
    }
    async function withAddress(userType = 'customer') {
      const person = await app.signedIn(`person-${++count}`, userType)
      const address = `${person.username}@example.com`
      const body = { address, current_password: person.password }
      await app.call('POST', '/v1/me/addresses', { token: person.token, body })
      const letter = (await takeLetters(app.app)).find(({ to }) => to === address)
      const proof = letter!.secret
      assert.equal((await app.call('POST', '/v1/addresses/prove', { body: { proof } })).status, 200)
      return { ...person, address }
    }
    async function withLink() {
      const person = await withAddress()
      assert.equal((await ask(person.username)).status, 202)
      const [letter] = await answered()
      return { ...person, secret: letter!.secret, url: letter!.url }
    }
    const complete = (recovery: string, chosen = password) =>
      app.call('POST', '/v1/recover/complete', { body: { recovery, password: chosen } })
    const signIn = (username: string, chosen = password) =>
      app.call('POST', '/v1/login', { body: { username, password: chosen } })
    const lastEvent = async (target: SignedIn) => {
      const [row] = await app.app.db.query<{ outcome: string; reason: string | null }>(
        `SELECT outcome, reason FROM activity WHERE event = 'user.send_recovery' AND target = $1 ORDER BY id DESC LIMIT 1`,
        target.id,
      )
      return row && [row.outcome, row.reason]
    }

    test('a link is sent by which one sets a new password; it does not sign in, and ends every session', async () => {
      const ada = await withLink()
      const { status, body } = await complete(ada.secret)
      assert.equal(status, 200)
      assert.deepEqual(body, { username: ada.username })
      assert.equal((await app.call('GET', '/v1/me', { token: ada.token })).status, 401)
      assert.equal((await signIn(ada.username, ada.password)).status, 401)
      assert.equal((await signIn(ada.username)).status, 200)
      const told = await takeLetters(app.app)
      assert.deepEqual(
        told.map(({ to, letter }) => [to, letter]),
        [[ada.address, 'password_changed']],
      )
    })

    test('the link is found by the name, and by a proven address in any case', async () => {
      const ada = await withAddress()
      for (const login of [ada.username.toUpperCase(), ada.address.toUpperCase(), ` ${ada.address} `]) {
        await ask(login)
        const [letter] = await answered()
        assert.deepEqual([letter?.to, letter?.letter], [ada.address, 'recovery'], login)
      }
    })

    const nobody: {
      name: string
      login: (app: TestApp) => Promise<{ login: string; of?: SignedIn }>
      reason?: string
    }[] = [
      { name: 'a name that nobody has', login: async () => ({ login: 'nobody-at-all' }) },
      { name: 'an address that nobody has', login: async () => ({ login: 'nobody@example.com' }) },
      {
        name: 'an account without an address',
        async login() {
          const of = await app.signedIn(`person-${++count}`)
          return { login: of.username, of }
        },
        reason: 'address_missing',
      },
      {
        name: 'an address that is only claimed',
        async login() {
          const mallory = await app.signedIn(`person-${++count}`)
          const address = `claimed-${count}@example.com`
          const body = { address, current_password: mallory.password }
          await app.call('POST', '/v1/me/addresses', { token: mallory.token, body })
          await takeLetters(app.app)
          return { login: address }
        },
      },
      {
        name: 'an account that is disabled',
        async login() {
          const of = await withAddress()
          await disableUser(app.app, operator, of.id)
          return { login: of.username, of }
        },
        reason: 'account_disabled',
      },
    ]
    for (const { name, login: make, reason } of nobody) {
      test(`nothing is sent for ${name}, and the answer is the same`, async () => {
        const { login, of } = await make(app)
        const there = await withAddress()
        const [absent, present] = [await ask(login), await ask(there.username)]
        const shape = ({ status, text, headers }: typeof absent) => [status, text, [...headers.keys()].sort()]
        assert.deepEqual(shape(absent), shape(present))
        assert.deepEqual(
          (await answered()).map(({ to }) => to),
          [there.address],
        )
        if (of) assert.deepEqual(await lastEvent(of), ['refused', reason])
      })
    }

    test('asking runs the same statements for every name: whose it is, is looked at later', async () => {
      const ada = await withAddress()
      const statementsOf = async (login: string) => {
        const asked: string[] = []
        const { db } = app.app
        const transaction = db.transaction.bind(db)
        const restore = () => Object.assign(db, { transaction })
        Object.assign(db, {
          transaction: (work: Parameters<typeof transaction>[0]) =>
            transaction((tx) => {
              const query = tx.query.bind(tx)
              const noted = (sql: string, ...values: never[]) => {
                asked.push(sql)
                return query(sql, ...values)
              }
              Object.assign(tx, { query: noted })
              return work(tx)
            }),
        })
        await ask(login).finally(restore)
        return asked.filter((sql) => /recover|users|limits/.test(sql))
      }
      const [absent, present] = [await statementsOf('nobody-at-all'), await statementsOf(ada.username)]
      assert.ok(present.length > 0)
      assert.deepEqual(absent, present)
      await answered()
    })

    test('what was typed is sealed, and not in the log', async () => {
      await ask('my secret password in the wrong field')
      const rows = await app.app.db.query('SELECT * FROM recovery_requests')
      assert.doesNotMatch(JSON.stringify(rows), /my secret/)
      await answered()
      const log = await app.app.db.query('SELECT * FROM activity')
      assert.doesNotMatch(JSON.stringify(log), /my secret/)
    })

    test('the link has the origin of the configuration, whatever the request says', async () => {
      const ada = await withAddress()
      const headers = {
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        forwarded: 'host=evil.example',
      }
      await ask(ada.username, { headers })
      assert.match((await answered())[0]!.url, /^http:\/\/127\.0\.0\.1:8484\/recover\/lk_recover_/)
    })

    test('only a hash of the link is stored, and what is sent is sealed', async () => {
      const ada = await withAddress()
      await ask(ada.username)
      await app.app.jobs.runNow(1_000)
      const rows = [
        ...(await app.app.db.query('SELECT * FROM recoveries')),
        ...(await app.app.db.query('SELECT * FROM mail_outbox')),
      ]
      const [letter] = await takeLetters(app.app)
      assert.ok(!JSON.stringify(rows).includes(letter!.secret))
    })

    test('asking changes nothing on the account', async () => {
      const ada = await withLink()
      assert.equal((await app.call('GET', '/v1/me', { token: ada.token })).status, 200)
      assert.equal((await signIn(ada.username, ada.password)).status, 200)
    })

    test('opening the link changes nothing, by GET or HEAD and as often as one likes', async () => {
      const { secret } = await withLink()
      for (let round = 0; round < 5; round++) {
        for (const method of ['GET', 'HEAD']) {
          assert.equal((await app.call(method, `/recover/${secret}`)).status, 200)
        }
      }
      assert.equal((await complete(secret)).status, 200)
    })

    test('the pages work without script, from the form to the sign-in page', async () => {
      const ada = await withAddress()
      const asking = await app.call('GET', '/recover')
      assert.match(asking.text, /<input id="login" name="login" autocomplete="username"/)
      const from = { address: '203.0.113.9' }
      const asked = await app.call('POST', '/recover', { form: { login: ada.username }, ...from })
      const absent = await app.call('POST', '/recover', { form: { login: 'nobody-at-all' }, ...from })
      assert.deepEqual([asked.status, asked.text], [absent.status, absent.text])
      assert.equal((await app.call('POST', '/recover', { form: { login: ' ' } })).status, 400)
      const { secret } = (await answered())[0]! // asserted by what follows
      const path = `/recover/${secret}`
      const page = await app.call('GET', path, { headers: { 'accept-language': 'zh-TW' } })
      assert.match(page.text, /設定新密碼/)
      assert.match(
        page.headers.get('content-security-policy') ?? '',
        /default-src 'none'.*form-action 'self'/,
      )
      assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
      const wrong: Record<string, string>[] = [
        { password, again: 'another one entirely' },
        { password: 'short', again: 'short' },
        {},
      ]
      for (const form of wrong) assert.equal((await app.call('POST', path, { form })).status, 400)
      const done = await app.call('POST', path, { form: { password, again: password } })
      assert.equal(done.status, 200)
      assert.match(done.text, /href="\/console"/)
      assert.equal(done.headers.get('set-cookie'), null, 'nobody is signed in')
      assert.equal((await signIn(ada.username)).status, 200)
      // Back, and a tab that was left open: each shows the way on.
      for (const method of ['GET', 'POST']) {
        const again = await app.call(
          method,
          path,
          method === 'POST' ? { form: { password, again: password } } : {},
        )
        assert.equal(again.status, 404)
        assert.match(again.text, /href="\/console".*href="\/recover"/s)
      }
      for (const { headers, text } of [asking, asked, page, done]) {
        assert.equal(headers.get('location'), null)
        assert.doesNotMatch(text, /<script|https?:\/\//)
      }
      await takeLetters(app.app)
    })

    test('the page says that the server is busy, and the link still works', async (t) => {
      const { secret } = await withLink()
      const send = () => app.call('POST', `/recover/${secret}`, { form: { password, again: password } })
      const mocked = t.mock.method(app.app.passwords, 'hash', () =>
        Promise.reject(new Refusal('overloaded', 'too many', { retryAfterSeconds: 2 })),
      )
      const busy = await send()
      assert.deepEqual([busy.status, busy.headers.get('retry-after')], [503, '2'])
      assert.match(busy.text, /role="alert">Too many people are here at this moment/)
      mocked.mock.restore()
      assert.equal((await send()).status, 200)
      await takeLetters(app.app)
    })

    test('the page of a link whose account is disabled while the password is hashed is over', async (t) => {
      const ada = await withLink()
      const path = `/recover/${ada.secret}`
      const isMeanwhile = beforeTransaction(t, app, 1, () => disableUser(app.app, operator, ada.id))
      const late = await app.call('POST', path, { form: { password, again: password } })
      assert.ok(isMeanwhile())
      assert.equal(late.status, 404)
      assert.match(late.text, /href="\/recover"/)
      await enableUser(app.app, operator, ada.id)
      assert.equal((await signIn(ada.username, password)).status, 401)
    })

    test('a sign-in page that was left open signs in with the new password', async () => {
      const ada = await withLink()
      await complete(ada.secret)
      assert.equal((await signIn(ada.username)).status, 200)
    })

    test('of 64 at once, at two processes, one sets the password', async () => {
      const { secret: recovery } = await withLink()
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, at) =>
          post(at % 2 ? beside : app.app, '/v1/recover/complete', { recovery, password }),
        ),
      )
      const codes = answers.map(({ status, body }) => (status === 200 ? 'set' : body.code))
      assert.equal(codes.filter((code) => code === 'set').length, 1)
      assert.deepEqual([...new Set(codes)].filter((code) => code !== 'overloaded').sort(), [
        'link_invalid',
        'set',
      ])
    })

    test('two processes answer each request once', async () => {
      const people = []
      for (let at = 0; at < 6; at++) people.push(await withAddress())
      for (const { username } of people) await ask(username)
      await Promise.all([app.app.jobs.runNow(1_000), beside.jobs.runNow(1_000)])
      const letters = [...(await answered())]
      assert.deepEqual(letters.map(({ to }) => to).sort(), people.map(({ address }) => address).sort())
    })

    type Linked = Awaited<ReturnType<typeof withLink>>
    const over: { name: string; make: (person: Linked) => Promise<string> }[] = [
      { name: 'unknown', make: async () => newSecret('recover', app.world) },
      { name: 'malformed', make: async () => 'lk_recover_x' },
      { name: 'of another kind', make: async () => newSecret('invite', app.world) },
      {
        name: 'used',
        async make({ secret }) {
          await complete(secret)
          return secret
        },
      },
      {
        name: 'half an hour old',
        async make({ secret }) {
          app.world.advance(30 * minuteMs)
          return secret
        },
      },
      {
        name: 'older than a password that another link has set',
        async make({ username, secret }) {
          await ask(username)
          const [letter] = await answered()
          await complete(letter!.secret)
          return secret
        },
      },
      {
        name: 'older than a change of the password',
        async make({ token, password: current, secret }) {
          const body = { current_password: current, password }
          assert.equal((await app.call('POST', '/v1/me/password', { token, body })).status, 204)
          return secret
        },
      },
      {
        name: 'older than an invitation that was taken up',
        async make({ id, secret }) {
          const { secret: invitation } = await invite(app.app, operator, id)
          await app.call('POST', '/v1/invitations/accept', { body: { invitation, password } })
          return secret
        },
      },
      {
        name: 'for an account that was disabled',
        async make({ id, secret }) {
          await disableUser(app.app, operator, id)
          return secret
        },
      },
      {
        name: 'for an account that was disabled and enabled since',
        async make({ id, secret }) {
          await disableUser(app.app, operator, id)
          await enableUser(app.app, operator, id)
          return secret
        },
      },
    ]
    for (const { name, make } of over) {
      test(`a link sets nothing that is ${name}`, async () => {
        const secret = await make(await withLink())
        const { status, body } = await complete(secret, 'another good password')
        assert.deepEqual([status, body.code], [400, 'link_invalid'])
        assert.equal((await app.call('GET', `/recover/${secret}`)).status, 404)
        await takeLetters(app.app)
      })
    }

    const unacceptable = [
      { name: 'short', chosen: 'a lamp' },
      { name: 'common', chosen: '123456789123456789' },
    ]
    for (const { name, chosen } of unacceptable) {
      test(`a password that is ${name} is refused, and the link still works`, async () => {
        const { secret } = await withLink()
        assert.equal((await complete(secret, chosen)).body.code, 'password_unacceptable')
        assert.equal((await complete(secret)).status, 200)
        await takeLetters(app.app)
      })
    }

    test('an account gets three links an hour, and more after a while', async () => {
      const ada = await withAddress()
      for (let at = 0; at < 4; at++) assert.equal((await ask(ada.username)).status, 202)
      assert.equal((await answered()).length, 3)
      assert.deepEqual(await lastEvent(ada), ['refused', 'account_requests'])
      app.world.advance(20 * minuteMs)
      await ask(ada.address)
      assert.equal((await answered()).length, 1)
    })

    test('a network asks twenty times an hour, whoever it asks for', async () => {
      const answers: number[] = []
      for (let at = 0; at < 21; at++) {
        const address = `2001:db8::${at + 1}`
        answers.push((await ask(`nobody-${at}`, { address })).status)
      }
      assert.deepEqual(answers, [...Array(20).fill(202), 429])
      const page = await app.call('POST', '/recover', { form: { login: 'ada' }, address: '2001:db8::99' })
      assert.equal(page.status, 429)
      await answered()
    })

    test('an administrator has a link sent, and does not see it', async () => {
      const ada = await withAddress()
      const { token } = await app.signedIn(`admin-${++count}`, 'administrator')
      const answer = await app.call('POST', `/v1/users/${ada.id}/recover`, { token })
      assert.deepEqual([answer.status, answer.text], [204, ''])
      assert.equal((await app.call('GET', '/v1/me', { token: ada.token })).status, 200)
      const [letter] = await takeLetters(app.app)
      assert.equal(letter?.to, ada.address)
      const without = await app.signedIn(`person-${++count}`)
      const missing = await app.call('POST', `/v1/users/${without.id}/recover`, { token })
      assert.deepEqual([missing.status, missing.body.code], [409, 'address_missing'])
      await disableUser(app.app, operator, ada.id)
      const disabled = await app.call('POST', `/v1/users/${ada.id}/recover`, { token })
      assert.deepEqual([disabled.status, disabled.body.code], [403, 'account_disabled'])
    })

    test('a reset takes the password and the sessions away, and sends the link', async () => {
      const ada = await withAddress()
      const { token } = await app.signedIn(`admin-${++count}`, 'administrator')
      assert.equal((await app.call('POST', `/v1/users/${ada.id}/reset`, { token })).status, 204)
      assert.equal((await app.call('GET', '/v1/me', { token: ada.token })).status, 401)
      assert.equal((await signIn(ada.username, ada.password)).status, 401)
      const [letter] = await takeLetters(app.app)
      assert.equal((await complete(letter!.secret)).status, 200)
      assert.equal((await signIn(ada.username)).status, 200)
      await takeLetters(app.app)
    })

    test('a reset that cannot send its link takes nothing away', async () => {
      const ada = await app.signedIn(`person-${++count}`)
      const { token } = await app.signedIn(`admin-${++count}`, 'administrator')
      const answer = await app.call('POST', `/v1/users/${ada.id}/reset`, { token })
      assert.deepEqual([answer.status, answer.body.code], [409, 'address_missing'])
      assert.equal((await app.call('GET', '/v1/me', { token: ada.token })).status, 200)
      assert.equal((await signIn(ada.username, ada.password)).status, 200)
    })

    test('the operator hands a link over, which the log has as an alarm', async () => {
      const ada = await app.signedIn(`person-${++count}`)
      const { url } = await makeRecoveryLink(app.app, operator, ada.id, true)
      assert.equal((await app.call('GET', '/v1/me', { token: ada.token })).status, 401)
      assert.deepEqual(await lastEvent(ada), ['alarm', null])
      const rows = await app.app.db.query(
        `SELECT details FROM activity WHERE event = 'user.send_recovery' AND target = $1`,
        ada.id,
      )
      assert.deepEqual(rows, [{ details: '{"shown":true}' }])
      assert.equal((await complete(url.split('/').at(-1) ?? '')).status, 200)
    })

    for (const reset of [false, true]) {
      test(`the operator hands no link over for a disabled account${reset ? ', and its password stays' : ''}`, async () => {
        const ada = await app.signedIn(`person-${++count}`)
        await disableUser(app.app, operator, ada.id)
        await assert.rejects(makeRecoveryLink(app.app, operator, ada.id, reset), { code: 'account_disabled' })
        assert.deepEqual(await app.app.db.query('SELECT 1 FROM recoveries WHERE user_id = $1', ada.id), [])
        await enableUser(app.app, operator, ada.id)
        assert.equal((await signIn(ada.username, ada.password)).status, 200)
      })
    }

    test('links that are over are swept', async () => {
      await withLink()
      app.world.advance(30 * minuteMs)
      await app.app.jobs.runNow(3_600_000)
      assert.deepEqual(await app.app.db.query('SELECT * FROM recoveries'), [])
    })
  })
}

test('without mail the page says so, and nothing is written down', async (t) => {
  const app = await openTestApp()
  t.after(() => app.close())
  Object.assign(app.app.mail, { mode: 'none' })
  const page = await app.call('GET', '/recover')
  assert.match(page.text, /sends no mail/)
  assert.equal((await app.call('POST', '/recover', { form: { login: 'ada' } })).text, page.text)
  const { status, body } = await app.call('POST', '/v1/recover', { body: { login: 'ada' } })
  assert.deepEqual([status, body.code], [409, 'mail_unavailable'])
  assert.deepEqual(await app.app.db.query('SELECT * FROM recovery_requests'), [])
})

test('the last administrator is not reset over HTTP', async (t) => {
  const app = await openTestApp()
  t.after(() => app.close())
  const admin = await app.signedIn('admin', 'administrator')
  const body = { address: 'admin@example.com', current_password: admin.password }
  await app.call('POST', '/v1/me/addresses', { token: admin.token, body })
  const [letter] = await takeLetters(app.app)
  await app.call('POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
  const { status, body: said } = await app.call('POST', `/v1/users/${admin.id}/reset`, { token: admin.token })
  assert.deepEqual([status, said.code], [409, 'last_administrator'])
  assert.equal((await app.call('GET', '/v1/me', { token: admin.token })).status, 200)
})
