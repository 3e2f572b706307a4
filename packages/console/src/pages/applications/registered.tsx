import { useCallback } from 'preact/hooks'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { Pager } from '../../elements/pager.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { applicationWords } from '../../words/applications.ts'
import { words } from './words.ts'

/** Applications that have registered by themselves: equal ones are one row. Nothing while there are none. */
export function Registered() {
  const { api } = useConsole()
  const say = { ...useWords(applicationWords), ...useWords(words) }
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/registered-applications', { query: { after }, signal }),
    [api],
  )
  const list = usePaged(load, 10_000)
  if (!list.problem && !list.value?.items.length) return null
  return (
    <Section title={say.registered}>
      <p class="hint">{say.registeredHint}</p>
      <List
        caption={say.registered}
        rows={list.value?.items}
        problem={list.problem}
        empty={say.none}
        keyOf={({ likeness }) => likeness}
        columns={[
          {
            title: say.name,
            cell: ({ id, name }) => <a href={`#/applications/${encodeURIComponent(id)}`}>{name}</a>,
          },
          { title: say.type, cell: ({ type }) => say[type] },
          { title: say.redirects, cell: ({ redirect_uris }) => <code>{redirect_uris.join(' ')}</code> },
          { title: say.alike, cell: ({ count }) => count },
          { title: say.lastMade, cell: ({ last_made_at }) => <Time at={last_made_at} /> },
          { title: say.lastUsed, cell: ({ last_used_at }) => <Time at={last_used_at} /> },
        ]}
      />
      <Pager list={list} />
    </Section>
  )
}
