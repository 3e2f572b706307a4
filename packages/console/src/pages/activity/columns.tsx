import { useWords } from '../../context.ts'
import { type Names, usePageOf } from '../../elements/names.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import type { Column } from '../../elements/table.tsx'
import { eventAddress, type Field, type Filter, searchAddress } from './filter.ts'
import type { ActivityEvent } from './following.ts'
import { words } from './words.ts'

type Say = (typeof words)['en'] & { readonly time: string }

export function columnsOf(say: Say, filter: Filter, names: Names): readonly Column<ActivityEvent>[] {
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
    {
      title: say.subject,
      cell: ({ subject, subject_kind }) => (
        <Subject field="subject" id={subject} kind={subject_kind} filter={filter} names={names} />
      ),
    },
    {
      title: say.target,
      cell: ({ target, target_kind }) => (
        <Subject field="target" id={target} kind={target_kind} filter={filter} names={names} />
      ),
    },
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

interface SubjectProps {
  readonly field: 'subject' | 'target'
  readonly id: string | null
  readonly kind: string | null
  readonly filter: Filter
  readonly names: Names
}

/** Who did it or what it was done to, by its name where it has one: a search for it, and the way to its page. */
function Subject({ field, id, kind, filter, names }: SubjectProps) {
  const say = useWords(words)
  const pageOf = usePageOf()
  if (id === null) return <Absent />
  const named = names.get(id)
  const page = pageOf(kind, id, named)
  return (
    <span class="subject">
      <a href={searchAddress({ ...filter, [field]: id })} title={named ? id : undefined}>
        {named ? named.name : <code>{id}</code>}
      </a>
      {page !== undefined && (
        <>
          {' '}
          <a class="faint" href={page} aria-label={say.openPageOf(named?.name ?? id)}>
            →
          </a>
        </>
      )}
    </span>
  )
}
