import type { Reader, Transaction, Value } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'
import type { UserRow } from '../users/store.ts'

/** Where a walk has come to: the value that it is ordered by, and the id of the user. */
export interface Place {
  /** Empty where users are ordered by their ids alone. */
  readonly key: string | number
  readonly id: string
}

export const statuses = ['enabled', 'disabled', 'invited'] as const

/** Who is looked for; every member that is given must match. */
export interface PeopleFilter {
  /** Words, each of which begins one of the terms of the user. */
  readonly words?: readonly string[] | undefined
  readonly userType?: string | undefined
  /** Invited: enabled, and without a password. */
  readonly status?: (typeof statuses)[number] | undefined
  /** From this moment on, and before that one. */
  readonly signedInFrom?: number | undefined
  readonly signedInBefore?: number | undefined
  readonly neverSignedIn?: boolean | undefined
  /** As addresses are compared. */
  readonly addressKey?: string | undefined
  /** As values are stored. */
  readonly attribute?: { readonly key: string; readonly value: string } | undefined
}

/**
 * So many users are looked at for one answer at most, so that filters that hardly anybody matches together cost no more than
 * others: the answer is then short, and says where to go on.
 */
export const mostLookedAt = 1_000

export interface FoundPeople {
  readonly rows: readonly UserRow[]
  /** Where the rest begins; undefined if there is none. */
  readonly next: Place | undefined
}

/** The users that match behind a place, `limit` at most: by the term that was found, by the last sign-in, or by id. */
export async function findPeople(
  reader: Reader,
  filter: PeopleFilter,
  after: Place | undefined,
  limit: number,
): Promise<FoundPeople> {
  const asked = new Asked()
  const { candidates, order, rest } = candidatesOf(filter, after, asked)
  const looked = asked.values.length
  const conditions = conditionsOf(rest, asked)
  const found = await reader.query<UserRow & { place: string | number }>(
    `SELECT u.*, c.place FROM ${joined(candidates)} ${conditions}
      ORDER BY ${order} LIMIT ${asked.add(limit + 1)}`,
    ...asked.values,
  )
  const rows = found.slice(0, limit).map(({ place: _, ...row }) => row)
  if (found.length > limit) {
    const last = found[limit - 1]!
    return { rows, next: { key: last.place, id: last.id } }
  }
  const end = await findEnd(reader, candidates, asked.values.slice(0, looked))
  return { rows, next: end && { key: end.place, id: end.id } }
}

/**
 * The candidates with their users. CROSS JOIN keeps SQLite from beginning with the users: where a filter is by the type that everybody
 * is of, it would walk all of them.
 */
const joined = (candidates: string) =>
  `(${candidates} LIMIT ${mostLookedAt}) c CROSS JOIN users u WHERE u.id = c.id`

export interface PeopleCount {
  readonly count: number
  /** From where on to count on; undefined if there are no more. */
  readonly next: Place | undefined
}

/** How many users match behind a place, among those that are looked at for one answer. */
export async function countPeople(
  reader: Reader,
  filter: PeopleFilter,
  after: Place | undefined,
): Promise<PeopleCount> {
  const asked = new Asked()
  const { candidates, rest } = candidatesOf(filter, after, asked)
  const looked = asked.values.length
  const [row] = await reader.query<{ count: number }>(
    `SELECT COUNT(*) AS count FROM (SELECT 1 AS one FROM ${joined(candidates)}
       ${conditionsOf(rest, asked)}) counted`,
    ...asked.values,
  )
  const end = await findEnd(reader, candidates, asked.values.slice(0, looked))
  // A count is one row.
  return { count: row!.count, next: end && { key: end.place, id: end.id } }
}

/** The last of the candidates that are looked at, if there may be more behind it. */
async function findEnd(
  reader: Reader,
  candidates: string,
  values: readonly Value[],
): Promise<{ place: string | number; id: string } | undefined> {
  const [end] = await reader.query<{ place: string | number; id: string }>(
    `SELECT place, id FROM (${candidates} LIMIT 1 OFFSET ${mostLookedAt - 1}) c`,
    ...values,
  )
  return end
}

class Asked {
  readonly values: Value[] = []
  add(value: Value): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

/** No term has this character, which stands behind all others. */
const last = '\u{10ffff}'
const begins = (column: string, word: string, asked: Asked) =>
  `${column} >= ${asked.add(word)} AND ${column} < ${asked.add(word + last)}`

/** The longest word, which is likely to have the fewest terms. */
const rarest = (words: readonly string[]) =>
  words.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))[0]

/** What the candidates leave open: the filters that are not their own, and the word by which they were found. */
interface Rest extends PeopleFilter {
  readonly foundBy?: string
}

interface Candidates {
  readonly candidates: string
  readonly order: string
  readonly rest: Rest
}

/**
 * Users in the order of one index, which is walked from a place on: that of the filter that is likely to leave the fewest. The
 * other filters are conditions on what the walk meets.
 */
