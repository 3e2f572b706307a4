import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { words } from './words.ts'

/** The state that the device has reported, the state that is desired of it, and the difference. */
export function Shadow({ uid }: { uid: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/devices/{uid}/state', { path: { uid }, signal }),
    [api, uid],
  )
  const { value, problem } = usePolled(load, 2_000)
  const parts = value
    ? [
        { title: say.reported, part: value.reported },
        { title: say.desired, part: value.desired },
        { title: say.delta, part: value.delta },
      ]
    : []
  const isEmpty = parts.every(({ part }) => Object.keys(part).length === 0)
  return (
    <Section title={say.state}>
      <ProblemNotice problem={problem} />
      {value && isEmpty && <p class="faint">{say.noState}</p>}
      {value && !isEmpty && (
        <div class="columns">
          {parts.map(({ title, part }) => (
            <div key={title}>
              <h3>{title}</h3>
              <pre>{JSON.stringify(part, null, 2)}</pre>
            </div>
          ))}
        </div>
      )}
    </Section>
  )
}
