import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import type { ActivityEvent } from '../activity/events.ts'

let app: TestApp
let ada: SignedIn
before(async () => {
  app = await openTestApp()
  ada = await app.signedIn('ada')
})
after(() => app.close())

const refused = [
  { name: 'a permission they lack', path: '/v1/users', code: 'permission_missing', permission: 'users:read' },
  {
    name: 'a log they may not read',
    path: '/v1/activity',
    code: 'permission_missing',
    permission: 'activity:read',
  },
]
for (const { name, path, code, permission } of refused) {
  test(`who asks for ${name} is refused, and the log says who and what`, async () => {
    const told = Promise.withResolvers<ActivityEvent>()
    const stop = app.app.activity.follow(told.resolve)
    const answer = await app.call('GET', path, { token: ada.token })
    assert.equal(answer.status, 403)
    assert.equal(answer.body.code, code)
    const event = await told.promise
    stop()
    assert.deepEqual([event.event, event.subject, event.reason], ['access.refuse', ada.id, code])
    assert.deepEqual(JSON.parse(event.details ?? '{}'), { permission, route: `GET ${path}` })
  })
}

test('a stranger without a token is not worth a line', async () => {
  const lines: ActivityEvent[] = []
  const stop = app.app.activity.follow((event) => lines.push(event))
  assert.equal((await app.call('GET', '/v1/users')).status, 401)
  // A line of ours comes after any that the request before would have left.
  await app.app.activity.recordAlone({}, 'server.start')
  stop()
  assert.deepEqual(
    lines.map(({ event }) => event),
    ['server.start'],
  )
})
