import { attribute } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { unlessTaken } from '../../database/violation.ts'
import { type Fault, Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { isVisible, requireVisible } from '../../text.ts'
import { wholeText } from '../../whole-text.ts'
import { type AttributeKind, type Bounds, longestText } from './attribute-value.ts'
import {
  type AttributeRow,
  countValues,
  deleteAttribute,
  findAttributes,
  holdAttribute,
  insertAttribute,
  updateAttribute,
} from './store.ts'

/** The name of an attribute, which stands in JSON, URLs and the columns of tables alike. */
export const attributeKey = wholeText(/[a-z][a-z0-9_]{0,39}/)
/** As many attributes at most: a page shows all of them. */
export const mostAttributes = 50
export const mostAllowed = 100

export type NewAttribute = Omit<AttributeRow, 'created_at'>

/** What is undefined stays; of the bounds null takes one away. The key and the kind of an attribute do not change. */
export interface AttributeChange {
  readonly label?: string | undefined
  readonly person_may?: AttributeRow['person_may'] | undefined
  readonly is_required?: boolean | undefined
  readonly is_searchable?: boolean | undefined
  readonly bounds?: { readonly [Name in keyof Bounds]: Bounds[Name] | null }
}

/** @throws {Refusal} `attribute_exists`, `request_invalid` for bounds that no value fits, or that are those of another kind */
export async function addAttribute(
  { db, world, activity }: Ground,
  actor: Actor,
  given: NewAttribute,
): Promise<AttributeRow> {
  requireKey(given.key)
  requireVisible('label', given.label, 100)
  const row = { ...given, bounds: requireBounds(given.kind, given.bounds), created_at: world.now() }
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        if ((await findAttributes(tx)).length >= mostAttributes) {
          throw new Refusal(
            'request_invalid',
            `there are ${mostAttributes} attributes already, and no more can be`,
          )
        }
        await insertAttribute(tx, row)
        await activity.record(tx, actor, 'attribute.add', attribute(row.key), { details: detailsOf(row) })
      }),
    () => new Refusal('attribute_exists', 'an attribute of this key exists'),
  )
  return row
}

/**
 * Change an attribute. Values that people have stay as they are, also where new bounds would not let them be given any more.
 * @throws {Refusal} `attribute_not_found`, `request_invalid`
 */
export async function changeAttribute(
  { db, activity }: Ground,
  actor: Actor,
  key: string,
  { bounds, ...change }: AttributeChange,
): Promise<AttributeRow> {
  if (change.label !== undefined) requireVisible('label', change.label, 100)
  return db.transaction(async (tx) => {
    const before = await hold(tx, key)
    const given = Object.entries(change).filter(([, value]) => value !== undefined)
    const after: AttributeRow = {
      ...before,
      ...Object.fromEntries(given),
      bounds: requireBounds(before.kind, withChange(before.bounds, bounds)),
    }
    if (JSON.stringify(after) === JSON.stringify(before)) return before
    await updateAttribute(tx, after)
    await activity.record(tx, actor, 'attribute.change', attribute(key), { details: detailsOf(after) })
    return after
  })
}

/**
 * Remove an attribute and the values that people have of it. `people`: how many they are, which whoever removes it has to know.
 * @throws {Refusal} `attribute_not_found`, `attribute_in_use` if it is another number
 */
export async function removeAttribute(
  { db, activity }: Ground,
  actor: Actor,
  key: string,
  people: number,
): Promise<void> {
  await db.transaction(async (tx) => {
    await hold(tx, key)
    const count = await countValues(tx, key)
    if (count !== people) {
      const told = count === 1 ? '1 person has a value' : `${count} people have a value`
      throw new Refusal('attribute_in_use', `${told}, which would be lost; confirm it by their number`, {
        members: { people: count },
      })
    }
    await deleteAttribute(tx, key)
    await activity.record(tx, actor, 'attribute.remove', attribute(key), { details: { people } })
  })
}

async function hold(tx: Transaction, key: string): Promise<AttributeRow> {
  const row = await holdAttribute(tx, key)
  if (!row) throw new Refusal('attribute_not_found', 'there is no attribute of this key')
  return row
}

function detailsOf({ kind, person_may, is_required, is_searchable }: AttributeRow) {
  return { kind, person_may, required: is_required, searchable: is_searchable }
}

/** What the language keeps for itself is no key: an object of JSON with such a member is read otherwise. */
function requireKey(key: string): void {
  if (attributeKey.test(key) && key !== 'constructor' && key !== 'prototype') return
  throw new Refusal('request_invalid', 'the key of an attribute is 1 to 40 of a-z, 0-9 and _, a letter first')
}

function withChange(before: Bounds, change: AttributeChange['bounds'] = {}): Bounds {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  const all = Object.entries({ ...before, ...Object.fromEntries(given) })
  return Object.fromEntries(all.filter(([, value]) => value !== null))
}

const boundsOfKind: Readonly<Record<AttributeKind, readonly (keyof Bounds)[]>> = {
  text: ['longest', 'allowed'],
  number: ['least', 'most'],
  yes_no: [],
  date: [],
}

/** The bounds without those that are undefined. @throws {Refusal} `request_invalid` */
function requireBounds(kind: AttributeKind, given: Bounds): Bounds {
  const bounds: Bounds = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const faults = boundsFaults(kind, bounds)
  if (faults.length === 0) return bounds
  throw new Refusal('request_invalid', `/${faults[0]!.field.slice(1)} ${faults[0]!.reason}`, { faults })
}

function boundsFaults(kind: AttributeKind, bounds: Bounds): Fault[] {
  const foreign = Object.keys(bounds).filter((name) => !boundsOfKind[kind].some((own) => own === name))
  const faults = foreign.map((name) => ({ field: `/${name}`, reason: `bounds no value of the kind ${kind}` }))
  const { longest = longestText, allowed, least = -Infinity, most = Infinity } = bounds
  if (!Number.isSafeInteger(longest) || longest < 1 || longest > longestText) {
    faults.push({ field: '/longest', reason: `must be a whole number from 1 to ${longestText}` })
  }
  if (allowed && !isChoice(allowed, longest)) {
    const reason = `must be 1 to ${mostAllowed} texts, each once, visible, and not longer than \`longest\``
    faults.push({ field: '/allowed', reason })
  }
  // Also of what is not a number.
  if (!(least <= most)) {
    faults.push({ field: '/least', reason: 'must be a number, and not more than `most`' })
  }
  return faults
}

function isChoice(allowed: readonly string[], longest: number): boolean {
  const isEach = allowed.every((text) => text.length <= longest && isVisible(text))
  const isFew = allowed.length > 0 && allowed.length <= mostAllowed
  return isFew && isEach && new Set(allowed).size === allowed.length
}
