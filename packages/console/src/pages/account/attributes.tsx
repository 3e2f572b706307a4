import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { AttributeFacts, AttributeForm } from '../../elements/attribute-form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { words } from './words.ts'

/** What is noted about oneself, as far as one may see it, and the form for what one may change. */
export function Attributes() {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/me/attributes', { signal }), [api])
  const { value, problem, reload } = usePolled(load, 60_000)
  const { own = [], others = [] } = Object.groupBy(value?.items ?? [], ({ person_may }) =>
    person_may === 'change' ? 'own' : 'others',
  )
  if (own.length + others.length === 0 && !problem) return null
  return (
    <Section title={say.attributes}>
      <ProblemNotice problem={problem} />
      {others.length > 0 && <AttributeFacts attributes={others} />}
      {own.length > 0 && (
        <AttributeForm
          attributes={own}
          onSave={async (body) => {
            await api.call('PATCH /v1/me/attributes', { body })
          }}
          onChanged={reload}
        />
      )}
    </Section>
  )
}
