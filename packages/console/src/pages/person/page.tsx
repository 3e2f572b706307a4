import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { useLater } from '../../elements/later.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Account } from './account.tsx'
import { Addresses } from './addresses.tsx'
import { Attributes } from './attributes.tsx'
import { Facts } from './facts.tsx'
import { Profile } from './profile.tsx'
import { SignIn } from './sign-in.tsx'
import { words } from './words.ts'

// They stand below what most who open the page are here for; refusals bring words for every reason there is.
const loadActAs = () => import('./act-as.tsx').then(({ ActAs }) => ActAs)
const loadPermissions = () => import('./permissions.tsx').then(({ Permissions }) => Permissions)
const loadGrants = () => import('./grants.tsx').then(({ Grants }) => Grants)
const loadIdentities = () => import('./identities.tsx').then(({ Identities }) => Identities)
const loadApplications = () => import('./applications.tsx').then(({ Applications }) => Applications)
const loadApiKeys = () => import('./api-keys.tsx').then(({ ApiKeys }) => ApiKeys)
const loadData = () => import('./data.tsx').then(({ Data }) => Data)
const loadDeletion = () => import('./deletion.tsx').then(({ Deletion }) => Deletion)
const loadRefusals = () => import('./refusals.tsx').then(({ Refusals }) => Refusals)

/** One person: what they may do and why, and what can be changed of them. Each section is a file. */
export function Page({ title, params: { id = '' } }: PageProps) {
  const { api } = useConsole()
  const session = useSession()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/users/{id}', { path: { id }, signal }),
    [api, id],
  )
  const { value: person, problem, reload } = usePolled(load, 10_000)
  // Counts what was changed here, so that every section shows it.
  const [changes, setChanges] = useState(0)
  const changed = () => {
    reload()
    setChanges((count) => count + 1)
  }
  const [Permissions, Grants] = [useLater(loadPermissions), useLater(loadGrants)]
  const [Refusals, Data, Deletion] = [useLater(loadRefusals), useLater(loadData), useLater(loadDeletion)]
  const [ApiKeys, Identities] = [useLater(loadApiKeys), useLater(loadIdentities)]
  const Applications = useLater(loadApplications)
  const ActAs = useLater(loadActAs)
  const isSelf = id === session.subject
  const mayWrite = session.scopes.includes('users:write')
  return (
    <>
      <p>
        <a href="#/people">← {say.backToPeople}</a>
      </p>
      <h1>{person?.username ?? title}</h1>
      <ProblemNotice problem={problem} />
      {!person && !problem && <p class="faint late">{say.loading}</p>}
      {person && (
        <>
          <Facts person={person} />
          {mayWrite && <Profile person={person} isSelf={isSelf} onChanged={changed} />}
          {mayWrite && <Account person={person} isSelf={isSelf} onChanged={changed} />}
          <Attributes id={id} mayWrite={mayWrite} />
          {mayWrite && <SignIn person={person} isSelf={isSelf} onChanged={changed} />}
          {Identities && <Identities id={id} mayWrite={mayWrite} />}
          {mayWrite && <Addresses id={id} />}
          {session.scopes.includes('users:act-as') && !isSelf && person.disabled_at === null && ActAs && (
            <ActAs person={person} />
          )}
          {session.scopes.includes('activity:read') && Refusals && <Refusals id={id} />}
          {Permissions && <Permissions id={id} changes={changes} />}
          {Grants && <Grants id={id} mayWrite={mayWrite} changes={changes} onChanged={changed} />}
          {Applications && <Applications id={id} mayWrite={mayWrite} />}
          {ApiKeys && <ApiKeys id={id} mayWrite={mayWrite} />}
          {session.scopes.includes('users:data') && !isSelf && Data && <Data person={person} />}
          {mayWrite && !isSelf && Deletion && <Deletion person={person} onChanged={changed} />}
        </>
      )}
    </>
  )
}
