import type { RemoteClock } from '../clock/remote-clock.ts'
import { ClientError } from './errors.ts'
import type { SignOutReason } from './events.ts'
import type { GivenTokens, Issuer } from './issuer.ts'
import { isBoundToKey, readStoredSession, type Session, type StoredSession, sessionOf } from './session.ts'
import type { SessionStorage } from './storage.ts'

interface KeeperParts {
  readonly issuer: Issuer
  /** As it is written in what the storage keeps. */
  readonly issuerName: string
  /** Whether tokens are bound to a key of ours. */
  readonly isBound: boolean
  readonly storage: SessionStorage
  readonly clock: RemoteClock
  /** One at a time, across all tabs. */
  readonly queue: <Value>(run: () => Promise<Value>) => Promise<Value>
  readonly now: () => number
  readonly random: () => number
  readonly onSignedIn: (session: Session) => void
  readonly onSessionChanged: (session: Session) => void
  readonly onSignedOut: (reason: SignOutReason) => void
}

/** Keeps one session: who is signed in, and a token of theirs that is good. */
export interface Keeper {
  readonly session: Session | undefined
  /** Look once for what the storage has kept. */
  restore(): Promise<void>
  signIn(username: string, password: string): Promise<void>
  signOut(): Promise<void>
  /**
   * An access token, renewed first where its end is near or where it is the one that was `rejected`. Many may ask at
   * once: one renewal serves them all.
   */
  token(rejected?: string): Promise<string>
  close(): void
}

const firstRetryMs = 1_000
const lastRetryMs = 60_000
/** More than the longest wait that is ever set: a clock that was set back must not make it longer. */
const boundOfWaitMs = 10 * 60_000

