import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choose } from './choose.ts'
import { equivalents } from './equivalents.ts'
import { readMutations, staleEquivalents } from './mutate.ts'
import { type Kind, mutated, mutationsOf } from './mutators.ts'
import { testsNear } from './nearest.ts'

interface Row {
  readonly kind: Kind
  readonly from: string
  /** What becomes of it, one text for each mutation of the kind, in order. */
  readonly to: readonly string[]
  readonly file?: string
}

/** What a template of the source holds, which is none of this file. */
const hole = '$\x7bmore}'
const database = 'packages/server/src/database/a.ts'
const rows: readonly Row[] = [
  { kind: 'condition', from: 'if (a) b()', to: ['if (!(a)) b()'] },
  { kind: 'condition', from: 'const c = a ? 1 : 2', to: ['const c = !(a) ? 1 : 2'] },
  { kind: 'condition', from: 'const c = a === b', to: ['const c = a !== b'] },
  { kind: 'condition', from: 'const c = a !== b', to: ['const c = a === b'] },
  { kind: 'guard', from: `if (a) throw new Error('no')`, to: ['{}'] },
  { kind: 'guard', from: 'function f() { if (a) { b(); return } }', to: ['function f() { {} }'] },
  { kind: 'guard', from: 'for (const a of b) if (a) continue', to: ['for (const a of b) {}'] },
  { kind: 'guard', from: 'if (a) b()', to: [] },
  { kind: 'guard', from: 'function f() { if (a) return 1; else return 2 }', to: [] },
  {
    kind: 'guard',
    from: 'try { a() } catch (error) { throw error }',
    to: ['try { a() } catch (error) { ; }'],
  },
  { kind: 'logic', from: 'const c = a && b', to: ['const c = (a || b)', 'const c = (a)', 'const c = (b)'] },
  { kind: 'logic', from: 'const c = a || b', to: ['const c = (a && b)', 'const c = (a)', 'const c = (b)'] },
  { kind: 'fallback', from: 'const c = a ?? 30', to: ['const c = (30)'] },
  { kind: 'bound', from: 'const c = a < b', to: ['const c = a <= b'] },
  { kind: 'bound', from: 'const c = a >= b', to: ['const c = a > b'] },
  { kind: 'limit', from: 'const c = 60_000', to: ['const c = (60_000 + 1)'] },
  { kind: 'limit', from: 'const c = a[0]', to: [] },
  { kind: 'limit', from: 'const c = { ...more, a: 1, b: 1 }', to: [] },
  { kind: 'limit', from: 'const c = { a: 1, b: d }', to: ['const c = { a: (1 + 1), b: d }'] },
  { kind: 'limit', from: 'const c: 4 = a', to: [] },
  { kind: 'minmax', from: 'const c = Math.min(a, b)', to: ['const c = Math.max(a, b)'] },
  { kind: 'minmax', from: 'const c = `SELECT MAX(a) FROM b`', to: ['const c = `SELECT MIN(a) FROM b`'] },
  { kind: 'anchor', from: 'const c = /^a$/', to: ['const c = /a$/', 'const c = /^a/'] },
  { kind: 'anchor', from: String.raw`const c = /a\$/`, to: [] },
  {
    kind: 'record',
    from: 'async function f() { await parts.activity.record(tx, {}) }',
    to: ['async function f() { await Promise.resolve() }'],
  },
  {
    kind: 'record',
    from: 'const f = () => void activity.recordAlone({}).catch(onError)',
    to: ['const f = () => void Promise.resolve().catch(onError)'],
  },
  {
    kind: 'transaction',
    from: 'db.transaction(async (tx) => { await endAll(tx) })',
    to: ['db.transaction(async (tx) => { ; })'],
  },
  { kind: 'transaction', from: 'db.transaction(async (tx) => { await activity.record(tx, {}) })', to: [] },
  { kind: 'await', from: 'async function f() { await a() }', to: ['async function f() { ; }'] },
  {
    kind: 'reason',
    from: `throw new Refusal('device_not_found', 'no such device')`,
    to: [`throw new Refusal('mutated', 'no such device')`],
  },
  { kind: 'reason', from: `const c = { event: 'user.add' }`, to: [`const c = { event: 'mutated' }`] },
  { kind: 'reason', from: `const c = code === 'device_not_found'`, to: [] },
  {
    kind: 'option',
    file: database,
    from: 'connect(url, { max: 1, fetch: no })',
    to: ['connect(url, { fetch: no })', 'connect(url, { max: 1 })'],
  },
  { kind: 'option', from: 'connect(url, { max: 1 })', to: [] },
  { kind: 'flag', from: 'const c = { isOpen: true }', to: ['const c = { isOpen: false }'] },
  {
    kind: 'where',
    from: `q('SELECT * FROM a WHERE b = $1 AND (c = $2 OR d = $3) ORDER BY e')`,
    to: [
      `q('SELECT * FROM a WHERE (b = $1 OR 1 = 1) AND (c = $2 OR d = $3) ORDER BY e')`,
      `q('SELECT * FROM a WHERE b = $1 AND ((c = $2 OR d = $3) OR 1 = 1) ORDER BY e')`,
    ],
  },
  {
    kind: 'where',
    from: 'q(`DELETE FROM a WHERE b BETWEEN $1 AND $2 RETURNING id`)',
    to: ['q(`DELETE FROM a WHERE (b BETWEEN $1 AND $2 OR 1 = 1) RETURNING id`)'],
  },
  {
    kind: 'where',
    from: 'q(`SELECT (SELECT c FROM d WHERE e = $1) FROM a JOIN f ON f.a = a.id WHERE g = $2`)',
    to: [
      'q(`SELECT (SELECT c FROM d WHERE (e = $1 OR 1 = 1)) FROM a JOIN f ON f.a = a.id WHERE g = $2`)',
      'q(`SELECT (SELECT c FROM d WHERE e = $1) FROM a JOIN f ON (f.a = a.id OR 1 = 1) WHERE g = $2`)',
      'q(`SELECT (SELECT c FROM d WHERE e = $1) FROM a JOIN f ON f.a = a.id WHERE (g = $2 OR 1 = 1)`)',
    ],
  },
  {
    kind: 'where',
    from: `q('INSERT INTO a (b) VALUES ($1) ON CONFLICT (b) DO NOTHING')`,
    to: [],
  },
  {
    kind: 'where',
    from: `q(\`SELECT a FROM b WHERE c = $1 AND ${hole} LIMIT $2\`)`,
    to: [
      `q(\`SELECT a FROM b WHERE (c = $1 OR 1 = 1) AND ${hole} LIMIT $2\`)`,
      `q(\`SELECT a FROM b WHERE c = $1 AND (${hole} OR 1 = 1) LIMIT $2\`)`,
    ],
  },
  { kind: 'where', from: `const c = 'AND id < $3'`, to: [`const c = 'AND (id < $3 OR 1 = 1)'`] },
  { kind: 'where', from: `log('where it is')`, to: [] },
  {
    kind: 'set',
    from: `q('UPDATE a SET b = $1, c = c + 1 WHERE d = $2')`,
    to: [
      `q('UPDATE a SET b = CASE WHEN 1 = 1 THEN b ELSE $1 END, c = c + 1 WHERE d = $2')`,
      `q('UPDATE a SET b = $1, c = CASE WHEN 1 = 1 THEN c ELSE c + 1 END WHERE d = $2')`,
    ],
  },
  { kind: 'set', from: `q('UPDATE a SET b = b WHERE c = $1')`, to: [] },
  { kind: 'bound', from: `q('SELECT a FROM b WHERE c > $1')`, to: [`q('SELECT a FROM b WHERE c >= $1')`] },
  { kind: 'order', from: `q('SELECT a FROM b ORDER BY c DESC')`, to: [`q('SELECT a FROM b ORDER BY c ')`] },
]
for (const { kind, from, to, file = 'packages/server/src/devices/a.ts' } of rows) {
  test(`a mutation of the kind ${kind}: ${from}`, () => {
    const made = mutationsOf(file, from).filter((mutation) => mutation.kind === kind)
    assert.deepEqual(
      made.map((mutation) => mutated(from, mutation)),
      to,
    )
  })
}

