import type { ActivityRow, Filter } from '../store.ts'
import { hashOfEvent, hashOfId } from './segment.ts'

/** Whether an event of a segment matches, by the rules of the SQL that searches the table of events. */
export function matcherOf(filter: Filter): (event: ActivityRow) => boolean {
  const { text, detail, before, from } = filter
  const wanted = fields.flatMap((field) => {
    const sought = filter[field]
    return sought === undefined
      ? []
      : [{ field, values: new Set(typeof sought === 'string' ? [sought] : sought) }]
  })
  const holds = text === undefined ? undefined : lower(text)
  const forms = detail === undefined ? undefined : formsOf(detail).map(lower)
  return (event) => {
    if (before !== undefined && event.id >= before) return false
    if (from !== undefined && event.id < from) return false
    for (const { field, values } of wanted) {
      const value = event[field]
      if (value === null || !values.has(value)) return false
    }
    if (holds !== undefined && !said.some((field) => lower(event[field] ?? '').includes(holds))) return false
    if (forms === undefined) return true
    const details = lower(event.details ?? '')
    return forms.some((form) => details.includes(form))
  }
}

/** What the names of a segment tell about this filter: of each set, it has one. */
export function namesOf({ event, subject, target }: Filter): number[][] {
  const sets = [hashes(event, hashOfEvent), hashes(subject, hashOfId), hashes(target, hashOfId)]
  return sets.filter((set) => set !== undefined)
}

function hashes(sought: Filter['event'], hash: (name: string) => number): number[] | undefined {
  if (sought === undefined) return undefined
  return typeof sought === 'string' ? [hash(sought)] : sought.map(hash)
}

const fields = ['event', 'subject', 'target', 'outcome', 'reason', 'address', 'region'].concat(
  'client_id',
  'session_id',
  'request_id',
) as readonly Field[] // the names of the fields of Filter
/** The fields of an event that a filter names. */
type Field = keyof Filter & keyof ActivityRow

const said = ['event', 'outcome', 'reason', 'subject', 'target', 'address', 'region'].concat(
  'client_id',
  'session_id',
  'request_id',
  'details',
) as readonly (Field | 'details')[]

/** How a member of the details and its value can stand in JSON. */
function formsOf({ name, value }: { readonly name: string; readonly value: string }): string[] {
  const member = `${JSON.stringify(name)}:`
  return [`${member}${JSON.stringify(value)}`, `${member}${value},`, `${member}${value}}`]
}

/** ASCII letters only, as the database does. */
const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
