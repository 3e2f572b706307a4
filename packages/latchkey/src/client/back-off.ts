import { ClientError } from './errors.ts'

/** Puts calls to the issuer off after failures: for as long as it asked, or longer with each failure. */
export interface BackOff {
  /** @throws {ClientError} `issuer_unavailable` without calling, until the time has come; and what `call` throws. */
  run(call: () => Promise<void>): Promise<void>
  /** The network is back: do not wait any longer, unless the issuer itself named a time. */
  wake(): void
  reset(): void
}

const firstRetryMs = 1_000
const lastRetryMs = 60_000
/** More than the longest wait that is ever set: a clock that was set back must not make it longer. */
const boundOfWaitMs = 10 * 60_000

export function createBackOff({ now, random }: { now: () => number; random: () => number }): BackOff {
  let failures = 0
  let retryAtMs = 0
  /** Whether the issuer itself said when to come back. */
  let isAskedToWait = false

  function reset(): void {
    failures = 0
    retryAtMs = 0
  }

  return {
    async run(call) {
      const waitMs = retryAtMs - now()
      if (waitMs > 0 && waitMs < boundOfWaitMs) {
        throw new ClientError('issuer_unavailable', 'the issuer could not answer a moment ago', {
          retryAfterMs: waitMs,
        })
      }
      try {
        await call()
        reset()
      } catch (error) {
        const askedMs = error instanceof ClientError ? error.retryAfterMs : undefined
        const backOffMs = Math.min(lastRetryMs, firstRetryMs * 2 ** failures) * (0.5 + random() / 2)
        failures += 1
        isAskedToWait = askedMs !== undefined
        retryAtMs = now() + (askedMs ?? backOffMs)
        throw error
      }
    },
    wake() {
      if (!isAskedToWait) reset()
    },
    reset,
  }
}
