import { ClientError, type FactorChallenge } from 'latchkey/client'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import { secondStepWords } from '../../words/second-step.ts'
import { TextField } from '../field.tsx'
import { type Fields, Form } from '../form.tsx'
import { useLater } from '../later.ts'
import type { Proof } from './proof.ts'
import { SecondStep } from './second-step.tsx'

/** How somebody has signed in. */
export interface SignedIn {
  /** They come with the first factor of an account. */
  readonly recoveryCodes: readonly string[]
  /** Whether the password was typed, alone or as the first of two steps. */
  readonly byPassword: boolean
}

interface SignInStepsProps {
  /** What the button of the first step says. */
  readonly action: string
  /** Of somebody who is signed in already; else it is asked for. */
  readonly username?: string
  /** Whether both factors are asked for, also in a browser that is remembered. */
  readonly asksFactor?: boolean
  /** Below the password. */
  readonly hint?: string
  readonly onSignedIn: (how: SignedIn) => void
  readonly children?: ComponentChildren
}

// They come after the form, which does not wait for them.
const loadSignIn = () => import('./passkey-sign-in.tsx').then(({ PasskeySignIn }) => PasskeySignIn)
const loadLinks = () => import('./provider-links.tsx').then(({ ProviderLinks }) => ProviderLinks)
const loadFreshLinks = () =>
  import('./provider-links.tsx').then(({ FreshProviderLinks }) => FreshProviderLinks)
const loadConfirm = () => import('./passkey-confirm.tsx').then(({ PasskeyConfirm }) => PasskeyConfirm)

/** The password or a passkey, and what the account asks for beside the password. */
export function SignInSteps({
  action,
  username,
  asksFactor = false,
  hint,
  onSignedIn,
  children,
}: SignInStepsProps) {
  const { client, isKnownByCookie } = useConsole()
  const say = useWords(secondStepWords)
  const [challenge, setChallenge] = useState<FactorChallenge>()
  const Passkey = useLater(username === undefined ? loadSignIn : loadConfirm)
  const Providers = useLater(username === undefined ? loadLinks : loadFreshLinks)

  const signIn = async ({ exact }: Fields) => {
    try {
      await client.signIn({
        username: username ?? exact('username'),
        password: exact('password'),
        askFactor: asksFactor,
      })
      onSignedIn({ recoveryCodes: [], byPassword: true })
    } catch (error) {
      const next = challengeOf(error)
      if (next === undefined) throw error
      setChallenge(next)
    }
  }
  const byPasskey = () => onSignedIn({ recoveryCodes: [], byPassword: false })
  const answer = async (proof: Proof) => {
    const { id = '' } = challenge ?? {}
    const { recoveryCodes } = await client.answer({ challenge: id, ...proof })
    // Whoever has just made a passkey is not to make another.
    onSignedIn({ recoveryCodes, byPassword: !('newCredential' in proof) })
  }
  if (challenge !== undefined) {
    return (
      <SecondStep
        challenge={challenge}
        mayRemember={!asksFactor && isKnownByCookie}
        onProof={answer}
        onBeginAgain={() => setChallenge(undefined)}
      >
        {children}
      </SecondStep>
    )
  }
  return (
    <>
      <Form action={action} isMain layout="stacked" keepsFields onSubmit={signIn}>
        {username === undefined ? (
          <TextField
            label={say.username}
            name="username"
            autocomplete="username webauthn"
            autocapitalize="none"
            spellcheck={false}
            maxLength={200}
            required
          />
        ) : (
          <input name="username" value={username} autocomplete="username" readOnly hidden />
        )}
        <TextField
          label={say.password}
          hint={hint}
          name="password"
          type="password"
          autocomplete="current-password"
          maxLength={1024}
          required
        />
        {children}
      </Form>
      {Passkey && <Passkey onSignedIn={byPasskey} />}
      {Providers && <Providers />}
    </>
  )
}

function challengeOf(error: unknown): FactorChallenge | undefined {
  return error instanceof ClientError ? error.challenge : undefined
}
