import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testWorld } from '../../test/app.ts'
import { type ActivityRow, rowColumns } from '../activity/store.ts'
import { matches } from './patterns.ts'
import { deliveryOf, messageOf } from './queue.ts'

const nothing = Object.fromEntries(rowColumns.map((column) => [column, null]))
const event = {
  ...nothing,
  ...{ id: 'evt_1', at: 5, event: 'user.update', outcome: 'success', subject: 'usr_1', subject_kind: 'user' },
} as ActivityRow // the other columns are null

for (const [name, more, subject, also] of [
  ['who did it', {}, 'usr_1', null],
  ['a person whom it was done to', { target: 'usr_2', target_kind: 'user' }, 'usr_2', 'usr_1'],
  ['a device that it was done to', { target: 'dev_1', target_kind: 'device' }, 'dev_1', 'usr_1'],
  ['who did it to a service', { target: 'svc_1', target_kind: 'service' }, 'usr_1', null],
  ['who did it to themselves', { target: 'usr_1', target_kind: 'user' }, 'usr_1', null],
  ['nobody', { subject: null }, '', null],
  ['a person whom nobody did it to', { subject: null, target: 'usr_2', target_kind: 'user' }, 'usr_2', null],
  ['who did it, where the other one was forgotten', { target: null, target_kind: 'user' }, 'usr_1', null],
] as const) {
  test(`a message of an event is about ${name}`, () => {
    const message = messageOf({ ...event, ...more })
    assert.deepEqual(
      [message.type, message.atMs, message.subject, message.also],
      ['user.update', 5, subject, also],
    )
  })
}

const world = testWorld()
const message = { type: 'user.update', atMs: 0, subject: 'usr_1' }
const bodyOf = (data: object) => deliveryOf({ world }, { id: 'whk_1' }, { ...message, data }).body
/** A body of so many bytes, of which two are of one letter. */
const dataOf = (bytes: number) => {
  const empty = Buffer.byteLength(bodyOf({ id: 'evt_1', text: 'é' }))
  return { id: 'evt_1', text: `é${'x'.repeat(bytes - empty)}` }
}

test('a body of 20,000 bytes is sent whole, and of a longer one the id alone', () => {
  assert.equal(Buffer.byteLength(bodyOf(dataOf(20_000))), 20_000)
  assert.deepEqual(JSON.parse(bodyOf(dataOf(20_001))).data, { id: 'evt_1', too_long: true })
  assert.deepEqual(JSON.parse(bodyOf({ text: 'x'.repeat(20_000) })).data, { id: null, too_long: true })
})

test('a message is due at once, and is tried for five days', () => {
  const { id: _, body: __, ...row } = deliveryOf({ world }, { id: 'whk_1' }, { ...message, data: {} })
  const now = world.now()
  assert.deepEqual(row, {
    ...{ webhook: 'whk_1', type: 'user.update', subject: 'usr_1', also: null },
    ...{ created_at: now, state: 'waiting', attempts: 0, next_at: now, until_at: now + 5 * 86_400_000 },
  })
  assert.equal(deliveryOf({ world }, { id: 'whk_1' }, { ...message, also: 'usr_2', data: {} }).also, 'usr_2')
})

for (const [patterns, type, isFor] of [
  [['*'], 'user.update', true],
  [['user.*'], 'user.update', true],
  [['user.update'], 'user.update', true],
  [['device.*', 'user.update'], 'user.update', true],
  [['user.*'], 'user_type.change', false],
  [['user.up'], 'user.update', false],
  [['user'], 'user.update', false],
  [[], 'user.update', false],
] as const) {
  test(`${JSON.stringify(patterns)} is ${isFor ? '' : 'not '}for ${type}`, () => {
    assert.equal(matches(patterns, type), isFor)
  })
}
