import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { eventually, openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import type { App } from '../app.ts'
import { operator } from '../identity.ts'
import { previewRotation, rotateWhenDue } from './rotation.ts'

const day = 86_400_000

for (const engine of engines) {
  describe(`the rotation of the keys on ${engine}`, () => {
    let house: TestApp
    let admin: string
    before(async () => {
      house = await openTestApp(engine)
      await house.signedIn('root', 'administrator')
    })
    after(() => house.close())
    beforeEach(async () => {
      await house.app.db.transaction((tx) => tx.query('DELETE FROM key_set_fetches'))
      const { body } = await house.call('POST', '/v1/login', {
        body: { username: 'root', password: 'the password of root' },
      })
      admin = body.access_token
    })

    const fetchBy = (address: string, program = 'guard/1') =>
      house.call('GET', '/.well-known/jwks.json', { address, headers: { 'user-agent': program } })
    const kid = (status: string, { ring }: App = house.app) =>
      ring.list().find((key) => key.status === status && key.algorithm === ring.algorithm)?.kid
    const rotate = (query = '') => house.call('POST', `/v1/keys/rotate${query}`, { token: admin })

    test('a fetch is kept in memory, and many of one network and program are one row', async () => {
      for (let i = 0; i < 100; i++) await fetchBy(`10.1.2.${i}`)
      await fetchBy('2001:db8:1:2::3', 'other/2')
      const count = async () => (await house.app.db.query('SELECT * FROM key_set_fetches')).length
      assert.equal(await count(), 0)
      await house.app.jobs.runNow(10_000)
      assert.equal(await count(), 2)
      const { status, body } = await house.call('GET', '/v1/keys/fetches', { token: admin })
      assert.equal(status, 200)
      const items = body.items as unknown as { network: string; user_agent: string; key_ids: string[] }[]
      assert.deepEqual(items.map(({ network, user_agent }) => `${network} ${user_agent}`).sort(), [
        '10.1.2.0/24 guard/1',
        '2001:db8:1::/48 other/2',
      ])
      assert.ok(items[0]?.key_ids.includes(kid('next') ?? ''))
    })

    test('a fetcher is known since its first fetch', async () => {
      const at = house.world.now()
      await fetchBy('10.1.2.3')
      house.world.advance(1_000)
      await fetchBy('10.1.2.3')
      const times = (first: number, last: number) => [{ first_at: first, last_at: last }]
      const noted = async () =>
        (await house.app.keys.ground.fetches.since(0)).map(({ first_at, last_at }) => ({ first_at, last_at }))
      assert.deepEqual(await noted(), times(at, at + 1_000))
      house.world.advance(1_000)
      await fetchBy('10.1.2.3')
      assert.deepEqual(await noted(), times(at, at + 2_000))
    })

    test('the preview says who would be cut off, and a rotation is refused because of them until they fetch', async () => {
      await fetchBy('10.1.2.3')
      assert.equal((await rotate()).status, 200)
      // The key that comes next now is one that nobody has.
      const { body: preview } = await house.call('GET', '/v1/keys/rotation', { token: admin })
      assert.equal(preview.next_kid, kid('next'))
      assert.equal(preview.active_kid, kid('active'))
      // All of it has happened at this moment.
      const [now, due] = [0, 90 * day].map((later) => new Date(house.world.now() + later).toISOString())
      assert.deepEqual([preview.next_since, preview.due_at], [now, due])
      assert.deepEqual(
        (preview.cut_off as { network: string }[]).map(({ network }) => network),
        ['10.1.2.0/24'],
      )
      const before = kid('active')
      const refused = await rotate()
      assert.deepEqual([refused.status, refused.body.code], [409, 'rotation_cuts_off'])
      assert.equal(kid('active'), before)
      await fetchBy('10.1.2.99')
      assert.equal((await rotate()).status, 200)
      assert.notEqual(kid('active'), before)
    })

    test('who would be cut off is seen behind however many have fetched since', async () => {
      await fetchBy('10.9.9.9')
      await house.app.ring.rotate(operator)
      house.world.advance(1_000)
      for (let at = 0; at < 600; at++) await fetchBy(`10.${at >> 8}.${at & 255}.1`)
      const { cutOff, ready } = await previewRotation(house.app.keys.ground)
      assert.deepEqual([cutOff.map(({ network }) => network), ready], [['10.9.9.0/24'], 600])
    })

    test('a rotation that is forced cuts off, and whoever has fetched nothing for a week does not count', async () => {
      await fetchBy('10.1.2.3')
      await house.app.ring.rotate(operator)
      assert.equal((await rotate('?force=false')).status, 409)
      assert.equal((await rotate('?force=true')).status, 200)
      await house.app.jobs.finish()
      house.world.advance(7 * day + 1)
      const { cutOff } = await previewRotation(house.app.keys.ground)
      assert.deepEqual(cutOff, [])
    })

    test('the server rotates by itself when the key is old, after a day with the next one, and once of 64 at once', async () => {
      const { keys, ring } = house.app
      await ring.rotate(operator)
      const first = kid('active')
      const rotateByJob = () => rotateWhenDue(keys.ground)
      await rotateByJob()
      house.world.advance(90 * day - 1)
      await rotateByJob()
      assert.equal(kid('active'), first)
      house.world.advance(1)
      const beside = await openBeside(house)
      const next = kid('next')
      await Promise.all(
        Array.from({ length: 64 }, (_, i) => rotateWhenDue(i % 2 === 0 ? keys.ground : beside.keys.ground)),
      )
      assert.equal(kid('active'), next)
      await beside.ring.reload()
      assert.equal(kid('active', beside), next)
      const rows = await house.app.db.query<{ status: string }>(
        `SELECT status FROM signing_keys WHERE status <> 'retired' ORDER BY status`,
      )
      assert.deepEqual(
        rows.map(({ status }) => status),
        ['active', 'next'],
      )
      await beside.stop()
    })

    test('one that is due waits until the next key has stood in the set for a day', async () => {
      const { keys, ring } = house.app
      house.world.advance(90 * day)
      await ring.revoke(operator, kid('next') ?? '')
      const [active, next] = [kid('active'), kid('next')]
      await rotateWhenDue(keys.ground)
      house.world.advance(day - 1)
      await rotateWhenDue(keys.ground)
      assert.equal(kid('active'), active)
      house.world.advance(1)
      await rotateWhenDue(keys.ground)
      assert.equal(kid('active'), next)
    })

    test('one that is due waits for those who lack the next key, and not for more than a week', async () => {
      const { keys } = house.app
      house.world.advance(90 * day)
      const first = kid('active')
      // As one that fetched before the next key was there, and comes no more.
      await house.app.db.transaction((tx) =>
        tx.query(
          `INSERT INTO key_set_fetches VALUES ('main', '10.9.9.0/24', 'old/1', 'gone', 1, ${house.world.now()})`,
        ),
      )
      await rotateWhenDue(keys.ground)
      assert.equal(kid('active'), first)
      house.world.advance(6 * day)
      await house.app.db.transaction((tx) =>
        tx.query(`UPDATE key_set_fetches SET last_at = ${house.world.now()}`),
      )
      await rotateWhenDue(keys.ground)
      assert.equal(kid('active'), first)
      house.world.advance(day)
      await rotateWhenDue(keys.ground)
      assert.notEqual(kid('active'), first)
    })

    test('a key that is revoked leaves the set, and what it has signed is refused by every process', async () => {
      const person = await house.signedIn(`ada-${engine}`)
      const beside = await openBeside(house)
      const revoked = kid('active')
      assert.equal((await house.call('GET', '/v1/me', { token: person.token })).status, 200)
      const events: string[] = []
      const stop = house.app.ring.follow(() => events.push('changed'))
      const next = kid('next')
      const { status } = await house.call('POST', `/v1/keys/${revoked}/revoke`, { token: admin })
      stop()
      assert.equal(status, 200)
      assert.ok(events.length > 0)
      assert.equal((await house.call('GET', '/v1/me', { token: person.token })).body.code, 'token_invalid')
      await eventually(() => !beside.ring.jwks().keys.some((key) => key.kid === revoked))
      assert.throws(() => beside.readToken(person.token), { code: 'token_invalid' })
      // The next one signs, another comes next, and the session goes on.
      assert.equal(kid('active'), next)
      assert.notEqual(kid('next'), next)
      const { body } = await house.call('GET', '/.well-known/jwks.json')
      assert.ok(!body.keys.some((key: { kid: string }) => key.kid === revoked))
      const again = await house.call('POST', '/v1/refresh', { body: { refresh_token: person.refreshToken } })
      assert.equal(again.status, 200)
      assert.equal((await house.call('GET', '/v1/me', { token: again.body.access_token })).status, 200)
      assert.ok(house.app.ring.list().some((key) => key.kid === revoked && key.status === 'revoked'))
      await beside.stop()
    })

    test('the next key and a retiring one can be revoked, each once', async () => {
      await house.app.ring.rotate(operator)
      for (const status of ['next', 'retiring']) {
        const [active, revoked = ''] = [kid('active'), kid(status)]
        await house.app.ring.revoke(operator, revoked)
        assert.equal(kid('active'), active)
        assert.notEqual(kid('next'), revoked)
        await assert.rejects(house.app.ring.revoke(operator, revoked), { code: 'signing_key_not_found' })
        // Of API keys, only where some have ended.
        const rows = await house.app.db.query(
          `SELECT details FROM activity WHERE event = 'key.revoke' AND target = $1`,
          revoked,
        )
        assert.deepEqual(rows, [{ details: null }])
      }
    })

    test('of 64 that revoke one key at once, one does, and the ring has one key that signs', async () => {
      const beside = await openBeside(house)
      const revoked = kid('active') ?? ''
      const outcomes = await Promise.allSettled(
        Array.from({ length: 64 }, (_, i) =>
          (i % 2 === 0 ? house.app : beside).ring.revoke(operator, revoked),
        ),
      )
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
      const rows = await house.app.db.query<{ status: string }>(
        `SELECT status FROM signing_keys WHERE status <> 'retired' ORDER BY status`,
      )
      assert.deepEqual(
        rows.map(({ status }) => status),
        ['active', 'next'],
      )
      await beside.stop()
    })

    test('keys are seen, rotated and revoked with permission, and an unknown one is told', async () => {
      const { token } = await house.signedIn(`eve-${engine}`)
      for (const path of ['/v1/keys/fetches', '/v1/keys/rotation']) {
        assert.equal((await house.call('GET', path, { token })).status, 403)
        assert.equal((await house.call('GET', path)).status, 401)
      }
      const path = `/v1/keys/${kid('active')}/revoke`
      assert.equal((await house.call('POST', path, { token })).status, 403)
      assert.equal((await house.call('POST', path)).status, 401)
      const unknown = await house.call('POST', '/v1/keys/none/revoke', { token: admin })
      assert.equal(unknown.body.code, 'signing_key_not_found')
    })
  })
}

test('who fetched is written the next time where it could not be written, and so is that somebody was missed', async (t) => {
  const house = await openTestApp('sqlite')
  t.after(() => house.close())
  const { fetches } = house.app.keys.ground
  const at = house.world.now()
  for (let i = 0; i < 2_001; i++) fetches.note('main', { address: `10.${i >> 8}.${i & 255}.1` }, ['a'])
  house.world.advance(1_000)
  const failing = t.mock.method(house.app.db, 'transaction', async () => {
    fetches.note('main', { address: '10.0.0.1' }, ['a', 'b'])
    throw new Error('the disk is full')
  })
  await assert.rejects(fetches.flush(), /the disk is full/)
  failing.mock.restore()
  await fetches.flush()
  assert.equal(fetches.overflowed(), true)
  const rows = await fetches.since(0)
  assert.equal(rows.length, 2_000)
  const late = rows.filter(({ last_at }) => last_at > at)
  assert.deepEqual(
    late.map(({ network, key_ids }) => [network, key_ids]),
    [['10.0.0.0/24', 'a b']],
  )
})

test('more fetchers than can be noted cost no more memory, and the preview says that it is incomplete', async () => {
  const house = await openTestApp()
  const { fetches } = house.app.keys.ground
  fetches.note('main', { address: '10.0.1.1' }, ['a'])
  await fetches.flush()
  for (let i = 1; i < 2_000; i++) fetches.note('main', { address: `10.${i >> 8}.${i & 255}.1` }, ['a'])
  fetches.note('main', { address: '10.0.0.1' }, ['a'])
  await fetches.flush()
  assert.equal(fetches.overflowed(), false)
  for (let i = 0; i < 3_000; i++) fetches.note('main', { address: `10.${i >> 8}.${i & 255}.1` }, ['a'])
  await fetches.flush()
  const [row] = await house.app.db.query<{ count: number }>('SELECT COUNT(*) AS count FROM key_set_fetches')
  assert.equal(Number(row?.count), 2_000)
  assert.equal((await previewRotation(house.app.keys.ground)).isIncomplete, true)
  // Those who are known are noted again, whoever else comes.
  house.world.advance(1_000)
  fetches.note('main', { address: '10.0.1.1' }, ['b'])
  fetches.note('main', { address: '10.200.1.1' }, ['b'])
  const latest = await fetches.since(house.world.now())
  assert.deepEqual(
    latest.map(({ network, key_ids }) => [network, key_ids]),
    [['10.0.1.0/24', 'b']],
  )
  // Strangers are forgotten after a month.
  house.world.advance(31 * day)
  fetches.note('main', { address: '10.200.1.1' }, ['b'])
  assert.equal((await fetches.since(0)).length, 1)
  assert.equal(fetches.overflowed(), false)
  await house.close()
})
