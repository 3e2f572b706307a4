import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commentAbove, readPublicExports } from './public-exports.ts'

const all = readPublicExports()

test('every public export of the library has a doc comment', () => {
  assert.ok(all.length > 300, `${all.length} exports were found`)
  const bare = all.filter(({ comment }) => comment === undefined || comment.length < 10)
  assert.deepEqual(
    bare.map(({ name, file }) => `${name} (${file})`),
    [],
  )
})

/** Where a newcomer starts. */
const entryFunctions = [
  ...[
    'createSigner',
    'createVerifier',
    'createAsyncVerifier',
    'secretKey',
    'publicKey',
    'privateKey',
    'generateKey',
  ],
  ...['keySet', 'remoteKeySet', 'signJws', 'verifyJws', 'decodeUnverified'],
].map((name) => `latchkey/token: ${name}`)
entryFunctions.push(
  'latchkey/token/explain: explain',
  ...['', '/node', '/fetch', '/express', '/fastify', '/hono', '/koa', '/nest'].map(
    (adapter) => `latchkey/guard${adapter}: createGuard`,
  ),
  'latchkey/dpop: prepareProofCheck',
  'latchkey/client: createClient',
  'latchkey/device: createDevice',
  'latchkey/testing: createTestIssuer',
  'latchkey/compat/pyjwt: encode',
  'latchkey/compat/pyjwt: decode',
  'latchkey/compat/flask-jwt: JWT',
  'latchkey/compat/drf-jwt: createDrfJwt',
  'latchkey/compat/simplejwt: createSimpleJwt',
)

for (const name of entryFunctions) {
  test(`${name} shows an example`, () => {
    const found = all.filter((one) => one.name === name)
    assert.ok(found.length > 0, 'no such export')
    assert.ok(
      found.some(({ comment }) => comment?.includes('@example')),
      found.map(({ file }) => file).join(),
    )
  })
}

test('a comment is found only right above what it is about', () => {
  const text = `/** Of the other. */
export function other() {}

export function bare() {}

/**
 * Two lines,
 * one text.
 */
export async function told() {}
`
  assert.equal(commentAbove(text, 'other'), 'Of the other.')
  assert.equal(commentAbove(text, 'bare'), undefined)
  assert.equal(commentAbove(text, 'told'), 'Two lines,\none text.')
  assert.equal(commentAbove(text, 'tol'), undefined)
})
