import { useEffect, useRef, useState } from 'preact/hooks'
import { useConsole, useSession, useWords } from '../context.ts'
import { SignInSteps } from '../elements/sign-in/sign-in-steps.tsx'
import { secondStepWords } from '../words/second-step.ts'

/**
 * Asks for a fresh sign-in when a request needs one (RFC 9470), in a dialog above the page. The request is sent again
 * afterwards; if the person cancels, it has failed.
 */
export function StepUp() {
  const { client } = useConsole()
  const [done, setDone] = useState<() => void>()
  useEffect(
    () => client.on('step-up', () => new Promise<void>((resolve) => setDone(() => resolve))),
    [client],
  )
  if (done === undefined) return null
  const end = () => {
    setDone(undefined)
    done()
  }
  return <StepUpDialog onEnd={end} />
}

function StepUpDialog({ onEnd }: { onEnd: () => void }) {
  const { username } = useSession()
  const say = useWords(secondStepWords)
  const dialog = useRef<HTMLDialogElement>(null)
  // Whoever is signed out meanwhile leaves no request waiting.
  useEffect(() => {
    dialog.current?.showModal()
    return onEnd
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby="step-up" onClose={onEnd}>
      <h1 id="step-up">{say.confirmTitle}</h1>
      <p>{say.confirmText}</p>
      <SignInSteps
        action={say.goOn}
        username={username}
        asksFactor
        onSignedIn={() => dialog.current?.close()}
      >
        <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
          {say.cancel}
        </button>
      </SignInSteps>
    </dialog>
  )
}
