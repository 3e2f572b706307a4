import { randomBytes } from 'node:crypto'
import { secondsOf } from '../token/claims.ts'
import { isLoopback, trustworthyUrl } from '../token/fetch-json.ts'
import { createSigner, type SigningKey } from '../token/index.ts'
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

export interface Device {
  readonly uid: string
  readonly topics: DeviceTopics
  /** A token of this device's own (`typ: device+jwt`). The same one is given until it is 80 % used up. */
  token(): string
  credentials(): DeviceCredentials
  /**
   * Ask the server for the time, so that the tokens of a device whose clock is wrong are good. Gives the
   * correction in milliseconds.
   */
  correctClock(): Promise<number>
  /** Send one measurement over HTTPS. If the token is refused, corrects the clock and tries once more. */
  postTelemetry(measurement: unknown): Promise<void>
}

export type DeviceErrorCode = 'server_unreachable' | 'server_refused' | 'answer_invalid'

/** The server could not be talked to. `status` is that of its answer, where there was one. */
export class DeviceError extends Error {
  readonly code: DeviceErrorCode
  readonly status: number | undefined

  constructor(
    code: DeviceErrorCode,
    message: string,
    { status, cause }: { status?: number; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.name = 'DeviceError'
    this.code = code
    this.status = status
  }
}

const longestLife = 24 * 60 * 60
const timeoutMs = 10_000

/** A device as its own firmware sees it. Signs its own tokens, so that no secret is ever sent. */
export function createDevice(options: DeviceOptions): Device {
  const { uid, key, fetch = globalThis.fetch, now = Date.now } = options
  const topics = topicsOf(uid)
  const server = trustworthyUrl(options.server, isLoopback(new URL(options.server)))
  const expiresIn = secondsOf('expiresIn', options.expiresIn) ?? 3600
  if (expiresIn < 1 || expiresIn > longestLife) throw new TypeError('expiresIn is from 1 to 86400 seconds')
  let correctionMs = 0
  let held: { readonly token: string; readonly renewAtMs: number } | undefined

  const time = () => now() + correctionMs
  const sign = createSigner({
    key,
    type: 'device+jwt',
    issuer: uid,
    subject: uid,
    audience: options.audience ?? options.server,
    expiresIn,
    now: time,
  })

  function token(): string {
    if (held === undefined || time() >= held.renewAtMs) {
      held = {
        token: sign({ jti: randomBytes(16).toString('base64url') }),
        renewAtMs: time() + expiresIn * 800,
      }
    }
    return held.token
  }

  async function send(path: string, init: RequestInit): Promise<Response> {
    const url = new URL(path, server)
    try {
      // A redirect would take the token to somebody else.
      return await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    } catch (cause) {
      throw new DeviceError('server_unreachable', 'the server cannot be reached', { cause })
    }
  }

  async function correctClock(): Promise<number> {
    const askedAtMs = now()
    const response = await send('/v1/time', {})
    const answer: unknown = response.ok
      ? await response.json().catch(() => undefined)
      : await discard(response)
    const answeredAtMs = now()
    const serverMs = typeof answer === 'object' && answer !== null && 'now' in answer ? answer.now : undefined
    if (typeof serverMs !== 'number' || !Number.isFinite(serverMs)) {
      throw new DeviceError('answer_invalid', 'the server did not tell the time', { status: response.status })
    }
    // The server looked at its clock about half-way (RFC 5905 section 8).
    correctionMs = Math.round(serverMs - (askedAtMs + answeredAtMs) / 2)
    held = undefined
    return correctionMs
  }

  async function post(path: string, body: string): Promise<number> {
    const headers = { authorization: `Bearer ${token()}`, 'content-type': 'application/json' }
    const response = await send(path, { method: 'POST', headers, body })
    await discard(response)
    return response.status
  }

  return Object.freeze({
    uid,
    topics,
    token,
    credentials: () => ({ clientId: uid, username: uid, password: token() }),
    correctClock,
    async postTelemetry(measurement: unknown) {
      const path = `/v1/devices/${encodeURIComponent(uid)}/telemetry`
      const body = JSON.stringify(measurement)
      let status = await post(path, body)
      if (status === 401) {
        await correctClock()
        status = await post(path, body)
      }
      if (status < 200 || status > 299) {
        throw new DeviceError('server_refused', `the server answered with status ${status}`, { status })
      }
    },
  })
}

async function discard(response: Response): Promise<undefined> {
  await response.body?.cancel()
  return undefined
}
