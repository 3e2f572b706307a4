import assert from 'node:assert/strict'
import { test } from 'node:test'
import { engines, temporaryStorage } from '../../test/storages.ts'
import { realWorld } from '../world.ts'
import { masterKey } from './master-key.ts'
import { resealAll, type SealedRow, type SealedRows } from './resealing.ts'

const [old, fresh] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
const before = masterKey(old, realWorld)
const after = masterKey([fresh, old], realWorld)
const contextOf = (id: string) => `row ${id}`

for (const engine of engines) {
  test(`everything is sealed anew, though it is ended in the middle and changed meanwhile, on ${engine}`, async () => {
    const storage = await temporaryStorage(engine, { migrated: true })
    const db = await storage.open()
    const rows = new Map(
      Array.from({ length: 450 }, (_, i) => {
        const id = `r${String(i).padStart(3, '0')}`
        return [id, before.seal(`secret ${id}`, contextOf(id))]
      }),
    )
    let left = 300
    const kind: SealedRows = {
      name: 'rows',
      contextOf,
      async find(_, from, most): Promise<readonly SealedRow[]> {
        return [...rows]
          .filter(([id]) => id > from)
          .slice(0, most)
          .map(([id, sealed]) => ({ id, sealed }))
      },
      async replace(_, { id, sealed }, anew) {
        if (left-- === 0) throw new Error('killed')
        // Somebody sets another value at this very moment.
        if (id === 'r007') rows.set(id, before.seal('changed', contextOf(id)))
        if (rows.get(id) !== sealed) return false
        rows.set(id, anew)
        return true
      },
    }
    const opens = () => {
      for (const [id, sealed] of rows) {
        assert.equal(after.open(sealed, contextOf(id)), id === 'r007' ? 'changed' : `secret ${id}`)
      }
    }
    await assert.rejects(resealAll(db, after, [kind]), /killed/)
    opens()
    left = 10_000
    const counts = await resealAll(db, after, [kind])
    assert.ok((counts.rows ?? 0) >= 149)
    opens()
    // What was changed meanwhile by a process with the old key is found the next time.
    const again: SealedRows = {
      ...kind,
      replace: async (_, { id }, anew) => rows.set(id, anew) !== undefined,
    }
    await resealAll(db, after, [again])
    assert.deepEqual(await resealAll(db, after, [again]), { rows: 0 })
    for (const [id, sealed] of rows) assert.ok(after.isCurrent(sealed, contextOf(id)), id)
    await db.close()
    await storage.remove()
  })
}

test('what no key opens ends it, and is not lost', async () => {
  const storage = await temporaryStorage('sqlite', { migrated: true })
  const db = await storage.open()
  const sealed = masterKey(Buffer.alloc(32, 3), realWorld).seal('x', contextOf('a'))
  const kind: SealedRows = {
    name: 'rows',
    contextOf,
    find: async (_, from) => (from === '' ? [{ id: 'a', sealed }] : []),
    replace: () => assert.fail('it was replaced'),
  }
  await assert.rejects(resealAll(db, after, [kind]))
  await db.close()
  await storage.remove()
})
