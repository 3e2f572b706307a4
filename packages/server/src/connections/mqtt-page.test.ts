/** The tables of docs/mqtt.md, held to what the server does. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../test/app.ts'
import { type Home, type Lamp, type Listening, openHome } from '../../test/home.ts'
import { defaultLimits } from '../mqtt/broker/limits.ts'
import { Refused } from '../mqtt/client.ts'
import { type ConnectRefusal, connectCode, type Reason, reasonCodes } from '../mqtt/codec/reasons.ts'
import { connectRefusal, publishRefusal } from './reasons.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/mqtt.md'), 'utf8')

/** The cells of the table that stands under a heading, without its head. */
function tableUnder(heading: string, first: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? assert.fail(heading)
  const lines = section.split('\n')
  const head = lines.findIndex((line) => line.startsWith(`| ${first} |`))
  assert.ok(head >= 0, first)
  const rows = lines.slice(head + 2)
  const length = rows.findIndex((line) => !line.startsWith('|'))
  return rows.slice(0, length).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

test('the limits are those of the broker', () => {
  const rows = tableUnder('JSON, QoS and sizes', 'limit')
  assert.ok(rows.length > 10)
  for (const [name = '', value] of rows)
    assert.equal(Number(value), defaultLimits[name.slice(1, -1) as keyof typeof defaultLimits], name)
})

test('the reason codes are those of the specification, and CONNACK of 3.1.1 says what the page says', () => {
  const rows = tableUnder('Reason codes', 'code')
  for (const [code = '', name = '', old = ''] of rows) {
    const reason = name.slice(1, -1) as Reason
    assert.equal(Number(code.slice(1, -1)), reasonCodes[reason], name)
    const [, returnCode] = /CONNACK (\d)/.exec(old) ?? []
    // Only refusals of CONNECT have one.
    if (returnCode !== undefined)
      assert.equal(connectCode(reason as ConnectRefusal, 4), Number(returnCode), name)
  }
  const named = new Set(rows.map(([, name = '']) => name.slice(1, -1)))
  assert.equal(named.size, rows.length)
  for (const code of [
    'token_invalid',
    'too_many_requests',
    'storage_full',
    'device_offline',
    'request_invalid',
    'permission_missing',
  ] as const)
    for (const reason of [connectRefusal(code), publishRefusal(code)]) assert.ok(named.has(reason), reason)
})

const roles = ['device', 'owner', 'controller', 'viewer', 'stranger'] as const
type Role = (typeof roles)[number]

describe('the topics', () => {
  let house: Home
  let lamp: Lamp
  let clients: Record<Role, Listening>
  before(async () => {
    house = await openHome()
    const people = {} as Record<Exclude<Role, 'device'>, SignedIn> // filled right below
    for (const name of ['owner', 'controller', 'viewer', 'stranger'] as const)
      people[name] = await house.signedIn(name)
    lamp = await house.lampOf(people.owner)
    for (const relation of ['controller', 'viewer']) {
      const share = { token: people.owner.token, body: { username: relation, relation } }
      const { status } = await house.call('POST', `/v1/devices/${lamp.uid}/shares`, share)
      assert.equal(status, 201)
    }
    clients = {
      device: await lamp.connect(),
      owner: await house.app5(people.owner),
      controller: await house.app5(people.controller),
      viewer: await house.app5(people.viewer),
      stranger: await house.app5(people.stranger),
    }
    // Commands are taken, and answered by nobody.
    await clients.device.subscribe(`d/${lamp.uid}/cmd/+/+`)
  })
  after(() => house.close())

  const rows = tableUnder('Topics', 'topic')
  test('are nine', () => assert.equal(rows.length, 9))

  for (const [topic = '', publishers = '', subscribers = ''] of rows) {
    const written = topic.slice(1, -1)
    const topicOf = (role: Role) =>
      written
        .replace('{uid}', lamp.uid)
        .replace('{stream}', 'kitchen')
        .replace('{rid}', `r-${role}`)
        .replace('{method}', 'switch')
        .replace('{status}', '200')
    const payload = written.endsWith('/log') ? '{"message":"x"}' : '{}'

    for (const role of roles) {
      const mayPublish = publishers.split(', ').includes(role)
      test(`${written} is ${mayPublish ? '' : 'not '}published by the ${role}`, async () => {
        const published = clients[role].publish(topicOf(role), payload, { qos: 1 })
        if (mayPublish) await published
        else
          await assert.rejects(
            published,
            (error) => error instanceof Refused && error.reason === 'not_authorized',
          )
      })

      const maySubscribe = subscribers.split(', ').includes(role)
      test(`${written} is ${maySubscribe ? '' : 'not '}subscribed by the ${role}`, async () => {
        const subscribed = clients[role].subscribe(topicOf(role))
        if (maySubscribe) assert.equal(await subscribed, 1)
        else await assert.rejects(subscribed, { reason: 'not_authorized' })
        await clients[role].unsubscribe(topicOf(role))
      })
    }
  }

  for (const [filter, allowed] of [
    ['d/{uid}/#', ['device', 'owner', 'controller']],
    ['d/{uid}/tele/+', ['device', 'owner', 'controller', 'viewer']],
    ['d/+/tele', []],
    ['#', []],
  ] as [string, Role[]][])
    test(`the filter ${filter} is for ${allowed.join(', ') || 'nobody'}`, async () => {
      for (const role of roles) {
        const subscribed = clients[role].subscribe(filter.replace('{uid}', lamp.uid))
        if (allowed.includes(role)) await subscribed
        else await assert.rejects(subscribed, { reason: 'not_authorized' })
      }
    })
})
