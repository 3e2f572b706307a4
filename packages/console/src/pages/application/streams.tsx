import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Outcome } from '../../elements/signs.tsx'
import { applicationWords } from '../../words/applications.ts'
import { words } from './words.ts'

interface StreamsProps {
  readonly id: string
  readonly mayChange: boolean
}

/** The streams of shared signals that an application receives, which an administrator may pause and remove. */
export function Streams({ id, mayChange }: StreamsProps) {
  const { api } = useConsole()
  const say = { ...useWords(applicationWords), ...useWords(words) }
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/applications/{id}/streams', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const pause = (stream: string) =>
    void run(async () => {
      await api.call('POST /v1/applications/{id}/streams/{stream}/pause', { path: { id, stream } })
      reload()
    })
  const resume = (stream: string) =>
    void run(async () => {
      await api.call('POST /v1/applications/{id}/streams/{stream}/resume', { path: { id, stream } })
      reload()
    })
  const remove = (confirmed: Confirmed, stream: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/applications/{id}/streams/{stream}', { path: { id, stream } })
      reload()
    })
  return (
    <Section title={say.streams}>
      <p class="hint">{say.streamsHint}</p>
      <List
        caption={say.streams}
        rows={value?.items}
        problem={notLoaded ?? problem}
        empty={say.noStreams}
        keyOf={(row) => row.id}
        columns={[
          { title: say.streamId, cell: (row) => <code>{row.id}</code> },
          {
            title: say.delivery,
            cell: ({ host }) => (host === null ? say.polled : say.pushedTo(host)),
          },
          {
            title: say.events,
            cell: ({ events }) => events.map((type) => <div key={type}>{lastOf(type)}</div>),
          },
          {
            title: say.status,
            cell: ({ status }) => (
              <Outcome kind={status === 'enabled' ? 'success' : 'refused'} word={say[`stream_${status}`]} />
            ),
          },
          { title: say.waiting, cell: ({ waiting }) => waiting },
          {
            title: say.action,
            cell: (row) =>
              mayChange && (
                <>
                  {row.is_stopped ? (
                    <button type="button" onClick={() => resume(row.id)}>
                      {say.resume}
                    </button>
                  ) : (
                    <button type="button" onClick={() => pause(row.id)}>
                      {say.pause}
                    </button>
                  )}
                  <ConfirmButton
                    label={say.removeStream}
                    concerns={say.removeStreamWhat(row.id)}
                    means={say.removeStreamMeans}
                    now={say.removeStreamNow}
                    onConfirmed={(confirmed) => remove(confirmed, row.id)}
                  />
                </>
              ),
          },
        ]}
      />
    </Section>
  )
}

/** The name of an event is the end of its address. */
const lastOf = (type: string) => type.slice(type.lastIndexOf('/') + 1)
