import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { identify, openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import { placeApplication } from '../../test/applications.ts'
import type { ActivityEvent } from '../activity/events.ts'
import { authorize } from './authorize.ts'

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

test('an application by itself is refused by every route that does not name it, whatever else is allowed there', async () => {
  const self = await placeApplication(app, { grants: ['client_credentials'], scopes: ['permissions:check'] })
  const form = { grant_type: 'client_credentials', client_id: self.id, client_secret: self.secret }
  const { body } = await app.call('POST', '/oauth/token', { form })
  const identity = identify(app.app, body.access_token)
  let [refused, open] = [0, 0]
  for (const { id, access } of app.app.routes) {
    if (access === 'public') continue
    const ask = () =>
      authorize(identity, access.kinds ? { kinds: access.kinds } : {}, { acting: true, apiKeys: true })
    if (access.kinds?.includes('application')) {
      open += 1
      ask()
    } else {
      refused += 1
      assert.throws(ask, { code: 'kind_not_allowed', reason: 'application' }, id)
    }
  }
  assert.ok(open > 0 && refused > 100)
})

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
