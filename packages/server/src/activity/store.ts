import type { Reader, Transaction, Value } from '../database/database.ts'
import { inBatches, insertInto } from '../database/insert.ts'
import type { ActivityEvent } from './events.ts'

/** An event as its row has it. */
export interface ActivityRow extends ActivityEvent {
  /** The place in the tree of the log; null until it has one. */
  readonly seq: number | null
  /** The commitments to what was forgotten of the event: whose doing it was, from where, and what it was done to. */
  readonly who_proof: string | null
  readonly place_proof: string | null
  readonly whom_proof: string | null
}

const eventColumns = [
  'id',
  'at',
  'event',
  'outcome',
  'reason',
  'subject',
  'subject_kind',
  'target',
  'target_kind',
  'address',
  'region',
  'region_day',
  'client_id',
  'session_id',
  'request_id',
  'details',
] as const satisfies readonly (keyof ActivityEvent)[]
/** Those of its row: with its place, and with what is left where it has forgotten somebody. */
export const rowColumns = [...eventColumns, 'seq', 'who_proof', 'place_proof', 'whom_proof'] as const

const insert = insertInto<keyof ActivityEvent>('activity', eventColumns)
const insertPlaced = insertInto<keyof ActivityRow>('activity', rowColumns)

export async function insertEvents(tx: Transaction, events: readonly ActivityEvent[]): Promise<void> {
  await insert(tx, events)
}

/** Events that come back from a backup, with their places. */
export async function insertRestored(tx: Transaction, events: readonly ActivityRow[]): Promise<void> {
  await insertPlaced(tx, events)
}

/** One value, or any of several. */
type Sought = string | readonly string[] | undefined

/** What to look for; every field that is given must match. */
export interface Filter {
  readonly event?: Sought
  readonly outcome?: Sought
  readonly reason?: Sought
  readonly subject?: Sought
  readonly target?: Sought
  readonly address?: Sought
  readonly region?: Sought
  readonly client_id?: Sought
  readonly session_id?: Sought
  readonly request_id?: Sought
  /** Text that one of the fields holds, in whatever case its ASCII letters are. */
  readonly text?: string | undefined
  /** A member of the details, and its value as text. */
  readonly detail?: { readonly name: string; readonly value: string } | undefined
  /** Ids between, newest first: `before` and `from` are event ids or the first id of a moment. */
  readonly before?: string | undefined
  readonly from?: string | undefined
}

/** An index finds these, in the order of ids. */
const indexed = ['event', 'subject', 'target'] as const
const others = ['outcome', 'reason', 'address', 'region', 'client_id', 'session_id', 'request_id'] as const

/** The newest events that match, newest first. */
async function findEvents(reader: Reader, filter: Filter, limit: number): Promise<ActivityRow[]> {
  const values: Value[] = []
  const where = whereOf([...indexedConditions(filter, values), ...otherConditions(filter, values)])
  values.push(limit)
  return reader.query<ActivityRow>(
    `SELECT * FROM activity ${where} ORDER BY id DESC LIMIT $${values.length}`,
    ...values,
  )
}

/** What a bounded search of the table has found, and how far it came. */
interface Looked {
  readonly events: readonly ActivityRow[]
  /** The last event that was looked at, if there are more behind it. */
  readonly until: string | null
}

/**
 * The newest events that match, of the `most` newest that the indexes give: what no index finds costs no more than reading
 * these, however large the log is.
 */
export async function searchTable(
  reader: Reader,
  filter: Filter,
  limit: number,
  most: number,
): Promise<Looked> {
  const values: Value[] = []
  const within = whereOf(indexedConditions(filter, values))
  const bounds = values.length
  const rest = otherConditions(filter, values)
  if (rest.length === 0) return { events: await findEvents(reader, filter, limit), until: null }
  values.push(most, limit)
  // A LIMIT inside keeps the conditions outside: without it a planner may read the whole table for them.
  const events = await reader.query<ActivityRow>(
    `SELECT * FROM (SELECT * FROM activity ${within} ORDER BY id DESC LIMIT $${values.length - 1}) AS looked
       ${whereOf(rest)} ORDER BY id DESC LIMIT $${values.length}`,
    ...values,
  )
  const [last] = await reader.query<{ id: string }>(
    `SELECT id FROM activity ${within} ORDER BY id DESC LIMIT 1 OFFSET $${bounds + 1}`,
    ...values.slice(0, bounds),
    most - 1,
  )
  return { events, until: last?.id ?? null }
}

