import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unlessTaken } from './violation.ts'

const taken = new Error('taken')
for (const [what, error, thrown] of [
  ['a unique key of SQLite', Object.assign(new Error(), { errcode: 2067 }), taken],
  ['a primary key of SQLite', Object.assign(new Error(), { errcode: 1555 }), taken],
  ['a key of PostgreSQL', Object.assign(new Error(), { code: '23505' }), taken],
  ['a foreign key of SQLite', Object.assign(new Error(), { errcode: 787 }), undefined],
  ['a foreign key of PostgreSQL', Object.assign(new Error(), { code: '23503' }), undefined],
  ['something else', new Error('no disk'), undefined],
  ['nothing that says what it is', undefined, undefined],
] as const) {
  test(`${what} ${thrown ? 'is taken' : 'fails as it does'}`, async () => {
    const failed = unlessTaken(
      () => Promise.reject(error),
      () => taken,
    )
    await assert.rejects(failed, (rejected) => rejected === (thrown ?? error))
  })
}

test('what does not fail gives what it gives', async () => {
  assert.equal(await unlessTaken(async () => 7, assert.fail), 7)
})
