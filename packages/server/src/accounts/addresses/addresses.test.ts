import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { takeLetters } from '../../../test/letters.ts'
import { openBeside, post } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import type { App } from '../../app.ts'
import { operator } from '../../identity.ts'
import { newSecret } from '../../secrets/secrets.ts'
import { disableUser } from '../users/users.ts'
import { insertAddress, setProven } from './store.ts'

const dayMs = 24 * 3_600_000

for (const engine of engines) {
  describe(`addresses of mail on ${engine}`, () => {
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
    // A token lives for minutes, and some tests take a day.
    const administrator = () => app.signedIn(`admin-${++count}`, 'administrator')
    const somebody = () => app.signedIn(`person-${++count}`)
    const fresh = () => `mail-${++count}@example.com`
    const letters = () => takeLetters(app.app)
    const newest = async () => (await letters())[0]! // of one that was just written
    const add = ({ token, password }: SignedIn, address: string, current = password) =>
      app.call('POST', '/v1/me/addresses', { token, body: { address, current_password: current } })
    const list = async ({ token }: SignedIn) =>
      (await app.call('GET', '/v1/me/addresses', { token })).body.items
    const prove = (proof: string) => app.call('POST', '/v1/addresses/prove', { body: { proof } })
    /** An account with an address that it has proven. */
    async function withAddress(address = fresh()) {
      const person = await somebody()
      const { body } = await add(person, address)
      const [letter] = await letters()
      assert.equal((await prove(letter!.secret)).status, 200)
      return { ...person, address, addressId: String(body.id) }
    }

    test('an address is added, proven by the link that is sent to it, and is then the primary one', async () => {
      const ada = await somebody()
      const address = fresh()
      const added = await add(ada, address)
      assert.equal(added.status, 201)
      assert.deepEqual([added.body.primary, added.body.proven_at], [false, null])
      const sent = await letters()
      assert.deepEqual(
        sent.map(({ to, letter }) => [to, letter]),
        [[address, 'address_proof']],
      )
      assert.equal((await prove(sent[0]!.secret)).body.address, address)
      const [row] = await list(ada)
      assert.equal(row?.primary, true)
      assert.notEqual(row?.proven_at, null)
    })

    test('the link has the origin of the configuration, whatever the request says', async () => {
      const ada = await somebody()
      await app.call('POST', '/v1/me/addresses', {
        token: ada.token,
        body: { address: fresh(), current_password: ada.password },
        headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' },
      })
      assert.match((await letters())[0]!.url, /^http:\/\/127\.0\.0\.1:8484\/addresses\/lk_address_/)
    })

    test('opening the link changes nothing, by GET or HEAD and as often as one likes; its form proves the address', async () => {
      const ada = await somebody()
      await add(ada, fresh())
      const { secret } = await newest()
      for (let round = 0; round < 3; round++) {
        for (const method of ['GET', 'HEAD']) {
          assert.equal((await app.call(method, `/addresses/${secret}`)).status, 200)
        }
      }
      assert.equal((await list(ada))[0]?.proven_at, null)
      const shown = await app.call('GET', `/addresses/${secret}`, { headers: { 'accept-language': 'zh-TW' } })
      assert.match(shown.text, /確認/)
      assert.match(shown.text, /<form method="post">/)
      assert.doesNotMatch(shown.text, /<script/)
      const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } }
      assert.equal((await app.call('POST', `/addresses/${secret}`, form)).status, 200)
      assert.notEqual((await list(ada))[0]?.proven_at, null)
      assert.equal((await app.call('POST', `/addresses/${secret}`, form)).status, 404, 'a second time')
      assert.equal((await app.call('GET', `/addresses/${secret}`)).status, 404)
    })

    test('of 64 at once, at two processes, one proves', async () => {
      const ada = await somebody()
      await add(ada, fresh())
      const { secret: proof } = await newest()
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, at) =>
          post(at % 2 ? beside : app.app, '/v1/addresses/prove', { proof }),
        ),
      )
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
      assert.equal(answers.filter(({ body }) => body.code === 'link_invalid').length, 63)
    })

    const over: { name: string; make: (secret: string, person: SignedIn) => Promise<string> }[] = [
      { name: 'unknown', make: async () => newSecret('address', app.world) },
      { name: 'malformed', make: async () => 'lk_address_x' },
      { name: 'of another kind', make: async () => newSecret('invite', app.world) },
      {
        name: 'a day old',
        async make(secret) {
          app.world.advance(dayMs)
          return secret
        },
      },
      {
        name: 'of an address that was removed',
        async make(secret, { token, password }) {
          const { items } = (await app.call('GET', '/v1/me/addresses', { token })).body
          const body = { current_password: password }
          await app.call('POST', `/v1/me/addresses/${items[0]!.id}/remove`, { token, body })
          return secret
        },
      },
      {
        name: 'of an account that was disabled',
        async make(secret, { id }) {
          await disableUser(app.app, operator, id)
          return secret
        },
      },
    ]
    for (const { name, make } of over) {
      test(`a link proves nothing that is ${name}`, async () => {
        const ada = await somebody()
        await add(ada, fresh())
        const { secret } = await newest()
        const proof = await make(secret, ada)
        const { status, body } = await prove(proof)
        assert.deepEqual([status, body.code], [400, 'link_invalid'])
        assert.equal((await app.call('GET', `/addresses/${proof}`)).status, 404)
      })
    }

    test('a proven address is taken from every account that only claims it', async () => {
      const address = fresh()
      const mallory = await somebody()
      await add(mallory, address)
      await letters()
      const ada = await somebody()
      await add(ada, address.toUpperCase().replace('EXAMPLE.COM', 'Example.com'))
      const { secret } = await newest()
      await prove(secret)
      assert.deepEqual(await list(mallory), [])
      assert.equal((await list(ada)).length, 1)
      const [row] = await app.app.db.query<{ subject: string }>(
        `SELECT subject FROM activity WHERE target = $1 AND event = 'user.change_address' AND details LIKE '%lost%'`,
        mallory.id,
      )
      assert.equal(row?.subject, ada.id)
    })

    test('an address that another account has proven: the answer is equal, and its owner is told', async () => {
      const ada = await withAddress()
      const mallory = await somebody()
      const [taken, free] = [await add(mallory, ada.address), await add(mallory, fresh())]
      const shapeOf = ({ status, body }: typeof taken) => [status, Object.keys(body), body.proven_at]
      assert.deepEqual(shapeOf(taken), shapeOf(free))
      const sent = await letters()
      assert.equal(sent[0]?.to, ada.address)
      assert.match(sent[0]?.subject ?? '', /another account/)
      assert.equal(sent[0]?.url, '', 'there is no link to follow')
      assert.equal((await list(ada))[0]?.address, ada.address)
    })

    test('of two accounts that prove one address, the second is refused', async () => {
      const address = fresh()
      const [ada, ben] = [await somebody(), await somebody()]
      await add(ada, address)
      await add(ben, address)
      const [one, two] = await letters()
      assert.equal((await prove(one!.secret)).status, 200)
      const { status, body } = await prove(two!.secret)
      // The other one lost its claim, and its link with it.
      assert.deepEqual([status, body.code], [400, 'link_invalid'])
    })

    test('a link whose address is proven by another account at the same moment says so, on the page as well', async () => {
      const address = fresh()
      const [ada, ben] = [await somebody(), await somebody()]
      await add(ada, address)
      const { secret } = await newest()
      // As it is within the two transactions: each has looked, and neither has seen the other.
      await app.app.db.transaction(async (tx) => {
        const row = { id: `adr_${ben.id}`, user_id: ben.id, address, address_key: address } as const
        await insertAddress(tx, { ...row, language: 'en', is_primary: 0, created_at: 1, proven_at: null })
        await setProven(tx, row.id, 2)
      })
      const { status, body } = await prove(secret)
      assert.deepEqual([status, body.code], [409, 'address_taken'])
      for (const [language, title] of [
        ['en', 'address belongs to another account'],
        ['zh-TW', '這個地址屬於其他帳號'],
      ] as const) {
        const headers = { 'accept-language': language }
        const shown = await app.call('POST', `/addresses/${secret}`, { form: {}, headers })
        assert.equal(shown.status, 409)
        assert.ok(shown.text.includes(title), shown.text)
      }
      assert.equal((await list(ada))[0]?.proven_at, null)
    })

    test('the old primary address is told of a new one, and of what is removed', async () => {
      const ada = await withAddress()
      const second = fresh()
      await add(ada, second)
      const [proof, added] = await letters()
      assert.deepEqual([proof?.to, added?.to, added?.letter], [second, ada.address, 'address_added'])
      const { token, password } = ada
      const body = { current_password: password }
      const [, row] = await list(ada)
      const early = await app.call('POST', `/v1/me/addresses/${row!.id}/make-primary`, { token, body })
      assert.deepEqual([early.status, early.body.code], [409, 'address_unproven'])
      await prove(proof!.secret)
      const primary = await app.call('POST', `/v1/me/addresses/${row!.id}/make-primary`, { token, body })
      assert.equal(primary.status, 200)
      assert.deepEqual(
        (await letters()).map(({ to, letter }) => [to, letter]),
        [[ada.address, 'address_primary']],
      )
      const kept = await app.call('POST', `/v1/me/addresses/${row!.id}/remove`, { token, body })
      assert.deepEqual([kept.status, kept.body.code], [409, 'address_primary'])
      const removed = await app.call('POST', `/v1/me/addresses/${ada.addressId}/remove`, { token, body })
      assert.equal(removed.status, 204)
      assert.deepEqual(
        (await letters()).map(({ to, letter }) => [to, letter]),
        [[second, 'address_removed']],
      )
    })

    test('whoever holds a session needs the password as well', async () => {
      const ada = await withAddress()
      const { token } = ada
      const body = { current_password: 'another one' }
      const wrong = [
        await add(ada, fresh(), 'another one'),
        await app.call('POST', `/v1/me/addresses/${ada.addressId}/make-primary`, { token, body }),
        await app.call('POST', `/v1/me/addresses/${ada.addressId}/remove`, { token, body }),
      ]
      for (const { status, body } of wrong) assert.deepEqual([status, body.code], [403, 'password_wrong'])
      assert.equal((await list(ada)).length, 1)
      assert.deepEqual(await letters(), [])
    })

    const faults = [
      { name: 'no address', address: 'ada', code: 'request_invalid' },
      { name: 'two addresses', address: 'a@example.com,b@example.com', code: 'request_invalid' },
      { name: 'a line break', address: 'a@example.com\r\nBcc: b@example.com', code: 'request_invalid' },
    ]
    for (const { name, address, code } of faults) {
      test(`nobody adds ${name}`, async () => {
        const { status, body } = await add(await somebody(), address)
        assert.deepEqual([status, body.code], [400, code])
      })
    }

    test('one account has an address once, and ten at most', async () => {
      const ada = await somebody()
      const address = fresh()
      await add(ada, address)
      const again = await add(ada, address.toUpperCase())
      assert.deepEqual([again.status, again.body.code], [409, 'address_exists'])
      for (let at = 0; at < 9; at++) await add(ada, fresh())
      const { status, body } = await add(ada, fresh())
      assert.deepEqual([status, body.code], [429, 'too_many_requests'])
      assert.match(body.detail, /10 addresses/)
      await letters()
    })

    test('an account has ten links an hour sent, and one mailbox gets five', async () => {
      const address = fresh()
      for (let at = 0; at < 6; at++) await add(await somebody(), address)
      assert.equal((await letters()).length, 5, 'the sixth is not told')
      const ada = await somebody()
      const { body } = await add(ada, fresh())
      const path = `/v1/me/addresses/${body.id}/send-proof`
      const answers: number[] = []
      for (let at = 0; at < 10; at++) {
        answers.push((await app.call('POST', path, { token: ada.token })).status)
      }
      assert.deepEqual(answers, [...Array(9).fill(204), 429])
      await letters()
    })

    test('nobody sees or changes the address of somebody else by its id', async () => {
      const ada = await withAddress()
      const { token, password } = await somebody()
      const body = { current_password: password }
      for (const [verb, options] of [
        ['send-proof', {}],
        ['make-primary', { body }],
        ['remove', { body }],
      ] as const) {
        const answer = await app.call('POST', `/v1/me/addresses/${ada.addressId}/${verb}`, {
          token,
          ...options,
        })
        assert.deepEqual([answer.status, answer.body.code], [404, 'address_not_found'], verb)
      }
    })

    test('an administrator adds an address, which its owner proves, and removes one', async () => {
      const [ada, admin] = [await somebody(), await administrator()]
      const { token } = admin
      const address = fresh()
      const path = `/v1/users/${ada.id}/addresses`
      const body = { address, language: 'zh-Hant' }
      const { id } = (await app.call('POST', path, { token, body })).body
      const [letter] = await letters()
      assert.match(letter!.subject, /確認/)
      const early = await app.call('POST', `${path}/${id}/make-primary`, { token })
      assert.deepEqual([early.status, early.body.code], [409, 'address_unproven'])
      assert.equal((await app.call('POST', `${path}/${id}/send-proof`, { token })).status, 204)
      const [again] = await letters()
      await prove(again!.secret)
      assert.equal((await app.call('POST', `${path}/${id}/make-primary`, { token })).status, 200)
      assert.equal((await app.call('GET', path, { token })).body.items[0]!.address, address)
      const other = await app.call('DELETE', `/v1/users/${admin.id}/addresses/${id}`, { token })
      assert.deepEqual([other.status, other.body.code], [404, 'address_not_found'])
      assert.equal((await app.call('DELETE', `${path}/${id}`, { token })).status, 204)
      assert.deepEqual(await list(ada), [])
      const nobody = await app.call('GET', '/v1/users/usr_nobody/addresses', { token })
      assert.equal(nobody.status, 404)
      await letters()
    })

    test('no address stands in the log', async () => {
      const ada = await withAddress()
      const rows = await app.app.db.query('SELECT * FROM activity WHERE subject = $1', ada.id)
      assert.doesNotMatch(JSON.stringify(rows), /@example/)
    })

    test('links that are over are swept', async () => {
      await add(await somebody(), fresh())
      await letters()
      app.world.advance(dayMs)
      await app.app.jobs.runNow(3_600_000)
      assert.deepEqual(await app.app.db.query('SELECT * FROM address_proofs'), [])
    })
  })
}

test('without mail an address can be added, and its link cannot be sent', async (t) => {
  const app = await openTestApp()
  t.after(() => app.close())
  const { token, password } = await app.signedIn('ada')
  const body = { address: 'ada@example.com', current_password: password }
  // Not the development mode: nothing is shown, nothing is sent.
  Object.assign(app.app.mail, { mode: 'none' })
  const added = await app.call('POST', '/v1/me/addresses', { token, body })
  assert.equal(added.status, 201)
  const again = await app.call('POST', `/v1/me/addresses/${added.body.id}/send-proof`, { token })
  assert.deepEqual([again.status, again.body.code], [409, 'mail_unavailable'])
})
