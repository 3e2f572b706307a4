import { useCallback } from 'preact/hooks'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { Pager } from '../../elements/pager.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

/** What the log has of one's own doings, so that a person sees what was not theirs. */
export function Activity() {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/me/activity', { query: { after, limit: '20' }, signal }),
    [api],
  )
  const list = usePaged(load, 10_000)
  return (
    <Section title={say.activity}>
      <List
        caption={say.activity}
        rows={list.value?.items}
        problem={list.problem}
        empty={say.noActivity}
        keyOf={({ id }) => id}
        columns={[
          { title: say.time, cell: ({ at }) => <Time at={at} exact /> },
          { title: say.event, cell: ({ event, details }) => <Event name={event} details={details} /> },
          {
            title: say.outcome,
            cell: ({ outcome, reason }) => <Outcome kind={outcome} word={say[outcome]} reason={reason} />,
          },
          {
            title: say.address,
            cell: ({ address }) => (address ? <code class="address">{address}</code> : <Absent />),
          },
          { title: say.region, cell: ({ region }) => region ?? <Absent /> },
        ]}
      />
      <Pager list={list} />
    </Section>
  )
}

/** What was done, and by whom where it was not the person: an administrator who gave a reason for it. */
function Event({ name, details }: { name: string; details: Readonly<Record<string, unknown>> }) {
  const say = useWords(words)
  return (
    <>
      <code>{name}</code>
      {typeof details.acted_by === 'string' && (
        <p class="hint">
          {say.doneBy} {String(details.acted_by_name ?? details.acted_by)}
          {typeof details.why === 'string' && `: ${details.why}`}
        </p>
      )}
    </>
  )
}
