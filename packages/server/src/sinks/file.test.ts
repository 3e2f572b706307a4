import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { failureOf, SinkFailure } from './failure.ts'
import { appendBytes } from './file.ts'

function pathIn(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-sink-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return join(directory, 'log')
}

const long = 'x'.repeat(65_535)
for (const [name, before, kept] of [
  ['is empty', '', ''],
  ['has whole lines', 'a\nb\n', 'a\nb\n'],
  ['ends in half a line', 'a\nb', 'a\n'],
  ['has half a line alone', 'ab', ''],
  ['begins with a line end', '\nab', '\n'],
  ['ends in half a line of many bytes', `a\n${long}${long}`, 'a\n'],
  ['has half a line of many bytes alone', long + long + long, ''],
  ['has its line end first in what is read at once', `a\n${long}`, 'a\n'],
  ['has its line end last in what is read at once', `${long}\n${long}x`, `${long}\n`],
] as const) {
  test(`lines are put behind the last whole one of a file that ${name}`, async (t) => {
    const path = pathIn(t)
    writeFileSync(path, before)
    await appendBytes(path, Buffer.from('new\n'))
    assert.equal(readFileSync(path, 'utf8'), `${kept}new\n`)
  })
}

test('a file that is not there is made, for its owner alone', async (t) => {
  const path = pathIn(t)
  await appendBytes(path, Buffer.from('new\n'))
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('what is no file, or only leads to one, takes nothing', async (t) => {
  const path = pathIn(t)
  mkdirSync(path)
  await assert.rejects(appendBytes(path, Buffer.from('new\n')), { code: 'EISDIR' })
  writeFileSync(`${path}.other`, 'a\n')
  symlinkSync(`${path}.other`, `${path}.link`)
  await assert.rejects(appendBytes(`${path}.link`, Buffer.from('new\n')), { code: 'ELOOP' })
  assert.equal(readFileSync(`${path}.other`, 'utf8'), 'a\n')
  // It would be taken, and be lost.
  await assert.rejects(appendBytes('/dev/null', Buffer.from('new\n')), { message: 'not_a_file' })
})

for (const [error, message] of [
  [new SinkFailure('timed_out'), 'timed_out'],
  [Object.assign(new Error('what they wrote'), { code: 'ECONNRESET' }), 'ECONNRESET'],
  [Object.assign(new Error('what they wrote'), { code: 7 }), 'failed'],
  [new Error('what they wrote'), 'failed'],
  [{ code: 'ECONNRESET' }, 'failed'],
] as const) {
  test(`a failure is told as ${message}, and not as what the other side wrote`, () => {
    assert.equal(failureOf(error).message, message)
  })
}
