import { checkedTime, clockOf } from '../options/clock.ts'

/** The time as a server has it: our own clock and a correction. */
export interface RemoteClock {
  /** Milliseconds since the Unix epoch, corrected. */
  now(): number
  readonly correctionMs: number
  /** Take over what another tab has measured; its clock is ours. */
  adopt(correctionMs: number): void
  /** Learn from the `Date` of an answer (RFC 9110 section 6.6.1), asked and received at these times of our own clock. */
  observe(date: string | null, askedAtMs: number, receivedAtMs: number): void
}

/**
 * A clock that stays right when somebody sets the one beneath it. `Date` is written in whole seconds and the answer took
 * its time, so a correction that explains both is kept: it must not tremble with each answer.
 */
export function createRemoteClock(clock: () => number): RemoteClock {
  const now = clockOf(clock)
  let correctionMs = 0
  return {
    now: () => now() + correctionMs,
    get correctionMs() {
      return correctionMs
    },
    adopt(measuredMs) {
      correctionMs = checkedTime(measuredMs)
    },
    observe(date, askedAtMs, receivedAtMs) {
      const secondBeganAtMs = Date.parse(date ?? '')
      // A clock that went backwards while we waited measures nothing.
      if (!Number.isFinite(secondBeganAtMs) || receivedAtMs < askedAtMs) return
      const fits =
        askedAtMs + correctionMs < secondBeganAtMs + 1000 && receivedAtMs + correctionMs >= secondBeganAtMs
      if (!fits) correctionMs = Math.round(secondBeganAtMs + 500 - (askedAtMs + receivedAtMs) / 2)
    },
  }
}
