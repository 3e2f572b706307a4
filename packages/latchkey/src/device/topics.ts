import { wholeText } from '../whole-text.ts'

const levelSyntax = wholeText(/[\w\-.:~]+/)

/** The MQTT topics of one device, from the device's point of view. */
export interface DeviceTopics {
  /** Where telemetry without a named stream goes. */
  readonly telemetry: string
  /** Where one named stream of telemetry goes. @throws {TypeError} if the name has other characters than a uid. */
  telemetryOf(stream: string): string
  /** Where lines of the device's log go. */
  readonly log: string
  /** Where the device reports its state. */
  readonly reported: string
  /** Where the server publishes the desired state. */
  readonly desired: string
  /** Where the server publishes the part of the desired state that was not reported. */
  readonly delta: string
  /** The filter to subscribe to for commands. */
  readonly commands: string
  /** Where the answer to a command goes; `status` is like that of HTTP. @throws {TypeError} for another status. */
  replyTo(command: DeviceCommand, status: number): string
  /** Read the topic of a command; undefined for any other topic. */
  readCommand(topic: string): DeviceCommand | undefined
}

/** One command, as its topic names it. */
export interface DeviceCommand {
  readonly requestId: string
  readonly method: string
}

/**
 * The topics of the device `uid`.
 * @throws {TypeError} if the uid has other characters than letters, digits and `- _ . : ~`.
 */
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
  if (typeof text !== 'string' || !levelSyntax.test(text)) {
    throw new TypeError(`${name} is made of letters, digits and - _ . : ~`)
  }
  return text
}
