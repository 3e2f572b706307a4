import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { ShownOnce } from '../../elements/shown-once.tsx'
import { Outcome, Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { explainedBy, webhookWords } from '../../words/webhooks.ts'
import { words } from './words.ts'

/** The webhooks, and the form that registers one, whose secret is shown once. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = { ...useWords(webhookWords), ...useWords(words) }
  const [secret, setSecret] = useState<string>()
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/webhooks', { signal }), [api])
  const { value, problem, reload } = usePolled(load, 10_000)
  const add = async ({ text }: Fields) => {
    const events = text('events').split(/\s+/)
    const made = await api.call('POST /v1/webhooks', {
      body: { name: text('name'), url: text('url'), events },
    })
    setSecret(made.secret)
    reload()
  }
  return (
    <Section title={title} level={1}>
      <p class="hint">{say.hint}</p>
      <List
        caption={title}
        rows={value?.items}
        problem={problem}
        empty={say.none}
        keyOf={({ id }) => id}
        columns={[
          { title: say.name, cell: ({ id, name }) => <a href={`#/webhooks/${id}`}>{name}</a> },
          { title: say.events, cell: ({ events }) => <span class="mono">{events.join(' ')}</span> },
          {
            title: say.status,
            cell: ({ on }) => <Outcome kind={on ? 'success' : 'refused'} word={on ? say.on : say.off} />,
          },
          { title: say.waiting, cell: ({ waiting }) => waiting },
          { title: say.dead, cell: ({ dead }) => dead },
          { title: say.lastSuccess, cell: ({ last_success_at }) => <Time at={last_success_at} /> },
        ]}
      />
      {secret !== undefined && (
        <ShownOnce text={say.secretIs} secret={secret} onDone={() => setSecret(undefined)} />
      )}
      <Section title={say.add}>
        <Form action={say.add} layout="stacked" explain={explainedBy(say)} onSubmit={add}>
          <TextField label={say.name} name="name" required maxLength={100} autocomplete="off" />
          <TextField
            label={say.url}
            hint={say.urlHint}
            name="url"
            type="url"
            required
            maxLength={2000}
            autocomplete="off"
          />
          <TextField
            label={say.events}
            hint={say.eventsHint}
            name="events"
            class="mono"
            required
            maxLength={1000}
            defaultValue="alarm.notice"
            autocomplete="off"
            autocapitalize="none"
          />
        </Form>
      </Section>
    </Section>
  )
}
