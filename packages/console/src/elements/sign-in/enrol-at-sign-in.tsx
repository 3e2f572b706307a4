import type { Enrolment as Begun, FactorChallenge } from 'latchkey/client'
import { useEffect, useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import { secondStepWords } from '../../words/second-step.ts'
import { Enrolment } from './enrolment.tsx'
import { PasskeyEnrolment } from './passkey-enrolment.tsx'
import type { Proof } from './proof.ts'

interface EnrolAtSignInProps {
  readonly challenge: FactorChallenge
  readonly onProof: (proof: Proof) => Promise<void>
}

/** A factor that has to be set up to sign in: a passkey where there can be one, and an authenticator on request or without. */
export function EnrolAtSignIn({ challenge, onProof }: EnrolAtSignInProps) {
  const { passkeys } = useConsole()
  const say = useWords(secondStepWords)
  const [wantsAuthenticator, setWantsAuthenticator] = useState(false)
  const { newPasskey } = challenge
  const canMake = newPasskey !== undefined && passkeys.obstacle === undefined
  const isPasskey = canMake && !wantsAuthenticator
  return (
    <>
      {newPasskey && (isPasskey || !canMake) && (
        <PasskeyEnrolment options={newPasskey} onCredential={(newCredential) => onProof({ newCredential })} />
      )}
      {!isPasskey && <Authenticator challenge={challenge.id} onCode={(code) => onProof({ code })} />}
      {canMake && (
        <p class="below">
          <button type="button" onClick={() => setWantsAuthenticator(!wantsAuthenticator)}>
            {wantsAuthenticator ? say.enrolPasskeyInstead : say.enrolAuthenticator}
          </button>
        </p>
      )}
    </>
  )
}

interface AuthenticatorProps {
  readonly challenge: string
  readonly onCode: (code: string) => Promise<void>
}

function Authenticator({ challenge, onCode }: AuthenticatorProps) {
  const { client } = useConsole()
  const say = useWords(secondStepWords)
  const [begun, setBegun] = useState<Begun>()
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let isGone = false
    client.enrol(challenge).then(
      (enrolment) => !isGone && setBegun(enrolment),
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
      {begun && <Enrolment secret={begun.secret} link={begun.link} onCode={onCode} />}
    </>
  )
}
