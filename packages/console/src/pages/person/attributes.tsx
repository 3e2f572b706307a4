import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { AttributeFacts, AttributeForm } from '../../elements/attribute-form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { words } from './words.ts'

/** What administrators have defined of people beside a name and a type. Nothing where they have defined nothing. */
export function Attributes({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/users/{id}/attributes', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem, reload } = usePolled(load, 60_000)
  if (!value?.items.length && !problem) return null
  return (
    <Section title={say.attributes}>
      <ProblemNotice problem={problem} />
      {value && !mayWrite && <AttributeFacts attributes={value.items} />}
      {value && mayWrite && (
        <AttributeForm
          attributes={value.items}
          onSave={async (body) => {
            await api.call('PATCH /v1/users/{id}/attributes', { path: { id }, body })
          }}
          onChanged={reload}
        />
      )}
    </Section>
  )
}
