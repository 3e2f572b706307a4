import type { ComponentChildren } from 'preact'
import type { Item } from '../api/api.ts'
import type { Problem } from '../api/problem.ts'
import { useWords } from '../context.ts'
import { addressWords } from '../words/addresses.ts'
import { List } from './list.tsx'

type Address = Item<'GET /v1/me/addresses'>

interface AddressListProps {
  readonly rows: readonly Address[] | undefined
  readonly problem: Problem | undefined
  readonly empty: string
  /** Send the link again by which the address is confirmed. */
  readonly onSend: (address: Address) => void
  readonly onMakePrimary: (address: Address) => void
  /** The button that removes it, which asks first in its own way. */
  readonly remove: (address: Address) => ComponentChildren
}

/** The addresses of mail of an account, each with what can be done with it. */
export function AddressList({ rows, problem, empty, onSend, onMakePrimary, remove }: AddressListProps) {
  const say = useWords(addressWords)
  const stateOf = ({ primary, proven_at }: Address) =>
    primary ? say.primary : proven_at === null ? say.unconfirmed : say.confirmed
  return (
    <List
      caption={say.addresses}
      rows={rows}
      problem={problem}
      empty={empty}
      keyOf={({ id }) => id}
      columns={[
        { title: say.address, cell: ({ address }) => <span class="link">{address}</span> },
        { title: say.state, cell: stateOf },
        {
          title: say.action,
          cell: (row) => (
            <span class="row">
              {row.proven_at === null && (
                <button type="button" aria-label={say.sendAgainTo(row.address)} onClick={() => onSend(row)}>
                  {say.sendAgain}
                </button>
              )}
              {row.proven_at !== null && !row.primary && (
                <button
                  type="button"
                  aria-label={say.makePrimaryOf(row.address)}
                  onClick={() => onMakePrimary(row)}
                >
                  {say.makePrimary}
                </button>
              )}
              {remove(row)}
            </span>
          ),
        },
      ]}
    />
  )
}
