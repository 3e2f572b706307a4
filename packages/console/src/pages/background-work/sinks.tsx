import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

/** Where the log is sent, and how far behind each sink is. */
export function Sinks() {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/sinks', { signal }), [api])
  const { value, problem } = usePolled(load, 5_000)
  const states = { fine: say.fine, behind: say.waiting, failing: say.failing, stalled: say.stalled }
  return (
    <Section title={say.sinks}>
      <List
        caption={say.sinks}
        rows={value?.items}
        problem={problem}
        empty={say.noSinks}
        keyOf={({ name }) => name}
        columns={[
          { title: say.sink, cell: ({ name }) => name },
          { title: say.address, cell: ({ address }) => <code>{address}</code> },
          { title: say.format, cell: ({ format }) => format },
          {
            title: say.state,
            cell: ({ state, last_error: error }) =>
              error === null ? states[state] : say.because(states[state], error),
          },
          { title: say.behind, cell: ({ lag_events, lag_seconds }) => say.lag(lag_events, lag_seconds) },
          {
            title: say.delivered,
            cell: ({ delivered_at: at }) => (at === null ? <Absent /> : <Time at={at} />),
          },
        ]}
      />
    </Section>
  )
}
