import { useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import type { RequestOptions } from '../../passkeys/json.ts'
import { passkeyWords } from '../../words/passkeys.ts'
import { secondStepWords } from '../../words/second-step.ts'
import { focusButton } from './focus.ts'
import { PasskeyButton } from './passkey-button.tsx'

interface PasskeyStepProps {
  readonly options: RequestOptions
  /** Whether the person may have the browser remembered. */
  readonly mayRemember: boolean
  readonly onCredential: (credential: object, remember: boolean) => Promise<void>
}

/** A passkey as the second step, or why this page cannot ask for one. */
export function PasskeyStep({ options, mayRemember, onCredential }: PasskeyStepProps) {
  const { passkeys } = useConsole()
  const say = useWords(passkeyWords)
  const { rememberStep } = useWords(secondStepWords)
  const [remembers, setRemembers] = useState(false)
  if (passkeys.obstacle !== undefined) return <p class="hint">{say[passkeys.obstacle]}</p>
  return (
    <div ref={focusButton}>
      <p>{say.passkeyStep}</p>
      {mayRemember && (
        <label class="check">
          <input
            type="checkbox"
            checked={remembers}
            onChange={({ currentTarget }) => setRemembers(currentTarget.checked)}
          />{' '}
          {rememberStep}
        </label>
      )}
      <PasskeyButton
        label={say.usePasskey}
        isMain
        load={async () => options}
        onAnswer={(credential) => onCredential(credential, remembers)}
      />
    </div>
  )
}
