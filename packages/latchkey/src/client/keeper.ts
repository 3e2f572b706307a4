import { createBackOff } from './back-off.ts'
import { ClientError } from './errors.ts'
import type { GivenTokens, Refreshed, SessionIssuer } from './given-tokens.ts'
import { type KeptSessionParts, keepSession } from './kept-session.ts'
import { refreshTwice } from './refreshing.ts'
import { isBoundToKey, type Session, type StoredSession, sessionOf } from './session.ts'

interface KeeperParts extends KeptSessionParts {
  readonly issuer: SessionIssuer
  readonly random: () => number
}

/** Keeps one session: who is signed in, and an access token that has not expired. */
export interface Keeper {
  readonly session: Session | undefined
  /** Of an application that asked who somebody is; undefined if nobody is signed in. */
  readonly idToken: string | undefined
  /** Look once for a session that the storage, or the issuer's cookie, has kept. */
  restore(): Promise<void>
  /** Take the tokens that `ask` gets. A session from before is ended. */
  signIn(ask: () => Promise<GivenTokens>, username: string): Promise<GivenTokens>
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

/** How long a request waits for the refresh of a token that has not expired. */
const courtesyMs = 500
/** A token that expires within this is not sent while a newer one may be had: it could expire on its way. */
const lateMs = 10_000

export function createKeeper(parts: KeeperParts): Keeper {
  const { issuer, issuerName, application, isBound, storage, clock, queue, now, random } = parts
  const { cookie } = storage
  const kept = keepSession(parts)
  const backOff = createBackOff(parts)
  let restoring: Promise<void> | undefined
  let refreshing: { readonly done: Promise<void>; readonly courtesy: Promise<void> } | undefined
  /** Tokens of a refresh that was under way when their session was signed out here: to sign out with. */
  let orphan: StoredSession | undefined
  /** The token that replaced a rejected one. If it is rejected as well, it is not refreshed again. */
  let replacement: string | undefined
  let endPause = () => {}

  function stored(given: GivenTokens, before: Pick<StoredSession, 'username' | 'idToken'>): StoredSession {
    const nowMs = clock.now()
    const { idToken = before.idToken } = given
    const next: StoredSession = {
      issuer: issuerName,
      accessToken: given.accessToken,
      refreshToken: given.refreshToken,
      sessionId: given.sessionId,
      username: given.username ?? before.username,
      // At 80 % of its life, give or take 5 %, so that tabs do not come all at once.
      refreshAtMs: nowMs + given.lifeMs * (0.75 + random() * 0.1),
      expiresAtMs: nowMs + given.lifeMs,
      correctionMs: clock.correctionMs,
      ...(application !== undefined && { application }),
      ...(idToken !== undefined && { idToken }),
    }
    if (sessionOf(next) === undefined || isBoundToKey(next) !== isBound) {
      throw new ClientError('answer_invalid', 'the issuer gave something that is not an access token')
    }
    return next
  }

  function needsRefresh(current: StoredSession, rejected: string | undefined): boolean {
    return current.accessToken === rejected || clock.now() >= current.refreshAtMs
  }

  function isUsable(current: StoredSession, rejected: string | undefined): boolean {
    return current.accessToken !== rejected && clock.now() < current.expiresAtMs
  }

  /** Whether it is so late that requests wait for the new token, however long it takes. */
  function isLate({ refreshAtMs, expiresAtMs }: StoredSession): boolean {
    return clock.now() >= expiresAtMs - Math.min(lateMs, (expiresAtMs - refreshAtMs) / 2)
  }

  /** Whether the session can be ended only with a new access token. */
  function isTooLateToEnd({ expiresAtMs }: StoredSession): boolean {
    return issuer.endsByAccessToken && clock.now() >= expiresAtMs
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
      await kept.read()
      if (kept.held === undefined || !needsRefresh(kept.held, rejected)) return
      const [before, began] = [kept.held, kept.turns]
      const isCurrent = async () => {
        if (!kept.isRecentlyRead) await kept.read()
        return kept.turns === began && kept.held?.accessToken === before.accessToken
      }
      const outcome = await askForTokens(before.refreshToken, isCurrent).catch(async (error: unknown) => {
        // Another tab may have had an answer meanwhile, if this one was stopped.
        await kept.read()
        if (kept.held?.accessToken === before.accessToken) throw error
        return { kind: 'superseded' } as const
      })
      if (outcome.kind === 'superseded') continue
      // Without the lock, or after a stop, another tab may have refreshed already; then its tokens are used.
      if (outcome.kind === 'over' || !isAlone || !kept.isRecentlyRead) await kept.read()
      if (outcome.kind === 'given') return take(outcome.tokens, { before, began, rejected })
      if (kept.turns !== began || kept.held?.accessToken !== before.accessToken) return
      kept.end('session_ended')
      return storage.remove()
    }
  }

