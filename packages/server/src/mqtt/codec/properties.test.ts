import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Holder, readProperties, writeProperties } from './properties.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/** Section 2.2.2.2, table 2-4: each property as bytes, its value, and what may have it. */
const rows: readonly (readonly [bytes: string, properties: object, holders: readonly Holder[]])[] = [
  ['01 01', { payloadFormatIndicator: 1 }, ['publish', 'will']],
  ['02 00000102', { messageExpiryInterval: 258 }, ['publish', 'will']],
  ['03 0001 78', { contentType: 'x' }, ['publish', 'will']],
  ['08 0001 78', { responseTopic: 'x' }, ['publish', 'will']],
  ['09 0002 00ff', { correlationData: Buffer.from([0, 255]) }, ['publish', 'will']],
  ['0b 8001', { subscriptionIdentifiers: [128] }, ['publish', 'subscribe']],
  ['11 0000003c', { sessionExpiryInterval: 60 }, ['connect', 'connack', 'disconnect']],
  ['12 0001 78', { assignedClientIdentifier: 'x' }, ['connack']],
  ['13 0102', { serverKeepAlive: 258 }, ['connack']],
  ['15 0001 78', { authenticationMethod: 'x' }, ['connect', 'connack', 'auth']],
  ['16 0001 ff', { authenticationData: Buffer.from([255]) }, ['connect', 'connack', 'auth']],
  ['17 01', { requestProblemInformation: 1 }, ['connect']],
  ['18 0000000a', { willDelayInterval: 10 }, ['will']],
  ['19 01', { requestResponseInformation: 1 }, ['connect']],
  ['1a 0001 78', { responseInformation: 'x' }, ['connack']],
  ['1c 0001 78', { serverReference: 'x' }, ['connack', 'disconnect']],
  [
    '1f 0001 78',
    { reasonString: 'x' },
    ['connack', 'disconnect', 'auth', 'puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback'],
  ],
  ['21 0014', { receiveMaximum: 20 }, ['connect', 'connack']],
  ['22 000a', { topicAliasMaximum: 10 }, ['connect', 'connack']],
  ['23 0003', { topicAlias: 3 }, ['publish']],
  ['24 01', { maximumQos: 1 }, ['connack']],
  ['25 00', { retainAvailable: 0 }, ['connack']],
  ['27 00010000', { maximumPacketSize: 65_536 }, ['connect', 'connack']],
  ['28 00', { wildcardSubscriptionAvailable: 0 }, ['connack']],
  ['29 00', { subscriptionIdentifierAvailable: 0 }, ['connack']],
  ['2a 00', { sharedSubscriptionAvailable: 0 }, ['connack']],
]
const holders: readonly Holder[] = [
  ...(['connect', 'connack', 'publish', 'will', 'puback', 'pubrec', 'pubrel', 'pubcomp'] as const),
  ...(['subscribe', 'suback', 'unsubscribe', 'unsuback', 'disconnect', 'auth'] as const),
]

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
function read(hex: string, holder: Holder) {
  const body = bytesOf(hex)
  const whole = Buffer.concat([Buffer.from([body.length]), body])
  return readProperties(new Reader(whole, 0, whole.length), holder)
}

for (const [hex, properties, may] of rows) {
  const [name = ''] = Object.keys(properties)
  test(`${name} is ${hex}, in ${may.join(', ')} and nowhere else`, () => {
    const writer = new Writer(64)
    writeProperties(writer, properties)
    assert.equal(writer.length, bytesOf(hex).length + 1)
    for (const holder of holders) {
      if (may.includes(holder)) assert.deepEqual(read(hex, holder), properties, holder)
      else assert.throws(() => read(hex, holder), { reason: 'malformed_packet' }, holder)
    }
  })
}

test('user properties are everywhere, and as often as one likes', () => {
  const pair = '26 0001 61 0001 62'
  for (const holder of holders) {
    const two = [
      ['a', 'b'],
      ['a', 'b'],
    ]
    assert.deepEqual(read(pair + pair, holder), { userProperties: two }, holder)
  }
})

test('a number that the table does not have is no property', () => {
  const known = new Set([...rows.map(([hex]) => Number.parseInt(hex.slice(0, 2), 16)), 0x26])
  for (let id = 0; id < 128; id += 1) {
    if (known.has(id)) continue
    for (const holder of holders)
      assert.throws(() => read(`${id.toString(16).padStart(2, '0')}00`, holder), {
        reason: 'malformed_packet',
      })
  }
})
