import { createHmac, randomBytes } from 'node:crypto'
import { checkOptions, type OptionNames } from '../options/check-options.ts'

/** How nonces for proofs are made. */
export interface DpopNonceOptions {
  /** At least 32 bytes, the same in every process that serves this API; random for this process if not given. */
  readonly secret?: Uint8Array
  /** Seconds for which a nonce is the current one; it is taken for as long again. 300 if not given. */
  readonly windowSeconds?: number
}

const nonceOptions: OptionNames<DpopNonceOptions> = { secret: 1, windowSeconds: 1 }

export interface NonceClock {
  readonly current: string
  /** When a proof with this nonce is no longer accepted, in milliseconds; undefined for an unknown nonce. */
  endOf(nonce: string): number | undefined
}

/**
 * Stateless nonces (RFC 9449 section 9): a MAC of the current time window. The current and the previous window are
 * accepted.
 */
export function prepareNonces(options: DpopNonceOptions): (nowMs: number) => NonceClock {
  checkOptions('nonce', options, nonceOptions)
  const { secret = randomBytes(32), windowSeconds = 300 } = options
  if (!(secret instanceof Uint8Array) || secret.length < 32) {
    throw new TypeError('the secret of nonces has at least 32 bytes')
  }
  if (!Number.isSafeInteger(windowSeconds) || windowSeconds < 1) {
    throw new TypeError('windowSeconds is a positive whole number')
  }
  const key = Uint8Array.from(secret)
  const windowMs = windowSeconds * 1000
  const nonceOf = (window: number) =>
    createHmac('sha256', key).update(`latchkey dpop nonce ${window}`).digest('base64url').slice(0, 32)
  let known: { readonly window: number; readonly clock: NonceClock } | undefined

  return (nowMs) => {
    const window = Math.floor(nowMs / windowMs)
    if (known?.window === window) return known.clock
    const current = nonceOf(window)
    const before = nonceOf(window - 1)
    const clock: NonceClock = {
      current,
      endOf(nonce) {
        // Every client is told them, so comparing tells nobody anything.
        if (nonce === current) return (window + 2) * windowMs
        return nonce === before ? (window + 1) * windowMs : undefined
      },
    }
    known = { window, clock }
    return clock
  }
}
