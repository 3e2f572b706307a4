import { useCallback, useEffect } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item, Permission } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { permissionNames } from '../../words/permissions.ts'
import { words } from './words.ts'

interface GrantsProps {
  readonly id: string
  readonly mayWrite: boolean
  readonly changes: number
  readonly onChanged: () => void
}

/** What a person is granted and denied beside their type; those who may change it add to it and withdraw. */
export function Grants({ id, mayWrite, changes, onChanged }: GrantsProps) {
  const { api } = useConsole()
  const { scopes } = useSession()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/users/{id}/grants', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  // Asked again after each change.
  useEffect(reload, [reload, changes])
  const { problem, run } = useAction()
  const add = async ({ text }: Fields) => {
    const until = text('until')
    const body = {
      kind: text('kind') === 'denial' ? ('denial' as const) : ('grant' as const),
      permission: text('permission') as Permission, // an option of the field
      reason: text('reason'),
      // The field is in the reader's time zone; the server takes UTC.
      until: until === '' ? null : new Date(until).toISOString(),
    }
    await api.call('POST /v1/users/{id}/grants', { path: { id }, body })
    onChanged()
  }
  const withdraw = (confirmed: Confirmed, grant: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/users/{id}/grants/{grant}', { path: { id, grant } })
      onChanged()
    })
  const action = {
    title: say.action,
    cell: ({ id: grant, permission, kind }: Item<'GET /v1/users/{id}/grants'>) => (
      <ConfirmButton
        label={say.withdraw}
        concerns={say.withdrawWhat(permission)}
        means={kind === 'grant' ? say.withdrawGrantMeans(permission) : say.withdrawDenialMeans(permission)}
        now={say.withdrawNow}
        onConfirmed={(confirmed) => withdraw(confirmed, grant)}
      />
    ),
  }
  return (
    <Section title={say.grants}>
      <List
        caption={say.grants}
        rows={value?.items}
        problem={notLoaded ?? problem}
        empty={say.noGrants}
        keyOf={(grant) => grant.id}
        columns={[
          { title: say.permission, cell: ({ permission }) => <code>{permission}</code> },
          { title: say.kind, cell: ({ kind }) => say[kind] },
          { title: say.reason, cell: ({ reason }) => reason },
          { title: say.end, cell: ({ until }) => (until === null ? say.forGood : <Time at={until} exact />) },
          ...(mayWrite ? [action] : []),
        ]}
      />
      {mayWrite && (
        <Form
          action={say.add}
          explain={({ code }) => (code === 'grant_exists' ? say.grantExists : undefined)}
          onSubmit={add}
        >
          <SelectField
            label={say.kind}
            name="kind"
            options={[
              { value: 'grant', label: say.grantAction },
              { value: 'denial', label: say.denyAction },
            ]}
          />
          <SelectField
            label={say.permission}
            name="permission"
            options={permissionNames
              .filter((name) => scopes.includes(name))
              .map((name) => ({ value: name, label: name }))}
          />
          <TextField label={say.reason} name="reason" required maxLength={200} autocomplete="off" />
          <TextField label={say.optional(say.end)} name="until" type="datetime-local" />
        </Form>
      )}
    </Section>
  )
}
