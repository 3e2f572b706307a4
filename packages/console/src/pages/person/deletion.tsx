import { useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmForm } from '../../elements/confirm.tsx'
import { DaysField } from '../../elements/days-field.tsx'
import type { Fields } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { moment } from '../../format.ts'
import type { Person } from './facts.tsx'
import { words } from './words.ts'

interface DeletionProps {
  readonly person: Person
  readonly onChanged: () => void
}

/** Delete an account after days of grace, which is said before it is done, or keep one that was going to be deleted. */
export function Deletion({ person: { id, username, delete_at: at }, onChanged }: DeletionProps) {
  const { api, language } = useConsole()
  const say = useWords(words)
  const { problem, run } = useAction()
  const [asks, setAsks] = useState(false)

  const schedule = async (confirmed: Confirmed, { text }: Fields) => {
    const body = { grace_days: Number(text('grace_days')) }
    await api.end(confirmed, 'POST /v1/users/{id}/delete', { path: { id }, body })
    setAsks(false)
    onChanged()
  }
  const keep = () =>
    void run(async () => {
      await api.call('POST /v1/users/{id}/undelete', { path: { id } })
      onChanged()
    })
  return (
    <Section title={say.deletion}>
      <ProblemNotice problem={problem} />
      {at !== null && (
        <p class="row">
          <span role="status">{say.deletedAt(moment(language, at))}</span>
          <button type="button" onClick={keep}>
            {say.keep}
          </button>
        </p>
      )}
      {at === null && !asks && (
        <p class="row">
          <button type="button" onClick={() => setAsks(true)}>
            {say.delete}
          </button>
        </p>
      )}
      {at === null && asks && (
        <ConfirmForm
          means={say.deleteMeans(username)}
          now={say.deleteNow}
          onConfirmed={schedule}
          onCancel={() => setAsks(false)}
        >
          <DaysField label={say.graceDays} hint={say.graceHint} initial={30} />
        </ConfirmForm>
      )}
    </Section>
  )
}
