import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { scheduleDeletion } from '../../accounts/deletion/deletion.ts'
import { operator } from '../../identity.ts'
import { device } from '../events.ts'
import { parseVerifierKey } from '../proof/notes.ts'
import { verifyLog } from '../proof/verify.ts'
import { searchLog } from '../search.ts'
import { archiveUntil } from './archive.ts'
import { isToldOf } from './forget.ts'
import { findPlaced } from './reading.ts'
import { dayMs, dropExpired } from './retention.ts'
import { findArchive } from './store.ts'

const count = 700

for (const engine of engines) {
  describe(`retention in steps on ${engine}`, () => {
    let house: TestApp
    let ada: string
    before(async () => {
      house = await openTestApp(engine)
      ada = (await house.signedIn('ada')).id
      for (let at = 0; at < count; at += 1) {
        const who = { subject: at % 50 === 0 ? ada : `usr_${at}`, subjectKind: 'user' as const }
        await house.app.activity.recordAlone(who, 'device.connect', device(`dev_${at}`))
      }
      await settle()
      house.world.advance(2 * dayMs)
    })
    after(() => house.close())

    const settle = () => house.app.proof.ground.sequencer.settle()
    const counted = async (from: string) => {
      const [row] = await house.app.db.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}`)
      return Number(row?.n)
    }
    const searched = async (target: string) => {
      const { sequencer } = house.app.proof.ground
      return (await searchLog({ db: house.app.db, sequencer }, { target }, { limit: 9 })).events.length
    }
    const findings = async () => {
      await settle()
      const { subjects, signers } = house.app.proof.ground
      const keys = (await signers.vkeys()).map(parseVerifierKey)
      return (await verifyLog({ db: house.app.db, subjects, keys, kept: [] })).findings
    }
    /** Runs until `isReached` behind one of its steps, which is the last one then. How much was changed by each step. */
    const until = async (
      work: (options: { stopping: AbortSignal; wait: () => Promise<void> }) => Promise<unknown>,
      table: string,
      isReached: () => Promise<boolean> = async () => false,
    ) => {
      const stopping = new AbortController()
      const changes: number[] = []
      let [was, waitsAfterwards] = [await counted(table), 0]
      const wait = async () => {
        if (stopping.signal.aborted) waitsAfterwards += 1
        const is = await counted(table)
        changes.push(Math.abs(is - was))
        was = is
        if (await isReached()) stopping.abort()
      }
      await work({ stopping: stopping.signal, wait })
      assert.equal(waitsAfterwards, 0)
      return changes.filter((change) => change > 0)
    }
    const moving = (options: Parameters<typeof archiveUntil>[2]) =>
      archiveUntil(house.app, house.world.now(), options)
    const dropping = (options: Parameters<typeof dropExpired>[2]) =>
      dropExpired(house.app, { connections: 1 }, options)

    test('names are written in bounded steps, and one that ends in between has moved nothing', async () => {
      const isHalf = async () => (await counted('activity_segment_names')) > 300
      const changes = await until(moving, 'activity_segment_names', isHalf)
      assert.ok(changes.length > 2 && changes.every((change) => change <= 256), `${changes}`)
      assert.equal(await counted('activity_segments'), 0)
      assert.equal((await findArchive(house.app.db)).copied, 0)
      assert.equal(await searched('dev_3'), 1)
      assert.deepEqual(await findings(), [])
    })

    test('who is forgotten meanwhile is forgotten, whatever names were written of segments to come', async () => {
      assert.equal(await isToldOf(house.app.db, ada), false)
      await scheduleDeletion(house.app, operator, ada, 0)
      await house.app.jobs.runNow(60_000)
      assert.equal(await counted(`activity WHERE subject = '${ada}'`), 0)
      assert.deepEqual(await findings(), [])
    })

    test('what is forgotten between two steps of a stretch is not in its segments', async () => {
      const bob = (await house.signedIn('bob')).id
      await settle()
      house.world.advance(2 * dayMs)
      let isForgotten = false
      await until(moving, 'activity', async () => {
        if (isForgotten || (await counted('activity_segment_names')) < 600) return false
        isForgotten = true
        await scheduleDeletion(house.app, operator, bob, 0)
        await house.app.jobs.runNow(60_000)
        return false
      })
      assert.ok(isForgotten)
      assert.equal(await counted(`activity WHERE subject = '${bob}'`), 0)
      assert.deepEqual((await searchOf(bob)).length, 0)
      assert.deepEqual(await findings(), [])
    })
    const searchOf = async (subject: string) => {
      const { sequencer } = house.app.proof.ground
      return (await searchLog({ db: house.app.db, sequencer }, { subject }, { limit: 9 })).events
    }

    test('rows leave the table in bounded steps; one that ends in between is gone on with, and each event is there once', async () => {
      for (let at = count; at < 2 * count; at += 1)
        await house.app.activity.recordAlone({}, 'device.connect', device(`dev_${at}`))
      const size = await settle()
      house.world.advance(2 * dayMs)
      const archive = () => findArchive(house.app.db)
      const isHalf = async () => {
        const { moved, copied } = await archive()
        return copied >= size && copied - moved < 400 && copied > moved
      }
      const changes = await until(moving, 'activity', isHalf)
      assert.ok(changes.length > 2 && changes.every((change) => change <= 256), `${changes}`)
      const { moved, copied } = await archive()
      assert.ok(moved < copied)
      for (const at of [count, 2 * count - 1]) assert.equal(await searched(`dev_${at}`), 1)
      await moving({})
      for (const at of [count, 2 * count - 1]) assert.equal(await searched(`dev_${at}`), 1)
      assert.deepEqual(await findings(), [])
    })

    test('what is dropped is found no more, and its names go in bounded steps, also by the next run', async () => {
      const names = await counted('activity_segment_names')
      const isHalf = async () => (await counted('activity_segment_names')) < names - 300
      const changes = await until(dropping, 'activity_segment_names', isHalf)
      assert.ok(changes.length > 2 && changes.every((change) => change <= 256), `${changes}`)
      const half = 'activity_segments WHERE dropped_at IS NOT NULL AND content IS NOT NULL'
      assert.ok((await counted(half)) > 0)
      for (const at of [3, 2 * count - 1]) assert.equal(await searched(`dev_${at}`), 0)
      assert.deepEqual(await findings(), [])
      await dropping({})
      assert.equal(await counted(half), 0)
      const left = `activity_segment_names WHERE segment IN
        (SELECT id FROM activity_segments WHERE dropped_at IS NOT NULL)`
      assert.ok((await counted(left)) < 60, 'names of a stretch that was read again')
      assert.deepEqual(await findings(), [])
    })
  })
}

for (const engine of engines) {
  test(`what is forgotten while the names of a stretch are written is read again, on ${engine}`, async (t) => {
    const house = await openTestApp(engine)
    t.after(() => house.close())
    const { db, activity, proof } = house.app
    const bob = (await house.signedIn('bob')).id
    for (let at = 0; at < 300; at += 1) {
      const who = { subject: at % 50 === 0 ? bob : `usr_${at}`, subjectKind: 'user' as const }
      await activity.recordAlone(who, 'device.connect', device(`dev_${at}`))
    }
    await proof.ground.sequencer.settle()
    house.world.advance(2 * dayMs)
    let isForgotten = false
    const wait = async () => {
      const names = await db.query('SELECT name FROM activity_segment_names LIMIT 1')
      if (isForgotten || names.length === 0) return
      isForgotten = true
      assert.deepEqual(await db.query('SELECT id FROM activity_segments'), [])
      await scheduleDeletion(house.app, operator, bob, 0)
      await house.app.jobs.runNow(60_000)
    }
    const moved = await archiveUntil(house.app, house.world.now(), { wait })
    assert.ok(isForgotten && moved >= 300, `${moved}`)
    const { events } = await searchLog(
      { db, sequencer: proof.ground.sequencer },
      { subject: bob },
      { limit: 9 },
    )
    assert.deepEqual(events, [])
    const all = await findPlaced(db, 0, 300)
    assert.ok(!JSON.stringify(all).includes(bob))
    await proof.ground.sequencer.settle()
    const keys = (await proof.ground.signers.vkeys()).map(parseVerifierKey)
    const { findings } = await verifyLog({ db, subjects: proof.ground.subjects, keys, kept: [] })
    assert.deepEqual(findings, [])
  })
}
