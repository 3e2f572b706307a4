import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { testWorld } from '../../test/app.ts'
import { engines, temporaryStorage } from '../../test/storages.ts'
import { createSteps, inPortions, rowsAfter, waitFor } from './steps.ts'

const sizes = [
  { name: 'a step that took half of its time is twice as long next', rows: 20, tookMs: 4, next: 40 },
  { name: 'no step is more than twice as long as the one before', rows: 20, tookMs: 0, next: 40 },
  { name: 'a step that took its time stays as it is', rows: 20, tookMs: 8, next: 20 },
  { name: 'a step that took twice its time is half as long next', rows: 64, tookMs: 16, next: 32 },
  { name: 'however slow it is, some rows are taken', rows: 256, tookMs: 60_000, next: 16 },
  { name: 'however quick it is, no more than 256 rows are taken', rows: 200, tookMs: 1, next: 256 },
]
for (const { name, rows, tookMs, next } of sizes) {
  test(name, () => assert.equal(rowsAfter(rows, tookMs), next))
}

for (const engine of engines) {
  describe(`steps on ${engine}`, () => {
    test('behind a step, the database is left to others nine times as long as it was held', async () => {
      const storage = await temporaryStorage(engine)
      const db = await storage.open()
      const world = testWorld()
      const order: (string | number)[] = []
      const steps = createSteps(world, {
        async wait(ms) {
          order.push(ms)
          await db.transaction(async () => void order.push('another'))
        },
      })
      const step = (name: string, tookMs: number) =>
        steps.take(db, async (tx, rows) => {
          await tx.query('SELECT 1')
          world.advance(tookMs)
          order.push(`${name} of ${rows}`)
        })
      await step('first', 2)
      await step('second', 8)
      await steps.run(() => world.advance(5))
      await step('third', 100_000)
      assert.deepEqual(order, [
        ...['first of 16', 18, 'another'],
        ...['second of 32', 72, 'another'],
        ...[45, 'another'],
        // A clock that was set forward is no reason to rest for a quarter of an hour.
        ...['third of 32', 5_000, 'another'],
      ])
      await db.close()
      await storage.remove()
    })

    test('a step that fails is told, and undone', async () => {
      const storage = await temporaryStorage(engine)
      const db = await storage.open()
      const steps = createSteps(testWorld(), {})
      await assert.rejects(
        steps.take(db, async () => Promise.reject(new Error('no disk'))),
        /no disk/,
      )
      await db.close()
      await storage.remove()
    })
  })
}

test('a rest ends when the server stops', async () => {
  const stopping = new AbortController()
  const steps = createSteps(testWorld(), { stopping: stopping.signal })
  assert.equal(steps.isOver(), false)
  const rest = waitFor(3_600_000, stopping.signal)
  stopping.abort()
  await rest
  await waitFor(3_600_000, stopping.signal)
  assert.equal(steps.isOver(), true)
})

test('a long list is worked on in portions, with a turn for others behind each', async () => {
  const seen: number[] = []
  let isDone = false
  const made = inPortions(
    Array.from({ length: 1_000 }, (_, n) => n),
    (n) => {
      seen.push(n)
      return 2 * n
    },
  ).finally(() => {
    isDone = true
  })
  const portions: number[] = []
  for (let before = 0; !isDone; before = seen.length) {
    portions.push(seen.length - before)
    await new Promise((turn) => setImmediate(turn))
  }
  assert.ok(portions.every((length) => length <= 128))
  assert.deepEqual(
    await made,
    Array.from({ length: 1_000 }, (_, n) => 2 * n),
  )
  assert.deepEqual(await inPortions([], () => assert.fail()), [])
})
