import { useConsole, useWords } from '../../context.ts'
import type { RequestOptions } from '../../passkeys/json.ts'
import { passkeyWords } from '../../words/passkeys.ts'
import { PasskeyButton } from './passkey-button.tsx'

interface PasskeyStepProps {
  readonly options: RequestOptions
  readonly onCredential: (credential: object) => Promise<void>
}

/** A passkey as the second step, or why this page cannot ask for one. */
export function PasskeyStep({ options, onCredential }: PasskeyStepProps) {
  const { passkeys } = useConsole()
  const say = useWords(passkeyWords)
  if (passkeys.obstacle !== undefined) return <p class="hint">{say[passkeys.obstacle]}</p>
  return (
    <div ref={focusButton}>
      <p>{say.passkeyStep}</p>
      <PasskeyButton label={say.usePasskey} isMain load={async () => options} onAnswer={onCredential} />
    </div>
  )
}

/** The step that had the focus is gone. */
function focusButton(place: HTMLElement | null): void {
  place?.querySelector('button')?.focus()
}
