import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { createConsumer } from './consumer.ts'

for (const engine of engines) {
  describe(`a consumer of the log on ${engine}`, () => {
    let house: TestApp
    before(async () => {
      house = await openTestApp(engine)
    })
    after(() => house.close())

    const record = async (count: number) => {
      for (let at = 0; at < count; at++) {
        await house.app.activity.recordAlone({}, 'server.start', undefined, { details: { at } })
      }
    }
    const reading = (name: string, begins: 'with the log' | 'now', app = house.app) => {
      const read: number[] = []
      const consumer = createConsumer(app, app.proof.ground.sequencer, {
        ...{ name, begins, everyMs: 1_000 },
        handle: async (_tx, events) => void read.push(...events.map(({ seq }) => seq!)),
      })
      return { ...consumer, read }
    }
    const size = () => house.app.proof.ground.sequencer.settle()

    test('reads every event once, in the order of commits, and goes on where it was left', async () => {
      await record(600)
      const first = reading('first', 'with the log')
      await first.run()
      const all = await size()
      assert.deepEqual(first.read, [...Array(all).keys()])
      await record(3)
      await size()
      assert.equal(await first.behind(), 3)
      const again = reading('first', 'with the log')
      await again.run()
      assert.deepEqual(again.read, [all, all + 1, all + 2])
      assert.equal(await again.behind(), 0)
    })

    test('one that begins now reads nothing of what was before', async () => {
      const late = reading('late', 'now')
      await late.run()
      assert.deepEqual(late.read, [])
      await record(2)
      await late.run()
      assert.equal(late.read.length, 2)
    })

    test('what a handler could not do is read again, and nothing that it wrote stays', async () => {
      await record(1)
      let fails = true
      const read: number[] = []
      const consumer = createConsumer(house.app, house.app.proof.ground.sequencer, {
        ...{ name: 'failing', begins: 'with the log', everyMs: 1_000 },
        async handle(tx, events) {
          await tx.query(`UPDATE activity_consumers SET moved_at = 0 WHERE name = 'first'`)
          if (fails) throw new Error('not now')
          read.push(...events.map(({ seq }) => seq!))
        },
      })
      await assert.rejects(consumer.run(), /not now/)
      const [row] = await house.app.db.query<{ moved_at: number }>(
        `SELECT moved_at FROM activity_consumers WHERE name = 'first'`,
      )
      assert.notEqual(row?.moved_at, 0)
      fails = false
      await consumer.run()
      assert.equal(read[0], 0)
    })

    test('one whose server stops ends behind the batch that it reads, and goes on there', async () => {
      const stopping = new AbortController()
      const read: number[] = []
      const consumer = createConsumer(house.app, house.app.proof.ground.sequencer, {
        ...{ name: 'stopped', begins: 'with the log', everyMs: 1_000 },
        async handle(_tx, events) {
          read.push(...events.map(({ seq }) => seq!))
          stopping.abort()
        },
      })
      const all = await size()
      assert.ok(all > 500)
      await consumer.run(stopping.signal)
      assert.equal(read.length, 250)
      await consumer.run()
      assert.deepEqual(read, [...Array(all).keys()])
    })

    test('two processes read each event once between them', async () => {
      const beside = await openBeside(house)
      await record(700)
      const here = reading('shared', 'with the log')
      const there = reading('shared', 'with the log', beside)
      await Promise.all([here.run(), there.run()])
      const read = [...here.read, ...there.read].sort((a, b) => a - b)
      assert.deepEqual(read, [...Array(await size()).keys()])
      await beside.stop()
    })
  })
}
