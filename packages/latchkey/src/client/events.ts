import type { Session } from './session.ts'

/**
 * Why nobody is signed in any more:
 * - `signed_out`: this client signed out.
 * - `signed_out_elsewhere`: another tab, or another process with the same storage, signed out or found the session ended.
 * - `session_ended`: the issuer ended the session, for example after a change of the password.
 */
export type SignOutReason = 'signed_out' | 'signed_out_elsewhere' | 'session_ended'

/** What a resource requires of the sign-in, beyond a valid token (RFC 9470 section 3). */
export interface StepUp {
  /** The URL of the request that was refused. */
  readonly url: string
  /** The authentication contexts of which one is required; empty if any will do. */
  readonly acrValues: readonly string[]
  /** How many seconds ago the sign-in may have been; undefined if that does not matter. */
  readonly maxAge: number | undefined
}

/** The events of a client and what their listeners are given. What a listener throws reaches the program, not the client. */
export interface ClientEvents {
  /** Somebody has signed in, here or in another tab. */
  'signed-in': (session: Session) => void
  /** A refresh, here or in another tab, has brought other scopes or another user type to the same session. */
  'session-changed': (session: Session) => void
  /** Nobody is signed in any more. */
  'signed-out': (event: { readonly reason: SignOutReason }) => void
  /** A request needs a fresh sign-in. A promise that is returned is awaited; then the request is sent again. */
  'step-up': (need: StepUp) => unknown
}

type Listeners = { [Name in keyof ClientEvents]: Set<ClientEvents[Name]> }

export function createEvents() {
  const listeners: Listeners = {
    'signed-in': new Set(),
    'session-changed': new Set(),
    'signed-out': new Set(),
    'step-up': new Set(),
  }
  const stepUps = new Map<string, Promise<unknown>>()

  return {
    on<Name extends keyof ClientEvents>(name: Name, listener: ClientEvents[Name]): () => void {
      const set = listeners[name]
      if (set === undefined || typeof listener !== 'function')
        throw new TypeError('an event has a name and a listener')
      set.add(listener)
      return () => void set.delete(listener)
    },
    tellSignedIn(session: Session): void {
      tell(listeners['signed-in'], session)
    },
    tellSessionChanged(session: Session): void {
      tell(listeners['session-changed'], session)
    },
    tellSignedOut(reason: SignOutReason): void {
      tell(listeners['signed-out'], Object.freeze({ reason }))
    },
    /** However many requests meet the same demand at once, a person is asked once. */
    stepUp(need: StepUp): Promise<unknown> {
      const key = JSON.stringify([need.acrValues, need.maxAge])
      const pending =
        stepUps.get(key) ??
        Promise.all([...listeners['step-up']].map(async (listener) => listener(need))).finally(() =>
          stepUps.delete(key),
        )
      stepUps.set(key, pending)
      return pending
    },
  }
}

/** In a turn of its own, so that what a listener throws is the program's and disturbs nobody here. */
function tell<Event>(listeners: Iterable<(event: Event) => void>, event: Event): void {
  for (const listener of [...listeners]) queueMicrotask(() => listener(event))
}
