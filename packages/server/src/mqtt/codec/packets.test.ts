import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Decoder } from './decode.ts'
import { encode, packetIdOffset } from './encode.ts'
import type { Packet, Protocol } from './packets.ts'
import { noProperties } from './packets.ts'
import { ProtocolError } from './reasons.ts'

const none = { properties: noProperties }
const text = (value: string) => Buffer.from(value)

// One row, three tests: parse, write, and parse again split at every byte.
const rows: { name: string; protocol: Protocol; hex: string; packet: Packet }[] = [
  {
    name: 'CONNECT of 3.1.1 with nothing but a client id',
    protocol: 4,
    hex: '100d 00044d515454 04 02 003c 0001 61',
    packet: {
      ...{ kind: 'connect', protocol: 4, clientId: 'a', cleanStart: true, keepAliveSeconds: 60, ...none },
      ...{ username: undefined, password: undefined, will: undefined },
    },
  },
  {
    name: 'CONNECT of 3.1.1 with will, user name and password',
    protocol: 4,
    hex: '101a 00044d515454 04 ee 0000 0001 61 0001 77 0002 6279 0001 75 0001 70',
    packet: {
      ...{ kind: 'connect', protocol: 4, clientId: 'a', cleanStart: true, keepAliveSeconds: 0, ...none },
      ...{ username: 'u', password: text('p') },
      will: { topic: 'w', payload: text('by'), qos: 1, retain: true, ...none },
    },
  },
  {
    name: 'CONNECT of MQTT 5 with a password and no user name, and properties',
    protocol: 5,
    hex: '101b 00044d515454 05 42 000a 08 11 0000000a 21 0014 0001 61 0003 6a7774',
    packet: {
      ...{ kind: 'connect', protocol: 5, clientId: 'a', cleanStart: true, keepAliveSeconds: 10 },
      ...{ username: undefined, password: text('jwt'), will: undefined },
      properties: { sessionExpiryInterval: 10, receiveMaximum: 20 },
    },
  },
  {
    name: 'CONNECT of MQTT 5 with a delayed will',
    protocol: 5,
    hex: '1019 00044d515454 05 04 0000 00 0001 61 05 18 00000005 0001 77 0000',
    packet: {
      ...{ kind: 'connect', protocol: 5, clientId: 'a', cleanStart: false, keepAliveSeconds: 0, ...none },
      ...{ username: undefined, password: undefined },
      will: { topic: 'w', payload: text(''), qos: 0, retain: false, properties: { willDelayInterval: 5 } },
    },
  },
  {
    name: 'CONNACK of 3.1.1',
    protocol: 4,
    hex: '2002 00 05',
    packet: { kind: 'connack', sessionPresent: false, code: 5, ...none },
  },
  {
    name: 'CONNACK of 3.1.1 to a session that is there',
    protocol: 4,
    hex: '2002 01 00',
    packet: { kind: 'connack', sessionPresent: true, code: 0, ...none },
  },
  {
    name: 'CONNACK of MQTT 5 with a reason',
    protocol: 5,
    hex: '2008 00 87 05 1f 0002 6e6f',
    packet: { kind: 'connack', sessionPresent: false, code: 0x87, properties: { reasonString: 'no' } },
  },
  {
    name: 'PUBLISH in QoS 0',
    protocol: 4,
    hex: '3006 0003 612f62 78',
    packet: {
      kind: 'publish',
      topic: 'a/b',
      payload: text('x'),
      qos: 0,
      retain: false,
      duplicate: false,
      packetId: 0,
      ...none,
    },
  },
  {
    name: 'PUBLISH in QoS 1, retained, a duplicate, with no payload',
    protocol: 4,
    hex: '3b07 0003 612f62 0102',
    packet: {
      kind: 'publish',
      topic: 'a/b',
      payload: text(''),
      qos: 1,
      retain: true,
      duplicate: true,
      packetId: 258,
      ...none,
    },
  },
  {
    name: 'PUBLISH in QoS 2 to a topic in Greek',
    protocol: 4,
    hex: '3407 0002 ceb1 0001 78',
    packet: {
      kind: 'publish',
      topic: 'α',
      payload: text('x'),
      qos: 2,
      retain: false,
      duplicate: false,
      packetId: 1,
      ...none,
    },
  },
  {
    name: 'PUBLISH of MQTT 5 with everything that is forwarded',
    protocol: 5,
    hex: '3028 0001 61 23 01 01 02 0000003c 03 0002 7474 08 0001 72 09 0002 beef 26 0001 6b 0001 76 26 0001 6b 0001 77 78',
    packet: {
      ...{
        kind: 'publish',
        topic: 'a',
        payload: text('x'),
        qos: 0,
        retain: false,
        duplicate: false,
        packetId: 0,
      },
      properties: {
        ...{ payloadFormatIndicator: 1, messageExpiryInterval: 60, contentType: 'tt', responseTopic: 'r' },
        ...{ correlationData: Buffer.from('beef', 'hex') },
        userProperties: [
          ['k', 'v'],
          ['k', 'w'],
        ],
      },
    },
  },
  {
    name: 'PUBLISH of MQTT 5 with two subscription identifiers',
    protocol: 5,
    hex: '3009 0001 61 05 0b 01 0b 8001',
    packet: {
      ...{
        kind: 'publish',
        topic: 'a',
        payload: text(''),
        qos: 0,
        retain: false,
        duplicate: false,
        packetId: 0,
      },
      properties: { subscriptionIdentifiers: [1, 128] },
    },
  },
  {
    name: 'PUBLISH of MQTT 5 with the largest subscription identifier',
    protocol: 5,
    hex: '3009 0001 61 05 0b ffffff7f',
    packet: {
      ...{
        kind: 'publish',
        topic: 'a',
        payload: text(''),
        qos: 0,
        retain: false,
        duplicate: false,
        packetId: 0,
      },
      properties: { subscriptionIdentifiers: [268_435_455] },
    },
  },
  {
    name: 'PUBACK',
    protocol: 4,
    hex: '4002 0007',
    packet: { kind: 'puback', packetId: 7, code: 0, ...none },
  },
  {
    name: 'PUBACK of MQTT 5 that all is well',
    protocol: 5,
    hex: '4002 0007',
    packet: { kind: 'puback', packetId: 7, code: 0, ...none },
  },
  {
    name: 'PUBACK of MQTT 5 with a refusal in words',
    protocol: 5,
    hex: '4009 0007 87 05 1f 0002 6e6f',
    packet: { kind: 'puback', packetId: 7, code: 0x87, properties: { reasonString: 'no' } },
  },
  {
    name: 'PUBREC',
    protocol: 4,
    hex: '5002 0007',
    packet: { kind: 'pubrec', packetId: 7, code: 0, ...none },
  },
  {
    name: 'PUBREL',
    protocol: 4,
    hex: '6202 0007',
    packet: { kind: 'pubrel', packetId: 7, code: 0, ...none },
  },
  {
    name: 'PUBCOMP',
    protocol: 5,
    hex: '7002 0007',
    packet: { kind: 'pubcomp', packetId: 7, code: 0, ...none },
  },
  {
    name: 'SUBSCRIBE of 3.1.1 to two filters',
    protocol: 4,
    hex: '820c 0001 0003 612f23 01 0001 2b 00',
    packet: {
      ...{ kind: 'subscribe', packetId: 1, ...none },
      subscriptions: [
        { filter: 'a/#', qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 },
        { filter: '+', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
      ],
    },
  },
  {
    name: 'SUBSCRIBE of MQTT 5 with all options',
    protocol: 5,
    hex: '8207 0001 00 0001 61 2e',
    packet: {
      ...{ kind: 'subscribe', packetId: 1, ...none },
      subscriptions: [{ filter: 'a', qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 2 }],
    },
  },
  {
    name: 'SUBACK of 3.1.1',
    protocol: 4,
    hex: '9004 0001 01 80',
    packet: { kind: 'suback', packetId: 1, codes: [1, 0x80], ...none },
  },
  {
    name: 'SUBACK of MQTT 5',
    protocol: 5,
    hex: '9004 0001 00 87',
    packet: { kind: 'suback', packetId: 1, codes: [0x87], ...none },
  },
  {
    name: 'UNSUBSCRIBE',
    protocol: 4,
    hex: 'a205 0001 0001 61',
    packet: { kind: 'unsubscribe', packetId: 1, filters: ['a'], ...none },
  },
  {
    name: 'UNSUBACK of 3.1.1',
    protocol: 4,
    hex: 'b002 0001',
    packet: { kind: 'unsuback', packetId: 1, codes: [], ...none },
  },
  {
    name: 'UNSUBACK of MQTT 5',
    protocol: 5,
    hex: 'b004 0001 00 11',
    packet: { kind: 'unsuback', packetId: 1, codes: [0x11], ...none },
  },
  { name: 'PINGREQ', protocol: 4, hex: 'c000', packet: { kind: 'pingreq' } },
  { name: 'PINGRESP', protocol: 4, hex: 'd000', packet: { kind: 'pingresp' } },
  { name: 'DISCONNECT', protocol: 4, hex: 'e000', packet: { kind: 'disconnect', code: 0, ...none } },
  {
    name: 'DISCONNECT of MQTT 5 with a reason',
    protocol: 5,
    hex: 'e007 98 05 1f 0002 6e6f',
    packet: { kind: 'disconnect', code: 0x98, properties: { reasonString: 'no' } },
  },
  {
    name: 'AUTH',
    protocol: 5,
    hex: 'f006 18 04 15 0001 6d',
    packet: { kind: 'auth', code: 0x18, properties: { authenticationMethod: 'm' } },
  },
]

for (const { name, protocol, hex, packet } of rows) {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  test(`the decoder reads ${name}`, () => {
    assert.deepEqual(decodeAll([bytes], protocol), [packet])
  })
  test(`the encoder writes ${name}`, () => {
    assert.equal(encode(packet, protocol).toString('hex'), bytes.toString('hex'))
  })
  test(`the decoder reads ${name} split at every byte`, () => {
    for (let at = 1; at < bytes.length; at++)
      assert.deepEqual(decodeAll([bytes.subarray(0, at), bytes.subarray(at)], protocol), [packet])
    assert.deepEqual(
      decodeAll(
        [...bytes].map((byte) => Buffer.of(byte)),
        protocol,
      ),
      [packet],
    )
  })
}

test('a code or a property that is left out means 0 and none', () => {
  for (const hex of ['e000', 'e00100', 'e0020000'])
    assert.deepEqual(decodeAll([Buffer.from(hex, 'hex')], 5), [{ kind: 'disconnect', code: 0, ...none }])
})

for (const hex of ['c08000', 'c0808000', 'c080808000'])
  test(`3.1.1 lets a remaining length be longer than it needs to be: ${hex}`, () => {
    const bytes = Buffer.from(hex, 'hex')
    for (let at = 0; at < bytes.length; at++)
      assert.deepEqual(decodeAll([bytes.subarray(0, at), bytes.subarray(at)], 4), [{ kind: 'pingreq' }])
  })

test('a packet of exactly the limit is read, and one that announces more is refused before it is received', () => {
  const decoder = new Decoder({ maximumBytes: 1000 })
  decoder.push(Buffer.concat([Buffer.from('30e50700 0161'.replace(' ', ''), 'hex'), Buffer.alloc(994)]))
  assert.equal(decoder.next()?.kind, 'publish')
  decoder.push(Buffer.from('30e607', 'hex'))
  assert.throws(() => decoder.next(), { reason: 'packet_too_large' })
})

for (const [level, protocol] of [
  ['03', 4],
  ['04', 4],
  ['05', 5],
  ['06', 5],
] as const)
  test(`after a CONNECT of level ${level} the peer speaks ${protocol === 4 ? '3.1.1' : 'MQTT 5'}`, () => {
    const decoder = new Decoder({ maximumBytes: 1000 })
    decoder.push(Buffer.from(`100e00044d515454${level}02003c00000161`, 'hex'))
    try {
      decoder.next()
    } catch (error) {
      assert.ok(error instanceof ProtocolError)
    }
    assert.equal(decoder.protocol, protocol)
  })

test('the payload of a packet that came whole is not copied', () => {
  const bytes = Buffer.from('30050001616263', 'hex')
  const decoder = new Decoder({ maximumBytes: 1000 })
  decoder.push(bytes)
  const packet = decoder.next()
  assert.ok(packet?.kind === 'publish')
  assert.equal(packet.payload.buffer, bytes.buffer)
  assert.deepEqual([packet.payload.byteOffset, packet.payload.length], [bytes.byteOffset + 5, 2])
})

// The last length of each width, and the first of the next [section 2.1.4].
for (const [length, hex] of [
  [127, '7f'],
  [128, '8001'],
  [16_383, 'ff7f'],
  [16_384, '808001'],
  [2_097_151, 'ffff7f'],
  [2_097_152, '80808001'],
] as const)
  test(`a remaining length of ${length} is written as ${hex}, and read, whole or in parts`, () => {
    const message = { topic: 't', payload: Buffer.alloc(length - 5, 'x'), qos: 1, retain: false } as const
    const packet = { ...message, kind: 'publish', duplicate: false, packetId: 258, ...none } as const
    const bytes = encode(packet, 4)
    const width = hex.length / 2
    assert.equal(bytes.subarray(1, 1 + width).toString('hex'), hex)
    assert.equal(bytes.length, 1 + width + length)
    assert.equal(bytes.readUInt16BE(packetIdOffset(bytes)), 258)
    const large = { maximumBytes: bytes.length }
    for (const at of [bytes.length, 1 + width, 2 + width, bytes.length - 1]) {
      const decoder = new Decoder(large)
      decoder.push(bytes.subarray(0, at))
      let read = decoder.next()
      if (at < bytes.length) {
        assert.equal(read, undefined)
        decoder.push(bytes.subarray(at))
        read = decoder.next()
      }
      assert.ok(read?.kind === 'publish' && read.packetId === 258)
      assert.ok(read.payload.equals(message.payload))
    }
  })

test('a string or binary data of 65,535 bytes is written, and one of more is not', () => {
  const request = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const subscribe = (filter: string): Packet => ({
    ...{ kind: 'subscribe', packetId: 1, subscriptions: [{ filter, ...request }], ...none },
  })
  const publish = (length: number): Packet => ({
    ...{
      kind: 'publish',
      topic: 't',
      payload: text(''),
      qos: 0,
      retain: false,
      duplicate: false,
      packetId: 0,
    },
    properties: { correlationData: Buffer.alloc(length) },
  })
  for (const packet of [subscribe('x'.repeat(65_535)), publish(65_535)])
    assert.deepEqual(decodeAll([encode(packet, 5)], 5), [packet])
  for (const packet of [subscribe('x'.repeat(65_536)), subscribe('ä'.repeat(32_768)), publish(65_536)])
    assert.throws(() => encode(packet, 5), TypeError)
})

const utf8 = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((value) => !value.includes('\0') && value.isWellFormed())
const topic = utf8.map((value) => `t${value.replaceAll(/[#+]/g, '')}`)
const bytesOf = fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value))
const properties = fc.oneof(
  fc.constant(noProperties),
  fc.record(
    {
      messageExpiryInterval: fc.nat(0xffffffff),
      userProperties: fc.array(fc.tuple(utf8, utf8), { minLength: 1, maxLength: 10 }),
      correlationData: bytesOf,
      responseTopic: topic,
    },
    { noNullPrototype: true },
  ),
)
const publishes = fc.record(
  {
    ...{ kind: fc.constant('publish' as const), topic, payload: bytesOf, properties, retain: fc.boolean() },
    ...{
      qos: fc.constantFrom(1 as const, 2 as const),
      duplicate: fc.boolean(),
      packetId: fc.integer({ min: 1, max: 65_535 }),
    },
  },
  { noNullPrototype: true },
)

