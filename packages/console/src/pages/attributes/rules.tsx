import { useWords } from '../../context.ts'
import type { Attribute } from '../../elements/attribute-fields.tsx'
import { SelectField, TextAreaField, TextField } from '../../elements/field.tsx'
import type { Fields } from '../../elements/form.tsx'
import { words } from './words.ts'

const rights = ['nothing', 'see', 'change'] as const

interface RuleFieldsProps {
  readonly kind: Attribute['kind']
  readonly attribute?: Attribute
}

/** The fields that an attribute is added and changed by: its label, its bounds by its kind, and who does what with it. */
export function RuleFields({ kind, attribute }: RuleFieldsProps) {
  const say = useWords(words)
  const shown = (value: number | null | undefined) => (value == null ? '' : String(value))
  return (
    <>
      <TextField
        label={say.label}
        hint={say.labelHint}
        name="label"
        required
        maxLength={100}
        autocomplete="off"
        defaultValue={attribute?.label ?? ''}
      />
      {kind === 'text' && (
        <>
          <TextField
            label={say.longest}
            hint={say.longestHint}
            name="longest"
            type="number"
            min={1}
            max={500}
            defaultValue={shown(attribute?.longest)}
          />
          <TextAreaField
            label={say.allowed}
            hint={say.allowedHint}
            name="allowed"
            rows={4}
            defaultValue={attribute?.allowed?.join('\n') ?? ''}
          />
        </>
      )}
      {kind === 'number' &&
        (['least', 'most'] as const).map((name) => (
          <TextField
            key={name}
            label={say[name]}
            hint={say.noBound}
            name={name}
            type="number"
            step="any"
            defaultValue={shown(attribute?.[name])}
          />
        ))}
      <SelectField
        label={say.personMay}
        name="person_may"
        initial={attribute?.person_may ?? 'nothing'}
        options={rights.map((value) => ({ value, label: say[value] }))}
      />
      {(['required', 'searchable'] as const).map((name) => (
        <label key={name} class="check">
          <input type="checkbox" name={name} defaultChecked={attribute?.[name] ?? false} /> {say[name]}
        </label>
      ))}
    </>
  )
}

/** What the fields say, with null for a bound that is not given. */
export function rulesIn(kind: Attribute['kind'], { text, exact }: Fields) {
  const number = (name: string) => (text(name) === '' ? null : Number(text(name)))
  const allowed = exact('allowed')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return {
    label: text('label'),
    person_may: rights.find((one) => one === text('person_may')) ?? ('nothing' as const),
    required: text('required') === 'on',
    searchable: text('searchable') === 'on',
    ...(kind === 'text' && { longest: number('longest'), allowed: allowed.length > 0 ? allowed : null }),
    ...(kind === 'number' && { least: number('least'), most: number('most') }),
  }
}
