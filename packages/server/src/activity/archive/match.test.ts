import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActivityRow, Filter } from '../store.ts'
import { rowColumns } from '../store.ts'
import { matcherOf, namesOf } from './match.ts'
import { hashOfEvent, hashOfId } from './segment.ts'

const nothing = Object.fromEntries(rowColumns.map((column) => [column, null]))
const event = {
  ...nothing,
  ...{ id: 'evt_5', seq: 5, at: 5, event: 'user.sign_in', outcome: 'refused', reason: 'password_wrong' },
  ...{ subject: 'usr_ada', address: '192.0.2.1', region: 'DE', client_id: 'latchkey' },
  ...{ session_id: 'ses_1', request_id: 'req_1', details: '{"amr":"pwd","count":7,"last":true}' },
} as ActivityRow // the other columns are null

const filters: readonly (readonly [filter: Filter, matches: boolean])[] = [
  [{}, true],
  [{ before: 'evt_6' }, true],
  [{ before: 'evt_5' }, false],
  [{ from: 'evt_5' }, true],
  [{ from: 'evt_6' }, false],
  [{ event: 'user.sign_in' }, true],
  [{ event: ['user.create', 'user.sign_in'] }, true],
  [{ event: ['user.create'] }, false],
  [{ event: 'user.sign' }, false],
  [{ subject: 'usr_ada' }, true],
  [{ subject: 'usr_bob' }, false],
  // It has none.
  [{ target: 'usr_ada' }, false],
  [{ outcome: 'refused' }, true],
  [{ outcome: 'success' }, false],
  [{ reason: 'password_wrong' }, true],
  [{ reason: 'user_unknown' }, false],
  [{ address: '192.0.2.1' }, true],
  [{ address: '192.0.2.2' }, false],
  [{ region: 'DE' }, true],
  [{ region: 'FR' }, false],
  [{ client_id: 'latchkey' }, true],
  [{ client_id: 'cli_1' }, false],
  [{ session_id: 'ses_1' }, true],
  [{ session_id: 'ses_2' }, false],
  [{ request_id: 'req_1' }, true],
  [{ request_id: 'req_2' }, false],
  [{ event: 'user.sign_in', subject: 'usr_bob' }, false],
  // One text that stands in each field, in whatever case.
  ...['USER.sign_i', 'refuse', 'WRONG', 'usr_a', '192.0.2', 'de', 'latchk', 'ses_', 'req_', '"AMR"'].map(
    (text) => [{ text }, true] as const,
  ),
  [{ text: 'usr_bob' }, false],
  [{ text: 'ada', subject: 'usr_ada' }, true],
  [{ text: 'ada', subject: 'usr_bob' }, false],
  [{ text: 'bob', subject: 'usr_ada' }, false],
  [{ detail: { name: 'amr', value: 'pwd' } }, true],
  [{ detail: { name: 'AMR', value: 'PWD' } }, true],
  [{ detail: { name: 'amr', value: 'pw' } }, false],
  [{ detail: { name: 'count', value: '7' } }, true],
  [{ detail: { name: 'last', value: 'true' } }, true],
  [{ detail: { name: 'count', value: '' } }, false],
  [{ detail: { name: 'amr', value: 'pwd' }, text: 'bob' }, false],
]
for (const [filter, matches] of filters) {
  test(`an event ${matches ? 'matches' : 'does not match'} ${JSON.stringify(filter)}`, () => {
    assert.equal(matcherOf(filter)(event), matches)
  })
}

test('an event without details has no member', () => {
  const silent = { ...event, details: null }
  assert.equal(matcherOf({ detail: { name: 'amr', value: 'pwd' } })(silent), false)
  assert.equal(matcherOf({ text: 'amr' })(silent), false)
})

test('a segment is found by the names of events, subjects and targets, of each set by one', () => {
  assert.deepEqual(namesOf({ outcome: 'refused' }), [])
  assert.deepEqual(namesOf({ event: ['a', 'b'], subject: 'c', target: 'd' }), [
    [hashOfEvent('a'), hashOfEvent('b')],
    [hashOfId('c')],
    [hashOfId('d')],
  ])
})
