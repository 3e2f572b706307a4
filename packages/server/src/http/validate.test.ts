import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { Refusal } from '../errors.ts'
import { line, moment, wholeNumber } from './schema.ts'
import { validate } from './validate.ts'

const schema = v.strictObject({
  name: v.optional(line(5, 2)),
  count: v.optional(wholeNumber(1, 10)),
  at: v.optional(moment),
  kind: v.optional(v.picklist(['a', 'b'])),
  list: v.optional(v.array(v.strictObject({ x: v.number() }))),
  flag: v.optional(v.boolean()),
})

const sent = 'hunter2 hunter2'
const refused: { input: unknown; field: string; reason: string }[] = [
  { input: sent, field: '/', reason: 'must be an object' },
  { input: null, field: '/', reason: 'must be an object' },
  { input: [], field: '/', reason: 'must be an object' },
  { input: [{ name: sent }], field: '/', reason: 'must be an object' },
  { input: { name: sent }, field: '/name', reason: 'must be at most 5 long' },
  { input: { name: 'x' }, field: '/name', reason: 'must be at least 2 long' },
  { input: { name: 'a\tb' }, field: '/name', reason: 'has a form that is not accepted' },
  { input: { name: [sent] }, field: '/name', reason: 'must be text' },
  { input: { count: 'x' }, field: '/count', reason: 'has a form that is not accepted' },
  { input: { count: '0' }, field: '/count', reason: 'must be 1 or more' },
  { input: { count: '11' }, field: '/count', reason: 'must be 10 or less' },
  { input: { count: '9'.repeat(400) }, field: '/count', reason: 'has a form that is not accepted' },
  { input: { at: sent }, field: '/at', reason: 'must be a time as RFC 3339 writes it' },
  { input: { kind: sent }, field: '/kind', reason: 'must be ("a" or "b")' },
  { input: { list: sent }, field: '/list', reason: 'must be a list' },
  { input: { list: [{ x: 1 }, { x: sent }] }, field: '/list/1/x', reason: 'must be a number' },
  { input: { list: [{}] }, field: '/list/0/x', reason: 'is required' },
  { input: { list: [{ x: 1, y: sent }] }, field: '/list/0/y', reason: 'is not a field here' },
  { input: { flag: sent }, field: '/flag', reason: 'must be boolean' },
  { input: { 'a/b~c': sent }, field: '/a~1b~0c', reason: 'is not a field here' },
  { input: { ['k'.repeat(100)]: 1 }, field: `/${'k'.repeat(64)}`, reason: 'is not a field here' },
]
for (const { input, field, reason } of refused) {
  test(`of ${JSON.stringify(input)?.slice(0, 40)} it is said that ${field.slice(0, 20)} ${reason}`, () => {
    assert.throws(
      () => validate(schema, input, 'body'),
      (error) => {
        assert.ok(error instanceof Refusal)
        assert.equal(error.code, 'request_invalid')
        assert.deepEqual(error.faults[0], { field, reason })
        assert.ok(!JSON.stringify([error.message, error.faults]).includes('hunter2'))
        return true
      },
    )
  })
}

const either = v.union([
  v.strictObject({ challenge: line(9), code: line(9) }),
  v.strictObject({ challenge: line(9), credential: v.strictObject({ id: line(9), type: line(9) }) }),
])
/** A body of one of two forms is told what is wrong with the form that it was meant to have. */
const ofEither: readonly { input: unknown; faults: Readonly<Record<string, string>> }[] = [
  { input: 'x', faults: { '/': 'must be an object' } },
  { input: [], faults: { '/': 'must be an object' } },
  { input: {}, faults: { '/challenge': 'is required', '/code': 'is required' } },
  { input: { challenge: 'x' }, faults: { '/code': 'is required' } },
  { input: { challenge: 'x', cod: '1' }, faults: { '/code': 'is required', '/cod': 'is not a field here' } },
  { input: { challenge: 'x', code: 7 }, faults: { '/code': 'must be text' } },
  { input: { code: '1' }, faults: { '/challenge': 'is required' } },
  { input: { challenge: 'x', credential: 7 }, faults: { '/credential': 'must be an object' } },
  { input: { challenge: 'x', credential: { id: 'x' } }, faults: { '/credential/type': 'is required' } },
  { input: { credential: { id: 'x', type: 'y' } }, faults: { '/challenge': 'is required' } },
  {
    input: { challenge: 'x', code: '1', credential: { id: 'x', type: 'y' } },
    faults: { '/credential': 'is not a field here' },
  },
]
for (const { input, faults } of ofEither) {
  test(`of ${JSON.stringify(input)} in one of two forms it is said: ${Object.keys(faults).join(', ')}`, () => {
    assert.throws(
      () => validate(either, input, 'body'),
      (error) => {
        assert.ok(error instanceof Refusal)
        assert.deepEqual(
          Object.fromEntries((error.faults ?? []).map(({ field, reason }) => [field, reason])),
          faults,
        )
        return true
      },
    )
  })
}

test('of a hundred faults twenty are told', () => {
  const input = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`field${i}`, 1]))
  assert.throws(
    () => validate(schema, input, 'body'),
    (error) => error instanceof Refusal && error.faults.length <= 20,
  )
})

const moments = [
  { text: '2026-01-15T12:00:00Z', ms: Date.UTC(2026, 0, 15, 12) },
  { text: '2026-01-15T12:00:00.5Z', ms: Date.UTC(2026, 0, 15, 12, 0, 0, 500) },
  { text: '2026-01-15T20:00:00+08:00', ms: Date.UTC(2026, 0, 15, 12) },
  { text: '2026-02-30T12:00:00Z', ms: undefined },
  { text: '2026-01-15', ms: undefined },
  { text: '2026-01-15T12:00:00', ms: undefined },
  { text: '1768478400000', ms: undefined },
]
for (const { text, ms } of moments) {
  test(`${text} is ${ms === undefined ? 'no moment' : 'a moment'}`, () => {
    const result = v.safeParse(moment, text)
    assert.equal(result.success ? result.output : undefined, ms)
  })
}
