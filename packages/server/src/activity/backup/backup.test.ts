import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { openBucket } from '../../../test/bucket.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines, type Storage, temporaryStorage } from '../../../test/storages.ts'
import { scheduleDeletion } from '../../accounts/deletion/deletion.ts'
import type { Database } from '../../database/database.ts'
import { operator } from '../../identity.ts'
import { loadMasterKey } from '../../secrets/master-key.ts'
import { archiveUntil } from '../archive/archive.ts'
import { findPlaced } from '../archive/reading.ts'
import { dayMs, dropExpired } from '../archive/retention.ts'
import { device } from '../events.ts'
import { createCheckpoints } from '../proof/checkpoints.ts'
import { liftHold, placeHold } from '../proof/holds.ts'
import { parseVerifierKey, signNote } from '../proof/notes.ts'
import { findCheckpoints, findHolds } from '../proof/store.ts'
import { createSubjects } from '../proof/subjects.ts'
import { verifyLog } from '../proof/verify.ts'
import { rowColumns } from '../store.ts'
import { backUp } from './backup.ts'
import { directoryPlace } from './directory.ts'
import { beginBackup, runBackup } from './make.ts'
import {
  hashOf,
  type ListedFile,
  type Manifest,
  manifestName,
  readList,
  readManifest,
  signManifest,
  writeList,
} from './manifest.ts'
import { packing } from './packing.ts'
import type { BackupPlace } from './place.ts'
import { restore } from './restore.ts'
import { s3Place } from './s3.ts'
import { findBackups } from './store.ts'

