/** The two protocol levels we speak: 4 is MQTT 3.1.1, 5 is MQTT 5. */
export type Protocol = 4 | 5
export type Qos = 0 | 1 | 2

/** The properties of MQTT 5 (section 2.2.2.2). A 3.1.1 packet has none. `properties.ts` says which packet may have which. */
export interface Properties {
  readonly payloadFormatIndicator?: number
  /** Seconds. */
  readonly messageExpiryInterval?: number
  readonly contentType?: string
  readonly responseTopic?: string
  readonly correlationData?: Buffer
  readonly subscriptionIdentifiers?: readonly number[]
  /** Seconds. */
  readonly sessionExpiryInterval?: number
  readonly assignedClientIdentifier?: string
  /** Seconds. */
  readonly serverKeepAlive?: number
  readonly authenticationMethod?: string
  readonly authenticationData?: Buffer
  readonly requestProblemInformation?: number
  /** Seconds. */
  readonly willDelayInterval?: number
  readonly requestResponseInformation?: number
  readonly responseInformation?: string
  readonly serverReference?: string
  readonly reasonString?: string
  readonly receiveMaximum?: number
  readonly topicAliasMaximum?: number
  readonly topicAlias?: number
  readonly maximumQos?: number
  readonly retainAvailable?: number
  readonly userProperties?: readonly (readonly [name: string, value: string])[]
  /** Bytes. */
  readonly maximumPacketSize?: number
  readonly wildcardSubscriptionAvailable?: number
  readonly subscriptionIdentifierAvailable?: number
  readonly sharedSubscriptionAvailable?: number
}

/** One object for all packets without properties, so that the common packet costs none. */
export const noProperties: Properties = Object.freeze({})

/** What travels from publisher to subscriber. `payload` may be a view of a larger buffer: copy it to keep it for long. */
export interface Message {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: Qos
  readonly retain: boolean
  readonly properties: Properties
}

export interface Connect {
  readonly kind: 'connect'
  readonly protocol: Protocol
  readonly clientId: string
  readonly cleanStart: boolean
  readonly keepAliveSeconds: number
  readonly username: string | undefined
  readonly password: Buffer | undefined
  readonly will: Message | undefined
  readonly properties: Properties
}

export interface ConnAck {
  readonly kind: 'connack'
  readonly sessionPresent: boolean
  /** A reason code of MQTT 5, or a return code of 3.1.1. */
  readonly code: number
  readonly properties: Properties
}

export interface Publish extends Message {
  readonly kind: 'publish'
  readonly duplicate: boolean
  /** 0 in QoS 0, which has none. */
  readonly packetId: number
}

export interface PublishAck {
  readonly kind: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'
  readonly packetId: number
  readonly code: number
  readonly properties: Properties
}

/** One entry of a SUBSCRIBE. The three options are MQTT 5's; a 3.1.1 client means false, false, 0. */
export interface SubscriptionRequest {
  readonly filter: string
  readonly qos: Qos
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  readonly retainHandling: 0 | 1 | 2
}

export interface Subscribe {
  readonly kind: 'subscribe'
  readonly packetId: number
  readonly subscriptions: readonly SubscriptionRequest[]
  readonly properties: Properties
}

export interface SubAck {
  readonly kind: 'suback'
  readonly packetId: number
  readonly codes: readonly number[]
  readonly properties: Properties
}

export interface Unsubscribe {
  readonly kind: 'unsubscribe'
  readonly packetId: number
  readonly filters: readonly string[]
  readonly properties: Properties
}

export interface UnsubAck {
  readonly kind: 'unsuback'
  readonly packetId: number
  /** Empty in MQTT 3.1.1, whose UNSUBACK says only that it is done. */
  readonly codes: readonly number[]
  readonly properties: Properties
}

export interface Ping {
  readonly kind: 'pingreq' | 'pingresp'
}

export interface Disconnect {
  readonly kind: 'disconnect'
  readonly code: number
  readonly properties: Properties
}

export interface Auth {
  readonly kind: 'auth'
  readonly code: number
  readonly properties: Properties
}

export type Packet =
  | Connect
  | ConnAck
  | Publish
  | PublishAck
  | Subscribe
  | SubAck
  | Unsubscribe
  | UnsubAck
  | Ping
  | Disconnect
  | Auth

/** The type in the upper half of a packet's first byte (section 2.1.2), as an index. 0 is forbidden. */
export const packetTypes = [
  undefined,
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
] as const satisfies readonly (Packet['kind'] | undefined)[]
