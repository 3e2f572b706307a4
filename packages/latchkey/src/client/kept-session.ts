import type { RemoteClock } from '../clock/remote-clock.ts'
import type { SignOutReason } from './events.ts'
import type { Queue } from './locks.ts'
import { readStoredSession, type Session, type StoredSession, sessionOf } from './session.ts'
import type { SessionStorage } from './storage.ts'

export interface KeptSessionParts {
  /** As it is written in what the storage keeps. */
  readonly issuerName: string
  /** The application whose sessions these are; undefined for those of a direct sign-in. */
  readonly application?: string | undefined
  /** Whether tokens are bound to a key of this client. */
  readonly isBound: boolean
  readonly storage: SessionStorage
  readonly clock: RemoteClock
  /** One at a time, across all tabs. */
  readonly queue: Queue
  readonly now: () => number
  readonly onSignedIn: (session: Session) => void
  readonly onSessionChanged: (session: Session) => void
  readonly onSignedOut: (reason: SignOutReason) => void
}

/** One session in the memory of this client, kept the same as in the storage that other tabs and processes share. */
export interface KeptSession {
  /** The tokens that this client has; undefined if nobody is signed in. */
  readonly held: StoredSession | undefined
  readonly session: Session | undefined
  /** Counts sign-ins and sign-outs: work that began before one has no effect after it. */
  readonly turns: number
  /** Whether the storage could not be given the session that is held. */
  readonly isUnwritten: boolean
  /** Whether the storage was read so recently that nobody else can have refreshed since. */
  readonly isRecentlyRead: boolean
  beginTurn(): void
  /** Hold these tokens in memory, and report what is new about them. */
  hold(next: StoredSession): void
  /** Hold nothing any more. The storage is not touched. */
  end(reason: SignOutReason): void
  /** Take over what another tab or process has written. */
  read(): Promise<void>
  /** Write to the storage. If this fails, the session is still held, and written later. */
  write(next: StoredSession): Promise<void>
  /** Write once more what could not be written. It never rejects. */
  writeAgain(): Promise<void>
  close(): void
}

/**
 * What the storage gave is taken as the newest for this long. Others act without the lock after four seconds, so who
 * was stopped for longer than this, with the lock in hand, reads again before it sends or writes.
 */
const recentMs = 2_000

export function keepSession(parts: KeptSessionParts): KeptSession {
  const { storage, clock, queue, now } = parts
  const { issuerName, application, isBound } = parts
  const rules = { issuer: issuerName, application, isBound, inCookie: storage.cookie !== undefined }
  let held: StoredSession | undefined
  let session: Session | undefined
  let turns = 0
  /** The access token that the storage is known to have. What has not changed there is no news. */
  let seen: string | undefined
  /** When the newest reading of the storage began. */
  let readAtMs = Number.NEGATIVE_INFINITY
  /** What the storage could not be given. It is tried again with the next request. */
  let unwritten: StoredSession | undefined
  let isRewriting = false

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
    seen = undefined
    unwritten = undefined
    if (held === undefined) return
    held = undefined
    session = undefined
    parts.onSignedOut(reason)
  }

  function takeOver(found: StoredSession | undefined): void {
    seen = found?.accessToken
    if (found === undefined) end('signed_out_elsewhere')
    else if (found.accessToken !== held?.accessToken) hold(found)
  }

  const stopHearing = storage.subscribe?.((value) => takeOver(readStoredSession(value, rules)))

  async function read(): Promise<void> {
    const began = turns
    const beganAtMs = now()
    const found = readStoredSession(await storage.read(), rules)
    readAtMs = beganAtMs
    if (turns !== began || found?.accessToken === seen) return
    unwritten = undefined
    takeOver(found)
  }

  async function write(next: StoredSession): Promise<void> {
    unwritten = next
    await storage.write(next)
    if (unwritten === next) unwritten = undefined
    seen = next.accessToken
  }

  return {
    get held() {
      return held
    },
    get session() {
      return session
    },
    get turns() {
      return turns
    },
    get isUnwritten() {
      return unwritten !== undefined
    },
    get isRecentlyRead() {
      const agoMs = now() - readAtMs
      return agoMs >= 0 && agoMs < recentMs
    },
    beginTurn() {
      turns += 1
    },
    hold,
    end,
    read,
    write,
    async writeAgain() {
      if (isRewriting) return
      isRewriting = true
      await queue(async () => {
        await read()
        if (unwritten !== undefined && unwritten === held) await write(unwritten)
      }).catch(() => {})
      isRewriting = false
    },
    close() {
      stopHearing?.()
      storage.close?.()
    },
  }
}
