import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../test/app.ts'
import { Raw } from '../../test/broker.ts'
import { type Home, home, type Lamp, openHome } from '../../test/home.ts'
import type { Message, Protocol, Qos } from '../mqtt/codec/packets.ts'
import { noProperties } from '../mqtt/codec/packets.ts'

interface Row {
  readonly name: string
  readonly by: 'device' | 'user'
  readonly topic: (uids: { own: string; other: string }) => string
  readonly payload: string
  readonly retain?: true
  readonly reason: string
  /** What the connection of 3.1.1 ends with, and PUBACK or PUBREC of MQTT 5 says. */
  readonly told: number
  /** Whose uid the row of the log names. */
  readonly target: 'own' | 'other' | undefined
}

const notAuthorized = 0x87
const payloadInvalid = 0x99
const forbidden = { reason: 'topic_not_allowed', told: notAuthorized }
const hidden = { reason: 'not_related', told: notAuthorized }
const senseless = { reason: 'request_invalid', told: payloadInvalid }

const refused: Row[] = [
  {
    name: 'a topic outside of d/',
    by: 'device',
    topic: () => 'tele',
    payload: '1',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'telemetry that is no JSON',
    by: 'device',
    topic: ({ own }) => `d/${own}/tele`,
    payload: '{',
    ...senseless,
    target: 'own',
  },
  {
    name: 'telemetry that is empty',
    by: 'device',
    topic: ({ own }) => `d/${own}/tele`,
    payload: '',
    ...senseless,
    target: 'own',
  },
  {
    name: 'a stream with a blank',
    by: 'device',
    topic: ({ own }) => `d/${own}/tele/a b`,
    payload: '1',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'a stream of two levels',
    by: 'device',
    topic: ({ own }) => `d/${own}/tele/a/b`,
    payload: '1',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'a log that is no JSON',
    by: 'device',
    topic: ({ own }) => `d/${own}/log`,
    payload: 'x',
    ...senseless,
    target: 'own',
  },
  {
    name: 'a reported state that is a list',
    by: 'device',
    topic: ({ own }) => `d/${own}/state/reported`,
    payload: '[]',
    ...senseless,
    target: 'own',
  },
  {
    name: 'its own desired state',
    by: 'device',
    topic: ({ own }) => `d/${own}/state/desired`,
    payload: '{}',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'its own presence',
    by: 'device',
    topic: ({ own }) => `d/${own}/presence`,
    payload: '{}',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'a command to itself',
    by: 'device',
    topic: ({ own }) => `d/${own}/cmd/r/on`,
    payload: '',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'a reply with the status 99',
    by: 'device',
    topic: ({ own }) => `d/${own}/cmd/r/res/99`,
    payload: '',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'the telemetry of another device',
    by: 'device',
    topic: ({ other }) => `d/${other}/tele`,
    payload: '1',
    ...forbidden,
    target: 'other',
  },
  {
    name: 'a reply for another device',
    by: 'device',
    topic: ({ other }) => `d/${other}/cmd/r/res/200`,
    payload: '1',
    ...forbidden,
    target: 'other',
  },
  {
    name: 'its uid in upper case',
    by: 'device',
    topic: ({ own }) => `d/${own.toUpperCase()}/tele`,
    payload: '1',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'the desired state of another’s device',
    by: 'user',
    topic: ({ other }) => `d/${other}/state/desired`,
    payload: '{}',
    ...hidden,
    target: 'other',
  },
  {
    name: 'the desired state as text',
    by: 'user',
    topic: ({ own }) => `d/${own}/state/desired`,
    payload: 'on',
    ...senseless,
    target: 'own',
  },
  {
    name: 'telemetry as the owner',
    by: 'user',
    topic: ({ own }) => `d/${own}/tele`,
    payload: '1',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'the presence of the own device',
    by: 'user',
    topic: ({ own }) => `d/${own}/presence`,
    payload: '{}',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'a method with a blank',
    by: 'user',
    topic: ({ own }) => `d/${own}/cmd/r/switch on`,
    payload: '',
    ...forbidden,
    target: 'own',
  },
  {
    name: 'a topic of the server',
    by: 'user',
    topic: () => '$SYS/uptime',
    payload: '1',
    reason: 'not_authorized',
    told: notAuthorized,
    target: undefined,
  },
  {
    name: 'a topic of no device',
    by: 'user',
    topic: () => 'hello',
    payload: '1',
    ...forbidden,
    target: undefined,
  },
  {
    name: 'retained telemetry',
    by: 'device',
    topic: ({ own }) => `d/${own}/tele`,
    payload: '1',
    retain: true,
    reason: 'retain_not_supported',
    told: 0x9a,
    target: 'own',
  },
  {
    name: 'a retained empty message',
    by: 'device',
    topic: ({ own }) => `d/${own}/presence`,
    payload: '',
    retain: true,
    reason: 'retain_not_supported',
    told: 0x9a,
    target: 'own',
  },
]

