import { csvLine, safeCell } from '../../cells.ts'
import type { Reader } from '../../database/database.ts'
import { pages } from '../../database/pages.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { findProvenOf } from '../addresses/store.ts'
import { shownValue } from '../attributes/attribute-value.ts'
import { type AttributeRow, findAttributes, findValues } from '../attributes/store.ts'
import { findUsers } from '../users/store.ts'
import {
  attributeColumn,
  type BesideUser,
  type PersonRecord,
  personMembers,
  recordOf,
} from './transferred-person.ts'

export type ExportFormat = 'csv' | 'ndjson'

const pageSize = 500

/**
 * Every account as lines of text, in the form that an import takes. The export is an event of the log, stored before the
 * first line is given.
 */
export async function* exportPeople(
  { db, activity }: Ground,
  actor: Actor,
  { format, withHashes }: { format: ExportFormat; withHashes: boolean },
): AsyncGenerator<string> {
  await activity.recordAlone(actor, 'user.export', undefined, { details: { format, hashes: withHashes } })
  const members = personMembers.filter((member) => withHashes || member !== 'password_hash')
  const attributes = await findAttributes(db)
  if (format === 'csv')
    yield csvLine([...members, ...attributes.map(({ key }) => `${attributeColumn}${key}`)])
  const everybody = pages(
    '',
    pageSize,
    (after, most) => findUsers(db, after, most),
    (user) => user.id,
  )
  for await (const users of everybody) {
    const beside = await besideUsers(
      db,
      users.map(({ id }) => id),
      attributes,
    )
    yield users
      .map((user) => recordOf(user, withHashes, beside(user.id)))
      .map((record) =>
        format === 'csv' ? rowOf(record, members, attributes) : `${JSON.stringify(record)}\n`,
      )
      .join('')
  }
}

/** What an export has of these people beside their rows. */
async function besideUsers(reader: Reader, ids: readonly string[], attributes: readonly AttributeRow[]) {
  const byKey = new Map(attributes.map((one) => [one.key, one]))
  const rows = byKey.size === 0 ? [] : await findValues(reader, ids)
  const byUser = Map.groupBy(rows, ({ user_id }) => user_id)
  const proven = Map.groupBy(await findProvenOf(reader, ids), ({ user_id }) => user_id)
  return (id: string): BesideUser => ({
    addresses: (proven.get(id) ?? []).map(({ address }) => address),
    attributes: Object.fromEntries(
      (byUser.get(id) ?? []).flatMap(({ key, value }) => {
        // One that was added since the export began has no column.
        const attribute = byKey.get(key)
        return attribute ? [[key, shownValue(attribute, value)]] : []
      }),
    ),
  })
}

function rowOf(
  record: PersonRecord,
  members: readonly string[],
  attributes: readonly AttributeRow[],
): string {
  const { attributes: values = {}, ...own }: Readonly<Record<string, unknown>> & PersonRecord = record
  const cells = [...members.map((member) => own[member]), ...attributes.map(({ key }) => values[key])]
  return csvLine(cells.map((cell) => safeCell(cellOf(cell))))
}

function cellOf(value: unknown): string {
  return Array.isArray(value) ? value.join(' ') : String(value ?? '')
}
