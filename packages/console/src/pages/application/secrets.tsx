import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton, ConfirmForm } from '../../elements/confirm.tsx'
import { TextField } from '../../elements/field.tsx'
import type { Fields } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { ShownOnce } from '../../elements/shown-once.tsx'
import { Time } from '../../elements/signs.tsx'
import { applicationWords } from '../../words/applications.ts'
import { words } from './words.ts'

interface SecretsProps {
  readonly id: string
  readonly name: string
  readonly mayChange: boolean
}

/** The secrets of an application that are in force, with when each was used last. */
export function Secrets({ id, name, mayChange }: SecretsProps) {
  const { api } = useConsole()
  const say = { ...useWords(applicationWords), ...useWords(words) }
  const [isAdding, setAdding] = useState(false)
  const [made, setMade] = useState<string>()
  const path = { id }
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/applications/{id}/secrets', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const end = (confirmed: Confirmed, secret: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/applications/{id}/secrets/{secret}', { path: { id, secret } })
      reload()
    })
  const add = async (confirmed: Confirmed, { text }: Fields) => {
    const older_ends_at = new Date(Date.now() + Number(text('hours')) * 3_600_000).toISOString()
    const added = await api.end(confirmed, 'POST /v1/applications/{id}/secrets', {
      path,
      body: { older_ends_at },
    })
    setMade(added.secret)
    setAdding(false)
    reload()
  }
  const explain = ({ code }: Problem) => (code === 'secret_limit_reached' ? say.secretLimit : undefined)
  return (
    <Section title={say.secrets}>
      <p class="hint">{say.secretsHint}</p>
      {made !== undefined && (
        <ShownOnce text={say.isSecret(name)} secret={made} onDone={() => setMade(undefined)} />
      )}
      <List
        caption={say.secrets}
        rows={value?.items}
        problem={notLoaded ?? problem}
        empty={say.noSecrets}
        keyOf={(row) => row.id}
        columns={[
          { title: say.secretId, cell: (row) => <code>{row.id}</code> },
          { title: say.since, cell: ({ created_at }) => <Time at={created_at} /> },
          { title: say.lastUsed, cell: ({ last_used_at }) => <Time at={last_used_at} /> },
          {
            title: say.ends,
            cell: ({ ends_at }) =>
              ends_at === null ? <span class="faint">{say.forGood}</span> : <Time at={ends_at} exact />,
          },
          {
            title: say.action,
            cell: (row) =>
              mayChange && (
                <ConfirmButton
                  label={say.endSecret}
                  concerns={say.endSecretWhat(row.id)}
                  means={say.endSecretMeans}
                  now={say.endSecretNow}
                  onConfirmed={(confirmed) => end(confirmed, row.id)}
                />
              ),
          },
        ]}
      />
      {mayChange && !isAdding && (
        <p class="below">
          <button type="button" onClick={() => setAdding(true)}>
            {say.addSecret}
          </button>
        </p>
      )}
      {isAdding && (
        <ConfirmForm
          means={say.addMeans}
          now={say.addNow}
          explain={explain}
          onConfirmed={add}
          onCancel={() => setAdding(false)}
        >
          <TextField
            label={say.olderEnds}
            name="hours"
            type="number"
            min={0}
            max={2160}
            step={1}
            defaultValue="24"
            required
          />
        </ConfirmForm>
      )}
    </Section>
  )
}
