import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { generateKey, type PrivateKey, publicKeyOf, thumbprint, toJwk } from 'latchkey/token'
import { identify, openTestApp, type TestApp, testLog, testWorld } from '../../test/app.ts'
import { eventually, openBeside } from '../../test/second-app.ts'
import { engines, temporaryStorage } from '../../test/storages.ts'
import { createApp } from '../app.ts'
import { readConfig } from '../config/config.ts'
import { migrations } from '../database/migrations/index.ts'
import { migrate } from '../database/migrations.ts'
import { operator } from '../identity.ts'
import { loadMasterKey, masterKey } from '../secrets/master-key.ts'
import { openWithSecret, sealWithSecret } from '../secrets/sealing.ts'
import { realWorld } from '../world.ts'
import { insertSigningKey } from './store.ts'

describe('the main key set holds RSA and P-256 keys alone', () => {
  let app: TestApp
  before(async () => {
    app = await openTestApp('sqlite')
  })
  after(() => app.close())

  /** Another process on the same database, which is to sign otherwise. */
  const signingBy = async (signingAlgorithm: 'RS256' | 'EdDSA') =>
    openBeside({ ...app, app: { ...app.app, config: { ...app.app.config, signingAlgorithm } } })

  test('an Ed25519 key does not come into it', async () => {
    await assert.rejects(
      signingBy('EdDSA'),
      /LATCHKEY_SIGNING_ALGORITHM is EdDSA, and this database has no such key/,
    )
    assert.deepEqual(await app.app.db.query(`SELECT kid FROM signing_keys WHERE algorithm = 'EdDSA'`), [])
    await (await signingBy('RS256')).stop()
  })

  test('a database that signs by such keys from before goes on, and rotates', async () => {
    const now = app.world.now()
    await app.app.db.transaction(async (tx) => {
      for (const status of ['active', 'next'] as const) {
        const key = generateKey('EdDSA') as PrivateKey // it is not symmetric
        const kid = thumbprint(key)
        await insertSigningKey(tx, {
          ...{ kid, algorithm: 'EdDSA', status, public_jwk: JSON.stringify(toJwk(publicKeyOf(key))) },
          private_sealed: app.app.masterKey.seal(JSON.stringify(toJwk(key)), `signing key ${kid}`),
          ...{ created_at: now, activated_at: now, retired_at: null, revoked_at: null },
        })
      }
    })
    const old = await signingBy('EdDSA')
    assert.equal(old.ring.signingKey().algorithm, 'EdDSA')
    await old.ring.rotate(operator)
    assert.equal(old.ring.list().filter(({ algorithm }) => algorithm === 'EdDSA').length, 3)
    await old.stop()
  })
})

