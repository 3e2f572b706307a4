import assert from 'node:assert/strict'
import { test } from 'node:test'
import { home } from '../../test/home.ts'
import { openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { operator } from '../identity.ts'
import { createKeyFor } from './make.ts'

for (const engine of engines) {
  test(`when and where a key was used last is written once a minute, by whichever process, on ${engine}`, async (t) => {
    const house = await home(t, engine)
    const { app, world, call } = house
    const beside = await openBeside(house)
    t.after(() => beside.stop())
    const ada = await house.signedIn('ada')
    const make = () =>
      createKeyFor(app.apiKeys.ground, operator, ada.id, { name: 'a script', scopes: ['devices:view'] })
    const [{ row, key }, other] = [await make(), await make()]
    const list = async () => {
      const { body } = await call('GET', '/v1/api-keys', { token: ada.token })
      const [newer, older] = body.items
      assert.deepEqual([newer?.id, older?.id], [other.row.id, row.id])
      assert.equal(newer?.last_used_at, null)
      return [older?.last_used_at, older?.last_address, older?.last_region, older?.last_user_agent]
    }
    const use = (address: string, agent: string) =>
      call('GET', '/v1/devices', { token: key, address, headers: { 'user-agent': agent } })
    await use('8.8.8.8', 'curl/8')
    await use('10.0.0.1', 'curl/9')
    // Nothing is written for a request.
    assert.deepEqual(await list(), [null, null, null, null])
    const at = new Date(world.now()).toISOString()
    await app.jobs.runNow(60_000)
    assert.deepEqual(await list(), [at, '10.0.0.1', 'local', 'curl/9'])

    world.advance(1_000)
    const later = new Date(world.now()).toISOString()
    const live = await house.app5({ token: key })
    await live.end()
    await app.apiKeys.uses.flush()
    assert.deepEqual(await list(), [later, '127.0.0.1', 'local', null])

    // An older use that another process writes later changes nothing.
    world.advance(-500)
    const headers = { authorization: `Bearer ${key}` }
    assert.equal((await beside.edge.request('/v1/devices', { headers })).status, 200)
    await beside.apiKeys.uses.flush()
    assert.deepEqual(await list(), [later, '127.0.0.1', 'local', null])

    // What is refused is no use, and neither is a token of its owner.
    world.advance(1_000)
    await call('DELETE', `/v1/api-keys/${row.id}`, { token: ada.token })
    assert.equal((await use('8.8.8.8', 'curl/8')).status, 401)
    await app.apiKeys.uses.flush()
    assert.deepEqual(await list(), [later, '127.0.0.1', 'local', null])
  })

  test(`what could not be written is written later, and when the server stops, on ${engine}`, async (t) => {
    const house = await home(t, engine)
    const beside = await openBeside(house)
    const ada = await house.signedIn('ada')
    const given = { name: 'a script', scopes: ['devices:view'] }
    const { row, key } = await createKeyFor(house.app.apiKeys.ground, operator, ada.id, given)
    const { transaction } = beside.db
    Object.assign(beside.db, { transaction: () => Promise.reject(new Error('the database is away')) })
    const headers = { authorization: `Bearer ${key}` }
    await beside.edge.request('/v1/devices', { headers })
    await assert.rejects(beside.apiKeys.uses.flush())
    Object.assign(beside.db, { transaction })
    await beside.stop()
    const [stored] = await house.app.db.query<{ last_used_at: number | null }>(
      'SELECT last_used_at FROM api_keys WHERE id = $1',
      row.id,
    )
    assert.equal(stored?.last_used_at, house.world.now())
  })
}

test('a key is listed for thirty days after its end', async (t) => {
  const house = await home(t)
  const ada = await house.signedIn('ada')
  const day = 86_400_000
  const given = { name: 'a script', scopes: ['devices:view'], endsAtMs: house.world.now() + day }
  await createKeyFor(house.app.apiKeys.ground, operator, ada.id, given)
  const count = async () => {
    await house.app.jobs.runNow(3_600_000)
    return (await house.app.db.query('SELECT id FROM api_keys')).length
  }
  house.world.advance(31 * day)
  assert.equal(await count(), 1)
  house.world.advance(1)
  assert.equal(await count(), 0)
})
