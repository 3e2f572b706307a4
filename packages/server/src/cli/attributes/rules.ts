import type { AttributeChange } from '../../accounts/attributes/attributes.ts'
import { personMay } from '../../accounts/attributes/store.ts'
import { WrongUse } from '../wrong-use.ts'

/** The options that `add` and `change` share. */
export interface Rules {
  readonly label?: string
  readonly longest?: string
  readonly allowed?: readonly string[]
  readonly least?: string
  readonly most?: string
  readonly personMay?: string
  readonly required?: string
  readonly searchable?: string
}

/** @throws {WrongUse} */
export function changeIn(options: Rules): AttributeChange {
  const { allowed } = options
  const person_may = personMay.find((one) => one === options.personMay)
  if (options.personMay !== undefined && person_may === undefined) {
    throw new WrongUse(`--person-may is one of ${personMay.join(', ')}`)
  }
  return {
    label: options.label,
    person_may,
    is_required: flagIn(options.required, '--required'),
    is_searchable: flagIn(options.searchable, '--searchable'),
    bounds: {
      longest: numberIn(options.longest, '--longest'),
      allowed: allowed?.length === 1 && allowed[0] === 'none' ? null : allowed,
      least: numberIn(options.least, '--least'),
      most: numberIn(options.most, '--most'),
    },
  }
}

function flagIn(text: string | undefined, flag: string): boolean | undefined {
  if (text === undefined || text === 'on' || text === 'off') return text && text === 'on'
  throw new WrongUse(`${flag} is on or off`)
}

function numberIn(text: string | undefined, flag: string): number | null | undefined {
  if (text === undefined) return undefined
  if (text === 'none') return null
  if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text)
  throw new WrongUse(`${flag} takes a number, or none`)
}
