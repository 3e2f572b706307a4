import { useState } from 'preact/hooks'
import { useWords } from '../context.ts'
import { attributeWords } from '../words/attributes.ts'
import { type Attribute, AttributeFields, type AttributeValue, changedValues } from './attribute-fields.tsx'
import { Edited } from './edited.tsx'
import { type Fields, Form } from './form.tsx'
import { Absent } from './signs.tsx'

type WithValue = Attribute & { readonly value: AttributeValue | null }

interface AttributeFormProps {
  readonly attributes: readonly WithValue[]
  readonly onSave: (changed: Record<string, AttributeValue | null>) => Promise<void>
  /** Asks for the attributes as they are stored now. */
  readonly onChanged: () => void
}

/** The attributes of a person, to be changed. What stays is not sent, so that nobody undoes what somebody else has changed. */
export function AttributeForm({ attributes, onSave, onChanged }: AttributeFormProps) {
  const say = useWords(attributeWords)
  const [isSaved, setIsSaved] = useState(false)
  const missing = attributes.filter(({ required, value }) => required && value === null)
  const save = async (fields: Fields, shown: readonly WithValue[]) => {
    setIsSaved(false)
    const changed = changedValues(shown, fields)
    if (Object.keys(changed).length > 0) await onSave(changed)
    setIsSaved(true)
  }
  return (
    <>
      {missing.length > 0 && <p class="hint">{say.missing(missing.map(({ label }) => label).join(', '))}</p>}
      <Edited stored={attributes} versionOf={JSON.stringify} onChanged={onChanged}>
        {(shown, change) => (
          <Form
            action={say.save}
            layout="stacked"
            keepsFields
            onSubmit={(fields) => change(() => save(fields, shown))}
          >
            <AttributeFields attributes={shown} />
          </Form>
        )}
      </Edited>
      <p role="status">{isSaved && say.saved}</p>
    </>
  )
}

/** The attributes of a person, to be read. */
export function AttributeFacts({ attributes }: { readonly attributes: readonly WithValue[] }) {
  const say = useWords(attributeWords)
  const shown = (value: AttributeValue) =>
    typeof value === 'boolean' ? (value ? say.yes : say.no) : String(value)
  return (
    <dl class="facts">
      {attributes.map(({ key, label, value }) => (
        <div key={key}>
          <dt>{label}</dt>
          <dd>{value === null ? <Absent /> : shown(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
