import assert from 'node:assert/strict'
import { pbkdf2Sync } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { Refusal } from '../../errors.ts'
import { operator } from '../../identity.ts'
import { findUserByName, setPasswordHash } from '../users/store.ts'
import { createUser } from '../users/users.ts'
import { toBase64 } from './hashes/hash-format.ts'
import { renewPasswordHash } from './renewal.ts'

const password = 'short of old'

function outdated(salt: string): string {
  const tag = pbkdf2Sync(password, salt, 1000, 32, 'sha256')
  return `$pbkdf2-sha256$i=1000$${toBase64(Buffer.from(salt))}$${toBase64(tag)}`
}

for (const engine of engines) {
  describe(`an account that was imported, on ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
    })
    after(() => app.close())

    const add = (username: string) =>
      createUser(app.app, operator, { username, userType: 'customer' }, outdated(username))
    const signIn = (username: string, typed = password) =>
      app.call('POST', '/v1/login', { body: { username, password: typed } })
    const hashOf = async (username: string) => (await findUserByName(app.app.db, username))?.password_hash

    test('signs in with its password, whose hash is then one of ours', async () => {
      await add('ada')
      assert.equal((await signIn('ada', `${password}!`)).status, 401)
      assert.equal(await hashOf('ada'), outdated('ada'))
      assert.equal((await signIn('ada')).status, 200)
      const renewed = await hashOf('ada')
      assert.match(renewed ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
      assert.equal((await signIn('ada')).status, 200)
      assert.equal(await hashOf('ada'), renewed)
      assert.equal((await signIn('ada', `${password}!`)).status, 401)
    })

    test('signs in four times at once, whichever renews the hash', async () => {
      await add('ben')
      const answers = await Promise.all(Array.from({ length: 4 }, () => signIn('ben')))
      assert.deepEqual(
        answers.map(({ status }) => status),
        Array(4).fill(200),
      )
    })

    test('keeps its hash where too many wait for theirs, and signs in all the same', async () => {
      const { id } = await add('cleo')
      const passwords = {
        ...app.app.passwords,
        renew: () => Promise.reject(new Refusal('overloaded', 'too many')),
      }
      const user = { id, password_hash: outdated('cleo') }
      await renewPasswordHash({ ...app.app, passwords }, user, password)
      assert.equal(await hashOf('cleo'), outdated('cleo'))
      const broken = { ...passwords, renew: () => Promise.reject(new Error('no memory')) }
      await assert.rejects(renewPasswordHash({ ...app.app, passwords: broken }, user, password), /no memory/)
    })

    test('whose password was changed meanwhile keeps the new one', async () => {
      const { id } = await add('dora')
      const changed = await app.app.passwords.hash('another password of dora', ['dora'])
      await app.app.db.transaction((tx) => setPasswordHash(tx, id, changed))
      await renewPasswordHash(app.app, { id, password_hash: outdated('dora') }, password)
      assert.equal(await hashOf('dora'), changed)
    })
  })
}
