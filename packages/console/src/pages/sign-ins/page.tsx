import { useCallback, useMemo } from 'preact/hooks'
import type { Item } from '../../api/api.ts'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useWords } from '../../context.ts'
import { ListPage } from '../../elements/list-page.tsx'
import { ReasonText } from '../../elements/reason.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { filterIn, Save, Search } from './search.tsx'
import { words } from './words.ts'

type SignIn = Item<'GET /v1/activity/sign-ins'>

/** Who signed in, from where and by what, and who was refused and why. What is searched for stands in the address. */
export function Page({ title, query }: PageProps) {
  const filter = useMemo(() => filterIn(query), [query])
  return <SignIns key={query.toString()} title={title} filter={filter} />
}

function SignIns({ title, filter }: { title: string; filter: ReturnType<typeof filterIn> }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/activity/sign-ins', { query: { ...filter, after }, signal }),
    [api, filter],
  )
  const list = usePaged(load, 10_000)
  return (
    <ListPage
      title={title}
      list={list}
      empty={say.none}
      controls={
        <>
          <Search filter={filter} />
          <Save filter={filter} />
        </>
      }
      keyOf={({ id }) => id}
      columns={[
        { title: say.time, cell: ({ at }) => <Time at={at} exact /> },
        { title: say.person, cell: (one) => <Who of={one} /> },
        { title: say.outcome, cell: (one) => <How of={one} /> },
        {
          title: say.factor,
          cell: ({ amr, factor }) =>
            (factor ?? amr) === null ? <Absent /> : <code>{[amr, factor].filter(Boolean).join(' · ')}</code>,
        },
        {
          title: say.address,
          cell: ({ address }) => (address === null ? <Absent /> : <code class="address">{address}</code>),
        },
        { title: say.region, cell: ({ region }) => region ?? <Absent /> },
      ]}
    />
  )
}

function Who({ of: { subject, username } }: { of: SignIn }) {
  const say = useWords(words)
  if (subject === null) return <span class="faint">{say.unknown}</span>
  return <a href={`#/people/${encodeURIComponent(subject)}`}>{username ?? <code>{subject}</code>}</a>
}

function How({ of: { outcome, reason, times } }: { of: SignIn }) {
  const say = useWords(words)
  return (
    <>
      <Outcome kind={outcome} word={say[outcome]} />
      {reason !== null && (
        <p class="hint">
          <ReasonText reason={reason} />
          {times > 1 && ` (${say.times(times)})`}
        </p>
      )}
    </>
  )
}
