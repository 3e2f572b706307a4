import { wholeText } from '../whole-text.ts'

const pathForm = wholeText(/\/(?![/\\])[\x21-\x7e]*/)

export const defaultNext = '/console'

/** Long enough for a request of an application that waits for the sign-in. */
export const longestNext = 12_000

/** Where a person is led after a sign-in: a path of this server, never anything that a browser could take for another host. */
export function ownPath(asked: string): string {
  return pathForm.test(asked) && !asked.includes('\\') ? asked : defaultNext
}

/** Where signing in begins, for somebody who is led to `next` in the end. */
export function signInPath(next: string): string {
  return next === defaultNext ? '/sign-in' : `/sign-in?${new URLSearchParams({ next })}`
}