const names = { 4: 'MQTT 3.1.1', 5: 'MQTT 5' } as const

describe('a publish that is refused', () => {
  let house: Home
  let ada: SignedIn
  let own: Lamp
  let other: Lamp
  before(async () => {
    house = await openHome()
    ada = await house.signedIn('ada')
    own = await house.lampOf(ada)
    other = await house.lampOf(await house.signedIn('ben'))
  })
  after(() => house.close())

  for (const protocol of [4, 5] as const)
    for (const qos of [0, 1, 2] as const)
      for (const row of refused)
        test(`${names[protocol]}, QoS ${qos}: ${row.name}, by the ${row.by}`, async () => {
          const uids = { own: own.uid, other: other.uid }
          const [sender, clientId, token] =
            row.by === 'device' ? [own.uid, own.uid, own.token()] : [ada.id, 'app', ada.token]
          // The same was refused before, and would only be counted.
          await house.app.activity.flushRefusals(true)
          const before = house.events.length
          const peer = await rawClient(house, protocol, clientId, token)
          publish(peer, protocol, qos, {
            topic: row.topic(uids),
            payload: row.payload,
            retain: row.retain ?? false,
          })
          peer.send({ kind: 'pingreq' })
          // MQTT 3.1.1 closes, and so does MQTT 5 for what breaks the protocol; for the rest it has an acknowledgement.
          const ends = protocol === 4 || row.retain === true
          await (ends ? peer.closed : peer.received(qos === 0 ? 2 : 3))
          const answers = peer.packets.slice(1).filter(({ kind }) => kind !== 'pingresp')
          assert.deepEqual(
            answers.map((packet) => [packet.kind, 'code' in packet && packet.code]),
            protocol === 4
              ? []
              : row.retain
                ? [['disconnect', row.told]]
                : qos === 0
                  ? []
                  : [[qos === 1 ? 'puback' : 'pubrec', row.told]],
          )
          peer.socket.destroy()
          const disconnect = row.by === 'device' ? 'device.disconnect' : 'app.disconnect'
          const gone = await eventAfter(
            house,
            before,
            ({ event, subject }) => event === disconnect && subject === sender,
          )
          if (ends) assert.equal(gone.reason, reasonNames[row.told])
          const rows = house.events.slice(before).filter(({ outcome }) => outcome === 'refused')
          assert.deepEqual(
            rows.map(({ event, subject, target, target_kind, reason, address, details }) => ({
              ...{ event, subject, target, target_kind, reason, address },
              details: JSON.parse(details ?? 'null'),
            })),
            [
              {
                event: `${row.by === 'device' ? 'device' : 'app'}.publish`,
                subject: sender,
                target: row.target === undefined ? null : uids[row.target],
                target_kind: row.target === undefined ? null : 'device',
                reason: row.reason,
                address: '127.0.0.1',
                details: { topic: row.topic(uids) },
              },
            ],
          )
        })

  test('is stored nowhere, and reaches nobody', async () => {
    for (const path of ['telemetry', 'logs']) {
      const { body } = await house.call('GET', `/v1/devices/${own.uid}/${path}`, { token: ada.token })
      assert.deepEqual(body.items, [])
    }
    const { body } = await house.call('GET', `/v1/devices/${own.uid}/state`, { token: ada.token })
    assert.deepEqual([body.reported, body.desired], [{}, {}])
    assert.deepEqual(house.log.errors, [])
  })
})

const reasonNames: Readonly<Record<number, string>> = {
  [notAuthorized]: 'not_authorized',
  [payloadInvalid]: 'payload_format_invalid',
  154: 'retain_not_supported',
}

