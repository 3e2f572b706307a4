import type { RemoteClock } from '../clock/remote-clock.ts'
import { ClientError } from './errors.ts'
import type { SignOutReason } from './events.ts'
import type { GivenTokens, Issuer, Refreshed } from './issuer.ts'
import type { Queue } from './locks.ts'
import { refreshTwice } from './refreshing.ts'
import { isBoundToKey, readStoredSession, type Session, type StoredSession, sessionOf } from './session.ts'
import type { SessionStorage } from './storage.ts'

interface KeeperParts {
  readonly issuer: Issuer
  /** As it is written in what the storage keeps. */
  readonly issuerName: string
  /** Whether tokens are bound to a key of this client. */
  readonly isBound: boolean
  readonly storage: SessionStorage
  readonly clock: RemoteClock
  /** One at a time, across all tabs. */
  readonly queue: Queue
  readonly now: () => number
  readonly random: () => number
  readonly onSignedIn: (session: Session) => void
  readonly onSessionChanged: (session: Session) => void
  readonly onSignedOut: (reason: SignOutReason) => void
}

/** Keeps one session: who is signed in, and an access token that has not expired. */
export interface Keeper {
  readonly session: Session | undefined
  /** Look once for a session that the storage, or the issuer's cookie, has kept. */
  restore(): Promise<void>
  signIn(username: string, password: string): Promise<void>
  signOut(): Promise<void>
  /**
   * An access token, refreshed first where it has expired or is the one that was `rejected`. One that is near its end is
   * refreshed as well, and given as it is where that takes long or fails. One refresh serves all who ask meanwhile.
   */
  token(rejected?: string): Promise<string>
  /** The network came back, or the page became visible: do at once what was put off. */
  wake(): void
  close(): void
}

const firstRetryMs = 1_000
const lastRetryMs = 60_000
/** More than the longest wait that is ever set: a clock that was set back must not make it longer. */
const boundOfWaitMs = 10 * 60_000
/**
 * What the storage gave is taken as the newest for this long. Others act without the lock after four seconds, so who
 * was stopped for longer than this, with the lock in hand, reads again before it sends or writes.
 */
const recentMs = 2_000
/** How long a request waits for the refresh of a token that has not expired. */
const courtesyMs = 500
/** A token that expires within this is not sent while a newer one may be had: it could expire on its way. */
const lateMs = 10_000

