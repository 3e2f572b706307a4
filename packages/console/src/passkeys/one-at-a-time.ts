import { nothing, type Outcome } from './outcome.ts'

/** Runs `work` after it has aborted the work before, and once the browser has let go of that. */
export type Alone = <Given>(
  work: (signal: AbortSignal) => Promise<Outcome<Given>>,
  outer?: AbortSignal,
) => Promise<Outcome<Given>>

/** A browser has one request for passkeys at a time, and refuses a second one. */
export function oneAtATime(): Alone {
  let current = { controller: new AbortController(), done: Promise.resolve() }
  return (work, outer) => {
    const before = current
    before.controller.abort()
    const controller = new AbortController()
    const signal = outer ? AbortSignal.any([outer, controller.signal]) : controller.signal
    const outcome = before.done
      .then(() => (signal.aborted ? nothing : work(signal)))
      .catch((error: unknown) => {
        if (signal.aborted) return nothing
        throw error
      })
    const end = () => {}
    current = { controller, done: outcome.then(end, end) }
    return outcome
  }
}
