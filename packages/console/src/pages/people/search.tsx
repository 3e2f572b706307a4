import type { Operations } from '../../api/operations.ts'
import { withQuery } from '../../api/query.ts'
import { useWords } from '../../context.ts'
import type { Attribute } from '../../elements/attribute-fields.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { words } from './words.ts'

type Query = NonNullable<Operations['GET /v1/users/count']['query']>

const statuses = ['enabled', 'disabled', 'invited'] as const

/** A search as it stands in the address: days are the reader's. */
export type Search = Readonly<Record<(typeof members)[number], string>>
const members = ['text', 'user_type', 'status', 'since', 'before', 'signed_in', 'attribute', 'value'] as const

export function searchIn(query: URLSearchParams): Search {
  return Object.fromEntries(members.map((name) => [name, query.get(name) ?? ''])) as Search // of the members
}

export function isEmpty(search: Search): boolean {
  return members.every((name) => search[name] === '')
}

/** What the server is asked. What somebody has written into the address and is no choice or no day is left out. */
export function queryOf({ text, user_type, status, since, before, signed_in, ...given }: Search): Query {
  const { attribute, value } = given
  return {
    text: text || undefined,
    user_type: user_type || undefined,
    attribute: attribute !== '' && value !== '' ? `${attribute}=${value}` : undefined,
    status: statuses.find((one) => one === status),
    signed_in_from: startOf(since),
    signed_in_before: startOf(before),
    signed_in: signed_in === 'never' ? 'never' : undefined,
  }
}

function startOf(day: string): string | undefined {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00`) : Number.NaN
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

interface SearchFormProps {
  readonly search: Search
  readonly types: readonly string[]
  readonly attributes: readonly Attribute[]
}

/** The filters of the list, which stand in the address, so that they can be bookmarked and sent to somebody. */
export function SearchForm({ search, types, attributes }: SearchFormProps) {
  const say = useWords(words)
  const show = async ({ text }: Fields) => {
    location.hash = withQuery('#/people', Object.fromEntries(members.map((name) => [name, text(name)])))
  }
  const any = { value: '', label: say.any }
  // One that was removed since still stands in the address.
  const known =
    search.user_type === '' || types.includes(search.user_type) ? types : [search.user_type, ...types]
  return (
    <Form key={`${known} ${attributes.length}`} action={say.search} role="search" keepsFields onSubmit={show}>
      <TextField
        label={say.searchFor}
        hint={say.searchHint}
        name="text"
        type="search"
        defaultValue={search.text}
        maxLength={200}
        autocapitalize="none"
      />
      <SelectField
        label={say.ofType}
        name="user_type"
        initial={search.user_type}
        options={[any, ...known.map((value) => ({ value, label: value }))]}
      />
      <SelectField
        label={say.ofStatus}
        name="status"
        initial={search.status}
        options={[any, ...statuses.map((value) => ({ value, label: say[value] }))]}
      />
      <SelectField
        label={say.signedIn}
        name="signed_in"
        initial={search.signed_in}
        options={[any, { value: 'never', label: say.never }]}
      />
      {attributes.length > 0 && (
        <>
          <SelectField
            label={say.withAttribute}
            name="attribute"
            initial={search.attribute}
            options={[any, ...attributes.map(({ key, label }) => ({ value: key, label }))]}
          />
          <TextField
            label={say.withValue}
            hint={say.valueHint}
            name="value"
            defaultValue={search.value}
            maxLength={500}
            autocapitalize="none"
          />
        </>
      )}
      <TextField label={say.signedInFrom} name="since" type="date" defaultValue={search.since} />
      <TextField label={say.signedInBefore} name="before" type="date" defaultValue={search.before} />
    </Form>
  )
}
