import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OpenApiDocument, operationsModule, typeOf } from '../docs/console-operations.ts'

const types = [
  { schema: { type: 'string', pattern: '^a$' }, type: 'string' },
  { schema: { type: 'integer', minimum: 1 }, type: 'number' },
  { schema: { enum: ['a', 'it’s', "it's"], type: 'string' }, type: `'a' | 'it’s' | 'it\\'s'` },
  { schema: { const: true }, type: 'true' },
  { schema: { anyOf: [{ type: 'string' }, { type: 'null' }] }, type: 'string | null' },
  { schema: { oneOf: [{ type: 'string' }, { type: 'string' }] }, type: 'string' },
  { schema: { type: ['string', 'null'] }, type: 'string | null' },
  { schema: { allOf: [{ $ref: '#/components/schemas/A' }, {}] }, type: `Schemas['A'] & unknown` },
  { schema: { type: 'array', items: { type: 'string' } }, type: 'readonly string[]' },
  { schema: { type: 'array', items: { type: ['string', 'null'] } }, type: 'readonly (string | null)[]' },
  {
    schema: { type: 'array', items: { type: 'array', items: { type: 'null' } } },
    type: 'readonly (readonly null[])[]',
  },
  { schema: { type: 'array' }, type: 'readonly unknown[]' },
  {
    schema: { type: 'array', prefixItems: [{ type: 'string' }], items: false },
    type: 'readonly [string]',
  },
  {
    schema: { type: 'object', additionalProperties: { type: 'number' } },
    type: '{ readonly [name: string]: number }',
  },
  { schema: { type: 'object' }, type: '{ readonly [name: string]: unknown }' },
  {
    schema: { type: 'object', properties: { 'a-b': {}, c: { type: 'null' } }, required: ['c'] },
    type: `{\n  readonly 'a-b'?: unknown\n  readonly c: null\n}`,
  },
  { schema: { not: { type: 'string' } }, type: 'unknown' },
  { schema: { type: 'something else' }, type: 'unknown' },
]
for (const { schema, type } of types) {
  test(`the type of ${JSON.stringify(schema)}`, () => assert.equal(typeOf(schema, 0), type))
}

test('a reference that has no type is refused when the types are written', () => {
  assert.throws(() => typeOf({ $ref: '#/$defs/a' }, 0), /#\/\$defs\/a/)
})

test('an operation says what it takes and what its successes answer; forms are left out', () => {
  const content = (schema: object) => ({ 'application/json': { schema } })
  const document: OpenApiDocument = {
    paths: {
      '/v1/things/{id}': {
        summary: 'not an operation',
        post: {
          summary: 'Change */ it.',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
            { name: 'limit', in: 'query', schema: { type: 'integer' } },
            { name: 'DPoP', in: 'header', schema: { type: 'string' } },
          ],
          requestBody: { required: true, content: content({ type: 'string' }) },
          responses: {
            200: { content: content({ type: 'string' }) },
            202: { content: content({ type: 'number' }) },
            default: { content: content({ type: 'null' }) },
          },
        },
        delete: { responses: { 204: {} } },
      },
      '/form': {
        post: {
          requestBody: { content: { 'application/x-www-form-urlencoded': {} } },
          responses: { 200: {} },
        },
      },
    },
  }
  assert.match(
    operationsModule(document),
    /Operations \{\n {2}'DELETE \/v1\/things\/\{id\}': \{\n {4}readonly answer: undefined\n {2}\}\n {2}\/\*\* Change \* \/ it\. \*\/\n {2}'POST \/v1\/things\/\{id\}': \{\n {4}readonly path: \{\n {6}readonly id: string\n {4}\}\n {4}readonly query\?: \{\n {6}readonly limit\?: number \| undefined\n {4}\}\n {4}readonly body: string\n {4}readonly answer: string \| number\n {2}\}\n\}/,
  )
})
