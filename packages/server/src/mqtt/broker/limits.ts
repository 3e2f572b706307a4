/** What a broker bears before it refuses. */
export interface Limits {
  /** One packet, header included. */
  readonly packetBytes: number
  readonly topicLength: number
  readonly topicLevels: number
  readonly subscriptionsPerConnection: number
  /** Messages of one connection that are with the authority or not yet released; our Receive Maximum. */
  readonly inFlight: number
  /** QoS 1 messages sent to one connection and not acknowledged; its own Receive Maximum may be lower. */
  readonly outboundInFlight: number
  /** Queued bytes above which a slow connection gets no QoS 0 messages. */
  readonly queueDropBytes: number
  /** Queued bytes above which a slow connection is closed. */
  readonly queueCloseBytes: number
  /** Refused messages in a row after which an MQTT 5 connection is closed. */
  readonly refusedPublishes: number
  readonly connections: number
  /** Connections that have not sent their CONNECT. */
  readonly halfOpen: number
  readonly connectTimeoutMs: number
  readonly authenticateTimeoutMs: number
  /** How long a connection that we end may take to receive what it is owed. */
  readonly closeTimeoutMs: number
  /** An MQTT 5 client that asks for more, or for none, is given this. */
  readonly keepAliveSeconds: number
  readonly retainedMessages: number
  readonly retainedBytes: number
}

export const defaultLimits: Limits = {
  packetBytes: 65 * 1024,
  topicLength: 512,
  topicLevels: 32,
  subscriptionsPerConnection: 100,
  inFlight: 256,
  outboundInFlight: 256,
  queueDropBytes: 256 * 1024,
  queueCloseBytes: 1024 * 1024,
  refusedPublishes: 100,
  connections: 50_000,
  halfOpen: 5_000,
  connectTimeoutMs: 10_000,
  authenticateTimeoutMs: 30_000,
  closeTimeoutMs: 1_000,
  keepAliveSeconds: 1_200,
  retainedMessages: 100_000,
  retainedBytes: 64 * 1024 * 1024,
}
