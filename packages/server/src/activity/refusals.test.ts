import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testWorld } from '../../test/app.ts'
import { device, type More, type Target, type Who } from './events.ts'
import { createRefusalLog } from './refusals.ts'

interface Row {
  readonly who: Who
  readonly target: Target | undefined
  readonly more: More
}

function opened() {
  const world = testWorld()
  const rows: Row[] = []
  const storage = { isFull: false }
  const log = createRefusalLog({
    world,
    async write(who, _event, target, more) {
      if (storage.isFull) throw new Error('the disk is full')
      rows.push({ who, target, more })
    },
  })
  const refuse = (...[who, reason = 'token_invalid', target, details]: Asked) =>
    log.record(who, 'access.refuse', target, { reason, details })
  return { world, rows, storage, log, refuse }
}

type Asked = [Who, More['reason']?, (Target | undefined)?, More['details']?]

const from = (address: string): Who => ({ client: { address } })

test('six thousand forged tokens of one address are one row at once, and one with the count after a minute', async () => {
  const { world, rows, log, refuse } = opened()
  for (let each = 0; each < 6_000; each += 1) await refuse(from('203.0.113.9'))
  assert.equal(rows.length, 1)
  assert.equal(rows[0]?.more.outcome, 'refused')
  world.advance(60_000)
  await log.flush()
  assert.equal(rows.length, 2)
  assert.deepEqual(rows[1]?.more.details, { count: 5_999 })
})

test('a flood that goes on is one row a minute, without anybody flushing', async () => {
  const { world, rows, refuse } = opened()
  for (let second = 0; second < 600; second += 1) {
    await refuse({ subject: 'usr_a' })
    world.advance(1_000)
  }
  assert.ok(rows.length >= 10 && rows.length <= 11, String(rows.length))
})

test('after a quiet minute the next refusal is a row at once', async () => {
  const { world, rows, log, refuse } = opened()
  await refuse({ subject: 'usr_a' })
  world.advance(60_000)
  await log.flush()
  await refuse({ subject: 'usr_a' })
  assert.equal(rows.length, 2)
})

for (const { name, one, other } of [
  { name: 'subjects', one: [{ subject: 'usr_a' }], other: [{ subject: 'usr_b' }] },
  { name: 'addresses', one: [from('203.0.113.1')], other: [from('203.0.113.2')] },
  { name: 'networks of IPv6', one: [from('2001:db8:0:1::1')], other: [from('2001:db8:0:2::1')] },
  { name: 'reasons', one: [{ subject: 'usr_a' }, 'not_view'], other: [{ subject: 'usr_a' }, 'not_control'] },
  {
    name: 'targets',
    one: [{ subject: 'usr_a' }, 'not_view', device('a')],
    other: [{ subject: 'usr_a' }, 'not_view', device('b')],
  },
  {
    name: 'routes',
    one: [{ subject: 'usr_a' }, 'not_view', undefined, { route: 'GET /a' }],
    other: [{ subject: 'usr_a' }, 'not_view', undefined, { route: 'GET /b' }],
  },
  { name: 'clients', one: [{ clientId: 'svc_a' }], other: [{ clientId: 'svc_b' }] },
] satisfies { name: string; one: Asked; other: Asked }[]) {
  test(`tells apart: ${name}`, async () => {
    const { rows, refuse } = opened()
    const asked: Asked[] = [one, other]
    for (const each of asked) await refuse(...each)
    assert.equal(rows.length, 2)
  })
}

test('the addresses of one IPv6 network are one asker', async () => {
  const { rows, refuse } = opened()
  for (const address of ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:db8:0:0:1:2:3:4'])
    await refuse(from(address))
  assert.equal(rows.length, 1)
})

test('one asker cannot make a row of each thing that could be asked for', async () => {
  const { rows, log, refuse } = opened()
  for (let each = 0; each < 5_000; each += 1)
    await refuse({ subject: 'usr_a' }, 'not_view', device(String(each)))
  assert.equal(rows.length, 101)
  await refuse({ subject: 'usr_b' }, 'not_view')
  assert.equal(rows.length, 102, 'others are told apart still')
  await log.flush(true)
  const counted = rows.map(({ more }) => Number(more.details?.count ?? 0))
  assert.equal(Math.max(...counted), 4_899)
})

test('what is forgotten of one asker makes room for as much, and for no more', async () => {
  const { world, rows, log, refuse } = opened()
  for (let each = 0; each < 100; each += 1)
    await refuse({ subject: 'usr_a' }, 'not_view', device(String(each)))
  // Half of them go on, so that they are kept.
  for (let each = 0; each < 50; each += 1)
    await refuse({ subject: 'usr_a' }, 'not_view', device(String(each)))
  world.advance(60_000)
  await log.flush()
  rows.length = 0
  for (let each = 100; each < 200; each += 1)
    await refuse({ subject: 'usr_a' }, 'not_view', device(String(each)))
  assert.equal(rows.length, 51, 'fifty of their own, and one for the others')
})

test('a crowd of askers is one kind once ten thousand are told apart', async () => {
  const { rows, refuse } = opened()
  for (let each = 0; each < 12_000; each += 1) await refuse({ subject: `usr_${each}` })
  assert.equal(rows.length, 10_001)
})

test('a minute after the row of a kind, the next refusal of it is told with the count, and not before', async () => {
  const { world, rows, refuse } = opened()
  await refuse({ subject: 'usr_a' })
  world.advance(59_999)
  await refuse({ subject: 'usr_a' })
  assert.equal(rows.length, 1)
  world.advance(1)
  await refuse({ subject: 'usr_a' })
  assert.deepEqual(rows[1]?.more.details, { count: 2 })
})

test('what could not be written is told by the count of the row that can be', async () => {
  const { world, rows, storage, log, refuse } = opened()
  storage.isFull = true
  await assert.rejects(refuse({ subject: 'usr_a' }), /full/)
  await refuse({ subject: 'usr_a' })
  world.advance(60_000)
  await assert.rejects(log.flush(), /full/)
  storage.isFull = false
  await log.flush()
  assert.deepEqual(
    rows.map(({ more }) => more.details),
    [{ count: 2 }],
  )
})
