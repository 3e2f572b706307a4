import { randomBytes } from 'node:crypto'
import { createRemoteClock } from '../clock/remote-clock.ts'
import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { clockOf } from '../options/clock.ts'
import { secondsOf } from '../token/claims.ts'
import { createSigner, type SigningKey } from '../token/index.ts'
import { isLoopback, trustworthyUrl } from '../token/trustworthy-url.ts'
import { DeviceError } from './device-error.ts'
import { type Answer, createServerCalls } from './server-calls.ts'
import { type DeviceTopics, topicsOf } from './topics.ts'

/** What {@link createDevice} takes. It refuses members that are not listed here. */
export interface DeviceOptions {
  /** The uid under which the device is registered: letters, digits and `- _ . : ~`. */
  readonly uid: string
  /** The private key whose public half is registered for this device; see `loadOrCreateDeviceKey`. */
  readonly key: SigningKey
  /** The URL of the server: https, or http to a loopback address. */
  readonly server: string
  /** The audience (`aud`) of the deployment; the URL of the server if not given. */
  readonly audience?: string
  /** The lifetime of a token in seconds, 1 to 86,400; 3600 if not given. */
  readonly expiresIn?: number
  /** Sends the requests; the platform's `fetch` if not given. */
  readonly fetch?: typeof fetch
  /** The clock of the device, in milliseconds since the Unix epoch; `Date.now` if not given. */
  readonly now?: () => number
}

/** What an MQTT client needs to connect as this device. */
export interface DeviceCredentials {
  /** The uid: the server accepts no other client id. */
  readonly clientId: string
  /** The uid. */
  readonly username: string
  /** A token that expires after `expiresIn`; make credentials anew for each connection. */
  readonly password: string
}

/** The shadow of a device: what it reports, what is desired, and the part of that which it has not reported yet. */
export interface DeviceState {
  readonly reported: { readonly [member: string]: unknown }
  readonly desired: { readonly [member: string]: unknown }
  readonly delta: { readonly [member: string]: unknown }
  /** Increases with every change of `reported` or `desired`. */
  readonly version: number
}

/** A code that the device shows so that its owner can claim it. It can be used once. */
export interface ClaimCode {
  readonly code: string
  /** Milliseconds since the Unix epoch. */
  readonly expiresAtMs: number
}

/** What a device without a screen tells, by a voice or a lamp or a label, so that a person makes it theirs (RFC 8628). */
export interface BindingCode {
  /** Eight letters, to be typed at `verificationUri`. */
  readonly userCode: string
  readonly verificationUri: string
  /** The same address with the code in it, for a QR code or a tag. */
  readonly verificationUriComplete: string
  /** Milliseconds since the Unix epoch, by the clock of the device. */
  readonly expiresAtMs: number
  /** How long to wait between two questions by `readBinding`, in seconds. */
  readonly intervalSeconds: number
}

/** `over`: nobody has typed the code in time, or somebody has refused the device. */
export type BindingState = 'waiting' | 'bound' | 'over'

/**
 * A device, as its own firmware sees it. Methods that send a request reject with a {@link DeviceError}. If the server
 * refuses a token and its answer shows that the clock is wrong, the clock is corrected and the request sent once more. A clock
 * that gives no number is a `TypeError`, and nothing is sent.
 */
export interface Device {
  readonly uid: string
  /** The MQTT topics of this device. */
  readonly topics: DeviceTopics
  /** A token signed by this device (`typ: device+jwt`). The same one is given until 80 % of its lifetime have passed. */
  token(): string
  /**
   * Credentials for one MQTT connection, with a new token: the server closes a connection when its token expires. If the
   * server refuses them, call `correctClock` and make them anew.
   */
  credentials(): DeviceCredentials
  /** Ask the server for the time. Resolves with how many milliseconds the device's clock is behind. */
  correctClock(): Promise<number>
  /** Send one measurement, as JSON, to the given `stream` or to the device's only one. */
  postTelemetry(measurement: unknown, stream?: string): Promise<void>
  /** Send one line of the device's log; its level is `info` if not given. */
  postLog(message: string, level?: 'debug' | 'info' | 'warning' | 'error'): Promise<void>
  /** Read the shadow of this device. */
  readState(): Promise<DeviceState>
  /** Report what has changed, as a merge patch (RFC 7396). Resolves with the shadow after it. */
  reportState(patch: { readonly [member: string]: unknown }): Promise<DeviceState>
  /** Make a claim code for the device to show. */
  createClaimCode(): Promise<ClaimCode>
  /** Begin to be bound by letters that a person types. A newer code ends the one before. */
  beginBinding(): Promise<BindingCode>
  /** Whether somebody has made the device theirs since. */
  readBinding(): Promise<BindingState>
}

const longestLife = 24 * 60 * 60

