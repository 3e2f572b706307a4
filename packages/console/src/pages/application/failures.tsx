import { useCallback } from 'preact/hooks'
import type { Item } from '../../api/api.ts'
import { usePolled } from '../../api/polled.ts'
import { withQuery } from '../../api/query.ts'
import { useConsole, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Time } from '../../elements/signs.tsx'
import { failureWords, words } from './failure-words.ts'

type Refused = Item<'GET /v1/activity'>

const shown = '20'

/** What was refused to an application lately: why, and what to do about it. */
export function Failures({ id }: { id: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) =>
      api.call('GET /v1/activity', { query: { client_id: id, outcome: 'refused', limit: shown }, signal }),
    [api, id],
  )
  const { value, problem } = usePolled(load, 10_000)
  return (
    <Section title={say.failures}>
      <List
        caption={say.failures}
        rows={value?.items}
        problem={problem}
        empty={say.none}
        keyOf={({ id }) => id}
        columns={[
          { title: say.time, cell: ({ at }) => <Time at={at} exact /> },
          {
            title: say.event,
            cell: ({ event, details }) => (
              <code>{typeof details.route === 'string' ? details.route : event}</code>
            ),
          },
          { title: say.why, cell: (one) => <Why {...one} /> },
          { title: say.remedy, cell: ({ reason }) => <Remedy reason={reason} /> },
          {
            title: say.address,
            cell: ({ address }) => (address === null ? <Absent /> : <code class="address">{address}</code>),
          },
        ]}
      />
      <p>
        <a href={withQuery('#/activity', { client_id: id })}>{say.more}</a>
      </p>
    </Section>
  )
}

function Why({ reason, details }: Refused) {
  const say = useWords(words)
  const explained = useExplained(reason)
  const times = typeof details.count === 'number' ? details.count : 1
  if (reason === null) return <Absent />
  return (
    <>
      {explained?.[0] ?? <code>{reason}</code>}
      {times > 1 && ` (${say.times(times)})`}
    </>
  )
}

function Remedy({ reason }: Pick<Refused, 'reason'>) {
  const say = useWords(words)
  return <span class="hint">{useExplained(reason)?.[1] ?? say.unknown}</span>
}

function useExplained(reason: string | null) {
  const { language } = useConsole()
  return reason === null || !Object.hasOwn(failureWords[language], reason)
    ? undefined
    : failureWords[language][reason]
}
