import { ClientError } from './errors.ts'
import type { Refreshed, SessionIssuer } from './given-tokens.ts'

/**
 * The issuer gives the successor of a refresh token again for ten seconds, counted from the first use that reached it.
 * A first request that has no answer after four seconds is sent a second time; with the second time-out, all is over
 * within nine.
 */
const firstAnswerMs = 4_000
const secondAnswerMs = 5_000
/** The second request is not sent earlier than this after the first: what broke a connection may break the next. */
const leastGapMs = 1_000
/** An issuer that asks for more patience than this gets it: there is no second request. */
const longestRetryMs = 4_000

interface RefreshParts {
  readonly issuer: Pick<SessionIssuer, 'refresh'>
  /** This machine's clock, in milliseconds since the Unix epoch. */
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
  /** Called right before each request: whether the token is still the newest. */
  readonly isCurrent: () => Promise<boolean>
}

/**
 * Refresh, and ask once more where the answer may have been lost. Without a second request, a lost answer leaves the
 * client with a used token, and using that later than ten seconds ends the session.
 *
 * @throws {ClientError} as the issuer's `refresh` does.
 */
export async function refreshTwice(
  refreshToken: string,
  { issuer, now, pause, isCurrent }: RefreshParts,
): Promise<Refreshed> {
  const sentAtMs = now()
  try {
    return await issuer.refresh(refreshToken, { timeoutMs: firstAnswerMs, isCurrent })
  } catch (error) {
    const { code, status = 0, retryAfterMs = 0 } = error instanceof ClientError ? error : {}
    // A 5xx may come from a proxy that got no answer of the issuer's. Any other answer says that no token was given.
    const isLost = code === 'issuer_unreachable' || status >= 500
    if (!isLost || retryAfterMs > longestRetryMs) throw error
    // A clock that was set meanwhile must not make it longer.
    const restMs = Math.min(Math.max(leastGapMs - (now() - sentAtMs), 0), leastGapMs)
    const waitMs = Math.max(restMs, retryAfterMs)
    if (waitMs > 0) await pause(waitMs)
    return issuer.refresh(refreshToken, { timeoutMs: secondAnswerMs, isCurrent })
  }
}
