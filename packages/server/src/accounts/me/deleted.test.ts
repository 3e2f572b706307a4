import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'

// Whoever is deleted while a token of theirs is still good has no account any more, and is told so. One row for each operation of
// one's own account that has to find it, and a new one fails until it has its row.

const proof = { current_password: 'the password of nobody' }
const operations: Readonly<Record<string, object | undefined>> = {
  'GET /v1/me': undefined,
  'POST /v1/me/password': { ...proof, password: 'seven wet umbrellas' },
  'PATCH /v1/me/attributes': {},
  'POST /v1/me/addresses': { ...proof, address: 'ada@example.com' },
  'POST /v1/me/addresses/{address}/send-proof': undefined,
  'POST /v1/me/addresses/{address}/make-primary': proof,
  'POST /v1/me/addresses/{address}/remove': proof,
  'GET /v1/me/factors': undefined,
  'POST /v1/me/factors/authenticator': undefined,
  'DELETE /v1/me/factors/authenticator': undefined,
  'POST /v1/me/factors/recovery-codes': undefined,
  'POST /v1/me/factors/forget-browsers': undefined,
  'GET /v1/me/passkeys': undefined,
  'POST /v1/me/passkeys/options': {},
  'PATCH /v1/me/passkeys/{id}': { name: 'a key' },
  'DELETE /v1/me/passkeys/{id}': undefined,
  'DELETE /v1/me/identities/{identity}': undefined,
}

/** These look for something else first, which went with the account. */
const otherwise: Readonly<Record<string, readonly [code: string, body?: object]>> = {
  'POST /v1/me/data': ['kind_not_allowed'],
  'POST /v1/me/factors/authenticator/confirm': ['factor_not_found', { code: '123456' }],
  'POST /v1/me/passkeys': [
    'passkey_refused',
    {
      credential: {
        ...{ id: 'AA', rawId: 'AA', type: 'public-key' },
        response: { clientDataJSON: 'AA', attestationObject: 'AA' },
      },
    },
  ],
}

for (const engine of engines) {
  describe(`an account that was deleted while its token was good, on ${engine}`, () => {
    let app: TestApp
    let token: string
    before(async () => {
      app = await openTestApp(engine)
      const ada = await app.signedIn('ada')
      token = ada.token
      await app.app.db.transaction((tx) => tx.query('DELETE FROM users WHERE id = $1', ada.id))
    })
    after(() => app.close())

    test('has a row for each operation that has to find it', () => {
      const served = app.app.routes
        .filter(({ path, refuses }) => path.startsWith('/v1/me') && refuses?.includes('user_not_found'))
        .map(({ method, path }) => `${method} ${path}`)
      assert.deepEqual(Object.keys({ ...operations, ...otherwise }).sort(), served.sort())
    })

    const ask = async (operation: string, body: object | undefined) => {
      const [method = '', path = ''] = operation.split(' ')
      const answer = await app.call(method, path.replace(/\{\w+\}/, 'nobody'), {
        token,
        ...(body && { body }),
      })
      return [answer.status, answer.body?.code]
    }

    for (const [operation, body] of Object.entries(operations)) {
      test(`${operation}: there is no such user`, async () => {
        assert.deepEqual(await ask(operation, body), [404, 'user_not_found'])
      })
    }

    for (const [operation, [code, body]] of Object.entries(otherwise)) {
      test(`${operation}: ${code}`, async () => {
        assert.equal((await ask(operation, body))[1], code)
      })
    }

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
