import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { brief } from '../../format.ts'
import { words } from './words.ts'

/** The newest measurements that the device has sent. */
export function Telemetry({ uid }: { uid: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) =>
      api.call('GET /v1/devices/{uid}/telemetry', { path: { uid }, query: { limit: '20' }, signal }),
    [api, uid],
  )
  const { value, problem } = usePolled(load, 1_000)
  return (
    <Section title={say.telemetry}>
      <List
        caption={say.telemetry}
        rows={value?.items}
        problem={problem}
        empty={say.noTelemetry}
        keyOf={({ id }) => id}
        columns={[
          { title: say.time, cell: (row) => <Time at={row.received_at} exact /> },
          { title: say.stream, cell: ({ stream }) => stream },
          { title: say.payload, cell: ({ payload }) => <code>{brief(payload)}</code> },
        ]}
      />
    </Section>
  )
}
