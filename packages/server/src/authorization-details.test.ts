import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AskedOfDevice,
  type DeviceDetail,
  detailsInForce,
  firstEndOf,
  judgeDetails,
  parseDetails,
  permissionsOf,
  shownDetail,
} from './authorization-details.ts'

const lamp: DeviceDetail = { type: 'device', identifier: 'lamp', actions: ['view', 'control'] }
const now = 1_800_000_000_000
const soon = now / 1000

/** A list of details of so many characters. */
const listOf = (length: number) => JSON.stringify([lamp]).padEnd(length, ' ')
const methods = (count: number) => Array.from({ length: count }, (_, at) => `m${at}`)
const devices = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ type: 'device', identifier: `d${at}`, actions: ['view'] }))

const texts: readonly (readonly [name: string, text: string, isRead: boolean])[] = [
  ['one', JSON.stringify([lamp]), true],
  ['as many characters as there may be', listOf(1_500), true],
  ['one character more', listOf(1_501), false],
  ['ten devices', JSON.stringify(devices(10)), true],
  ['eleven', JSON.stringify(devices(11)), false],
  ['one device twice', JSON.stringify([lamp, lamp]), false],
  ['none', '[]', false],
  ['no list', JSON.stringify(lamp), false],
  ['no JSON', '[', false],
  ['an identifier of 64 characters', JSON.stringify([{ ...lamp, identifier: 'x'.repeat(64) }]), true],
  ['one of 65', JSON.stringify([{ ...lamp, identifier: 'x'.repeat(65) }]), false],
  ['no actions', JSON.stringify([{ ...lamp, actions: [] }]), false],
  ['an action twice', JSON.stringify([{ ...lamp, actions: ['view', 'view'] }]), false],
  ['an action that there is not', JSON.stringify([{ ...lamp, actions: ['own'] }]), false],
  ['twenty methods', JSON.stringify([{ ...lamp, methods: methods(20) }]), true],
  ['21 methods', JSON.stringify([{ ...lamp, methods: methods(21) }]), false],
  ['no methods', JSON.stringify([{ ...lamp, methods: [] }]), false],
  ['a method twice', JSON.stringify([{ ...lamp, methods: ['on', 'on'] }]), false],
  ['methods without control', JSON.stringify([{ ...lamp, actions: ['view'], methods: ['on'] }]), false],
  ['an end at the first second', JSON.stringify([{ ...lamp, expires_at: 1 }]), true],
  ['an end before it', JSON.stringify([{ ...lamp, expires_at: 0 }]), false],
  ['an end between two seconds', JSON.stringify([{ ...lamp, expires_at: 1.5 }]), false],
  ['another type', JSON.stringify([{ ...lamp, type: 'door' }]), false],
  ['a member that nobody knows', JSON.stringify([{ ...lamp, hidden: true }]), false],
]
for (const [name, text, isRead] of texts) {
  test(`details with ${name} are ${isRead ? 'read' : 'refused'}`, () => {
    assert.deepEqual(parseDetails(text), isRead ? JSON.parse(text) : undefined)
  })
}

const view: DeviceDetail = { ...lamp, actions: ['view'] }
const onlyOn: DeviceDetail = { ...lamp, methods: ['on'] }
const judged: readonly (readonly [
  details: readonly DeviceDetail[] | undefined,
  asked: Partial<AskedOfDevice>,
  verdict: string,
])[] = [
  [undefined, {}, 'granted'],
  [undefined, { action: 'own' }, 'granted'],
  [[], {}, 'hidden'],
  [[lamp], {}, 'granted'],
  [[lamp], { uid: 'door' }, 'hidden'],
  [[view, { ...view, identifier: 'door' }], { uid: 'door' }, 'granted'],
  [[view], { action: 'control', method: 'on' }, 'denied'],
  [[lamp], { action: 'own' }, 'denied'],
  [[lamp], { action: 'control', method: 'on' }, 'granted'],
  [[lamp], { action: 'control' }, 'granted'],
  [[onlyOn], { action: 'control', method: 'on' }, 'granted'],
  [[onlyOn], { action: 'control', method: 'off' }, 'denied'],
  [[onlyOn], { action: 'control' }, 'denied'],
  [[onlyOn], { action: 'view' }, 'granted'],
  [[{ ...lamp, expires_at: soon + 1 }], {}, 'granted'],
  [[{ ...lamp, expires_at: soon }], {}, 'hidden'],
]
for (const [details, asked, verdict] of judged) {
  test(`${JSON.stringify(asked)} by ${JSON.stringify(details)} is ${verdict}`, () => {
    assert.equal(judgeDetails(details, { uid: 'lamp', action: 'view', ...asked }, now), verdict)
  })
}

test('what is over is in force no more, and the first of all ends is found', () => {
  const over = { ...lamp, expires_at: soon }
  const later = { ...lamp, identifier: 'door', expires_at: soon + 5 }
  const last = { ...lamp, identifier: 'gate', expires_at: soon + 9 }
  assert.deepEqual(detailsInForce([over, last, lamp, later], now), [last, lamp, later])
  assert.equal(firstEndOf([last, lamp, later]), now + 5_000)
  assert.equal(firstEndOf([lamp]), undefined)
})

test('details need the permissions of their actions', () => {
  assert.deepEqual(permissionsOf([]), [])
  assert.deepEqual(permissionsOf([view]), ['devices:view'])
  assert.deepEqual(permissionsOf([{ ...lamp, actions: ['control'] }]), ['devices:control'])
  assert.deepEqual(permissionsOf([view, lamp]), ['devices:view', 'devices:control'])
})

test('a detail is shown with what it has', () => {
  assert.deepEqual(shownDetail(lamp), lamp)
  const whole = { ...onlyOn, expires_at: soon }
  assert.deepEqual(shownDetail(whole), whole)
  assert.deepEqual(Object.keys(shownDetail({ ...lamp, methods: undefined, expires_at: undefined })), [
    'type',
    'identifier',
    'actions',
  ])
})
