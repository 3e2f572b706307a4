import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import type { Column } from '../../elements/table.tsx'
import type { ActivityEvent } from './following.ts'
import { searchAddress } from './search.tsx'
import type { words } from './words.ts'

type Say = (typeof words)['en'] & { readonly time: string }

export function columnsOf(say: Say): readonly Column<ActivityEvent>[] {
  return [
    { title: say.time, cell: ({ at }) => <Time at={at} exact /> },
    { title: say.event, cell: ({ event }) => <Filtered field="event" value={event} /> },
    {
      title: say.outcome,
      cell: ({ outcome, reason }) => <Outcome kind={outcome} word={say[outcome]} reason={reason} />,
    },
    {
      title: say.subject,
      cell: ({ subject }) => (subject === null ? <Absent /> : <Filtered field="subject" value={subject} />),
    },
    { title: say.target, cell: ({ target }) => (target === null ? <Absent /> : <code>{target}</code>) },
    {
      title: say.address,
      cell: ({ address }) => (address === null ? <Absent /> : <code class="address">{address}</code>),
    },
    { title: say.region, cell: ({ region }) => region ?? <Absent /> },
  ]
}

/** A value, linked to the search for it. */
function Filtered({ field, value }: { field: 'event' | 'subject'; value: string }) {
  return (
    <a href={searchAddress({ [field]: value })}>
      <code>{value}</code>
    </a>
  )
}