/**
 * Make a device that signs its own tokens, so that it never sends a secret.
 *
 * @throws {TypeError} if an option is invalid or unknown.
 * @example
 * ```ts
 * import { createDevice, loadOrCreateDeviceKey } from 'latchkey/device'
 *
 * const key = await loadOrCreateDeviceKey('device-key.json')
 * const device = createDevice({ uid: 'lamp-1', key, server: 'https://id.example.com' })
 * await device.postTelemetry({ celsius: 21.5 })
 * ```
 */
export function createDevice(options: DeviceOptions): Device {
  checkOptions('createDevice', options, deviceOptions)
  const { uid, key, fetch = globalThis.fetch } = options
  if (typeof fetch !== 'function') throw new TypeError('fetch is a function')
  const now = clockOf(options.now)
  const topics = topicsOf(uid)
  const server = trustworthyUrl(options.server, isLoopback(new URL(options.server)))
  const expiresIn = secondsOf('expiresIn', options.expiresIn) ?? 3600
  if (expiresIn < 1 || expiresIn > longestLife) throw new TypeError('expiresIn is from 1 to 86400 seconds')
  const clock = createRemoteClock(now)
  let held:
    | { readonly token: string; readonly replaceAtMs: number; readonly correctionMs: number }
    | undefined

  const sign = createSigner({
    key,
    type: 'device+jwt',
    issuer: uid,
    subject: uid,
    audience: options.audience ?? options.server,
    expiresIn,
    now: clock.now,
  })
  const newToken = () => sign({ jti: randomBytes(16).toString('base64url') })

  function token(): string {
    const { correctionMs } = clock
    if (held === undefined || clock.now() >= held.replaceAtMs || held.correctionMs !== correctionMs) {
      held = { token: newToken(), replaceAtMs: clock.now() + expiresIn * 800, correctionMs }
    }
    return held.token
  }

  const calls = createServerCalls({ server, fetch, clock, now, token })
  const own = `/v1/devices/${encodeURIComponent(uid)}`

  return Object.freeze({
    uid,
    topics,
    token,
    credentials: () => Object.freeze({ clientId: uid, username: uid, password: newToken() }),
    correctClock: calls.correctClock,
    async postTelemetry(measurement: unknown, stream?: string) {
      // The same rule as for a topic, of which this is the twin.
      if (stream !== undefined) topics.telemetryOf(stream)
      const query = stream === undefined ? '' : `?${new URLSearchParams({ stream })}`
      await calls.send('POST', `${own}/telemetry${query}`, measurement)
    },
    async postLog(message: string, level = 'info') {
      await calls.send('POST', `${own}/logs`, { message, level })
    },
    readState: async () => stateIn(await calls.send('GET', `${own}/state`)),
    reportState: async (patch: DeviceState['reported']) =>
      stateIn(await calls.send('PATCH', `${own}/state`, { reported: patch })),
    async createClaimCode() {
      const answer = await calls.send('POST', `${own}/claim`)
      const { code, expires_at: expiresAt } = answer.body
      const expiresAtMs = typeof expiresAt === 'string' ? Date.parse(expiresAt) : Number.NaN
      if (typeof code !== 'string' || !Number.isFinite(expiresAtMs)) throw invalid(answer)
      return Object.freeze({ code, expiresAtMs })
    },
    async beginBinding() {
      const answer = await calls.send('POST', `${own}/binding`)
      return bindingCodeIn(answer, clock.now())
    },
    async readBinding() {
      const answer = await calls.send('GET', `${own}/binding`)
      const state = bindingStates.find((one) => one === answer.body.state)
      if (state === undefined) throw invalid(answer)
      return state
    },
  })
}

const deviceOptions: OptionNames<DeviceOptions> = {
  uid: 1,
  key: 1,
  server: 1,
  audience: 1,
  expiresIn: 1,
  fetch: 1,
  now: 1,
}

const bindingStates: readonly BindingState[] = ['waiting', 'bound', 'over']

function bindingCodeIn(answer: Answer, nowMs: number): BindingCode {
  const { user_code: userCode, verification_uri: verificationUri } = answer.body
  const { verification_uri_complete: verificationUriComplete, expires_in: seconds } = answer.body
  const { interval: intervalSeconds } = answer.body
  if (typeof userCode !== 'string' || typeof verificationUri !== 'string') throw invalid(answer)
  if (typeof verificationUriComplete !== 'string') throw invalid(answer)
  if (!isCount(seconds) || !isCount(intervalSeconds)) throw invalid(answer)
  const expiresAtMs = nowMs + seconds * 1000
  return Object.freeze({
    ...{ userCode, verificationUri, verificationUriComplete, expiresAtMs, intervalSeconds },
  })
}

/** Seconds that a device can wait. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= longestLife
}

function stateIn(answer: Answer): DeviceState {
  const { reported, desired, delta, version } = answer.body
  if (!isObject(reported) || !isObject(desired) || !isObject(delta) || typeof version !== 'number') {
    throw invalid(answer)
  }
  return Object.freeze({ reported, desired, delta, version })
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid({ status }: Answer): DeviceError {
  return new DeviceError('answer_invalid', 'what answered is not the server', { status })
}
