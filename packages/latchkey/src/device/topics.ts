/** The MQTT topics of one device, from the device's point of view. */
export interface DeviceTopics {
  readonly telemetry: string
  /** Where one named stream of telemetry goes. */
  telemetryOf(stream: string): string
  readonly log: string
  /** What the device says its state is. */
  readonly reported: string
  /** What its users want its state to be. */
  readonly desired: string
  /** Where the two differ. */
  readonly delta: string
  /** The filter to subscribe to for commands. */
  readonly commands: string
  /** Where the answer to a command goes. */
  replyTo(command: DeviceCommand, status: number): string
  /** Read the topic on which a command came; undefined for any other. */
  readCommand(topic: string): DeviceCommand | undefined
}

export interface DeviceCommand {
  readonly requestId: string
  readonly method: string
}

/** The topics of the device `uid`. A TypeError for a uid that would change the meaning of a topic. */
export function topicsOf(uid: string): DeviceTopics {
  const root = `d/${level('uid', uid)}`
  return Object.freeze({
    telemetry: `${root}/tele`,
    telemetryOf: (stream: string) => `${root}/tele/${level('stream', stream)}`,
    log: `${root}/log`,
    reported: `${root}/state/reported`,
    desired: `${root}/state/desired`,
    delta: `${root}/state/delta`,
    commands: `${root}/cmd/+/+`,
    replyTo({ requestId }: DeviceCommand, status: number) {
      if (!Number.isInteger(status) || status < 100 || status > 599)
        throw new TypeError('status is like that of HTTP')
      return `${root}/cmd/${level('requestId', requestId)}/res/${status}`
    },
    readCommand(topic: string) {
      if (!topic.startsWith(`${root}/cmd/`)) return undefined
      const [requestId, method, ...more] = topic.slice(root.length + 5).split('/')
      return requestId && method && more.length === 0 ? { requestId, method } : undefined
    },
  })
}

/** One level of a topic: no separator, no wildcard, no control characters (MQTT 5 sections 1.5.4 and 4.7). */
function level(name: string, text: string): string {
  if (typeof text !== 'string' || !/^[\w\-.:~]+$/.test(text)) {
    throw new TypeError(`${name} is made of letters, digits and - _ . : ~`)
  }
  return text
}
