import { useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import type { Person } from './facts.tsx'
import { words } from './words.ts'

interface AccountProps {
  readonly person: Person
  readonly isSelf: boolean
  readonly onChanged: () => void
}

/** Unlock, disable and enable the account of a person. */
export function Account({ person, isSelf, onChanged }: AccountProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const { problem, run } = useAction()
  const [isUnlocked, setIsUnlocked] = useState(false)
  const { id } = person
  const isEnabled = person.disabled_at === null

  const disable = (confirmed: Confirmed) =>
    void run(async () => {
      await api.end(confirmed, 'POST /v1/users/{id}/disable', { path: { id } })
      onChanged()
    })
  const enable = () =>
    void run(async () => {
      await api.call('POST /v1/users/{id}/enable', { path: { id } })
      onChanged()
    })
  const unlock = () =>
    void run(async () => {
      await api.call('POST /v1/users/{id}/unlock', { path: { id } })
      setIsUnlocked(true)
    })
  return (
    <Section title={say.account}>
      <ProblemNotice problem={problem} />
      {isSelf && <p class="hint">{say.itIsYou}</p>}
      <div>
        <p class="row">
          <button type="button" onClick={unlock}>
            {say.unlock}
          </button>
          <span class="hint" role="status">
            {isUnlocked ? say.unlocked : say.unlockHint}
          </span>
        </p>
        {!isSelf && (
          <p class="row">
            {isEnabled ? (
              <ConfirmButton
                label={say.disable}
                means={say.disableMeans}
                now={say.disableNow}
                onConfirmed={disable}
              />
            ) : (
              <>
                <button type="button" onClick={enable}>
                  {say.enable}
                </button>
                <span class="hint">{say.enableHint}</span>
              </>
            )}
          </p>
        )}
      </div>
    </Section>
  )
}
