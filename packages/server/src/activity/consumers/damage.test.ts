import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { archiveUntil } from '../archive/archive.ts'
import { dayMs, dropExpired } from '../archive/retention.ts'
import { hasPlace } from '../archive/segment.ts'
import { findSegment, type SegmentRow, segmentId } from '../archive/store.ts'
import { parseVerifierKey } from '../proof/notes.ts'
import { verifyLog } from '../proof/verify.ts'
import { tail } from '../tail.ts'
import { createConsumer } from './consumer.ts'
import { createDamageJob } from './damage.ts'
import { createLeasedConsumer } from './leased.ts'

for (const engine of engines) {
  describe(`a segment of the archive that cannot be read on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let damaged: SegmentRow
    let all: number
    before(async () => {
      house = await openTestApp(engine)
      // Alarms begin with what is recorded from now on.
      await house.app.jobs.runNow(60_000)
      for (let at = 0; at < 400; at++) {
        const name = at % 3 === 0 ? 'device.state' : 'user.update'
        await house.app.activity.recordAlone({}, name, undefined, { details: { at } })
      }
      await settle()
      house.world.advance(2 * dayMs)
      admin = await house.signedIn('root', 'administrator')
      await archiveUntil(house.app, house.world.now())
      damaged = (await findSegment(house.app.db, segmentId(0, 'devices')))!
      await plant(
        'UPDATE activity_segments SET content = $2 WHERE id = $1',
        Buffer.from('not what was written'),
      )
      all = await settle()
    })
    after(() => house.close())

    const settle = () => house.app.proof.ground.sequencer.settle()
    const plant = (sql: string, value: Uint8Array | string) =>
      house.app.db.transaction((tx) => tx.query(sql, damaged.id, value))
    /** What a tail gives at first: the segment that it cannot read, and two places. */
    const followedAfter = async (after: string) => {
      const stopping = new AbortController()
      const { db, proof } = house.app
      const got: (string | number | null)[] = []
      const followed = await tail({ db, sequencer: proof.ground.sequencer }, { after }, stopping.signal)
      for await (const one of followed) {
        got.push(one.kind === 'damaged' ? one.segment : one.kind === 'event' ? one.event.seq : one.kind)
        if (got.length === 3) break
      }
      stopping.abort()
      return got
    }
    /** The places whose events can be read. */
    const readable = () => [...Array(all).keys()].filter((place) => !hasPlace(damaged, place))
    const reading = (name: string) => {
      const read: number[] = []
      const consumer = createConsumer(house.app, house.app.proof.ground.sequencer, {
        ...{ name, begins: 'with the log', everyMs: 1_000 },
        handle: async (_tx, events) => void read.push(...events.map(({ seq }) => seq!)),
      })
      return { ...consumer, read }
    }
    const told = async (name = 'log.damage') => {
      const { body } = await house.call('GET', `/v1/activity?event=${name}`, { token: admin.token })
      return body.items.map(({ target, reason, outcome, details }) => [
        target,
        reason,
        outcome,
        (details as Details).consumer,
      ])
    }
    const damage = async () =>
      (await house.call('GET', '/v1/activity/periods', { token: admin.token })).body.damaged as {
        readonly segment: string
        readonly from: number
        readonly to: number
        readonly consumers: readonly string[]
      }[]

    test('a consumer passes over exactly its places, goes on, and tells it once by its name', async () => {
      const first = reading('first')
      await first.run()
      assert.deepEqual(first.read, readable())
      assert.deepEqual(await told(), [[segmentName, 'segment_damaged', 'alarm', 'first']])
      all = await settle()
      await first.run()
      assert.equal(first.read.at(-1), all - 1)
      assert.equal((await told()).length, 1)
    })

    test('another process in between makes it read the batch anew, and nothing comes twice', async () => {
      const here = reading('both')
      const there = reading('both')
      await Promise.all([here.run(), there.run()])
      all = await settle()
      await here.run()
      const read = [...here.read, ...there.read].sort((a, b) => a - b)
      assert.deepEqual(read, readable())
      assert.equal((await told()).filter(([, , , consumer]) => consumer === 'both').length, 1)
    })

    test('what delivers goes on as well, and tells it when it has delivered', async () => {
      const delivered: number[] = []
      const leased = createLeasedConsumer(house.app, house.app.proof.ground.sequencer, {
        ...{ name: 'sink:x', holder: 'prc_1', begins: 'with the log', batch: 50 },
        deliver: async (events) => void delivered.push(...events.map(({ seq }) => seq!)),
        delivered: async () => {},
      })
      await leased.run(new AbortController().signal)
      assert.deepEqual(delivered, readable())
      all = await settle()
      assert.equal((await told()).filter(([, , , consumer]) => consumer === 'sink:x').length, 1)
    })

    test('statistics, alarms and webhooks do not fail, and an alarm has its name', async () => {
      await house.app.jobs.runNow(60_000)
      await house.app.jobs.runNow(60_000)
      const failed = house.app.jobs.states().filter(({ lastError }) => lastError !== null)
      assert.deepEqual(failed, [])
      const { body } = await house.call('GET', '/v1/alarms?rule=segment_damaged', { token: admin.token })
      assert.deepEqual(
        body.items.map(({ subject, severity, state }) => [subject, severity, state]),
        [[segmentName, 'critical', 'open']],
      )
      assert.ok((body.items[0]!.times as number) >= 3)
    })

    test('the list of periods and the verification name it, with who went on without it', async () => {
      const [one, ...more] = await damage()
      assert.deepEqual(more, [])
      assert.deepEqual([one!.segment, one!.from, one!.to], [segmentName, 0, damaged.until - 1])
      assert.ok(one!.consumers.includes('first') && one!.consumers.includes('statistics'))
      const { subjects, signers } = house.app.proof.ground
      const keys = (await signers.vkeys()).map(parseVerifierKey)
      const { findings } = await verifyLog({ db: house.app.db, subjects, keys, kept: [] })
      assert.ok(findings.some(({ kind, says }) => kind === 'segment_damaged' && says.includes(segmentName)))
    })

    test('a search in the order of commits and a tail name it and serve the others', async () => {
      const { status, body } = await house.call('GET', '/v1/activity?order=oldest&limit=100', {
        token: admin.token,
      })
      assert.deepEqual([status, body.damaged, body.items.length], [200, [segmentName], 100])
      assert.deepEqual(await followedAfter(body.items[0]!.id), [segmentName, ...readable().slice(1, 3)])
    })

    test('a reader who had come as far as an event in it goes on, with what is around it', async () => {
      assert.deepEqual(await followedAfter(damaged.max_id), [segmentName, ...readable().slice(0, 2)])
      await assert.rejects(followedAfter('evt_none'), { code: 'event_not_found' })
    })

    test('an export says in the log that events are missing in it', async () => {
      const { status } = await house.call('GET', '/v1/activity/export?format=ndjson', { token: admin.token })
      assert.equal(status, 200)
      const { body } = await house.call('GET', '/v1/activity?event=log.export&outcome=failure', {
        token: admin.token,
      })
      assert.deepEqual(
        body.items.map(({ reason, details }) => [reason, (details as Details).segments]),
        [['segment_damaged', segmentName]],
      )
    })

    test('one that is not mended stays, and one that is mended is told and ends the alarm', async () => {
      const look = () => createDamageJob(house.app).run(new AbortController().signal)
      await look()
      assert.equal((await damage()).length, 1)
      await plant('UPDATE activity_segments SET content = $2 WHERE id = $1', damaged.content!)
      await look()
      await look()
      assert.deepEqual(await damage(), [])
      assert.deepEqual(await told('log.mend'), [[segmentName, 'segment_mended', 'success', undefined]])
      await settle()
      await house.app.jobs.runNow(60_000)
      const { body } = await house.call('GET', '/v1/alarms?rule=segment_damaged', { token: admin.token })
      assert.deepEqual(
        body.items.map(({ state }) => state),
        ['closed'],
      )
    })

    test('one whose time is over needs no mending, and is told as dropped', async () => {
      await plant(
        'UPDATE activity_segments SET content = $2 WHERE id = $1',
        Buffer.from('not what was written'),
      )
      await reading('again').run()
      assert.equal((await damage()).length, 1)
      assert.ok((await dropExpired(house.app, { devices: 1 })) > 0)
      await createDamageJob(house.app).run(new AbortController().signal)
      assert.deepEqual(await damage(), [])
      assert.deepEqual((await told('log.mend'))[0], [segmentName, 'segment_dropped', 'success', undefined])
    })
  })
}

type Details = Readonly<Record<string, unknown>>

const segmentName = '2026-01-15/devices/0'
