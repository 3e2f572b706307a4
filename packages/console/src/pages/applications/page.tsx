import { useCallback } from 'preact/hooks'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { ListPage } from '../../elements/list-page.tsx'
import { Outcome, Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { applicationWords } from '../../words/applications.ts'
import { Add } from './add.tsx'
import { Registered } from './registered.tsx'
import { words } from './words.ts'

/** The applications, and the form that registers one. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = useWords(applicationWords)
  const own = useWords(words)
  const mayWrite = useSession().scopes.includes('applications:write')
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/applications', { query: { after, made_by: 'administrator' }, signal }),
    [api],
  )
  const list = usePaged(load, 10_000)
  return (
    <ListPage
      title={title}
      list={list}
      empty={own.none}
      keyOf={({ id }) => id}
      controls={<p class="hint">{own.hint}</p>}
      columns={[
        {
          title: say.name,
          cell: ({ id, name }) => <a href={`#/applications/${encodeURIComponent(id)}`}>{name}</a>,
        },
        { title: say.type, cell: ({ type }) => say[type] },
        { title: say.proof, cell: ({ authentication }) => say[authentication] },
        { title: say.lastUsed, cell: ({ last_used_at }) => <Time at={last_used_at} /> },
        {
          title: say.status,
          cell: ({ disabled_at }) => (
            <Outcome
              kind={disabled_at === null ? 'success' : 'refused'}
              word={disabled_at === null ? say.enabled : say.disabled}
            />
          ),
        },
      ]}
    >
      <Registered />
      {mayWrite && <Add onAdded={list.reload} />}
    </ListPage>
  )
}
