import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, type Listening, newKey, openHome, publicJwk } from '../../../test/home.ts'
import { engines } from '../../../test/storages.ts'

type Who = 'owner' | 'controller' | 'viewer' | 'stranger' | 'formerly' | 'powerless' | 'staff'

/** What each is answered: `ok`, or the code of the refusal. `powerless` owns a relation, but their user type allows nothing. */
const nothing = 'device_not_found'
const missing = 'permission_missing'
const viewing = {
  ...{ owner: 'ok', controller: 'ok', viewer: 'ok' },
  ...{ stranger: nothing, formerly: nothing, powerless: missing, staff: nothing },
}
const sight = { ...viewing, staff: 'ok' }
const controlling = { ...viewing, viewer: missing }
const owning = { ...viewing, viewer: missing, controller: missing }
const staffOnly = {
  ...{ owner: missing, controller: missing, viewer: missing },
  ...{ stranger: missing, formerly: missing, powerless: missing },
}

const routes: readonly {
  name: string
  method: string
  path: string
  body?: object
  expected: Record<Who, string>
}[] = [
  { name: 'see it', method: 'GET', path: '', expected: sight },
  { name: 'see whether it is connected', method: 'GET', path: '/connections', expected: sight },
  { name: 'see its telemetry', method: 'GET', path: '/telemetry', expected: viewing },
  { name: 'see its log', method: 'GET', path: '/logs', expected: viewing },
  { name: 'see its state', method: 'GET', path: '/state', expected: viewing },
  {
    name: 'desire a state',
    method: 'PATCH',
    path: '/state',
    body: { desired: { on: true } },
    expected: controlling,
  },
  { name: 'command it', method: 'POST', path: '/commands/on', body: {}, expected: controlling },
  // A route that asks for devices:bind tells whose token lacks it so, before it looks for the device.
  {
    name: 'see its shares',
    method: 'GET',
    path: '/shares',
    expected: owning,
  },
  {
    name: 'share it',
    method: 'POST',
    path: '/shares',
    body: { username: 'cleo', relation: 'viewer' },
    expected: owning,
  },
  {
    name: 'share it with nobody',
    method: 'POST',
    path: '/shares',
    body: { username: 'who', relation: 'viewer' },
    expected: { ...owning, owner: 'user_not_found' },
  },
  {
    name: 'share it with its owner',
    method: 'POST',
    path: '/shares',
    body: { username: 'owner', relation: 'viewer' },
    expected: { ...owning, owner: 'device_bound' },
  },
  {
    name: 'take back a share that is none',
    method: 'DELETE',
    path: '/shares/usr_x',
    expected: { ...owning, owner: 'share_not_found' },
  },
  {
    name: 'see its keys',
    method: 'GET',
    path: '/keys',
    expected: { ...staffOnly, staff: 'ok' },
  },
  {
    name: 'give it a key',
    method: 'POST',
    path: '/keys',
    body: { key: publicJwk(newKey()) },
    expected: { ...staffOnly, staff: missing },
  },
  {
    name: 'end its key',
    method: 'DELETE',
    path: '/keys/x',
    expected: { ...staffOnly, staff: missing },
  },
  {
    name: 'make a code for it',
    method: 'POST',
    path: '/claim',
    expected: { ...staffOnly, staff: missing },
  },
  {
    name: 'speak for it',
    method: 'POST',
    path: '/telemetry',
    body: {},
    expected: Object.fromEntries(Object.keys(viewing).map((who) => [who, 'kind_not_allowed'])) as Record<
      Who,
      string
    >,
  },
  {
    name: 'report for it',
    method: 'PATCH',
    path: '/state',
    body: { reported: { on: true } },
    expected: { ...controlling, owner: missing, controller: missing },
  },
]

