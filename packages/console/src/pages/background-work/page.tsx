import { useWords } from '../../context.ts'
import { Section } from '../../elements/section.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Jobs } from './jobs.tsx'
import { Sinks } from './sinks.tsx'
import { words } from './words.ts'

/** What the processes do unasked: their jobs, and the sinks of the log. */
export function Page({ title }: PageProps) {
  const say = useWords(words)
  return (
    <Section title={title} level={1}>
      <p class="hint">{say.hint}</p>
      <Sinks />
      <Jobs />
    </Section>
  )
}
