import * as v from 'valibot'
import type { Reader } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { mailAddress } from '../../mail-address.ts'
import { wholeText } from '../../whole-text.ts'
import { searchedValue } from '../attributes/values.ts'
import type { UserRow } from '../users/store.ts'
import { countPeople, findPeople, type PeopleFilter, type Place } from './store.ts'
import { wordsOf } from './terms.ts'

/** A search, as it is asked for. */
export interface PeopleSearch extends Omit<PeopleFilter, 'words' | 'addressKey' | 'attribute'> {
  /** Words that names or addresses begin with. */
  readonly text?: string | undefined
  /** Exactly this address of mail. */
  readonly address?: string | undefined
  /** With exactly this value of an attribute that people are found by, as text. */
  readonly attribute?: { readonly key: string; readonly text: string } | undefined
}

/** Those who match, behind the place that an answer before gave as `next`. @throws {Refusal} `request_invalid` */
export async function searchPeople(
  reader: Reader,
  search: PeopleSearch,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly rows: readonly UserRow[]; readonly next: string | null }> {
  const filter = await filterOf(reader, search)
  if (filter === undefined) return { rows: [], next: null }
  const { rows, next } = await findPeople(reader, filter, placeBehind(after, filter), limit)
  return { rows, next: next ? placeText(next) : null }
}

/** How many match behind a place, up to 1,000; the rest is counted from `next` on. @throws {Refusal} `request_invalid` */
export async function countMatches(
  reader: Reader,
  search: PeopleSearch,
  after?: string,
): Promise<{ readonly count: number; readonly next: string | null }> {
  const filter = await filterOf(reader, search)
  if (filter === undefined) return { count: 0, next: null }
  const { count, next } = await countPeople(reader, filter, placeBehind(after, filter))
  return { count, next: next ? placeText(next) : null }
}

function placeBehind(after: string | undefined, filter: PeopleFilter): Place | undefined {
  return after === undefined ? undefined : placeIn(after, keyOf(filter))
}

/** Undefined for a search that nobody can match. */
async function filterOf(
  reader: Reader,
  { text, address, attribute: asked, ...others }: PeopleSearch,
): Promise<PeopleFilter | undefined> {
  const attribute = asked && { key: asked.key, value: await searchedValue(reader, asked.key, asked.text) }
  const rest = { ...others, attribute }
  const { neverSignedIn, signedInFrom, signedInBefore } = rest
  if (neverSignedIn && (signedInFrom ?? signedInBefore) !== undefined) return undefined
  const words = text === undefined ? undefined : wordsOf(text)
  if (address === undefined) return { ...rest, words }
  const read = mailAddress(address)
  return read && { ...rest, words, addressKey: read.key }
}

/** What users are ordered by before their ids. */
function keyOf({ words = [], addressKey, attribute, signedInFrom, signedInBefore }: PeopleFilter) {
  if (addressKey !== undefined || attribute) return 'nothing'
  if (words.length > 0) return 'term'
  return (signedInFrom ?? signedInBefore) === undefined ? 'nothing' : 'time'
}

const id = v.pipe(v.string(), v.regex(wholeText(/[a-z0-9_]{1,64}/)))
const placeSchemas = {
  nothing: v.strictTuple([v.literal(''), id]),
  term: v.strictTuple([v.pipe(v.string(), v.regex(wholeText(/[^\0]{1,240}/u))), id]),
  time: v.strictTuple([v.pipe(v.number(), v.safeInteger()), id]),
}

/** A place as text that a client gives back. By ids alone it is the id, as in every list. */
function placeText({ key, id }: Place): string {
  return key === '' ? id : Buffer.from(JSON.stringify([key, id])).toString('base64url')
}

function placeIn(text: string, by: keyof typeof placeSchemas): Place {
  try {
    const parts: unknown =
      by === 'nothing' ? ['', text] : JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    const [key, id] = v.parse(placeSchemas[by], parts)
    return { key, id }
  } catch {
    const reason = 'must be the `next` of an answer to the same search'
    throw new Refusal('request_invalid', `after ${reason}`, { faults: [{ field: '/after', reason }] })
  }
}
