import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../test/app.ts'
import { type Home, type Lamp, type Listening, openHome } from '../../test/home.ts'
import { beforeQuery } from '../../test/meanwhile.ts'
import { eventually, openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import type { App } from '../app.ts'
import { operator } from '../identity.ts'
import { type Listener, listen } from '../mqtt/listener.ts'

for (const engine of engines) {
  describe(`a right that ends at one process on ${engine}`, () => {
    let house: Home
    let beside: App
    let listener: Listener
    before(async () => {
      house = await openHome(engine)
      beside = await openBeside(house)
      listener = await listen(beside.connections.broker, { host: '127.0.0.1', port: 0 })
    })
    after(async () => {
      await listener.close()
      await beside.stop()
      await house.close()
    })

    let count = 0
    const person = () => house.signedIn(`person-${++count}`)
    /** At the other process. */
    const connected = (of: { readonly token: string }) => house.app5(of, { port: listener.port })
    const asAdmin = async (method: string, path: string, body?: unknown) => {
      const answer = await house.call(method, path, { token: house.admin.token, body })
      assert.ok(answer.status < 300, answer.text)
    }
    const asPerson = async ({ token }: SignedIn, method: string, path: string, body?: unknown) => {
      const answer = await house.call(method, path, { token, body })
      assert.ok(answer.status < 300, answer.text)
    }
    const share = (owner: SignedIn, lamp: Lamp, guest: SignedIn, relation: string, until?: number) =>
      asPerson(owner, 'POST', `/v1/devices/${lamp.uid}/shares`, {
        username: guest.username,
        relation,
        ...(until && { until: new Date(until).toISOString() }),
      })

    const ended: readonly {
      name: string
      begin: () => Promise<{ live: Listening; end: () => Promise<unknown> }>
    }[] = [
      {
        name: 'an account is disabled',
        async begin() {
          const one = await person()
          return { live: await connected(one), end: () => asAdmin('POST', `/v1/users/${one.id}/disable`) }
        },
      },
      {
        name: 'an administrator ends the session',
        async begin() {
          const one = await person()
          const path = `/v1/users/${one.id}/sessions/${one.sessionId}`
          return { live: await connected(one), end: () => asAdmin('DELETE', path) }
        },
      },
      {
        name: 'a person signs out',
        async begin() {
          const one = await person()
          return { live: await connected(one), end: () => asPerson(one, 'POST', '/v1/logout') }
        },
      },
      {
        name: 'a refresh token is used twice',
        async begin() {
          const one = await person()
          const refresh = () =>
            house.call('POST', '/v1/refresh', { body: { refresh_token: one.refreshToken } })
          await refresh()
          house.world.advance(10_001)
          return { live: await connected(one), end: refresh }
        },
      },
      {
        name: 'a password is set anew by an invitation',
        async begin() {
          const one = await person()
          const invited = await house.call('POST', `/v1/users/${one.id}/invite`, { token: house.admin.token })
          const body = { invitation: invited.body.invitation, password: 'another password of theirs' }
          return {
            live: await connected(one),
            end: () => house.call('POST', '/v1/invitations/accept', { body }),
          }
        },
      },
      {
        name: 'a type permits something else',
        async begin() {
          const name = `type-${++count}`
          await asAdmin('POST', '/v1/user-types', { name, permissions: ['devices:view'] })
          const one = await house.signedIn(`person-${++count}`, name)
          const body = { permissions: ['devices:view', 'devices:control'] }
          return { live: await connected(one), end: () => asAdmin('PATCH', `/v1/user-types/${name}`, body) }
        },
      },
      {
        name: 'a type is removed',
        async begin() {
          const name = `type-${++count}`
          await asAdmin('POST', '/v1/user-types', { name, permissions: ['devices:view'] })
          const one = await house.signedIn(`person-${++count}`, name)
          const path = `/v1/user-types/${name}?replacement=customer`
          return { live: await connected(one), end: () => asAdmin('DELETE', path) }
        },
      },
      {
        name: 'a person is denied something',
        async begin() {
          const one = await person()
          const body = { kind: 'denial', permission: 'devices:view', reason: 'a reason' }
          return {
            live: await connected(one),
            end: () => asAdmin('POST', `/v1/users/${one.id}/grants`, body),
          }
        },
      },
      {
        name: 'a service is disabled',
        async begin() {
          const made = await house.call('POST', '/v1/services', {
            token: house.admin.token,
            body: { name: `service-${++count}`, scopes: ['devices:view'] },
          })
          const { id, secret } = made.body
          const granted = await house.call('POST', '/oauth/token', {
            form: { grant_type: 'client_credentials', client_id: id, client_secret: secret },
          })
          const live = await connected({ token: granted.body.access_token })
          house.world.advance(1_000)
          return { live, end: () => asAdmin('POST', `/v1/services/${id}/disable`) }
        },
      },
      {
        name: 'the key of a device is ended',
        async begin() {
          const lamp = await house.lamp()
          const live = await lamp.connect({ port: listener.port })
          return { live, end: () => asAdmin('DELETE', `/v1/devices/${lamp.uid}/keys/${lamp.kid}`) }
        },
      },
    ]
    /** Does what ends a right at a process that takes its time to look again, and answers after it has. */
    async function answeredAfterwards(end: () => Promise<unknown>): Promise<void> {
      let looking = 0
      const stop = house.app.rights.follow(async () => {
        looking += 1
        for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
        looking -= 1
      })
      await end()
      assert.equal(looking, 0, 'the answer came before the effect')
      stop()
    }
    for (const { name, begin } of ended) {
      test(`closes a connection of the other: ${name}`, async () => {
        const { live, end } = await begin()
        await answeredAfterwards(end)
        assert.match((await live.closed).reason, /^(not_authorized|administrative_action)$/)
      })
    }

    const fewer: readonly {
      name: string
      filter?: string
      end: (of: { owner: SignedIn; guest: SignedIn; lamp: Lamp }) => Promise<unknown>
    }[] = [
      {
        name: 'a share is taken back',
        end: ({ owner, guest, lamp }) =>
          asPerson(owner, 'DELETE', `/v1/devices/${lamp.uid}/shares/${guest.id}`),
      },
      {
        name: 'a guest gives up the share',
        end: ({ guest, lamp }) => asPerson(guest, 'DELETE', `/v1/devices/${lamp.uid}/shares/${guest.id}`),
      },
      {
        name: 'a share is made a lesser one',
        filter: 'cmd/+/res/+',
        end: ({ owner, guest, lamp }) => share(owner, lamp, guest, 'viewer'),
      },
      {
        name: 'the owner gives the device up',
        end: ({ owner, lamp }) => asPerson(owner, 'DELETE', `/v1/devices/${lamp.uid}/claim`),
      },
      {
        name: 'the time of a share is over',
        async end({ owner, guest, lamp }) {
          await share(owner, lamp, guest, 'controller', house.world.now() + 1_000)
          house.world.advance(1_000)
          await beside.jobs.runNow(1_000)
        },
      },
    ]
    for (const { name, filter = 'tele', end } of fewer) {
      test(`ends a subscription at the other: ${name}`, async () => {
        const [owner, guest] = [await person(), await person()]
        const lamp = await house.lampOf(owner)
        await share(owner, lamp, guest, 'controller')
        const live = await connected(guest)
        await live.subscribe(`d/${lamp.uid}/${filter}`)
        const topic = `d/${lamp.uid}/${filter.replace('+', 'r').replace('+', '200')}`
        /** Whether the guest hears what the other process tells its subscribers. */
        const hears = async () => {
          const before = live.messages.length
          beside.connections.publish(topic, Buffer.from('1'))
          await live.unsubscribe('nothing')
          return live.messages.length > before
        }
        assert.equal(await hears(), true)
        await answeredAfterwards(() => end({ owner, guest, lamp }))
        await eventually(async () => !(await hears()))
      })
    }

    test('ends an event stream at the other', async () => {
      const one = await house.signedIn(`auditor-${++count}`, 'administrator')
      const answer = await beside.edge.request('/v1/activity/tail', {
        headers: { authorization: `Bearer ${one.token}` },
      })
      assert.equal(answer.status, 200)
      await asAdmin('POST', `/v1/users/${one.id}/disable`)
      // The body comes to its end.
      await answer.text()
    })

    test('leaves alone whom it does not concern', async () => {
      const [one, other] = [await person(), await person()]
      const [lamp, another] = [await house.lamp(), await house.lamp()]
      const [gone, stays] = [await connected(one), await connected(other)]
      const device = await another.connect({ port: listener.port })
      await asAdmin('POST', `/v1/users/${one.id}/disable`)
      await asAdmin('DELETE', `/v1/devices/${lamp.uid}/keys/${lamp.kid}`)
      await gone.closed
      await Promise.all([stays.unsubscribe('nothing'), device.unsubscribe('nothing')])
    })

    test('does not touch a session that begins after the account was enabled again', async () => {
      const one = await person()
      await asAdmin('POST', `/v1/users/${one.id}/disable`)
      await asAdmin('POST', `/v1/users/${one.id}/enable`)
      for (let round = 0; round < 10; round += 1) {
        const { body } = await house.call('POST', '/v1/login', {
          body: { username: one.username, password: one.password },
        })
        const headers = { authorization: `Bearer ${body.access_token}` }
        assert.equal((await house.call('GET', '/v1/me', { headers })).status, 200)
        assert.equal((await beside.edge.request('/v1/me', { headers })).status, 200)
        const live = await connected({ token: body.access_token })
        await live.unsubscribe('nothing')
        await live.end()
      }
      const { status } = await house.call('GET', '/v1/me', { token: one.token })
      assert.equal(status, 401, 'the session before stays ended')
    })

    // The last one: it ends the tokens of everybody.
    test('closes connections and streams of the other by tokens of a key that is revoked, and no device', async () => {
      const [one, lamp] = [await person(), await house.lamp()]
      const live = await connected(one)
      const device = await lamp.connect({ port: listener.port })
      const stream = await beside.edge.request('/v1/activity/tail', {
        headers: { authorization: `Bearer ${house.admin.token}` },
      })
      assert.equal(stream.status, 200)
      const kid = house.app.ring.list().find(({ status }) => status === 'active')?.kid ?? ''
      await house.app.ring.revoke(operator, kid)
      assert.match((await live.closed).reason, /^not_authorized$/)
      await stream.text()
      await device.unsubscribe('nothing')
    })
  })
}

describe('processes whose clocks differ', () => {
  for (const { name, aheadMs, status } of [
    { name: 'by two seconds', aheadMs: 2_000, status: 200 },
    { name: 'by as much as guards tolerate', aheadMs: 29_000, status: 200 },
    { name: 'by more than guards tolerate', aheadMs: 120_000, status: 401 },
  ]) {
    test(`take each other’s tokens where they differ ${name}: ${status}`, async () => {
      const house = await openHome()
      const ahead = { ...house.world, now: () => house.world.now() + aheadMs }
      const beside = await openBeside({ ...house, world: ahead })
      const { token } = await house.signedIn('ada')
      const answer = await beside.edge.request('/v1/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'ada', password: 'the password of ada' }),
      })
      const theirs = ((await answer.json()) as { access_token: string }).access_token
      assert.equal((await house.call('GET', '/v1/me', { token: theirs })).status, status)
      const headers = { authorization: `Bearer ${token}` }
      assert.equal((await beside.edge.request('/v1/me', { headers })).status, 200)
      await beside.stop()
      await house.close()
    })
  }

  test('a process whose clock steps back goes on', async () => {
    const house = await openHome()
    const ada = await house.signedIn('ada')
    const lamp = await house.lampOf(ada)
    house.world.advance(-5 * 60_000)
    const again = await house.signedIn('ben')
    assert.equal((await house.call('GET', '/v1/me', { token: again.token })).status, 200)
    const live = await lamp.connect()
    await live.publish(`d/${lamp.uid}/tele`, '1', { qos: 1 })
    assert.equal((await house.call('POST', '/v1/logout', { token: again.token })).status, 204)
    assert.equal((await house.call('GET', '/v1/me', { token: again.token })).status, 401)
    assert.deepEqual(house.log.errors, [])
    await house.close()
  })
})

