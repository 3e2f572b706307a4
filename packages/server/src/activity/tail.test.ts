import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { device } from './events.ts'
import { type Followed, tail } from './tail.ts'

for (const engine of engines) {
  describe(`the tail of the log on ${engine}`, () => {
    let app: TestApp
    let admin: string
    before(async () => {
      app = await openTestApp(engine)
      admin = (await app.signedIn('root', 'administrator')).token
    })
    after(() => app.close())

    const ground = () => ({ db: app.app.db, sequencer: app.app.proof.ground.sequencer })
    const record = (target: string, subject?: string) =>
      app.app.activity.recordAlone({ subject }, 'device.state', device(target))
    const burst = (count: number) =>
      app.app.db.transaction(async (tx) => {
        const targets = Array.from({ length: count }, (_, at) => device(`burst ${at}`))
        await app.app.activity.recordEach(tx, { subject: 'usr_burst' }, 'device.state', targets)
      })
    const next = async (events: AsyncGenerator<Followed>) => (await events.next()).value as Followed
    const targetOf = (one: Followed) => (one.kind === 'event' ? one.event.target : one)

    test('goes on behind the last event that was had: nothing is missed, and nothing comes twice', async () => {
      const beside = await openBeside(app)
      const written: string[] = []
      const seen: string[] = []
      let last = await record('begin')
      for (let round = 0; round < 4; round++) {
        const leave = new AbortController()
        const events = await tail(ground(), { after: last }, leave.signal)
        written.push(await record(`round ${round}`))
        written.push(await beside.activity.recordAlone({}, 'device.state', device('beside')))
        for (let had = 0; had < 2; had++) {
          const one = await next(events)
          assert.ok(one.kind === 'event')
          last = one.event.id
          seen.push(last)
        }
        leave.abort()
        await events.return(undefined)
        // While nobody follows.
        written.push(await record(`between ${round}`))
      }
      const leave = new AbortController()
      const events = await tail(ground(), { after: last }, leave.signal)
      while (seen.length < written.length) {
        const one = await next(events)
        assert.ok(one.kind === 'event')
        seen.push(one.event.id)
      }
      assert.deepEqual(seen.toSorted(), written.toSorted())
      assert.equal(new Set(seen).size, written.length)
      leave.abort()
      assert.equal((await events.next()).done, true)
      await beside.stop()
    })

    test('has what was committed between its opening and the first read', async () => {
      const leave = new AbortController()
      await record('before')
      const events = await tail(ground(), {}, leave.signal)
      await record('behind')
      assert.equal(targetOf(await next(events)), 'behind')
      leave.abort()
      await events.return(undefined)
    })

    test('has what another process committed, also where nobody is told of it', async () => {
      const beside = await openBeside(app)
      const leave = new AbortController()
      const events = await tail(ground(), {}, leave.signal)
      await record('told')
      assert.equal(targetOf(await next(events)), 'told')
      await beside.db.transaction((tx) =>
        beside.activity.recordEach(tx, {}, 'device.state', [device('untold')]),
      )
      assert.equal(targetOf(await next(events)), 'untold')
      leave.abort()
      await events.return(undefined)
      await beside.stop()
    })

    test('gives nothing more to a reader who has left, also of what was read already', async () => {
      const leave = new AbortController()
      const events = await tail(ground(), {}, leave.signal)
      await burst(3)
      assert.equal(targetOf(await next(events)), 'burst 0')
      leave.abort()
      assert.equal((await events.next()).done, true)
    })

    test('tells a reader who is far behind how many were left out, and goes on', async () => {
      const leave = new AbortController()
      const events = await tail(ground(), { mostBehind: 50 }, leave.signal)
      await record('first')
      assert.equal(targetOf(await next(events)), 'first')
      await burst(51)
      await app.app.proof.ground.sequencer.settle()
      const skipped = await next(events)
      assert.ok(skipped.kind === 'skipped')
      assert.equal(skipped.count, 51)
      const [newest] = await app.app.db.query<{ id: string }>(
        'SELECT id FROM activity ORDER BY seq DESC LIMIT 1',
      )
      assert.equal(skipped.last, newest?.id)
      await record('next')
      assert.equal(targetOf(await next(events)), 'next')
      leave.abort()
      await events.return(undefined)
    })

    test('tells a reader how many were left out before the first read as well', async () => {
      const leave = new AbortController()
      const events = await tail(ground(), { mostBehind: 50 }, leave.signal)
      await burst(51)
      await app.app.proof.ground.sequencer.settle()
      const skipped = await next(events)
      assert.deepEqual(skipped.kind === 'skipped' && skipped.count, 51)
      leave.abort()
      await events.return(undefined)
    })

    test('leaves nothing out for a reader who is as far behind as is allowed', async () => {
      const leave = new AbortController()
      const events = await tail(ground(), { mostBehind: 50 }, leave.signal)
      await burst(50)
      for (let at = 0; at < 50; at++) assert.equal(targetOf(await next(events)), `burst ${at}`)
      leave.abort()
      await events.return(undefined)
    })

    test('leaves nothing out for a reader who resumes, however far behind', async () => {
      const leave = new AbortController()
      const last = await record('had')
      await burst(1_200)
      const events = await tail(ground(), { after: last, mostBehind: 50 }, leave.signal)
      for (let at = 0; at < 1_200; at++) assert.equal(targetOf(await next(events)), `burst ${at}`)
      leave.abort()
      await events.return(undefined)
    })

    const open = (query: string, headers: Record<string, string> = {}) => {
      const leave = new AbortController()
      const request = new Request(`http://127.0.0.1:8484/v1/activity/tail?${query}`, {
        headers: { authorization: `Bearer ${admin}`, ...headers },
        signal: leave.signal,
      })
      return { leave, answer: app.app.edge.fetch(request) }
    }
    async function firstTargets(count: number, query: string, headers: Record<string, string> = {}) {
      const { leave, answer } = open(query, headers)
      const body = (await answer).body ?? assert.fail()
      let text = ''
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        text += chunk
        if ([...text.matchAll(/^event: activity$/gm)].length >= count) break
      }
      leave.abort()
      return [...text.matchAll(/"target":"([^"]+)"/g)].map((match) => match[1])
    }

    test('resumes over HTTP by Last-Event-ID, which goes before the query', async () => {
      const first = await record('h1')
      const second = await record('h2')
      await record('h3')
      assert.deepEqual(await firstTargets(2, '', { 'last-event-id': first }), ['h2', 'h3'])
      assert.deepEqual(await firstTargets(2, `after=${first}`), ['h2', 'h3'])
      assert.deepEqual(await firstTargets(1, `after=${first}`, { 'last-event-id': second }), ['h3'])
    })

    test('is filtered as a search is', async () => {
      const root = (await app.call('GET', '/v1/me', { token: admin })).body.id
      const begin = await record('f0', 'usr_f')
      await record('f1', 'usr_g')
      await record('f2', root)
      await record('lamp-of-the-hall', 'usr_h')
      const after = { 'last-event-id': begin }
      assert.deepEqual(await firstTargets(2, 'subject=usr_g,usr_h', after), ['f1', 'lamp-of-the-hall'])
      assert.deepEqual(await firstTargets(1, 'subject=ROOT&event=device.state', after), ['f2'])
      assert.deepEqual(await firstTargets(1, 'text=LAMP-OF-THE-HALL', after), ['lamp-of-the-hall'])
    })

    for (const id of ['evt_none', 'x', '', "evt_' OR 1=1"])
      test(`is refused behind ${JSON.stringify(id)}, which is no event`, async () => {
        const answer = await open('', { 'last-event-id': id }).answer
        assert.equal(answer.status, 404)
        assert.equal(((await answer.json()) as { code: string }).code, 'event_not_found')
      })

    test('is neither stored, changed nor held back on the way', async () => {
      const { leave, answer } = open('', { 'accept-encoding': 'gzip, br' })
      const { headers, body } = await answer
      assert.equal(headers.get('cache-control'), 'no-store, no-transform')
      assert.equal(headers.get('x-accel-buffering'), 'no')
      assert.equal(headers.get('content-encoding'), null)
      leave.abort()
      await body?.cancel()
    })
  })
}
