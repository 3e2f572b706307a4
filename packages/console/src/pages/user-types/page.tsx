import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Add } from './add.tsx'
import { Matrix } from './matrix.tsx'
import { OneType } from './one-type.tsx'
import { type UserType, withSaved } from './user-type.ts'
import { words } from './words.ts'

/** The user types and what each permits; those who may change them do it here. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const mayWrite = useSession().scopes.includes('user-types:write')
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/user-types', { signal }), [api])
  const { value, problem, reload } = usePolled(load, 10_000)
  const [done, setDone] = useState<string>()
  const [saved, setSaved] = useState<Readonly<Record<string, UserType>>>({})
  const types = value && withSaved(value.items, saved)
  const keep = (type: UserType) => {
    setSaved((before) => ({ ...before, [type.name]: type }))
    reload()
  }
  return (
    <Section title={title} level={1}>
      <p class="hint">{mayWrite ? say.matrixHint : say.readOnlyHint}</p>
      <ProblemNotice problem={problem} />
      {!types && !problem && <p class="faint late">{say.loading}</p>}
      {types && <Matrix types={types} mayWrite={mayWrite} title={title} onSaved={keep} />}
      <div role="status">{done !== undefined && <p>{done}</p>}</div>
      {types && mayWrite && (
        <OneType
          types={types}
          onChanged={(said) => {
            setDone(said)
            reload()
          }}
        />
      )}
      {mayWrite && <Add onAdded={reload} />}
    </Section>
  )
}
