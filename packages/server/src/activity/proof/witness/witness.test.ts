import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, mock, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../../test/app.ts'
import { openBeside } from '../../../../test/second-app.ts'
import { engines } from '../../../../test/storages.ts'
import { type HttpListener, listenHttp } from '../../../http/listener.ts'
import { device } from '../../events.ts'
import { checkpointText, parseCheckpoint } from '../checkpoint.ts'
import { signedCheckpoint } from '../checkpoints.ts'
import { consistencyProof, emptyRoot, rootOf } from '../merkle.ts'
import { noteSigner, parseNote, parseVerifierKey, verifyNote } from '../notes.ts'
import { verifyReceipt } from '../receipts.ts'
import { findCheckpoints } from '../store.ts'
import { openNodes } from '../tiles.ts'
import { verifyLog } from '../verify.ts'
import { createWitnessJob } from './witnesses.ts'

const otherKey = 'MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF'

for (const engine of engines) {
  describe(`a witness of the log on ${engine}`, () => {
    /** The log, which is also the witness of others. */
    let house: TestApp
    let admin: SignedIn
    /** Its witness. */
    let other: TestApp
    let listener: HttpListener
    /** The log again, as a process that knows its witness. */
    let log: Awaited<ReturnType<typeof openBeside>>
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('root', 'administrator')
      const { verifier } = await house.app.proof.ground.signers.current()
      other = await openTestApp('sqlite', { LATCHKEY_WITNESS_FOR: verifier.vkey })
      listener = await listenHttp(other.app.edge, '127.0.0.1', 0, { places: other.app.places.http })
      const key = (await other.app.proof.ground.cosigners.current()).verifier.vkey
      const witnesses = [{ url: `http://127.0.0.1:${listener.port}/tlog`, key }]
      log = await openBeside({ ...house, app: { ...house.app, config: { ...house.app.config, witnesses } } })
    })
    after(async () => {
      await log.stop()
      await listener.stop(0)
      await other.close()
      await house.close()
    })

    const fill = async (count: number) => {
      for (let i = 0; i < count; i++)
        await house.app.activity.recordAlone({}, 'device.state', device(`dev ${i}`))
    }
    const runJob = async () => {
      await log.proof.ground.checkpoints.make()
      await log.jobs.runNow(10_000)
    }
    const newest = async () => (await findCheckpoints(house.app.db, Number.MAX_SAFE_INTEGER, 1))[0]!
    const state = async () => {
      const headers = { authorization: `Bearer ${admin.token}` }
      const answer = await log.edge.request('/v1/activity/proof', { headers })
      return (await answer.json()) as { witnesses: { size: number; last_error: string | null }[] }
    }
    const witnessKey = () => log.proof.ground.witnesses[0]!.key

    test('signs each checkpoint of a log that only grows', async () => {
      for (const count of [3, 300, 1, 257]) {
        await fill(count)
        const asked = mock.method(globalThis, 'fetch')
        await runJob()
        asked.mock.restore()
        // Once: it is known here what the witness has seen.
        assert.equal(asked.mock.callCount(), 1)
        const { note, size } = await newest()
        assert.equal(verifyNote(parseNote(note), witnessKey()), 'signed')
        const { witnesses } = await state()
        assert.deepEqual(
          witnesses.map(({ size, last_error }) => [size, last_error]),
          [[size, null]],
        )
        const answer = await other.app.edge.request(
          `/tlog/witnessed?origin=${encodeURIComponent(note.split('\n')[0]!)}`,
        )
        assert.equal(parseNote(await answer.text()).text, parseNote(note).text)
      }
    })

    test('is not asked again for what it has signed, unless nobody knows here that it has', async () => {
      assert.equal(await log.proof.ground.checkpoints.make(), undefined)
      const calls = async () => {
        const asked = mock.method(globalThis, 'fetch')
        await log.jobs.runNow(10_000)
        asked.mock.restore()
        return asked.mock.callCount()
      }
      assert.equal(await calls(), 0)
      await house.app.db.transaction((tx) => tx.query('DELETE FROM activity_witnesses'))
      // It says how much it has signed, and then that it has signed that.
      assert.equal(await calls(), 2)
      const { size } = await newest()
      assert.deepEqual(
        (await state()).witnesses.map((one) => [one.size, one.last_error]),
        [[size, null]],
      )
    })

    test('that has signed a newer one of another process meanwhile does not disagree', async () => {
      await fill(1)
      await log.proof.ground.checkpoints.make()
      const { fetch } = globalThis
      const job = createWitnessJob(log, log.proof.ground.witnesses)
      const run = () => job.run(new AbortController().signal)
      let isFirst = true
      const asked = mock.method(globalThis, 'fetch', async (...request: Parameters<typeof fetch>) => {
        if (isFirst) {
          isFirst = false
          await fill(1)
          await log.proof.ground.checkpoints.make()
          await run()
        }
        return fetch(...request)
      })
      await run()
      asked.mock.restore()
      const { size } = await newest()
      assert.deepEqual(
        (await state()).witnesses.map((one) => [one.size, one.last_error]),
        [[size, null]],
      )
      assert.deepEqual(await house.app.db.query(`SELECT id FROM activity WHERE event = 'log.witness'`), [])
    })

    for (const [status, body, says] of [
      [500, '', /answered 500/],
      [409, 'not a size', /answered 409/],
      [409, '0\n', /changes what it has signed/],
    ] as const) {
      test(`an answer of ${status} ${JSON.stringify(body)} is told as ${says}, and is no alarm`, async () => {
        const server = createServer((_, response) => response.writeHead(status).end(body))
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        await createWitnessJob(log, [{ url, key: witnessKey() }]).run(new AbortController().signal)
        server.close()
        const { db } = house.app
        const [row] = await db.query<{ last_error: string; size: number; told_at: number | null }>(
          'SELECT last_error, size, told_at FROM activity_witnesses WHERE url = $1',
          url,
        )
        assert.match(row?.last_error ?? '', says)
        assert.deepEqual([row?.size, row?.told_at], [0, null])
        assert.deepEqual(await db.query(`SELECT id FROM activity WHERE event = 'log.witness'`), [])
        await db.transaction((tx) => tx.query('DELETE FROM activity_witnesses WHERE url = $1', url))
      })
    }

    for (const [length, says] of [
      [32_768, /no signature/],
      [32_769, /more than 32768 bytes/],
    ] as const) {
      test(`an answer of ${length} bytes is told as ${says}`, async () => {
        const server = createServer((_, response) => response.end('x'.repeat(length)))
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        await createWitnessJob(log, [{ url, key: witnessKey() }]).run(new AbortController().signal)
        server.close()
        const [row] = await house.app.db.query<{ last_error: string }>(
          'SELECT last_error FROM activity_witnesses WHERE url = $1',
          url,
        )
        assert.match(row?.last_error ?? '', says)
        await house.app.db.transaction((tx) => tx.query('DELETE FROM activity_witnesses WHERE url = $1', url))
      })
    }

    test('a receipt has its signature, and is refused without where it is asked for', async () => {
      const { items } = (await house.call('GET', '/v1/activity?event=user.sign_in', { token: admin.token }))
        .body
      const path = `/v1/activity/${items[0]!.id}/receipt`
      const receipt = JSON.stringify((await house.call('GET', path, { token: admin.token })).body)
      const keys = (await house.app.proof.ground.signers.vkeys()).map(parseVerifierKey)
      assert.deepEqual(verifyReceipt(receipt, { keys, witnesses: [witnessKey()] }).witnesses, [
        witnessKey().name,
      ])
      const stranger = noteSigner('x/witness', otherKey, 'cosignature').verifier
      assert.throws(() => verifyReceipt(receipt, { keys, witnesses: [stranger] }), /has not signed/)
    })

    test('a receipt is under a checkpoint that it has signed, though a newer one waits for it', async () => {
      const { items } = (await house.call('GET', '/v1/activity?event=user.sign_in', { token: admin.token }))
        .body
      await fill(2)
      const newer = await log.proof.ground.checkpoints.make()
      assert.equal(verifyNote(parseNote(newer!.note), witnessKey()), 'absent')
      const path = `/v1/activity/${items[0]!.id}/receipt`
      const receipt = JSON.stringify((await house.call('GET', path, { token: admin.token })).body)
      const keys = (await house.app.proof.ground.signers.vkeys()).map(parseVerifierKey)
      assert.ok(verifyReceipt(receipt, { keys, witnesses: [witnessKey()] }).size < newer!.size)
      await runJob()
    })

    test('two witnesses sign one checkpoint, and each signature is kept', async () => {
      const third = await openTestApp('sqlite', { LATCHKEY_WITNESS_FOR: (await logKey()).vkey })
      const place = await listenHttp(third.app.edge, '127.0.0.1', 0, { places: third.app.places.http })
      const key = (await third.app.proof.ground.cosigners.current()).verifier
      const witnesses = [
        ...log.config.witnesses,
        { url: `http://127.0.0.1:${place.port}/tlog`, key: key.vkey },
      ]
      const config = { ...house.app.config, witnesses }
      const processes = await Promise.all(
        [1, 2].map(() => openBeside({ ...house, app: { ...house.app, config } })),
      )
      try {
        await fill(3)
        await processes[0]?.proof.ground.checkpoints.make()
        await Promise.all(processes.map((process) => process.jobs.runNow(10_000)))
        const { signatures } = parseNote((await newest()).note)
        assert.deepEqual(
          signatures.map(({ id }) => id.toString('hex')).sort(),
          [(await logKey()).id, witnessKey().id, key.id].map((id) => id.toString('hex')).sort(),
        )
      } finally {
        for (const process of processes) await process.stop()
        await place.stop(0)
        await third.close()
      }
    })

    const logKey = async () => (await house.app.proof.ground.signers.current()).verifier

    test('of any number of checkpoints at once one is signed', async () => {
      await fill(5)
      const { size: old } = await newest()
      const made = await log.proof.ground.checkpoints.make()
      const nodes = await openNodes(house.app.db, [old, made!.size])
      const lines = consistencyProof(nodes, old, made!.size).map((hash) => `${hash.toString('base64')}\n`)
      const request = `old ${old}\n${lines.join('')}\n${made!.note}`
      const answers = await Promise.all(Array.from({ length: 64 }, () => add(request)))
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
      assert.ok(
        answers.every(({ status, text }) => status === 200 || (status === 409 && text === `${made!.size}\n`)),
      )
    })

    const add = async (body: string) => {
      const answer = await other.app.edge.request('/tlog/add-checkpoint', { method: 'POST', body })
      return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') }
    }

    test('refuses what the standard has it refuse', async () => {
      const { note, size } = await newest()
      const signer = await house.app.proof.ground.signers.current()
      const root = rootOf(await openNodes(house.app.db, [size]), size)
      const larger = signedCheckpoint(signer, { size: size + 1, root }, 0)
      const origin = signer.verifier.name
      const stranger = noteSigner(origin, otherKey, 'note')
      const zero = `${emptyRoot.toString('base64')}\n`
      const rows: [name: string, request: string, status: number][] = [
        ['no old size', `\n${note}`, 400],
        ['an old size that is none', `old 01\n\n${note}`, 400],
        ['no checkpoint', `old ${size}\n\nhello\n`, 400],
        ['a proof that is none', `old ${size}\nAAAA\n\n${note}`, 400],
        ['too many lines of proof', `old ${size}\n${zero.repeat(64)}\n${note}`, 400],
        ['as many lines of proof as there may be', `old ${size}\n${zero.repeat(63)}\n${larger}`, 422],
        ['an old size that is larger', `old ${size + 1}\n\n${note}`, 400],
        ['nothing', '', 400],
        ['a log that it does not know', `old 0\n\n${note.replaceAll(origin, 'other.example')}`, 404],
        ['a log that has not signed', `old ${size}\n\n${signedCheckpoint(stranger, { size, root }, 0)}`, 403],
        [
          'a signature that is wrong',
          `old ${size}\n\n${note.replace(`\n${size}\n`, `\n${size + 9}\n`)}`,
          403,
        ],
        ['an old size that is not the last', `old 1\n\n${note}`, 409],
        ['a log that is another', `old ${size}\n${zero}\n${larger}`, 422],
        [
          'a log of the same size with another root',
          `old ${size}\n\n${signedCheckpoint(signer, { size, root: emptyRoot }, 0)}`,
          422,
        ],
      ]
      for (const [name, request, status] of rows) assert.equal((await add(request)).status, status, name)
      const { text, type } = await add(`old 1\n\n${note}`)
      assert.deepEqual([text, type], [`${size}\n`, 'text/x.tlog.size'])
      assert.equal((await add(`old ${size}\n\n${note}`)).status, 200)
      assert.equal((await add('x'.repeat(70_000))).status, 413)
      const told = await other.app.db.query<{ reason: string; outcome: string }>(
        `SELECT DISTINCT outcome, reason FROM activity WHERE event = 'log.witness' ORDER BY reason`,
      )
      assert.deepEqual(told, [
        { outcome: 'alarm', reason: 'log_inconsistent' },
        { outcome: 'refused', reason: 'signature_invalid' },
      ])
      assert.equal(checkpointText(origin, { size, root }), parseNote(note).text)
    })

    test('a log that was made anew with all its keys is found out by its witness', async () => {
      await fill(1)
      await runJob()
      const kept = (await newest()).note
      const { db } = house.app
      await db.transaction(async (tx) => {
        await tx.query(`UPDATE activity SET outcome = 'refused' WHERE seq = 3`)
        await tx.query('UPDATE activity SET seq = NULL')
        await tx.query('DELETE FROM activity_tiles')
        await tx.query('DELETE FROM activity_checkpoints')
        await tx.query('UPDATE activity_tree SET size = 0')
      })
      await fill(2)
      await house.app.proof.ground.checkpoints.make()
      const { subjects, signers } = house.app.proof.ground
      const keys = (await signers.vkeys()).map(parseVerifierKey)
      const asked = { db, subjects, keys }
      // With what this machine has, everything is right.
      assert.deepEqual((await verifyLog({ ...asked, kept: [] })).findings, [])
      const { findings } = await verifyLog({ ...asked, kept: [kept] })
      assert.deepEqual(
        findings.map(({ kind }) => kind),
        ['checkpoint_disagrees'],
      )
      await runJob()
      const [told] = (await state()).witnesses
      assert.match(told?.last_error ?? '', /another history/)
      // What it has signed stays known.
      assert.equal(told?.size, parseCheckpoint(kept).size)
      const [alarm] = await db.query<{ outcome: string }>(
        `SELECT outcome FROM activity WHERE event = 'log.witness' AND reason = 'witness_disagrees'`,
      )
      assert.equal(alarm?.outcome, 'alarm')
    })

    test('a log that was cut off is found out as well', async () => {
      const { db } = house.app
      await db.transaction(async (tx) => {
        await tx.query('DELETE FROM activity WHERE seq > 20')
        await tx.query('UPDATE activity SET seq = NULL')
        await tx.query('DELETE FROM activity_tiles')
        await tx.query('DELETE FROM activity_checkpoints')
        await tx.query('DELETE FROM activity_witnesses')
        await tx.query('UPDATE activity_tree SET size = 0')
      })
      await runJob()
      assert.match(
        (await state()).witnesses[0]?.last_error ?? '',
        /has signed a log of \d+ events, and there are/,
      )
    })

    test('one that is away is asked again, and said to be away', async () => {
      await listener.stop(0)
      await fill(1)
      await runJob()
      assert.notEqual((await state()).witnesses[0]?.last_error, null)
      assert.equal(house.log.errors.length, 0)
    })
  })
}
