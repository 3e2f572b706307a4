import type { FactorChallenge } from 'latchkey/client'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import { secondStepWords } from '../../words/second-step.ts'
import { useLater } from '../later.ts'
import { CodeForm } from './code-form.tsx'
import type { Proof } from './proof.ts'

/** Most people who sign in need none. */
const loadPasskeyStep = () => import('./passkey-step.tsx').then(({ PasskeyStep }) => PasskeyStep)
const loadEnrol = () => import('./enrol-at-sign-in.tsx').then(({ EnrolAtSignIn }) => EnrolAtSignIn)

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
  const Enrol = useLater(isEnrolment ? loadEnrol : undefined)
  const onCode = (code: string, remember = false) => onProof({ code, remember })
  return (
    <>
      {/* The key: the focus goes to what has come. */}
      <h2 key={String(usesPasskey)} tabIndex={-1} ref={focusFirst}>
        {isEnrolment ? say.enrolTitle : say.secondStep}
      </h2>
      {Enrol && <Enrol challenge={challenge} onProof={onProof} />}
      {passkey && PasskeyStep && !wantsCode && (
        <PasskeyStep
          options={passkey}
          mayRemember={mayRemember}
          onCredential={(credential, remember) => onProof({ credential, remember })}
        />
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

/** The step that had the focus is gone. */
function focusFirst(heading: HTMLElement | null): void {
  const field = heading?.parentElement?.querySelector<HTMLInputElement>('input[name=code]')
  ;(field ?? heading)?.focus()
}
