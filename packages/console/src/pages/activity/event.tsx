import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { usePolled } from '../../api/polled.ts'
import { save } from '../../api/save.ts'
import { useConsole, useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { type Names, useNames, usePageOf } from '../../elements/names.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import { Filtered } from './columns.tsx'
import { type Filter, searchAddress } from './filter.ts'
import type { ActivityEvent } from './following.ts'
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
  const names = useNames(event ? namedIn(event) : [])
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
              <Named field="subject" kind={event.subject_kind} id={event.subject} names={names} />
            </Fact>
            <Fact title={say.target}>
              <Named field="target" kind={event.target_kind} id={event.target} names={names} />
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
                <Detail value={value} names={names} />
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

function namedIn({ subject, target, details }: ActivityEvent): readonly (string | null)[] {
  const texts = Object.values(details).filter((value) => typeof value === 'string')
  return [subject, target, ...texts]
}

interface NamedProps {
  readonly field: 'subject' | 'target'
  readonly kind: string | null
  readonly id: string | null
  readonly names: Names
}

/** Who did it or what it was done to: its name and its page, and the search for it by its id. */
function Named({ field, kind, id, names }: NamedProps) {
  const pageOf = usePageOf()
  const named = id === null ? undefined : names.get(id)
  const page = id === null ? undefined : pageOf(kind, id, named)
  const say = useWords(words)
  return (
    <>
      {page !== undefined ? (
        <>
          <a href={page}>{named?.name ?? say.open}</a>{' '}
        </>
      ) : (
        named && `${named.name} `
      )}
      <Filtered field={field} value={id} filter={{}} />
    </>
  )
}

/** A fact of the event; one that is the id of somebody who has a name, with it. */
function Detail({ value, names }: { readonly value: unknown; readonly names: Names }) {
  const pageOf = usePageOf()
  const named = typeof value === 'string' ? names.get(value) : undefined
  const shown = <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
  if (!named) return shown
  const page = pageOf(named.kind, named.id, named)
  return (
    <>
      {page === undefined ? named.name : <a href={page}>{named.name}</a>} {shown}
    </>
  )
}
