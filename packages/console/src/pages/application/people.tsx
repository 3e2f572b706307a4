import { useCallback } from 'preact/hooks'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { Pager } from '../../elements/pager.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

/** The people who have let an application in. */
export function People({ id }: { id: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/applications/{id}/people', { path: { id }, query: { after }, signal }),
    [api, id],
  )
  const list = usePaged(load, 10_000)
  return (
    <Section title={say.people}>
      <List
        caption={say.people}
        rows={list.value?.items}
        problem={list.problem}
        empty={say.noPeople}
        keyOf={({ id }) => id}
        columns={[
          {
            title: say.username,
            cell: ({ id, username }) =>
              username === null ? <Absent /> : <a href={`#/people/${id}`}>{username}</a>,
          },
          { title: say.letInAt, cell: ({ given_at }) => <Time at={given_at} /> },
        ]}
      />
      <Pager list={list} />
    </Section>
  )
}