test('a mutation says its line, and what stands there', () => {
  const [mutation] = mutationsOf('a.ts', 'const a = b\n\n  const c = a < b // why\n')
  assert.deepEqual([mutation?.line, mutation?.on], [3, 'const c = a < b // why'])
  assert.deepEqual([mutation?.before, mutation?.after], ['<', '<='])
})

test('a source that does not parse is an error', () => {
  assert.throws(() => mutationsOf('a.ts', 'const = 1'), /^Error: a\.ts: /)
})

test('the same seed draws the same mutations, another seed others', () => {
  const mutations = mutationsOf('a.ts', Array.from({ length: 50 }, (_, at) => `f(a < ${at})`).join('\n'))
  const [first, again, other] = [1, 1, 2].map((seed) => choose(mutations, 10, seed))
  assert.equal(first?.length, 10)
  assert.equal(new Set(first).size, 10)
  assert.deepEqual(first, again)
  assert.notDeepEqual(first, other)
})

test('no more mutations are drawn than there are', () => {
  const mutations = mutationsOf('a.ts', 'f(a < b)')
  assert.equal(choose(mutations, 10, 1).length, mutations.length)
})

test('the nearest tests come first: those that import it, of the same folder, the tables of the package, the rest of it, then by the imports between', () => {
  const imports = new Map([
    ['packages/server/src/devices/store.ts', []],
    ['packages/server/src/devices/claims.ts', ['packages/server/src/devices/store.ts']],
    ['packages/server/src/app.ts', ['packages/server/src/devices/claims.ts']],
    ['packages/server/src/http/edge.test.ts', ['packages/server/src/app.ts']],
    ['packages/server/src/devices/claims.test.ts', ['packages/server/src/app.ts']],
    ['packages/server/test/log.test.ts', ['packages/server/src/http/edge.test.ts']],
    ['packages/server/src/devices/a-process-of-its-own.test.ts', []],
    ['packages/server/src/unlike.test.ts', []],
    ['tests/stores.test.ts', ['packages/server/src/devices/store.ts']],
    ['tests/device.test.ts', ['packages/server/src/devices/claims.ts']],
    ['packages/server/src/devices/keys/keys.test.ts', ['packages/server/src/app.ts']],
    ['packages/server/src/alarms/alarms.test.ts', ['packages/server/src/app.ts']],
    ['packages/server/test/stores.test.ts', ['packages/server/src/app.ts']],
  ])
  assert.deepEqual(testsNear('packages/server/src/devices/store.ts', imports), [
    'tests/stores.test.ts',
    // It runs every statement.
    'packages/server/test/stores.test.ts',
    'packages/server/src/devices/claims.test.ts',
    'packages/server/src/devices/a-process-of-its-own.test.ts',
    // Of the same part.
    'packages/server/src/devices/keys/keys.test.ts',
    'packages/server/test/log.test.ts',
    'packages/server/src/alarms/alarms.test.ts',
    'packages/server/src/http/edge.test.ts',
    'tests/device.test.ts',
  ])
})

test('what makes a route is near to the tables of all routes, however its file is called', () => {
  const [route, schema] = ['packages/server/src/http/route.ts', 'packages/server/src/http/schema.ts']
  const [table, other] = [
    'packages/server/src/accounts/acting/acting.test.ts',
    'packages/server/src/a/a.test.ts',
  ]
  const near = (...own: string[]) =>
    testsNear(
      'packages/server/src/b/list.ts',
      new Map([
        ['packages/server/src/b/list.ts', own],
        ['packages/server/src/app.ts', ['packages/server/src/b/list.ts']],
        [other, ['packages/server/src/app.ts']],
        [table, ['packages/server/src/app.ts']],
      ]),
    )
  assert.deepEqual(near(route, schema), [table, other])
  assert.deepEqual(near(route), [other, table])
})

test('each explained mutation is still one of the sources, and has its reason', () => {
  const mutations = readMutations()
  assert.ok(mutations.length > 5000, 'the sources were not found')
  assert.deepEqual(staleEquivalents(mutations), [])
  for (const { file, reason } of equivalents) assert.ok(reason.length > 10, file)
})
