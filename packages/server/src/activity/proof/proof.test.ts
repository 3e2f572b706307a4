import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { alteredReceipts } from '../../../test/altered-receipts.ts'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { home } from '../../../test/home.ts'
import { beforeTransaction } from '../../../test/meanwhile.ts'
import { eventually, openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { scheduleDeletion } from '../../accounts/deletion/deletion.ts'
import { operator } from '../../identity.ts'
import { archiveUntil } from '../archive/archive.ts'
import { findEvents } from '../archive/reading.ts'
import { dayMs } from '../archive/retention.ts'
import { device } from '../events.ts'
import { signedCheckpoint } from './checkpoints.ts'
import { hashOfName } from './entry.ts'
import { createForgetJob } from './forget.ts'
import { emptyRoot } from './merkle.ts'
import { parseVerifierKey } from './notes.ts'
import { ReceiptError, verifyReceipt } from './receipts.ts'
import { findCheckpoints, findTree } from './store.ts'
import { type Finding, type Verified, verifyLog } from './verify.ts'

// The keys of names that are stored are found by it.
test('a name is hashed as it has always been', () => {
  assert.equal(hashOfName('usr_1'), 'Fjrwdj4jNE1EHLNt8PtVJI')
})

for (const engine of engines) {
  describe(`the proof of the log on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('root', 'administrator')
    })
    after(() => house.close())

    const proof = () => house.app.proof.ground
    const fill = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await house.app.activity.recordAlone(
          { subject: admin.id, subjectKind: 'user' },
          'device.state',
          device(`dev ${i}`),
        )
      }
    }
    const keys = async () => (await proof().signers.vkeys()).map(parseVerifierKey)
    const verified = async (kept: readonly string[] = []) =>
      verifyLog({ db: house.app.db, subjects: proof().subjects, keys: await keys(), kept })
    const newest = async () => (await findCheckpoints(house.app.db, Number.MAX_SAFE_INTEGER, 1))[0]!
    /** Run the work in a transaction that is undone, as whoever has the database could. */
    const tampered = async (statements: readonly string[], kept: readonly string[] = []) =>
      (await verifiedAfter(statements, kept)).findings
    const verifiedAfter = async (statements: readonly string[], kept: readonly string[] = []) => {
      let found: Verified | undefined
      const undo = new Error('undone')
      await house.app.db
        .transaction(async (tx) => {
          for (const sql of statements) await tx.query(sql)
          found = await verifyLog({ db: tx, subjects: proof().subjects, keys: await keysOnce, kept })
          throw undo
        })
        .catch((error: unknown) => assert.equal(error, undo))
      return found ?? assert.fail()
    }
    let keysOnce: ReturnType<typeof keys>

    test('events get their places in the order of commits, and the log verifies', async () => {
      await fill(600)
      const size = await proof().sequencer.settle()
      const made = await proof().checkpoints.make()
      assert.equal(made?.size, size)
      const rows = await house.app.db.query<{ seq: number }>('SELECT seq FROM activity ORDER BY seq')
      assert.deepEqual(
        rows.map(({ seq }) => seq),
        Array.from({ length: size }, (_, i) => i),
      )
      const { findings, events, checkpoints } = await verified([made!.note])
      assert.deepEqual([findings, events, checkpoints], [[], size, 2])
      keysOnce = keys()
      await keysOnce
    })

    test('two processes add to one tree without a gap', async () => {
      const beside = await openBeside(house)
      const write = (app: typeof beside, name: string) =>
        Promise.all(
          Array.from({ length: 100 }, async (_, i) => {
            await app.activity.recordAlone({}, 'device.state', device(`${name} ${i}`))
            if (i % 10 === 0) await app.proof.ground.sequencer.settle()
          }),
        )
      await Promise.all([write(house.app, 'here'), write(beside, 'beside')])
      const [size, other] = await Promise.all(
        [house.app, beside].map((app) => app.proof.ground.sequencer.settle()),
      )
      assert.equal(size, other)
      await Promise.all([house.app, beside].map((app) => app.proof.ground.checkpoints.make()))
      const [count] = await house.app.db.query<{ n: number }>(
        'SELECT COUNT(*) AS n, MAX(seq) AS last FROM activity',
      )
      assert.equal(Number(count?.n), size)
      assert.deepEqual((await verified()).findings, [])
      await beside.stop()
    })

    const at = 'SELECT id FROM activity WHERE seq = 300'
    const manipulations = {
      'an event with another outcome': [`UPDATE activity SET outcome = 'refused' WHERE seq = 300`],
      'an event with another time': ['UPDATE activity SET at = at + 1 WHERE seq = 300'],
      'an event of somebody else': [`UPDATE activity SET subject = 'usr_other' WHERE seq = 300`],
      'an event of nobody': ['UPDATE activity SET subject = NULL WHERE seq = 300'],
      'an event from elsewhere': [`UPDATE activity SET address = '203.0.113.9' WHERE seq = 300`],
      'an event about something else': [`UPDATE activity SET target = 'dev other' WHERE seq = 300`],
      'an event with other details': [`UPDATE activity SET details = '{}' WHERE seq = 300`],
      'an event that says it was forgotten': [
        `UPDATE activity SET subject = NULL, who_proof = '1:${'A'.repeat(43)}' WHERE seq = 300`,
      ],
    }
    for (const [name, statements] of Object.entries(manipulations)) {
      test(`${name} is found and named`, async () => {
        const [row] = await house.app.db.query<{ id: string }>(at)
        const found = await tampered(statements)
        const named = found.filter(({ event }) => event === row?.id)
        assert.ok(
          named.some(({ kind, from }) => kind === 'event_changed' && from === 300),
          JSON.stringify(found),
        )
        assert.ok(found.some(({ kind }) => kind === 'checkpoint_disagrees'))
      })
    }

    const others: Record<string, { statements: readonly string[]; kind: Finding['kind']; from: number }> = {
      'an event that was removed': {
        statements: ['DELETE FROM activity WHERE seq = 300'],
        kind: 'event_missing',
        from: 300,
      },
      'two events that changed places': {
        statements: [
          'UPDATE activity SET seq = 1000000 WHERE seq = 300',
          'UPDATE activity SET seq = 300 WHERE seq = 301',
          'UPDATE activity SET seq = 301 WHERE seq = 1000000',
        ],
        kind: 'event_moved',
        from: 300,
      },
      'an event behind the end': {
        statements: [
          `INSERT INTO activity (id, at, event, outcome, seq) VALUES ('evt_added', 1, 'device.state', 'success', 900000)`,
        ],
        kind: 'event_not_in_tree',
        from: 900000,
      },
      'a tile that was changed': {
        statements: [
          `UPDATE activity_tiles SET hashes = CASE SUBSTR(hashes, 1, 1) WHEN 'A' THEN 'B' ELSE 'A' END || SUBSTR(hashes, 2) WHERE level = 0 AND n = 1`,
        ],
        kind: 'tree_damaged',
        from: 256,
      },
      'a tile that was removed': {
        statements: ['DELETE FROM activity_tiles WHERE level = 0 AND n = 1'],
        kind: 'tree_damaged',
        from: 256,
      },
    }
    for (const [name, { statements, kind, from }] of Object.entries(others)) {
      test(`${name} is found and named`, async () => {
        const found = await tampered(statements)
        assert.ok(
          found.some((one) => one.kind === kind && one.from === from),
          JSON.stringify(found.slice(0, 5)),
        )
      })
    }

    test('newest events that were cut off are found by a checkpoint of this database', async () => {
      const { size } = await newest()
      const found = await tampered([
        `DELETE FROM activity WHERE seq >= ${size - 10}`,
        `UPDATE activity_tree SET size = ${size - 10}`,
      ])
      assert.ok(
        found.some(({ kind, from, to }) => kind === 'log_truncated' && from === size - 10 && to === size - 1),
      )
    })

    test('and by one that was kept, where those of the database were cut off as well', async () => {
      const { size, note } = await newest()
      const statements = [
        `DELETE FROM activity WHERE seq >= ${size - 10}`,
        `DELETE FROM activity_checkpoints WHERE size > ${size - 10}`,
        `UPDATE activity_tree SET size = ${size - 10}`,
      ]
      assert.deepEqual(
        (await tampered(statements)).filter(({ kind }) => kind === 'log_truncated'),
        [],
      )
      const found = await tampered(statements, [note])
      assert.ok(found.some(({ kind }) => kind === 'log_truncated'))
    })

    test('of more checkpoints than are read at once, each is compared once', async () => {
      const { size } = await newest()
      const { checkpoints } = await verified()
      const signer = await proof().signers.current()
      const rows = Array.from({ length: 1_100 }, (_, at) => {
        const head = { size: size + 1 + at, root: emptyRoot }
        return `(${head.size}, 0, '${signedCheckpoint(signer, head, 0)}')`
      })
      const found = await verifiedAfter([
        `INSERT INTO activity_checkpoints (size, at, note) VALUES ${rows.join(', ')}`,
      ])
      assert.equal(found.checkpoints, checkpoints + rows.length)
    })

    test('what a checkpoint disagrees about begins behind the last one that agrees', async () => {
      const sizes = (
        await house.app.db.query<{ size: number }>('SELECT size FROM activity_checkpoints ORDER BY size')
      ).map((row) => row.size)
      const [good, next] = sizes.slice(-2) as [number, number] // there are two at least
      const found = await tampered([`UPDATE activity SET outcome = 'refused' WHERE seq = ${next - 1}`])
      const disagrees = found.filter(({ kind }) => kind === 'checkpoint_disagrees')
      assert.deepEqual(
        disagrees.map(({ from, to }) => [from, to]),
        [[good, next - 1]],
      )
    })

    test('a checkpoint that no key of the log has signed is told of', async () => {
      const { note } = await newest()
      const found = await verified([note.replace(/\n\d+\n/, '\n7\n'), 'nonsense'])
      assert.deepEqual(
        found.findings.map(({ kind, from, to }) => [kind, from, to]),
        [
          ['checkpoint_unsigned', 0, 6],
          ['checkpoint_unsigned', 0, 0],
        ],
      )
    })

    describe('receipts', () => {
      let eventId: string
      let text: string
      before(async () => {
        const { items } = (await house.call('GET', '/v1/activity?event=user.sign_in', { token: admin.token }))
          .body
        eventId = items[0]!.id
        text = JSON.stringify(
          (await house.call('GET', `/v1/activity/${eventId}/receipt`, { token: admin.token })).body,
        )
      })

      test('prove an event without the server', async () => {
        const proven = verifyReceipt(text, { keys: await keys() })
        assert.deepEqual(proven.event.slice(0, 4), [eventId, house.world.now(), 'user.sign_in', 'success'])
        assert.deepEqual(proven.disclosed.who, { subject: admin.id })
        assert.equal(proven.origin, `${new URL(house.app.config.issuer).host}/activity`)
      })

      test('disclose to each what they may know', async () => {
        const ada = await house.signedIn('ada')
        const own = (await house.call('GET', '/v1/me/activity', { token: ada.token })).body.items[0]!
        const ask = async (token: string, id: string) => {
          const { status, body } = await house.call('GET', `/v1/activity/${id}/receipt`, { token })
          return status === 200 ? Object.keys(body.disclosed as object) : status
        }
        assert.deepEqual(await ask(ada.token, own.id), ['who', 'place', 'whom'])
        assert.equal(await ask(ada.token, eventId), 404)
        assert.equal(await ask(ada.token, 'evt_none'), 404)
        const about = await house.app.activity.recordAlone(
          { subject: admin.id, subjectKind: 'user', client: { address: '203.0.113.9' } },
          'user.update',
          { id: ada.id, kind: 'user' },
        )
        assert.deepEqual(await ask(ada.token, about), ['who', 'whom'])
        const ben = await house.signedIn('ben')
        assert.equal(await ask(ben.token, about), 404)
      })

      test('disclose to the owner of a device who did what to it in their time, and not from where', async (t) => {
        const house = await home(t, engine)
        const [ada, ben] = [await house.signedIn('ada'), await house.signedIn('ben')]
        const { uid, ...rest } = await house.lamp()
        const about = (target: Parameters<typeof house.app.activity.recordAlone>[2]) =>
          house.app.activity.recordAlone(
            { subject: house.admin.id, subjectKind: 'user', client: { address: '203.0.113.9' } },
            'device.state',
            target,
          )
        const ask = async ({ token }: SignedIn, id: string) => {
          const { status, body } = await house.call('GET', `/v1/activity/${id}/receipt`, { token })
          return status === 200 ? Object.keys(body.disclosed as object) : status
        }
        const before = await about(device(uid))
        house.world.advance(1)
        await house.claim(ada, { uid, ...rest })
        const body = { username: 'ben', relation: 'viewer' }
        assert.equal(
          (await house.call('POST', `/v1/devices/${uid}/shares`, { token: ada.token, body })).status,
          201,
        )
        const since = await about(device(uid))
        const ofSameName = await about({ id: uid, kind: 'service' })
        const other = await about(device('another'))
        assert.deepEqual(await ask(ada, since), ['who', 'whom'])
        assert.equal(await ask(ben, since), 404)
        for (const event of [before, ofSameName, other]) assert.equal(await ask(ada, event), 404)
      })

      for (const [name, alter] of Object.entries(alteredReceipts)) {
        test(`are refused that were altered: ${name}`, async () => {
          const given = alter(text)
          assert.notEqual(given, text)
          assert.throws(() => verifyReceipt(given, { keys: keysNow }), ReceiptError)
        })
      }
      let keysNow: Awaited<ReturnType<typeof keys>>
      before(async () => {
        keysNow = await keys()
      })

      test('are refused without a key of the log', () => {
        assert.throws(() => verifyReceipt(text, { keys: [] }), ReceiptError)
      })
    })

    test('who is deleted is forgotten, and the log verifies', async () => {
      const cleo = await house.signedIn('cleo')
      await house.app.activity.recordAlone(
        { subject: admin.id, subjectKind: 'user', client: { address: '198.51.100.7' } },
        'user.update',
        { id: cleo.id, kind: 'user' },
        { details: { username: 'cleo' } },
      )
      await proof().sequencer.settle()
      await scheduleDeletion(house.app, operator, cleo.id, 0)
      await house.app.jobs.runNow(60_000)
      const rows = JSON.stringify(await house.app.db.query('SELECT * FROM activity'))
      assert.ok(!rows.includes(cleo.id) && !rows.includes('cleo'))
      assert.ok(rows.includes(admin.id) && rows.includes('198.51.100.7'))
      assert.deepEqual((await verified()).findings, [])
      // What is told of them afterwards is forgotten at once.
      await house.app.activity.recordAlone({ subject: cleo.id, subjectKind: 'user' }, 'session.end')
      await proof().sequencer.settle()
      const later = JSON.stringify(await house.app.db.query('SELECT * FROM activity'))
      assert.ok(!later.includes(cleo.id))
      assert.deepEqual((await verified()).findings, [])
    })

    test('who is held is not forgotten before the hold is over', async () => {
      const dora = await house.signedIn('dora')
      const hold = {
        subject: dora.id,
        reason: 'case 7',
        ends_at: new Date(house.world.now() + 3_600_000).toISOString(),
      }
      assert.equal(
        (await house.call('POST', '/v1/activity/holds', { token: admin.token, body: hold })).status,
        201,
      )
      await scheduleDeletion(house.app, operator, dora.id, 0)
      await house.app.jobs.runNow(60_000)
      const told = async () =>
        (await house.app.db.query('SELECT id FROM activity WHERE subject = $1 OR target = $1', dora.id))
          .length
      assert.ok((await told()) > 0)
      house.world.advance(3_600_001)
      await house.app.jobs.runNow(60_000)
      assert.equal(await told(), 0)
      assert.deepEqual((await verified()).findings, [])
    })

    test('the newest checkpoint is for everybody, and each is added to a file', async (t) => {
      const directory = mkdtempSync(join(tmpdir(), 'latchkey-checkpoints-'))
      t.after(() => rmSync(directory, { recursive: true }))
      const file = join(directory, 'kept')
      const other = await openTestApp(engine, { LATCHKEY_CHECKPOINT_FILE: file })
      t.after(() => other.close())
      const read = () => other.call('GET', '/tlog/checkpoint')
      assert.deepEqual([(await read()).status, (await read()).body.code], [404, 'checkpoint_not_found'])
      const notes: string[] = []
      for (let many = 0; many < 2; many++) {
        await other.app.activity.recordAlone({}, 'device.state', device(`dev ${many}`))
        const { note } = (await other.app.proof.ground.checkpoints.make()) ?? assert.fail()
        notes.push(`${note}\n`)
        await eventually(() => existsSync(file) && readFileSync(file, 'utf8') === notes.join(''))
        const { status, text } = await read()
        assert.deepEqual([status, text], [200, note])
      }
      assert.equal(statSync(file).mode & 0o777, 0o600)
      rmSync(file)
      mkdirSync(file)
      await other.app.activity.recordAlone({}, 'device.state', device('dev 3'))
      assert.ok(await other.app.proof.ground.checkpoints.make(), 'it is made all the same')
      await eventually(() => other.log.errors.length === 1)
    })

    describe('who is being forgotten, while', () => {
      const settle = () => proof().sequencer.settle()
      const run = () => createForgetJob(house.app, proof().subjects, settle).run(new AbortController().signal)
      const recordOf = (id: string) =>
        house.app.activity.recordAlone({ subject: id, subjectKind: 'user' }, 'session.end')
      const inTable = async (id: string) =>
        (await house.app.db.query('SELECT id FROM activity WHERE subject = $1', id)).length
      const forgets = async () => (await findTree(house.app.db)).forgets
      const isForgotten = async (id: string) =>
        (await proof().subjects.find(house.app.db, id))?.secret === undefined

      /** The transactions: two of their events in the table, the second of which finds none, and that of their key. */
      const rows: readonly {
        readonly name: string
        readonly before: number
        readonly meanwhile: (id: string) => Promise<unknown>
        /** How many events of them are left for the next run. */
        readonly left: number
      }[] = [
        { name: 'an event of theirs is stored first', before: 1, meanwhile: recordOf, left: 1 },
        { name: 'an event of theirs is stored last', before: 3, meanwhile: recordOf, left: 1 },
        {
          name: 'an event of theirs gets its place',
          before: 3,
          meanwhile: async (id) => {
            await recordOf(id)
            await settle()
          },
          left: 0,
        },
        {
          name: 'an event of theirs is moved to the archive',
          before: 3,
          meanwhile: async (id) => {
            await recordOf(id)
            await settle()
            house.world.advance(2 * dayMs)
            await archiveUntil(house.app, house.world.now())
          },
          left: 0,
        },
        { name: 'another process forgets them first', before: 1, meanwhile: run, left: 0 },
        { name: 'another process forgets them last', before: 3, meanwhile: run, left: 0 },
      ]
      for (const [at, { name, before: nth, meanwhile, left }] of rows.entries()) {
        test(name, async (t) => {
          const id = `usr_forgotten_${at}`
          for (let many = 0; many < 3; many++) await recordOf(id)
          await settle()
          await house.app.db.transaction((tx) => house.app.proof.forget(tx, [id]))
          await settle()
          const known = await forgets()
          const happened = beforeTransaction(t, house, nth, () => meanwhile(id))
          await run()
          assert.ok(happened())
          assert.deepEqual([await inTable(id), await isForgotten(id)], [left, left === 0])
          await run()
          assert.deepEqual([await inTable(id), await isForgotten(id)], [0, true])
          assert.equal(await forgets(), known + 1)
          assert.deepEqual(await findEvents(house.app.db, { subject: id }, 9), [])
          assert.deepEqual((await verified()).findings, [])
        })
      }
    })

    test('what was forgotten without a record is told of', async () => {
      const found = await tampered([`UPDATE activity_subjects SET forgotten_at = NULL`])
      assert.ok(found.some(({ kind }) => kind === 'forgotten_without_record'))
    })
  })
}
