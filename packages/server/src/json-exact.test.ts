import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from './errors.ts'
import { parseExactJson } from './json.ts'

for (const text of [
  '{"n": 9007199254740991}',
  '{"n": -9007199254740991}',
  '{"n": 9007199254740992}',
  '0.1',
  '1.50e3',
  '1e308',
  '1001e-4',
  '100.50',
  '5e-324',
  '0',
  '0.0',
  '-0',
  '100000000000000000000',
  '123456789012345680000',
  '{"a": {"a": 1}, "b": [1, {"a": 1}]}',
  '{"a": "9007199254740995"}',
  '{"a": "x\\"y", "b": ":1e999,"}',
  '[{"a": 1}, {"a": 1}]',
  '"only text"',
  'null',
]) {
  test(`is kept: ${text}`, () => assert.deepEqual(parseExactJson(text, 'it'), JSON.parse(text)))
}

for (const { text, field } of [
  { text: '{"n": 9007199254740995}', field: '/n' },
  { text: '{"n": 9007199254740993}', field: '/n' },
  { text: '{"a": [1, 2, {"b": 1e309}]}', field: '/a/2/b' },
  { text: '-1e400', field: '' },
  { text: '1e-400', field: '' },
  { text: '0.1000000000000000055511151231257827', field: '' },
  { text: '[1, 123456789012345678901234567890]', field: '/1' },
  { text: '{"a": 1, "a": 2}', field: '/a' },
  { text: '{"a": 1, "\\u0061": 2}', field: '/a' },
  { text: '{"x": {"a": 1, "b": 2, "a": 1}}', field: '/x/a' },
  { text: '{"a/b": 1e999}', field: '/a~1b' },
  { text: '{"__proto__": 1, "__proto__": 2}', field: '/__proto__' },
]) {
  test(`is refused with its place: ${text}`, () => {
    assert.throws(
      () => parseExactJson(text, 'it'),
      (error) => {
        assert.ok(error instanceof Refusal)
        assert.equal(error.code, 'request_invalid')
        assert.deepEqual(
          error.faults.map((fault) => fault.field),
          [field],
        )
        return true
      },
    )
  })
}
