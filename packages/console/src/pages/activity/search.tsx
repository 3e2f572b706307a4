import type { Operations } from '../../api/operations.ts'
import { withQuery } from '../../api/query.ts'
import { useWords } from '../../context.ts'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { words } from './words.ts'

const outcomes = ['success', 'refused', 'failure', 'alarm'] as const

/** What the log is searched for. */
export type Filter = Pick<
  NonNullable<Operations['GET /v1/activity']['query']>,
  'event' | 'outcome' | 'subject'
>

export function filterIn(query: URLSearchParams): Filter {
  return {
    event: query.get('event') ?? undefined,
    outcome: outcomes.find((outcome) => outcome === query.get('outcome')),
    subject: query.get('subject') ?? undefined,
  }
}

/** The address of a search, so that it can be bookmarked and sent to somebody. */
export function searchAddress(filter: Readonly<Record<string, string>>): string {
  return withQuery('#/activity', filter)
}

export function Search({ filter: { event, outcome, subject } }: { filter: Filter }) {
  const say = useWords(words)
  const search = async ({ text }: Fields) => {
    location.hash = searchAddress({
      event: text('event'),
      outcome: text('outcome'),
      subject: text('subject'),
    })
  }
  return (
    <Form action={say.search} isMain role="search" keepsFields onSubmit={search}>
      <TextField
        label={say.event}
        hint={say.exactly}
        name="event"
        class="mono"
        defaultValue={event}
        maxLength={64}
        autocapitalize="none"
      />
      <SelectField
        label={say.outcome}
        name="outcome"
        initial={outcome}
        options={[{ value: '', label: say.any }, ...outcomes.map((value) => ({ value, label: say[value] }))]}
      />
      <TextField
        label={say.subject}
        name="subject"
        class="mono"
        defaultValue={subject}
        maxLength={64}
        autocapitalize="none"
      />
    </Form>
  )
}
