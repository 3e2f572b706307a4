import { useAction } from '../../api/action.ts'
import { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import type { CreationOptions } from '../../passkeys/json.ts'
import { passkeyWords } from '../../words/passkeys.ts'
import { secondStepWords } from '../../words/second-step.ts'
import { ProblemNotice } from '../notice.tsx'
import { focusButton } from './focus.ts'
import { foreign, usePasskeyProblems } from './passkey-problems.ts'

interface PasskeyEnrolmentProps {
  readonly options: CreationOptions
  readonly onCredential: (credential: object) => Promise<void>
}

/** A passkey that is set up to sign in, or why this page cannot make one. A person who makes none has not failed. */
export function PasskeyEnrolment({ options, onCredential }: PasskeyEnrolmentProps) {
  const { passkeys } = useConsole()
  const say = useWords(secondStepWords)
  const sayWhy = useWords(passkeyWords)
  const explainPasskey = usePasskeyProblems()
  const { busy, problem, run } = useAction()
  if (passkeys.obstacle !== undefined) return <p class="hint">{sayWhy[passkeys.obstacle]}</p>
  const make = () =>
    void run(async () => {
      const outcome = await passkeys.make(options, onCredential)
      if (outcome.kind === 'foreign') throw foreign()
      if (outcome.kind === 'held') throw new Problem('passkey_held', 0, 'there is one already')
    })
  const explain = (given: Problem) =>
    given.code === 'passkey_held' ? sayWhy.passkeyHeld : explainPasskey(given)
  return (
    <div ref={focusButton}>
      <p>{say.enrolPasskeyText}</p>
      <ProblemNotice problem={problem} explain={explain} />
      <button type="button" class="main" aria-busy={busy} onClick={make}>
        {say.enrolPasskey}
      </button>
    </div>
  )
}
