import { useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import type { Attribute } from '../../elements/attribute-fields.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { RuleFields, rulesIn } from './rules.tsx'
import { words } from './words.ts'

const kinds = ['text', 'number', 'yes_no', 'date'] as const

/** The form that adds an attribute. Its bounds follow from the kind that is chosen. */
export function Add({ onAdded }: { onAdded: () => void }) {
  const { api } = useConsole()
  const say = useWords(words)
  const [kind, setKind] = useState<Attribute['kind']>('text')
  const add = async (fields: Fields) => {
    const body = { key: fields.text('key'), kind, ...rulesIn(kind, fields) }
    await api.call('POST /v1/attributes', { body })
    setKind('text')
    onAdded()
  }
  return (
    <Section title={say.add}>
      <Form
        action={say.add}
        layout="stacked"
        explain={({ code }) => (code === 'attribute_exists' ? say.exists : undefined)}
        onSubmit={add}
      >
        <TextField
          label={say.key}
          hint={say.keyHint}
          name="key"
          required
          maxLength={40}
          pattern="[a-z][a-z0-9_]*"
          autocomplete="off"
          autocapitalize="none"
        />
        <SelectField
          label={say.kind}
          name="kind"
          initial={kind}
          options={kinds.map((value) => ({ value, label: say[value] }))}
          onChange={({ currentTarget }) =>
            setKind(kinds.find((one) => one === currentTarget.value) ?? 'text')
          }
        />
        <RuleFields kind={kind} />
      </Form>
    </Section>
  )
}
