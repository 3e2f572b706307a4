import type {
  Auth,
  ConnAck,
  Connect,
  Disconnect,
  Message,
  Packet,
  Protocol,
  Publish,
  PublishAck,
  Qos,
  SubAck,
  Subscribe,
  SubscriptionRequest,
  UnsubAck,
  Unsubscribe,
} from './packets.ts'
import { noProperties, packetTypes } from './packets.ts'
import { type Holder, readProperties } from './properties.ts'
import type { Reader } from './reader.ts'
import { allowedReasonCodes, malformed, ProtocolError } from './reasons.ts'
import { hasControlCharacter, isShared, isTopicFilter, isTopicName } from './topics.ts'

/** What the peer speaks: read by every packet, and written by CONNECT as soon as it is known. */
export interface Speaker {
  protocol: Protocol
}

/** Parse one packet, given its first byte and a reader of all that follows its length. */
export function parse(first: number, reader: Reader, speaker: Speaker): Packet {
  const kind = packetTypes[first >> 4]
  const flags = first & 0x0f
  const { protocol } = speaker
  if (kind === 'publish') return parsePublish(flags, reader, protocol)
  // "Where a flag bit is marked as Reserved it MUST be set to the value listed" [MQTT-2.1.3-1].
  const reserved = kind === 'pubrel' || kind === 'subscribe' || kind === 'unsubscribe' ? 2 : 0
  if (flags !== reserved) throw malformed('a reserved flag of the fixed header is set')
  const packet = parseBody(kind, reader, speaker)
  if (!reader.done) throw malformed('a packet is longer than its fields')
  return packet
}

function parseBody(kind: (typeof packetTypes)[number], reader: Reader, speaker: Speaker): Packet {
  const { protocol } = speaker
  switch (kind) {
    case 'connect':
      return parseConnect(reader, speaker)
    case 'connack':
      return parseConnAck(reader, protocol)
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return parsePublishAck(kind, reader, protocol)
    case 'subscribe':
      return parseSubscribe(reader, protocol)
    case 'suback':
    case 'unsuback':
      return parseManyAck(kind, reader, protocol)
    case 'unsubscribe':
      return parseUnsubscribe(reader, protocol)
    case 'pingreq':
    case 'pingresp':
      return { kind }
    case 'disconnect':
      return parseDisconnect(reader, protocol)
    case 'auth':
      if (protocol === 4) throw malformed('3.1.1 has no AUTH')
      return parseAuth(reader)
    default:
      throw malformed('there is no such packet type')
  }
}

function parseConnect(reader: Reader, speaker: Speaker): Connect {
  const name = reader.string()
  const level = reader.byte()
  // Said in the protocol of the answer: a 3.1.1 CONNACK for what is older than MQTT 5.
  if (name === 'MQTT' && level >= 5) speaker.protocol = 5
  const known = name === 'MQTT' ? level === 4 || level === 5 : false
  // [MQTT-3.1.2-2]; MQIsdp at level 3 is the protocol before 3.1.1.
  if (!known && (name === 'MQTT' || name === 'MQIsdp'))
    throw new ProtocolError('unsupported_protocol_version', 'only MQTT 3.1.1 and 5 are spoken here')
  if (!known) throw malformed('the protocol name is not MQTT')
  const { protocol } = speaker

  const flags = reader.byte()
  const hasWill = (flags & 0x04) !== 0
  const willQos = qosOf((flags >> 3) & 3)
  const willRetain = (flags & 0x20) !== 0
  const hasPassword = (flags & 0x40) !== 0
  const hasUsername = (flags & 0x80) !== 0
  if (flags & 0x01) throw malformed('the reserved connect flag is set') // [MQTT-3.1.2-3]
  if (!hasWill && (willQos > 0 || willRetain)) throw malformed('a will flag is set without a will') // [MQTT-3.1.2-11]
  if (protocol === 4 && hasPassword && !hasUsername)
    throw malformed('3.1.1 has no password without a user name') // 3.1.1 [MQTT-3.1.2-22]

  const keepAliveSeconds = reader.uint16()
  const properties = propertiesOf(reader, 'connect', protocol)
  if (properties.authenticationData && properties.authenticationMethod === undefined)
    throw new ProtocolError('protocol_error', 'there is authentication data without a method')
  const clientId = reader.string()
  const will = hasWill ? parseWill(reader, protocol, willQos, willRetain) : undefined
  const username = hasUsername ? reader.string() : undefined
  if (username !== undefined && hasControlCharacter(username))
    throw malformed('the user name holds a control character')
  const password = hasPassword ? reader.binary() : undefined
  const cleanStart = (flags & 0x02) !== 0
  return {
    kind: 'connect',
    protocol,
    clientId,
    cleanStart,
    keepAliveSeconds,
    username,
    password,
    will,
    properties,
  }
}