export function createKeeper(parts: KeeperParts): Keeper {
  const { issuer, issuerName, isBound, storage, clock, queue, now, random } = parts
  const { cookie } = storage
  const rules = { issuer: issuerName, isBound, inCookie: cookie !== undefined }
  let held: StoredSession | undefined
  let session: Session | undefined
  let restoring: Promise<void> | undefined
  let refreshing: { readonly done: Promise<void>; readonly courtesy: Promise<void> } | undefined
  /** The access token that the storage is known to have. What has not changed there is no news. */
  let seen: string | undefined
  /** When the newest reading of the storage began. */
  let readAtMs = Number.NEGATIVE_INFINITY
  /** What the storage could not be given. It is tried again with the next request. */
  let unwritten: StoredSession | undefined
  let isRewriting = false
  /** Counts sign-ins and sign-outs: work that began before one has no effect after it. */
  let turns = 0
  /** Tokens of a refresh that was under way when their session was signed out here: to sign out with. */
  let orphan: StoredSession | undefined
  /** The token that replaced a rejected one. If it is rejected as well, it is not refreshed again. */
  let replacement: string | undefined
  let failures = 0
  let retryAtMs = 0
  /** Whether the issuer itself said when to come back. */
  let isAskedToWait = false
  let endPause = () => {}

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
    unwritten = undefined
    if (held === undefined) return
    held = undefined
    session = undefined
    parts.onSignedOut(reason)
  }

  const stopHearing = storage.subscribe?.((value) => {
    const told = readStoredSession(value, rules)
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
      username: given.username ?? username,
      // At 80 % of its life, give or take 5 %, so that tabs do not come all at once.
      refreshAtMs: nowMs + given.lifeMs * (0.75 + random() * 0.1),
      expiresAtMs: nowMs + given.lifeMs,
      correctionMs: clock.correctionMs,
    }
    if (sessionOf(next) === undefined || isBoundToKey(next) !== isBound) {
      throw new ClientError('answer_invalid', 'the issuer gave something that is not an access token')
    }
    return next
  }

  /** Take over what another tab or process has written. */
  async function readStorage(): Promise<void> {
    const began = turns
    const beganAtMs = now()
    const found = readStoredSession(await storage.read(), rules)
    readAtMs = beganAtMs
    if (turns !== began || found?.accessToken === seen) return
    seen = found?.accessToken
    unwritten = undefined
    if (found === undefined) end('signed_out_elsewhere')
    else if (found.accessToken !== held?.accessToken) hold(found)
  }

  /** If this fails, the client still has the session in memory and writes it later. */
  async function writeStorage(next: StoredSession): Promise<void> {
    unwritten = next
    await storage.write(next)
    if (unwritten === next) unwritten = undefined
    seen = next.accessToken
  }

  async function writeAgain(): Promise<void> {
    if (isRewriting) return
    isRewriting = true
    await queue(async () => {
      await readStorage()
      if (unwritten !== undefined && unwritten === held) await writeStorage(unwritten)
    }).catch(() => {})
    isRewriting = false
  }

  function needsRefresh(current: StoredSession, rejected: string | undefined): boolean {
    return current.accessToken === rejected || clock.now() >= current.refreshAtMs
  }

  function isGood(current: StoredSession, rejected: string | undefined): boolean {
    return current.accessToken !== rejected && clock.now() < current.expiresAtMs
  }

  /** Whether it is so late that requests wait for the new token, however long it takes. */
  function isLate({ refreshAtMs, expiresAtMs }: StoredSession): boolean {
    return clock.now() >= expiresAtMs - Math.min(lateMs, (expiresAtMs - refreshAtMs) / 2)
  }

  function isRecent(atMs: number): boolean {
    const agoMs = now() - atMs
    return agoMs >= 0 && agoMs < recentMs
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function askForTokens(refreshToken: string, isCurrent: () => Promise<boolean>): Promise<Refreshed> {
    return refreshTwice(refreshToken, { issuer, now, pause, isCurrent })
  }

  /** With `isAlone`, nobody else refreshes at the same time, so what was just read is still the newest. */
  async function refresh(rejected: string | undefined, isAlone: boolean): Promise<void> {
    // A further turn only if another tab has replaced the token meanwhile.
    for (let turn = 0; turn < 3; turn++) {
      await readStorage()
      if (held === undefined || !needsRefresh(held, rejected)) return
      const [before, began] = [held, turns]
      const isCurrent = async () => {
        if (!isRecent(readAtMs)) await readStorage()
        return turns === began && held?.accessToken === before.accessToken
      }
      const outcome = await askForTokens(before.refreshToken, isCurrent).catch(async (error: unknown) => {
        // Another tab may have had an answer meanwhile, if this one was stopped.
        await readStorage()
        if (turns === began && held?.accessToken === before.accessToken) throw error
        return { kind: 'superseded' } as const
      })
      if (outcome.kind === 'superseded') continue
      // Without the lock, or after a stop, another tab may have refreshed already; then its tokens are used.
      if (outcome.kind === 'over' || !isAlone || !isRecent(readAtMs)) await readStorage()
      if (outcome.kind === 'given') return take(outcome.tokens, { before, began, rejected })
      if (turns !== began || held?.accessToken !== before.accessToken) return
      end('session_ended')
      seen = undefined
      return storage.remove()
    }
  }

  async function take(
    given: GivenTokens,
    { before, began, rejected }: { before: StoredSession; began: number; rejected: string | undefined },
  ): Promise<void> {
    const next = stored(given, before.username)
    if (turns !== began || held === undefined || held.sessionId !== before.sessionId) {
      orphan = next
      return
    }
    // Somebody has written since: the same successor, or one that came after it.
    if (held.accessToken !== before.accessToken) return
    hold(next)
    if (rejected !== undefined) replacement = next.accessToken
    await writeStorage(next).catch(() => {})
  }

  /** Ask the issuer whether its cookie holds a session. Only the issuer can read it. */
  async function openCookie(isAlone: boolean): Promise<void> {
    const began = turns
    // The tab that had the lock before may have signed in or out.
    await readStorage()
    if (held !== undefined || turns !== began || cookie === undefined) return
    const outcome = await askForTokens('', async () => turns === began)
    if (!isAlone) await readStorage()
    if (outcome.kind !== 'given' || turns !== began || held !== undefined) return
    if (cookie.isSignedOut()) {
      // Somebody signed out here while the issuer could not be told. Now it can.
      await issuer.logOut(outcome.tokens.accessToken)
      cookie.noteSignedOut(false)
      return
    }
    const next = stored(outcome.tokens, '')
    hold(next)
    await writeStorage(next).catch(() => {})
  }

  /** Under the lock, unless the issuer could not answer a moment ago. */
  async function orBackOff(work: (isAlone: boolean) => Promise<void>): Promise<void> {
    const waitMs = retryAtMs - now()
    if (waitMs > 0 && waitMs < boundOfWaitMs) {
      throw new ClientError('issuer_unavailable', 'the issuer could not answer a moment ago', {
        retryAfterMs: waitMs,
      })
    }
    try {
      await queue(work)
      failures = 0
      retryAtMs = 0
    } catch (error) {
      const askedMs = error instanceof ClientError ? error.retryAfterMs : undefined
      const backOffMs = Math.min(lastRetryMs, firstRetryMs * 2 ** failures) * (0.5 + random() / 2)
      failures += 1
      isAskedToWait = askedMs !== undefined
      retryAtMs = now() + (askedMs ?? backOffMs)
      throw error
    }
  }

  function startRefresh(rejected: string | undefined) {
    if (refreshing !== undefined) return refreshing
    let timer: ReturnType<typeof setTimeout> | undefined
    const courtesy = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, courtesyMs)
    })
    const done = orBackOff((isAlone) => refresh(rejected, isAlone)).finally(() => {
      clearTimeout(timer)
      refreshing = undefined
    })
    // Without anybody waiting, a failure is not reported: the next request tries again.
    done.catch(() => {})
    refreshing = { done, courtesy }
    return refreshing
  }

  async function restore(): Promise<void> {
    restoring ??= readStorage()
      .then(() => (held === undefined && cookie !== undefined ? orBackOff(openCookie) : undefined))
      .catch((error: unknown) => {
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
        cookie?.noteSignedOut(false)
        hold(next)
        await writeStorage(next)
        // If the issuer cannot be told, that session expires by itself.
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
      cookie?.noteSignedOut(true)
      await storage.remove()
      await queue(async () => {
        let last = orphan?.sessionId === ending.sessionId ? orphan : ending
        orphan = undefined
        if (clock.now() >= last.expiresAtMs) {
          const outcome = await askForTokens(last.refreshToken, async () => true)
          // With a cookie, these may be of somebody who has signed in since.
          if (outcome.kind !== 'given' || outcome.tokens.sessionId !== ending.sessionId) return
          last = stored(outcome.tokens, last.username)
        }
        await issuer.logOut(last.accessToken)
      })
      cookie?.noteSignedOut(false)
    },
    async token(rejected) {
      await restore()
      if (
        held !== undefined &&
        needsRefresh(held, rejected) &&
        held.accessToken !== replacementOf(rejected)
      ) {
        const { done, courtesy } = startRefresh(rejected)
        const mayGo = isGood(held, rejected) && !isLate(held)
        await (mayGo ? Promise.race([done, courtesy]) : done).catch((error: unknown) => {
          // A token that has not expired is used, whatever became of its refresh.
          if (held === undefined || !isGood(held, rejected)) throw error
        })
      } else if (unwritten !== undefined) {
        void writeAgain()
      }
      if (held === undefined) throw new ClientError('signed_out', 'nobody is signed in')
      return held.accessToken
    },
    wake() {
      endPause()
      // A time that the issuer named is respected; the client's own waits were for a network that was away.
      if (!isAskedToWait) {
        failures = 0
        retryAtMs = 0
      }
      if (held === undefined) {
        // The issuer could not be asked about the cookie when the page was opened.
        if (cookie !== undefined && restoring === undefined) restore().catch(() => {})
      } else if (needsRefresh(held, undefined)) {
        startRefresh(undefined)
      }
    },
    close() {
      turns += 1
      endPause()
      stopHearing?.()
      storage.close?.()
    },
  }

  function replacementOf(rejected: string | undefined): string | undefined {
    return rejected === undefined ? undefined : replacement
  }
}
