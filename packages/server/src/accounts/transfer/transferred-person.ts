import * as v from 'valibot'
import { isDay, timestamp } from '../../http/schema.ts'
import { faultOf } from '../../http/validate.ts'
import type { AttributeValue } from '../attributes/attribute-value.ts'
import { givenValues } from '../attributes/routes.ts'
import { HashFault } from '../passwords/hashes/hash-format.ts'
import { storedForm } from '../passwords/hashes/spellings.ts'
import type { UserRow } from '../users/store.ts'

export interface TransferredAddress {
  readonly address: string
  /** Whether the other program says that nobody has proven it. */
  readonly isUnverified: boolean
}

/** An account on its way from another program, or to one. */
export interface TransferredPerson {
  readonly username: string
  readonly displayName: string | null
  /** The type that they are given where the import names no other. */
  readonly userType: string | undefined
  /** As it is stored here; null for an account that has no password. */
  readonly passwordHash: string | null
  readonly isDisabled: boolean
  /** In milliseconds since the epoch; the moment of the import if it is not known. */
  readonly createdAt: number | undefined
  /** The first one is to be the primary one. */
  readonly addresses?: readonly TransferredAddress[] | undefined
  /** By key; a value of any kind may be written as text. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
}

/** Why one record of a file cannot be imported. */
export class RecordFault extends Error {}

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))

/** The members that an account has in our own NDJSON, CSV and JSON. */
export const personSchema = v.strictObject({
  username: text(200),
  display_name: v.optional(v.nullable(text(200))),
  user_type: v.optional(text(40)),
  password_hash: v.optional(v.nullable(text(1024))),
  disabled: v.optional(v.boolean()),
  created_at: v.optional(v.pipe(v.string(), v.isoTimestamp(), v.check(isDay))),
  /** In a table one column, with blanks between. */
  addresses: v.optional(v.pipe(v.array(text(254)), v.maxLength(10))),
  attributes: v.optional(givenValues),
})
/** The members that are a column of a table each; an attribute is a column `attribute.<key>`. */
export const personMembers = Object.keys(personSchema.entries).filter((name) => name !== 'attributes')
export const attributeColumn = 'attribute.'

export type PersonRecord = v.InferOutput<typeof personSchema>

/** @throws {RecordFault} */
export function personOf(record: PersonRecord): TransferredPerson {
  return {
    username: record.username,
    displayName: record.display_name || null,
    userType: record.user_type,
    passwordHash: record.password_hash ? usable(() => storedForm(record.password_hash!)) : null,
    isDisabled: record.disabled ?? false,
    createdAt: record.created_at === undefined ? undefined : Date.parse(record.created_at),
    ...(record.addresses && {
      addresses: record.addresses.map((address) => ({ address, isUnverified: false })),
    }),
    ...(record.attributes && { attributes: record.attributes }),
  }
}

/** @throws {RecordFault} for a value that has not the members of an account, with the first that is wrong */
export function readPerson(value: unknown): TransferredPerson {
  const read = v.safeParse(personSchema, value)
  if (read.success) return personOf(read.output)
  const { field, reason } = faultOf(read.issues[0])
  throw new RecordFault(`${field === '/' ? 'it' : field.slice(1)} ${reason}`)
}

/** What an export has of a user beside their own row. */
export interface BesideUser {
  /** Those that are proven, the primary one first. */
  readonly addresses: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

export function recordOf(
  user: UserRow,
  withHash: boolean,
  { addresses, attributes }: BesideUser,
): PersonRecord {
  return {
    username: user.username,
    display_name: user.display_name,
    user_type: user.user_type,
    ...(withHash && { password_hash: user.password_hash }),
    disabled: user.disabled_at !== null,
    created_at: timestamp(user.created_at),
    ...(addresses.length > 0 && { addresses: [...addresses] }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
  }
}

/** What `read` gives; a hash that cannot be used is a fault of its record. */
export function usable(read: () => string | null): string | null {
  try {
    return read()
  } catch (error) {
    throw error instanceof HashFault ? new RecordFault(error.message) : error
  }
}
