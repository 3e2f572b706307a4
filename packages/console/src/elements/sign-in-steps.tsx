import { ClientError, type FactorChallenge } from 'latchkey/client'
import type { ComponentChildren, FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useConsole, useWords } from '../context.ts'
import { secondStepWords } from '../words/second-step.ts'
import { CodeForm } from './code-form.tsx'
import { TextField } from './field.tsx'
import { type Fields, Form } from './form.tsx'

interface SignInStepsProps {
  /** What the button of the first step says. */
  readonly action: string
  /** Of somebody who is signed in already; else it is asked for. */
  readonly username?: string
  /** Whether both factors are asked for, also in a browser that is remembered. */
  readonly asksFactor?: boolean
  /** Below the password. */
  readonly hint?: string
  /** Recovery codes come with the first factor of an account. */
  readonly onSignedIn: (recoveryCodes: readonly string[]) => void
  readonly children?: ComponentChildren
}

/** The password, and what the account asks for beside it. */
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

  const signIn = async ({ exact }: Fields) => {
    try {
      await client.signIn({
        username: username ?? exact('username'),
        password: exact('password'),
        askFactor: asksFactor,
      })
      onSignedIn([])
    } catch (error) {
      const next = challengeOf(error)
      if (next === undefined) throw error
      setChallenge(next)
    }
  }
  const answer = async (code: string, remember = false) => {
    const { id = '' } = challenge ?? {}
    const { recoveryCodes } = await client.answer({ challenge: id, code, remember })
    onSignedIn(recoveryCodes)
  }
  if (challenge !== undefined) {
    const isEnrolment = challenge.enrol.length > 0
    const isMailed = challenge.factors.includes('mailed_code')
    return (
      <>
        <h2 tabIndex={-1} ref={focusFirst}>
          {isEnrolment ? say.enrolTitle : say.secondStep}
        </h2>
        {isEnrolment ? (
          <EnrolAtSignIn challenge={challenge.id} onCode={answer} />
        ) : (
          <>
            {isMailed && <p>{say.mailedText(challenge.sentTo ?? '')}</p>}
            <CodeForm
              hint={hintOf(challenge, say)}
              mayRemember={!asksFactor && !isMailed && isKnownByCookie}
              onCode={answer}
            />
          </>
        )}
        <p class="row">
          <button type="button" class="quiet" onClick={() => setChallenge(undefined)}>
            {say.beginAgain}
          </button>
          {children}
        </p>
      </>
    )
  }
  return (
    <Form action={action} isMain layout="stacked" keepsFields onSubmit={signIn}>
      {username === undefined ? (
        <TextField
          label={say.username}
          name="username"
          autocomplete="username"
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
  )
}

function hintOf({ factors }: FactorChallenge, say: (typeof secondStepWords)['en']): string {
  if (factors.includes('mailed_code')) return say.mailedHint
  return factors.includes('recovery_code') ? say.codeHint : say.authenticatorOnlyHint
}

/** Its picture is loaded with it: most people who sign in need none. */
function EnrolAtSignIn({
  challenge,
  onCode,
}: {
  challenge: string
  onCode: (code: string) => Promise<void>
}) {
  const { client } = useConsole()
  const say = useWords(secondStepWords)
  const [shown, setShown] = useState<{
    readonly Enrolment: FunctionComponent<{
      secret: string
      link: string
      onCode: (code: string) => Promise<void>
    }>
    readonly secret: string
    readonly link: string
  }>()
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let isGone = false
    Promise.all([import('./enrolment.tsx'), client.enrol(challenge)]).then(
      ([{ Enrolment }, { secret, link }]) => !isGone && setShown({ Enrolment, secret, link }),
      () => setFailed(true),
    )
    return () => {
      isGone = true
    }
  }, [client, challenge])
  return (
    <>
      <p>{say.enrolText}</p>
      {failed && (
        <p class="bad" role="alert">
          {say.challengeInvalid}
        </p>
      )}
      {shown && <shown.Enrolment secret={shown.secret} link={shown.link} onCode={onCode} />}
    </>
  )
}

/** The step that had the focus is gone. */
function focusFirst(heading: HTMLElement | null): void {
  const field = heading?.parentElement?.querySelector<HTMLInputElement>('input[name=code]')
  ;(field ?? heading)?.focus()
}

function challengeOf(error: unknown): FactorChallenge | undefined {
  return error instanceof ClientError ? error.challenge : undefined
}
