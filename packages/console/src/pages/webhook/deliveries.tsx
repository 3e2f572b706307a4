import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { usePaged } from '../../api/paged.ts'
import { withQuery } from '../../api/query.ts'
import { useConsole, useWords } from '../../context.ts'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { Pager } from '../../elements/pager.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import { webhookWords } from '../../words/webhooks.ts'
import { words } from './words.ts'

const states = ['waiting', 'delivered', 'dead'] as const
const kindOf = { waiting: 'refused', delivered: 'success', dead: 'failure' } as const

interface DeliveriesProps {
  readonly id: string
  /** The state that the address asks for. */
  readonly asked: string | undefined
}

/** What was sent to a webhook, with the status of the last answer, and the way to send it again. */
export function Deliveries({ id, asked }: DeliveriesProps) {
  const { api } = useConsole()
  const say = { ...useWords(webhookWords), ...useWords(words) }
  const is = { waiting: say.isWaiting, delivered: say.isDelivered, dead: say.isDead }
  const state = states.find((one) => one === asked)
  const [replayed, setReplayed] = useState<number>()
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/webhooks/{id}/deliveries', { path: { id }, query: { after, state }, signal }),
    [api, id, state],
  )
  const list = usePaged(load, 10_000)
  const { busy, problem, run } = useAction()
  const replay = (delivery: string) =>
    void run(async () => {
      await api.call('POST /v1/webhooks/{id}/deliveries/{delivery}/replay', { path: { id, delivery } })
      list.reload()
    })
  const replayAll = async ({ text }: Fields) => {
    const since = new Date(Date.now() - Number(text('hours')) * 3_600_000).toISOString()
    setReplayed(
      (await api.call('POST /v1/webhooks/{id}/replay', { path: { id }, body: { since } })).deliveries,
    )
    list.reload()
  }
  const filter = async ({ text }: Fields) => {
    location.hash = withQuery(`#/webhooks/${id}`, { state: text('state') || undefined })
  }
  return (
    <Section title={say.deliveries}>
      <Form action={say.show} label={say.filter} keepsFields onSubmit={filter}>
        <SelectField
          label={say.state}
          name="state"
          initial={state}
          options={[{ value: '', label: say.any }, ...states.map((value) => ({ value, label: is[value] }))]}
        />
      </Form>
      <List
        caption={say.deliveries}
        rows={list.value?.items}
        problem={list.problem ?? problem}
        empty={say.noDeliveries}
        keyOf={(row) => row.id}
        columns={[
          { title: say.time, cell: ({ created_at }) => <Time at={created_at} /> },
          { title: say.type, cell: ({ type }) => <code>{type}</code> },
          {
            title: say.state,
            cell: (row) => <Outcome kind={kindOf[row.state]} word={is[row.state]} />,
          },
          { title: say.attempts, cell: ({ attempts }) => attempts },
          {
            title: say.answer,
            cell: ({ last_status: status, last_error: error }) =>
              status ?? (error ? <code>{error}</code> : <Absent />),
          },
          {
            title: say.next,
            cell: ({ next_at: at }) => (at === null ? <Absent /> : <Time at={at} exact />),
          },
          {
            title: say.action,
            cell: (row) =>
              row.state !== 'waiting' && (
                <button
                  type="button"
                  aria-busy={busy}
                  aria-label={say.replayWhat(row.id)}
                  onClick={() => replay(row.id)}
                >
                  {say.replay}
                </button>
              ),
          },
        ]}
      />
      <Pager list={list} />
      <Form action={say.replayAll} label={say.replayAll} keepsFields onSubmit={replayAll}>
        <TextField
          label={say.replayHours}
          name="hours"
          type="number"
          min={1}
          max={720}
          step={1}
          defaultValue="24"
          required
        />
      </Form>
      <p role="status">{replayed !== undefined && say.replayed(replayed)}</p>
    </Section>
  )
}