for (const engine of engines) {
  test(`a read that began before a key was revoked, and ends later, does not bring it back, on ${engine}`, async (t) => {
    const house = await openTestApp(engine)
    t.after(() => house.close())
    const { db, ring } = house.app
    const query = db.query.bind(db)
    const [hasRead, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let isFirst = true
    t.mock.method(db, 'query', async (...asked: Parameters<typeof query>) => {
      const rows = await query(...asked)
      if (!isFirst || !asked[0].includes('FROM signing_keys')) return rows
      isFirst = false
      hasRead.resolve()
      await goesOn.promise
      return rows
    })
    const early = ring.reload()
    await hasRead.promise
    const { kid } = ring.list().find(({ status }) => status === 'active') ?? assert.fail()
    const revoked = ring.revoke(operator, kid)
    const stored = () => query('SELECT kid FROM signing_keys WHERE kid = $1 AND revoked_at IS NOT NULL', kid)
    await eventually(async () => (await stored()).length === 1)
    // Whatever reads the ring behind that may be done.
    for (let turn = 0; turn < 50; turn += 1) await query('SELECT 1')
    goesOn.resolve()
    await Promise.all([early, revoked])
    assert.equal(ring.isRevoked(kid), true)
    assert.notEqual(ring.signingKey().keyId, kid)
  })

  describe(`the key ring on ${engine}`, () => {
    let app: TestApp
    let token: string
    let admin: string
    before(async () => {
      app = await openTestApp(engine)
      token = (await app.signedIn('ada')).token
      admin = (await app.signedIn('root', 'administrator')).token
    })
    after(() => app.close())

    const statuses = () =>
      app.app.ring
        .list()
        .map(({ status }) => status)
        .sort()
    const kidOf = (text: string) =>
      JSON.parse(Buffer.from(text.split('.', 1)[0] ?? '', 'base64url').toString()).kid

    test('has one key that signs and one that comes next, both known to verifiers', async () => {
      assert.deepEqual(statuses(), ['active', 'next'])
      const { body } = await app.call('GET', '/.well-known/jwks.json')
      assert.equal(body.keys.length, 2)
      for (const key of body.keys) {
        assert.equal(key.use, 'sig')
        assert.equal(key.alg, 'ES256')
        for (const part of ['d', 'p', 'q', 'k']) assert.ok(!(part in key))
      }
    })

    test('signs with the next key after a rotation, and what the old one signed verifies until it expires', async () => {
      const { keys } = (await app.call('GET', '/.well-known/jwks.json')).body
      const { status, body } = await app.call('POST', '/v1/keys/rotate', { token: admin })
      assert.equal(status, 200)
      assert.deepEqual(statuses(), ['active', 'next', 'retiring'])
      assert.doesNotMatch(JSON.stringify(body), /"d"|private/)
      const fresh = await app.signedIn('ben')
      assert.notEqual(kidOf(fresh.token), kidOf(token))
      assert.ok(
        keys.some(({ kid }) => kid === kidOf(fresh.token)),
        'verifiers knew it before',
      )
      for (const each of [fresh.token, token])
        assert.equal((await app.call('GET', '/v1/me', { token: each })).status, 200)
      app.world.advance(329_000)
      assert.equal((await app.call('GET', '/v1/me', { token })).status, 200)
      app.world.advance(1_000)
      assert.equal((await app.call('GET', '/v1/me', { token })).body.code, 'token_invalid')
    })

    test('drops a retired key once its last token has expired, and not a millisecond before', async () => {
      app.world.advance(120_000)
      await app.app.ring.rotate(operator)
      // Five minutes, and twice the 30 seconds by which clocks may be wrong.
      app.world.advance(359_999)
      await app.app.ring.reload()
      assert.deepEqual(statuses(), ['active', 'next', 'retiring'])
      app.world.advance(1)
      await app.app.ring.reload()
      assert.deepEqual(statuses(), ['active', 'next'])
    })

    test('is the same in another process, at once after a rotation', async () => {
      const beside = await openBeside(app)
      await app.app.ring.rotate(operator)
      const fresh = await app.app.issue({ subject: 'usr_x', kind: 'user', clientId: 'latchkey', scopes: [] })
      await eventually(() => beside.ring.list().length === app.app.ring.list().length)
      assert.equal(identify(beside, fresh.token).subject, 'usr_x')
      await beside.stop()
    })

    test('keeps one active and one next key when two processes rotate at once', async () => {
      const beside = await openBeside(app)
      await Promise.all(
        [app.app.ring, beside.ring, app.app.ring, beside.ring].map((ring) => ring.rotate(operator)),
      )
      await Promise.all([app.app.ring.reload(), beside.ring.reload()])
      const rows = await app.app.db.query<{ status: string }>(
        `SELECT status FROM signing_keys WHERE status <> 'retired' ORDER BY status`,
      )
      assert.deepEqual(
        rows.map(({ status }) => status),
        ['active', 'next'],
      )
      assert.equal(thumb(app.app.ring), thumb(beside.ring))
      await beside.stop()
    })

    test('needs the permission to be rotated', async () => {
      const person = await app.signedIn('eve')
      assert.equal((await app.call('POST', '/v1/keys/rotate', { token: person.token })).status, 403)
      assert.equal((await app.call('POST', '/v1/keys/rotate')).status, 401)
    })

    test('stores its private keys sealed: no file of the database holds one in clear', async () => {
      const { d } = { d: '', ...toJwk(app.app.ring.signingKey()) }
      assert.equal(d.length, 43)
      const raw = Buffer.from(d, 'base64url')
      const rows = await app.app.db.query<Record<string, unknown>>('SELECT * FROM signing_keys')
      assert.ok(!JSON.stringify(rows).includes(d))
      const { directory } = app.storage.at
      for (const name of readdirSync(directory)) {
        const bytes = readFileSync(join(directory, name))
        assert.ok(!bytes.includes(d) && !bytes.includes(raw), name)
      }
    })

    test('does not open under another master key, and says so in one line', async () => {
      const config = { ...app.app.config, masterKey: realWorld.random(32).toString('base64url') }
      const db = await app.storage.open()
      await assert.rejects(createApp({ config, db, log: testLog(), world: app.world }), {
        message: 'the master key does not open the signing keys of this database',
      })
    })
  })

  test(`a start where no key of the algorithm signs any more makes two, on ${engine}`, async (t) => {
    const house = await openTestApp(engine)
    t.after(() => house.close())
    const { db } = house.app
    await db.transaction((tx) =>
      tx.query("UPDATE signing_keys SET status = 'retired', retired_at = $1", house.world.now()),
    )
    const beside = await openBeside(house)
    const rows = await db.query<{ status: string }>('SELECT status FROM signing_keys ORDER BY status')
    assert.deepEqual(
      rows.map(({ status }) => status),
      ['active', 'next', 'retired', 'retired'],
    )
    await beside.stop()
  })

  test(`four processes that start at once on an empty ${engine} database make one ring`, async () => {
    const storage = await temporaryStorage(engine)
    const config = readConfig({ LATCHKEY_DATA: storage.at.directory }, 'development')
    const world = testWorld()
    const apps = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const db = await storage.open()
        await migrate(db, migrations, world.now())
        return createApp({ config, db, log: testLog(), world })
      }),
    )
    assert.equal(new Set(apps.map(({ ring }) => thumb(ring))).size, 1)
    const rows = await apps[0]!.db.query<{ status: string }>(
      'SELECT status FROM signing_keys ORDER BY status',
    )
    assert.deepEqual(
      rows.map(({ status }) => status),
      ['active', 'next'],
    )
    assert.deepEqual(
      readdirSync(storage.at.directory).filter((name) => name.startsWith('master')),
      ['master.key'],
    )
    for (const app of apps) await app.stop()
    await storage.remove()
  })
}

