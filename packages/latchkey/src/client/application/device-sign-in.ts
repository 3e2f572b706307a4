import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { ClientError } from '../errors.ts'
import type { GivenTokens } from '../given-tokens.ts'
import type { ApplicationIssuer, DeviceCodes } from './application-issuer.ts'

/** What the person is shown, who signs in on another device. */
export interface DeviceCode {
  /** To be typed at `verificationUri`. */
  readonly userCode: string
  readonly verificationUri: string
  /** The same address with the code in it, for a QR code. Show the code all the same: the person compares it. */
  readonly verificationUriComplete: string | undefined
  readonly expiresInSeconds: number
}

/** What `signInByDeviceCode` takes. It refuses members that are not listed here. */
export interface DeviceSignIn {
  /** Show the code to the person. */
  readonly onCode: (code: DeviceCode) => unknown
  /** Stops asking; the sign-in is then rejected with its reason. */
  readonly signal?: AbortSignal
}

const names: OptionNames<DeviceSignIn> = { onCode: 1, signal: 1 }
/** RFC 8628 section 3.5: what `slow_down` adds to the interval, for good. */
const slowerSeconds = 5
const longestIntervalSeconds = 60

/** @throws {TypeError} if a member is missing, is of the wrong type, or is not known. */
export function checkDeviceSignIn(request: DeviceSignIn): void {
  checkOptions('signInByDeviceCode', request, names)
  if (typeof request.onCode !== 'function') throw new TypeError('onCode is a function')
  if (request.signal !== undefined && !(request.signal instanceof AbortSignal)) {
    throw new TypeError('signal is an AbortSignal')
  }
}

interface Asking {
  readonly issuer: Pick<ApplicationIssuer, 'askForDevice' | 'redeemDevice'>
  /** This machine's clock, in milliseconds since the Unix epoch. */
  readonly now: () => number
}

/**
 * Ask the issuer for a code, show it, and ask until the person has decided (RFC 8628 sections 3.1 to 3.5).
 * @throws {ClientError} `access_denied`; `flow_expired`; `issuer_refused`; `answer_invalid`; if no code can be had, also
 * `issuer_unreachable` and `issuer_unavailable`. And the reason of the signal.
 */
export async function tokensByDeviceCode(
  { onCode, signal }: DeviceSignIn,
  { issuer, now }: Asking,
): Promise<GivenTokens> {
  signal?.throwIfAborted()
  const codes = await issuer.askForDevice()
  signal?.throwIfAborted()
  const endsAtMs = now() + codes.expiresInSeconds * 1000
  onCode(shownOf(codes))
  let intervalSeconds = codes.intervalSeconds
  while (now() < endsAtMs) {
    await pause(intervalSeconds * 1000, signal)
    const outcome = await issuer.redeemDevice(codes.deviceCode).catch((error: unknown) => {
      if (!isPassing(error)) throw error
      // Section 3.5: who was not answered asks less often.
      intervalSeconds = Math.min(longestIntervalSeconds, Math.max(intervalSeconds * 2, secondsAsked(error)))
      return undefined
    })
    if (outcome === 'slow_down') intervalSeconds += slowerSeconds
    else if (outcome !== undefined) return outcome
  }
  throw new ClientError('flow_expired', 'nobody typed the code in time')
}

function shownOf({
  userCode,
  verificationUri,
  verificationUriComplete,
  expiresInSeconds,
}: DeviceCodes): DeviceCode {
  return Object.freeze({ userCode, verificationUri, verificationUriComplete, expiresInSeconds })
}

/** Whether asking again may bring another answer. */
function isPassing(error: unknown): error is ClientError {
  return (
    error instanceof ClientError &&
    (error.code === 'issuer_unreachable' || error.code === 'issuer_unavailable')
  )
}

function secondsAsked({ retryAfterMs = 0 }: ClientError): number {
  return retryAfterMs / 1000
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}
