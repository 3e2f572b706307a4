import { useCallback } from 'preact/hooks'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { useLater } from '../../elements/later.ts'
import { ListPage } from '../../elements/list-page.tsx'
import { Outcome } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { providerWords } from '../../words/providers.ts'
import { words } from './words.ts'

const loadAdd = () => import('./add.tsx').then(({ Add }) => Add)

/** The providers at which people sign in, and the form that adds one. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = { ...useWords(providerWords), ...useWords(words) }
  const mayWrite = useSession().scopes.includes('providers:write')
  const load = useCallback(
    (_: string | undefined, signal: AbortSignal) => api.call('GET /v1/providers', { signal }),
    [api],
  )
  const list = usePaged(load, 10_000)
  const Add = useLater(mayWrite ? loadAdd : undefined)
  return (
    <ListPage
      title={title}
      list={list}
      empty={say.none}
      keyOf={({ key }) => key}
      controls={<p class="hint">{say.hint}</p>}
      columns={[
        {
          title: say.key,
          cell: ({ key }) => (
            <a href={`#/providers/${key}`}>
              <code>{key}</code>
            </a>
          ),
        },
        { title: say.name, cell: ({ name }) => name },
        { title: say.issuer, cell: ({ issuer }) => <code>{issuer}</code> },
        { title: say.makes, cell: ({ user_type }) => user_type ?? <span class="faint">{say.nobody}</span> },
        { title: say.identities, cell: ({ identities }) => identities },
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
      {Add && <Add onAdded={list.reload} />}
    </ListPage>
  )
}
