import type { Reader, Transaction, Value } from '../database/database.ts'
import { insertInto } from '../database/insert.ts'
import type { ActivityEvent } from './events.ts'

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
