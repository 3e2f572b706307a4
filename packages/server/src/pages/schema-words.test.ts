import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutHidden } from '../text.ts'
import { fieldsOf, type Schema } from './schema-words.ts'

const text: Schema = { type: 'string' }
const types: readonly (readonly [Schema, string])[] = [
  [{ const: 'x' }, '"x"'],
  [{ enum: ['a', 2] }, 'one of "a", 2'],
  [text, 'text'],
  [{ type: 'string', format: 'date-time' }, 'date-time'],
  [{ type: 'string', minLength: 1, maxLength: 9 }, 'text, 1 to 9 characters'],
  [{ type: 'string', maxLength: 9 }, 'text, at most 9 characters'],
  [{ type: 'string', pattern: '^a+$' }, 'text, of the form ^a+$'],
  // Said once, of all.
  [{ type: 'string', pattern: withoutHidden.source }, 'text'],
  [{ type: 'integer', minimum: 0, maximum: 5 }, 'number, 0 to 5'],
  [{ type: 'boolean', default: false }, 'true or false; false unless given'],
  [{ anyOf: [text, { type: 'null' }] }, 'text or null'],
  [{ oneOf: [text, { type: 'number' }] }, 'text or number'],
  [{ anyOf: [text, { type: 'string' }] }, 'text'],
  [{ type: 'array', items: text }, 'list of text'],
  [{ type: 'array', items: text, maxItems: 3 }, 'list of text, at most 3 of them'],
  [{ type: 'array', items: { properties: { a: text } } }, 'list of objects'],
  [{ type: 'object' }, 'object'],
  [
    {
      type: 'object',
      additionalProperties: text,
      propertyNames: { ...text, maxLength: 4 },
      maxProperties: 2,
    },
    'object, at most 2 members, each name text, at most 4 characters, each value text',
  ],
  [{}, 'any JSON'],
]
for (const [schema, type] of types) {
  test(`${JSON.stringify(schema)} is ${type}`, () => assert.equal(fieldsOf('', schema)[0]?.type, type))
}

const told = (schema: Schema, prefix = '') =>
  fieldsOf(prefix, schema).map(({ name, type, isRequired }) => `${name}${isRequired ? '' : '?'}: ${type}`)

test('members of objects stand below them', () => {
  const key = { type: 'object', properties: { kty: text, x: text }, required: ['kty'] }
  const schema = {
    properties: { key, list: { items: { properties: { a: text } } } },
    required: ['key'],
  }
  assert.deepEqual(told(schema), [
    ...['key: object', 'key.kty: text', 'key.x?: text'],
    ...['list?: list of objects', 'list[].a?: text'],
  ])
})

test('of several objects those of each are told, and what one of them lacks may be left out', () => {
  const schema = {
    oneOf: [
      { properties: { id: text, code: text }, required: ['id', 'code'] },
      {
        properties: { id: text, key: { type: 'object', properties: { x: text }, required: ['x'] } },
        required: ['id', 'key'],
      },
    ],
  }
  assert.deepEqual(told(schema), ['id: text', 'code?: text', 'key?: object', 'key.x: text'])
  assert.deepEqual(told({ anyOf: [{ type: 'object', properties: { x: text } }, { type: 'null' }] }, 'key'), [
    ...['key: object or null', 'key.x?: text'],
  ])
})