const thumb = (ring: TestApp['app']['ring']) =>
  ring
    .list()
    .map(({ kid, status }) => `${kid} ${status}`)
    .sort()
    .join()

describe('the master key', () => {
  let directory: string
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-master-'))
  })
  after(() => rmSync(directory, { recursive: true }))

  test('is made once, for its owner alone, and read from then on', () => {
    const first = loadMasterKey(undefined, directory, realWorld)
    assert.equal(statSync(join(directory, 'master.key')).mode & 0o777, 0o600)
    const second = loadMasterKey(undefined, directory, realWorld)
    assert.equal(second.open(first.seal('text', 'here'), 'here'), 'text')
    assert.deepEqual(readdirSync(directory), ['master.key'])
  })

  test('opens what it sealed, for the same purpose and unchanged only', () => {
    const key = masterKey(Buffer.alloc(32, 1), realWorld)
    const sealed = key.seal('text', 'one')
    assert.notEqual(key.seal('text', 'one'), sealed, 'a nonce is used once')
    assert.throws(() => key.open(sealed, 'two'))
    assert.throws(() => masterKey(Buffer.alloc(32, 2), realWorld).open(sealed, 'one'))
    const bytes = Buffer.from(sealed, 'base64url')
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes)
      changed[i]! ^= 1
      assert.throws(() => key.open(changed.toString('base64url'), 'one'), `byte ${i}`)
    }
    for (let length = 0; length < bytes.length; length++)
      assert.throws(() => key.open(bytes.subarray(0, length).toString('base64url'), 'one'), `${length} bytes`)
  })

  test('is not needed for what a secret seals: the secret alone opens it', () => {
    assert.equal(openWithSecret(sealWithSecret('text', 'a', realWorld), 'a'), 'text')
    assert.throws(() => openWithSecret(sealWithSecret('text', 'a', realWorld), 'b'))
  })

  const refused = [
    { name: 'is too short', content: Buffer.alloc(31, 7).toString('base64url') },
    { name: 'is plain base64', content: Buffer.alloc(32, 255).toString('base64') },
    { name: 'is empty', content: '' },
  ]
  for (const { name, content } of refused) {
    test(`in a file that ${name} is refused in one line that does not repeat it`, () => {
      const file = join(directory, 'master.key')
      writeFileSync(file, content, { mode: 0o600 })
      assert.throws(
        () => loadMasterKey(undefined, directory, realWorld),
        (error: Error) => {
          assert.match(error.message, /must hold 32 bytes/)
          assert.ok(content === '' || !error.message.includes(content))
          return true
        },
      )
    })
  }

  test('that others can read is refused, with the command that mends it', () => {
    const file = join(directory, 'master.key')
    chmodSync(file, 0o644)
    assert.throws(() => loadMasterKey(undefined, directory, realWorld), {
      message: `${file} can be read by others; mend it with: chmod 600 ${file}`,
    })
  })
})