for (const protocol of [4, 5] as const) {
  test(`${names[protocol]}: a subscription that is refused is one row, and a share that is taken back is none`, async (t) => {
    const house = await home(t)
    const [ada, ben] = [await house.signedIn('ada'), await house.signedIn('ben')]
    const lamp = await house.lampOf(ada)
    const app = await house.app5(ben, { protocol })
    const filters = [`d/${lamp.uid}/tele`, 'd/+/tele', '#']
    for (const filter of filters) await assert.rejects(app.subscribe(filter))
    const rows = await house.written({ event: 'app.subscribe', outcome: 'refused' }, 3)
    assert.deepEqual(
      rows.map(({ subject, target, reason, details }) => [
        subject,
        target,
        reason,
        JSON.parse(details ?? ''),
      ]),
      filters.map((topic, index) => [
        ...[ben.id, index === 0 ? lamp.uid : null, 'not_authorized'],
        { topic },
      ]),
    )
    const share = { username: 'ben', relation: 'viewer' }
    await house.call('POST', `/v1/devices/${lamp.uid}/shares`, { token: ada.token, body: share })
    await app.subscribe(`d/${lamp.uid}/tele`)
    await house.call('DELETE', `/v1/devices/${lamp.uid}/shares/${ben.id}`, { token: ada.token })
    await app.end()
    await house.written({ event: 'app.disconnect', subject: ben.id })
    assert.equal(house.events.filter(({ outcome }) => outcome === 'refused').length, 3)
  })

  test(`${names[protocol]}: a command that is refused or fails leaves the row of the command and no other`, async (t) => {
    const house = await home(t)
    const [ada, ben] = [await house.signedIn('ada'), await house.signedIn('ben')]
    const lamp = await house.lampOf(ada)
    const stranger = await house.app5(ben, { protocol })
    void stranger.publish(`d/${lamp.uid}/cmd/r/on`, '', { qos: 1 }).catch(() => {})
    const [forbidden] = await house.written({ outcome: 'refused', subject: ben.id })
    assert.deepEqual(
      [forbidden?.event, forbidden?.target, forbidden?.reason],
      ['app.publish', lamp.uid, 'not_related'],
    )
    const owner = await house.app5(ada, { protocol })
    await owner.subscribe(`d/${lamp.uid}/cmd/+/res/+`)
    const sent = owner.publish(`d/${lamp.uid}/cmd/r/on`, '', { qos: 1 })
    await (protocol === 4 ? sent : assert.rejects(sent, { reason: 'implementation_specific_error' }))
    // In 3.1.1 the reply is all that tells.
    await owner.heard(`d/${lamp.uid}/cmd/r/res/409`)
    await owner.end()
    await house.written({ event: 'app.disconnect', subject: ada.id })
    assert.deepEqual(house.events.filter(({ outcome }) => outcome === 'refused').length, 1)
  })

  test(`${names[protocol]}: the permission that a command lacks stands in its row`, async (t) => {
    const house = await home(t)
    const permissions = ['devices:bind', 'devices:view']
    const body = { name: 'watcher', permissions }
    await house.call('POST', '/v1/user-types', { token: house.admin.token, body })
    const ada = await house.signedIn('ada', 'watcher')
    const lamp = await house.lampOf(ada)
    const owner = await house.app5(ada, { protocol })
    void owner.publish(`d/${lamp.uid}/cmd/r/on`, '', { qos: 1 }).catch(() => {})
    const [row] = await house.written({ outcome: 'refused', subject: ada.id })
    assert.deepEqual(
      [row?.event, row?.target, row?.reason, JSON.parse(row?.details ?? '')],
      [
        ...['app.publish', lamp.uid, 'permission_missing'],
        { topic: `d/${lamp.uid}/cmd/r/on`, permission: 'devices:control' },
      ],
    )
  })

  test(`${names[protocol]}: a CONNECT that the broker refuses by itself is a row, of nobody`, async (t) => {
    const house = await home(t)
    const lamp = await house.lampOf(await house.signedIn('ada'))
    await assert.rejects(lamp.connect({ protocol, will: { topic: 't', payload: 'x', retain: true } }))
    const [row] = await house.written({ event: 'app.connect', outcome: 'refused' })
    assert.deepEqual(
      [row?.subject, row?.target, row?.reason, row?.address],
      [null, null, 'retain_not_supported', '127.0.0.1'],
    )
  })

  test(`${names[protocol]}: a will that is refused is a row when it is due`, async (t) => {
    const house = await home(t)
    const lamp = await house.lampOf(await house.signedIn('ada'))
    const client = await lamp.connect({ protocol, will: { topic: 'hello', payload: 'x' } })
    house.app.connections.broker.byClientId(client.clientId)?.extend(0)
    house.app.connections.broker.tick()
    const [row] = await house.written({ event: 'device.publish', subject: lamp.uid })
    assert.deepEqual([row?.reason, JSON.parse(row?.details ?? '').topic], ['topic_not_allowed', 'hello'])
  })
}

async function rawClient(house: Home, protocol: Protocol, clientId: string, token: string): Promise<Raw> {
  const socket = connectSocket({ host: '127.0.0.1', port: house.port })
  await once(socket, 'connect')
  const peer = new Raw(socket)
  await peer.connect(protocol, clientId, 60, noProperties, undefined, token)
  return peer
}

function publish(
  peer: Raw,
  protocol: Protocol,
  qos: Qos,
  { topic, payload, retain }: Pick<Message, 'topic' | 'retain'> & { payload: string },
): void {
  const packetId = qos === 0 ? 0 : protocol
  peer.send({
    ...{ kind: 'publish', topic, payload: Buffer.from(payload), qos, retain, packetId },
    ...{ duplicate: false, properties: noProperties },
  })
}

/** The first event from there on that is wanted, once it is written. */
async function eventAfter(house: Home, at: number, wanted: (event: Home['events'][number]) => boolean) {
  for (;;) {
    const found = house.events.slice(at).find(wanted)
    if (found) return found
    await new Promise(setImmediate)
  }
}
