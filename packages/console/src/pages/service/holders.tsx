import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Answer } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import type { Service } from '../../services/profiles.ts'
import { permissionNames } from '../../words/permissions.ts'
import { words } from './words.ts'

type Holder = Answer<'GET /v1/services/{id}/scopes'>['items'][number]

const kinds = ['user_type', 'devices', 'service'] as const

/** Who has which scope of a service's own, and the form that gives one. */
export function Holders({ service, mayWrite }: { service: Service; mayWrite: boolean }) {
  const { api } = useConsole()
  const say = useWords(words)
  const { id } = service
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/services/{id}/scopes', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const who = ({ holder_kind, holder }: Holder) => {
    if (holder === null) return say.allDevices
    return holder_kind === 'service' ? say.theService(holder) : say.peopleOf(holder)
  }
  const take = (confirmed: Confirmed, { scope, holder_kind, holder }: Holder) =>
    void run(async () => {
      const query = { scope, holder_kind, holder: holder ?? undefined }
      await api.end(confirmed, 'DELETE /v1/services/{id}/scopes', { path: { id }, query })
      reload()
    })
  return (
    <Section title={say.holders}>
      <List
        caption={say.holders}
        rows={value?.items}
        problem={notLoaded ?? problem}
        empty={say.noHolders}
        keyOf={(row) => `${row.scope} ${row.holder_kind} ${row.holder}`}
        columns={[
          { title: say.scope, cell: ({ scope }) => <code>{scope}</code> },
          { title: say.holder, cell: who },
          { title: say.since, cell: ({ given_at }) => <Time at={given_at} /> },
          {
            title: say.action,
            cell: (row) =>
              mayWrite && (
                <ConfirmButton
                  label={say.take}
                  concerns={say.takeWhat(row.scope, who(row))}
                  means={say.takeMeans(row.scope, who(row))}
                  now={say.takeNow}
                  onConfirmed={(confirmed) => take(confirmed, row)}
                />
              ),
          },
        ]}
      />
      {mayWrite && <Give service={service} onGiven={reload} />}
    </Section>
  )
}

function Give({ service, onGiven }: { service: Service; onGiven: () => void }) {
  const { api } = useConsole()
  const say = useWords(words)
  const [kind, setKind] = useState<Holder['holder_kind']>('user_type')
  const permissions: readonly string[] = permissionNames
  const own = service.known_scopes.filter((scope) => !permissions.includes(scope))
  if (own.length === 0) return <p class="hint">{say.noOwnScopes}</p>
  const { id } = service
  const give = async ({ text }: Fields) => {
    const holder = kind === 'devices' ? {} : { holder: text('holder') }
    const body = { scope: text('scope'), holder_kind: kind, ...holder }
    await api.call('POST /v1/services/{id}/scopes', { path: { id }, body })
    onGiven()
  }
  const problems: Readonly<Record<string, string>> = {
    scope_invalid: say.scopeUnknown,
    user_type_unknown: say.typeUnknown,
    service_not_found: say.serviceUnknown,
  }
  return (
    <Form action={say.give} keepsFields explain={({ code }) => problems[code]} onSubmit={give}>
      <SelectField label={say.scope} name="scope" options={own.map((value) => ({ value, label: value }))} />
      <SelectField
        label={say.holderKind}
        name="holder_kind"
        options={[
          { value: 'user_type', label: say.kindType },
          { value: 'devices', label: say.kindDevices },
          { value: 'service', label: say.kindService },
        ]}
        onChange={({ currentTarget: { value } }) =>
          setKind(kinds.find((one) => one === value) ?? 'user_type')
        }
      />
      {kind !== 'devices' && (
        <TextField
          label={say.holderName}
          hint={say.holderHint}
          name="holder"
          required
          maxLength={64}
          autocomplete="off"
          autocapitalize="none"
        />
      )}
    </Form>
  )
}
