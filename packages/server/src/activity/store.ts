import type { Reader, Transaction, Value } from '../database/database.ts'
import { insertInto } from '../database/insert.ts'
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

const insert = insertInto<keyof ActivityEvent>('activity', [
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
  'client_id',
  'session_id',
  'request_id',
  'details',
])

export async function insertEvents(tx: Transaction, events: readonly ActivityEvent[]): Promise<void> {
  await insert(tx, events)
}

/** What to look for; every field that is given must match. */
export interface Filter {
  readonly event?: string | undefined
  readonly outcome?: string | undefined
  readonly reason?: string | undefined
  readonly subject?: string | undefined
  readonly target?: string | undefined
  readonly address?: string | undefined
  readonly region?: string | undefined
  /** Ids between, newest first: `before` and `from` are event ids or the first id of a moment. */
  readonly before?: string | undefined
  readonly from?: string | undefined
}

/** The newest events that match, newest first. */
export async function findEvents(reader: Reader, filter: Filter, limit: number): Promise<ActivityEvent[]> {
  const conditions: string[] = []
  const values: Value[] = []
  const match = (condition: string, value: string | undefined) => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition.replace('?', `$${values.length}`))
  }
  match('event = ?', filter.event)
  match('outcome = ?', filter.outcome)
  match('reason = ?', filter.reason)
  match('subject = ?', filter.subject)
  match('target = ?', filter.target)
  match('address = ?', filter.address)
  match('region = ?', filter.region)
  match('id < ?', filter.before)
  match('id >= ?', filter.from)
  values.push(limit)
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
  return reader.query<ActivityEvent>(
    `SELECT * FROM activity ${where} ORDER BY id DESC LIMIT $${values.length}`,
    ...values,
  )
}

/** Events from `from` on, oldest first. */
export async function findEventsFrom(reader: Reader, from: string, limit: number): Promise<ActivityEvent[]> {
  return reader.query<ActivityEvent>(
    'SELECT * FROM activity WHERE id >= $1 ORDER BY id LIMIT $2',
    from,
    limit,
  )
}

/** Where the log begins. */
export async function findOldestEvent(reader: Reader): Promise<ActivityEvent | undefined> {
  const [row] = await reader.query<ActivityEvent>('SELECT * FROM activity ORDER BY id LIMIT 1')
  return row
}

export async function findEvent(reader: Reader, id: string): Promise<ActivityRow | undefined> {
  const [row] = await reader.query<ActivityRow>('SELECT * FROM activity WHERE id = $1', id)
  return row
}

/** Events that have no place in the tree yet, in the order in which they get one. */
export async function findUnsequenced(reader: Reader, limit: number): Promise<ActivityEvent[]> {
  return reader.query<ActivityEvent>('SELECT * FROM activity WHERE seq IS NULL ORDER BY id LIMIT $1', limit)
}

/** In the order of the tree, from a place on. */
export async function findPlaced(reader: Reader, from: number, limit: number): Promise<ActivityRow[]> {
  return reader.query<ActivityRow>(
    'SELECT * FROM activity WHERE seq >= $1 ORDER BY seq LIMIT $2',
    from,
    limit,
  )
}

/** The place that an event gets. */
export interface Place {
  readonly id: string
  readonly seq: number
}

const placing = [100, 10, 1].map((size) => {
  const rows = Array.from({ length: size }, (_, at) => `($${2 * at + 1}, CAST($${2 * at + 2} AS BIGINT))`)
  const places = `SELECT column1 AS id, column2 AS seq FROM (VALUES ${rows.join(', ')}) AS given`
  return {
    size,
    sql: `UPDATE activity SET seq = place.seq FROM (${places}) AS place WHERE activity.id = place.id`,
  }
})

export async function placeEvents(tx: Transaction, places: readonly Place[]): Promise<void> {
  let at = 0
  for (const { size, sql } of placing) {
    for (; at + size <= places.length; at += size) {
      await tx.query(sql, ...places.slice(at, at + size).flatMap(({ id, seq }) => [id, seq]))
    }
  }
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
      `UPDATE activity SET address = NULL, region = NULL, client_id = NULL, session_id = NULL, request_id = NULL,
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
