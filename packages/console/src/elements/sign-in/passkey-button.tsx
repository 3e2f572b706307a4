import { ClientError } from 'latchkey/client'
import { type Action, useAction } from '../../api/action.ts'
import { useConsole } from '../../context.ts'
import type { Assertion, RequestOptions } from '../../passkeys/json.ts'
import type { Outcome } from '../../passkeys/outcome.ts'
import { ProblemNotice } from '../notice.tsx'
import { foreign, usePasskeyProblems } from './passkey-problems.ts'

interface PasskeyButtonProps {
  readonly label: string
  readonly isMain?: boolean
  readonly load: () => Promise<RequestOptions>
  /** What is done with the passkey's answer. */
  readonly onAnswer: (credential: Assertion) => Promise<void>
  /** Of a parent that does the same in another way, too; its own, if not given. */
  readonly action?: Action
}

/** Asks for a passkey. A person who chooses none has not failed, and may press it again. */
export function PasskeyButton({ label, isMain = false, load, onAnswer, action }: PasskeyButtonProps) {
  const { passkeys } = useConsole()
  const own = useAction()
  const explain = usePasskeyProblems()
  const { busy, problem, run } = action ?? own
  const ask = () => void run(async () => answerBy(await passkeys.ask(load), onAnswer))
  return (
    <>
      <ProblemNotice problem={problem} explain={explain} />
      <button type="button" class={isMain ? 'main' : undefined} aria-busy={busy} onClick={ask}>
        {label}
      </button>
    </>
  )
}

/** @throws {Problem} if pages of this address may not use the passkeys of the server */
export async function answerBy(
  outcome: Outcome<Assertion>,
  onAnswer: (credential: Assertion) => Promise<void>,
): Promise<void> {
  if (outcome.kind === 'foreign') throw foreign()
  if (outcome.kind === 'given') await onAnswer(outcome.value)
}

export const isUnknown = (error: unknown) => error instanceof ClientError && error.code === 'passkey_unknown'
