import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { scheduleDeletion } from '../../accounts/deletion/deletion.ts'
import { operator } from '../../identity.ts'
import { device, type EventName, user } from '../events.ts'
import { parseVerifierKey } from '../proof/notes.ts'
import { type Finding, verifyLog } from '../proof/verify.ts'
import { searchLog } from '../search.ts'
import { type ActivityRow, type Filter, insertEvents, placeEvents, rowColumns } from '../store.ts'
import { archiveUntil } from './archive.ts'
import { kindOf, kinds } from './kinds.ts'
import { keepRetention } from './part.ts'
import { findEvent, findLogBegin, findPlaced } from './reading.ts'
import { dayMs, dropExpired } from './retention.ts'
import { readContent } from './segment.ts'
import { findArchive, findSegment, type SegmentRow, segmentId, setArchive } from './store.ts'

const names: readonly EventName[] = [
  'user.sign_in',
  'device.connect',
  'device.state',
  'access.refuse',
  'user.update',
  'session.refresh',
]
const pages = [1, 7, 1_000]

for (const engine of engines) {
  describe(`the archive of the log on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let ada: SignedIn
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('root', 'administrator')
      ada = await house.signedIn('ada')
      for (let day = 0; day < 4; day++) {
        await fill(150)
        house.world.advance(dayMs)
      }
      await settle()
    })
    after(() => house.close())

    /** Their token has ended, by the days that went by. */
    const refresh = async () => {
      const { username, password } = admin
      const { body } = await house.call('POST', '/v1/login', { body: { username, password } })
      admin = { ...admin, token: body.access_token }
    }
    const proof = () => house.app.proof.ground
    const settle = () => proof().sequencer.settle()
    async function fill(count: number) {
      for (let i = 0; i < count; i++) {
        const name = names[i % names.length]!
        const who = { subject: i % 3 === 0 ? ada.id : admin.id, subjectKind: 'user' as const }
        const client = { address: `203.0.113.${i % 5}`, requestId: `req ${i}` }
        const target = name.startsWith('device.') ? device(`dev_${i % 4}`) : user(ada.id)
        const more = {
          outcome: i % 7 === 0 ? ('refused' as const) : ('success' as const),
          reason: i % 7 === 0 ? ('not_related' as const) : undefined,
        }
        await house.app.activity.recordAlone({ ...who, client }, name, target, {
          ...more,
          details: { n: i, word: 'Wörter, "quoted"\n', flag: i % 2 === 0 },
        })
        house.world.advance(1_000)
      }
    }
    const ground = () => ({ db: house.app.db, sequencer: proof().sequencer })
    const all = (filter: Filter, order: 'newest' | 'oldest', limit: number, most: number) =>
      walk(filter, order, limit, most)
    async function walk(filter: Filter, order: 'newest' | 'oldest', limit: number, most: number) {
      const found: string[] = []
      for (let next: string | undefined; ; ) {
        const page = await searchLog(ground(), filter, { order, limit, most, after: next })
        assert.ok(page.events.length <= limit)
        found.push(...page.events.map((event) => JSON.stringify(event, [...rowColumns])))
        if (page.next === null) return found
        next = page.next
      }
    }
    const filters = (): readonly Filter[] => [
      {},
      { event: 'user.sign_in' },
      { event: ['device.state', 'user.update'], outcome: 'refused' },
      { subject: ada.id },
      { subject: [ada.id, 'usr_none'], target: ['dev_1', ada.id] },
      { target: 'dev_2', address: ['203.0.113.1', '203.0.113.3'] },
      { outcome: 'refused', reason: 'not_related' },
      { request_id: 'req 33' },
      { region: 'local' },
      { text: 'REQ 3' },
      { text: 'wörter' },
      { text: '%' },
      { text: '_Y' },
      { detail: { name: 'n', value: '14' } },
      { detail: { name: 'n', value: '1' } },
      { detail: { name: 'word', value: 'Wörter, "quoted"\n' } },
      { detail: { name: 'FLAG', value: 'TRUE' } },
      { detail: { name: 'flag', value: 'tru' } },
      { subject: 'usr_none' },
      { event: 'user.delete' },
    ]
    const verified = async (kept: readonly string[] = []) => {
      await settle()
      const keys = (await proof().signers.vkeys()).map(parseVerifierKey)
      return verifyLog({ db: house.app.db, subjects: proof().subjects, keys, kept })
    }
    const tampered = async (statements: readonly string[]) => {
      const keys = (await proof().signers.vkeys()).map(parseVerifierKey)
      let found: readonly Finding[] = []
      const undo = new Error('undone')
      await house.app.db
        .transaction(async (tx) => {
          for (const sql of statements) await tx.query(sql)
          found = (await verifyLog({ db: tx, subjects: proof().subjects, keys, kept: [] })).findings
          throw undo
        })
        .catch((error: unknown) => assert.equal(error, undo))
      return found
    }
    const inTable = async () => {
      const [row] = await house.app.db.query<{ n: number }>('SELECT COUNT(*) AS n FROM activity')
      return Number(row?.n)
    }
    const contents = async () => {
      const rows = await house.app.db.query<SegmentRow>(
        'SELECT * FROM activity_segments WHERE dropped_at IS NULL ORDER BY first, kind',
      )
      return (await Promise.all(rows.map(readContent))).flat()
    }

    test('finds the same before and after events were moved, whatever is asked and however it is paged', async () => {
      await proof().checkpoints.make()
      const before = new Map<Filter, readonly (readonly string[])[]>()
      for (const filter of filters()) {
        before.set(filter, [
          await all(filter, 'newest', 1_000, 10_000),
          await all(filter, 'oldest', 1_000, 10_000),
        ])
      }
      const [oneEvent] = (await searchLog(ground(), { target: 'dev_2' }, { limit: 1 })).events
      const was = await inTable()
      const moved = await archiveUntil(house.app, house.world.now() - 2 * dayMs)
      assert.ok(moved > 300 && moved < was)
      assert.equal(await inTable(), was - moved + (await archiveEvents()))
      for (const [filter, [newest, oldest]] of before) {
        const log = { filter, says: 'log.archive' }
        for (const limit of pages) {
          const most = limit === 1_000 ? 10_000 : 40
          const isOurs = (row: string) => !row.includes('"log.archive"')
          assert.deepEqual(
            (await all(filter, 'newest', limit, most)).filter(isOurs),
            newest,
            JSON.stringify(log),
          )
          assert.deepEqual(
            (await all(filter, 'oldest', limit, most)).filter(isOurs),
            oldest,
            JSON.stringify(log),
          )
        }
      }
      const found = await findEvent(house.app.db, (await findPlaced(house.app.db, 5, 1))[0]!.id)
      assert.equal(found?.seq, 5)
      assert.deepEqual({ ...(await findEvent(house.app.db, oneEvent!.id)) }, { ...oneEvent })
      assert.equal(await findEvent(house.app.db, 'evt_none'), undefined)
      assert.deepEqual((await verified()).findings, [])
    })

    test('segments say of what time and which ids their events are', async () => {
      const rows = await house.app.db.query<SegmentRow>(
        'SELECT * FROM activity_segments WHERE content IS NOT NULL',
      )
      assert.ok(rows.some(({ min_at, max_at }) => min_at < max_at))
      for (const row of rows) {
        const events = await readContent(row)
        const [times, ids] = [events.map(({ at }) => at), events.map(({ id }) => id)]
        const said = [row.count, row.min_at, row.max_at, row.min_id, row.max_id]
        const [byTime, byId] = [times.toSorted((a, b) => a - b), ids.toSorted()]
        assert.deepEqual(said, [events.length, byTime[0], byTime.at(-1), byId[0], byId.at(-1)])
      }
    })

    const archiveEvents = async () => {
      const [row] = await house.app.db.query<{ n: number }>(
        `SELECT COUNT(*) AS n FROM activity WHERE event = 'log.archive'`,
      )
      return Number(row?.n)
    }

    test('a receipt of an event in the archive verifies', async () => {
      const [event] = await findPlaced(house.app.db, 9, 1)
      await refresh()
      const { status } = await house.call('GET', `/v1/activity/${event!.id}/receipt`, { token: admin.token })
      assert.equal(status, 200)
    })

    test('what was left half moved is found once, and is moved to its end by the next run', async () => {
      const { copied } = await findArchive(house.app.db)
      const [last] = await findPlaced(house.app.db, copied - 1, 1)
      // As it is when a process has ended after it had copied a stretch, and before it had taken all of it out of the table.
      await house.app.db.transaction(async (tx) => {
        await insertEvents(tx, [last!])
        await placeEvents(tx, [{ id: last!.id, seq: copied - 1 }])
        await setArchive(tx, { moved: copied - 1, copied })
      })
      const rows = await findPlaced(house.app.db, copied - 20, 30)
      assert.deepEqual(
        rows.map(({ seq }) => seq),
        Array.from({ length: 30 }, (_, i) => copied - 20 + i),
      )
      assert.equal((await walk({ request_id: last!.request_id! }, 'newest', 9, 10_000)).length, 4)
      const was = await inTable()
      await archiveUntil(house.app, 0)
      assert.equal(await inTable(), was - 1)
      assert.deepEqual((await verified()).findings, [])
    })

    test('a server that stops waits for no more than a step of moving and dropping', async () => {
      const stopped = AbortSignal.abort()
      const was = await inTable()
      assert.equal(await archiveUntil(house.app, house.world.now(), { stopping: stopped }), 0)
      assert.equal(await dropExpired(house.app, { connections: 1 }, { stopping: stopped }), 0)
      assert.equal(await inTable(), was)
    })

    test('two processes move each event once', async () => {
      const beside = await openBeside(house)
      const until = house.world.now() - dayMs
      await Promise.all([archiveUntil(house.app, until), archiveUntil(beside, until)])
      const { moved, copied } = await findArchive(house.app.db)
      assert.equal(moved, copied)
      const places = (await contents()).map(({ seq }) => seq!).sort((a, b) => a - b)
      assert.deepEqual(places, [...Array(moved).keys()])
      assert.deepEqual((await verified()).findings, [])
      await beside.stop()
    })

    test('who is forgotten is forgotten in the archive as well, and the log verifies', async () => {
      assert.ok(JSON.stringify(await contents()).includes(ada.id))
      await scheduleDeletion(house.app, operator, ada.id, 0)
      await house.app.jobs.runNow(60_000)
      const archived = JSON.stringify(await contents())
      assert.ok(!archived.includes(ada.id))
      assert.ok(archived.includes(admin.id))
      assert.deepEqual(await all({ subject: ada.id }, 'newest', 100, 10_000), [])
      assert.deepEqual((await verified()).findings, [])
    })

    const altered: readonly { name: string; kind: Finding['kind']; statements: readonly string[] }[] = [
      {
        name: 'a segment that was removed',
        kind: 'event_missing',
        statements: [`DELETE FROM activity_segments WHERE first = 0 AND kind = 'administration'`],
      },
      {
        name: 'a segment that says it was dropped',
        kind: 'dropped_without_record',
        statements: [
          `UPDATE activity_segments SET dropped_at = 5, content = NULL, sha256 = NULL WHERE first = 0 AND kind = 'administration'`,
        ],
      },
      {
        name: 'a segment whose bytes are others',
        kind: 'segment_damaged',
        statements: [`UPDATE activity_segments SET sha256 = 'x' WHERE first = 0 AND kind = 'sign_ins'`],
      },
      {
        name: 'a segment without content',
        kind: 'segment_damaged',
        statements: [`UPDATE activity_segments SET content = NULL WHERE first = 0 AND kind = 'sign_ins'`],
      },
      {
        name: 'a segment of another time',
        kind: 'event_missing',
        statements: [
          `UPDATE activity_segments SET first = first + 60000, until = until + 60000 WHERE first = 0 AND kind = 'devices'`,
        ],
      },
    ]
    for (const { name, kind, statements } of altered) {
      test(`${name} is found and named`, async () => {
        const found = await tampered(statements)
        assert.ok(
          found.some((finding) => finding.kind === kind),
          JSON.stringify(found.slice(0, 3)),
        )
      })
    }

    test('a segment that cannot be read is named, and others are served', async () => {
      const { sha256 } = (await findSegment(house.app.db, segmentId(0, 'sign_ins')))!
      const set = (value: string | null) =>
        house.app.db.transaction((tx) =>
          tx.query(`UPDATE activity_segments SET sha256 = $1 WHERE first = 0 AND kind = 'sign_ins'`, value),
        )
      await set('x')
      const answer = await house.call('GET', '/v1/activity?limit=100&outcome=refused', { token: admin.token })
      await set(sha256)
      assert.equal(answer.status, 200)
      assert.match(JSON.stringify(answer.body.damaged), /^\["2026-01-15\/sign_ins\/0"\]$/)
      assert.ok(answer.body.items.length > 10)
    })

    for (const { newer, limit } of [
      { newer: 'the table fills', limit: 24 },
      { newer: 'the table and a segment fill', limit: 49 },
    ]) {
      test(`a page that ${newer} looks into no older segment`, async () => {
        // Of each day there are 25, and one more than a page has is asked for.
        const damagedIn = async (count: number) =>
          (
            await house.call('GET', `/v1/activity?event=device.connect&limit=${count}`, {
              token: admin.token,
            })
          ).body.damaged
        const older = `kind = 'connections' AND first < ${limit === 24 ? 456 : 306}`
        const set = (sha256: string) =>
          house.app.db.transaction((tx) =>
            tx.query(`UPDATE activity_segments SET sha256 = ${sha256} WHERE ${older}`),
          )
        await set(`'x' || sha256`)
        const [filled, oneMore] = [await damagedIn(limit), await damagedIn(limit + 1)]
        await set('SUBSTR(sha256, 2)')
        assert.deepEqual(filled, [])
        assert.notDeepEqual(oneMore, [])
      })
    }

    test('retention drops whole segments of a kind, keeps those of who is held, and the log still verifies', async () => {
      const kindsLeft = async () => new Set((await contents()).map(({ event }) => kindOf(event)))
      assert.deepEqual(await dropExpired(house.app, {}), 0)
      assert.ok((await kindsLeft()).has('connections'))
      // Nothing is older than this.
      assert.equal(await dropExpired(house.app, { connections: 30 }), 0)
      const dropped = await dropExpired(house.app, { connections: 1, refusals: 2 })
      assert.ok(dropped > 50)
      await settle()
      const left = await kindsLeft()
      assert.ok(!left.has('connections') && left.has('administration'))
      assert.deepEqual((await verified()).findings, [])
      const events = await all({ event: 'log.retention' }, 'newest', 100, 10_000)
      assert.ok(events.length >= 2)
      // The order of commits passes over what is gone.
      const oldest = await all({}, 'oldest', 7, 20)
      const places = oldest.map((row) => (JSON.parse(row) as ActivityRow).seq!)
      assert.deepEqual(
        places,
        [...new Set(places)].sort((a, b) => a - b),
      )
      assert.equal(places.length, (await settle()) - dropped)
    })

    test('what was dropped and is not what the log says of it is found', async () => {
      const found = await tampered([
        `UPDATE activity_segments SET kind = 'sign_ins2' WHERE first = 0 AND kind = 'sign_ins'`,
        `UPDATE activity_segments SET kind = 'sign_ins' WHERE first = 0 AND kind = 'connections'`,
        `DELETE FROM activity_segments WHERE kind = 'sign_ins2'`,
      ])
      assert.ok(found.length > 0)
      assert.ok(found.some(({ kind }) => kind === 'dropped_without_record' || kind === 'event_missing'))
    })

    test('a log that was archived again, as one that was restored is, still says what was dropped', async () => {
      const [said] = (await all({ event: 'log.archive' }, 'oldest', 10, 10_000))
        .map((row) => JSON.parse(JSON.parse(row).details))
        .filter(({ from }) => from === 0)
      const { connections, ...rest } = said
      assert.ok(connections)
      // Another part brings this event.
      const event = 'log.archive' as EventName
      await house.app.activity.recordAlone(operator, event, undefined, { details: rest })
      assert.deepEqual((await verified()).findings, [])
    })

    test('of who is held, nothing is dropped until the hold is over', async () => {
      const hold = {
        subject: admin.id,
        reason: 'case 9',
        ends_at: new Date(house.world.now() + 5_000).toISOString(),
      }
      const { status } = await house.call('POST', '/v1/activity/holds', { token: admin.token, body: hold })
      assert.equal(status, 201)
      for (const [ms, wanted] of [
        [0, 400],
        [1, 201],
      ] as const) {
        const body = {
          subject: 'others',
          reason: 'x',
          ends_at: new Date(house.world.now() + ms).toISOString(),
        }
        const answer = await house.call('POST', '/v1/activity/holds', { token: admin.token, body })
        assert.equal(answer.status, wanted)
      }
      // More than are read at once stand before it.
      const others = Array.from({ length: 1_000 }, (_, at) => `('others ${at}', 'case', 1, NULL, NULL)`)
      await house.app.db.transaction((tx) =>
        tx.query(
          `INSERT INTO activity_holds (subject, reason, placed_at, placed_by, ends_at) VALUES ${others.join()}`,
        ),
      )
      const rules = { sign_ins: 1 }
      assert.equal(await dropExpired(house.app, rules), 0)
      house.world.advance(4_999)
      assert.equal(await dropExpired(house.app, rules), 0)
      house.world.advance(1)
      assert.ok((await dropExpired(house.app, rules)) > 0)
      assert.deepEqual((await verified()).findings, [])
    })

    test('the log of administration begins where the last of it was dropped', async () => {
      const begins = await findLogBegin(house.app.db)
      await dropExpired(house.app, { administration: 1 })
      const later = await findLogBegin(house.app.db)
      assert.ok(begins! < later!, `${begins} ${later}`)
    })

    test('retention that fails is told by the log', async () => {
      const { db } = house.app
      const broken = {
        query: () => Promise.reject(new Error('no disk')),
        transaction: () => Promise.reject(new Error('no disk')),
      }
      const failing = { ...house.app, db: Object.assign(Object.create(db) as typeof db, broken) }
      await assert.rejects(keepRetention(failing, { tableDays: 30, retention: {} }), /no disk/)
      const [event] = await house.app.db.query<ActivityRow>(
        `SELECT * FROM activity WHERE event = 'log.retention' ORDER BY id DESC LIMIT 1`,
      )
      assert.deepEqual([event?.outcome, event?.reason], ['failure', 'retention_failed'])
    })

    test('what is kept for a shorter time than events stay in the table is dropped in time', async () => {
      await fill(60)
      await settle()
      house.world.advance(3 * dayMs)
      const rules = { tableDays: 30, retention: { devices: 2 } }
      const { moved, dropped } = await keepRetention(house.app, rules)
      assert.ok(moved >= 60 && dropped >= 10, `${moved} ${dropped}`)
      assert.deepEqual(await keepRetention(house.app, { tableDays: 30, retention: {} }), {
        moved: 0,
        dropped: 0,
      })
      assert.deepEqual((await verified()).findings, [])
    })

    test('the periods are listed with the rules', async () => {
      await refresh()
      const { status, body } = await house.call('GET', '/v1/activity/periods', { token: admin.token })
      assert.equal(status, 200)
      const connections = body.items.find((item) => item.kind === 'connections')!
      assert.equal(connections.month, '2026-01')
      assert.ok(Number(connections.dropped) > 0)
      assert.equal(body.table_days, 30)
      const { status: refused } = await house.call('GET', '/v1/activity/periods', {
        token: (await house.signedIn('ben')).token,
      })
      assert.equal(refused, 403)
    })
  })
}

test('an event whose place the tree does not have yet is not moved', async (t) => {
  const house = await openTestApp()
  t.after(() => house.close())
  for (let at = 0; at < 3; at += 1) await house.app.activity.recordAlone(operator, 'server.start')
  const size = await house.app.proof.ground.sequencer.settle()
  // As it is between the reading of the size and that of the events.
  await house.app.db.transaction((tx) =>
    tx.query('UPDATE activity SET seq = $1 WHERE seq = $2', size, size - 1),
  )
  assert.equal(await archiveUntil(house.app, house.world.now() + dayMs), size - 1)
  const left = await house.app.db.query('SELECT seq FROM activity WHERE seq IS NOT NULL')
  assert.deepEqual(left, [{ seq: size }])
})

describe('a log of few events', () => {
  let house: TestApp
  let midnight: number
  before(async () => {
    house = await openTestApp()
    const { world } = house
    // One at the end of each day, one that begins the next, and some of other kinds behind it.
    for (let day = 0; day < 4; day++) {
      world.advance(dayMs - (world.now() % dayMs) - 1)
      await record('device.connect')
      world.advance(1)
      await record('device.connect')
      world.advance(1)
      await record('device.state')
      await record('user.update')
    }
    midnight = world.now() - 1
    await settle()
  })
  after(() => house.close())

  const settle = () => house.app.proof.ground.sequencer.settle()
  const record = (event: EventName) => house.app.activity.recordAlone(operator, event, device('dev_1'))
  const ground = () => ({ db: house.app.db, sequencer: house.app.proof.ground.sequencer })
  const segments = () =>
    house.app.db.query<SegmentRow>('SELECT * FROM activity_segments ORDER BY first, kind')

  test('what happens at midnight is of the day that begins', async () => {
    await archiveUntil(house.app, midnight)
    const rows = await segments()
    assert.ok(rows.length > 8)
    for (const { day, min_at: begins, max_at: ends } of rows) {
      const from = Date.parse(day)
      assert.deepEqual([begins >= from, ends < from + dayMs], [true, true], day)
    }
    const [last] = await house.app.db.query<{ at: number }>('SELECT MIN(at) AS at FROM activity')
    assert.equal(last?.at, midnight)
  })

  for (const order of ['newest', 'oldest'] as const) {
    for (const limit of [1, 2, 3]) {
      for (const most of [1, 2, 3]) {
        test(`in pages of ${limit}, of ${most} that are looked at, each is found once, the ${order} first`, async () => {
          for (const filter of [{}, { event: 'device.connect' }] satisfies Filter[]) {
            const ids: string[] = []
            for (let next: string | undefined; ; ) {
              const page = await searchLog(ground(), filter, { order, limit, most, after: next })
              assert.ok(page.events.length <= limit)
              ids.push(...page.events.map(({ id }) => id))
              if (page.next === null) break
              next = page.next
            }
            const size = await settle()
            const wanted = (await findPlaced(house.app.db, 0, size)).filter(
              ({ event }) => filter.event === undefined || event === filter.event,
            )
            if (order === 'newest') wanted.reverse()
            assert.deepEqual(
              ids,
              wanted.map(({ id }) => id),
            )
          }
        })
      }
    }
  }

  for (const order of ['newest', 'oldest'] as const) {
    test(`a page that has everything, the ${order} first, is the last one`, async () => {
      const size = await settle()
      const { events, next } = await searchLog(ground(), {}, { order, limit: size })
      assert.deepEqual([events.length, next], [size, null])
    })
  }

  test('nothing is dropped that a sink still needs', async () => {
    const [first] = (await segments()).filter(({ kind }) => kind === 'connections')
    assert.equal(await dropExpired(house.app, { connections: 0 }, { neededFrom: first!.until - 1 }), 0)
    assert.equal(await dropExpired(house.app, { connections: 0 }, { neededFrom: first!.until }), 1)
  })
})

test('every event is of one kind', () => {
  for (const name of names) assert.ok(kinds.includes(kindOf(name)))
  assert.equal(kindOf('log.export'), 'log')
  assert.equal(kindOf('user.delete'), 'administration')
  assert.equal(kindOf('device.impersonation'), 'administration')
})
