import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enginesFor } from './engines.ts'

const file = 'packages/server/src/a.ts'
const asks = `const asking = db.engine === 'postgres' ? setInterval(wake, askMs) : undefined`
const says = 'const asking = undefined // PostgreSQL is asked, and postgres as well'

for (const { what, mutation, text, engines } of [
  { what: 'most', mutation: { file, kind: 'condition' }, text: says, engines: 'sqlite' },
  {
    what: 'what asks for PostgreSQL',
    mutation: { file, kind: 'condition' },
    text: asks,
    engines: 'sqlite,postgres',
  },
  { what: 'a transaction', mutation: { file, kind: 'transaction' }, text: says, engines: 'sqlite,postgres' },
  {
    what: 'what is of PostgreSQL alone',
    mutation: { file: 'packages/server/src/database/postgres-pool.ts', kind: 'limit' },
    text: says,
    engines: 'sqlite,postgres',
  },
] as const) {
  test(`${what} is tried on ${engines}`, () => assert.equal(enginesFor(mutation, text), engines))
}
