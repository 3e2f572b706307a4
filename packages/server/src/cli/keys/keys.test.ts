import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith } from '../../../test/commands.ts'
import { openDatabase } from '../../database/open.ts'
import { loadMasterKey, masterKey } from '../../secrets/master-key.ts'
import { realWorld } from '../../world.ts'

interface Key {
  readonly kid: string
  readonly status: string
}

describe('latchkey keys', () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-keys-'))
  const data = join(directory, 'data')
  const runner = new CommandRunner()
  const environment = environmentWith({ LATCHKEY_DATA: data, LATCHKEY_ISSUER: 'https://id.example.com' })
  const run = (...args: string[]) => runner.run({ args, environment, directory, input: '' })
  const list = async () => JSON.parse((await run('keys', 'list', '--json')).out) as readonly Key[] // its contract
  before(async () => {
    const { status, err } = await run('migrate')
    assert.equal(status, 0, err)
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  /** As the server notes who fetches. */
  async function noteFetch(keyIds: string): Promise<void> {
    const db = await openDatabase({ directory: data })
    const now = Date.now()
    await db.transaction((tx) =>
      tx.query(
        `INSERT INTO key_set_fetches VALUES ('main', '10.1.2.0/24', 'billing/1', $1, ${now}, ${now})
         ON CONFLICT (key_set, network, user_agent) DO UPDATE SET key_ids = excluded.key_ids`,
        keyIds,
      ),
    )
    await db.close()
  }

  test('rotate is refused while somebody lacks the next key, waits for them, and does it when it is forced', async () => {
    await noteFetch('an old one')
    const refused = await run('keys', 'rotate')
    assert.equal(refused.status, 1)
    assert.match(refused.err, /1 that verify tokens have not fetched the next key yet; wait, or force it/)
    const shown = await run('keys', 'fetches')
    assert.match(shown.out, /^main +10\.1\.2\.0\/24 .* no +billing\/1$/m)
    const waited = await run('keys', 'rotate', '--wait', '1s')
    assert.equal(waited.status, 1)
    assert.match(waited.err, /waiting for 1 that have not fetched the next key/)
    const before = await list()
    const next = before.find(({ status }) => status === 'next')
    await noteFetch(next?.kid ?? '')
    const rotated = await run('keys', 'rotate', '--wait', '10m')
    assert.equal(rotated.status, 0, rotated.err)
    assert.equal((await list()).find(({ status }) => status === 'active')?.kid, next?.kid)
    // The key that comes next now is one that nobody has.
    assert.equal((await run('keys', 'rotate')).status, 1)
    assert.equal((await run('keys', 'rotate', '--force')).status, 0)
  })

  test('revoke ends a key, once, and says what others do until they know', async () => {
    const kid = (await list()).find(({ status }) => status === 'active')?.kid ?? ''
    const revoked = await run('keys', 'revoke', kid)
    assert.equal(revoked.status, 0, revoked.err)
    assert.match(revoked.out, /is revoked: this server refuses what it has signed\./)
    const after = await list()
    assert.equal(after.find((key) => key.kid === kid)?.status, 'revoked')
    assert.equal(after.filter(({ status }) => status === 'active').length, 1)
    assert.ok(!(await run('keys', 'export')).out.includes(kid))
    const again = await run('keys', 'revoke', kid)
    assert.equal(again.status, 1)
    assert.match(again.err, /there is no such key in the ring/)
  })

  test('rotate-master seals everything anew, goes on where it was ended, and takes the old key out at last', async () => {
    const file = join(data, 'master.key')
    const lines = () => readFileSync(file, 'utf8').trim().split('\n')
    const [old] = lines()
    const first = await run('keys', 'rotate-master', '--json')
    assert.equal(first.status, 0, first.err)
    const { sealed, finished } = JSON.parse(first.out)
    assert.equal(finished, false)
    assert.equal(sealed['signing keys'], (await list()).length)
    assert.equal(lines()[1], old)
    assert.notEqual(lines()[0], old)
    // As if it had been killed before it came to one of the keys.
    const world = { ...realWorld }
    const db = await openDatabase({ directory: data })
    const [row] = await db.query<{ kid: string; private_sealed: string }>(
      'SELECT kid, private_sealed FROM signing_keys',
    )
    const { kid = '', private_sealed = '' } = row ?? {}
    const plain = loadMasterKey(undefined, data, world).open(private_sealed, `signing key ${kid}`)
    const oldSealed = masterKey(Buffer.from(old ?? '', 'base64url'), world).seal(plain, `signing key ${kid}`)
    await db.transaction((tx) =>
      tx.query('UPDATE signing_keys SET private_sealed = $1 WHERE kid = $2', oldSealed, kid),
    )
    await db.close()
    assert.equal((await run('keys', 'rotate', '--force')).status, 0)
    const second = JSON.parse((await run('keys', 'rotate-master', '--json')).out)
    assert.deepEqual([second.sealed['signing keys'], second.finished], [1, false])
    // Not before every process has read the file.
    assert.equal(JSON.parse((await run('keys', 'rotate-master', '--json')).out).finished, false)
    const longAgo = new Date(Date.now() - 180_000)
    utimesSync(file, longAgo, longAgo)
    const last = await run('keys', 'rotate-master')
    assert.match(last.out, /The keys of before are taken out of the file/)
    assert.equal(lines().length, 1)
    assert.equal((await run('keys', 'rotate', '--force')).status, 0)
    // And from here it begins anew.
    assert.equal(JSON.parse((await run('keys', 'rotate-master', '--json')).out).finished, false)
    assert.equal(lines().length, 2)
  })
})
