import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
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

test('the packed library holds its README and its licence', () => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: 'packages/latchkey',
    encoding: 'utf8',
  })
  const packed: unknown = JSON.parse(output)
  const { files } = (Array.isArray(packed) ? packed[0] : Object.values(packed as object)[0]) as {
    files: { path: string }[]
  }
  const names = files.map(({ path }) => path)
  for (const name of ['README.md', 'LICENSE', 'package.json']) assert.ok(names.includes(name), name)
  assert.equal(
    readFileSync('packages/latchkey/LICENSE', 'utf8'),
    readFileSync('LICENSE', 'utf8'),
    'the licence of the library is that of the repository',
  )
})

test('docs/token.md explains every code of a TokenError', () => {
  const page = readFileSync('docs/token.md', 'utf8')
  const source = readFileSync('packages/latchkey/src/token/errors.ts', 'utf8')
  const codes = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code ?? '')
  assert.ok(codes.length >= 20)
  for (const code of codes) assert.ok(page.includes(`\`${code}\``), code)
})
