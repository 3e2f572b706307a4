import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AnswerBody } from '../../test/answer-body.ts'
import { openTestApp, type TestApp, testLog } from '../../test/app.ts'
import { eventually, openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { device, type EventName, type More, type Target, type Who } from './events.ts'
import { createRegions } from './regions.ts'
import { tail } from './tail.ts'

for (const engine of engines) {
  describe(`the log on ${engine}`, () => {
    let app: TestApp
    let admin: string
    before(async () => {
      app = await openTestApp(engine)
      admin = (await app.signedIn('root', 'administrator')).token
    })
    after(() => app.close())

    const record = (happening: Happening) => app.app.activity.recordAlone(...partsOf(happening))
    const search = async (query: string) =>
      (await app.call('GET', `/v1/activity?${query}`, { token: admin })).body
    const ground = () => ({ db: app.app.db, sequencer: app.app.proof.ground.sequencer })
    const targets = async (query: string): Promise<string[]> =>
      (await search(query)).items.map(({ target }) => target)

    test('keeps what happened with what it happened to, or neither', async () => {
      await assert.rejects(
        app.app.db.transaction(async (tx) => {
          await app.app.activity.record(tx, {}, 'device.state', device('undone'))
          throw new Error('undone')
        }),
      )
      assert.deepEqual(await targets('target=undone'), [])
    })

    test('keeps all that is known of an event, each in its place', async () => {
      const who: Who = {
        ...{ subject: 'usr_a', actedBy: 'usr_b', sessionId: 'ses_a', clientId: 'svc_a' },
        subjectKind: 'user',
        client: { address: '203.0.113.9', requestId: 'req_a' },
      }
      const more = { outcome: 'failure', reason: 'gone', details: { n: 1 } } as const
      await app.app.activity.recordAlone(who, 'device.state', device('whole'), more)
      const { id: _, seq: __, at, ...row } = (await search('target=whole')).items[0]!
      assert.equal(at, new Date(app.world.now()).toISOString())
      assert.deepEqual(
        { ...row, details: JSON.parse(JSON.stringify(row.details)) },
        {
          ...{ event: 'device.state', outcome: 'failure', reason: 'gone', request_id: 'req_a' },
          ...{ subject: 'usr_a', subject_kind: 'user', target: 'whole', target_kind: 'device' },
          ...{
            address: '203.0.113.9',
            region: null,
            region_date: null,
            client_id: 'svc_a',
            session_id: 'ses_a',
          },
          details: { n: 1, acted_by: 'usr_b' },
        },
      )
      await app.app.activity.recordAlone({}, 'device.state', undefined, {})
      const [bare] = await app.app.db.query('SELECT * FROM activity ORDER BY id DESC LIMIT 1')
      const { id, at: when, event, outcome, ...rest } = bare as Record<string, unknown>
      assert.deepEqual([event, outcome], ['device.state', 'success'])
      for (const [column, value] of Object.entries(rest)) assert.equal(value, null, column)
    })

    test('tells nobody of what was undone', async () => {
      const told: string[] = []
      const stop = app.app.activity.follow(({ target }) => told.push(target ?? ''))
      await app.app.db
        .transaction(async (tx) => {
          await app.app.activity.record(tx, {}, 'device.state', device('undone'))
          throw new Error('undone')
        })
        .catch(() => {})
      await record({ target: 'done' })
      stop()
      await record({ target: 'later' })
      assert.deepEqual(told, ['done'])
    })

    test('is searched by each field, and by several at once', async () => {
      const client = { address: '8.8.8.8', requestId: 'req_1' }
      await record({
        event: 'device.share',
        outcome: 'refused',
        subject: 'usr_s',
        target: 'T',
        client,
        details: { n: 1 },
      })
      await record({
        event: 'device.unshare',
        outcome: 'alarm',
        subject: 'usr_s',
        target: 'U',
        client: { address: '10.0.0.1' },
      })
      const found = [
        { query: 'event=device.share', targets: ['T'] },
        { query: 'outcome=alarm', targets: ['U'] },
        { query: 'target=T', targets: ['T'] },
        { query: 'address=8.8.8.8', targets: ['T'] },
        { query: 'region=US', targets: ['T'] },
        { query: 'subject=usr_s&region=local', targets: ['U'] },
        { query: 'subject=usr_s&outcome=refused', targets: ['T'] },
        { query: 'subject=usr_s&outcome=failure', targets: [] },
        { query: "target=T'%20OR%20'1'='1", targets: [] },
      ]
      for (const { query, targets: expected } of found)
        assert.deepEqual(await targets(query), expected, query)
      const [event] = (await search('target=T')).items
      assert.equal(event?.at, new Date(app.world.now()).toISOString())
      assert.deepEqual([event?.request_id, event?.details], ['req_1', { n: 1 }])
    })

    test('is searched by time: from is within, to is without', async () => {
      const at: string[] = []
      for (const target of ['a', 'b', 'c']) {
        app.world.advance(1000)
        at.push(new Date(app.world.now()).toISOString())
        await record({ subject: 'usr_time', target })
      }
      assert.deepEqual(await targets(`subject=usr_time&from=${at[1]}`), ['c', 'b'])
      assert.deepEqual(await targets(`subject=usr_time&to=${at[1]}`), ['a'])
      assert.deepEqual(await targets(`subject=usr_time&from=${at[1]}&to=${at[2]}`), ['b'])
      assert.deepEqual(await targets(`subject=usr_time&from=${at[2]}&to=${at[0]}`), [])
      // Where a walk has come to is one bound, and `to` the other.
      const [c, , a] = (await search('subject=usr_time')).items
      assert.deepEqual(await targets(`subject=usr_time&to=${at[1]}&after=${c?.id}`), ['a'])
      assert.deepEqual(await targets(`subject=usr_time&to=${at[2]}&after=${a?.id}`), [])
    })

    test('is paged newest first, without a gap and without a double, while more is written', async () => {
      for (let i = 0; i < 23; i++) await record({ subject: 'usr_pages', target: String(i) })
      const seen: string[] = []
      let next: string | null = ''
      while (next !== null) {
        const page: AnswerBody = await search(`subject=usr_pages&limit=5${next && `&after=${next}`}`)
        seen.push(...page.items.map(({ target }) => target))
        next = page.next
        app.world.advance(1)
        await record({ subject: 'usr_pages', target: 'meanwhile' })
      }
      assert.equal(seen.length, 23)
      assert.equal(new Set(seen).size, 23)
    })

    for (const query of [
      'limit=0',
      'limit=201',
      'limit=x',
      'from=yesterday',
      'outcome=good',
      'from=2026-13-01T00:00:00Z',
    ]) {
      test(`refuses to search by ${query}`, async () =>
        assert.equal((await search(query)).code, 'request_invalid'))
    }

    test('is read by those who may', async () => {
      const { token } = await app.signedIn('ada')
      for (const path of ['/v1/activity', '/v1/activity/tail']) {
        assert.equal((await app.call('GET', path, { token })).status, 403)
        assert.equal((await app.call('GET', path)).status, 401)
      }
    })

    test('is followed live: each event once, those of another process too, filtered, until one leaves', async () => {
      const beside = await openBeside(app)
      const leave = new AbortController()
      const answer = await app.app.edge.fetch(
        new Request('http://127.0.0.1:8484/v1/activity/tail?subject=usr_tail', {
          headers: { authorization: `Bearer ${admin}` },
          signal: leave.signal,
        }),
      )
      let text = ''
      const read = (async () => {
        for await (const chunk of (answer.body ?? assert.fail()).pipeThrough(new TextDecoderStream()))
          text += chunk
      })()
      await eventually(() => text.includes('event: open'))
      const happening = { event: 'device.state', outcome: 'success', subject: 'usr_tail' } as const
      await record({ ...happening, target: 'ours' })
      await record({ ...happening, subject: 'usr_else', target: 'not asked for' })
      await beside.activity.recordAlone(...partsOf({ ...happening, target: 'theirs' }))
      await record({ ...happening, target: 'ours again' })
      await eventually(() => text.includes('theirs') && text.includes('ours again'))
      leave.abort()
      await read
      const told = [...text.matchAll(/"target":"([^"]+)"/g)].map((match) => match[1])
      assert.deepEqual(told.sort(), ['ours', 'ours again', 'theirs'])
      const ids = [...text.matchAll(/^id: (.+)$/gm)].map((match) => match[1])
      assert.equal(new Set(ids).size, 3)
      await beside.stop()
    })

    test('is followed whole by whoever filters nothing', async () => {
      const leave = new AbortController()
      const answer = await app.app.edge.fetch(
        new Request('http://127.0.0.1:8484/v1/activity/tail', {
          headers: { authorization: `Bearer ${admin}` },
          signal: leave.signal,
        }),
      )
      let text = ''
      const read = (async () => {
        for await (const chunk of (answer.body ?? assert.fail()).pipeThrough(new TextDecoderStream()))
          text += chunk
      })()
      await eventually(() => text.includes('event: open'))
      await record({ event: 'device.state', outcome: 'success', subject: 'usr_any', target: 'of anybody' })
      await eventually(() => text.includes('of anybody'))
      leave.abort()
      await read
    })

    test('is followed from now on: what another process wrote before is not told', async () => {
      const beside = await openBeside(app)
      await beside.activity.recordAlone({ subject: 'usr_before' }, 'device.state')
      app.world.advance(1)
      const leave = new AbortController()
      const seen: (string | null)[] = []
      const events = await tail(ground(), {}, leave.signal)
      const read = (async () => {
        for await (const one of events) if (one.kind === 'event') seen.push(one.event.subject)
      })()
      await beside.activity.recordAlone({ subject: 'usr_after' }, 'device.state')
      await eventually(() => seen.includes('usr_after'))
      leave.abort()
      await read
      assert.ok(!seen.includes('usr_before'))
      await beside.stop()
    })

    test('is followed through a burst of another process that is larger than one look', async () => {
      const beside = await openBeside(app)
      const leave = new AbortController()
      const seen = new Set<string>()
      const events = await tail(ground(), { filter: { subject: 'usr_burst' } }, leave.signal)
      const read = (async () => {
        for await (const one of events) if (one.kind === 'event') seen.add(one.event.id)
      })()
      await beside.db.transaction(async (tx) => {
        for (let i = 0; i < 2500; i++)
          await beside.activity.record(tx, { subject: 'usr_burst' }, 'device.state')
        tx.announce()
      })
      await eventually(() => seen.size === 2500)
      leave.abort()
      await read
      await beside.stop()
    })

    test('holds no password, token or secret after all of this, nor does any file of the database', async () => {
      const person = await app.signedIn('canary')
      const service = (await app.call('POST', '/v1/services', { token: admin, body: { name: 'canary' } }))
        .body
      const invited = (
        await app.call('POST', '/v1/users', { token: admin, body: { username: 'invited-canary' } })
      ).body
      const renewed = (
        await app.call('POST', '/v1/refresh', { body: { refresh_token: person.refreshToken } })
      ).body
      await app.call('POST', '/v1/login', { body: { username: person.password, password: person.password } })
      await app.call('POST', '/oauth/token', {
        form: { grant_type: 'client_credentials', client_id: service.secret, client_secret: service.secret },
      })
      await app.call('GET', `/v1/me?token=${person.token}`, {
        headers: { 'user-agent': 'canary', authorization: `Basic ${person.token}` },
      })
      await app.call('POST', '/v1/verify', { body: { token: `${person.token}x` } })
      await app.call('GET', `/invitations/${invited.invitation}`)
      await app.call('POST', '/v1/logout', { token: renewed.access_token })
      const canaries = [
        person.password,
        person.token,
        person.refreshToken,
        service.secret,
        invited.invitation,
        renewed.access_token,
        renewed.refresh_token,
      ]
      const tables = [
        'activity',
        'users',
        'sessions',
        'refresh_tokens',
        'services',
        'invitations',
        'revocations',
      ]
      const rows = await Promise.all(tables.map((table) => app.app.db.query(`SELECT * FROM ${table}`)))
      const places = [JSON.stringify(rows), app.log.lines.join('\n')]
      const { directory } = app.storage.at
      for (const name of readdirSync(directory)) places.push(readFileSync(join(directory, name), 'latin1'))
      for (const canary of canaries) {
        assert.ok(typeof canary === 'string')
        for (const place of places) assert.ok(!place.includes(canary))
      }
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}

describe('the region of an address', () => {
  const { regionOf } = createRegions(undefined, { log: testLog() })
  const cases = [
    { address: '8.8.8.8', region: 'US' },
    { address: '168.95.1.1', region: 'TW' },
    { address: '193.0.6.139', region: 'NL' },
    { address: '2001:4860:4860::8888', region: 'US' },
    { address: '127.0.0.1', region: 'local' },
    { address: '10.1.2.3', region: 'local' },
    { address: '172.16.0.1', region: 'local' },
    { address: '172.31.255.255', region: 'local' },
    { address: '192.168.1.1', region: 'local' },
    { address: '169.254.1.1', region: 'local' },
    { address: '100.64.0.1', region: 'carrier' },
    { address: '::1', region: 'local' },
    { address: 'fe80::1', region: 'local' },
    { address: 'fd00::1', region: 'local' },
    { address: '::ffff:192.168.1.1', region: 'local' },
    { address: '', region: null },
    { address: 'garbage', region: null },
    { address: '1.2.3', region: null },
    { address: '8.8.8.8:53', region: null },
    { address: '[::1]', region: null },
    { address: '0.0.0.0', region: null },
  ]
  for (const { address, region } of cases)
    test(`of ${JSON.stringify(address)} is ${region ?? 'not known'}`, () =>
      assert.equal(regionOf(address), region))

  test('is read from the operator’s file, and one that cannot be read is found at start', async () => {
    const app = await openTestApp('sqlite')
    const file = join(app.storage.at.directory, 'regions.mmdb')
    assert.throws(() => createRegions(file, { log: testLog() }), {
      message: `LATCHKEY_REGIONS names ${file}, which cannot be read (ENOENT)`,
    })
    writeFileSync(file, 'no mmdb')
    assert.throws(() => createRegions(file, { log: testLog() }), {
      message: `LATCHKEY_REGIONS names ${file}, which cannot be read (it is no mmdb file)`,
    })
    await app.close()
  })
})

/** A row as a test writes it. */
interface Happening extends Who, More {
  readonly event?: EventName
  readonly target?: string
  readonly targetKind?: Target['kind']
}

function partsOf({
  event = 'device.state',
  target,
  targetKind = 'device',
  outcome,
  reason,
  details,
  ...who
}: Happening) {
  const to = target === undefined ? undefined : { id: target, kind: targetKind }
  return [who, event, to, { outcome, reason, details }] as const
}
