import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { FactorList } from './factor-list.tsx'
import type { Person } from './facts.tsx'
import { words } from './words.ts'

interface SignInProps {
  readonly person: Person
  readonly isSelf: boolean
  readonly onChanged: () => void
}

/** What a person signs in with, and what an administrator does where it is lost. */
export function SignIn({ person: { id, username }, isSelf, onChanged }: SignInProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/users/{id}/factors', { path: { id }, signal }),
    [api, id],
  )
  const { value: factors, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const [told, setTold] = useState<string>()

  const act = (said: string, work: () => Promise<unknown>) =>
    void run(async () => {
      setTold(undefined)
      await work()
      setTold(said)
      reload()
      onChanged()
    })
  const path = { id }
  const recover = () => act(say.recoverySent, () => api.call('POST /v1/users/{id}/recover', { path }))
  const takePassword = (confirmed: Confirmed) =>
    act(say.passwordTaken, () => api.end(confirmed, 'POST /v1/users/{id}/reset', { path }))
  const resetFactors = (confirmed: Confirmed) =>
    act(say.factorsReset, () => api.end(confirmed, 'POST /v1/users/{id}/factors/reset', { path }))
  const explain = ({ code }: Problem) =>
    ({
      address_missing: say.addressMissing,
      mail_unavailable: say.noMail,
      account_disabled: say.accountDisabled,
    })[code]
  return (
    <Section title={say.signingIn}>
      <ProblemNotice problem={notLoaded} />
      {factors && (
        <p>
          {factors.in_force ? say.factorInForce(factors.recovery_codes) : say.noFactor}{' '}
          {factors.required && say.factorRequired}
        </p>
      )}
      {factors && <FactorList factors={factors} />}
      <ProblemNotice problem={problem} explain={explain} />
      <div role="status">{told !== undefined && <p>{told}</p>}</div>
      <p class="row">
        <button type="button" onClick={recover}>
          {say.sendRecovery}
        </button>
        <span class="hint">{say.sendRecoveryHint}</span>
      </p>
      {!isSelf && (
        <p class="row">
          <ConfirmButton
            label={say.takePassword}
            means={say.takePasswordMeans(username)}
            now={say.takePasswordNow}
            onConfirmed={takePassword}
          />
          {factors && (factors.in_force || factors.passkeys.length > 0) && (
            <ConfirmButton
              label={say.resetFactors}
              means={say.resetFactorsMeans}
              now={say.resetFactorsNow}
              onConfirmed={resetFactors}
            />
          )}
        </p>
      )}
    </Section>
  )
}
