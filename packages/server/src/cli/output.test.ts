import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActivityEvent } from '../activity/events.ts'
import { Refusal } from '../errors.ts'
import { activityLine } from './activity/line.ts'
import { createOutput, saidOf, table } from './output.ts'

const hostile = 'a\u001b[2J\u202eb\u009b31m'
const shown = 'a\\u001b[2J\\u202eb\\u009b31m'

test('a table shows what is hidden in its cells as escapes, in columns as wide as those', () => {
  const lines = table(
    ['NAME', 'STATE'],
    [
      [hostile, 'on'],
      ['lamp', 'off'],
    ],
  ).split('\n')
  assert.equal(lines[1], `${shown}  on`)
  assert.equal(lines[2], `${'lamp'.padEnd(shown.length)}  off`)
})

for (const [json, out, err] of [
  [false, 'text\n', `${shown}\n${shown}!\n`],
  [true, '{"a":1}\n', `${shown}!\n`],
] as const) {
  test(`a note is for people, a warning for programs too, and neither is in the result: --json ${json}`, (t) => {
    const written = { out: '', err: '' }
    t.mock.method(process.stdout, 'write', (text: string) => {
      written.out += text
      return true
    })
    t.mock.method(process.stderr, 'write', (text: string) => {
      written.err += text
      return true
    })
    const output = createOutput(json)
    output.note(hostile)
    output.warn(`${hostile}!`)
    output.result('text', { a: 1 })
    t.mock.restoreAll()
    assert.deepEqual(written, { out, err })
  })
}

const event: ActivityEvent = {
  ...{ id: 'evt_1', at: 0, event: 'app.publish', outcome: 'refused', reason: 'topic_not_allowed' },
  ...{ subject: hostile, subject_kind: 'user', target: `${hostile}2`, target_kind: 'device' },
  ...{
    address: '127.0.0.1',
    region: null,
    region_day: null,
    client_id: null,
    session_id: null,
    request_id: null,
  },
  details: JSON.stringify({ topic: hostile }),
}

test('a line of the log shows what others wrote as escapes', () => {
  const line = activityLine(event)
  assert.ok(line.includes(`${shown} -> ${shown}2 from 127.0.0.1`), line)
  for (const hidden of ['\u001b[2J', '\u202e', '\u009b', '\n']) assert.ok(!line.includes(hidden))
})

for (const [client, shown] of [
  ['cli_butler', ' usr_ada by cli_butler -> lamp'],
  ['svc_orders', ' usr_ada by svc_orders -> lamp'],
  ['latchkey', ' usr_ada -> lamp'],
  ['usr_ada', ' usr_ada -> lamp'],
  [null, ' usr_ada -> lamp'],
] as const) {
  test(`a line says who acts for somebody: ${client}`, () => {
    assert.match(
      activityLine({ ...event, subject: 'usr_ada', target: 'lamp', client_id: client }),
      new RegExp(shown),
    )
  })
}

for (const [name, faults, said] of [
  ['nothing else', [], 'it is wrong'],
  ['one thing more', [{ field: '/a', reason: 'is missing' }], 'it is wrong: /a is missing'],
  [
    'two things more',
    [
      { field: '/a', reason: 'is missing' },
      { field: '/b/0', reason: 'is too long' },
    ],
    'it is wrong: /a is missing; /b/0 is too long',
  ],
  ['what it has said', [{ field: '/a', reason: 'is wrong' }], 'it is wrong'],
] as const) {
  test(`a refusal says at the command line ${name}`, () => {
    assert.equal(saidOf(new Refusal('request_invalid', 'it is wrong', { faults })), said)
  })
}
