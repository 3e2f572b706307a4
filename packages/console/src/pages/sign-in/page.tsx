import type { SignOutReason } from 'latchkey/client'
import { useEffect } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { words } from './words.ts'

/** Why the last session ended; `untold` if the server could not be told that it did. */
export type Ending = SignOutReason | 'untold'

/** User name and password. It belongs to the first script and is no `PageDefinition`: nobody is signed in. */
export function SignInPage({ ending }: { ending: Ending | undefined }) {
  const { client } = useConsole()
  const say = useWords(words)
  useEffect(() => {
    document.title = `${say.signIn} · Latchkey`
  }, [say])

  const signIn = async ({ exact }: Fields) => {
    await client.signIn({ username: exact('username'), password: exact('password') })
  }
  return (
    <main id="content" class="narrow" tabIndex={-1}>
      <h1>{say.signIn}</h1>
      <p role="status" class="notice">
        {ending && say[endings[ending]]}
      </p>
      <Form action={say.signIn} isMain layout="stacked" keepsFields onSubmit={signIn}>
        <TextField
          label={say.username}
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          maxLength={200}
          required
        />
        <TextField
          label={say.password}
          hint={say.untilClosed}
          name="password"
          type="password"
          autocomplete="current-password"
          maxLength={1024}
          required
        />
      </Form>
      <p>
        {/* A page of the server that works without script. */}
        <a href="/recover">{say.forgotten}</a>
      </p>
    </main>
  )
}

const endings = {
  signed_out: 'signedOut',
  signed_out_elsewhere: 'signedOutElsewhere',
  session_ended: 'ended',
  untold: 'signOutUntold',
} as const satisfies Record<Ending, keyof (typeof words)['en']>
