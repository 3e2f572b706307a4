import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tablesOf } from '../../../test/canary.ts'
import { openHome } from '../../../test/home.ts'
import { engines } from '../../../test/storages.ts'
import type { Database } from '../../database/database.ts'
import { operator } from '../../identity.ts'
import { scheduleDeletion } from './deletion.ts'

const dayMs = 86_400_000

/** `table.column` of every text that has the id in it. */
async function placesOf(db: Database, id: string): Promise<string[]> {
  const places = new Set<string>()
  for (const table of await tablesOf(db)) {
    for (const row of await db.query<Record<string, unknown>>(`SELECT * FROM ${table}`)) {
      for (const [column, value] of Object.entries(row)) {
        if (typeof value === 'string' && value.includes(id)) places.add(`${table}.${column}`)
      }
    }
  }
  return [...places].sort()
}

/** The members of the details of events that are this id. */
async function membersWith(db: Database, id: string): Promise<string[]> {
  const rows = await db.query<{ details: string }>('SELECT details FROM activity WHERE details IS NOT NULL')
  const members = rows.flatMap(({ details }) => Object.entries<unknown>(JSON.parse(details)))
  return [...new Set(members.filter(([, value]) => value === id).map(([name]) => name))].sort()
}

for (const engine of engines) {
  test(`nothing that is stored names an administrator who is deleted, on ${engine}`, async (t) => {
    const house = await openHome(engine)
    t.after(() => house.close())
    const { app, world } = house
    const [eve, bob] = [await house.signedIn('eve', 'administrator'), await house.signedIn('bob')]
    async function did(method: string, path: string, body?: unknown, token = eve.token) {
      const answer = await house.call(method, path, { token, ...(body !== undefined && { body }) })
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`)
      return answer.body
    }
    const endsAt = new Date(world.now() + 30 * dayMs).toISOString()
    const reason = 'case 7'
    const { uid } = await house.lampOf(eve)
    await did('POST', `/v1/devices/${uid}/shares`, { username: 'bob', relation: 'viewer' })
    await did('POST', '/v1/webhooks', { name: 'hook', url: 'https://127.0.0.1:9/', events: ['*'] })
    // From here on it is told of events.
    await app.jobs.runNow(5_000)
    await did('POST', '/v1/activity/searches', { name: 'mine', query: { subject: eve.id }, shared: true })
    await did('POST', `/v1/users/${bob.id}/grants`, { kind: 'grant', permission: 'api-keys:write', reason })
    await did('POST', '/v1/api-keys', { name: 'mine', scopes: ['users:read'], expires_at: endsAt })
    const { body: bobs } = await house.call('POST', '/v1/login', {
      body: { username: 'bob', password: bob.password },
    })
    const key = { name: 'his', scopes: ['devices:view'], expires_at: endsAt }
    const { id } = await did('POST', '/v1/api-keys', key, bobs.access_token)
    await did('DELETE', `/v1/users/${bob.id}/api-keys/${id}`)
    for (const subject of [eve.id, undefined])
      await did('POST', '/v1/alarm-silences', { rule: 'brute_force', subject, reason, ends_at: endsAt })
    await did('POST', '/v1/activity/holds', { subject: bob.id, reason })
    await did('POST', `/v1/users/${bob.id}/act-as`, { reason })
    await house.call('POST', '/v1/login', { body: { username: 'eve', password: 'a guess' } })
    await app.jobs.runNow(5_000)

    const found = await placesOf(app.db, eve.id)
    assert.deepEqual(
      [
        ...['activity.subject', 'activity.target', 'activity.details', 'activity_holds.placed_by'],
        ...['activity_searches.owner', 'activity_searches.query', 'alarm_silences.owner', 'api_keys.owner'],
        ...['alarm_silences.subject', 'api_keys.revoked_by', 'relations.granted_by', 'relations.subject'],
        ...['sessions.acted_by', 'user_grants.created_by', 'webhook_deliveries.also', 'webhooks.created_by'],
      ].filter((place) => !found.includes(place)),
      [],
    )
    await scheduleDeletion(app, operator, eve.id, 0)
    await app.jobs.runNow(60_000)
    // Sessions and subscriptions of her are looked at again by what is told of, for a moment more.
    world.advance(dayMs)
    await app.jobs.runNow(dayMs)
    // What the log says of others, and the webhooks were told of it: an id that leads to nobody any more.
    assert.deepEqual(await placesOf(app.db, eve.id), ['activity.details', 'webhook_deliveries.body'])
    assert.deepEqual(await membersWith(app.db, eve.id), ['acted_by', 'created_by', 'owner'])
    assert.deepEqual(await app.db.query('SELECT created_by FROM user_grants'), [{ created_by: null }])
  })
}
