import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { FetchTable } from './fetch-table.tsx'
import { words } from './words.ts'

/** Who fetched a key set, the latest first. */
export function Fetches({ next }: { next: string | undefined }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/keys/fetches', { signal }), [api])
  const { value, problem } = usePolled(load, 10_000)
  return (
    <Section title={say.fetches}>
      <ProblemNotice problem={problem} />
      {value?.items.length === 0 && <p class="faint">{say.nobodyFetched}</p>}
      {value && value.items.length > 0 && <FetchTable caption={say.fetches} rows={value.items} next={next} />}
    </Section>
  )
}
