import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { usePolled } from '../../api/polled.ts'
import { save } from '../../api/save.ts'
import { useConsole, useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import { Filtered } from './columns.tsx'
import { type Filter, searchAddress } from './filter.ts'
import { words } from './words.ts'

/** One event of the log, at an address that can be sent to somebody: all that it says, and its receipt. */
export function Event({ id, filter }: { id: string; filter: Filter }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/activity/{id}', { path: { id }, signal }),
    [api, id],
  )
  const { value: event, problem } = usePolled(load, 60_000)
  const receipt = useAction()
  const saveReceipt = () =>
    void receipt.run(async () => {
      const proof = await api.call('GET /v1/activity/{id}/receipt', { path: { id } })
      save(new Blob([`${JSON.stringify(proof, null, 2)}\n`], { type: 'application/json' }), `${id}.receipt`)
    })
  return (
    <Section title={say.oneEvent}>
      <p>
        <a href={searchAddress(filter)}>{say.close}</a>
      </p>
      <ProblemNotice problem={problem} />
      {!event && !problem && <p class="faint late">{say.loading}</p>}
      {event && (
        <>
          <dl class="facts">
            <Fact title={say.event}>
              <Filtered field="event" value={event.event} filter={{}} />
            </Fact>
            <Fact title={say.time}>
              <Time at={event.at} exact />
            </Fact>
            <Fact title={say.outcome}>
              <Outcome kind={event.outcome} word={say[event.outcome]} reason={event.reason} />
            </Fact>
            <Fact title={say.subject}>
              <Named field="subject" kind={event.subject_kind} id={event.subject} />
            </Fact>
            <Fact title={say.target}>
              <Named field="target" kind={event.target_kind} id={event.target} />
            </Fact>
            <Fact title={say.address}>
              <Filtered field="address" value={event.address} filter={{}} />
            </Fact>
            <Fact title={say.region}>
              <Filtered field="region" value={event.region} filter={{}} />
            </Fact>
            <Fact title={say.client_id}>
              <Filtered field="client_id" value={event.client_id} filter={{}} />
            </Fact>
            <Fact title={say.session_id}>
              <Filtered field="session_id" value={event.session_id} filter={{}} />
            </Fact>
            <Fact title={say.request_id}>
              <Filtered field="request_id" value={event.request_id} filter={{}} />
            </Fact>
            {Object.entries(event.details).map(([name, value]) => (
              <Fact key={name} title={name}>
                <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
              </Fact>
            ))}
            <Fact title={say.seq}>{event.seq ?? <Absent />}</Fact>
            <Fact title={say.id}>
              <code>{event.id}</code>
            </Fact>
          </dl>
          <p class="row">
            <button type="button" aria-busy={receipt.busy} onClick={saveReceipt}>
              {say.saveReceipt}
            </button>
            <span class="hint">{say.receiptHint}</span>
          </p>
          <ProblemNotice problem={receipt.problem} />
        </>
      )}
    </Section>
  )
}

interface NamedProps {
  readonly field: 'subject' | 'target'
  readonly kind: string | null
  readonly id: string | null
}

/** The pages of what an event may name. */
const pages: Readonly<Record<string, string>> = {
  user: '#/people/',
  device: '#/devices/',
  service: '#/services/',
  app: '#/partners/',
}

/** Who did it or what it was done to: the search for it, and its page where it has one. */
function Named({ field, kind, id }: NamedProps) {
  const say = useWords(words)
  const path = pages[kind ?? '']
  return (
    <>
      <Filtered field={field} value={id} filter={{}} />
      {id !== null && path !== undefined && (
        <>
          {' '}
          <a href={path + encodeURIComponent(id)}>{say.open}</a>
        </>
      )}
    </>
  )
}
