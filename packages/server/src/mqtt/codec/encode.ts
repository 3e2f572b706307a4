import type { Connect, Message, Packet, Properties, Protocol } from './packets.ts'
import { noProperties, packetTypes } from './packets.ts'
import { writeProperties } from './properties.ts'
import { Writer } from './writer.ts'

/**
 * The bytes of one packet. What MQTT 3.1.1 has no place for (properties, reason codes of acknowledgements)
 * is left out at protocol 4. A string that is too long or a property that does not exist is a TypeError.
 */
export function encode(packet: Packet, protocol: Protocol): Buffer {
  switch (packet.kind) {
    case 'connect':
      return encodeConnect(packet)
    case 'publish':
      return encodePublish(packet, protocol, packet.qos, packet.packetId, packet.retain, packet.duplicate)
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp': {
      if (isPlain(packet, protocol)) return encodeShortAck(packet.kind, packet.packetId)
      const writer = new Writer(32).uint16(packet.packetId).byte(packet.code)
      writeProperties(writer, packet.properties)
      return writer.packet(firstByte(packet.kind))
    }
    case 'connack': {
      const writer = new Writer(64).byte(packet.sessionPresent ? 1 : 0).byte(packet.code)
      return finish(writer, packet, protocol)
    }
    case 'subscribe': {
      const writer = start(packet, protocol)
      for (const { filter, qos, noLocal, retainAsPublished, retainHandling } of packet.subscriptions) {
        const options = (noLocal ? 0x04 : 0) | (retainAsPublished ? 0x08 : 0) | (retainHandling << 4)
        writer.string(filter).byte(protocol === 5 ? qos | options : qos)
      }
      return writer.packet(firstByte('subscribe'))
    }
    case 'unsubscribe': {
      const writer = start(packet, protocol)
      for (const filter of packet.filters) writer.string(filter)
      return writer.packet(firstByte('unsubscribe'))
    }
    case 'suback':
    case 'unsuback': {
      const writer = start(packet, protocol)
      if (packet.kind === 'suback' || protocol === 5) for (const code of packet.codes) writer.byte(code)
      return writer.packet(firstByte(packet.kind))
    }
    case 'pingreq':
      return pingRequest
    case 'pingresp':
      return pingResponse
    case 'disconnect':
    case 'auth': {
      const writer = new Writer(32)
      if (!isPlain(packet, protocol)) writeProperties(writer.byte(packet.code), packet.properties)
      return writer.packet(firstByte(packet.kind))
    }
  }
}

const pingRequest = Buffer.from([0xc0, 0])
const pingResponse = Buffer.from([0xd0, 0])

/** A PUBLISH of `message`. Where its packet identifier lies is `packetIdOffset` of the same message. */
export function encodePublish(
  message: Message,
  protocol: Protocol,
  qos: 0 | 1 | 2,
  packetId: number,
  retain: boolean,
  duplicate = false,
): Buffer {
  const { topic, payload } = message
  const writer = new Writer(topic.length + payload.length + 16).string(topic)
  if (qos > 0) writer.uint16(packetId)
  if (protocol === 5) writeProperties(writer, message.properties)
  writer.bytes(payload)
  return writer.packet(firstByte('publish') | (duplicate ? 0x08 : 0) | (qos << 1) | (retain ? 1 : 0))
}

/** Where the packet identifier lies in an encoded PUBLISH of QoS 1 or 2: behind the header and the topic. */
export function packetIdOffset(publish: Buffer): number {
  let at = 1
  while (publish[at]! >= 0x80) at++
  return at + 1 + 2 + publish.readUInt16BE(at + 1)
}

/** An acknowledgement that all is well, which is the same four bytes in both protocols. */
export function encodeShortAck(kind: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', packetId: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes[0] = firstByte(kind)
  bytes[1] = 2
  bytes[2] = packetId >>> 8
  bytes[3] = packetId & 0xff
  return bytes
}

function encodeConnect({ protocol, will, username, password, ...packet }: Connect): Buffer {
  const flags =
    (packet.cleanStart ? 0x02 : 0) |
    (will ? 0x04 | (will.qos << 3) | (will.retain ? 0x20 : 0) : 0) |
    (password ? 0x40 : 0) |
    (username !== undefined ? 0x80 : 0)
  const writer = new Writer(128).string('MQTT').byte(protocol).byte(flags).uint16(packet.keepAliveSeconds)
  if (protocol === 5) writeProperties(writer, packet.properties)
  writer.string(packet.clientId)
  if (will) {
    if (protocol === 5) writeProperties(writer, will.properties)
    writer.string(will.topic).binary(will.payload)
  }
  if (username !== undefined) writer.string(username)
  if (password) writer.binary(password)
  return writer.packet(firstByte('connect'))
}

/** Whether a code and properties say nothing that their absence does not say too. */
function isPlain(
  { code, properties }: { code: number; properties: Properties },
  protocol: Protocol,
): boolean {
  return protocol === 4 || (code === 0 && properties === noProperties)
}

/** A body that begins as most do: packet identifier, then properties. */
function start(
  { packetId, properties }: { packetId: number; properties: Properties },
  protocol: Protocol,
): Writer {
  const writer = new Writer(64).uint16(packetId)
  if (protocol === 5) writeProperties(writer, properties)
  return writer
}

function finish(
  writer: Writer,
  { kind, properties }: Packet & { properties: Properties },
  protocol: Protocol,
): Buffer {
  if (protocol === 5) writeProperties(writer, properties)
  return writer.packet(firstByte(kind))
}

const firstBytes = Object.fromEntries(
  packetTypes.map((kind, type) => [
    kind,
    (type << 4) | (kind === 'pubrel' || kind === 'subscribe' || kind === 'unsubscribe' ? 2 : 0),
  ]),
)

/** The type, and the reserved flags of the three packets that have one set (section 2.1.3). */
function firstByte(kind: Packet['kind']): number {
  return firstBytes[kind]!
}