/** Of the places [from, until) those whose events match, in their order. */
export async function findPlacedLikeInTable(
  reader: Reader,
  { from, until }: { readonly from: number; readonly until: number },
  filter: Filter,
  limit: number,
): Promise<ActivityRow[]> {
  const values: Value[] = [from, until, Math.max(until - from, 0)]
  const where = whereOf([...indexedConditions(filter, values), ...otherConditions(filter, values)])
  values.push(limit)
  // The LIMIT inside has every planner go by the places, and read no more than these.
  return reader.query<ActivityRow>(
    `SELECT * FROM (SELECT * FROM activity WHERE seq >= $1 AND seq < $2 ORDER BY seq LIMIT $3) AS looked
       ${where} ORDER BY seq LIMIT $${values.length}`,
    ...values,
  )
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
}

/** Conditions over what an index finds. Their values are added. */
function indexedConditions(filter: Filter, values: Value[]): string[] {
  const conditions = equalities(indexed, filter, values)
  if (filter.before !== undefined) conditions.push(`id < $${values.push(filter.before)}`)
  if (filter.from !== undefined) conditions.push(`id >= $${values.push(filter.from)}`)
  return conditions
}

/** What text is looked for in. No value has a line break, so that none is found across two. */
const said = ['event', 'outcome', 'reason', 'subject', 'target', 'address', 'region']
  .concat('client_id', 'session_id', 'request_id', 'details')
  .map((column) => `coalesce(${column}, '')`)
  .join(` || '\n' || `)

function otherConditions(filter: Filter, values: Value[]): string[] {
  const conditions = equalities(others, filter, values)
  const holds = (text: string) => `LIKE lower($${values.push(`%${text}%`)}) ESCAPE '\\'`
  if (filter.text !== undefined) conditions.push(`lower(${said}) ${holds(literal(filter.text))}`)
  if (filter.detail !== undefined) {
    const name = literal(`${JSON.stringify(filter.detail.name)}:`)
    const value = literal(filter.detail.value)
    const forms = [literal(JSON.stringify(filter.detail.value)), `${value},`, `${value}}`]
    conditions.push(`(${forms.map((form) => `lower(details) ${holds(name + form)}`).join(' OR ')})`)
  }
  return conditions
}

function equalities<Column extends string>(
  columns: readonly Column[],
  filter: Readonly<Partial<Record<Column, Sought>>>,
  values: Value[],
): string[] {
  return columns.flatMap((column) => {
    const sought = filter[column]
    if (sought === undefined) return []
    const given: readonly string[] = typeof sought === 'string' ? [sought] : sought
    const places = given.map((value) => `$${values.push(value)}`)
    return given.length === 1 ? `${column} = ${places[0]}` : `${column} IN (${places.join(', ')})`
  })
}

/** Text as LIKE takes it for itself. */
const literal = (text: string) => text.replace(/[\\%_]/g, '\\$&')

/** Where the table begins. */
export async function findOldestInTable(reader: Reader): Promise<ActivityEvent | undefined> {
  const [row] = await reader.query<ActivityEvent>('SELECT * FROM activity ORDER BY id LIMIT 1')
  return row
}

export async function findEventInTable(reader: Reader, id: string): Promise<ActivityRow | undefined> {
  const [row] = await reader.query<ActivityRow>('SELECT * FROM activity WHERE id = $1', id)
  return row
}

/** Events that have no place in the tree yet, in the order in which they get one. */
export async function findUnsequenced(reader: Reader, limit: number): Promise<ActivityEvent[]> {
  return reader.query<ActivityEvent>('SELECT * FROM activity WHERE seq IS NULL ORDER BY id LIMIT $1', limit)
}

