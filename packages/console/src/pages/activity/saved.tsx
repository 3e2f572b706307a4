import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { type Filter, fields, searchAddress } from './filter.ts'
import { words } from './words.ts'

type SavedSearch = Item<'GET /v1/activity/searches'>

const longestName = 80

/** Searches that are kept by a name, which are loaded when somebody wants to see them. */
export function SavedSearches({ filter }: { filter: Filter }) {
  const say = useWords(words)
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say.savedSearches}</summary>
      {isOpen && (
        <section aria-label={say.savedSearches}>
          <Saved filter={filter} />
        </section>
      )}
    </details>
  )
}

/** The reader's own, and those that all readers have. */
function Saved({ filter }: { filter: Filter }) {
  const { api } = useConsole()
  const say = useWords(words)
  const { scopes, subject } = useSession()
  const mayShare = scopes.includes('alarms:write')
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/activity/searches', { signal }), [api])
  const { value, problem, reload } = usePolled(load, 60_000)
  const [renamed, setRenamed] = useState<string>()
  const ending = useAction()
  const given = Object.entries(filter).filter(([, text]) => text !== undefined)

  const save = async ({ text }: Fields) => {
    const body = { name: text('name'), query: Object.fromEntries(given), shared: text('whose') === 'all' }
    await api.call('POST /v1/activity/searches', { body })
    reload()
  }
  const remove = (confirmed: Confirmed, id: string) =>
    void ending.run(async () => {
      await api.end(confirmed, 'DELETE /v1/activity/searches/{id}', { path: { id } })
      reload()
    })
  const mayChange = ({ owner, shared }: SavedSearch) => (shared ? mayShare : owner === subject)
  return (
    <>
      <List
        caption={say.savedSearches}
        rows={value?.items}
        problem={problem ?? ending.problem}
        empty={say.noSearches}
        keyOf={({ id }) => id}
        columns={[
          { title: say.name, cell: ({ name, query }) => <a href={searchAddress(filterOf(query))}>{name}</a> },
          { title: say.whose, cell: ({ shared }) => (shared ? say.ofAll : say.mine) },
          {
            title: say.action,
            cell: (saved) =>
              mayChange(saved) && (
                <span class="row">
                  <button
                    type="button"
                    aria-label={say.renameWhat(saved.name)}
                    onClick={() => setRenamed(saved.id)}
                  >
                    {say.rename}
                  </button>
                  <ConfirmButton
                    label={say.remove}
                    concerns={say.removeWhat(saved.name)}
                    means={saved.shared ? say.removeSharedMeans : say.removeMeans}
                    now={say.removeNow}
                    onConfirmed={(confirmed) => remove(confirmed, saved.id)}
                  />
                </span>
              ),
          },
        ]}
      />
      {value?.items
        .filter(({ id }) => id === renamed)
        .map((saved) => (
          <Rename
            key={saved.id}
            saved={saved}
            onDone={() => {
              setRenamed(undefined)
              reload()
            }}
          />
        ))}
      {given.length > 0 && (
        <Form action={say.saveSearch} label={say.saveThis} onSubmit={save}>
          <TextField
            label={say.nameOfSearch}
            name="name"
            maxLength={longestName}
            required
            autocomplete="off"
          />
          {mayShare && (
            <SelectField
              label={say.whose}
              name="whose"
              options={[
                { value: 'mine', label: say.mine },
                { value: 'all', label: say.ofAll },
              ]}
            />
          )}
        </Form>
      )}
    </>
  )
}

function Rename({
  saved: { id, name },
  onDone,
}: {
  readonly saved: SavedSearch
  readonly onDone: () => void
}) {
  const { api } = useConsole()
  const say = useWords(words)
  const rename = async ({ text }: Fields) => {
    await api.call('PATCH /v1/activity/searches/{id}', { path: { id }, body: { name: text('other') } })
    onDone()
  }
  return (
    <Form action={say.rename} label={say.renameWhat(name)} keepsFields onSubmit={rename}>
      <TextField
        label={say.newName}
        name="other"
        maxLength={longestName}
        defaultValue={name}
        required
        autocomplete="off"
      />
    </Form>
  )
}

/** Of what a newer server may search for, what this page knows. */
function filterOf(query: SavedSearch['query']): Filter {
  return Object.fromEntries(fields.map((field) => [field, query[field]]))
}
