import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

/** The other people who may see or control a device, for its owner, who adds and removes them. */
export function Shares({ uid }: { uid: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/devices/{uid}/shares', { path: { uid }, signal }),
    [api, uid],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const add = async ({ text }: Fields) => {
    const until = text('until')
    const body = {
      username: text('username'),
      relation: text('relation') === 'controller' ? ('controller' as const) : ('viewer' as const),
      // The field is in the reader's time zone; the server takes UTC.
      until: until === '' ? null : new Date(until).toISOString(),
    }
    await api.call('POST /v1/devices/{uid}/shares', { path: { uid }, body })
    reload()
  }
  const remove = (confirmed: Confirmed, subject: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/devices/{uid}/shares/{subject}', { path: { uid, subject } })
      reload()
    })
  return (
    <Section title={say.shares}>
      <List
        caption={say.shares}
        rows={value?.items}
        problem={notLoaded ?? problem}
        empty={say.noShares}
        keyOf={({ subject }) => subject}
        columns={[
          { title: say.person, cell: ({ username, subject }) => username ?? <code>{subject}</code> },
          {
            title: say.mayDo,
            cell: ({ relation }) => (relation === 'viewer' ? say.mayView : say.mayControl),
          },
          {
            title: say.until,
            cell: ({ until }) => (until === null ? say.forGood : <Time at={until} exact />),
          },
          {
            title: say.action,
            cell: ({ username, subject }) => (
              <ConfirmButton
                label={say.stopSharing}
                concerns={say.stopSharingWith(username ?? subject)}
                means={say.stopMeans(username ?? subject)}
                now={say.stopNow}
                nowConcerns={say.stopNowWith(username ?? subject)}
                onConfirmed={(confirmed) => remove(confirmed, subject)}
              />
            ),
          },
        ]}
      />
      <Form action={say.share} onSubmit={add}>
        <TextField label={say.username} name="username" required maxLength={200} autocomplete="off" />
        <SelectField
          label={say.mayDo}
          name="relation"
          options={[
            { value: 'viewer', label: say.mayView },
            { value: 'controller', label: say.mayControl },
          ]}
        />
        <TextField label={say.optional(say.until)} name="until" type="datetime-local" />
      </Form>
    </Section>
  )
}
