import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { openTestApp, quickArgon2, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { createApp } from '../../app.ts'
import { readConfig } from '../../config/config.ts'
import { realWorld } from '../../world.ts'
import { createPasswords } from './passwords.ts'
import { createPeppers, type Pepper } from './pepper.ts'
import { createPasswordRules } from './rules.ts'

const good = 'correct horse battery'
const pepper = (name: string): Pepper => ({ name, secret: randomBytes(32) })
const [one, two] = [pepper('one'), pepper('two')]
const withPeppers = (...peppers: Pepper[]) =>
  createPasswords(realWorld, createPasswordRules([]), quickArgon2, createPeppers(peppers))

describe('a pepper', () => {
  test('stands by its name in front of the hash, which is worth nothing without it', async () => {
    const stored = await withPeppers(one).hash(good, [])
    assert.match(stored, /^\$pepper=one\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.ok(await withPeppers(one).matches(good, stored))
    assert.equal(await withPeppers(one).matches('another horse battery', stored), false)
    const bare = stored.replace('$pepper=one', '')
    assert.equal(await withPeppers(one).matches(good, bare), false)
    assert.equal(await withPeppers({ ...two, name: 'one' }).matches(good, stored), false)
    assert.ok(!stored.includes(one.secret.toString('base64url')))
  })

  test('that is not there is an error, and no wrong password', async () => {
    const stored = await withPeppers(one).hash(good, [])
    for (const other of [withPeppers(), withPeppers(two)]) {
      await assert.rejects(other.matches(good, stored), { name: 'PepperMissing', message: /pepper one/ })
    }
  })

  test('is changed by putting another in front: hashes of the one before are renewed', async () => {
    const before = await withPeppers(one).hash(good, [])
    const after = withPeppers(two, one)
    assert.ok(await after.matches(good, before))
    assert.ok(after.isOutdated(before))
    const renewed = await after.renew(good)
    assert.match(renewed, /^\$pepper=two\$/)
    assert.equal(after.isOutdated(renewed), false)
  })

  test('is put to hashes that have none, and taken from those that have one', async () => {
    const bare = await withPeppers().hash(good, [])
    assert.ok(withPeppers(one).isOutdated(bare))
    assert.ok(await withPeppers(one).matches(good, bare))
    assert.equal(withPeppers().isOutdated(bare), false)
  })

  test('leaves an account that nobody has as slow and as false as any', async () => {
    assert.equal(await withPeppers(one).matches(good, undefined), false)
  })
})

for (const engine of engines) {
  test(`a server keeps the peppers that passwords have, on ${engine}`, async () => {
    const text = ({ name, secret }: Pepper) => `${name}=${secret.toString('base64url')}`
    const app = await openTestApp(engine, { LATCHKEY_PASSWORD_PEPPERS: text(one) })
    const { username, password } = await app.signedIn('ada')
    const hash = async () =>
      (await app.app.db.query<{ password_hash: string }>('SELECT password_hash FROM users'))[0]?.password_hash
    assert.match((await hash()) ?? '', /^\$pepper=one\$/)

    await assert.rejects(restarted(app, ''), /1 passwords were hashed with the pepper one/)
    await assert.rejects(restarted(app, text(two)), /pepper one/)
    // Lost: another secret of its name.
    await (await restarted(app, text({ ...two, name: 'one' }))).stop()

    const next = await restarted(app, `${text(two)}, ${text(one)}`)
    const answer = await next.edge.request('/v1/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    assert.equal(answer.status, 200)
    assert.match((await hash()) ?? '', /^\$pepper=two\$/)
    await next.stop()
    // Nothing has it any more.
    await (await restarted(app, text(two))).stop()
    const names = await app.app.db.query<{ name: string }>('SELECT name FROM password_peppers')
    assert.deepEqual(
      names.map(({ name }) => name),
      ['two'],
    )
    await app.close()
  })
}

async function restarted({ storage, log, world }: TestApp, peppers: string) {
  const settings = { LATCHKEY_DATA: storage.at.directory, LATCHKEY_PASSWORD_PEPPERS: peppers }
  const config = readConfig(settings, 'development')
  return createApp({ config, db: await storage.open(), log, world, argon2: quickArgon2 })
}
