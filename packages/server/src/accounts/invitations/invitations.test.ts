import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { takeLetters } from '../../../test/letters.ts'
import { openBeside, post } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import type { App } from '../../app.ts'
import { Refusal } from '../../errors.ts'
import { operator } from '../../identity.ts'
import { permissionNames } from '../../permissions.ts'
import { newSecret } from '../../secrets/secrets.ts'
import { addAddress } from '../addresses/addresses.ts'
import { createUserType } from '../user-types/user-types.ts'
import { setDisabled } from '../users/store.ts'
import { createUser, disableUser, enableUser } from '../users/users.ts'
import { inviteFirstAdministrator } from './first-administrator.ts'
import { invite } from './invitations.ts'

const password = 'a lamp, a latch and a key'

for (const engine of engines) {
  describe(`invitations on ${engine}`, () => {
    let app: TestApp
    let beside: App
    before(async () => {
      app = await openTestApp(engine)
      beside = await openBeside(app)
    })
    after(async () => {
      await beside.stop()
      await app.close()
    })

    let count = 0
    const newcomer = async () => {
      const user = await createUser(app.app, operator, { username: `guest-${++count}`, userType: 'customer' })
      const { secret } = await invite(app.app, operator, user.id)
      return { ...user, secret }
    }
    const accept = (invitation: string, chosen = password) =>
      app.call('POST', '/v1/invitations/accept', { body: { invitation, password: chosen } })
    const signIn = (username: string, chosen = password) =>
      app.call('POST', '/v1/login', { body: { username, password: chosen } })

    test('one sets a password, with which one then signs in', async () => {
      const { secret, username } = await newcomer()
      const { status, body } = await accept(secret)
      assert.equal(status, 200)
      assert.deepEqual(body, { username }, 'it does not sign in')
      assert.equal((await signIn(username)).status, 200)
    })

    const addressed = async (passwordHash: string | null, isProven: boolean) => {
      const username = `guest-${++count}`
      const user = await createUser(app.app, operator, { username, userType: 'customer' }, passwordHash)
      const address = `${username}@example.com`
      await addAddress(app.app, operator, user.id, { address, language: 'en' })
      const [letter] = await takeLetters(app.app)
      if (isProven) await app.call('POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
      const { secret } = await invite(app.app, operator, user.id)
      return { address, secret, letters: await takeLetters(app.app) }
    }

    for (const { name, hash, isProven } of [
      { name: 'to the proven address of an account', hash: 'a hash', isProven: true },
      { name: 'to the address of an account that nobody has used yet', hash: null, isProven: false },
    ]) {
      test(`the link is shown, and also sent ${name}`, async () => {
        const { address, secret, letters } = await addressed(hash, isProven)
        assert.deepEqual(
          letters.map((letter) => [letter.to, letter.letter, letter.url]),
          [[address, 'invitation', `http://127.0.0.1:8484/invitations/${secret}`]],
        )
      })
    }

    test('the link is not sent to an address that a person has only claimed', async () => {
      assert.deepEqual((await addressed('a hash', false)).letters, [])
    })

    const over: { name: string; make: () => Promise<string> | string }[] = [
      { name: 'unknown', make: () => newSecret('invite', app.world) },
      { name: 'malformed', make: () => 'lk_invite_x' },
      { name: 'of another kind', make: () => newSecret('rt', app.world) },
      {
        name: 'used',
        async make() {
          const { secret } = await newcomer()
          await accept(secret)
          return secret
        },
      },
      {
        name: 'a day old',
        async make() {
          const { secret } = await newcomer()
          app.world.advance(24 * 60 * 60 * 1000)
          return secret
        },
      },
      {
        name: 'followed by a newer one',
        async make() {
          const { id, secret } = await newcomer()
          await invite(app.app, operator, id)
          return secret
        },
      },
      {
        name: 'for a user who was disabled since',
        async make() {
          const { id, secret } = await newcomer()
          await disableUser(app.app, operator, id)
          return secret
        },
      },
      {
        name: 'for a user who was disabled and enabled since',
        async make() {
          const { id, secret } = await newcomer()
          await disableUser(app.app, operator, id)
          await enableUser(app.app, operator, id)
          return secret
        },
      },
    ]
    for (const { name, make } of over) {
      test(`one that is ${name} is refused in the same words, by the interface and by the page`, async () => {
        const secret = await make()
        const answer = await accept(secret)
        assert.equal(answer.status, 400)
        assert.equal(answer.body.code, 'invitation_invalid')
        assert.match(answer.body.detail, /unknown, used, or over/)
        const page = await app.call('GET', `/invitations/${secret}`)
        assert.equal(page.status, 404)
        assert.match(page.text, /This link is over/)
        const form = { password, again: password }
        assert.equal((await app.call('POST', `/invitations/${secret}`, { form })).status, 404)
      })
    }

    test('one sets the password once: of 64 at once, by two processes, one succeeds', async () => {
      const { secret, username } = await newcomer()
      const chosen = Array.from({ length: 64 }, (_, i) => `${password} ${i}`)
      const answers = await Promise.all(
        chosen.map((mine, i) =>
          i % 2 === 0
            ? accept(secret, mine)
            : post(beside, '/v1/invitations/accept', { invitation: secret, password: mine }),
        ),
      )
      const won = answers.flatMap(({ status }, i) => (status === 200 ? [i] : []))
      assert.equal(won.length, 1)
      for (const { status, body } of answers)
        if (status !== 200) assert.equal(body.code, 'invitation_invalid')
      assert.equal((await signIn(username, chosen[won[0]!])).status, 200)
    })

    test('one outlives a password that cannot be used', async () => {
      const { secret } = await newcomer()
      assert.equal((await accept(secret, 'too short')).body.code, 'password_unacceptable')
      assert.equal((await accept(secret)).status, 200)
    })

    test('one for a user who has a password ends the sessions of the old one', async () => {
      const person = await app.signedIn(`lost-${engine}`)
      const { secret } = await invite(app.app, operator, person.id)
      assert.equal((await app.call('GET', '/v1/me', { token: person.token })).status, 200)
      assert.equal((await accept(secret)).status, 200)
      assert.equal((await app.call('GET', '/v1/me', { token: person.token })).body.code, 'token_revoked')
      assert.equal(
        (await app.call('POST', '/v1/refresh', { body: { refresh_token: person.refreshToken } })).body.code,
        'refresh_invalid',
      )
      assert.equal((await signIn(person.username, person.password)).status, 401)
    })

    test('none is made for a disabled user', async () => {
      const { id } = await newcomer()
      await disableUser(app.app, operator, id)
      await assert.rejects(invite(app.app, operator, id), { code: 'account_disabled' })
      await assert.rejects(invite(app.app, operator, 'usr_nobody'), { code: 'user_not_found' })
    })

    test('none stands in the database or the log', async () => {
      const { secret } = await newcomer()
      await app.call('GET', `/invitations/${secret}`)
      const rows = await Promise.all(
        ['invitations', 'activity'].map((table) => app.app.db.query(`SELECT * FROM ${table}`)),
      )
      assert.ok(
        !JSON.stringify(rows).includes(secret.slice(10, 40)) && !app.log.lines.join().includes(secret),
      )
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}

describe('the page of an invitation', () => {
  let app: TestApp
  before(async () => {
    app = await openTestApp('sqlite')
  })
  after(() => app.close())

  const invited = async (username: string) => {
    const user = await createUser(app.app, operator, { username, userType: 'customer' })
    return (await invite(app.app, operator, user.id)).secret
  }

  for (const [language, says] of [
    ['en', 'Set your password'],
    ['zh-TW', '設定密碼'],
  ] as const) {
    test(`is a form that works without script, in ${language}`, async () => {
      const secret = await invited(`reader of ${language}`)
      const headers = { 'accept-language': language }
      const page = await app.call('GET', `/invitations/${secret}`, { headers })
      assert.equal(page.status, 200)
      assert.ok(page.text.includes(`<h1>${says}</h1>`))
      assert.doesNotMatch(page.text, /<script|javascript:|\son\w+=/)
      assert.match(page.text, /<form method="post">/)
      for (const name of ['password', 'again'])
        assert.match(
          page.text,
          new RegExp(
            `<label for="${name}">[^<]+</label>\\s*<input id="${name}" name="${name}" type="password" autocomplete="new-password"`,
          ),
        )
      assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self'/)
      assert.equal(page.headers.get('vary'), 'Accept-Language')
      assert.equal(page.headers.get('cache-control'), 'no-store')

      const send = (form: Record<string, string>) =>
        app.call('POST', `/invitations/${secret}`, { form, headers })
      for (const form of [
        { password, again: `${password}!` },
        { password },
        { password: 'too short', again: 'too short' },
        {},
      ]) {
        const again = await send(form)
        assert.equal(again.status, 400)
        assert.match(again.text, /role="alert"/)
        assert.ok(!again.text.includes(password), 'what was typed is not sent back')
      }
      assert.equal((await send({ password, again: password })).status, 200)
      assert.equal((await send({ password, again: password })).status, 404)
    })
  }

  for (const [language, says] of [
    ['en', 'Too many people are here at this moment. Please try again in a few seconds.'],
    ['zh-TW', '目前使用人數過多，請過幾秒再試一次。'],
  ] as const) {
    test(`says that the server is busy, in ${language}, and the invitation goes on`, async (t) => {
      const secret = await invited(`patient reader of ${language}`)
      const send = () =>
        app.call('POST', `/invitations/${secret}`, {
          form: { password, again: password },
          headers: { 'accept-language': language },
        })
      const mocked = t.mock.method(app.app.passwords, 'hash', () =>
        Promise.reject(new Refusal('overloaded', 'too many', { retryAfterSeconds: 2 })),
      )
      const busy = await send()
      assert.deepEqual([busy.status, busy.headers.get('retry-after')], [503, '2'])
      assert.ok(busy.text.includes(`<p class="bad" role="alert">${says}</p>`), busy.text)
      mocked.mock.restore()
      assert.equal((await send()).status, 200)
    })
  }

  for (const username of ['<b>bold</b>', `"><script>alert('1')</script>`, `&amp;'"`]) {
    test(`shows the name ${username} as text`, async () => {
      const secret = await invited(username)
      const form = { password, again: password }
      for (const page of [
        await app.call('GET', `/invitations/${secret}`),
        await app.call('POST', `/invitations/${secret}`, { form }),
      ]) {
        assert.equal(page.status, 200)
        assert.ok(!page.text.includes(username))
        assert.doesNotMatch(page.text, /<b>|<script/)
      }
    })
  }
})

describe('the first administrator', () => {
  test('is invited at each start until somebody can set the server up, and no start ends the link of another', async () => {
    const app = await openTestApp('sqlite')
    const first = (await inviteFirstAdministrator(app.app)) ?? assert.fail()
    const second = (await inviteFirstAdministrator(app.app)) ?? assert.fail()
    assert.equal((await app.call('GET', `/invitations/${first}`)).status, 200)
    assert.equal((await app.call('GET', `/invitations/${second}`)).status, 200)
    app.world.advance(60 * 60 * 1000)
    assert.equal((await app.call('GET', `/invitations/${second}`)).status, 404, 'good for an hour')
    const third = (await inviteFirstAdministrator(app.app)) ?? assert.fail()
    const fourth = (await inviteFirstAdministrator(app.app)) ?? assert.fail()
    await app.call('POST', '/v1/invitations/accept', { body: { invitation: third, password } })
    assert.equal(await inviteFirstAdministrator(app.app), undefined)
    assert.equal((await app.call('GET', `/invitations/${fourth}`)).status, 404, 'one is taken up')
    const { body } = await app.call('POST', '/v1/login', { body: { username: 'admin', password } })
    assert.equal((await app.call('GET', '/v1/users', { token: body.access_token })).status, 200)
    await app.close()
  })

  test('is of the type of that name, though another permits everything as well', async () => {
    const app = await openTestApp('sqlite')
    await createUserType(app.app, operator, {
      name: 'a-owner',
      description: '',
      permissions: permissionNames,
    })
    const invitation = (await inviteFirstAdministrator(app.app)) ?? assert.fail()
    await app.call('POST', '/v1/invitations/accept', { body: { invitation, password } })
    const [row] = await app.app.db.query<object>("SELECT user_type FROM users WHERE username = 'admin'")
    assert.deepEqual({ ...row }, { user_type: 'administrator' })
    await app.close()
  })

  const taken = [
    { name: 'is disabled', userType: 'administrator', disabled: true },
    { name: 'may not set the server up', userType: 'customer', disabled: false },
  ]
  for (const { name, userType, disabled } of taken) {
    test(`is another one where the user called admin ${name}`, async () => {
      const app = await openTestApp('sqlite')
      const { id } = await app.signedIn('admin', userType)
      // Nobody can disable the last administrator; a database may still hold none.
      if (disabled) await app.app.db.transaction((tx) => setDisabled(tx, id, app.world.now()))
      const secret = (await inviteFirstAdministrator(app.app)) ?? assert.fail()
      const { body } = await app.call('POST', '/v1/invitations/accept', {
        body: { invitation: secret, password },
      })
      assert.equal(body.username, 'admin-2')
      assert.equal(await inviteFirstAdministrator(app.app), undefined)
      await app.close()
    })
  }

  test('is one, even if two processes start at once', async () => {
    const app = await openTestApp('postgres')
    const beside = await openBeside(app)
    const secrets = await Promise.all([inviteFirstAdministrator(app.app), inviteFirstAdministrator(beside)])
    assert.ok(secrets.every((secret) => secret !== undefined))
    assert.equal((await app.app.db.query('SELECT id FROM users')).length, 1)
    await beside.stop()
    await app.close()
  })
})
