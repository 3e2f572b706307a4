import { useCallback } from 'preact/hooks'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { ListPage } from '../../elements/list-page.tsx'
import { Absent, Outcome } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { serviceWords } from '../../words/services.ts'
import { Add } from './add.tsx'
import { words } from './words.ts'

/** The services, and the form that registers one. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = { ...useWords(serviceWords), ...useWords(words) }
  const mayWrite = useSession().scopes.includes('services:write')
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/services', { query: { after }, signal }),
    [api],
  )
  const list = usePaged(load, 10_000)
  return (
    <ListPage
      title={title}
      list={list}
      empty={say.none}
      keyOf={({ id }) => id}
      controls={<p class="hint">{say.hint}</p>}
      columns={[
        { title: say.name, cell: ({ id, name }) => <a href={`#/services/${id}`}>{name}</a> },
        {
          title: say.audience,
          cell: ({ audience }) => (audience === null ? <Absent /> : <code>{audience}</code>),
        },
        {
          title: say.profile,
          cell: ({ audience, profile }) => (audience === null ? <Absent /> : profile.name),
        },
        { title: say.may, cell: ({ scope }) => (scope === '' ? say.nothing : <code>{scope}</code>) },
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
      {mayWrite && <Add onAdded={list.reload} />}
    </ListPage>
  )
}
