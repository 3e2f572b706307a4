import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { migrations } from '../src/database/migrations/index.ts'
import { migrate } from '../src/database/migrations.ts'
import { insertNeighbours, now } from './neighbours.ts'
import { engines, type Storage, temporaryStorage } from './storages.ts'
import { rows } from './store-rows/rows.ts'
import { expected, Runner } from './store-rows/run.ts'

/** Two of the statements above, each in a transaction of its own. */
const composed = ['operations tryWriting']

for (const engine of engines) {
  let storage: Storage
  let runner: Runner
  before(async () => {
    storage = await temporaryStorage(engine)
    const db = await storage.open()
    await migrate(db, migrations, now)
    await insertNeighbours(db)
    runner = await Runner.over(db)
  })
  after(() => storage.remove())

  for (const row of rows) {
    const { store, statement, of } = row
    test(`${store} ${statement}${of === undefined ? '' : `, ${of},`} touches what it names and nothing else (${engine})`, async () => {
      const outcome = await runner.run(row)
      assert.deepEqual(outcome, expected(row))
    })
  }
}

test('each function of each store has its row', async () => {
  const root = join(import.meta.dirname, '../src')
  const files = globSync('**/store.ts', { cwd: root }).sort()
  assert.ok(files.length > 10, 'the stores were not found')
  const missing: string[] = []
  for (const file of files) {
    const exported = (await import(join(root, file))) as Readonly<Record<string, unknown>>
    const store = file.replace('/store.ts', '')
    for (const [name, value] of Object.entries(exported)) {
      // What asks a database is asynchronous; what shapes a row is not.
      const isStatement = typeof value === 'function' && value.constructor.name === 'AsyncFunction'
      const isHeld = rows.some((row) => row.store === store && row.statement === name)
      const isComposed = composed.includes(`${store} ${name}`)
      if (isStatement && !isHeld && !isComposed) missing.push(`${store} ${name}`)
    }
  }
  assert.deepEqual(missing, [])
})
