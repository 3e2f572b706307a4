import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleOf } from '../activity/schema/examples.ts'
import { vocabulary } from '../activity/schema/vocabulary.ts'
import { jsonOf, linesOf } from './body.ts'
import { framesOf, syslogMessage } from './syslog.ts'

const event = exampleOf('user.sign_in')
const how = { hostname: 'id.example', format: 'latchkey', longest: 65_536 } as const

test('a message has the parts of RFC 5424, and the event as JSON', () => {
  const message = syslogMessage(event, how)
  const begins =
    '<110>1 2026-11-29T14:05:00.000Z id.example latchkey - user.sign_in [meta sequenceId="4712"] '
  assert.equal(message.slice(0, begins.length), begins)
  assert.deepEqual(JSON.parse(message.slice(begins.length)), event)
})

for (const [outcome, severity] of [
  ['success', 6],
  ['refused', 4],
  ['failure', 3],
  ['alarm', 1],
] as const) {
  test(`what ended as ${outcome} has the severity ${severity} of log audit`, () => {
    assert.ok(syslogMessage({ ...event, outcome }, how).startsWith(`<${13 * 8 + severity}>1 `))
  })
}

for (const [what, seq, id] of [
  ['an event without a place', null, 1],
  ['the first place', 0, 1],
  ['the last number that there is', 2_147_483_646, 2_147_483_647],
  ['the one behind it', 2_147_483_647, 1],
] as const) {
  test(`sequenceId of ${what} is ${id}`, () => {
    assert.match(syslogMessage({ ...event, seq }, how), new RegExp(`\\[meta sequenceId="${id}"\\] `))
  })
}

const hard = [
  '門口的燈',
  'quotes " and \\ and ] and [',
  'a line\nand another\r\n',
  '\u0000\u0007\u001b[31m\u007f',
  '\u{1f512} and \ud800 alone',
  '\ufeffbom',
]
test('no text of an event is changed, and none leaves ASCII', () => {
  for (const text of hard) {
    const given = { ...event, details: { reason: text } }
    const message = syslogMessage(given, how)
    assert.match(message, /^[\x20-\x7e]+$/)
    assert.deepEqual(JSON.parse(message.slice(message.indexOf('{'))), given)
    const lines = linesOf('latchkey', [given, given]).toString('utf8').split('\n')
    assert.equal(lines.length, 3)
    assert.deepEqual(JSON.parse(lines[1] ?? ''), given)
  }
})

test('each message stands behind its length in octets, and nothing between them', () => {
  let rest = framesOf([event, { ...event, details: { reason: hard.join('') } }], how).toString('latin1')
  let count = 0
  for (; rest.length > 0; count += 1) {
    const [whole = '', length = ''] = /^([1-9]\d*) /.exec(rest) ?? assert.fail(rest)
    const message = rest.slice(whole.length, whole.length + Number(length))
    assert.equal(message.length, Number(length))
    assert.ok(message.startsWith('<') && message.endsWith('}'))
    rest = rest.slice(whole.length + Number(length))
  }
  assert.equal(count, 2)
})

test('a message that would be too long by one octet comes without details, which say how long they were', () => {
  const large = { ...event, details: { reason: 'x'.repeat(9_000) } }
  const { length } = syslogMessage(large, how)
  assert.equal(syslogMessage(large, { ...how, longest: length }).length, length)
  const short = syslogMessage(large, { ...how, longest: length - 1 })
  assert.deepEqual(JSON.parse(short.slice(short.indexOf('{'))), {
    ...event,
    details: { omitted_bytes: JSON.stringify(large.details).length },
  })
})

test('every name fits into MSGID, and a host that is none is a dash', () => {
  for (const name of Object.keys(vocabulary)) assert.match(name, /^[\x21-\x7e]{1,32}$/)
  assert.match(syslogMessage(event, { ...how, hostname: '' }), /Z - latchkey /)
  assert.match(syslogMessage(event, { ...how, hostname: 'a\nb c' }), /Z abc latchkey /)
})

for (const format of ['ecs', 'ocsf'] as const) {
  test(`a body of ${format} has our event in it`, () => {
    const body = JSON.parse(jsonOf(format, event)) as Record<string, unknown>
    assert.deepEqual(body[format === 'ecs' ? 'latchkey' : 'unmapped'], event)
  })
}
