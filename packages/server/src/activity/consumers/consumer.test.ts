import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { createConsumer } from './consumer.ts'
import { createLeasedConsumer } from './leased.ts'

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

    /** A sequencer of a moment ago: events that have got their places since then are read the next time. */
    const ago = (count: number) => {
      const { sequencer } = house.app.proof.ground
      const was = async () => (await sequencer.settle()) - count
      return { settle: was, size: was }
    }
    const leasing = (
      name: string,
      holder: string,
      sequencer = house.app.proof.ground.sequencer as ReturnType<typeof ago>,
    ) => {
      const read: number[][] = []
      const leased = createLeasedConsumer(house.app, sequencer, {
        ...{ name, holder, begins: 'with the log', batch: 50 },
        deliver: async (events) => void read.push(events.map(({ seq }) => seq!)),
        delivered: async () => {},
      })
      return { read, run: () => leased.run(new AbortController().signal), behind: leased.behind }
    }

    test('an event that gets its place while a batch is read is read once', async () => {
      await record(2)
      const all = await size()
      const read: number[] = []
      const consumed: Parameters<typeof createConsumer>[2] = {
        ...{ name: 'early', begins: 'with the log', everyMs: 1_000 },
        handle: async (_tx, events) => void read.push(...events.map(({ seq }) => seq!)),
      }
      await createConsumer(house.app, ago(1), consumed).run()
      assert.equal(read.length, all - 1)
      await createConsumer(house.app, house.app.proof.ground.sequencer, consumed).run()
      assert.deepEqual(read, [...Array(all).keys()])
    })

    test('what delivers delivers an event once that gets its place meanwhile, and batches of exactly their size', async () => {
      await record(120)
      const all = await size()
      const early = leasing('sink:early', 'prc_1', ago(all - 100))
      await early.run()
      assert.deepEqual(
        early.read.map((batch) => batch.length),
        [50, 50],
      )
      const late = leasing('sink:early', 'prc_1')
      await late.run()
      assert.deepEqual([...early.read, ...late.read].flat(), [...Array(all).keys()])
      assert.ok(late.read.every((batch) => batch.length > 0))
    })

    test('a process that has delivered everything, or has nothing to deliver, keeps no other from it', async () => {
      const [one, other] = [leasing('sink:two', 'prc_1'), leasing('sink:two', 'prc_2')]
      await one.run()
      await record(1)
      await other.run()
      assert.equal(other.read.flat().length, 1)
      await one.run()
      await record(1)
      await other.run()
      assert.equal(other.read.flat().length, 2)
      assert.deepEqual(await other.behind(), { events: 0, since: null })
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
