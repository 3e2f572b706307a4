import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type Answered, openTestApp, type TestApp } from '../../../test/app.ts'
import { takeLetters } from '../../../test/letters.ts'
import { beforeTransaction } from '../../../test/meanwhile.ts'
import { openBeside, post } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { Refusal } from '../../errors.ts'
import { operator } from '../../identity.ts'
import { findPrimary, insertAddress, setPrimary, setProven } from '../addresses/store.ts'
import { addAttribute, changeAttribute, removeAttribute } from '../attributes/attributes.ts'
import { searchPeople } from '../search/people.ts'
import { setSignInRule } from '../user-types/sign-in-rule.ts'
import { changeUserType, createUserType } from '../user-types/user-types.ts'
import { createUser } from '../users/users.ts'

const hourMs = 3_600_000
const good = 'four unrelated words here'

for (const engine of engines) {
  describe(`accounts that strangers make, on ${engine}`, () => {
    let app: TestApp
    let last = 0
    before(async () => {
      app = await openTestApp(engine)
      await setSignInRule(app.app, operator, 'customer', { selfRegistration: true })
    })
    after(() => app.close())
    // Nothing of one test makes another wait.
    beforeEach(async () => {
      app.world.advance(2 * hourMs)
      await takeLetters(app.app)
    })

    const ask = (body: object, address = '198.51.100.1') =>
      app.call('POST', '/v1/registrations', { body, address })
    const complete = (registration: string, username: string, password = good) =>
      app.call('POST', '/v1/registrations/complete', { body: { registration, username, password } })
    const told = ({ status, body }: Answered) => [status, body?.code]
    const nextAddress = () => `stranger${++last}@example.com`
    const answered = async () => {
      await app.app.jobs.runNow(1_000)
      return takeLetters(app.app)
    }
    /** The secret of a link that was mailed. */
    async function linkFor(address = nextAddress(), more = {}): Promise<string> {
      assert.equal((await ask({ address, ...more })).status, 202)
      const [letter = assert.fail('no letter')] = await answered()
      assert.equal(letter.to, address)
      return letter.secret
    }
    const count = async (table: string) => (await app.app.db.query(`SELECT 1 AS one FROM ${table}`)).length
    const rowsOf = (event: string) =>
      app.app.db.query<{ outcome: string; reason: string | null }>(
        'SELECT outcome, reason FROM activity WHERE event = $1 ORDER BY id DESC LIMIT 1',
        event,
      )

    test('an address gets a link, and behind it a name and a password make the account', async () => {
      const address = nextAddress()
      const secret = await linkFor(address)
      const made = await complete(secret, 'newcomer')
      assert.deepEqual([made.status, made.body.username], [201, 'newcomer'])
      const primary = await findPrimary(app.app.db, made.body.id)
      assert.equal(primary?.address, address)
      const body = { username: 'newcomer', password: good }
      const { status, body: tokens } = await app.call('POST', '/v1/login', { body, address: '203.0.113.5' })
      assert.equal(status, 200)
      const me = await app.call('GET', '/v1/me', { token: tokens.access_token })
      assert.equal(me.body.user_type, 'customer')
      const rows = await app.app.db.query<{ details: string }>(
        `SELECT details FROM activity WHERE event = 'user.register' AND target = $1`,
        made.body.id,
      )
      assert.deepEqual(rows, [{ details: '{"user_type":"customer"}' }])
    })

    test('the answer is the same for an address that has an account, which is told by a letter', async () => {
      const ada = await app.signedIn('ada')
      const address = 'ada@example.com'
      await app.app.db.transaction(async (tx) => {
        const row = { id: 'adr_ada', user_id: ada.id, address, address_key: address, language: 'en' } as const
        await insertAddress(tx, { ...row, is_primary: 0, created_at: 1, proven_at: null })
        await setProven(tx, row.id, 2)
        await setPrimary(tx, ada.id, row.id)
      })
      const [known, unknown] = [await ask({ address }), await ask({ address: nextAddress() })]
      assert.deepEqual([known.status, known.text], [unknown.status, unknown.text])
      const letters = await answered()
      assert.deepEqual(
        letters.map(({ to, letter }) => [to, letter]),
        [
          [address, 'registration_taken'],
          [`stranger${last}@example.com`, 'registration'],
        ],
      )
      assert.match(letters[0]?.text ?? '', /You have one: ada/)
      assert.equal(letters[0]?.url, 'http://127.0.0.1:8484/recover')
    })

    test('whoever claimed the address without proof loses it, and keeps the account', async () => {
      const squatter = await app.signedIn('squatter')
      const address = nextAddress()
      const body = { address, current_password: squatter.password }
      await app.call('POST', '/v1/me/addresses', { token: squatter.token, body })
      await takeLetters(app.app)
      const made = await complete(await linkFor(address), 'rightful')
      assert.equal(made.status, 201)
      const left = await app.call('GET', '/v1/me/addresses', { token: squatter.token })
      assert.deepEqual(left.body.items, [])
      // And is not found by it any more: the other one is.
      const { rows } = await searchPeople(app.app.db, { text: address }, { limit: 10 })
      assert.deepEqual(
        rows.map(({ username }) => username),
        ['rightful'],
      )
    })

    test('a link works once, also for sixteen at once at two processes', async () => {
      const secret = await linkFor()
      const beside = await openBeside(app)
      const before = await count('users')
      const statuses = await Promise.all(
        Array.from({ length: 16 }, async (_, at) => {
          const name = `racer${last}-${String.fromCharCode(97 + at)}${at}x`
          if (at % 2 === 0) return (await complete(secret, name)).status
          const body = { registration: secret, username: name, password: good }
          return (await post(beside, '/v1/registrations/complete', body)).status
        }),
      )
      assert.equal(statuses.filter((status) => status === 201).length, 1)
      assert.equal((await count('users')) - before, 1)
      assert.deepEqual(told(await complete(secret, 'afterwards')), [400, 'link_invalid'])
    })

    test('two links of one address make one account', async () => {
      const address = nextAddress()
      const [first, second] = [await linkFor(address), await linkFor(address)]
      const statuses = await Promise.all([complete(first, 'double-one'), complete(second, 'double-two')])
      assert.deepEqual(statuses.map(({ status }) => status).sort(), [201, 400])
    })

    test('a link is over after a day, and opening its page any number of times changes nothing', async () => {
      const secret = await linkFor()
      for (const method of ['GET', 'HEAD', 'GET'])
        assert.equal((await app.call(method, `/sign-up/${secret}`)).status, 200)
      app.world.advance(24 * hourMs - 1)
      assert.equal((await app.call('GET', `/sign-up/${secret}`)).status, 200)
      app.world.advance(1)
      assert.equal((await app.call('GET', `/sign-up/${secret}`)).status, 404)
      assert.deepEqual(told(await complete(secret, 'late')), [400, 'link_invalid'])
      await app.app.jobs.runNow()
      assert.equal(await count('registrations'), 0)
    })

    const refusals = [
      ['a name that is taken', 'ada', good, 409, 'user_exists'],
      ['one that is taken in other letters', 'ADA', good, 409, 'user_exists'],
      ['one that looks like a name that is taken', 'аda', good, 409, 'user_exists'],
      ['a name that nobody may have', 'a\u200bda', good, 400, 'request_invalid'],
      ['a password that is too short', 'someone', 'too short', 400, 'password_unacceptable'],
      ['a password that is common', 'someone', 'passwordpassword', 400, 'password_unacceptable'],
      ['a password of the own name', 'someone-else-here', 'someone-else-here', 400, 'password_unacceptable'],
    ] as const
    for (const [name, username, password, status, code] of refusals) {
      test(`${name} is refused, and the link goes on`, async () => {
        const secret = await linkFor()
        const refused = await complete(secret, username, password)
        assert.deepEqual(told(refused), [status, code])
        assert.equal((await complete(secret, `mended${last}`)).status, 201)
      })
    }

    test('a link asks for twenty names, and no more', async () => {
      const secret = await linkFor()
      for (let tried = 0; tried < 20; tried += 1) {
        assert.deepEqual(told(await complete(secret, 'ada')), [409, 'user_exists'])
      }
      assert.deepEqual(told(await complete(secret, 'free-at-last')), [400, 'link_invalid'])
    })

    test('three letters go to an address in an hour, and the answer is the same', async () => {
      const address = nextAddress()
      for (let asked = 0; asked < 5; asked += 1) assert.equal((await ask({ address })).status, 202)
      assert.equal((await answered()).length, 3)
      assert.deepEqual(
        { ...(await rowsOf('user.send_registration'))[0] },
        {
          outcome: 'refused',
          reason: 'address_requests',
        },
      )
    })

    test('a network asks twenty times in an hour', async () => {
      const from = '203.0.113.200'
      for (let asked = 0; asked < 20; asked += 1)
        assert.equal((await ask({ address: nextAddress() }, from)).status, 202)
      const refused = await ask({ address: nextAddress() }, from)
      assert.deepEqual(told(refused), [429, 'too_many_requests'])
      assert.ok(Number(refused.headers.get('retry-after')) > 0)
      const page = await app.call('POST', '/sign-up', { form: { address: 'x@example.com' }, address: from })
      assert.equal(page.status, 429)
      await answered()
    })

    test('what is no address is refused', async () => {
      for (const address of [
        '',
        'nobody',
        'a@b@c',
        '"a b"@example.com',
        'ä@example.com',
        'a@example.com\nBcc: x@example.com',
      ]) {
        const refused = await ask({ address })
        assert.deepEqual(told(refused), [400, 'request_invalid'], address)
        const page = await app.call('POST', '/sign-up', { form: { address } })
        assert.equal(page.status, 400)
      }
      assert.deepEqual(await answered(), [])
    })

    test('the type is one of those that are open', async () => {
      await createUserType(app.app, operator, { name: 'guest', description: 'looks on', permissions: [] })
      assert.equal((await ask({ address: nextAddress(), user_type: 'guest' })).status, 400)
      await setSignInRule(app.app, operator, 'guest', { selfRegistration: true })
      const open = await app.call('GET', '/v1/registrations')
      assert.deepEqual(open.body.items, [
        { user_type: 'customer', description: 'owns and uses devices' },
        { user_type: 'guest', description: 'looks on' },
      ])
      for (const user_type of [undefined, 'administrator', 'nothing'])
        assert.deepEqual(told(await ask({ address: nextAddress(), user_type })), [400, 'user_type_unknown'])
      const page = await app.call('GET', '/sign-up')
      assert.match(page.text, /<option value="guest">looks on<\/option>/)
      const made = await complete(await linkFor(undefined, { user_type: 'guest' }), 'a-guest')
      const user = await app.app.db.query('SELECT user_type FROM users WHERE id = $1', made.body.id)
      assert.deepEqual({ ...user[0]! }, { user_type: 'guest' })
    })

    test('a type that is closed, or permits more, since the link was sent makes no account', async () => {
      const type = { name: 'shut', description: '', permissions: [] }
      await createUserType(app.app, operator, type)
      await setSignInRule(app.app, operator, 'shut', { selfRegistration: true })
      const [first, second] = [
        await linkFor(undefined, { user_type: 'shut' }),
        await linkFor(undefined, { user_type: 'shut' }),
      ]
      await setSignInRule(app.app, operator, 'shut', { selfRegistration: false })
      assert.deepEqual(told(await complete(first, 'too-late')), [403, 'registration_closed'])
      await changeUserType(app.app, operator, 'shut', { permissions: ['users:write'] })
      await app.app.db.transaction((tx) =>
        // Past every rule, as an older program might have left it.
        tx.query("UPDATE user_types SET self_registration = 1 WHERE name = 'shut'"),
      )
      assert.deepEqual(told(await complete(second, 'too-much')), [403, 'registration_closed'])
      const open = (await app.call('GET', '/v1/registrations')).body.items
      assert.ok(!open.some(({ user_type }) => user_type === 'shut'))
      assert.deepEqual(told(await ask({ address: nextAddress(), user_type: 'shut' })), [
        400,
        'user_type_unknown',
      ])
    })

    test('the pages do the same without script', async () => {
      const asking = await app.call('GET', '/sign-up')
      assert.match(asking.text, /<input id="address" name="address" type="email"/)
      const address = nextAddress()
      const form = { address, user_type: 'customer' }
      assert.match((await app.call('POST', '/sign-up', { form })).text, /Look at your mail/)
      const [letter = assert.fail()] = await answered()
      const path = `/sign-up/${letter.secret}`
      assert.ok((await app.call('GET', path)).text.includes(address))
      const send = (username: string, password: string, again = password) =>
        app.call('POST', path, { form: { username, password, again } })
      for (const [username, password, again, problem] of [
        ['page-person', good, 'another', /The two were not the same/],
        ['ada', good, good, /This name is taken/],
        ['', good, good, /A user name has 1 to 200/],
        ['page-person', 'short', 'short', /too short/],
      ] as const) {
        const refused = await send(username, password, again)
        assert.equal(refused.status, 400)
        assert.match(refused.text, problem)
        assert.ok(!refused.text.includes(good))
      }
      assert.match((await send('page-person', good)).text, /You can now sign in as page-person/)
      assert.equal((await app.call('GET', path)).status, 404)
      assert.equal((await send('page-person', good)).status, 404)
    })

    test('the page says that the server is busy, and that the type was closed since', async (t) => {
      await createUserType(app.app, operator, { name: 'brief', description: '', permissions: [] })
      await setSignInRule(app.app, operator, 'brief', { selfRegistration: true })
      const path = `/sign-up/${await linkFor(undefined, { user_type: 'brief' })}`
      const form = { username: 'page-busy', password: good, again: good }
      const mocked = t.mock.method(app.app.passwords, 'hash', () =>
        Promise.reject(new Refusal('overloaded', 'too many', { retryAfterSeconds: 2 })),
      )
      const busy = await app.call('POST', path, { form })
      assert.deepEqual([busy.status, busy.headers.get('retry-after')], [503, '2'])
      assert.match(busy.text, /role="alert">Too many people are here at this moment/)
      assert.match(busy.text, /name="username" value="page-busy"/)
      mocked.mock.restore()
      // A type without a description is offered by its name.
      assert.match((await app.call('GET', '/sign-up')).text, /<option value="brief">brief<\/option>/)
      await setSignInRule(app.app, operator, 'brief', { selfRegistration: false })
      const shut = await app.call('POST', path, { form })
      assert.equal(shut.status, 403)
      assert.match(shut.text, /invitation/)
      assert.deepEqual(told(await ask({ address: nextAddress(), user_type: 'brief' })), [
        400,
        'user_type_unknown',
      ])
    })

    test('an account that proves the address while the password is hashed leaves nothing to the link', async (t) => {
      const ada = await app.signedIn('hasty')
      const address = nextAddress()
      const secret = await linkFor(address, { user_type: 'customer' })
      const isMeanwhile = beforeTransaction(t, app, 3, () =>
        app.app.db.transaction(async (tx) => {
          const row = {
            id: 'adr_hasty',
            user_id: ada.id,
            address,
            address_key: address,
            language: 'en',
          } as const
          await insertAddress(tx, { ...row, is_primary: 0, created_at: 1, proven_at: null })
          await setProven(tx, row.id, 2)
        }),
      )
      const late = await complete(secret, 'not-in-time')
      assert.ok(isMeanwhile())
      assert.deepEqual(told(late), [400, 'link_invalid'])
      assert.deepEqual(await app.app.db.query(`SELECT 1 FROM users WHERE username = 'not-in-time'`), [])
    })

    describe('with attributes that have to be given', () => {
      const floor = { key: 'floor', label: 'Floor', kind: 'number', bounds: { least: -2, most: 9 } } as const
      const team = { key: 'team', label: 'Team', kind: 'text', bounds: { allowed: ['red', 'blue'] } } as const
      const flags = { person_may: 'change', is_required: true, is_searchable: false } as const
      before(async () => {
        await addAttribute(app.app, operator, { ...floor, ...flags })
        await addAttribute(app.app, operator, { ...team, ...flags })
        // What is not asked for: what need not be given, and what administrators alone may say.
        const others = [
          ['motto', { is_required: false }],
          ['badge', { person_may: 'see' }],
          ['note', { person_may: 'nothing' }],
        ] as const
        for (const [key, more] of others) {
          const row = { key, label: `The ${key}`, kind: 'text', bounds: {} } as const
          await addAttribute(app.app, operator, { ...row, ...flags, ...more })
        }
      })
      after(async () => {
        for (const key of ['floor', 'team', 'motto', 'badge', 'note']) {
          const values = await app.app.db.query('SELECT 1 AS one FROM user_attributes WHERE key = $1', key)
          await removeAttribute(app.app, operator, key, values.length)
        }
      })
      const withValues = (registration: string, attributes: object, username = `valued${last}`) =>
        app.call('POST', '/v1/registrations/complete', {
          body: { registration, username, password: good, attributes },
        })
      const openLink = () => linkFor(undefined, { user_type: 'customer' })
      const right = { floor: 3, team: 'red' }

      test('they are asked for, and stored with the account', async () => {
        const made = await withValues(await openLink(), { ...right, motto: 'onwards' })
        assert.equal(made.status, 201, made.text)
        const rows = await app.app.db.query<{ key: string; value: string }>(
          'SELECT key, value FROM user_attributes WHERE user_id = $1 ORDER BY key',
          made.body.id,
        )
        assert.deepEqual(
          rows.map(({ key, value }) => [key, value]),
          [
            ['floor', '3'],
            ['motto', 'onwards'],
            ['team', 'red'],
          ],
        )
        const [row] = await app.app.db.query<{ details: string }>(
          `SELECT details FROM activity WHERE event = 'user.register' ORDER BY id DESC LIMIT 1`,
        )
        assert.deepEqual(JSON.parse(row?.details ?? ''), {
          user_type: 'customer',
          attributes: 'floor team motto',
        })
      })

      const wrong = [
        { name: 'that are left out', given: {}, faults: ['/attributes/floor', '/attributes/team'] },
        { name: 'of which one is left out', given: { floor: 1 }, faults: ['/attributes/team'] },
        { name: 'of which one is null', given: { ...right, team: null }, faults: ['/attributes/team'] },
        { name: 'out of bounds', given: { ...right, floor: 10 }, faults: ['/attributes/floor'] },
        { name: 'of another kind', given: { ...right, floor: '3' }, faults: ['/attributes/floor'] },
        { name: 'that are not allowed', given: { ...right, team: 'green' }, faults: ['/attributes/team'] },
        { name: 'that nobody has defined', given: { ...right, nope: 'x' }, faults: ['/attributes/nope'] },
        {
          name: 'that administrators alone may say',
          given: { ...right, badge: 'x', note: 'y' },
          faults: ['/attributes/badge', '/attributes/note'],
        },
      ]
      for (const { name, given, faults } of wrong) {
        test(`those ${name} are refused with what is asked for, and the link goes on`, async () => {
          const secret = await openLink()
          const before = await count('users')
          const refused = await withValues(secret, given)
          assert.deepEqual(told(refused), [400, 'request_invalid'])
          assert.deepEqual(
            refused.body.errors.map(({ field }) => field),
            faults,
          )
          const asked = refused.body.asked as readonly { readonly key: string; readonly label: string }[]
          assert.deepEqual(
            asked.map(({ key, label }) => [key, label]),
            [
              ['floor', 'Floor'],
              ['team', 'Team'],
            ],
          )
          assert.equal(await count('users'), before)
          assert.equal((await withValues(secret, right)).status, 201)
        })
      }

      test('one that is required since the link was opened is asked for', async () => {
        const secret = await openLink()
        await addAttribute(app.app, operator, {
          ...{ key: 'later', label: 'Later', kind: 'date', bounds: {} },
          ...flags,
        })
        const refused = await withValues(secret, right)
        assert.deepEqual(
          refused.body.errors.map(({ field }) => field),
          ['/attributes/later'],
        )
        assert.equal((await withValues(secret, { ...right, later: '2026-12-31' })).status, 201)
        await removeAttribute(app.app, operator, 'later', 1)
      })

      test('the page asks for them without script, and keeps what was typed', async () => {
        await addAttribute(app.app, operator, {
          ...{ key: 'pass', label: 'A <pass>', kind: 'yes_no', bounds: {} },
          ...flags,
        })
        const path = `/sign-up/${await openLink()}`
        const { text } = await app.call('GET', path)
        assert.match(text, /<label for="attribute.floor">Floor<\/label>/)
        assert.match(text, /<input id="attribute.floor" name="attribute.floor" type="number" step="any"/)
        assert.match(text, /From -2 to 9\./)
        assert.match(text, /<option value="red">red<\/option>/)
        assert.match(text, /A &#60;pass&#62;/)
        for (const key of ['motto', 'badge', 'note']) assert.ok(!text.includes(`attribute.${key}`), key)
        const bounds = [
          [
            { least: -2 },
            / min="-2" required aria-describedby="attribute\.floor-hint">/,
            '-2 or more.',
            '至少 -2。',
          ],
          [
            { most: 9 },
            / max="9" required aria-describedby="attribute\.floor-hint">/,
            '9 or less.',
            '至多 9。',
          ],
          [{}, /step="any" value="" required>/, undefined, undefined],
        ] as const
        for (const [given, field, en, zh] of bounds) {
          await changeAttribute(app.app, operator, 'floor', { bounds: { least: null, most: null, ...given } })
          const shown = await app.call('GET', path)
          assert.match(shown.text, field)
          const hint = /<p class="hint" id="attribute\.floor-hint">([^<]+)<\/p>/
          assert.equal(hint.exec(shown.text)?.[1], en)
          const translated = await app.call('GET', path, { headers: { 'accept-language': 'zh-TW' } })
          assert.equal(hint.exec(translated.text)?.[1], zh)
        }
        await changeAttribute(app.app, operator, 'floor', { bounds: floor.bounds })
        const send = (fields: Readonly<Record<string, string>>) =>
          app.call('POST', path, {
            form: { username: 'page-valued', password: good, again: good, ...fields },
          })
        const typed = { 'attribute.floor': '4', 'attribute.team': 'blue', 'attribute.pass': 'false' }
        const refusals = [
          [{}, /Please look again at: Floor, Team, A &#60;pass&#62;\./],
          [{ ...typed, 'attribute.floor': 'x' }, /Please look again at: Floor\./],
          [{ ...typed, 'attribute.team': 'green' }, /Please look again at: Team\./],
          [{ ...typed, again: 'another' }, /The two were not the same/],
          [{ ...typed, username: '' }, /A user name has 1 to 200/],
        ] as const
        for (const [fields, problem] of refusals) {
          const refused = await send(fields)
          assert.equal(refused.status, 400)
          assert.match(refused.text, problem)
        }
        const kept = (await send({ ...typed, again: 'another' })).text
        assert.match(kept, /name="attribute.floor" type="number" step="any" value="4"/)
        assert.match(kept, /<option value="blue" selected>/)
        assert.match(kept, /<option value="false" selected>no</)
        const zh = await app.call('GET', path, { headers: { 'accept-language': 'zh-TW' } })
        assert.match(zh.text, /-2 到 9。/)
        // Fields of attributes that are not asked for are as good as none.
        const done = await send({ ...typed, 'attribute.badge': 'forged', 'attribute.nope': 'x' })
        assert.match(done.text, /You can now sign in as page-valued/)
        const rows = await app.app.db.query<{ key: string; value: string }>(
          `SELECT key, value FROM user_attributes WHERE user_id = (SELECT id FROM users WHERE username = 'page-valued') ORDER BY key`,
        )
        assert.deepEqual(
          rows.map(({ key, value }) => [key, value]),
          [
            ['floor', '4'],
            ['pass', 'false'],
            ['team', 'blue'],
          ],
        )
        await removeAttribute(app.app, operator, 'pass', 1)
      })
    })

    test('a date is asked for as a date, and a text may be as long as its bound', async () => {
      const flags = { person_may: 'change', is_required: true, is_searchable: false } as const
      const born = { key: 'born', label: 'Born', kind: 'date', bounds: {} } as const
      const badge = { key: 'nick', label: 'Nick', kind: 'text', bounds: { longest: 5 } } as const
      for (const one of [born, badge]) await addAttribute(app.app, operator, { ...one, ...flags })
      const path = `/sign-up/${await linkFor(undefined, { user_type: 'customer' })}`
      const typed = { 'attribute.born': '1984-02-30', 'attribute.nick': 'sixsix' }
      const form = { username: 'dated', password: good, again: good, ...typed }
      const refused = await app.call('POST', path, { form })
      assert.match(refused.text, /Please look again at: Born, Nick\./)
      assert.match(refused.text, /name="attribute\.born" type="date" value="1984-02-30" required>/)
      assert.match(refused.text, /name="attribute\.nick" value="sixsi" maxlength="5" required>/)
      const right = { 'attribute.born': '1984-02-29', 'attribute.nick': 'fives' }
      assert.equal((await app.call('POST', path, { form: { ...form, ...right } })).status, 200)
      for (const key of ['born', 'nick']) await removeAttribute(app.app, operator, key, 1)
    })

    test('a look-alike among people of an administrator is told, as before, and not refused', async () => {
      const user = await createUser(app.app, operator, { username: 'аdа', userType: 'customer' })
      assert.ok(user.id)
    })

    test('what was asked for is sealed until it is answered, and the log has no address', async () => {
      const address = nextAddress()
      await ask({ address })
      const rows = async (table: string) => JSON.stringify(await app.app.db.query(`SELECT * FROM ${table}`))
      assert.ok(!(await rows('registration_requests')).includes(address))
      await answered()
      assert.ok(!(await rows('activity')).includes(address))
    })
  })
}

test('accounts are made by invitation unless an administrator opens a type', async () => {
  const app = await openTestApp()
  assert.deepEqual((await app.call('GET', '/v1/registrations')).body.items, [])
  const refused = await app.call('POST', '/v1/registrations', { body: { address: 'a@example.com' } })
  assert.deepEqual([refused.status, refused.body.code], [403, 'registration_closed'])
  for (const method of ['GET', 'POST']) {
    const form = method === 'POST' ? { form: { address: 'a@example.com' } } : {}
    const page = await app.call(method, '/sign-up', form)
    assert.equal(page.status, 403)
    assert.match(page.text, /Accounts are made by invitation/)
  }
  // Nor where no letter can be sent.
  await setSignInRule(app.app, operator, 'customer', { selfRegistration: true })
  Object.assign(app.app.mail, { mode: 'none' })
  assert.deepEqual((await app.call('GET', '/v1/registrations')).body.items, [])
  await app.close()
})
