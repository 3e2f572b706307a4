import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { SelectField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import type { Person } from './facts.tsx'
import { words } from './words.ts'

interface AccountProps {
  readonly person: Person
  readonly isSelf: boolean
  readonly onChanged: () => void
}

/** Change the type of a person, unlock, disable and enable the account. */
export function Account({ person, isSelf, onChanged }: AccountProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const { problem, run } = useAction()
  const [isUnlocked, setIsUnlocked] = useState(false)
  const loadTypes = useCallback((signal: AbortSignal) => api.call('GET /v1/user-types', { signal }), [api])
  const types = usePolled(loadTypes, 60_000).value?.items ?? []
  const { id, user_type: current } = person
  const isEnabled = person.disabled_at === null

  const setType = async ({ text }: Fields) => {
    await api.call('PATCH /v1/users/{id}', { path: { id }, body: { user_type: text('user_type') } })
    onChanged()
  }
  const act = (action: 'disable' | 'enable') =>
    void run(async () => {
      await api.call(`POST /v1/users/{id}/${action}`, { path: { id } })
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
      {isSelf ? (
        <p class="hint">{say.itIsYou}</p>
      ) : (
        <Form
          key={`${current} ${types.length}`}
          action={say.changeType}
          isDangerous
          keepsFields
          onSubmit={setType}
        >
          <SelectField
            label={say.userType}
            hint={say.typeHint}
            name="user_type"
            initial={current}
            options={types.map(({ name }) => ({ value: name, label: name }))}
          />
        </Form>
      )}
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
            <button
              type="button"
              class={isEnabled ? 'danger' : undefined}
              onClick={() => act(isEnabled ? 'disable' : 'enable')}
            >
              {isEnabled ? say.disable : say.enable}
            </button>
            <span class="hint">{isEnabled ? say.disableHint : say.enableHint}</span>
          </p>
        )}
      </div>
    </Section>
  )
}
