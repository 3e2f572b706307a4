import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import type { App } from '../app.ts'
import type { Reader, Value } from '../database/database.ts'
import { device, type More, type Target, user, type Who } from './events.ts'
import type { EventReason } from './schema/reasons.ts'
import { searchLog } from './search.ts'
import { searchTable } from './store.ts'

for (const engine of engines) {
  describe(`a search of the log on ${engine}`, () => {
    let app: TestApp
    let admin: string
    let ada: string
    before(async () => {
      app = await openTestApp(engine)
      const root = await app.signedIn('root', 'administrator')
      admin = root.token
      ada = (await app.signedIn('ada')).id
      for (const { who = {}, target = device('none'), more } of said)
        await app.app.activity.recordAlone(who, 'device.state', target, more)
      await app.app.activity.recordAlone({ subject: ada }, 'device.share', device('of ada'))
      await app.app.activity.recordAlone({}, 'device.unshare', user(ada))
    })
    after(() => app.close())

    const search = async (query: string, token = admin) =>
      (await app.call('GET', `/v1/activity?${query}`, { token })).body
    const targets = async (query: string): Promise<string[]> =>
      (await search(`event=device.state&${query}`)).items.map(({ target }) => target)

    if (engine === 'sqlite')
      for (const name of ['event', 'subject', 'target'] as const)
        test(`events of one ${name} come from its index, in the order of ids`, async () => {
          const steps: string[] = []
          const explaining: Reader = {
            async query<Row>(sql: string, ...values: Value[]) {
              const plan = await app.app.db.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
              steps.push(...plan.map(({ detail }) => detail))
              return app.app.db.query<Row>(sql, ...values)
            },
          }
          await searchTable(explaining, { [name]: 'one' }, 10, 100)
          assert.deepEqual(steps, [`SEARCH activity USING INDEX activity_by_${name} (${name}=?)`])
        })

    const said: readonly { who?: Who; target?: Target; more?: More }[] = [
      {
        who: {
          subject: 'usr_1',
          clientId: 'svc_1',
          sessionId: 'ses_1',
          client: { address: '8.8.8.8', requestId: 'req_1' },
        },
        target: device('one'),
        more: { reason: 'signed_out', details: { route: 'GET /v1/x', count: 7, done: true, last: 'a"b' } },
      },
      {
        who: {
          subject: 'usr_2',
          clientId: 'svc_2',
          sessionId: 'ses_2',
          client: { address: '10.0.0.1', requestId: 'req_2' },
        },
        target: device('two'),
        more: {
          outcome: 'refused',
          // As no version of the server writes it.
          reason: '100%_sure' as EventReason,
          details: { route: 'GET /v1/xy', count: 77, path: 'C:\\dir' },
        },
      },
      {
        who: { subject: 'usr_3' },
        target: device('three'),
        more: { outcome: 'alarm', details: { note: '"route":"GET /v1/x"', name: '門' } },
      },
    ]
    const found = [
      { query: 'client_id=svc_1', targets: ['one'] },
      { query: 'session_id=ses_2', targets: ['two'] },
      { query: 'request_id=req_1', targets: ['one'] },
      { query: 'reason=signed_out', targets: ['one'] },
      { query: 'subject=usr_1,usr_3', targets: ['three', 'one'] },
      { query: 'outcome=refused,alarm', targets: ['three', 'two'] },
      { query: 'outcome=refused,alarm&subject=usr_1,usr_2', targets: ['two'] },
      { query: 'address=8.8.8.8,10.0.0.1', targets: ['two', 'one'] },
      { query: 'text=SIGNED_', targets: ['one'] },
      { query: 'text=one', targets: ['one'] },
      { query: 'text=req_2', targets: ['two'] },
      { query: 'text=%E9%96%80', targets: ['three'] },
      { query: 'text=svc_', targets: ['two', 'one'] },
      // LIKE has its own meaning of these, and a search has not.
      { query: 'text=%25_sure', targets: ['two'] },
      { query: 'text=_00%25', targets: [] },
      { query: 'text=signed%25out', targets: [] },
      { query: 'text=c:%5C%5Cdir', targets: ['two'] },
      { query: 'text=refusedgone', targets: [] },
      { query: "text='", targets: [] },
      { query: 'detail=route:GET /v1/x', targets: ['one'] },
      { query: 'detail=count:7', targets: ['one'] },
      { query: 'detail=done:true', targets: ['one'] },
      { query: 'detail=last:a"b', targets: ['one'] },
      { query: 'detail=path:C:\\dir', targets: ['two'] },
      { query: 'detail=rout_:GET /v1/x', targets: [] },
      { query: 'detail=ount:7', targets: [] },
      { query: 'detail=count:', targets: [] },
      { query: 'event=device.share', targets: ['of ada'] },
    ]
    for (const { query, targets: expected } of found)
      test(`by ${query} finds ${expected.join(', ') || 'nothing'}`, async () => {
        const got = query.startsWith('event=')
          ? (await search(query)).items.map(({ target }) => target)
          : await targets(encodeURI(query).replaceAll('%25', '%').replaceAll('"', '%22'))
        assert.deepEqual(got, expected)
      })

    const refused = [
      'outcome=success,good',
      'subject=a,,b',
      'detail=route',
      'detail=:x',
      'detail=:x:y',
      'text=',
      `text=${'x'.repeat(201)}`,
      `event=${Array.from({ length: 21 }, (_, at) => at).join(',')}`,
      'order=random',
      'text=a%0Ab',
    ]
    for (const query of refused)
      test(`is refused by ${query.slice(0, 40)}`, async () =>
        assert.equal((await search(query)).code, 'request_invalid'))

    test('takes the name of a person for their id, in any spelling of it, of callers who may see users', async () => {
      assert.deepEqual(
        (await search('event=device.share&subject=ADA')).items.map(({ subject }) => subject),
        [ada],
      )
      assert.equal((await search('event=device.unshare&target=ada')).items.length, 1)
      assert.equal((await search('event=device.share&subject=nobody')).items.length, 0)
      await app.call('POST', '/v1/user-types', {
        token: admin,
        body: { name: 'reader', description: 'reads', permissions: ['activity:read'] },
      })
      const { token } = await app.signedIn('rita', 'reader')
      assert.equal((await search('event=device.share&subject=ada', token)).items.length, 0)
      assert.equal((await search(`event=device.share&subject=${ada}`, token)).items.length, 1)
    })

    test('by what no index finds looks at so many at most, and the next page goes on', async () => {
      const ground = { db: app.app.db, sequencer: app.app.proof.ground.sequencer }
      for (const order of ['newest', 'oldest'] as const) {
        const seen: (string | null)[] = []
        let pages = 0
        let next: string | null | undefined
        do {
          const page = await searchLog(
            ground,
            { text: 'usr_2' },
            { order, limit: 5, most: 2, after: next ?? undefined },
          )
          seen.push(...page.events.map(({ target }) => target))
          next = page.next
          pages += 1
        } while (next !== null)
        assert.deepEqual(seen, ['two'], order)
        assert.ok(pages >= 3, order)
      }
    })

    test('in the order of commits begins with the first event, and shows the place of each', async () => {
      const { items, next } = await search('order=oldest&limit=3')
      assert.deepEqual(
        items.map(({ seq }) => seq),
        [0, 1, 2],
      )
      assert.equal(next, items.at(-1)?.id)
      const more = await search(`order=oldest&limit=2&after=${next}`)
      assert.deepEqual(
        more.items.map(({ seq }) => seq),
        [3, 4],
      )
    })

    test('in the order of commits is refused behind an event that there is not', async () => {
      assert.equal((await search('order=oldest&after=evt_none')).code, 'event_not_found')
    })

    test('has no place for an event before it has one', async () => {
      const id = await app.app.activity.recordAlone({}, 'device.state', device('placeless'))
      const read = async () => (await app.call('GET', `/v1/activity/${id}`, { token: admin })).body.seq
      assert.equal(await read(), null)
      const size = await app.app.proof.ground.sequencer.settle()
      assert.equal(await read(), size - 1)
    })
  })

  describe(`a cursor in the order of commits on ${engine}`, () => {
    let app: TestApp
    let beside: App
    before(async () => {
      app = await openTestApp(engine)
      beside = await openBeside(app)
    })
    after(async () => {
      await beside.stop()
      await app.close()
    })
    const groundOf = ({ db, proof }: App) => ({ db, sequencer: proof.ground.sequencer })

    test('gives every event once, and none before one that was given, while several write from two processes', async () => {
      let random = 7
      const upTo = (most: number) => {
        random = (random * 48271) % 2147483647
        return random % most
      }
      const write = async ({ db, activity }: App, rounds: number) => {
        for (let round = 0; round < rounds; round++) {
          const events = 1 + upTo(4)
          await db.transaction(async (tx) => {
            for (let at = 0; at < events; at++) {
              await activity.record(tx, {}, 'device.state', device(`${round}`))
              for (let pause = upTo(3); pause > 0; pause--) await tx.query('SELECT 1')
            }
          })
        }
      }
      let isWriting = true
      const writing = Promise.all([app.app, app.app, beside, beside].map((one) => write(one, 25))).finally(
        () => (isWriting = false),
      )
      const walk = async (one: App) => {
        const seen: string[] = []
        const seqs: (number | null)[] = []
        for (;;) {
          const wasWriting = isWriting
          const { events } = await searchLog(
            groundOf(one),
            {},
            { order: 'oldest', after: seen.at(-1), limit: 7 },
          )
          seen.push(...events.map(({ id }) => id))
          seqs.push(...events.map(({ seq }) => seq))
          if (!wasWriting && events.length === 0) return { seen, seqs }
          // The writers have their turn.
          await setImmediate()
        }
      }
      const [ours, theirs] = await Promise.all([walk(app.app), walk(beside), writing])
      const stored = await app.app.db.query<{ id: string }>('SELECT id FROM activity ORDER BY seq')
      assert.deepEqual(
        ours.seen,
        stored.map(({ id }) => id),
      )
      assert.deepEqual(theirs.seen, ours.seen)
      assert.deepEqual(
        ours.seqs,
        stored.map((_, at) => at),
      )
      assert.ok(stored.length >= 100)
    })

    // One process of SQLite has one transaction at a time.
    if (engine === 'postgres')
      test('gives an event that is committed late behind those that were given, though its id is older', async () => {
        const isRecorded = Promise.withResolvers<string>()
        const mayCommit = Promise.withResolvers<void>()
        const late = beside.db.transaction(async (tx) => {
          isRecorded.resolve(await beside.activity.record(tx, {}, 'device.state', device('late')))
          await mayCommit.promise
        })
        const lateId = await isRecorded.promise
        app.world.advance(1_000)
        const early = await app.app.activity.recordAlone({}, 'device.state', device('early'))
        assert.ok(lateId < early)
        const page = (cursor: string) =>
          searchLog(groundOf(app.app), {}, { order: 'oldest', after: cursor, limit: 9 })
        const size = await app.app.proof.ground.sequencer.settle()
        const [row] = await app.app.db.query<{ seq: number }>('SELECT seq FROM activity WHERE id = $1', early)
        assert.equal(row?.seq, size - 1)
        assert.deepEqual((await page(early)).events, [])
        mayCommit.resolve()
        await late
        assert.deepEqual(
          (await page(early)).events.map(({ id }) => id),
          [lateId],
        )
      })
  })
}
