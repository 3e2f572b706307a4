import type { FactorChallenge } from 'latchkey/client'
import type { ComponentChildren, FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import { secondStepWords } from '../../words/second-step.ts'
import { useLater } from '../later.ts'
import { CodeForm } from './code-form.tsx'

/** What a second step is done with. */
export type Proof = { readonly code: string; readonly remember?: boolean } | { readonly credential: object }

/** Most people who sign in need none. */
const loadPasskeyStep = () => import('./passkey-step.tsx').then(({ PasskeyStep }) => PasskeyStep)

interface SecondStepProps {
  readonly challenge: FactorChallenge
  /** Whether the person may have the browser remembered. */
  readonly mayRemember: boolean
  readonly onProof: (proof: Proof) => Promise<void>
  readonly onBeginAgain: () => void
  readonly children?: ComponentChildren
}

/** What an account asks for beside the password: a passkey before a code, or a factor that is to be set up. */
export function SecondStep({ challenge, mayRemember, onProof, onBeginAgain, children }: SecondStepProps) {
  const { passkeys } = useConsole()
  const say = useWords(secondStepWords)
  const [wantsCode, setWantsCode] = useState(false)
  const { passkey } = challenge
  const isEnrolment = challenge.enrol.length > 0
  const isMailed = challenge.factors.includes('mailed_code')
  const usesPasskey = passkey !== undefined && passkeys.obstacle === undefined && !wantsCode
  const PasskeyStep = useLater(passkey && loadPasskeyStep)
  const onCode = (code: string, remember = false) => onProof({ code, remember })
  return (
    <>
      {/* The key: the focus goes to what has come. */}
      <h2 key={String(usesPasskey)} tabIndex={-1} ref={focusFirst}>
        {isEnrolment ? say.enrolTitle : say.secondStep}
      </h2>
      {isEnrolment && <EnrolAtSignIn challenge={challenge.id} onCode={onCode} />}
      {passkey && PasskeyStep && !wantsCode && (
        <PasskeyStep options={passkey} onCredential={(credential) => onProof({ credential })} />
      )}
      {!isEnrolment && !usesPasskey && (
        <>
          {isMailed && <p>{say.mailedText(challenge.sentTo ?? '')}</p>}
          <CodeForm hint={hintOf(challenge, say)} mayRemember={mayRemember && !isMailed} onCode={onCode} />
        </>
      )}
      <p class="row">
        {usesPasskey && challenge.factors.length > 1 && (
          <button type="button" onClick={() => setWantsCode(true)}>
            {say.useCode}
          </button>
        )}
        <button type="button" class="quiet" onClick={onBeginAgain}>
          {say.beginAgain}
        </button>
        {children}
      </p>
    </>
  )
}

function hintOf({ factors }: FactorChallenge, say: (typeof secondStepWords)['en']): string {
  if (factors.includes('mailed_code')) return say.mailedHint
  if (!factors.includes('authenticator')) return say.recoveryOnlyHint
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
