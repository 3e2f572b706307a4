import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { useLater } from '../../elements/later.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Account } from './account.tsx'
import { ActAs } from './act-as.tsx'
import { Addresses } from './addresses.tsx'
import { Attributes } from './attributes.tsx'
import { Data } from './data.tsx'
import { Deletion } from './deletion.tsx'
import { Facts } from './facts.tsx'
import { Grants } from './grants.tsx'
import { Permissions } from './permissions.tsx'
import { Profile } from './profile.tsx'
import { SignIn } from './sign-in.tsx'
import { words } from './words.ts'

/** With words for every reason there is. */
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
  const Refusals = useLater(loadRefusals)
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
          {mayWrite && <Profile person={person} isSelf={id === session.subject} onChanged={changed} />}
          {mayWrite && <Account person={person} isSelf={id === session.subject} onChanged={changed} />}
          <Attributes id={id} mayWrite={mayWrite} />
          {mayWrite && <SignIn person={person} isSelf={id === session.subject} onChanged={changed} />}
          {mayWrite && <Addresses id={id} />}
          {session.scopes.includes('users:act-as') &&
            id !== session.subject &&
            person.disabled_at === null && <ActAs person={person} />}
          {session.scopes.includes('activity:read') && Refusals && <Refusals id={id} />}
          <Permissions id={id} changes={changes} />
          <Grants id={id} mayWrite={mayWrite} changes={changes} onChanged={changed} />
          {session.scopes.includes('users:data') && id !== session.subject && <Data person={person} />}
          {mayWrite && id !== session.subject && <Deletion person={person} onChanged={changed} />}
        </>
      )}
    </>
  )
}
