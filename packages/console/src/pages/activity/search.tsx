import { useConsole, useWords } from '../../context.ts'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { SaveAs } from '../../elements/save-as.tsx'
import { Time } from '../../elements/signs.tsx'
import { type Field, type Filter, fields, searchAddress } from './filter.ts'
import { words } from './words.ts'

const outcomes = ['success', 'refused', 'failure', 'alarm'] as const
const typed = ['event', 'subject', 'target', 'address', 'text'] as const
/** Found by a click on a value alone. They stay while the form searches for more. */
const clicked = fields.filter((field) => field !== 'outcome' && !typed.some((name) => name === field))

export function Search({ filter }: { filter: Filter }) {
  const say = useWords(words)
  const search = async ({ text }: Fields) => {
    const given = Object.fromEntries([...typed, 'outcome'].map((name) => [name, text(name)]))
    location.hash = searchAddress({ ...filter, ...given })
  }
  return (
    <>
      <Form action={say.search} isMain role="search" keepsFields onSubmit={search}>
        {typed.map((name) => (
          <TextField
            key={name}
            label={say[name]}
            hint={name === 'event' ? say.exactly : undefined}
            name={name}
            class="mono"
            defaultValue={filter[name]}
            maxLength={200}
            autocapitalize="none"
          />
        ))}
        <SelectField
          label={say.outcome}
          name="outcome"
          initial={outcomes.find((outcome) => outcome === filter.outcome)}
          options={[
            { value: '', label: say.any },
            ...outcomes.map((value) => ({ value, label: say[value] })),
          ]}
        />
      </Form>
      {clicked.map(
        (field) => filter[field] !== undefined && <Chosen key={field} field={field} filter={filter} />,
      )}
    </>
  )
}

/** A filter that the form has no field for, and the way to be rid of it. */
function Chosen({ field, filter }: { field: Field; filter: Filter }) {
  const say = useWords(words)
  return (
    <p class="row">
      <span>
        {say[field]}:{' '}
        {isTime(field, filter[field]) ? (
          <Time at={filter[field] ?? null} exact />
        ) : (
          <code>{filter[field]}</code>
        )}
      </span>
      <a href={searchAddress({ ...filter, [field]: undefined })}>{say.anyOf(say[field])}</a>
    </p>
  )
}

/** An address may hold anything. */
const isTime = (field: Field, value = '') =>
  (field === 'from' || field === 'to') && !Number.isNaN(Date.parse(value))

/** What is searched for as a file. */
export function Save({ filter }: { filter: Filter }) {
  const { api } = useConsole()
  const say = useWords(words)
  return (
    <SaveAs
      words={say}
      name="activity"
      take={(format) => api.file('GET /v1/activity/export', { query: { format, ...filter } })}
    />
  )
}
