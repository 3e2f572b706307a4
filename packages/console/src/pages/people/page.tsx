import { useCallback, useMemo, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import { usePaged } from '../../api/paged.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { ListPage } from '../../elements/list-page.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import type { Column } from '../../elements/table.tsx'
import type { PageProps } from '../../page-definition.ts'
import { bulkWords } from './bulk-words.ts'
import { chosen, isChosen } from './choice.ts'
import { InvitationLink, Invite, type Invited } from './invite.tsx'
import { Matches } from './matches.tsx'
import { RowActions } from './row-actions.tsx'
import { SearchForm } from './search.tsx'
import { isEmpty, queryOf, searchIn } from './search-query.ts'
import { Several, useChoice } from './several.tsx'
import { UserType } from './user-type.tsx'
import { words } from './words.ts'

type User = Item<'GET /v1/users'>

/** Everybody who has an account; those who may write invite, disable and enable. */
export function Page({ title, query }: PageProps) {
  const { api } = useConsole()
  const session = useSession()
  const say = useWords(words)
  const sayBulk = useWords(bulkWords)
  const [invited, setInvited] = useState<Invited>()
  const search = useMemo(() => searchIn(query), [query])
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/users', { query: { ...queryOf(search), after }, signal }),
    [api, search],
  )
  const list = usePaged(load, 10_000)
  const loadTypes = useCallback((signal: AbortSignal) => api.call('GET /v1/user-types', { signal }), [api])
  const types = usePolled(loadTypes, 60_000).value?.items.map(({ name }) => name)
  const loadAttributes = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/attributes', { signal }),
    [api],
  )
  const attributes = usePolled(loadAttributes, 60_000).value?.items.filter(({ searchable }) => searchable)
  const { problem, run } = useAction()

  const [choice, choose] = useChoice(search)
  const setType = (id: string, user_type: string) =>
    void run(async () => {
      await api.call('PATCH /v1/users/{id}', { path: { id }, body: { user_type } })
      list.reload()
    })
  const actions: Column<User> = {
    title: say.action,
    // People who disable themselves cannot take it back.
    cell: (user) =>
      user.id === session.subject ? null : (
        <RowActions user={user} run={run} onChanged={list.reload} onInvited={setInvited} />
      ),
  }
  const choosing: Column<User> = {
    title: sayBulk.choose,
    cell: (user) =>
      user.id === session.subject ? null : (
        <input
          type="checkbox"
          aria-label={sayBulk.chooseWhom(user.username)}
          checked={isChosen(choice, user.id)}
          disabled={choice.kind === 'all'}
          onChange={({ currentTarget }) => choose(chosen(choice, [user], currentTarget.checked))}
        />
      ),
  }
  const emptyText = isEmpty(search) ? say.noPeople : list.value?.next ? say.noMatchYet : say.noMatch
  const mayWrite = session.scopes.includes('users:write')
  return (
    <ListPage
      title={title}
      list={list}
      problem={problem}
      empty={emptyText}
      controls={
        <>
          <SearchForm search={search} types={types ?? []} attributes={attributes ?? []} />
          {!isEmpty(search) && <Matches search={search} />}
          {mayWrite && (
            <Several
              choice={choice}
              onChoose={choose}
              search={search}
              shown={(list.value?.items ?? []).filter(({ id }) => id !== session.subject)}
              types={types ?? []}
              onChanged={list.reload}
            />
          )}
        </>
      }
      keyOf={({ id }) => id}
      columns={[
        ...(mayWrite ? [choosing] : []),
        {
          title: say.username,
          cell: ({ id, username }) => <a href={`#/people/${encodeURIComponent(id)}`}>{username}</a>,
        },
        { title: say.displayName, cell: (user) => user.display_name ?? <Absent /> },
        {
          title: say.userType,
          cell: ({ id, username, user_type: current }) =>
            mayWrite && types && id !== session.subject ? (
              <UserType
                key={current}
                username={username}
                current={current}
                types={types}
                onChange={(userType) => setType(id, userType)}
              />
            ) : (
              current
            ),
        },
        { title: say.lastSignIn, cell: (user) => <Time at={user.last_sign_in_at} /> },
        { title: say.status, cell: (user) => <Status disabledAt={user.disabled_at} /> },
        ...(mayWrite ? [actions] : []),
      ]}
    >
      <div role="status">{invited && <InvitationLink key={invited.link} invited={invited} />}</div>
      {mayWrite && (
        <Invite
          onInvited={(invitation) => {
            setInvited(invitation)
            list.reload()
          }}
        />
      )}
    </ListPage>
  )
}

function Status({ disabledAt }: { disabledAt: string | null }) {
  const say = useWords(words)
  return disabledAt === null ? (
    <Outcome kind="success" word={say.enabled} />
  ) : (
    <Outcome kind="refused" word={say.disabled} />
  )
}
