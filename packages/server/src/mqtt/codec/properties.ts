import type { Packet, Properties } from './packets.ts'
import { noProperties } from './packets.ts'
import type { Reader } from './reader.ts'
import { malformed, ProtocolError } from './reasons.ts'
import type { Writer } from './writer.ts'

/** What can have properties: nearly every packet, and the will within a CONNECT. */
export type Holder = Exclude<Packet['kind'], 'pingreq' | 'pingresp'> | 'will'

type Type = 'flag' | 'uint16' | 'uint32' | 'integers' | 'string' | 'binary' | 'pairs'

interface Property {
  readonly id: number
  readonly name: keyof Properties
  readonly type: Type
  readonly holders: readonly Holder[]
  /** "It is a Protocol Error" for these to be 0. */
  readonly notZero?: true
}

const message = ['publish', 'will'] as const
const acks = ['puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback'] as const
const everywhere = [
  'connect',
  'connack',
  'subscribe',
  'unsubscribe',
  'disconnect',
  'auth',
  ...message,
  ...acks,
] as const

/** Section 2.2.2.2, table 2-4. */
const table: readonly Property[] = [
  { id: 0x01, name: 'payloadFormatIndicator', type: 'flag', holders: message },
  { id: 0x02, name: 'messageExpiryInterval', type: 'uint32', holders: message },
  { id: 0x03, name: 'contentType', type: 'string', holders: message },
  { id: 0x08, name: 'responseTopic', type: 'string', holders: message },
  { id: 0x09, name: 'correlationData', type: 'binary', holders: message },
  {
    id: 0x0b,
    name: 'subscriptionIdentifiers',
    type: 'integers',
    holders: ['publish', 'subscribe'],
    notZero: true,
  },
  { id: 0x11, name: 'sessionExpiryInterval', type: 'uint32', holders: ['connect', 'connack', 'disconnect'] },
  { id: 0x12, name: 'assignedClientIdentifier', type: 'string', holders: ['connack'] },
  { id: 0x13, name: 'serverKeepAlive', type: 'uint16', holders: ['connack'] },
  { id: 0x15, name: 'authenticationMethod', type: 'string', holders: ['connect', 'connack', 'auth'] },
  { id: 0x16, name: 'authenticationData', type: 'binary', holders: ['connect', 'connack', 'auth'] },
  { id: 0x17, name: 'requestProblemInformation', type: 'flag', holders: ['connect'] },
  { id: 0x18, name: 'willDelayInterval', type: 'uint32', holders: ['will'] },
  { id: 0x19, name: 'requestResponseInformation', type: 'flag', holders: ['connect'] },
  { id: 0x1a, name: 'responseInformation', type: 'string', holders: ['connack'] },
  { id: 0x1c, name: 'serverReference', type: 'string', holders: ['connack', 'disconnect'] },
  { id: 0x1f, name: 'reasonString', type: 'string', holders: ['connack', 'disconnect', 'auth', ...acks] },
  { id: 0x21, name: 'receiveMaximum', type: 'uint16', holders: ['connect', 'connack'], notZero: true },
  { id: 0x22, name: 'topicAliasMaximum', type: 'uint16', holders: ['connect', 'connack'] },
  { id: 0x23, name: 'topicAlias', type: 'uint16', holders: ['publish'] },
  { id: 0x24, name: 'maximumQos', type: 'flag', holders: ['connack'] },
  { id: 0x25, name: 'retainAvailable', type: 'flag', holders: ['connack'] },
  { id: 0x26, name: 'userProperties', type: 'pairs', holders: everywhere },
  { id: 0x27, name: 'maximumPacketSize', type: 'uint32', holders: ['connect', 'connack'], notZero: true },
  { id: 0x28, name: 'wildcardSubscriptionAvailable', type: 'flag', holders: ['connack'] },
  { id: 0x29, name: 'subscriptionIdentifierAvailable', type: 'flag', holders: ['connack'] },
  { id: 0x2a, name: 'sharedSubscriptionAvailable', type: 'flag', holders: ['connack'] },
]

const byId = new Map(table.map((property) => [property.id, property]))
const byName = new Map(table.map((property) => [property.name, property]))

/** Read the length of the properties and the properties, refusing any that `holder` may not have. */
export function readProperties(reader: Reader, holder: Holder): Properties {
  const length = reader.variableByteInteger()
  if (length === 0) return noProperties
  const section = reader.section(length)
  const found: Partial<Record<keyof Properties, unknown>> = {}
  while (!section.done) {
    const property = byId.get(section.variableByteInteger())
    if (!property?.holders.includes(holder)) throw malformed('a property does not belong in its packet')
    found[property.name] = readValue(section, property, holder, found[property.name])
  }
  // Each value was read by the type that the table gives its name.
  return found as Properties
}

function readValue(reader: Reader, property: Property, holder: Holder, before: unknown): unknown {
  const { type, name } = property
  if (type === 'pairs') {
    const pairs = (before ?? []) as [string, string][] // what the line below put there
    pairs.push([reader.string(), reader.string()])
    return pairs
  }
  const value = readSingle(reader, type)
  if (property.notZero && value === 0) throw new ProtocolError('protocol_error', `${name} is zero`)
  if (type === 'integers') {
    const identifiers = (before ?? []) as number[] // what the line below put there
    identifiers.push(value as number)
    // Only a message that matched several subscriptions has several (section 3.3.2.3.8).
    if (holder === 'publish' || identifiers.length === 1) return identifiers
  }
  if (before !== undefined) throw new ProtocolError('protocol_error', `${name} is there twice`)
  if (type === 'flag' && (value as number) > 1)
    throw new ProtocolError('protocol_error', `${name} is neither 0 nor 1`)
  return value
}

function readSingle(reader: Reader, type: Exclude<Type, 'pairs'>): number | string | Buffer {
  switch (type) {
    case 'flag':
      return reader.byte()
    case 'uint16':
      return reader.uint16()
    case 'uint32':
      return reader.uint32()
    case 'integers':
      return reader.variableByteInteger()
    case 'string':
      return reader.string()
    case 'binary':
      return reader.binary()
  }
}

/** Write the properties with their length in front; those whose value is `undefined` are left out. */
export function writeProperties(writer: Writer, properties: Properties): void {
  if (properties === noProperties) {
    writer.byte(0)
    return
  }
  writer.measured(() => {
    for (const [name, value] of Object.entries(properties)) {
      const property = byName.get(name as keyof Properties)
      if (!property) throw new TypeError(`MQTT 5 has no property ${name}`)
      if (value !== undefined) writeValue(writer, property, value)
    }
  })
}

function writeValue(writer: Writer, { id, type }: Property, value: unknown): void {
  // `Properties` gives each name the type that the table gives it, which is what these casts lean on.
  switch (type) {
    case 'flag':
      writer.byte(id).byte(value as number)
      break
    case 'uint16':
      writer.byte(id).uint16(value as number)
      break
    case 'uint32':
      writer.byte(id).uint32(value as number)
      break
    case 'integers':
      for (const identifier of value as readonly number[]) writer.byte(id).variableByteInteger(identifier)
      break
    case 'string':
      writer.byte(id).string(value as string)
      break
    case 'binary':
      writer.byte(id).binary(value as Buffer)
      break
    case 'pairs':
      for (const [name, text] of value as readonly [string, string][])
        writer.byte(id).string(name).string(text)
      break
  }
}