function candidatesOf(filter: PeopleFilter, after: Place | undefined, asked: Asked): Candidates {
  const { words = [], userType, status, addressKey, attribute, neverSignedIn, ...range } = filter
  const byId = (without: keyof PeopleFilter | undefined, from: string, id = 'id') => ({
    candidates: `SELECT '' AS place, ${id} AS id FROM ${from} ${id} > ${asked.add(after?.id ?? '')} ORDER BY ${id}`,
    order: 'c.id',
    rest: without === undefined ? filter : { ...filter, [without]: undefined },
  })
  const byKey = (rest: Rest, key: string, id: string, from: string) => ({
    candidates: `SELECT ${key} AS place, ${id} AS id FROM ${from}
      ${after ? `AND (${key}, ${id}) > (${asked.add(after.key)}, ${asked.add(after.id)})` : ''} ORDER BY ${key}, ${id}`,
    order: 'c.place, c.id',
    rest,
  })
  if (addressKey !== undefined) {
    return byId('addressKey', `user_addresses WHERE address_key = ${asked.add(addressKey)} AND`, 'user_id')
  }
  if (attribute) {
    const { key, value } = attribute
    const from = `user_attributes WHERE key = ${asked.add(key)} AND value = ${asked.add(value)} AND`
    return byId('attribute', from, 'user_id')
  }
  const word = rarest(words)
  if (word !== undefined) {
    const others = { ...filter, words: words.filter((one) => one !== word), foundBy: word }
    return byKey(others, 'term', 'user_id', `user_terms WHERE ${begins('term', word, asked)}`)
  }
  if (range.signedInFrom !== undefined || range.signedInBefore !== undefined) {
    const others = { ...filter, signedInFrom: undefined, signedInBefore: undefined }
    return byKey(
      others,
      'last_sign_in_at',
      'id',
      `users WHERE ${signedInWithin('last_sign_in_at', range, asked)}`,
    )
  }
  if (status === 'disabled') return byId('status', 'users WHERE disabled_at IS NOT NULL AND')
  if (userType !== undefined) return byId('userType', `users WHERE user_type = ${asked.add(userType)} AND`)
  if (neverSignedIn) return byId('neverSignedIn', 'users WHERE last_sign_in_at IS NULL AND')
  return byId(undefined, 'users WHERE')
}

function conditionsOf(rest: Rest, asked: Asked): string {
  const { words = [], foundBy, userType, status, neverSignedIn, attribute, ...range } = rest
  const conditions: string[] = []
  const termsOf = (condition: string) => `SELECT 1 FROM user_terms w WHERE w.user_id = u.id AND ${condition}`
  if (foundBy !== undefined) {
    // Somebody of whom several terms match is met by the first of them.
    conditions.push(`NOT EXISTS (${termsOf(`w.term >= ${asked.add(foundBy)} AND w.term < c.place`)})`)
  }
  for (const word of words) conditions.push(`EXISTS (${termsOf(begins('w.term', word, asked))})`)
  if (attribute) {
    const { key, value } = attribute
    conditions.push(
      `EXISTS (SELECT 1 FROM user_attributes a WHERE a.user_id = u.id AND a.key = ${asked.add(key)} AND a.value = ${asked.add(value)})`,
    )
  }
  if (userType !== undefined) conditions.push(`u.user_type = ${asked.add(userType)}`)
  if (status !== undefined) conditions.push(isOfStatus[status])
  if (neverSignedIn) conditions.push('u.last_sign_in_at IS NULL')
  if (range.signedInFrom !== undefined || range.signedInBefore !== undefined) {
    conditions.push(signedInWithin('u.last_sign_in_at', range, asked))
  }
  return conditions.map((condition) => `AND ${condition}`).join(' ')
}

const isOfStatus = {
  enabled: 'u.disabled_at IS NULL',
  disabled: 'u.disabled_at IS NOT NULL',
  invited: 'u.disabled_at IS NULL AND u.password_hash IS NULL',
}

function signedInWithin(
  column: string,
  { signedInFrom, signedInBefore }: PeopleFilter,
  asked: Asked,
): string {
  return [
    ...(signedInFrom === undefined ? [] : [`${column} >= ${asked.add(signedInFrom)}`]),
    ...(signedInBefore === undefined ? [] : [`${column} < ${asked.add(signedInBefore)}`]),
  ].join(' AND ')
}

export async function hasUnsearchable(reader: Reader): Promise<boolean> {
  return (await reader.query('SELECT 1 AS found FROM users WHERE searchable = 0 LIMIT 1')).length === 1
}

export async function findAddressesOf(
  reader: Reader,
  userIds: readonly string[],
): Promise<{ user_id: string; address: string }[]> {
  if (userIds.length === 0) return []
  const places = userIds.map((_, at) => `$${at + 1}`).join(', ')
  return reader.query(
    `SELECT user_id, address FROM user_addresses WHERE user_id IN (${places}) ORDER BY id`,
    ...userIds,
  )
}

const insert = insertInto('user_terms', ['user_id', 'term'])

export async function insertTerms(
  tx: Transaction,
  terms: readonly { user_id: string; term: string }[],
): Promise<void> {
  await insert(tx, terms)
}

export async function deleteTerms(tx: Transaction, userId: string): Promise<void> {
  await tx.query('DELETE FROM user_terms WHERE user_id = $1', userId)
}
