import { useEffect, useRef } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { useConsole, useWords } from '../../context.ts'
import type { Assertion } from '../../passkeys/json.ts'
import { passkeyWords } from '../../words/passkeys.ts'
import { answerBy, isUnknown, PasskeyButton } from './passkey-button.tsx'

/** A button, and passkeys among the suggestions of the field of the user name, until somebody is signed in. */
export function PasskeySignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const { client, passkeys, signals } = useConsole()
  const say = useWords(passkeyWords)
  const action = useAction()
  const rpId = useRef('')

  const load = async () => {
    const options = await client.passkeyOptions()
    rpId.current = options.rpId ?? ''
    return options
  }
  const signIn = async (credential: Assertion) => {
    try {
      await client.signInWithPasskey(credential)
    } catch (error) {
      // For this reason alone: the browser removes the passkey for good.
      if (isUnknown(error)) await signals.unknown(rpId.current, credential.id)
      throw error
    }
    onSignedIn()
  }
  const { busy, run } = action
  useEffect(() => {
    if (passkeys.obstacle !== undefined || busy) return
    const leaving = new AbortController()
    passkeys.offer(load, leaving.signal).then(
      (outcome) => {
        if (outcome.kind === 'given') void run(() => answerBy(outcome, signIn))
      },
      // The button says why, if it is pressed.
      () => {},
    )
    return () => leaving.abort()
  }, [client, passkeys, busy])

  if (passkeys.obstacle !== undefined) return <p class="hint below">{say[passkeys.obstacle]}</p>
  return (
    <div class="below">
      <PasskeyButton label={say.signInWithPasskey} load={load} onAnswer={signIn} action={action} />
    </div>
  )
}