function parseWill(reader: Reader, protocol: Protocol, qos: Qos, retain: boolean): Message {
  const properties = messageProperties(reader, 'will', protocol)
  const topic = reader.string()
  if (!isTopicName(topic)) throw malformed('the topic of the will is not a topic name')
  return { topic, payload: reader.binary(), qos, retain, properties }
}

function parseConnAck(reader: Reader, protocol: Protocol): ConnAck {
  const flags = reader.byte()
  if (flags > 1) throw malformed('a reserved flag of CONNACK is set') // [MQTT-3.2.2-1]
  const code = reader.byte()
  const known = protocol === 5 ? allowedReasonCodes.connack.has(code) : code <= 5
  if (!known) throw malformed('CONNACK has a code that it cannot have')
  return {
    kind: 'connack',
    sessionPresent: flags === 1,
    code,
    properties: propertiesOf(reader, 'connack', protocol),
  }
}

function parsePublish(flags: number, reader: Reader, protocol: Protocol): Publish {
  const qos = qosOf((flags >> 1) & 3)
  const duplicate = (flags & 0x08) !== 0
  if (duplicate && qos === 0) throw malformed('a duplicate of a QoS 0 message is announced') // [MQTT-3.3.1-2]
  const topic = reader.string()
  const packetId = qos > 0 ? packetIdOf(reader) : 0
  const properties = protocol === 5 ? messageProperties(reader, 'publish', protocol) : noProperties
  // An alias stands for a topic, and only then may the topic be empty (section 3.3.2.3.4).
  const named = topic !== '' || properties.topicAlias === undefined
  // Reason 0x90 is for a name that is "correctly formed, but is not accepted" (section 3.14.2.1).
  if (named && !isTopicName(topic)) throw malformed('not a topic name') // [MQTT-3.3.2-2]
  if (properties.topicAlias === 0) throw new ProtocolError('topic_alias_invalid', 'a topic alias is zero') // [MQTT-3.3.2-8]
  const retain = (flags & 0x01) !== 0
  return { kind: 'publish', topic, payload: reader.rest(), qos, retain, duplicate, packetId, properties }
}

function messageProperties(reader: Reader, holder: 'publish' | 'will', protocol: Protocol) {
  const properties = propertiesOf(reader, holder, protocol)
  const { responseTopic } = properties
  if (responseTopic !== undefined && !isTopicName(responseTopic))
    throw malformed('the response topic is not a topic name') // [MQTT-3.3.2-14]
  return properties
}

function parsePublishAck(kind: PublishAck['kind'], reader: Reader, protocol: Protocol): PublishAck {
  const packetId = packetIdOf(reader)
  return { kind, packetId, ...codeAndProperties(kind, reader, protocol) }
}