  async function take(
    given: GivenTokens,
    { before, began, rejected }: { before: StoredSession; began: number; rejected: string | undefined },
  ): Promise<void> {
    const next = stored(given, before)
    if (kept.turns !== began || kept.held === undefined || kept.held.sessionId !== before.sessionId) {
      orphan = next
      return
    }
    // Somebody has written since: the same successor, or one that came after it.
    if (kept.held.accessToken !== before.accessToken) return
    kept.hold(next)
    if (rejected !== undefined) replacement = next.accessToken
    await kept.write(next).catch(() => {})
  }

  /** Ask the issuer whether its cookie holds a session. Only the issuer can read it. */
  async function openCookie(isAlone: boolean): Promise<void> {
    const began = kept.turns
    // The tab that had the lock before may have signed in or out.
    await kept.read()
    if (kept.held !== undefined || kept.turns !== began || cookie === undefined) return
    const outcome = await askForTokens('', async () => kept.turns === began)
    if (!isAlone) await kept.read()
    if (outcome.kind !== 'given' || kept.turns !== began || kept.held !== undefined) return
    const ended = cookie.signedOut() === outcome.tokens.sessionId
    // Somebody signed out here while the issuer could not be told. Now it can.
    if (ended) await issuer.logOut(outcome.tokens)
    cookie.noteSignedOut(undefined)
    if (ended) return
    const next = stored(outcome.tokens, { username: '' })
    kept.hold(next)
    await kept.write(next).catch(() => {})
  }

  /** Under the lock, unless the issuer could not answer a moment ago. */
  function orBackOff(work: (isAlone: boolean) => Promise<void>): Promise<void> {
    return backOff.run(() => queue(work))
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
    restoring ??= kept
      .read()
      .then(() => (kept.held === undefined && cookie !== undefined ? orBackOff(openCookie) : undefined))
      .catch((error: unknown) => {
        restoring = undefined
        throw error
      })
    return restoring
  }

  /** End a session by the newest token that it has, or else by one that is asked for. */
  async function endByNewest(ending: StoredSession): Promise<void> {
    let last = orphan?.sessionId === ending.sessionId ? orphan : ending
    orphan = undefined
    if (isTooLateToEnd(last)) {
      const outcome = await askForTokens(last.refreshToken, async () => true)
      // With a cookie, these may be of somebody who has signed in since.
      if (outcome.kind !== 'given' || outcome.tokens.sessionId !== ending.sessionId) return
      last = stored(outcome.tokens, last)
    }
    await issuer.logOut(last)
  }

  return {
    get session() {
      return kept.session
    },
    get idToken() {
      return kept.held?.idToken
    },
    restore,
    async signIn(ask, username) {
      let given: GivenTokens | undefined
      await queue(async () => {
        const before = kept.held
        given = await ask()
        const next = stored(given, { username })
        kept.beginTurn()
        restoring = Promise.resolve()
        orphan = undefined
        replacement = undefined
        backOff.reset()
        cookie?.noteSignedOut(undefined)
        kept.hold(next)
        await kept.write(next)
        // If the issuer cannot be told, that session expires by itself.
        if (before !== undefined && !isTooLateToEnd(before)) await issuer.logOut(before).catch(() => {})
      })
      if (given === undefined) throw new ClientError('closed', 'the sign-in was not begun')
      return given
    },
    async signOut() {
      await restore()
      const ending = kept.held
      if (ending === undefined) return
      // Before anything else is waited for: the page may be left in this moment. A refresh that is under way has the newer token.
      const isKnown = issuer.endsByAccessToken ? !isTooLateToEnd(ending) : refreshing === undefined
      const told = isKnown ? issuer.logOut(ending) : undefined
      told?.catch(() => {})
      kept.end('signed_out')
      cookie?.noteSignedOut(ending.sessionId)
      await storage.remove()
      await (told ?? queue(() => endByNewest(ending)))
      cookie?.noteSignedOut(undefined)
    },
    async token(rejected) {
      await restore()
      if (
        kept.held !== undefined &&
        needsRefresh(kept.held, rejected) &&
        kept.held.accessToken !== replacementOf(rejected)
      ) {
        const { done, courtesy } = startRefresh(rejected)
        const mayGo = isUsable(kept.held, rejected) && !isLate(kept.held)
        await (mayGo ? Promise.race([done, courtesy]) : done).catch((error: unknown) => {
          // A token that has not expired is used, whatever became of its refresh.
          if (kept.held === undefined || !isUsable(kept.held, rejected)) throw error
        })
      } else if (kept.isUnwritten) {
        void kept.writeAgain()
      }
      if (kept.held === undefined) throw new ClientError('signed_out', 'nobody is signed in')
      return kept.held.accessToken
    },
    wake() {
      endPause()
      // A time that the issuer named is respected; the client's own waits were for a network that was away.
      backOff.wake()
      if (kept.held === undefined) {
        // The issuer could not be asked about the cookie when the page was opened.
        if (cookie !== undefined && restoring === undefined) restore().catch(() => {})
      } else if (needsRefresh(kept.held, undefined)) {
        startRefresh(undefined)
      }
    },
    close() {
      endPause()
      kept.close()
    },
  }

  function replacementOf(rejected: string | undefined): string | undefined {
    return rejected === undefined ? undefined : replacement
  }
}
