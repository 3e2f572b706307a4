import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { realWorld } from '../world.ts'
import { addMasterKey, dropMasterKeysBefore, loadMasterKey } from './master-key.ts'

function directoryOf(t: TestContext): { directory: string; file: string } {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-master-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return { directory, file: join(directory, 'master.key') }
}

const given = Buffer.alloc(32, 7).toString('base64url')

test('it is made once, for its owner alone, and nothing is left beside it', (t) => {
  const { directory, file } = directoryOf(t)
  const sealed = loadMasterKey(undefined, directory, realWorld).seal('a lamp', 'of a test')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(directory), ['master.key'])
  assert.equal(loadMasterKey(undefined, directory, realWorld).open(sealed, 'of a test'), 'a lamp')
  assert.throws(() => loadMasterKey(given, directory, realWorld).open(sealed, 'of a test'))
})

test('of two processes that make it at once, both have the one that came first', (t) => {
  const { directory, file } = directoryOf(t)
  // The other one makes it while this one takes its random bytes.
  const world = {
    ...realWorld,
    random(count: number) {
      writeFileSync(file, `${given}\n`, { mode: 0o600 })
      return realWorld.random(count)
    },
  }
  const late = loadMasterKey(undefined, directory, world)
  assert.equal(readFileSync(file, 'utf8').trim(), given)
  assert.deepEqual(readdirSync(directory), ['master.key'])
  assert.equal(loadMasterKey(given, directory, realWorld).open(late.seal('x', 'y'), 'y'), 'x')
})

test('a directory in which it cannot be made ends the start', (t) => {
  const { directory } = directoryOf(t)
  assert.throws(() => loadMasterKey(undefined, join(directory, 'nowhere'), realWorld), { code: 'ENOENT' })
})

test('what others can read is no secret, and is not used', (t) => {
  const { directory, file } = directoryOf(t)
  for (const mode of [0o644, 0o640, 0o620, 0o604, 0o601]) {
    writeFileSync(file, `${given}\n`)
    chmodSync(file, mode)
    assert.throws(() => loadMasterKey(undefined, directory, realWorld), /mend it with: chmod 600/)
  }
})

for (const text of ['', given.slice(1), `${given}A`, `${given.slice(0, -1)}+`, `${given}=`, `${given} `]) {
  test(`${JSON.stringify(text)} is no key`, (t) => {
    const { directory, file } = directoryOf(t)
    assert.throws(() => loadMasterKey(text, directory, realWorld), /LATCHKEY_MASTER_KEY must hold 32 bytes/)
    writeFileSync(file, text, { mode: 0o600 })
    if (text.trim() === given) return
    assert.throws(() => loadMasterKey(undefined, directory, realWorld), /master\.key must hold 32 bytes/)
  })
}

test('a new key is put in front, and what the one before has sealed opens, in a process that does not know yet too', (t) => {
  const { directory, file } = directoryOf(t)
  const running = loadMasterKey(undefined, directory, realWorld)
  const before = running.seal('old', 'x')
  assert.equal(addMasterKey(directory, realWorld), true)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(directory), ['master.key'])
  const fresh = loadMasterKey(undefined, directory, realWorld)
  assert.equal(fresh.open(before, 'x'), 'old')
  assert.deepEqual(
    [fresh.isCurrent(before, 'x'), fresh.isCurrent(fresh.seal('new', 'x'), 'x')],
    [false, true],
  )
  // It reads the file when it meets what it cannot open.
  assert.equal(running.open(fresh.seal('new', 'x'), 'x'), 'new')
  assert.ok(fresh.isCurrent(running.seal('later', 'x'), 'x'))
  // Begun before: no third key.
  assert.equal(addMasterKey(directory, realWorld), false)
})

test('the key before is taken out when every process has read the file, and then opens nothing', (t) => {
  const { directory } = directoryOf(t)
  const before = loadMasterKey(undefined, directory, realWorld).seal('old', 'x')
  addMasterKey(directory, realWorld)
  assert.equal(dropMasterKeysBefore(directory, realWorld), false)
  utimesSync(join(directory, 'master.key'), 1_800_000_000, 1_800_000_000)
  const dropAt = (ms: number) => dropMasterKeysBefore(directory, { ...realWorld, now: () => ms })
  assert.equal(dropAt(1_800_000_000_000 + 119_999), false)
  assert.equal(dropAt(1_800_000_000_000 + 120_000), true)
  const key = loadMasterKey(undefined, directory, realWorld)
  assert.throws(() => key.open(before, 'x'))
})

test('keys of before are given beside the one that seals', (t) => {
  const { directory } = directoryOf(t)
  const other = Buffer.alloc(32, 9).toString('base64url')
  const sealed = loadMasterKey(other, directory, realWorld).seal('old', 'x')
  const key = loadMasterKey(given, directory, realWorld, [other])
  assert.equal(key.open(sealed, 'x'), 'old')
  assert.equal(key.isCurrent(sealed, 'x'), false)
  assert.throws(() => loadMasterKey(given, directory, realWorld, ['short']), /LATCHKEY_MASTER_KEYS_BEFORE/)
  assert.deepEqual(readdirSync(directory), [])
})
