import type { Operations } from '../../api/operations.ts'
import { withQuery } from '../../api/query.ts'
import { useConsole, useWords } from '../../context.ts'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { SaveAs } from '../../elements/save-as.tsx'
import { words } from './words.ts'

const outcomes = ['success', 'refused', 'failure', 'alarm'] as const

/** What sign-ins are searched for. */
export type Filter = Omit<
  NonNullable<Operations['GET /v1/activity/sign-ins']['query']>,
  'region' | 'limit' | 'after'
>

export function filterIn(query: URLSearchParams): Filter {
  const text = (name: string) => query.get(name) ?? undefined
  return {
    outcome: outcomes.find((outcome) => outcome === query.get('outcome')),
    reason: text('reason'),
    subject: text('subject'),
    address: text('address'),
    from: text('since'),
    to: text('before'),
  }
}

export function Search({ filter }: { filter: Filter }) {
  const say = useWords(words)
  const search = async ({ text }: Fields) => {
    // The fields are in the reader's time zone; the server takes UTC.
    const moment = (name: string) => (text(name) === '' ? '' : new Date(text(name)).toISOString())
    location.hash = withQuery('#/sign-ins', {
      ...{ outcome: text('outcome'), reason: text('reason'), address: text('address') },
      ...{ since: moment('since'), before: moment('before'), subject: filter.subject },
    })
  }
  return (
    <Form action={say.search} isMain role="search" keepsFields onSubmit={search}>
      <SelectField
        label={say.outcome}
        name="outcome"
        initial={filter.outcome}
        options={[{ value: '', label: say.any }, ...outcomes.map((value) => ({ value, label: say[value] }))]}
      />
      <TextField
        label={say.reason}
        hint={say.reasonHint}
        name="reason"
        class="mono"
        defaultValue={filter.reason}
        maxLength={64}
        autocapitalize="none"
      />
      <TextField
        label={say.address}
        name="address"
        class="mono"
        defaultValue={filter.address}
        maxLength={64}
      />
      <TextField
        label={say.from}
        name="since"
        type="datetime-local"
        step="1"
        defaultValue={local(filter.from)}
      />
      <TextField
        label={say.to}
        name="before"
        type="datetime-local"
        step="1"
        defaultValue={local(filter.to)}
      />
    </Form>
  )
}

/** A moment as a field of the reader's time zone takes it. */
function local(at: string | undefined): string | undefined {
  if (at === undefined || Number.isNaN(Date.parse(at))) return undefined
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

/** What is searched for as a file. */
export function Save({ filter }: { filter: Filter }) {
  const { api } = useConsole()
  const say = useWords(words)
  return (
    <SaveAs
      words={say}
      name="sign-ins"
      take={(format) => api.file('GET /v1/activity/sign-ins/export', { query: { format, ...filter } })}
    />
  )
}