const noOne = { ...viewing, owner: missing, controller: missing, viewer: missing }
const topics: readonly { name: string; filter: (uid: string) => string; expected: Record<Who, string> }[] = [
  { name: 'its telemetry', filter: (uid) => `d/${uid}/tele`, expected: viewing },
  { name: 'all its telemetry', filter: (uid) => `d/${uid}/tele/#`, expected: viewing },
  { name: 'its log', filter: (uid) => `d/${uid}/log`, expected: viewing },
  { name: 'its state', filter: (uid) => `d/${uid}/state/+`, expected: viewing },
  { name: 'its presence', filter: (uid) => `d/${uid}/presence`, expected: viewing },
  { name: 'its replies', filter: (uid) => `d/${uid}/cmd/+/res/+`, expected: controlling },
  { name: 'its commands', filter: (uid) => `d/${uid}/cmd/#`, expected: controlling },
  { name: 'everything of it', filter: (uid) => `d/${uid}/#`, expected: controlling },
  { name: 'any kind of it', filter: (uid) => `d/${uid}/+`, expected: controlling },
  { name: 'all devices', filter: () => 'd/+/tele', expected: noOne },
  { name: 'all', filter: () => '#', expected: noOne },
  { name: 'all under d', filter: () => 'd/#', expected: noOne },
  { name: 'no kind of it', filter: (uid) => `d/${uid}`, expected: noOne },
  { name: 'it in capitals', filter: (uid) => `d/${uid.toUpperCase()}/tele`, expected: noOne },
  { name: 'beyond it', filter: (uid) => `+/${uid}/tele`, expected: noOne },
]