for (const engine of engines) {
  describe(`backups of the log on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let ada: SignedIn
    let directory: string
    const storages: Storage[] = []
    const open = packing([])
    before(async () => {
      directory = mkdtempSync(join(tmpdir(), 'latchkey-backup-'))
      house = await openTestApp(engine)
      admin = await house.signedIn('root', 'administrator')
      ada = await house.signedIn('ada')
      for (let day = 0; day < 3; day++) {
        await fill(200)
        house.world.advance(dayMs)
      }
      await settle()
      await archiveUntil(house.app, house.world.now() - dayMs)
      await dropExpired(house.app, { devices: 2 })
      await settle()
    })
    after(async () => {
      rmSync(directory, { recursive: true })
      for (const storage of storages) await storage.remove()
      await house.close()
    })

    const proof = () => house.app.proof.ground
    const ground = () => house.app.backups.ground
    const settle = () => proof().sequencer.settle()
    async function fill(count: number) {
      const targets = Array.from({ length: count }, (_, i) => device(`dev ${i % 5}`))
      const client = { address: `203.0.113.${count % 9}` }
      for (const [subject, name] of [
        [ada.id, 'device.state'],
        [admin.id, 'user.update'],
      ] as const) {
        const some = targets.splice(0, Math.ceil(count / 2))
        const who = { subject, subjectKind: 'user' as const, client }
        await house.app.db.transaction((tx) =>
          house.app.activity.recordEach(tx, who, name, some, { details: { n: count } }),
        )
      }
    }
    const placeAt = (name: string) => directoryPlace(join(directory, name))
    const vkeys = async () => [...(await proof().signers.vkeys())]
    async function emptyDatabase(): Promise<Database> {
      const storage = await temporaryStorage(engine, { migrated: true })
      storages.push(storage)
      return storage.open()
    }
    const work = (place: BackupPlace) => ({
      place,
      masterKey: house.app.masterKey,
      identities: [],
      vkeys: [],
    })
    const verified = async (db: Database) => {
      const subjects = createSubjects(house.app.masterKey, house.world)
      return verifyLog({ db, subjects, keys: (await vkeys()).map(parseVerifierKey), kept: [] })
    }
    const textOf = async (db: Database, size: number) =>
      (await findPlaced(db, 0, size))
        .filter(({ seq }) => seq! < size)
        .map((event) => JSON.stringify(event, [...rowColumns]))
        .join('\n')

    test('what is restored is every event as it was, and verifies', async () => {
      const place = placeAt('whole')
      const { size, wrong, files } = await backUp(proof(), { place, packing: open })
      assert.deepEqual([wrong, size], [[], await settle()])
      assert.ok(files >= 3)
      const db = await emptyDatabase()
      const progress: number[] = []
      const manifest = await restore(db, {
        ...work(place),
        vkeys: await vkeys(),
        onProgress: (done, of) => progress.push(done / of),
      })
      assert.deepEqual([manifest.size, progress.at(-1)], [size, 1])
      assert.equal(await textOf(db, size), await textOf(house.app.db, size))
      const { events, findings, checkpoints } = await verified(db)
      assert.deepEqual([findings, events], [[], size])
      assert.ok(checkpoints > 0)
    })

    test('who is held is held in what is restored, by whom and until when', async () => {
      const end = house.world.now() + dayMs
      await placeHold(house.app, operator, { subject: ada.id, reason: 'case 7', endsAt: undefined })
      await placeHold(house.app, operator, { subject: 'usr_gone', reason: 'case 8', endsAt: end })
      await house.app.db.transaction((tx) =>
        tx.query('UPDATE activity_holds SET placed_by = $2 WHERE subject = $1', 'usr_gone', admin.id),
      )
      await backUp(proof(), { place: placeAt('held'), packing: open })
      const db = await emptyDatabase()
      await restore(db, work(placeAt('held')))
      const kept = await findHolds(db, '', 9)
      assert.deepEqual(kept, await findHolds(house.app.db, '', 9))
      assert.deepEqual(
        kept.map(({ subject, placed_by, ends_at }) => [subject, placed_by, ends_at]).sort(),
        [
          [ada.id, null, null],
          ['usr_gone', admin.id, end],
        ].sort(),
      )
      for (const { subject } of kept) await liftHold(house.app, operator, subject)
    })

    test('what is there and cannot be read is not taken for missing', async () => {
      await placeAt('unreadable').put('events/one', Buffer.from('x'), { isLocked: false })
      await assert.rejects(placeAt('unreadable').get('events'), { code: 'EISDIR' })
      assert.equal(await placeAt('unreadable').get('other'), undefined)
    })

    for (const missing of ['accessKey', 'secretKey'] as const) {
      test(`a bucket without the ${missing} is refused before anything is written`, async () => {
        const keys = { accessKey: 'id', secretKey: 'not a secret', [missing]: undefined }
        const unset = { ...ground(), settings: { ...ground().settings, ...keys } }
        const known = (await findBackups(house.app.db, undefined, 9)).length
        await assert.rejects(runBackup(unset, operator, { to: 'https://bucket.example/logs' }), {
          code: 'request_invalid',
        })
        assert.equal((await findBackups(house.app.db, undefined, 9)).length, known)
      })
    }

    test('a log without an event is backed up as nothing', async (t) => {
      const storage = await temporaryStorage(engine, { migrated: true })
      t.after(() => storage.remove())
      const db = await storage.open()
      const sequencer = { ...proof().sequencer, settle: async () => 0 }
      const checkpoints = createCheckpoints(
        { ...house.app, db },
        { sequencer, signers: proof().signers, file: undefined },
      )
      const place = placeAt('empty')
      const backed = await backUp({ ...proof(), db, checkpoints }, { place, packing: open })
      assert.deepEqual(backed, { size: 0, files: 0, bytes: 0, wrong: [] })
      assert.equal(await place.get(manifestName), undefined)
    })

    test('a restored log is archived and dropped like any other', async () => {
      const db = await emptyDatabase()
      await restore(db, work(placeAt('whole')))
      const beside = { ...house.app, db }
      assert.ok((await archiveUntil(beside, house.world.now())) > 100)
      const { findings } = await verified(db)
      assert.deepEqual(findings, [])
    })

    test('a file that is not what was written is noticed at once', async () => {
      const place = placeAt('weak')
      const weak: BackupPlace = {
        ...place,
        put: (name, bytes, more) => place.put(name, bytes.subarray(1), more),
      }
      await assert.rejects(backUp(proof(), { place: weak, packing: open }), /is not what was written/)
    })

    test('a backup that is made while others write is whole', async () => {
      let isOver = false
      const writing = (async () => {
        while (!isOver) await fill(5)
      })()
      const place = placeAt('under load')
      const { size } = await backUp(proof(), { place, packing: open })
      isOver = true
      await writing
      const db = await emptyDatabase()
      assert.equal((await restore(db, work(place))).size, size)
      assert.deepEqual((await verified(db)).findings, [])
    })

    const firstOf = (at: (name: string) => string) => `events/${readdirSync(at('events')).sort()[0]}`
    const refused: Readonly<
      Record<string, { alter: (at: (name: string) => string) => void; error: RegExp }>
    > = {
      'an event file that was changed': {
        alter: (at) => appendFileSync(at(firstOf(at)), 'x'),
        error: /is not what was backed up/,
      },
      'an event file that is not there': {
        alter: (at) => rmSync(at(firstOf(at))),
        error: /is not there/,
      },
      'a list that was changed': {
        alter(at) {
          const [list] = readdirSync(at('lists'))
          appendFileSync(at(`lists/${list}`), '\n')
        },
        error: /is not the one that was signed/,
      },
      'a manifest that was changed': {
        alter: (at) =>
          writeFileSync(at('manifest'), readFileSync(at('manifest'), 'utf8').replace(/\n\d+\n/, '\n1\n')),
        error: /not signed/,
      },
      'a manifest that is none': { alter: (at) => writeFileSync(at('manifest'), 'x'), error: /signed note/ },
      'a backup without its manifest': { alter: (at) => rmSync(at('manifest')), error: /never finished/ },
      'a backup without its keys': { alter: (at) => rmSync(at('keys.ndjson.zst')), error: /no backup/ },
    }
    for (const [name, { alter, error }] of Object.entries(refused)) {
      test(`${name} is not restored`, async () => {
        const copy = `altered ${name.replaceAll(' ', '-')}`
        await backUp(proof(), { place: placeAt(copy), packing: open })
        alter((file) => join(directory, copy, file))
        await assert.rejects(restore(await emptyDatabase(), work(placeAt(copy))), error)
      })
    }

    const signedAnew = async (
      name: string,
      edit: (manifest: Manifest, files: ListedFile[]) => Partial<Manifest>,
    ) => {
      const place = placeAt(name)
      await backUp(proof(), { place, packing: open })
      const text = async (file: string) => Buffer.from((await place.get(file)) ?? assert.fail()).toString()
      const manifest = readManifest(await text(manifestName), (await vkeys()).map(parseVerifierKey))
      const files = readList(await text(manifest.list))
      const edited = { ...manifest, ...edit(manifest, files) }
      const list = writeList(files)
      await place.put(edited.list, Buffer.from(list), { isLocked: false })
      const note = signManifest(await proof().signers.current(), { ...edited, listHash: hashOf(list) })
      await place.put(manifestName, Buffer.from(note), { isLocked: false })
      return place
    }
    for (const { name, edit, error } of [
      {
        name: 'whose list has a wrong number of events',
        edit(_: Manifest, files: ListedFile[]) {
          files[0] = { ...files[0]!, events: files[0]!.events - 1 }
          return {}
        },
        error: /has not the events that it should have/,
      },
      {
        name: 'without what the log said of itself',
        edit(_: Manifest, files: ListedFile[]) {
          files.splice(
            files.findIndex((file) => file.name.startsWith('logs/')),
            1,
          )
          return {}
        },
        error: /has not what the log said of itself/,
      },
      {
        name: 'of another root',
        edit: () => ({ root: Buffer.alloc(32) }),
        error: /is not the log of which the backup tells/,
      },
      {
        name: 'of more events than it has',
        edit: ({ size }: Manifest) => ({ size: size + 1 }),
        error: /is not the log of which the backup tells/,
      },
    ]) {
      test(`a backup ${name} is not restored, though it is signed`, async () => {
        const place = await signedAnew(`signed anew ${name}`, edit)
        await assert.rejects(restore(await emptyDatabase(), work(place)), error)
      })
    }

    test('a note of the log that is no manifest is none', async () => {
      const place = placeAt('of another form')
      await backUp(proof(), { place, packing: open })
      const signer = await proof().signers.current()
      const [line] = await findCheckpoints(house.app.db, Number.MAX_SAFE_INTEGER, 1)
      for (const text of ['latchkey-backup-v2\nx\n1\n', `${line!.note.split('\n\n')[0]}\n`]) {
        const note = `${text}\n${signNote(signer, text, 0)}`
        await place.put(manifestName, Buffer.from(note), { isLocked: false })
        await assert.rejects(restore(await emptyDatabase(), work(place)), /of another form/)
      }
    })

    test('not with another master key, nor by the word of another key, nor into a log that is there', async () => {
      const place = placeAt('whole')
      const other = loadMasterKey(undefined, mkdtempSync(join(directory, 'other-')), house.world)
      await assert.rejects(
        restore(await emptyDatabase(), { ...work(place), masterKey: other }),
        /the master key is not/,
      )
      const stranger = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
      await assert.rejects(
        restore(await emptyDatabase(), { ...work(place), vkeys: [stranger] }),
        /not signed/,
      )
      await house.app.activity.recordAlone({}, 'server.start')
      await assert.rejects(restore(house.app.db, work(place)), /a log of its own/)
      await settle()
      await assert.rejects(restore(house.app.db, work(place)), /a log of its own|is not the log/)
    })

    test('who is forgotten cannot be read in a backup that was made before, once another was made', async () => {
      const place = placeAt('forgotten')
      await backUp(proof(), { place, packing: open })
      const db = await emptyDatabase()
      await restore(db, work(place))
      const size = await settle()
      assert.ok((await textOf(db, size)).includes(ada.id))
      await scheduleDeletion(house.app, operator, ada.id, 0)
      await house.app.jobs.runNow(60_000)
      await backUp(proof(), { place, packing: open })
      const later = await emptyDatabase()
      const manifest = await restore(later, work(place))
      assert.ok(!(await textOf(later, manifest.size)).includes(ada.id))
      assert.ok((await textOf(later, manifest.size)).includes(admin.id))
      assert.deepEqual((await verified(later)).findings, [])
    })

    test('an encrypted backup is restored by whoever has the key, and nobody else', async () => {
      const identity = await generateX25519Identity()
      const place = placeAt('encrypted')
      const sealed = packing([await identityToRecipient(identity)])
      const { size } = await backUp(proof(), { place, packing: sealed })
      const bytes = readFileSync(join(directory, 'encrypted', 'keys.ndjson.zst.age'))
      assert.equal(bytes.subarray(0, 21).toString(), 'age-encryption.org/v1')
      await assert.rejects(restore(await emptyDatabase(), work(place)), /is encrypted/)
      const others = [await generateX25519Identity()]
      await assert.rejects(restore(await emptyDatabase(), { ...work(place), identities: others }))
      const db = await emptyDatabase()
      assert.equal((await restore(db, { ...work(place), identities: [identity] })).size, size)
    })

    test('an event that was changed is told of, and backed up as it stands', async () => {
      const set = (outcome: string) =>
        house.app.db.transaction((tx) =>
          tx.query(
            `UPDATE activity SET outcome = $1 WHERE id = (SELECT MAX(id) FROM activity WHERE seq IS NOT NULL)`,
            outcome,
          ),
        )
      await set('failure')
      const to = join(directory, 'changed')
      const row = await runBackup(ground(), operator, { to })
      await set('success')
      assert.deepEqual([row.outcome, row.reason], ['failure', 'log_changed'])
      const [event] = await house.app.db.query<{ outcome: string; details: string }>(
        `SELECT * FROM activity WHERE event = 'log.backup' ORDER BY id DESC LIMIT 1`,
      )
      assert.equal(event?.outcome, 'failure')
      assert.match(String(event?.details), /"wrong_at":"\d+"/)
    })

    test('events that cannot be read are told of by their places, up to a hundred of them', async () => {
      const [from] = await house.app.db.query<{ place: number }>(
        'SELECT MAX(first) AS place FROM activity_segments',
      )
      const first = Number(from?.place)
      const damaging = async <T>(kind: string, read: () => Promise<T>) => {
        const set = (sha256: string) =>
          house.app.db.transaction((tx) =>
            tx.query(
              `UPDATE activity_segments SET sha256 = ${sha256} WHERE first = $1 AND kind IN (${kind})`,
              first,
            ),
          )
        await set(`'x' || sha256`)
        const given = await read()
        await set('SUBSTR(sha256, 2)')
        return given
      }
      const wrongIn = async (name: string) =>
        (await backUp(proof(), { place: placeAt(name), packing: open })).wrong
      const places = Array.from({ length: 100 }, (_, at) => first + at)
      assert.deepEqual(await damaging(`'devices'`, () => wrongIn('one damaged')), places)
      const both = await damaging(`'devices', 'administration'`, () => wrongIn('two damaged'))
      assert.deepEqual(both, places)
      const told = async () => {
        const [event] = await house.app.db.query<{ details: string }>(
          `SELECT details FROM activity WHERE event = 'log.backup' ORDER BY id DESC LIMIT 1`,
        )
        return JSON.parse(event?.details ?? '').wrong_at
      }
      const run = (name: string) => runBackup(ground(), operator, { to: join(directory, name) })
      const damaged = await damaging(`'devices'`, () => run('told damaged'))
      assert.deepEqual([damaged.outcome, damaged.reason], ['failure', 'log_changed'])
      assert.equal(await told(), places.slice(0, 10).join(' '))
      assert.equal((await run('told whole')).outcome, 'success')
      assert.equal(await told(), undefined)
    })

    test('there is one backup at a time, over two processes, and one that was killed does not stop the next', async () => {
      const beside = await openBeside(house)
      const to = join(directory, 'one')
      const both = await Promise.allSettled([
        beginBackup(ground(), operator, { to }),
        beginBackup(beside.backups.ground, operator, { to }),
      ])
      const refusals = both.filter(({ status }) => status === 'rejected')
      assert.equal(refusals.length, 1)
      for (const one of both) if (one.status === 'fulfilled') await one.value.finished
      // As it stands when a process is killed.
      await house.app.db.transaction((tx) =>
        tx.query(`UPDATE activity_backups SET outcome = 'running', ended_at = NULL WHERE place = $1`, to),
      )
      await assert.rejects(runBackup(ground(), operator, { to }), { code: 'backup_running' })
      house.world.advance(300_000)
      assert.equal((await runBackup(ground(), operator, { to })).outcome, 'success')
      const outcomes = (await findBackups(house.app.db, undefined, 2)).map(({ outcome, reason }) => [
        outcome,
        reason,
      ])
      assert.deepEqual(outcomes, [
        ['success', null],
        ['failure', 'ended_early'],
      ])
      await beside.stop()
    })

    test('a backup is made when it is due, and tried again an hour after it has failed', async () => {
      const to = join(directory, 'due')
      const scheduled = await openTestApp(engine, { LATCHKEY_BACKUP_TO: to })
      await scheduled.signedIn('ada')
      const made = async () =>
        (await findBackups(scheduled.app.db, undefined, 9)).map(({ outcome }) => outcome)
      const run = () => scheduled.app.jobs.runNow(600_000)
      await run()
      await run()
      assert.deepEqual(await made(), ['success'])
      const hour = 3_600_000
      scheduled.world.advance(24 * hour - 1)
      await run()
      assert.deepEqual(await made(), ['success'])
      scheduled.world.advance(1)
      await run()
      assert.deepEqual(await made(), ['success', 'success'])
      scheduled.world.advance(24 * hour)
      const manifest = readFileSync(join(to, 'manifest'))
      writeFileSync(join(to, 'manifest'), 'of another log')
      await run()
      scheduled.world.advance(hour - 1)
      await run()
      assert.deepEqual(await made(), ['failure', 'success', 'success'])
      scheduled.world.advance(1)
      await run()
      assert.equal((await made()).length, 4)
      // One that ended with its server did not fail.
      await scheduled.app.db.transaction((tx) =>
        tx.query(`UPDATE activity_backups SET reason = 'ended_early' WHERE reason = 'backup_failed'`),
      )
      writeFileSync(join(to, 'manifest'), manifest)
      await run()
      assert.deepEqual((await made()).slice(0, 2), ['success', 'failure'])
      await scheduled.close()
    })

    test('one that is begun over HTTP goes on in the background, and the list, the log and the operator are told how it ended', async (t) => {
      const to = join(directory, 'begun')
      const other = await openTestApp(engine, { LATCHKEY_BACKUP_TO: to })
      t.after(() => other.close())
      const { token } = await other.signedIn('root', 'administrator')
      const begin = async () => {
        const { status, body, text } = await other.call('POST', '/v1/activity/backups', { token })
        assert.deepEqual([status, body.outcome], [202, 'running'], text)
        await Promise.allSettled([...other.app.backups.ground.running])
        const list = await other.call('GET', '/v1/activity/backups?limit=1', { token })
        const [row] = list.body.items
        assert.equal(row?.id, body.id)
        const [said] = await other.app.db.query<{ outcome: string; reason: string | null }>(
          `SELECT outcome, reason FROM activity WHERE event = 'log.backup' ORDER BY id DESC LIMIT 1`,
        )
        return [row?.outcome, row?.reason, said?.outcome, said?.reason, other.log.errors.length]
      }
      assert.deepEqual(await begin(), ['success', null, 'success', null, 0])
      writeFileSync(join(to, 'manifest'), 'of another log')
      assert.deepEqual(await begin(), ['failure', 'backup_failed', 'failure', 'backup_failed', 1])
    })

    test('over HTTP they are listed and begun by who may, and refused where no place is set', async () => {
      const root = await house.signedIn('root2', 'administrator')
      const ben = await house.signedIn('ben')
      const { status, body } = await house.call('GET', '/v1/activity/backups?limit=1', { token: root.token })
      assert.deepEqual([status, body.items.length, body.scheduled], [200, 1, false])
      assert.equal((await house.call('GET', '/v1/activity/backups', { token: ben.token })).status, 403)
      assert.equal((await house.call('POST', '/v1/activity/backups', { token: ben.token })).status, 403)
      const unset = await house.call('POST', '/v1/activity/backups', { token: root.token })
      assert.deepEqual([unset.status, unset.body.code], [409, 'backup_not_set'])
    })

    // From here on the log has files that are full, which takes each backup and each restoring of it a while.
    test('a second backup writes only what is new', async () => {
      const files = () =>
        readdirSync(join(directory, 'whole', 'events')).map((name) => {
          const { mtimeMs } = statSync(join(directory, 'whole', 'events', name))
          return [name, mtimeMs] as const
        })
      await fill(4_200)
      await backUp(proof(), { place: placeAt('whole'), packing: open })
      const first = files()
      assert.ok(first.some(([name]) => name === '000000000000000.ndjson.zst'))
      await fill(3)
      const { files: written } = await backUp(proof(), { place: placeAt('whole'), packing: open })
      // The end of the log, the keys, and what the log says of itself.
      assert.equal(written, 3)
      const second = new Map(files())
      for (const [name, at] of first.filter(([name]) => !name.includes('-')))
        assert.equal(second.get(name), at)
      assert.equal(second.size, first.length)
      const db = await emptyDatabase()
      const { size } = await restore(db, work(placeAt('whole')))
      assert.equal(await textOf(db, size), await textOf(house.app.db, size))
    })

    test('one that is interrupted leaves the backup before as it was, and goes on where it ended', async () => {
      const place = placeAt('interrupted')
      const failing = (puts: number): BackupPlace => ({
        ...place,
        async put(...given) {
          if (puts-- <= 0) throw new Error('no more room')
          await place.put(...given)
        },
      })
      for (let puts = 0; puts < 5; puts++) {
        await assert.rejects(backUp(proof(), { place: failing(puts), packing: open }), /no more room/)
        await assert.rejects(restore(await emptyDatabase(), work(place)), /never finished|no backup/)
      }
      const { size } = await backUp(proof(), { place, packing: open })
      await fill(2)
      await assert.rejects(backUp(proof(), { place: failing(2), packing: open }), /no more room/)
      const db = await emptyDatabase()
      assert.equal((await restore(db, work(place))).size, size)
    })

    test('what an interrupted backup has noted is looked at before it is believed', async () => {
      const place = placeAt('noted')
      await backUp(proof(), { place, packing: open })
      const listName = /lists\/\d+-\d+\.ndjson/.exec(String(await place.get(manifestName)))?.[0]
      const list = Buffer.from((await place.get(listName ?? '')) ?? assert.fail())
      const { name } = readList(list.toString())[0] ?? assert.fail()
      const whole = Buffer.from((await place.get(name)) ?? assert.fail())
      for (const { there, written } of [
        { there: whole, written: 2 },
        { there: Buffer.from('others'), written: 3 },
        { there: undefined, written: 3 },
      ]) {
        await place.remove(manifestName)
        await place.put('unfinished.ndjson', list, { isLocked: false })
        await place.remove(name)
        if (there !== undefined) await place.put(name, there, { isLocked: false })
        assert.equal((await backUp(proof(), { place, packing: open })).files, written)
        assert.deepEqual(Buffer.from((await place.get(name)) ?? ''), whole)
        assert.equal(await place.get('unfinished.ndjson'), undefined)
      }
    })

    test('an interrupted restore goes on where it was', async () => {
      const db = await emptyDatabase()
      const place = placeAt('whole')
      let reads = 4
      const failing: BackupPlace = {
        ...place,
        async get(name) {
          if (name.startsWith('events/') && reads-- <= 3) throw new Error('away')
          return place.get(name)
        },
      }
      await assert.rejects(restore(db, work(failing)), /away/)
      const { size } = await restore(db, work(place))
      assert.equal(await textOf(db, size), await textOf(house.app.db, size))
      assert.deepEqual((await verified(db)).findings, [])
    })

    test('a restore that was interrupted goes on with no other backup, and what is there stays', async () => {
      const other = await openTestApp(engine)
      await other.app.activity.recordAlone(
        { subject: 'usr_other', subjectKind: 'user' },
        'user.update',
        device('dev other'),
      )
      const theirs = { ...work(placeAt('of another log')), masterKey: other.app.masterKey }
      await backUp(other.app.proof.ground, { place: theirs.place, packing: open })
      const db = await emptyDatabase()
      const cut: BackupPlace = {
        ...theirs.place,
        get: async (name) => (name.startsWith('events/') ? undefined : theirs.place.get(name)),
      }
      await assert.rejects(restore(db, { ...theirs, place: cut }), /is not there/)
      await assert.rejects(restore(db, work(placeAt('whole'))), /a log of its own/)
      const { size } = await restore(db, theirs)
      assert.equal(await textOf(db, size), await textOf(other.app.db, size))
      // Nor into the log of a server that has fewer events.
      const before = await textOf(other.app.db, size)
      await assert.rejects(restore(other.app.db, work(placeAt('whole'))), /a log of its own/)
      assert.equal(await textOf(other.app.db, 10_000), before)
      await other.close()
    })

    test('a bucket is written to by signed requests, and what is whole is locked', async (t) => {
      const keys = { accessKey: 'id', secretKey: 'not a secret' }
      const bucket = await openBucket(keys)
      t.after(() => bucket.close())
      const access = { url: `${bucket.url}/logs/of us`, region: 'auto', ...keys, lockDays: 30 }
      const place = s3Place(access, house.world)
      const { size } = await backUp(proof(), { place, packing: open })
      const until = new Date(house.world.now() + 30 * dayMs).toISOString()
      const locked = [...bucket.objects].map(([name, { lockedUntil }]) => [
        name.replace('bucket/logs/of us/', ''),
        lockedUntil === until ? 'locked' : lockedUntil,
      ])
      assert.deepEqual(Object.fromEntries(locked), {
        'events/000000000000000.ndjson.zst': 'locked',
        // The end of the log grows, keys of those who are forgotten go, and a manifest takes the place of the one before.
        [`events/000000000004096-${size - 4_096}.ndjson.zst`]: undefined,
        'keys.ndjson.zst': undefined,
        [`logs/${size}.ndjson.zst`]: 'locked',
        [`lists/${size}-${house.world.now()}.ndjson`]: 'locked',
        manifest: undefined,
      })
      await fill(2)
      await backUp(proof(), { place, packing: open })
      const db = await emptyDatabase()
      assert.ok((await restore(db, work(place))).size > size)
      await assert.rejects(
        backUp(proof(), { place: s3Place({ ...access, secretKey: 'x' }, house.world), packing: open }),
      )
    })

    test('a backup ends with its server at the next file, without a word in the log, and goes on at the next start', async () => {
      const to = join(directory, 'ended')
      const stopped = await openBeside(house)
      const { finished } = await beginBackup(stopped.backups.ground, operator, { to })
      await Promise.all([stopped.backups.stop(), finished])
      const { outcome, reason } = await finished
      assert.deepEqual([outcome, reason], ['failure', 'ended_early'])
      const told = await house.app.db.query(
        `SELECT id FROM activity WHERE event = 'log.backup' AND details LIKE $1`,
        `%${to}%`,
      )
      assert.deepEqual(told, [])
      await assert.rejects(restore(await emptyDatabase(), work(directoryPlace(to))), /no backup/)
      assert.equal((await runBackup(ground(), operator, { to })).outcome, 'success')
      await stopped.stop()
    })

    test('a log that fills its last file has no empty one behind it', async () => {
      const before = await settle()
      await fill(4_096 - (before % 4_096))
      const { size } = await backUp(proof(), { place: placeAt('full'), packing: open })
      assert.equal(size % 4_096, 0)
      const files = readdirSync(join(directory, 'full', 'events'))
      assert.deepEqual(
        files.sort(),
        Array.from({ length: size / 4_096 }, (_, at) => `${String(at * 4_096).padStart(15, '0')}.ndjson.zst`),
      )
    })
  })
}

test('a place that is empty behind a segment that cannot be read is not told of', async (t) => {
  const house = await openTestApp()
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-backup-'))
  t.after(async () => {
    await house.close()
    rmSync(directory, { recursive: true })
  })
  const { app } = house
  const settle = () => app.proof.ground.sequencer.settle()
  for (let at = 0; at < 3; at++) await app.activity.recordAlone(operator, 'user.update')
  const until = await settle()
  await archiveUntil(app, house.world.now() + dayMs)
  await app.activity.recordAlone(operator, 'device.state')
  await settle()
  await app.db.transaction(async (tx) => {
    // As one that was dropped.
    await tx.query('DELETE FROM activity WHERE seq = $1', until)
    await tx.query(`UPDATE activity_segments SET sha256 = 'x'`)
  })
  const { wrong } = await backUp(app.proof.ground, { place: directoryPlace(directory), packing: packing([]) })
  assert.deepEqual(
    wrong,
    Array.from({ length: until }, (_, place) => place),
  )
})
