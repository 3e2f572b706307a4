import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent } from '../../elements/signs.tsx'
import { byteSize, wholeNumber } from '../../format.ts'
import { words } from './words.ts'

/** What the archive keeps, by month and kind of event, and for how long. */
export function Periods() {
  const { api, language } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/activity/periods', { signal }), [api])
  const { value, problem } = usePolled(load, 60_000)
  const kinds: Readonly<Record<string, string>> = {
    connections: say.kindConnections,
    devices: say.kindDevices,
    sign_ins: say.kindSignIns,
    refusals: say.kindRefusals,
    administration: say.kindAdministration,
    log: say.kindLog,
  }
  const days = (kind: string) => value?.retention_days[kind]
  return (
    <Section title={say.archive}>
      {value !== undefined && <p class="hint">{say.archiveHint(value.table_days)}</p>}
      {value?.damaged.map(({ segment, from, to, consumers }) => (
        <p class="bad" role="alert" key={segment}>
          {say.damaged(segment, from, to, consumers.join(', '))}
        </p>
      ))}
      <List
        caption={say.archive}
        rows={value?.items}
        problem={problem}
        empty={say.noArchive}
        keyOf={({ month, kind }) => `${month} ${kind}`}
        columns={[
          { title: say.month, cell: ({ month }) => month },
          { title: say.kind, cell: ({ kind }) => kinds[kind] ?? kind },
          { title: say.events, cell: ({ events }) => wholeNumber(language, events) },
          { title: say.size, cell: ({ bytes }) => byteSize(language, bytes) },
          {
            title: say.dropped,
            cell: ({ dropped }) => (dropped === 0 ? <Absent /> : wholeNumber(language, dropped)),
          },
          {
            title: say.keptFor,
            cell: ({ kind }) => {
              const kept = days(kind)
              return kept === undefined ? say.ever : say.days(kept)
            },
          },
        ]}
      />
    </Section>
  )
}
