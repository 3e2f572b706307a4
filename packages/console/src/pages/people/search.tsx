import { withQuery } from '../../api/query.ts'
import { useWords } from '../../context.ts'
import type { Attribute } from '../../elements/attribute-fields.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { members, type Search, statuses } from './search-query.ts'
import { words } from './words.ts'

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
    <Form action={say.search} role="search" keepsFields onSubmit={show}>
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
