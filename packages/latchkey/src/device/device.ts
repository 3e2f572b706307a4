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

export interface DeviceOptions {
  readonly uid: string
  /** The key that the server knows this device by; see `loadOrCreateDeviceKey`. */
  readonly key: SigningKey
  /** The address of the server: https, or http to a loopback address. */
  readonly server: string
  /** The audience of the deployment; the address of the server if not given. */
  readonly audience?: string
  /** Seconds for which a token is good; 3600 if not given, and the server allows 86,400 at most. */
  readonly expiresIn?: number
  readonly fetch?: typeof fetch
  /** The device's own clock, in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

/** What an MQTT client needs to connect as this device. */
export interface DeviceCredentials {
  readonly clientId: string
  readonly username: string
  /** A token, good for as long as `expiresIn`: ask again for each connection. */
  readonly password: string
}

/** What the device reports, what is desired of it, and what of that it has not reported yet. */
export interface DeviceState {
  readonly reported: { readonly [member: string]: unknown }
  readonly desired: { readonly [member: string]: unknown }
  readonly delta: { readonly [member: string]: unknown }
  /** Counts every change of either side. */
  readonly version: number
}

/** What a device shows so that its owner can claim it. */
export interface ClaimCode {
  readonly code: string
  /** Milliseconds since the Unix epoch. */
  readonly expiresAtMs: number
}

/**
 * A device as its own firmware sees it. What speaks HTTPS rejects with a DeviceError; where the server does not take the
 * token and the clock proves to be wrong, it is corrected, and the request sent once more.
 */
export interface Device {
  readonly uid: string
  readonly topics: DeviceTopics
  /** A token of this device's own (`typ: device+jwt`). The same one is given until it is 80 % used up. */
  token(): string
  /**
   * For one connection: the token is made for it, because the server closes a connection when its token ends. Ask
   * again for the next one, after `correctClock` where the server has refused the last.
   */
  credentials(): DeviceCredentials
  /** Ask the server for the time. Gives the correction of this device's clock in milliseconds. */
  correctClock(): Promise<number>
  /** Send one measurement, of one `stream` if that is named. */
  postTelemetry(measurement: unknown, stream?: string): Promise<void>
  /** Send one line of the device's log, of level `info` if none is given. */
  postLog(message: string, level?: 'debug' | 'info' | 'warning' | 'error'): Promise<void>
  readState(): Promise<DeviceState>
  /** Say what has changed of the device, by a merge patch (RFC 7396). */
  reportState(patch: { readonly [member: string]: unknown }): Promise<DeviceState>
  /** Make a claim code, for the device to show. */
  createClaimCode(): Promise<ClaimCode>
}

const longestLife = 24 * 60 * 60

/** Signs its own tokens, so that no secret is ever sent. A TypeError for options that cannot be meant. */
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
  let held: { readonly token: string; readonly renewAtMs: number; readonly correctionMs: number } | undefined

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
    if (held === undefined || clock.now() >= held.renewAtMs || held.correctionMs !== correctionMs) {
      held = { token: newToken(), renewAtMs: clock.now() + expiresIn * 800, correctionMs }
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
