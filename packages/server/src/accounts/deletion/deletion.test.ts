import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, openHome } from '../../../test/home.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { createUser } from '../users/users.ts'
import { cancelDeletion, createDeletionJob, scheduleDeletion } from './deletion.ts'

const day = 86_400_000

for (const engine of engines) {
  describe(`deleting people on ${engine}`, () => {
    let house: Home
    let admin: SignedIn
    before(async () => {
      house = await openHome(engine)
      admin = house.admin
    })
    after(() => house.close())

    const ask = (path: string, body?: unknown, token = admin.token) =>
      house.call('POST', path, { token, ...(body !== undefined && { body }) })
    const rows = async (table: string, column: string, id: string) =>
      (await house.app.db.query(`SELECT 1 AS one FROM ${table} WHERE ${column} = $1`, id)).length
    const made = (username: string) =>
      createUser(house.app, operator, { username, userType: 'customer' }).then(({ id }) => id)
    const signAdminIn = async () => {
      const body = { username: admin.username, password: admin.password }
      admin = { ...admin, token: (await house.call('POST', '/v1/login', { body })).body.access_token }
    }

    test('the devices of a person are given up, and what is shared with them ends', async () => {
      const bob = await house.signedIn('bob')
      const cleo = await house.signedIn('cleo')
      const own: Lamp = await house.lamp()
      const other: Lamp = await house.lamp()
      await house.claim(bob, own)
      await house.claim(cleo, other)
      for (const [owner, lamp, username] of [
        [bob, own, 'cleo'],
        [cleo, other, 'bob'],
      ] as const) {
        const body = { username, relation: 'viewer' }
        await ask(`/v1/devices/${lamp.uid}/shares`, body, owner.token)
      }
      await scheduleDeletion(house.app, operator, bob.id, 0)
      await house.app.jobs.runNow(60_000)
      const found = await house.app.db.query('SELECT uid, subject, relation FROM relations ORDER BY uid')
      assert.deepEqual(found, [{ uid: other.uid, subject: cleo.id, relation: 'owner' }])
      const [device] = await house.app.db.query('SELECT state FROM devices WHERE uid = $1', own.uid)
      assert.deepEqual(device, { state: 'manufactured' })
    })

    test('an account is disabled at once, kept for the days of grace, and then gone with all of it', async () => {
      const ada = await house.signedIn('ada')
      const answer = await ask(`/v1/users/${ada.id}/delete`, { grace_days: 7 })
      assert.equal(answer.body.delete_at, new Date(house.world.now() + 7 * day).toISOString())
      assert.equal((await house.call('GET', '/v1/me', { token: ada.token })).status, 401)
      house.world.advance(7 * day - 1)
      await house.app.jobs.runNow(60_000)
      assert.equal(await rows('users', 'id', ada.id), 1)
      house.world.advance(1)
      await house.app.jobs.runNow(60_000)
      await signAdminIn()
      for (const [table, column] of [
        ['users', 'id'],
        ['user_terms', 'user_id'],
        ['sessions', 'user_id'],
      ] as const) {
        assert.equal(await rows(table, column, ada.id), 0, table)
      }
      assert.equal((await house.call('GET', `/v1/users/${ada.id}`, { token: admin.token })).status, 404)
      // The log keeps its events, and tells of nobody in them.
      const events = await house.app.db.query<{ event: string; whom_proof: string | null }>(
        'SELECT event, subject, target, whom_proof FROM activity ORDER BY id',
      )
      assert.ok(!JSON.stringify(events).includes(ada.id))
      const kept = events.filter(({ whom_proof: proof }) => proof !== null).map(({ event }) => event)
      assert.deepEqual(
        ['user.disable', 'user.schedule_deletion', 'user.delete'].filter((event) => !kept.includes(event)),
        [],
      )
      // And the name is free.
      assert.notEqual(await made('ada'), ada.id)
    })

    test('an account that is kept stays, disabled until somebody enables it', async () => {
      const id = await made('dan')
      await ask(`/v1/users/${id}/delete`, {})
      assert.equal((await ask(`/v1/users/${id}/enable`)).body.code, 'deletion_scheduled')
      assert.equal((await ask(`/v1/users/${id}/undelete`)).status, 204)
      const { body } = await house.call('GET', `/v1/users/${id}`, { token: admin.token })
      assert.deepEqual([body.delete_at, body.disabled_at === null], [null, false])
      assert.equal((await ask(`/v1/users/${id}/undelete`)).body.code, 'deletion_not_scheduled')
      assert.equal((await ask(`/v1/users/${id}/enable`)).status, 204)
      house.world.advance(31 * day)
      await house.app.jobs.runNow(60_000)
      await signAdminIn()
      assert.equal(await rows('users', 'id', id), 1)
    })

    test('asked again, the newer moment counts', async () => {
      const id = await made('eve')
      await scheduleDeletion(house.app, operator, id, 0)
      await scheduleDeletion(house.app, operator, id, 1)
      await house.app.jobs.runNow(60_000)
      assert.equal(await rows('users', 'id', id), 1)
      await cancelDeletion(house.app, operator, id)
    })

    const wrong = [
      { grace_days: -1 },
      { grace_days: 366 },
      { grace_days: 0.5 },
      { grace_days: '7' },
      { days: 7 },
    ]
    for (const body of wrong) {
      test(`a deletion is refused: ${JSON.stringify(body)}`, async () => {
        const id = await made(`wrong ${JSON.stringify(body)}`)
        assert.equal((await ask(`/v1/users/${id}/delete`, body)).status, 400)
        assert.equal(await rows('users', 'id', id), 1)
      })
    }

    test('nobody deletes the last administrator, or a person that there is not', async () => {
      assert.equal((await ask(`/v1/users/${admin.id}/delete`, {})).body.code, 'last_administrator')
      assert.equal((await ask('/v1/users/usr_none/delete', {})).body.code, 'user_not_found')
      assert.equal((await ask('/v1/users/usr_none/undelete')).body.code, 'user_not_found')
      const stranger = await house.signedIn('stranger')
      const answer = await ask(`/v1/users/${admin.id}/delete`, {}, stranger.token)
      assert.equal(answer.body.code, 'permission_missing')
    })

    test('one deletion that fails is told, and keeps no other', async () => {
      const [first, second] = [await made('fails'), await made('follows')]
      await scheduleDeletion(house.app, operator, first, 0)
      await scheduleDeletion(house.app, operator, second, 0)
      const job = createDeletionJob(house.app, () => ({
        giveUpDevices: async (_, id) => {
          if (id === first) throw new Error('its devices cannot be given up')
          return 0
        },
        forget: async () => {},
        settled: async () => {},
      }))
      await job.run(AbortSignal.any([]))
      assert.deepEqual([await rows('users', 'id', first), await rows('users', 'id', second)], [1, 0])
      assert.match(house.log.lines.join('\n'), /deletion_failed .*cannot be given up/)
      house.log.errors.length = 0
      await house.app.jobs.runNow(60_000)
      assert.equal(await rows('users', 'id', first), 0)
    })

    test('a hundred are deleted a minute, and the others in the next', async () => {
      for (let at = 0; at < 101; at++) await made(`due-${at}`)
      const due = `FROM users WHERE username LIKE 'due-%'`
      await house.app.db.transaction((tx) =>
        tx.query(
          `UPDATE users SET disabled_at = $1, delete_at = $1 WHERE id IN (SELECT id ${due})`,
          house.world.now(),
        ),
      )
      for (const left of [1, 0]) {
        await house.app.jobs.runNow(60_000)
        assert.equal((await house.app.db.query(`SELECT id ${due}`)).length, left)
      }
    })

    test('two processes delete a person once', async () => {
      const id = await made('once')
      await scheduleDeletion(house.app, operator, id, 0)
      const newest = house.events.at(-1)?.id ?? ''
      const beside = await openBeside(house)
      try {
        await Promise.all([house.app, beside].map((app) => app.jobs.runNow(60_000)))
      } finally {
        await beside.stop()
      }
      const deleted = await house.app.db.query(
        "SELECT 1 AS one FROM activity WHERE event = 'user.delete' AND id > $1",
        newest,
      )
      assert.deepEqual([deleted.length, await rows('users', 'id', id)], [1, 0])
    })

    test('of 64 who keep an account at once, one does', async () => {
      const id = await made('kept')
      await scheduleDeletion(house.app, operator, id, 1)
      const answers = await Promise.all(Array.from({ length: 64 }, () => ask(`/v1/users/${id}/undelete`)))
      assert.equal(answers.filter(({ status }) => status === 204).length, 1)
      assert.ok(answers.every(({ status }) => status === 204 || status === 409))
    })
  })
}
