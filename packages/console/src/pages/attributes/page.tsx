import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import type { Attribute } from '../../elements/attribute-fields.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Add } from './add.tsx'
import { Remove } from './remove.tsx'
import { RuleFields, rulesIn } from './rules.tsx'
import { words } from './words.ts'

/** The attributes that people may have, and the forms that add and change them. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/attributes', { signal }), [api])
  const { value, problem, reload } = usePolled(load, 60_000)
  const [changing, setChanging] = useState<string>()
  const chosen = value?.items.find(({ key }) => key === changing)
  const done = () => {
    setChanging(undefined)
    reload()
  }
  return (
    <Section title={title} level={1}>
      <p class="hint">{say.hint}</p>
      <List
        caption={title}
        rows={value?.items}
        problem={problem}
        empty={say.none}
        keyOf={({ key }) => key}
        columns={[
          { title: say.label, cell: ({ label }) => label },
          { title: say.key, cell: ({ key }) => <code>{key}</code> },
          { title: say.kind, cell: ({ kind }) => say[kind] },
          { title: say.personMay, cell: ({ person_may }) => say[person_may] },
          { title: say.isRequired, cell: ({ required }) => (required ? say.yes : say.no) },
          { title: say.isSearchable, cell: ({ searchable }) => (searchable ? say.yes : say.no) },
          {
            title: say.action,
            cell: (attribute) => (
              <span class="row">
                <button
                  type="button"
                  aria-label={say.changeWhat(attribute.label)}
                  onClick={() => setChanging(attribute.key)}
                >
                  {say.changeIt}
                </button>
                <Remove attribute={attribute} onRemoved={done} />
              </span>
            ),
          },
        ]}
      />
      {chosen && <Change key={chosen.key} attribute={chosen} onChanged={done} />}
      <Add onAdded={reload} />
    </Section>
  )
}

/** The form that changes an attribute, except for its key and its kind. */
function Change({ attribute, onChanged }: { attribute: Attribute; onChanged: () => void }) {
  const { api } = useConsole()
  const say = useWords(words)
  const { key, label, kind } = attribute
  const save = async (fields: Fields) => {
    await api.call('PATCH /v1/attributes/{key}', { path: { key }, body: rulesIn(kind, fields) })
    onChanged()
  }
  return (
    <Section title={say.changeWhat(label)}>
      <p class="hint">{say.changeHint}</p>
      <Form action={say.saveWhat(label)} layout="stacked" keepsFields onSubmit={save}>
        <RuleFields kind={kind} attribute={attribute} />
      </Form>
      <p class="below">
        <button type="button" onClick={onChanged}>
          {say.cancel}
        </button>
      </p>
    </Section>
  )
}
