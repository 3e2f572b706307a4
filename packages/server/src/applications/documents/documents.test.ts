import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { type KeySetServer, openKeySetServer } from '../../../test/key-set-server.ts'
import { engines } from '../../../test/storages.ts'
import { parseNetwork } from '../../addresses/networks.ts'
import { createOutbound } from '../../outbound/outbound.ts'
import { createDocuments, type Documents } from './documents.ts'

const second = 1_000
const [minute, hour, day] = [60 * second, 3_600 * second, 86_400 * second]

for (const engine of engines) {
  describe(`documents of others on ${engine}`, () => {
    let house: TestApp
    let server: KeySetServer
    let documents: Documents
    let url: string
    let count = 0
    before(async () => {
      house = await openTestApp(engine)
      server = await openKeySetServer()
      const outbound = createOutbound({ networks: [parseNetwork('127.0.0.0/8')!] })
      documents = createDocuments({ ...house.app, outbound })
    })
    beforeEach(() => {
      url = `${server.url}/${++count}`
    })
    after(async () => {
      await server.close()
      await house.close()
    })

    const answers = (body: string | Buffer, cacheControl?: string) => {
      server.answer = (response) => {
        if (cacheControl !== undefined) response.setHeader('cache-control', cacheControl)
        response.end(body)
      }
    }
    const fails = () => {
      server.answer = (response) => void response.writeHead(500).end()
    }
    const read = async (...options: [Parameters<Documents['read']>[1]?]) =>
      (await documents.read(url, ...options))?.body

    for (const { name, cacheControl, endsAfter, renewsAfter } of [
      { name: 'no life', cacheControl: undefined, endsAfter: 10 * minute, renewsAfter: 9 * minute },
      { name: 'a long life', cacheControl: 'max-age=86400', endsAfter: 10 * minute, renewsAfter: 9 * minute },
      { name: 'its life', cacheControl: 'max-age=300', endsAfter: 5 * minute, renewsAfter: 4 * minute },
      { name: 'a short life', cacheControl: 'max-age=1', endsAfter: 30 * second, renewsAfter: 30 * second },
    ]) {
      test(`one that says ${name} is read again before its end, and used for an hour past it if it cannot be`, async () => {
        answers('one', cacheControl)
        assert.equal(await read(), 'one')
        const begun = server.asked
        fails()
        house.world.advance(renewsAfter - 1)
        assert.equal(await read(), 'one')
        assert.equal(server.asked, begun)
        house.world.advance(1)
        assert.equal(await read(), 'one')
        assert.equal(server.asked, begun + 1)
        house.world.advance(endsAfter - renewsAfter + hour - 1)
        assert.equal(await read(), 'one')
        house.world.advance(1)
        assert.equal(await read(), undefined)
        house.world.advance(30 * second)
        answers('two')
        assert.equal(await read(), 'two')
      })
    }

    /** The next answer is held back until `hung` is resolved; `asked` is resolved when it is asked for. */
    const hangsWith = (text: string) => {
      const [asked, hung] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      server.answer = (response) => {
        asked.resolve()
        void hung.promise.then(() => response.end(text))
      }
      return { asked, hung }
    }

    test('one that is over is not used while it is being read', async () => {
      answers('one', 'max-age=300')
      await read()
      house.world.advance(5 * minute)
      const { asked, hung } = hangsWith('two')
      const first = read()
      await asked.promise
      const second = read()
      hung.resolve()
      assert.deepEqual(await Promise.all([first, second]), ['two', 'two'])
    })

    test('one that is in its last minute is used while it is being read', async () => {
      answers('one', 'max-age=300')
      await read()
      house.world.advance(4 * minute)
      const { asked, hung } = hangsWith('two')
      const first = read()
      await asked.promise
      assert.equal(await read(), 'one')
      hung.resolve()
      assert.equal(await first, 'two')
    })

    for (const [name, body] of [
      ['bytes that are no UTF-8', Buffer.from('{"x":"\u00ff"}', 'latin1')],
      ['a NUL', '{"x":"\0"}'],
    ] as const) {
      test(`one with ${name} is none`, async () => {
        answers(body)
        assert.equal(await read(), undefined)
        assert.match(house.log.lines.at(-1) ?? '', /client_document_failed .*not_utf8/)
      })
    }

    test('one that lacks something is read again, and not twice within the pause', async () => {
      answers('one')
      await read()
      const begun = server.asked
      const lacking = () => read({ isEnough: ({ body }) => body !== 'one' })
      answers('two')
      house.world.advance(30 * second - 1)
      assert.deepEqual([await lacking(), server.asked - begun], ['one', 0])
      house.world.advance(1)
      assert.deepEqual([await lacking(), server.asked - begun], ['two', 1])
    })

    test('a new address is not read while there are as many as may be, and a known one is', async () => {
      const [row] = await house.app.db.query<{ count: number }>(
        'SELECT COUNT(*) AS count FROM client_documents',
      )
      const most = Number(row?.count) + 1
      answers('one')
      assert.equal(await read({ most }), 'one')
      const known = url
      url = `${server.url}/more`
      const begun = server.asked
      assert.deepEqual([await read({ most }), server.asked - begun], [undefined, 0])
      assert.equal(house.log.lines.at(-1), `client_documents_full ${JSON.stringify({ most })}`)
      house.world.advance(10 * minute)
      url = known
      assert.deepEqual([await read({ most }), server.asked - begun], ['one', 1])
    })

    test('there are two thousand of them at most', async () => {
      const standing = await house.app.db.query('SELECT url FROM client_documents')
      const rows = Array.from({ length: 1_999 - standing.length }, (_, at) => `('of ${at}', 1, 1, 0, 0)`)
      await house.app.db.transaction((tx) =>
        tx.query(
          `INSERT INTO client_documents (url, reads, tried_at, fresh_until, usable_until) VALUES ${rows.join()}`,
        ),
      )
      answers('one')
      assert.equal(await read(), 'one')
      url = `${server.url}/more`
      assert.equal(await read(), undefined)
      await documents.job.run(new AbortController().signal)
      assert.equal(await read(), 'one')
    })

    test('what nobody has asked for in a day is forgotten', async () => {
      answers('one')
      await read()
      const isKept = async () => {
        await documents.job.run(new AbortController().signal)
        return (await house.app.db.query('SELECT url FROM client_documents WHERE url = $1', url)).length === 1
      }
      house.world.advance(day - 1)
      assert.equal(await isKept(), true)
      house.world.advance(1)
      assert.equal(await isKept(), false)
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
