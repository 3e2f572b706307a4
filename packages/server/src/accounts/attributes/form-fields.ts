import { type Html, html, type Language } from '../../pages/page.ts'
import { longestText } from './attribute-value.ts'
import type { AttributeRow } from './store.ts'
import type { GivenValues } from './values.ts'

// Fields for attributes in the forms of pages without script, each named as its column in a table: `attribute.department`.

/** What was typed, by the name of the field. */
export type Typed = Readonly<Record<string, string>>

interface Words {
  readonly notChosen: string
  readonly yes: string
  readonly no: string
  readonly between: (least: number, most: number) => string
  readonly atLeast: (least: number) => string
  readonly atMost: (most: number) => string
}

const words: Record<Language, Words> = {
  en: {
    notChosen: 'please choose',
    yes: 'yes',
    no: 'no',
    between: (least, most) => `From ${least} to ${most}.`,
    atLeast: (least) => `${least} or more.`,
    atMost: (most) => `${most} or less.`,
  },
  'zh-Hant': {
    notChosen: '請選擇',
    yes: '是',
    no: '否',
    between: (least, most) => `${least} 到 ${most}。`,
    atLeast: (least) => `至少 ${least}。`,
    atMost: (most) => `至多 ${most}。`,
  },
}

const nameOf = ({ key }: AttributeRow) => `attribute.${key}`

/** A field for each of these attributes, which all have to be given. */
export function attributeFields(
  language: Language,
  attributes: readonly AttributeRow[],
  typed: Typed = {},
): Html[] {
  return attributes.map((attribute) => {
    const name = nameOf(attribute)
    const hint = hintOf(language, attribute)
    return html`<label for="${name}">${attribute.label}</label>
${control(language, attribute, typed[name] ?? '')}
${hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`}`
  })
}

function control(language: Language, attribute: AttributeRow, typed: string): Html {
  const { kind, bounds } = attribute
  const name = nameOf(attribute)
  const choices = choicesOf(language, attribute)
  if (choices) {
    const options = [['', words[language].notChosen] as const, ...choices].map(
      ([value, label]) =>
        html`<option value="${value}"${value === typed ? html` selected` : html``}>${label}</option>`,
    )
    return html`<select id="${name}" name="${name}" required>${options}</select>`
  }
  if (kind === 'date') return html`<input id="${name}" name="${name}" type="date" value="${typed}" required>`
  if (kind === 'number') {
    const { least, most } = bounds
    return html`<input id="${name}" name="${name}" type="number" step="any" value="${typed}"${least === undefined ? '' : html` min="${least}"`}${most === undefined ? '' : html` max="${most}"`} required${hintOf(language, attribute) === undefined ? '' : html` aria-describedby="${name}-hint"`}>`
  }
  const longest = bounds.longest ?? longestText
  return html`<input id="${name}" name="${name}" value="${typed.slice(0, longest)}" maxlength="${longest}" required>`
}

/** The values that one is chosen from; undefined where a value is typed. */
function choicesOf(
  language: Language,
  { kind, bounds }: AttributeRow,
): readonly (readonly [value: string, label: string])[] | undefined {
  const { yes, no } = words[language]
  if (kind === 'yes_no') {
    return [
      ['true', yes],
      ['false', no],
    ]
  }
  return kind === 'text' ? bounds.allowed?.map((value) => [value, value] as const) : undefined
}

function hintOf(language: Language, { kind, bounds: { least, most } }: AttributeRow): string | undefined {
  if (kind !== 'number') return undefined
  const { between, atLeast, atMost } = words[language]
  if (least !== undefined && most !== undefined) return between(least, most)
  if (least !== undefined) return atLeast(least)
  return most === undefined ? undefined : atMost(most)
}

/** The values that were typed into these fields, by key, as text. What was left empty is left out. */
export function typedValues(attributes: readonly AttributeRow[], typed: Typed): GivenValues {
  const given = attributes.map(
    (attribute) => [attribute.key, typed[nameOf(attribute)]?.trim() ?? ''] as const,
  )
  return Object.fromEntries(given.filter(([, value]) => value !== ''))
}
