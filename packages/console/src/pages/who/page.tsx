import { useMemo } from 'preact/hooks'
import { Section } from '../../elements/section.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Abilities } from './abilities.tsx'
import { askedIn, isOfPerson } from './asked.ts'
import { Holders } from './holders.tsx'
import { Questions } from './questions.tsx'

/** Who may do something, and what somebody may do. What is asked stands in the address. */
export function Page({ title, query }: PageProps) {
  const asked = useMemo(() => askedIn(query), [query])
  const question = query.toString()
  return (
    <Section title={title} level={1}>
      <Questions key={`questions ${question}`} asked={asked} />
      {asked &&
        (isOfPerson(asked) ? (
          <Abilities key={question} asked={asked} />
        ) : (
          <Holders key={question} asked={asked} />
        ))}
    </Section>
  )
}