for (const engine of engines) {
  describe(`who may do what with a device on ${engine}`, () => {
    let house: Home
    let lamp: Lamp
    const people = {} as Record<Who, SignedIn>
    const clients = {} as Record<Who, Listening>
    let live: Listening

    before(async () => {
      house = await openHome(engine)
      for (const { name, permissions } of [
        { name: 'powerless', permissions: [] },
        { name: 'staff', permissions: ['devices:read', 'devices:view', 'devices:control', 'devices:bind'] },
      ]) {
        const body = { name, description: name, permissions }
        assert.equal(
          (await house.call('POST', '/v1/user-types', { token: house.admin.token, body })).status,
          201,
        )
      }
      for (const who of ['owner', 'controller', 'viewer', 'stranger', 'formerly'] as const)
        people[who] = await house.signedIn(who)
      for (const who of ['powerless', 'staff'] as const) people[who] = await house.signedIn(who, who)
      await house.signedIn('cleo')
      lamp = await house.lampOf(people.owner)
      for (const who of ['controller', 'viewer', 'powerless', 'formerly'] as const) {
        const relation = who === 'viewer' ? 'viewer' : 'controller'
        const until = who === 'formerly' ? new Date(house.world.now() + 1000).toISOString() : null
        const body = { username: who, relation, until }
        const path = `/v1/devices/${lamp.uid}/shares`
        assert.equal((await house.call('POST', path, { token: people.owner.token, body })).status, 201)
      }
      house.world.advance(1000)
      live = await lamp.connect({
        onMessage: ({ topic }) => {
          const [, , kind, rid] = topic.split('/')
          if (kind === 'cmd') void live.publish(`d/${lamp.uid}/cmd/${rid}/res/200`, 'null')
        },
      })
      await live.subscribe(`d/${lamp.uid}/cmd/+/+`)
      for (const who of Object.keys(viewing) as Who[]) clients[who] = await house.app5(people[who])
    })
    after(() => house.close())

    for (const { name, method, path, body, expected } of routes) {
      test(`over HTTPS, to ${name}: ${summary(expected)}`, async () => {
        for (const who of Object.keys(expected) as Who[]) {
          const { token } = people[who]
          const answer = await house.call(method, `/v1/devices/${lamp.uid}${path}`, {
            token,
            ...(body && { body }),
          })
          // Without devices:bind the edge refuses before anything is looked at.
          assert.equal(answer.status < 300 ? 'ok' : answer.body.code, expected[who], `${who}: ${answer.text}`)
        }
      })
    }

    for (const { name, filter, expected } of topics) {
      test(`over MQTT, to subscribe to ${name}: ${summary(expected)}`, async () => {
        for (const who of Object.keys(expected) as Who[]) {
          const granted = clients[who].subscribe(filter(lamp.uid))
          if (expected[who] === 'ok') assert.equal(await granted, 1, who)
          else await assert.rejects(granted, { reason: 'not_authorized' }, who)
          if (expected[who] === 'ok') await clients[who].unsubscribe(filter(lamp.uid))
        }
      })
    }

    const publishing = [
      { name: 'a command', topic: (uid: string) => `d/${uid}/cmd/RID/on`, expected: controlling },
      { name: 'a desired state', topic: (uid: string) => `d/${uid}/state/desired`, expected: controlling },
      ...['tele', 'log', 'state/reported', 'state/delta', 'presence', 'cmd/r/res/200', 'cmd/r', 'x', ''].map(
        (rest) => ({
          name: `what is the device’s to say: ${rest || 'nothing'}`,
          topic: (uid: string) => `d/${uid}/${rest}`,
          expected: noOne,
        }),
      ),
      { name: 'something else', topic: () => 'x/y', expected: noOne },
    ]
    for (const { name, topic, expected } of publishing) {
      test(`over MQTT, to publish ${name}: ${summary(expected)}`, async () => {
        for (const who of Object.keys(expected) as Who[]) {
          const sent = clients[who].publish(topic(lamp.uid).replace('RID', `r-${who}`), '{}', { qos: 1 })
          if (expected[who] === 'ok') await sent
          else await assert.rejects(sent, { reason: 'not_authorized' }, who)
        }
      })
    }

    test('the list shows to each the devices they are bound to, and to staff all, page by page', async () => {
      const more = await Promise.all([1, 2, 3].map(() => house.lampOf(people.owner)))
      const all = [lamp, ...more].map(({ uid }) => uid).sort()
      const listed = async (query: string, who: Who) => {
        const found: string[] = []
        let after = ''
        for (;;) {
          const path = `/v1/devices?limit=2${query}${after}`
          const { body } = await house.call('GET', path, { token: people[who].token })
          found.push(...body.items.map(({ uid }) => uid))
          assert.ok(body.items.length <= 2)
          if (body.next === null) return found
          after = `&after=${body.next}`
        }
      }
      assert.deepEqual(await listed('', 'owner'), all)
      assert.deepEqual(await listed('', 'viewer'), [lamp.uid])
      assert.deepEqual(await listed('', 'formerly'), [])
      assert.deepEqual(await listed('', 'stranger'), [])
      assert.deepEqual(await listed('&all=true', 'staff'), all)
      const answer = await house.call('GET', '/v1/devices?all=true', { token: people.owner.token })
      assert.equal(answer.body.code, 'permission_missing')
    })

    test('a second share with the same person changes the first', async () => {
      const other = await house.lampOf(people.owner)
      const path = `/v1/devices/${other.uid}`
      const command = async () =>
        (await house.call('POST', `${path}/commands/on`, { token: people.stranger.token, body: {} })).body
          .code
      for (const { relation, code } of [
        { relation: 'viewer', code: 'permission_missing' },
        { relation: 'controller', code: 'device_offline' },
        { relation: 'viewer', code: 'permission_missing' },
      ]) {
        const body = { username: 'stranger', relation }
        await house.call('POST', `${path}/shares`, { token: people.owner.token, body })
        assert.equal(await command(), code)
      }
      const { body } = await house.call('GET', `${path}/shares`, { token: people.owner.token })
      assert.equal(body.items.length, 1)
    })

    test('a person gives up their own share; the owner does not, and is not put out', async () => {
      const other = await house.lampOf(people.owner)
      const path = `/v1/devices/${other.uid}/shares`
      const body = { username: 'viewer', relation: 'viewer' }
      await house.call('POST', path, { token: people.owner.token, body })
      const own = await house.call('DELETE', `${path}/${people.viewer.id}`, { token: people.viewer.token })
      assert.equal(own.status, 204)
      const owner = await house.call('DELETE', `${path}/${people.owner.id}`, { token: people.owner.token })
      assert.equal(owner.body.code, 'share_not_found')
      assert.equal((await house.call('GET', path, { token: people.owner.token })).status, 200)
    })
  })
}

function summary(expected: Record<Who, string>): string {
  const allowed = Object.entries(expected).filter(([, answer]) => answer === 'ok')
  return allowed.length === 0 ? 'nobody' : allowed.map(([who]) => who).join(', ')
}
