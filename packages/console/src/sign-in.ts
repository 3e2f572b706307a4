import type { SignOutReason } from 'latchkey/client'
import { h } from 'preact'
import { useEffect } from 'preact/hooks'
import { useAction } from './asking.ts'
import { useConsole } from './context.ts'
import { field, ProblemNotice } from './elements.ts'
import type { Words } from './words.ts'

/** Why nobody is signed in any more; `untold` where the server could not be told of it. */
export type Ending = SignOutReason | 'untold'

/** User name and password. What it says first is why one is here again. */
export function SignInPage({ ending }: { ending: Ending | undefined }) {
  const { say, client } = useConsole()
  const { busy, problem, run } = useAction()
  useEffect(() => {
    document.title = `${say.signIn} · Latchkey`
  }, [say])

  const submit = (event: Event) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement) // listened to on the form
    // A password is taken as it was typed, blanks and all.
    const [username, password] = [String(fields.get('username')), String(fields.get('password'))]
    void run(async () => void (await client.signIn({ username, password })))
  }
  return h(
    'main',
    { id: 'content', class: 'narrow', tabIndex: -1 },
    h('h1', null, say.signIn),
    h('p', { role: 'status', class: 'notice' }, ending && say[endings[ending]]),
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
      field({ label: say.password, hint: say.untilClosed }, (names) =>
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

const endings = {
  signed_out: 'signedOut',
  signed_out_elsewhere: 'signedOutElsewhere',
  session_ended: 'ended',
  untold: 'signOutUntold',
} as const satisfies Record<Ending, keyof Words>
