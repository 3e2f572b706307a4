import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { engines } from '../../test/storages.ts'
import { device } from './events.ts'
import type { EventReason } from './schema/reasons.ts'

for (const engine of engines) {
  describe(`an export of the log on ${engine}`, () => {
    let app: TestApp
    let admin: string
    before(async () => {
      app = await openTestApp(engine)
      admin = (await app.signedIn('root', 'administrator')).token
      const client = { address: '8.8.8.8', requestId: '=cmd|x' }
      const more = { reason: 'a "quoted", one' as EventReason, details: { name: '門', n: 1 } }
      await app.app.activity.recordAlone({ client, subject: '@SUM(1)' }, 'device.state', device('odd'), more)
      await app.app.db.transaction((tx) => {
        const targets = Array.from({ length: 1_203 }, (_, at) => device(`of many ${at}`))
        return app.app.activity.recordEach(tx, {}, 'device.share', targets)
      })
    })
    after(() => app.close())

    const taken = async (query: string, token = admin) => {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await app.app.edge.request(`/v1/activity/export?${query}`, { headers })
      return { status: answer.status, headers: answer.headers, text: await answer.text() }
    }

    test('has in NDJSON exactly what a search answers', async () => {
      const { text, headers } = await taken('format=ndjson&event=device.state')
      assert.equal(headers.get('content-type'), 'application/x-ndjson')
      assert.equal(headers.get('content-disposition'), 'attachment; filename="activity.ndjson"')
      assert.equal(headers.get('cache-control'), 'no-store')
      const found = (await app.call('GET', '/v1/activity?event=device.state', { token: admin })).body
      assert.deepEqual(
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
        JSON.parse(JSON.stringify(found.items)),
      )
    })

    test('has in CSV nothing that a spreadsheet runs', async () => {
      const { text, headers } = await taken('format=csv&event=device.state')
      assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8')
      const [head, line, end] = text.split('\r\n')
      assert.match(head ?? '', /^id,seq,at,event,outcome,reason,subject,/)
      assert.match(line ?? '', /,'@SUM\(1\),/)
      assert.match(line ?? '', /,'=cmd\|x,/)
      assert.ok(line?.includes('"a ""quoted"", one"'))
      assert.ok(line?.includes('"{""name"":""門"",""n"":1}"'))
      assert.equal(end, '')
    })

    test('has all that matches, however many pages it is, each once', async () => {
      const { text } = await taken('format=ndjson&event=device.share')
      const rows = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { target: string })
      assert.equal(rows.length, 1_203)
      assert.equal(new Set(rows.map(({ target }) => target)).size, 1_203)
      const csv = (await taken('format=csv&event=device.share')).text
      assert.equal(csv.trimEnd().split('\r\n').length, 1_204)
    })

    test('is told by the log: who has taken what', async () => {
      await taken('format=csv&event=device.state,device.share&text=odd&from=2026-01-01T00:00:00Z')
      await taken('format=ndjson')
      const { items } = (await app.call('GET', '/v1/activity?event=log.export&limit=2', { token: admin }))
        .body
      assert.deepEqual(
        items.map(({ details }) => details),
        [
          { format: 'ndjson', filter: 'everything' },
          {
            format: 'csv',
            filter: 'event=device.state,device.share text=odd from=2026-01-01T00:00:00.000Z',
          },
        ],
      )
      assert.ok(items.every(({ subject, outcome }) => subject !== null && outcome === 'success'))
    })

    test('is refused without the permission, and so is a format that there is not', async () => {
      const { token } = await app.signedIn('ada')
      assert.equal((await taken('format=csv', token)).status, 403)
      for (const query of ['', 'format=xml', 'format=csv&outcome=good', 'format=csv&format=ndjson'])
        assert.equal((await taken(query)).status, 400, query)
      const { items } = (await app.call('GET', '/v1/activity?event=log.export&text=xml', { token: admin }))
        .body
      assert.deepEqual(items, [])
    })
  })
}
