import type { Reader, Transaction } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'
import type { Bounds, ValueRule } from './attribute-value.ts'

/** What the person themselves may do with their value; administrators see it, and change it. */
export const personMay = ['nothing', 'see', 'change'] as const

export interface AttributeRow extends ValueRule {
  readonly label: string
  readonly person_may: (typeof personMay)[number]
  /** Whether nobody may be left without a value. */
  readonly is_required: boolean
  /** Whether people are found by their value. */
  readonly is_searchable: boolean
  readonly created_at: number
}

/** As the table holds it: flags are 0 or 1, and bounds are JSON. */
type Stored = Omit<AttributeRow, 'bounds' | 'is_required' | 'is_searchable'> & {
  readonly bounds: string
  readonly is_required: number
  readonly is_searchable: number
}

function attributeIn(row: Stored): AttributeRow {
  return {
    ...row,
    bounds: JSON.parse(row.bounds) as Bounds, // written below
    is_required: row.is_required === 1,
    is_searchable: row.is_searchable === 1,
  }
}

/** All of them, in the order in which they were added. */
export async function findAttributes(reader: Reader): Promise<AttributeRow[]> {
  return (await reader.query<Stored>('SELECT * FROM attributes ORDER BY created_at, key')).map(attributeIn)
}

export async function findAttribute(reader: Reader, key: string): Promise<AttributeRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM attributes WHERE key = $1', key)
  return row && attributeIn(row)
}

/** Lock an attribute until the transaction ends: nobody changes or removes it while a value is checked by it. */
export async function holdAttribute(tx: Transaction, key: string): Promise<AttributeRow | undefined> {
  const [row] = await tx.query<Stored>('UPDATE attributes SET key = key WHERE key = $1 RETURNING *', key)
  return row && attributeIn(row)
}

export async function insertAttribute(tx: Transaction, row: AttributeRow): Promise<void> {
  await tx.query(
    `INSERT INTO attributes (key, label, kind, bounds, person_may, is_required, is_searchable, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    row.key,
    row.label,
    row.kind,
    JSON.stringify(row.bounds),
    row.person_may,
    Number(row.is_required),
    Number(row.is_searchable),
    row.created_at,
  )
}

/** Its key and its kind stay. */
export async function updateAttribute(tx: Transaction, row: AttributeRow): Promise<void> {
  await tx.query(
    `UPDATE attributes SET label = $2, bounds = $3, person_may = $4, is_required = $5, is_searchable = $6
      WHERE key = $1`,
    row.key,
    row.label,
    JSON.stringify(row.bounds),
    row.person_may,
    Number(row.is_required),
    Number(row.is_searchable),
  )
}

/** Remove an attribute and every value of it. */
export async function deleteAttribute(tx: Transaction, key: string): Promise<void> {
  await tx.query('DELETE FROM attributes WHERE key = $1', key)
}

/** How many people have a value. */
export async function countValues(reader: Reader, key: string): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM user_attributes WHERE key = $1',
    key,
  )
  return row?.count ?? 0
}

export interface ValueRow {
  readonly user_id: string
  readonly key: string
  readonly value: string
}

export async function findValues(reader: Reader, userIds: readonly string[]): Promise<ValueRow[]> {
  if (userIds.length === 0) return []
  const places = userIds.map((_, at) => `$${at + 1}`).join(', ')
  return reader.query<ValueRow>(
    `SELECT user_id, key, value FROM user_attributes WHERE user_id IN (${places}) ORDER BY user_id, key`,
    ...userIds,
  )
}

const insert = insertInto('user_attributes', ['user_id', 'key', 'value'])

export async function insertValues(tx: Transaction, rows: readonly ValueRow[]): Promise<void> {
  await insert(tx, rows)
}

export async function setValue(tx: Transaction, { user_id, key, value }: ValueRow): Promise<void> {
  await tx.query(
    `INSERT INTO user_attributes (user_id, key, value) VALUES ($1, $2, $3)
     ON CONFLICT (user_id, key) DO UPDATE SET value = $3`,
    user_id,
    key,
    value,
  )
}

export async function deleteValue(tx: Transaction, userId: string, key: string): Promise<void> {
  await tx.query('DELETE FROM user_attributes WHERE user_id = $1 AND key = $2', userId, key)
}