test('any messages, written and cut anywhere, are read back', () => {
  fc.assert(
    fc.property(
      fc.array(publishes, { maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (packets, cuts) => {
        const stream = Buffer.concat(packets.map((packet) => encode(packet, 5)))
        assert.deepEqual(decodeAll(cut(stream, cuts), 5), packets)
      },
    ),
    { numRuns: 300 },
  )
})

test('random bytes end in packets or in a ProtocolError, and in nothing else', () => {
  const protocols = fc.constantFrom<Protocol>(4, 5)
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.nat(), { maxLength: 5 }),
      protocols,
      (bytes, cuts, protocol) => {
        try {
          decodeAll(cut(Buffer.from(bytes), cuts), protocol)
        } catch (error) {
          assert.ok(error instanceof ProtocolError)
        }
      },
    ),
    { numRuns: 3000 },
  )
})

test('a good packet with one byte changed ends in packets or in a ProtocolError', () => {
  const index = fc.nat(rows.length - 1)
  fc.assert(
    fc.property(index, fc.nat(), fc.nat(255), (row, at, value) => {
      const { hex, protocol } = rows[row]!
      const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
      bytes[at % bytes.length] = value
      try {
        decodeAll([bytes], protocol)
      } catch (error) {
        assert.ok(error instanceof ProtocolError)
      }
    }),
    { numRuns: 3000 },
  )
})

function cut(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((at) => at % (stream.length + 1)), stream.length])].sort(
    (a, b) => a - b,
  )
  return places.slice(1).map((end, index) => stream.subarray(places[index], end))
}

function decodeAll(chunks: readonly Buffer[], protocol: Protocol): Packet[] {
  const decoder = new Decoder({ maximumBytes: 100_000, protocol })
  const packets: Packet[] = []
  for (const chunk of chunks) {
    decoder.push(chunk)
    for (let packet = decoder.next(); packet; packet = decoder.next()) packets.push(packet)
  }
  return packets
}
