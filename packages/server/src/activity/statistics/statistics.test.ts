import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type * as v from 'valibot'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { ActivityEvent, EventName, Outcome } from '../events.ts'
import { insertEvents } from '../store.ts'
import type { overviewView, statisticsView } from './views.ts'

type Answer = v.InferOutput<typeof statisticsView.schema> & { readonly behind: number }
type Shown = v.InferOutput<typeof overviewView.schema>

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

for (const engine of engines) {
  describe(`statistics on ${engine}`, () => {
    let house: TestApp
    let admin: string
    let ada: string
    before(async () => {
      house = await openTestApp(engine)
      admin = (await house.signedIn('root', 'administrator')).token
      ada = (await house.signedIn('ada')).id
      // What the preparation did lies behind all ranges below.
      house.world.advance(10 * dayMs)
      const body = { username: 'root', password: 'the password of root' }
      admin = (await house.call('POST', '/v1/login', { body })).body.access_token
    })
    after(() => house.close())

    const count = () => house.app.statistics.ground.consumer.run()
    const iso = (at: number) => new Date(at).toISOString()
    const now = () => house.world.now()
    // The test app holds each answer to its description.
    const ask = async (query: string) =>
      (await house.call('GET', `/v1/activity/stats?${query}`, { token: admin })).body as unknown as Answer
    const readOverview = async (query = '', token = admin) =>
      (await house.call('GET', `/v1/activity/overview?${query}`, { token })).body as unknown as Shown
    const range = (from: number, to: number) => `&from=${iso(from)}&to=${iso(to)}`
    const byValue = (answer: Answer): Record<string, number> =>
      Object.fromEntries(answer.values.map(({ value, total }) => [value, total]))

    /** A time of its own for each test, a day from all others. */
    let day = Date.UTC(2026, 0, 10)
    const nextDay = () => {
      day += dayMs
      return day
    }
    /** Events of any time, as if they had been recorded then, or came late. */
    const store = (events: readonly Partial<ActivityEvent>[]) =>
      house.app.db.transaction((tx) => insertEvents(tx, events.map(eventOf)))
    const eventOf = (given: Partial<ActivityEvent>): ActivityEvent => ({
      id: newIdentifier('evt', house.world),
      at: day,
      event: 'user.sign_in',
      outcome: 'success',
      ...{ reason: null, subject: null, subject_kind: null, target: null, target_kind: null },
      ...{ address: null, region: null, region_day: null, client_id: null, session_id: null },
      ...{ request_id: null, details: null },
      ...given,
    })

    test('sign-ins are counted by outcome, reason, region, user type and factor', async () => {
      const at = nextDay()
      await store([
        { at, subject: ada, region: 'TW', details: '{"amr":"pwd"}' },
        { at, subject: ada, region: 'TW', details: '{"amr":"pwd otp","factor":"totp"}' },
        { at, region: 'DE', outcome: 'refused', reason: 'user_unknown' },
        {
          at,
          subject: ada,
          region: 'DE',
          outcome: 'refused',
          reason: 'password_wrong',
          details: '{"count":7}',
        },
      ])
      await count()
      const of = async (by: string, more = '') =>
        byValue(await ask(`measure=sign_ins&by=${by}${more}${range(at, at + dayMs)}`))
      assert.deepEqual(await of('outcome'), { refused: 8, success: 2 })
      assert.deepEqual(await of('reason'), { password_wrong: 7, user_unknown: 1 })
      assert.deepEqual(await of('region'), { DE: 8, TW: 2 })
      assert.deepEqual(await of('region', '&outcome=success'), { TW: 2 })
      assert.deepEqual(await of('region', '&value=DE,FR'), { DE: 8 })
      assert.deepEqual(await of('user_type'), { customer: 9 })
      assert.deepEqual(await of('factor'), { pwd: 1, totp: 1 })
      // Every refusal is one: of those that succeeded there is none.
      const refusals = async (more = '') =>
        (await ask(`measure=refusals${more}${range(at, at + dayMs)}`)).total ?? 0
      assert.ok((await refusals()) > 0)
      assert.deepEqual(
        [await refusals('&outcome=refused'), await refusals('&outcome=success')],
        [await refusals(), 0],
      )
      const all = await ask(`measure=sign_ins&by=region&limit=1${range(at, at + dayMs)}`)
      assert.deepEqual([all.total, byValue(all)], [10, { DE: 8 }])
      const some = await ask(`measure=sign_ins&by=region&value=TW${range(at, at + dayMs)}`)
      assert.equal(some.total, 2)
    })

    test('other measures count their own events alone', async () => {
      const at = nextDay()
      const events: [EventName, Outcome?, Partial<ActivityEvent>?][] = [
        ['device.connect', 'success', { region: 'FR' }],
        ['device.connect', 'refused', { reason: 'token_expired' }],
        ['device.disconnect', 'success', { reason: 'keep_alive_timeout' }],
        ['device.command'],
        ['device.command', 'failure', { reason: 'device_silent' }],
        ['session.refresh'],
        ['session.refresh', 'alarm', { reason: 'refresh_token_reused', details: '{"count":3}' }],
        ['user.disable', 'success', { subject: 'usr_a', target: 'usr_b' }],
        ['user.update', 'success', { subject: 'usr_a', target: 'usr_a' }],
        ['user.update', 'success', { target: 'usr_a' }],
        ['app.connect'],
        ['access.refuse', 'refused', { reason: 'permission_missing', region: 'US' }],
      ]
      await store(
        events.map(([event, outcome, more]) => ({ at, event, outcome: outcome ?? 'success', ...more })),
      )
      await count()
      const totals = async (query: string) => {
        const answer = await ask(`measure=${query}${range(at, at + dayMs)}`)
        return [answer.total, byValue(answer)]
      }
      assert.deepEqual(await totals('device_connects&by=outcome'), [2, { refused: 1, success: 1 }])
      assert.deepEqual(await totals('device_connects&by=region'), [2, { FR: 1 }])
      assert.deepEqual(await totals('device_disconnects&by=reason'), [1, { keep_alive_timeout: 1 }])
      assert.deepEqual(await totals('device_commands&by=outcome'), [2, { failure: 1, success: 1 }])
      assert.deepEqual(await totals('refreshes&by=outcome'), [4, { alarm: 3, success: 1 }])
      assert.deepEqual(await totals('administration&by=event'), [2, { 'user.disable': 1, 'user.update': 1 }])
      assert.deepEqual(await totals('refusals&by=reason'), [2, { permission_missing: 1, token_expired: 1 }])
      assert.deepEqual(await totals('refusals&by=region'), [2, { US: 1 }])
      assert.deepEqual(await totals('events'), [14, {}])
      assert.deepEqual(await totals('events&by=event&value=device.command&outcome=failure'), [
        1,
        { 'device.command': 1 },
      ])
    })

    const layouts: readonly {
      readonly name: string
      readonly from: number
      readonly to: number
      readonly asked?: string
      readonly bucket: string
      readonly points?: number
      readonly isCut?: boolean
    }[] = [
      { name: 'an hour', from: -hourMs, to: 0, bucket: 'minute', points: 60 },
      { name: 'a day', from: -dayMs, to: 0, bucket: '5_minutes', points: 288 },
      { name: 'a day by hours', from: -dayMs, to: 0, asked: 'hour', bucket: 'hour', points: 24 },
      {
        name: 'two hours of a week ago',
        from: -7 * dayMs,
        to: -7 * dayMs + 2 * hourMs,
        bucket: 'hour',
        points: 2,
      },
      { name: 'a week', from: -7 * dayMs, to: 0, bucket: 'hour', points: 168 },
      {
        name: 'a range that begins within a bucket',
        from: -5.5 * dayMs - 1,
        to: 0,
        bucket: 'hour',
        points: 133,
      },
      { name: '500 days', from: -500 * dayMs, to: 0, bucket: 'week' },
      {
        name: 'a longer time, which begins where the counts do,',
        ...{ from: -500 * dayMs - 1, to: 0, bucket: 'hour', isCut: true },
      },
      { name: 'everything', from: Number.NEGATIVE_INFINITY, to: 0, bucket: 'hour' },
    ]
    for (const { name, from, to, asked, bucket, points, isCut } of layouts) {
      test(`${name} is answered in buckets of ${bucket}`, async () => {
        const end = Math.floor(now() / hourMs) * hourMs
        const begin = from === Number.NEGATIVE_INFINITY ? 0 : end + from
        const answer = await ask(`measure=events${asked ? `&bucket=${asked}` : ''}${range(begin, end + to)}`)
        assert.equal(answer.bucket, bucket)
        if (points !== undefined) assert.equal(answer.points.length, points)
        // It says which whole buckets it covers, and these cover what was asked for.
        const ms = answer.bucket_seconds * 1000
        assert.ok(answer.points.length <= 500)
        assert.equal(Date.parse(answer.from) % ms, 0)
        assert.equal(Date.parse(answer.to) % ms, 0)
        assert.equal((Date.parse(answer.to) - Date.parse(answer.from)) / ms, answer.points.length)
        assert.ok(Date.parse(answer.to) >= end + to)
        if (begin > 0) assert.equal(Date.parse(answer.from) > begin, isCut === true)
      })
    }

    test('an event that comes late counts in the bucket of its time, in every roll-up', async () => {
      const at = nextDay() + 3 * hourMs + 7 * minuteMs
      const of = async (bucket: string) => {
        const { points } = await ask(`measure=sign_ins&bucket=${bucket}${range(day, day + dayMs)}`)
        return points.filter(({ count }) => count !== 0)
      }
      await store([{ at }])
      await count()
      await store([{ at: at + 1 }])
      await count()
      assert.deepEqual(await of('hour'), [{ at: iso(day + 3 * hourMs), count: 2 }])
      assert.deepEqual(await of('day'), [{ at: iso(day), count: 2 }])
    })

    test('an event of the oldest minute that is kept is counted by the minute, and one before it by the hour', async () => {
      house.world.advance(minuteMs - (now() % minuteMs))
      const at = now() - 2 * dayMs
      await store([
        { at, event: 'device.subscribe' },
        { at: at - 1, event: 'device.subscribe' },
      ])
      await count()
      const grains = await house.app.db.query<{ grain: number; start: number }>(
        `SELECT grain, start FROM activity_counts WHERE series = 'events.event' AND value = 'device.subscribe' AND grain < $1
          ORDER BY grain, start`,
        hourMs,
      )
      assert.deepEqual(
        grains.map(({ start }) => start),
        [at],
      )
    })

    test('a minute is answered by minutes while they are kept, then by hours, then by days', async () => {
      const at = Math.floor(now() / dayMs) * dayMs - dayMs
      await store([{ at, event: 'device.share', outcome: 'alarm' }])
      await count()
      const bucketOf = async () => {
        const query = `measure=events&by=event&value=device.share${range(at, at + minuteMs)}`
        const { bucket, total } = await ask(query)
        return [bucket, total]
      }
      assert.deepEqual(await bucketOf(), ['minute', 1])
      house.world.advance(2 * dayMs)
      const body = { username: 'root', password: 'the password of root' }
      const again = async () => (await house.call('POST', '/v1/login', { body })).body.access_token
      admin = await again()
      assert.deepEqual(await bucketOf(), ['hour', 1])
      await house.app.jobs.runNow(10 * minuteMs)
      assert.deepEqual(await bucketOf(), ['hour', 1])
      house.world.advance(90 * dayMs)
      admin = await again()
      assert.deepEqual(await bucketOf(), ['day', 1])
      await house.app.jobs.runNow(10 * minuteMs)
      assert.deepEqual(await bucketOf(), ['day', 1])
      const left = await house.app.db.query<{ grain: number; start: number }>(
        'SELECT grain, MIN(start) AS start FROM activity_counts GROUP BY grain ORDER BY grain',
      )
      for (const [index, kept] of [2 * dayMs, 90 * dayMs].entries())
        assert.ok(left[index]!.start >= now() - kept - hourMs, `${left[index]!.grain} was not dropped`)
    })

    test('two processes count each event once between them, and a count that fails is made again', async () => {
      const at = nextDay()
      const beside = await openBeside(house)
      await store(Array.from({ length: 600 }, () => ({ at, event: 'device.unshare' as const })))
      await Promise.all([count(), beside.statistics.ground.consumer.run(), count()])
      const totalOf = async () =>
        (await ask(`measure=events&by=event&value=device.unshare${range(at, at + dayMs)}`)).total
      assert.equal(await totalOf(), 600)
      await beside.stop()
      await store([{ at, event: 'device.unshare' }])
      const { db } = house.app
      await db.transaction(
        async (tx) => void (await tx.query('ALTER TABLE activity_counts RENAME TO elsewhere')),
      )
      await assert.rejects(count())
      await db.transaction(
        async (tx) => void (await tx.query('ALTER TABLE elsewhere RENAME TO activity_counts')),
      )
      await count()
      await count()
      assert.equal(await totalOf(), 601)
    })

    test('the answer says how many events are not counted yet', async () => {
      await count()
      assert.equal((await ask('measure=events')).behind, 0)
      await store([{}, {}])
      await house.app.proof.ground.sequencer.settle()
      assert.equal((await ask('measure=events')).behind, 2)
      await count()
      assert.equal((await ask('measure=events')).behind, 0)
    })

    const refused = [
      { query: '', code: 'request_invalid', what: 'no measure' },
      { query: 'measure=everything', code: 'request_invalid', what: 'a measure that there is not' },
      { query: 'measure=sign_ins&by=event', code: 'request_invalid', what: 'a dimension of another measure' },
      { query: 'measure=device_commands&by=region', code: 'request_invalid', what: 'a dimension it lacks' },
      { query: 'measure=devices_online&by=region', code: 'request_invalid', what: 'a dimension of a gauge' },
      {
        query: 'measure=devices_online&outcome=success',
        code: 'request_invalid',
        what: 'an outcome of a gauge',
      },
      { query: 'measure=events&value=x', code: 'request_invalid', what: 'a value of no dimension' },
      {
        query: 'measure=events&by=outcome&value=refused',
        code: 'request_invalid',
        what: 'a value that is an outcome',
      },
      { query: 'measure=events&outcome=good', code: 'request_invalid', what: 'an outcome that there is not' },
      { query: 'measure=events&bucket=second', code: 'request_invalid', what: 'a bucket that there is not' },
      { query: 'measure=events&limit=0', code: 'request_invalid', what: 'no value' },
      { query: 'measure=events&limit=101', code: 'request_invalid', what: 'too many values' },
      { query: 'measure=events&from=yesterday', code: 'request_invalid', what: 'a time in words' },
      {
        query: 'measure=events&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
        code: 'request_invalid',
        what: 'a range that ends before it begins',
      },
      {
        query: 'measure=events&from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z',
        code: 'request_invalid',
        what: 'an empty range',
      },
      { query: 'measure=events&subject=usr_1', code: 'request_invalid', what: 'a filter of the search' },
    ]
    for (const { query, code, what } of refused) {
      test(`${what} is refused`, async () => {
        const { status, body } = await house.call('GET', `/v1/activity/stats?${query}`, { token: admin })
        assert.deepEqual([status, body.code], [400, code])
      })
    }

    test('neither statistics nor the overview are for everybody', async () => {
      const bob = await house.signedIn('bob')
      for (const path of ['/v1/activity/stats?measure=events', '/v1/activity/overview']) {
        assert.equal((await house.call('GET', path)).status, 401, path)
        const { status, body } = await house.call('GET', path, { token: bob.token })
        assert.deepEqual([status, body.code], [403, 'permission_missing'], path)
      }
    })

    test('refused addresses: the most of each hour, and none longer than 30 days', async () => {
      const at = Math.floor(now() / hourMs) * hourMs - 3 * hourMs
      await store([
        ...Array.from({ length: 3 }, () => ({ at, outcome: 'refused' as const, address: '203.0.113.7' })),
        { at: at + hourMs, outcome: 'refused', address: '203.0.113.7', details: '{"count":40}' },
        { at, outcome: 'refused', address: '203.0.113.8' },
        { at, outcome: 'success', address: '203.0.113.9' },
        { at: at - 31 * dayMs, outcome: 'refused', address: '203.0.113.10' },
      ])
      await count()
      const overview = (from = at, to = now()) => readOverview(range(from, to).slice(1))
      assert.deepEqual((await overview()).refused_addresses, [
        { address: '203.0.113.7', count: 43, surplus: 0 },
        { address: '203.0.113.8', count: 1, surplus: 0 },
      ])
      assert.deepEqual((await overview(at - 40 * dayMs, at - 30 * dayMs)).refused_addresses, [])
      // More addresses than an hour keeps: the one that was refused most is found, and how much too high its count can be.
      const crowd = Array.from({ length: 300 }, (_, n) => ({
        at: at + 2 * hourMs,
        outcome: 'refused' as const,
        address: `198.51.100.${n % 150}${n < 150 ? '' : ' b'}`,
      }))
      const busy = {
        at: at + 2 * hourMs,
        outcome: 'refused',
        address: '192.0.2.1',
        details: '{"count":50}',
      } as const
      await store([...crowd, busy, ...crowd])
      await count()
      const [first] = (await overview(at + 2 * hourMs)).refused_addresses
      assert.equal(first?.address, '192.0.2.1')
      assert.ok(first.count - first.surplus <= 50 && first.count >= 50)
      const rows = await house.app.db.query<{ count: number }>(
        'SELECT count FROM activity_refusal_addresses WHERE grain = $1 AND start = $2',
        hourMs,
        at + 2 * hourMs,
      )
      assert.equal(rows.length, 200)
      assert.equal(
        rows.reduce((sum, row) => sum + row.count, 0),
        650,
      )
      // Of the hour and the day that are kept last, and of those before them.
      house.world.advance(dayMs - (now() % dayMs))
      const last = now() - 30 * dayMs
      await store([
        { at: last, outcome: 'refused', address: '203.0.113.11' },
        { at: last - 1, outcome: 'refused', address: '203.0.113.12' },
      ])
      await count()
      const kept = await house.app.db.query(
        `SELECT address, grain FROM activity_refusal_addresses
          WHERE address IN ('203.0.113.11', '203.0.113.12') ORDER BY address, grain`,
      )
      assert.deepEqual(
        kept,
        [hourMs, dayMs].map((grain) => ({ address: '203.0.113.11', grain })),
      )
      house.world.advance(31 * dayMs)
      await house.app.jobs.runNow(10 * minuteMs)
      assert.deepEqual(await house.app.db.query('SELECT * FROM activity_refusal_addresses'), [])
      const body = { username: 'root', password: 'the password of root' }
      admin = (await house.call('POST', '/v1/login', { body })).body.access_token
    })

    test('a range of days is answered by the days in it, and by the hours before and behind them', async () => {
      const midnight = Math.floor(now() / dayMs) * dayMs
      const address = '203.0.113.30'
      const refusedAt = (at: number, times: number): Partial<ActivityEvent> => ({
        ...{ at, outcome: 'refused', address },
        details: JSON.stringify({ count: times }),
      })
      await store([
        refusedAt(midnight - 3 * dayMs - 2 * hourMs, 1),
        refusedAt(midnight - 3 * dayMs - hourMs, 10),
        refusedAt(midnight - 3 * dayMs, 100),
        refusedAt(midnight - 2 * dayMs - 1, 1_000),
        refusedAt(midnight - dayMs, 10_000),
        refusedAt(midnight - dayMs + hourMs, 100_000),
      ])
      await count()
      const refusals = async (from: number, to: number) =>
        (await readOverview(`${range(from, to).slice(1)}&bucket=hour`)).refused_addresses.find(
          (row) => row.address === address,
        )?.count
      assert.equal(await refusals(midnight - 3 * dayMs - hourMs, midnight - dayMs + hourMs), 11_110)
      assert.equal(await refusals(midnight - 3 * dayMs, midnight - dayMs), 1_100)
      assert.equal(await refusals(midnight - 3 * dayMs - 2 * hourMs, midnight - 3 * dayMs), 11)
      // In the middle of a day there is no whole one.
      assert.equal(await refusals(midnight - dayMs, midnight - dayMs + hourMs), 10_000)
      // The days are read as days: an hour of theirs may be gone.
      await house.app.db.transaction((tx) =>
        tx.query('DELETE FROM activity_refusal_addresses WHERE grain = $1', hourMs),
      )
      assert.equal(await refusals(midnight - 3 * dayMs - hourMs, midnight - dayMs + hourMs), 1_100)
    })

    test('a day keeps the 500 addresses that were refused most', async () => {
      const at = Math.floor(now() / dayMs) * dayMs - 5 * dayMs
      const crowd = Array.from({ length: 600 }, (_, n) => ({
        at: at + (n % 24) * hourMs,
        outcome: 'refused' as const,
        address: `198.51.${Math.floor(n / 200)}.${n % 200}`,
      }))
      const busy = { at, outcome: 'refused', address: '192.0.2.2', details: '{"count":50}' } as const
      await store([...crowd, busy, ...crowd])
      await count()
      const [first] = (await readOverview(range(at, at + dayMs).slice(1))).refused_addresses
      assert.equal(first?.address, '192.0.2.2')
      assert.ok(first.count - first.surplus <= 50 && first.count >= 50)
      const rows = await house.app.db.query<{ count: number }>(
        'SELECT count FROM activity_refusal_addresses WHERE grain = $1 AND start = $2',
        dayMs,
        at,
      )
      assert.equal(rows.length, 500)
      const all = rows.reduce((sum, row) => sum + row.count, 0)
      assert.equal(all, 1_250)
    })

    test('refused addresses are kept no longer than the events of the shortest retention', async () => {
      const short = await openTestApp(engine, { LATCHKEY_ACTIVITY_RETENTION: 'connections=90,refusals=3' })
      const { app, world } = short
      const recorded = () => app.db.query('SELECT * FROM activity_refusal_addresses')
      const who = { client: { address: '203.0.113.7' } }
      await app.activity.recordAlone(who, 'access.refuse', undefined, { outcome: 'refused' })
      await app.statistics.ground.consumer.run()
      // By the hour and by the day.
      assert.equal((await recorded()).length, 2)
      world.advance(2 * dayMs)
      await app.jobs.runNow(10 * minuteMs)
      assert.equal((await recorded()).length, 2)
      world.advance(2 * dayMs)
      await app.jobs.runNow(10 * minuteMs)
      assert.deepEqual(await recorded(), [])
      await short.close()
    })

    test('a region is new for a person who has signed in from another one, and so for the server', async () => {
      const at = now()
      const from = (subject: string, region: string, more: Partial<ActivityEvent> = {}) => ({
        at,
        subject,
        region,
        ...more,
      })
      await store([
        from('usr_x', 'ZA'),
        from('usr_x', 'ZA'),
        from('usr_x', 'ZW', { outcome: 'refused' }),
        from('usr_x', 'ZM'),
        from('usr_y', 'ZM'),
      ])
      await count()
      await store([from(ada, 'ZM'), from('usr_y', 'ZA')])
      await count()
      const overview = await readOverview()
      const told = overview.new_regions.map(({ subject, username, region }) => [subject, username, region])
      const expected = [
        [null, null, 'ZA'],
        [null, null, 'ZM'],
        [ada, 'ada', 'ZM'],
        ['usr_x', null, 'ZM'],
        ['usr_y', null, 'ZA'],
      ]
      const key = (row: unknown) => JSON.stringify(row)
      assert.deepEqual(told.map(key).sort(), expected.map(key).sort())
      assert.deepEqual(byValue(await ask('measure=new_regions&by=region')), { ZM: 2, ZA: 1 })
    })

    test('who may not see users sees no names in the overview', async () => {
      const type = { name: 'watcher', description: 'watches', permissions: ['activity:read'] as const }
      await house.call('POST', '/v1/user-types', { token: admin, body: type })
      const watcher = await house.signedIn('watcher', 'watcher')
      const { new_regions: seen } = await readOverview('', watcher.token)
      assert.ok(seen.some(({ subject }) => subject === ada))
      assert.ok(seen.every(({ username }) => username === null))
    })

    test('who is forgotten is in no list: neither where they signed in from, nor where they were refused', async () => {
      const dora = await house.signedIn('dora')
      const at = now()
      await store([
        { at, subject: dora.id, subject_kind: 'user', region: 'AQ', address: '203.0.113.50' },
        { at, subject: dora.id, subject_kind: 'user', outcome: 'refused', address: '203.0.113.50' },
        { at, subject: dora.id, subject_kind: 'user', outcome: 'refused', address: '203.0.113.51' },
        { at, outcome: 'refused', address: '203.0.113.52' },
      ])
      await count()
      const left = async () => [
        (await house.app.db.query('SELECT * FROM activity_seen_regions WHERE subject = $1', dora.id)).length,
        (
          await house.app.db.query<{ address: string }>(
            `SELECT DISTINCT address FROM activity_refusal_addresses WHERE address LIKE '203.0.113.5_' ORDER BY 1`,
          )
        ).map(({ address }) => address),
      ]
      assert.deepEqual(await left(), [1, ['203.0.113.50', '203.0.113.51', '203.0.113.52']])
      await house.app.db.transaction((tx) => house.app.proof.forget(tx, [dora.id]))
      // Refused while they were deleted: it is not counted before it is forgotten.
      await store([
        { at, subject: dora.id, subject_kind: 'user', outcome: 'refused', address: '203.0.113.53' },
      ])
      await house.app.jobs.runNow(minuteMs)
      await count()
      assert.deepEqual(await left(), [0, ['203.0.113.52']])
    })

    test('who is forgotten in the archive is forgotten in the list of refused addresses, too', async () => {
      const short = await openTestApp(engine, { LATCHKEY_ACTIVITY_TABLE_DAYS: '1' })
      const { app, world } = short
      const dora = await short.signedIn('dora')
      const refused = { outcome: 'refused', reason: 'password_wrong' } as const
      for (const [subject, address] of [
        [dora.id, '203.0.113.60'],
        ['usr_other', '203.0.113.61'],
      ] as const) {
        const who = { subject, subjectKind: 'user', client: { address } } as const
        await app.activity.recordAlone(who, 'user.sign_in', undefined, refused)
      }
      await app.statistics.ground.consumer.run()
      world.advance(4 * dayMs)
      await app.jobs.runNow()
      assert.deepEqual(await app.db.query('SELECT id FROM activity WHERE subject = $1', dora.id), [])
      await app.db.transaction((tx) => app.proof.forget(tx, [dora.id]))
      await app.jobs.runNow(minuteMs)
      const left = await app.db.query<{ address: string }>('SELECT address FROM activity_refusal_addresses')
      assert.deepEqual([...new Set(left.map(({ address }) => address))], ['203.0.113.61'])
      await short.close()
    })

    test('devices online: samples of every process, none of one that has ended, and the most of an hour', async () => {
      const at = Math.floor(now() / dayMs) * dayMs + dayMs + 10 * hourMs
      house.world.advance(at - now())
      const beside = await openBeside(house)
      const tell = async (here: number, there: number) => {
        await house.app.statistics.ground.online.tell(here)
        await beside.statistics.ground.online.tell(there)
      }
      const token = await (async () => {
        const body = { username: 'root', password: 'the password of root' }
        return (await house.call('POST', '/v1/login', { body })).body.access_token
      })()
      admin = token
      await tell(3, 4)
      house.world.advance(minuteMs)
      await tell(5, 7)
      house.world.advance(minuteMs)
      await tell(2, 1)
      // This process holds no connection; the other has told one.
      assert.equal(await house.app.statistics.ground.online.now(), 1)
      const counts = async (bucket: string, from = at, to = at + 4 * minuteMs) =>
        (await ask(`measure=devices_online&bucket=${bucket}${range(from, to)}`)).points.map(
          ({ count }) => count,
        )
      assert.deepEqual(await counts('minute'), [7, 12, 3, null])
      assert.deepEqual(await counts('5_minutes'), [12])
      assert.deepEqual(await counts('hour'), [12])
      assert.deepEqual(await counts('day'), [12])
      await beside.stop()
      assert.deepEqual(await counts('minute'), [7, 12, 2, null])
      assert.equal(await house.app.statistics.ground.online.now(), 0)
      // It ends without a word: after two minutes nobody counts it.
      await house.app.statistics.ground.online.tell(9)
      house.world.advance(10 * minuteMs)
      assert.equal(await house.app.statistics.ground.online.now(), 0)
    })

    test('has met no bug in all of this', () => {
      const unexpected = house.log.lines.filter((line) => !line.startsWith('job_failed'))
      assert.deepEqual(unexpected, [])
    })
  })
}
