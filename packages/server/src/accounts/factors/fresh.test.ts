import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { createPasskey, offered, signInWith, withPasskey } from '../../../test/browser-passkeys.ts'
import { authenticatorOf } from '../../../test/factors.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { setSignInRule } from '../user-types/sign-in-rule.ts'

// Whatever changes what one signs in with looks at the session once more, in its transaction: it may have ended since the token
// was read, and no token says who holds it. The edge has let each of these requests through.

/** Somebody who could do each of the acts right now. */
interface Person {
  readonly id: string
  readonly token: string
  readonly passkeyId: string
  readonly keyId: string
  /** Of an authenticator that was begun. */
  readonly code: string
  /** Of a passkey that was made, and is not known here yet. */
  readonly credential: object
}

interface Act {
  readonly does: string
  readonly path: string | ((person: Person) => string)
  readonly method?: string
  readonly body?: (person: Person) => object
}

const passkeys = '/v1/me/passkeys'
const factors = '/v1/me/factors'

const acts: readonly Act[] = [
  { does: 'asks for a passkey', path: `${passkeys}/options`, body: () => ({}) },
  { does: 'asks for one without a prompt', path: `${passkeys}/options`, body: () => ({ conditional: true }) },
  { does: 'registers a passkey', path: passkeys, body: ({ credential }) => ({ credential }) },
  {
    ...{ does: 'renames a passkey', method: 'PATCH', path: ({ passkeyId }) => `${passkeys}/${passkeyId}` },
    body: () => ({ name: 'mine' }),
  },
  {
    ...{ does: 'removes a passkey', method: 'DELETE', path: ({ passkeyId }) => `${passkeys}/${passkeyId}` },
  },
  { does: 'begins an authenticator', path: `${factors}/authenticator` },
  { does: 'confirms one', path: `${factors}/authenticator/confirm`, body: ({ code }) => ({ code }) },
  { does: 'removes one', method: 'DELETE', path: `${factors}/authenticator` },
  { does: 'renews recovery codes', path: `${factors}/recovery-codes` },
  { does: 'forgets browsers', path: `${factors}/forget-browsers` },
  { does: 'unlinks an identity', method: 'DELETE', path: '/v1/me/identities/idn_1' },
  { does: 'makes a key', path: '/v1/api-keys', body: () => ({ name: 'other', scopes: ['api-keys:write'] }) },
  { does: 'revokes a key', method: 'DELETE', path: ({ keyId }) => `/v1/api-keys/${keyId}` },
  { does: 'ends another session', method: 'DELETE', path: '/v1/me/sessions/ses_1' },
  { does: 'ends the others', path: '/v1/me/sessions/end-others' },
  { does: 'downloads what is held', path: '/v1/me/data' },
]

/** What has become of the session, as columns of its row. */
const sessions: readonly { readonly that: string; readonly set: string }[] = [
  { that: 'has ended', set: "ended_at = 1, end_reason = 'ended_by_user'" },
  { that: 'is an application’s', set: "client_id = 'cli_1'" },
  { that: 'is somebody’s who acts for them', set: "acted_by = 'usr_1'" },
]

for (const engine of engines) {
  describe(`the session of who changes their credentials, on ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
      await setSignInRule(app.app, operator, 'customer', { mailCode: false })
      const mayHaveKeys = "UPDATE user_types SET permissions = 'api-keys:write' WHERE name = 'customer'"
      await app.app.db.transaction((tx) => tx.query(mayHaveKeys))
    })
    after(() => app.close())

    let people = 0
    async function arrive(): Promise<Person> {
      people += 1
      const person = await withPasskey(app, `person${people}`)
      const token: string = (await signInWith(app, person.passkey)).body.access_token
      const body = { name: 'script', scopes: ['api-keys:write'] }
      const { id: keyId } = (await app.call('POST', '/v1/api-keys', { token, body })).body
      const { secret } = (await app.call('POST', `${factors}/authenticator`, { token })).body
      const { credential } = createPasskey(await offered(app, token))
      return { ...person, token, keyId, code: authenticatorOf(app, secret).code(), credential }
    }

    for (const { does, path, method = 'POST', body } of acts) {
      const ask = (person: Person) =>
        app.call(method, typeof path === 'string' ? path : path(person), {
          token: person.token,
          ...(body && { body: body(person) }),
        })

      test(`${does}: a session in which the person has signed in is not the fault`, async () => {
        const { status, text } = await ask(await arrive())
        assert.notEqual(status, 403, text)
      })

      for (const { that, set } of sessions) {
        test(`${does}: not in a session that ${that}`, async () => {
          const person = await arrive()
          await app.app.db.transaction((tx) =>
            tx.query(`UPDATE sessions SET ${set} WHERE user_id = $1`, person.id),
          )
          const { status, body, text } = await ask(person)
          assert.deepEqual([status, body.code], [403, 'kind_not_allowed'], text)
        })
      }
    }

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
