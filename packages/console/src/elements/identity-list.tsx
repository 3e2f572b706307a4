import type { ComponentChildren } from 'preact'
import type { Item } from '../api/api.ts'
import type { Problem } from '../api/problem.ts'
import { useWords } from '../context.ts'
import { identityWords } from '../words/identities.ts'
import { List } from './list.tsx'
import { Absent, Time } from './signs.tsx'

export type Identity = Item<'GET /v1/me/identities'>

interface IdentityListProps {
  readonly identities: readonly Identity[] | undefined
  readonly problem: Problem | undefined
  /** The button that takes one away. Not given to whoever may only look. */
  readonly action?: ((identity: Identity) => ComponentChildren) | undefined
}

/** The identities by which somebody signs in: where, as whom, since when. */
export function IdentityList({ identities, problem, action }: IdentityListProps) {
  const say = useWords(identityWords)
  const shared = useWords()
  return (
    <List
      caption={say.identities}
      rows={identities}
      problem={problem}
      empty={say.none}
      keyOf={({ id }) => id}
      columns={[
        { title: say.provider, cell: (identity) => <Where identity={identity} /> },
        { title: say.known, cell: ({ label, subject }) => label ?? <code>{subject}</code> },
        { title: say.since, cell: ({ created_at }) => <Time at={created_at} /> },
        {
          title: say.lastUse,
          cell: ({ last_used_at }) => (last_used_at === null ? <Absent /> : <Time at={last_used_at} />),
        },
        ...(action ? [{ title: shared.action, cell: action }] : []),
      ]}
    />
  )
}

function Where({ identity: { provider_name: name, issuer, is_usable: isUsable } }: { identity: Identity }) {
  const say = useWords(identityWords)
  return (
    <>
      {name ?? <code>{issuer}</code>}
      {!isUsable && <p class="hint">{say.gone}</p>}
    </>
  )
}