function parseSubscribe(reader: Reader, protocol: Protocol): Subscribe {
  const packetId = packetIdOf(reader)
  const properties = propertiesOf(reader, 'subscribe', protocol)
  const subscriptions: SubscriptionRequest[] = []
  do {
    const filter = filterOf(reader)
    const options = subscriptionOptions(reader.byte(), protocol)
    // "It is a Protocol Error to set the No Local bit to 1 on a Shared Subscription" [MQTT-3.8.3-4].
    if (options.noLocal && isShared(filter))
      throw new ProtocolError('protocol_error', 'a shared subscription has No Local set')
    subscriptions.push({ filter, ...options })
  } while (!reader.done) // a do loop, for there must be at least one [MQTT-3.8.3-2]
  return { kind: 'subscribe', packetId, subscriptions, properties }
}

function subscriptionOptions(options: number, protocol: Protocol) {
  const qos = qosOf(options & 3)
  const retainHandling = (options >> 4) & 3
  if (options & (protocol === 5 ? 0xc0 : 0xfc)) throw malformed('a reserved subscription option is set') // [MQTT-3.8.3-5]
  if (retainHandling === 3) throw new ProtocolError('protocol_error', 'there is no retain handling 3')
  return {
    qos,
    noLocal: (options & 0x04) !== 0,
    retainAsPublished: (options & 0x08) !== 0,
    retainHandling: retainHandling as 0 | 1 | 2, // 3 is refused above
  }
}

function parseUnsubscribe(reader: Reader, protocol: Protocol): Unsubscribe {
  const packetId = packetIdOf(reader)
  const properties = propertiesOf(reader, 'unsubscribe', protocol)
  const filters: string[] = []
  do filters.push(filterOf(reader))
  while (!reader.done) // at least one [MQTT-3.10.3-2]
  return { kind: 'unsubscribe', packetId, filters, properties }
}

function parseManyAck(kind: 'suback' | 'unsuback', reader: Reader, protocol: Protocol): SubAck | UnsubAck {
  const packetId = packetIdOf(reader)
  const properties = propertiesOf(reader, kind, protocol)
  const codes = [...reader.rest()]
  const empty = kind === 'unsuback' && protocol === 4
  if (empty ? codes.length > 0 : codes.length === 0)
    throw malformed('an acknowledgement has the wrong number of codes')
  // The codes of 3.1.1, 0 to 2 and 0x80, are among those of MQTT 5.
  if (!codes.every((code) => allowedReasonCodes[kind].has(code)))
    throw malformed('an acknowledgement has a code that it cannot have')
  return { kind, packetId, codes, properties }
}

function parseDisconnect(reader: Reader, protocol: Protocol): Disconnect {
  return { kind: 'disconnect', ...codeAndProperties('disconnect', reader, protocol) }
}

function parseAuth(reader: Reader): Auth {
  return { kind: 'auth', ...codeAndProperties('auth', reader, 5) }
}

/** A code of 0 and properties that are none may be left out (sections 3.4.2.1, 3.14.2.1, 3.15.2.1). */
function codeAndProperties(
  kind: PublishAck['kind'] | 'disconnect' | 'auth',
  reader: Reader,
  protocol: Protocol,
): Pick<PublishAck, 'code' | 'properties'> {
  if (protocol === 4 || reader.done) return { code: 0, properties: noProperties }
  const code = reader.byte()
  if (!allowedReasonCodes[kind].has(code)) throw malformed('a packet has a reason code that it cannot have')
  return { code, properties: reader.done ? noProperties : readProperties(reader, kind) }
}

function propertiesOf(reader: Reader, holder: Holder, protocol: Protocol) {
  return protocol === 5 ? readProperties(reader, holder) : noProperties
}

function packetIdOf(reader: Reader): number {
  const packetId = reader.uint16()
  if (packetId === 0) throw new ProtocolError('protocol_error', 'a packet identifier is zero') // [MQTT-2.2.1-3]
  return packetId
}

function qosOf(value: number): Qos {
  if (value === 3) throw malformed('there is no QoS 3') // [MQTT-3.3.1-4]
  return value as Qos // two bits, and not 3
}

function filterOf(reader: Reader): string {
  const filter = reader.string()
  if (!isTopicFilter(filter)) throw malformed('not a topic filter') // [MQTT-4.7.1-1]
  return filter
}
