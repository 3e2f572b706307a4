import type { Reader, Transaction } from '../../database/database.ts'
import { type Fault, Refusal } from '../../errors.ts'
import { type AttributeValue, faultAt, readValue, shownValue } from './attribute-value.ts'
import {
  type AttributeRow,
  deleteValue,
  findAttribute,
  findAttributes,
  findValues,
  holdAttribute,
  setValue,
} from './store.ts'

/** Values by key as somebody gave them; null takes one away. */
export type GivenValues = Readonly<Record<string, unknown>>

/** By whose right values are read and set: an administrator's, or that of the person whose they are. */
export type By = 'administrator' | 'person'

export interface PersonAttribute {
  readonly attribute: AttributeRow
  /** Null for a person who has none. */
  readonly value: AttributeValue | null
}

/** Every attribute that may be seen, with the value that the user has. */
export async function attributesOf(reader: Reader, userId: string, by: By): Promise<PersonAttribute[]> {
  const values = new Map((await findValues(reader, [userId])).map(({ key, value }) => [key, value]))
  const seen = (await findAttributes(reader)).filter(({ person_may }) => maySee(by, person_may))
  return seen.map((attribute) => {
    const stored = values.get(attribute.key)
    return { attribute, value: stored === undefined ? null : shownValue(attribute, stored) }
  })
}

/** The attributes that whoever makes an account of their own is asked for: those that have to be given, and that they may change. */
export async function attributesAsked(reader: Reader): Promise<AttributeRow[]> {
  const all = await findAttributes(reader)
  return all.filter(({ is_required, person_may }) => is_required && mayChange('person', person_may))
}

/** What given values are checked by; held until the transaction ends, as far as values of them are given. */
export interface HeldAttributes {
  readonly byKey: ReadonlyMap<string, AttributeRow>
  readonly required: readonly AttributeRow[]
}

/** In one order, so that two who set values do not wait for each other. */
export async function holdAttributes(tx: Transaction, keys: Iterable<string>): Promise<HeldAttributes> {
  const byKey = new Map<string, AttributeRow>()
  for (const key of [...new Set(keys)].sort()) {
    const row = await holdAttribute(tx, key)
    if (row) byKey.set(key, row)
  }
  const required = (await findAttributes(tx)).filter(({ is_required }) => is_required)
  return { byKey, required }
}

/**
 * The texts to store, by key; null for a value that is taken away. `had`: what the person has already.
 * @throws {Refusal} `request_invalid` with every attribute that is wrong, unknown or left out
 */
export function checkValues(
  { byKey, required }: HeldAttributes,
  given: GivenValues,
  { by = 'administrator', isText = false, had = new Map() }: CheckOptions = {},
): ReadonlyMap<string, string | null> {
  const checked = new Map<string, string | null>()
  const faults: Fault[] = []
  for (const [key, value] of Object.entries(given)) {
    const attribute = byKey.get(key)
    if (!attribute || !maySee(by, attribute.person_may)) faults.push(faultAt(key, 'is no attribute'))
    else if (!mayChange(by, attribute.person_may))
      faults.push(faultAt(key, 'is changed by administrators alone'))
    else if (value === null) checked.set(key, null)
    else {
      const read = readValue(attribute, value, isText)
      if ('fault' in read) faults.push(faultAt(key, read.fault))
      else checked.set(key, read.stored)
    }
  }
  for (const { key, person_may } of required) {
    const after = checked.has(key) ? checked.get(key) : had.get(key)
    const isWrong = faults.some(({ field }) => field === faultAt(key, '').field)
    if ((after ?? null) === null && mayChange(by, person_may) && !isWrong)
      faults.push(faultAt(key, 'is required'))
  }
  const [first] = faults
  if (!first) return checked
  const said = `the attribute ${first.field.slice('/attributes/'.length)} ${first.reason}`
  throw new Refusal('request_invalid', said, { faults: faults.slice(0, 20) })
}

interface CheckOptions {
  readonly by?: By
  /** Whether every kind may be written as text. */
  readonly isText?: boolean
  readonly had?: ReadonlyMap<string, string>
}

/** Check values of a user who is held and store them. The keys of those that are others now. @throws {Refusal} `request_invalid` */
export async function storeValues(
  tx: Transaction,
  userId: string,
  given: GivenValues,
  options: Omit<CheckOptions, 'had'> = {},
): Promise<readonly string[]> {
  const attributes = await holdAttributes(tx, Object.keys(given))
  const had = new Map((await findValues(tx, [userId])).map(({ key, value }) => [key, value]))
  const changed: string[] = []
  for (const [key, value] of checkValues(attributes, given, { ...options, had })) {
    if (value === (had.get(key) ?? null)) continue
    if (value === null) await deleteValue(tx, userId, key)
    else await setValue(tx, { user_id: userId, key, value })
    changed.push(key)
  }
  return changed
}

/**
 * A value that people are searched for by, as it is stored.
 * @throws {Refusal} `request_invalid` for an attribute that people are not found by, and for what is no value of it
 */
export async function searchedValue(reader: Reader, key: string, text: string): Promise<string> {
  const attribute = await findAttribute(reader, key)
  const read = attribute?.is_searchable ? readValue(attribute, text, true) : undefined
  if (read && 'stored' in read) return read.stored
  const reason = read ? `: the value ${read.fault}` : 'names no attribute that people are found by'
  throw new Refusal('request_invalid', `attribute ${reason}`, { faults: [{ field: '/attribute', reason }] })
}

function maySee(by: By, personMay: AttributeRow['person_may']): boolean {
  return by === 'administrator' || personMay !== 'nothing'
}

function mayChange(by: By, personMay: AttributeRow['person_may']): boolean {
  return by === 'administrator' || personMay === 'change'
}