/** In the order of the tree, from a place on. */
export async function findPlacedInTable(reader: Reader, from: number, limit: number): Promise<ActivityRow[]> {
  return reader.query<ActivityRow>(
    'SELECT * FROM activity WHERE seq >= $1 ORDER BY seq LIMIT $2',
    from,
    limit,
  )
}

/** The last event of the places [from, until) that the table has. */
export async function findLastInTable(
  reader: Reader,
  from: number,
  until: number,
): Promise<ActivityRow | undefined> {
  const [row] = await reader.query<ActivityRow>(
    'SELECT * FROM activity WHERE seq >= $1 AND seq < $2 ORDER BY seq DESC LIMIT 1',
    from,
    until,
  )
  return row
}

/** Take events that are in the archive out of the table: those of the places [from, until). */
export async function deletePlaced(tx: Transaction, from: number, until: number): Promise<void> {
  await tx.query('DELETE FROM activity WHERE seq >= $1 AND seq < $2', from, until)
}

/** How many parts of the events of the places [from, until) were forgotten: it grows with each. */
export async function countForgotten(reader: Reader, from: number, until: number): Promise<number> {
  const [row] = await reader.query<{ parts: number | null }>(
    `SELECT SUM(CASE WHEN who_proof IS NULL THEN 0 ELSE 1 END + CASE WHEN place_proof IS NULL THEN 0 ELSE 1 END
              + CASE WHEN whom_proof IS NULL THEN 0 ELSE 1 END) AS parts
       FROM activity WHERE seq >= $1 AND seq < $2`,
    from,
    until,
  )
  return Number(row?.parts ?? 0)
}

/** The place that an event gets. */
export interface Place {
  readonly id: string
  readonly seq: number
}

const place = inBatches((size) => {
  const rows = Array.from({ length: size }, (_, at) => `($${2 * at + 1}, CAST($${2 * at + 2} AS BIGINT))`)
  const places = `SELECT column1 AS id, column2 AS seq FROM (VALUES ${rows.join(', ')}) AS given`
  return `UPDATE activity SET seq = place.seq FROM (${places}) AS place WHERE activity.id = place.id`
})

export async function placeEvents(tx: Transaction, places: readonly Place[]): Promise<void> {
  await place(tx, places, ({ id, seq }) => [id, seq])
}

/** Take out of an event what tells of somebody, and keep the commitments to it in its place. */
export async function forgetParts(
  tx: Transaction,
  id: string,
  { who, place, whom }: { readonly who?: string; readonly place?: string; readonly whom?: string },
): Promise<void> {
  if (who !== undefined) {
    await tx.query('UPDATE activity SET subject = NULL, who_proof = $2 WHERE id = $1', id, who)
  }
  if (place !== undefined) {
    await tx.query(
      `UPDATE activity SET address = NULL, region = NULL, region_day = NULL, client_id = NULL, session_id = NULL, request_id = NULL,
         place_proof = $2 WHERE id = $1`,
      id,
      place,
    )
  }
  if (whom !== undefined) {
    await tx.query(
      'UPDATE activity SET target = NULL, details = NULL, whom_proof = $2 WHERE id = $1',
      id,
      whom,
    )
  }
}

/** Events that tell of somebody, as who did it or as whom it was done to. */
export async function findEventsOf(reader: Reader, name: string, limit: number): Promise<ActivityRow[]> {
  return reader.query<ActivityRow>(
    `SELECT * FROM activity WHERE id IN (
       SELECT id FROM activity WHERE subject = $1 UNION SELECT id FROM activity WHERE target = $1
     ) ORDER BY id LIMIT $2`,
    name,
    limit,
  )
}

/** The same behind an event: whose rows stay when something of them is forgotten. */
export async function findEventsOfAfter(
  reader: Reader,
  name: string,
  after: string,
  limit: number,
): Promise<ActivityRow[]> {
  return reader.query<ActivityRow>(
    `SELECT * FROM activity WHERE id IN (
       SELECT id FROM activity WHERE subject = $1 UNION SELECT id FROM activity WHERE target = $1
     ) AND id > $2 ORDER BY id LIMIT $3`,
    name,
    after,
    limit,
  )
}