for (const laterMs of [-300_000, 0, 300_000]) {
  test(`a right that has ended is noticed though the read of that failed, by a clock that went on by ${laterMs} ms`, async (t) => {
    const house = await openHome()
    const beside = await openBeside(house)
    const heard: string[] = []
    beside.rights.follow(async (subjects) => void heard.push(...subjects))
    await beside.jobs.runNow(60_000)
    house.world.advance(Math.min(laterMs, 0))
    const failure = new Error('the database is away')
    const away = beforeQuery(t, { app: beside }, /FROM right_changes/, () => Promise.reject(failure))
    await house.app.db.transaction((tx) => house.app.rights.ended(tx, ['usr_a']))
    await eventually(() => away() && house.log.errors.length > 0)
    assert.deepEqual(house.log.errors, [failure])
    house.world.advance(Math.max(laterMs, 0))
    await beside.jobs.runNow(60_000)
    await beside.rights.settled()
    assert.deepEqual(heard, ['usr_a'])
    await beside.stop()
    await house.close()
  })
}

test('who cannot look again is told to the operator, and holds up nobody', async () => {
  const house = await openHome()
  const failure = new Error('the database is away')
  const stop = house.app.rights.follow(() => Promise.reject(failure))
  await house.app.db.transaction((tx) => house.app.rights.ended(tx, ['usr_a']))
  await house.app.rights.settled()
  assert.deepEqual(house.log.errors, [failure])
  assert.ok(house.log.lines.some((line) => line.startsWith('recheck_failed')))
  stop()
  await house.close()
})
