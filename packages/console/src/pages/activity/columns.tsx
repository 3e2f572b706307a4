import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import type { Column } from '../../elements/table.tsx'
import { eventAddress, type Field, type Filter, searchAddress } from './filter.ts'
import type { ActivityEvent } from './following.ts'
import type { words } from './words.ts'

type Say = (typeof words)['en'] & { readonly time: string }

export function columnsOf(say: Say, filter: Filter): readonly Column<ActivityEvent>[] {
  const value = (field: Field, text: string | null) => <Filtered field={field} value={text} filter={filter} />
  return [
    {
      title: say.time,
      cell: ({ id, at }) => (
        <a href={eventAddress(filter, id)}>
          <Time at={at} exact />
        </a>
      ),
    },
    { title: say.event, cell: ({ event }) => value('event', event) },
    {
      title: say.outcome,
      cell: ({ outcome, reason }) => (
        <a href={searchAddress({ ...filter, outcome, reason: reason ?? undefined })}>
          <Outcome kind={outcome} word={say[outcome]} reason={reason} />
        </a>
      ),
    },
    { title: say.subject, cell: ({ subject }) => value('subject', subject) },
    { title: say.target, cell: ({ target }) => value('target', target) },
    { title: say.address, cell: ({ address }) => value('address', address) },
    { title: say.region, cell: ({ region }) => value('region', region) },
  ]
}

interface FilteredProps {
  readonly field: Field
  readonly value: string | null
  readonly filter: Filter
}

/** A value, linked to the search for it among what is searched for already. */
export function Filtered({ field, value, filter }: FilteredProps) {
  if (value === null) return <Absent />
  return (
    <a href={searchAddress({ ...filter, [field]: value })}>
      <code class={field === 'address' ? 'address' : undefined}>{value}</code>
    </a>
  )
}
