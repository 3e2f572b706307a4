import type { SignOutReason } from 'latchkey/client'
import { useEffect, useState } from 'preact/hooks'
import { createApi } from '../../api/api.ts'
import { useWords } from '../../context.ts'
import { type SignedIn, SignInSteps } from '../../elements/sign-in/sign-in-steps.tsx'
import { words } from './words.ts'

/** Why the last session ended; `untold` if the server could not be told that it did. */
export type Ending = SignOutReason | 'untold'

/** The provider at which somebody was signed in who has signed out here. */
export interface SignedInThere {
  readonly name: string
  readonly sign_out_url: string
}

interface SignInPageProps {
  readonly ending: Ending | undefined
  readonly there: SignedInThere | undefined
  readonly onSignedIn: (how: SignedIn) => void
}

/** User name and password, and the second step, or a passkey. It belongs to the first script and is no `PageDefinition`: nobody is signed in. */
export function SignInPage({ ending, there, onSignedIn }: SignInPageProps) {
  const say = useWords(words)
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const leaving = new AbortController()
    // Nobody is signed in, so it is asked past the client. Where it cannot be asked, there is no link.
    createApi({ fetch: (input, init) => fetch(input, init) })
      .call('GET /v1/registrations', { signal: leaving.signal })
      .then(
        ({ items }) => setOpen(items.length > 0),
        () => {},
      )
    return () => leaving.abort()
  }, [])
  useEffect(() => {
    document.title = `${say.signIn} · Latchkey`
  }, [say])

  return (
    <main id="content" class="narrow" tabIndex={-1}>
      <h1>{say.signIn}</h1>
      <p role="status" class="notice">
        {ending && say[endings[ending]]}
        {there && (
          <>
            {' '}
            {say.stillThere(there.name)} <a href={there.sign_out_url}>{say.signOutThere}</a>
          </>
        )}
      </p>
      <SignInSteps action={say.signIn} hint={say.untilClosed} onSignedIn={onSignedIn} />
      <p>
        {/* A page of the server that works without script. */}
        <a href="/recover">{say.forgotten}</a>
      </p>
      {isOpen && (
        <p>
          <a href="/sign-up">{say.signUp}</a>
        </p>
      )}
    </main>
  )
}

const endings = {
  signed_out: 'signedOut',
  signed_out_elsewhere: 'signedOutElsewhere',
  session_ended: 'ended',
  untold: 'signOutUntold',
} as const satisfies Record<Ending, keyof (typeof words)['en']>
