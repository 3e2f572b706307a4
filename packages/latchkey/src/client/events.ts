import type { Session } from './session.ts'

/**
 * `signed_out`: by this client. `signed_out_elsewhere`: another tab, or another process with the same storage, has signed
 * out or found the session over.
 * `session_ended`: the issuer says that the session is over, after a change of the password for one.
 */
export type SignOutReason = 'signed_out' | 'signed_out_elsewhere' | 'session_ended'

/** What a resource demands beyond a valid token (RFC 9470 section 3). */
export interface StepUp {
  readonly url: string
  readonly acrValues: readonly string[]
  /** Seconds since when the person must have proved who they are. */
  readonly maxAge: number | undefined
}

export interface ClientEvents {
  /** Somebody is signed in who was not: here, or in another tab. */
  'signed-in': (session: Session) => void
  /** The session goes on, and a renewal has brought other scopes or another user type: here, or in another tab. */
  'session-changed': (session: Session) => void
  'signed-out': (event: { readonly reason: SignOutReason }) => void
  /** A promise that it gives is waited for; if somebody has signed in by then, the request is sent again. */
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
