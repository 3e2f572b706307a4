import { h } from 'preact'
import { useEffect } from 'preact/hooks'
import { useAction } from './asking.ts'
import { useConsole } from './context.ts'
import { field, ProblemNotice } from './elements.ts'
import type { Ending } from './session.ts'

/** User name and password. What it says first is why one is here again. */
export function SignInPage({ ending }: { ending: Ending | 'untold' | undefined }) {
  const { say, session } = useConsole()
  const { busy, problem, run } = useAction()
  useEffect(() => {
    document.title = `${say.signIn} · Latchkey`
  }, [say])

  const submit = (event: Event) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement) // listened to on the form
    // A password is taken as it was typed, blanks and all.
    void run(() => session.signIn(String(fields.get('username')), String(fields.get('password'))))
  }
  return h(
    'main',
    { id: 'content', class: 'narrow', tabIndex: -1 },
    h('h1', null, say.signIn),
    h(
      'p',
      { role: 'status', class: 'notice' },
      ending && { signed_out: say.signedOut, ended: say.ended, untold: say.signOutUntold }[ending],
    ),
    h(
      'form',
      { onSubmit: submit },
      field({ label: say.username }, (names) =>
        h('input', {
          ...names,
          name: 'username',
          autocomplete: 'username',
          autocapitalize: 'none',
          spellcheck: false,
          maxLength: 200,
          required: true,
        }),
      ),
      field({ label: say.password, hint: say.inMemory }, (names) =>
        h('input', {
          ...names,
          name: 'password',
          type: 'password',
          autocomplete: 'current-password',
          maxLength: 1024,
          required: true,
        }),
      ),
      h(ProblemNotice, { problem }),
      h('button', { class: 'main', 'aria-busy': busy }, say.signIn),
    ),
  )
}