export function createKeeper(parts: KeeperParts): Keeper {
  const { issuer, issuerName, isBound, storage, clock, queue, now, random } = parts
  let held: StoredSession | undefined
  let session: Session | undefined
  let restoring: Promise<void> | undefined
  let renewing: Promise<void> | undefined
  /** The access token that the storage is known to have. What has not changed there is no news. */
  let seen: string | undefined
  /** Counts sign-ins and ends, so that what was begun before one has no effect after it. */
  let turns = 0
  /** Tokens that a renewal brought to nobody, for whom they were meant had signed out. */
  let orphan: StoredSession | undefined
  /** The token that took the place of a rejected one. If it is rejected as well, a third will not be better. */
  let replacement: string | undefined
  let failures = 0
  let retryAtMs = 0

  function hold(next: StoredSession): void {
    const before = session
    held = next
    session = sessionOf(next)
    clock.adopt(next.correctionMs)
    if (session === undefined) return
    if (before?.sessionId !== session.sessionId) parts.onSignedIn(session)
    // Its members always come in the same order.
    else if (JSON.stringify(before) !== JSON.stringify(session)) parts.onSessionChanged(session)
  }

  function end(reason: SignOutReason): void {
    turns += 1
    if (held === undefined) return
    held = undefined
    session = undefined
    parts.onSignedOut(reason)
  }

  const stopHearing = storage.subscribe?.((value) => {
    const told = readStoredSession(value, issuerName, isBound)
    seen = told?.accessToken
    if (told === undefined) end('signed_out_elsewhere')
    else if (told.accessToken !== held?.accessToken) hold(told)
  })

  function stored(given: GivenTokens, username: string): StoredSession {
    const nowMs = clock.now()
    const next: StoredSession = {
      issuer: issuerName,
      accessToken: given.accessToken,
      refreshToken: given.refreshToken,
      sessionId: given.sessionId,
      username,
      // At 80 % of its life, give or take 5 %, so that tabs do not come all at once.
      renewAtMs: nowMs + given.lifeMs * (0.75 + random() * 0.1),
      expiresAtMs: nowMs + given.lifeMs,
      correctionMs: clock.correctionMs,
    }
    if (sessionOf(next) === undefined || isBoundToKey(next) !== isBound) {
      throw new ClientError('answer_invalid', 'the issuer gave something that is not an access token')
    }
    return next
  }

  /** What another tab or process has done meanwhile counts. */
  async function readStorage(): Promise<void> {
    const began = turns
    const found = readStoredSession(await storage.read(), issuerName, isBound)
    if (turns !== began || found?.accessToken === seen) return
    seen = found?.accessToken
    if (found === undefined) end('signed_out_elsewhere')
    else if (found.accessToken !== held?.accessToken) hold(found)
  }

  async function writeStorage(next: StoredSession): Promise<void> {
    await storage.write(next)
    seen = next.accessToken
  }

  function needsRenewal(current: StoredSession, rejected: string | undefined): boolean {
    return current.accessToken === rejected || clock.now() >= current.renewAtMs
  }

  /** Under the lock. */
  async function renew(rejected: string | undefined): Promise<void> {
    await readStorage()
    if (held === undefined || !needsRenewal(held, rejected)) return
    const [before, began] = [held, turns]
    const given = await issuer.refresh(before.refreshToken)
    if (given === undefined) {
      if (turns !== began) return
      // Without a lock, another process may have been faster, and what it has is good.
      await readStorage()
      if (turns !== began || held?.refreshToken !== before.refreshToken) return
      end('session_ended')
      seen = undefined
      await storage.remove()
      return
    }
    const next = stored(given, before.username)
    // Without a lock, somebody else may have signed in meanwhile.
    if (turns !== began || held.sessionId !== before.sessionId) {
      orphan = next
      return
    }
    hold(next)
    if (rejected !== undefined) replacement = next.accessToken
    await writeStorage(next)
  }

  async function renewOrBackOff(rejected: string | undefined): Promise<void> {
    const waitMs = retryAtMs - now()
    if (waitMs > 0 && waitMs < boundOfWaitMs) {
      throw new ClientError('issuer_unavailable', 'the issuer could not answer a moment ago', {
        retryAfterMs: waitMs,
      })
    }
    try {
      await queue(() => renew(rejected))
      failures = 0
      retryAtMs = 0
    } catch (error) {
      const askedMs = error instanceof ClientError ? error.retryAfterMs : undefined
      const backOffMs = Math.min(lastRetryMs, firstRetryMs * 2 ** failures) * (0.5 + random() / 2)
      failures += 1
      retryAtMs = now() + (askedMs ?? backOffMs)
      throw error
    }
  }

  async function restore(): Promise<void> {
    restoring ??= readStorage().catch((error: unknown) => {
      restoring = undefined
      throw error
    })
    return restoring
  }

  return {
    get session() {
      return session
    },
    restore,
    async signIn(username, password) {
      await queue(async () => {
        const before = held
        const next = stored(await issuer.logIn(username, password), username)
        turns += 1
        restoring = Promise.resolve()
        orphan = undefined
        replacement = undefined
        failures = 0
        retryAtMs = 0
        hold(next)
        await writeStorage(next)
        // Nobody will use that session again. If the issuer cannot be told, it ends by itself.
        if (before !== undefined && clock.now() < before.expiresAtMs) {
          await issuer.logOut(before.accessToken).catch(() => {})
        }
      })
    },
    async signOut() {
      await restore()
      const ending = held
      if (ending === undefined) return
      end('signed_out')
      seen = undefined
      await storage.remove()
      await queue(async () => {
        let last = orphan?.sessionId === ending.sessionId ? orphan : ending
        orphan = undefined
        if (clock.now() >= last.expiresAtMs) {
          const given = await issuer.refresh(last.refreshToken)
          if (given === undefined) return
          last = stored(given, last.username)
        }
        await issuer.logOut(last.accessToken)
      })
    },
    async token(rejected) {
      await restore()
      if (
        held !== undefined &&
        needsRenewal(held, rejected) &&
        held.accessToken !== replacementOf(rejected)
      ) {
        renewing ??= renewOrBackOff(rejected).finally(() => {
          renewing = undefined
        })
        await renewing.catch((error: unknown) => {
          // Early is not late: until its end, the token of before is as good as it was.
          const isGood = held !== undefined && held.accessToken !== rejected && clock.now() < held.expiresAtMs
          if (!isGood || !(error instanceof ClientError)) throw error
        })
      }
      if (held === undefined) throw new ClientError('signed_out', 'nobody is signed in')
      return held.accessToken
    },
    close() {
      turns += 1
      stopHearing?.()
      storage.close?.()
    },
  }

  function replacementOf(rejected: string | undefined): string | undefined {
    return rejected === undefined ? undefined : replacement
  }
}
