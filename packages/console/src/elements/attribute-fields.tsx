import type { Item } from '../api/api.ts'
import { useWords } from '../context.ts'
import { attributeWords } from '../words/attributes.ts'
import { SelectField, TextField } from './field.tsx'
import type { Fields } from './form.tsx'

export type Attribute = Item<'GET /v1/attributes'>
export type AttributeValue = string | number | boolean

const nameOf = ({ key }: Attribute) => `attribute.${key}`

/** A field for each of these attributes, by its kind and its bounds. */
export function AttributeFields({
  attributes,
}: {
  readonly attributes: readonly (Attribute & { readonly value?: AttributeValue | null })[]
}) {
  return attributes.map((attribute) => (
    <AttributeField key={attribute.key} attribute={attribute} value={attribute.value ?? null} />
  ))
}

function AttributeField({ attribute, value }: { attribute: Attribute; value: AttributeValue | null }) {
  const say = useWords(attributeWords)
  const { kind, required, least, most } = attribute
  const initial = value === null ? '' : String(value)
  const field = {
    label: required ? say.isRequired(attribute.label) : attribute.label,
    name: nameOf(attribute),
    required,
  }
  const chosen = choicesOf(attribute, say, initial)
  if (chosen) return <SelectField {...field} initial={initial} options={chosen} />
  if (kind === 'number') {
    const hint =
      least !== null && most !== null
        ? say.between(least, most)
        : least !== null
          ? say.atLeast(least)
          : most !== null
            ? say.atMost(most)
            : undefined
    const bounds = { min: least ?? undefined, max: most ?? undefined }
    return <TextField {...field} {...bounds} hint={hint} type="number" step="any" defaultValue={initial} />
  }
  if (kind === 'date') return <TextField {...field} type="date" defaultValue={initial} />
  return (
    <TextField {...field} maxLength={attribute.longest ?? 500} defaultValue={initial} autocomplete="off" />
  )
}

interface ChoiceWords {
  readonly yes: string
  readonly no: string
  readonly notChosen: string
}

/** The values that one is chosen from; undefined where a value is typed. */
function choicesOf({ kind, allowed }: Attribute, say: ChoiceWords, initial: string) {
  const none = { value: '', label: say.notChosen }
  if (kind === 'yes_no') return [none, { value: 'true', label: say.yes }, { value: 'false', label: say.no }]
  if (kind !== 'text' || allowed === null) return undefined
  // A value that was allowed when it was given stays.
  const known = initial === '' || allowed.includes(initial) ? allowed : [initial, ...allowed]
  return [none, ...known.map((value) => ({ value, label: value }))]
}

/** The values of the fields that are others than before, by key; null for one that was emptied. */
export function changedValues(
  attributes: readonly (Attribute & { readonly value?: AttributeValue | null })[],
  fields: Fields,
): Record<string, AttributeValue | null> {
  const all = attributes.map((attribute) => [attribute, valueIn(attribute, fields)] as const)
  const changed = all.filter(([{ value = null }, given]) => given !== value)
  return Object.fromEntries(changed.map(([{ key }, given]) => [key, given]))
}

function valueIn(attribute: Attribute, { text }: Fields): AttributeValue | null {
  const given = text(nameOf(attribute))
  if (given === '') return null
  if (attribute.kind === 'number') return Number(given)
  return attribute.kind === 'yes_no' ? given === 'true' : given
}
