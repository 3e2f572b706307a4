import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { Fact } from '../../elements/facts.tsx'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { ShownOnce } from '../../elements/shown-once.tsx'
import { Outcome, Time } from '../../elements/signs.tsx'
import { moment } from '../../format.ts'
import type { PageProps } from '../../page-definition.ts'
import { explainedBy, webhookWords } from '../../words/webhooks.ts'
import { Deliveries } from './deliveries.tsx'
import { words } from './words.ts'

/** One webhook: its state and its secrets, what was sent to it, and what can be done about it. */
export function Page({ title, params, query }: PageProps) {
  const { id = '' } = params
  const { api, language } = useConsole()
  const say = { ...useWords(webhookWords), ...useWords(words) }
  const [secret, setSecret] = useState<string>()
  const [told, setTold] = useState('')
  const [isGone, setGone] = useState(false)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/webhooks/{id}', { path: { id }, signal }),
    [api, id],
  )
  const { value: webhook, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { busy, problem, run } = useAction()
  const path = { id }
  const change = (body: { on?: boolean; name?: string; url?: string; events?: string[] }) =>
    api.call('PATCH /v1/webhooks/{id}', { path, body }).then(reload)
  const test = () =>
    void run(async () => {
      const {
        state,
        last_status: status,
        last_error: error,
      } = await api.call('POST /v1/webhooks/{id}/test', { path })
      const answer = status === null ? (error ?? '') : String(status)
      setTold(state === 'delivered' ? say.tested(answer) : say.testFailed(answer))
      reload()
    })
  const back = (
    <p>
      <a href="#/webhooks">{say.back}</a>
    </p>
  )
  if (isGone) {
    return (
      <Section title={title} level={1}>
        <p role="status">{say.removed}</p>
        {back}
      </Section>
    )
  }
  if (!webhook) {
    return (
      <Section title={title} level={1}>
        {back}
        <ProblemNotice problem={notLoaded} />
      </Section>
    )
  }
  const reason = webhook.off_reason
  const why = reason === 'gone' || reason === 'failing' || reason === 'switched_off' ? say[reason] : reason
  return (
    <Section title={webhook.name} level={1}>
      {back}
      <dl class="facts">
        <Fact title={say.url}>
          <code>{webhook.url}</code>
        </Fact>
        <Fact title={say.events}>
          <code>{webhook.events.join(' ')}</code>
        </Fact>
        <Fact title={say.status}>
          <Outcome kind={webhook.on ? 'success' : 'refused'} word={webhook.on ? say.on : say.off} />
          {!webhook.on && why !== null && <span class="faint"> · {why}</span>}
        </Fact>
        <Fact title={say.lastSuccess}>
          <Time at={webhook.last_success_at} />
        </Fact>
        <Fact title={say.secrets}>
          {webhook.secrets.map(({ id: key, ends_at: endsAt }) => (
            <div key={key}>
              <code>{key}</code>{' '}
              <span class="faint">{endsAt === null ? say.forGood : say.until(moment(language, endsAt))}</span>
            </div>
          ))}
        </Fact>
      </dl>
      <ProblemNotice problem={problem ?? notLoaded} />
      <p role="status">{told}</p>
      {secret !== undefined && (
        <ShownOnce text={say.secretIs} secret={secret} onDone={() => setSecret(undefined)} />
      )}
      <p class="row">
        <button type="button" aria-busy={busy} onClick={test}>
          {say.test}
        </button>
        <button type="button" aria-busy={busy} onClick={() => void run(() => change({ on: !webhook.on }))}>
          {webhook.on ? say.switchOff : say.switchOn}
        </button>
        <ConfirmButton
          label={say.rotate}
          means={say.rotateMeans}
          now={say.rotateNow}
          onConfirmed={(confirmed) =>
            void run(async () => {
              const made = await api.end(confirmed, 'POST /v1/webhooks/{id}/rotate-secret', {
                path,
                body: {},
              })
              setSecret(made.secret)
              reload()
            })
          }
        />
        <ConfirmButton
          label={say.remove}
          means={say.removeMeans}
          now={say.removeNow}
          onConfirmed={(confirmed) =>
            void run(async () => {
              await api.end(confirmed, 'DELETE /v1/webhooks/{id}', { path })
              setGone(true)
            })
          }
        />
      </p>
      <Deliveries id={id} asked={query.get('state') ?? undefined} />
      <Section title={say.change}>
        <Form
          action={say.save}
          layout="stacked"
          keepsFields
          explain={explainedBy(say)}
          onSubmit={({ text }: Fields) =>
            change({ name: text('name'), url: text('url'), events: text('events').split(/\s+/) })
          }
        >
          <TextField
            label={say.name}
            name="name"
            defaultValue={webhook.name}
            required
            maxLength={100}
            autocomplete="off"
          />
          <TextField
            label={say.url}
            hint={say.urlHint}
            name="url"
            type="url"
            defaultValue={webhook.url}
            required
            maxLength={2000}
            autocomplete="off"
          />
          <TextField
            label={say.events}
            hint={say.eventsHint}
            name="events"
            class="mono"
            defaultValue={webhook.events.join(' ')}
            required
            maxLength={1000}
            autocomplete="off"
            autocapitalize="none"
          />
        </Form>
      </Section>
    </Section>
  )
}
