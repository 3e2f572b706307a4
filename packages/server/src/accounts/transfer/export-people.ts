import { csvLine, safeCell } from '../../cells.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { findUsers } from '../users/store.ts'
import { type PersonRecord, personMembers, recordOf } from './transferred-person.ts'

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
  if (format === 'csv') yield csvLine(members)
  for (let after = ''; ; ) {
    const users = await findUsers(db, after, pageSize)
    const records = users.map((user) => recordOf(user, withHashes))
    if (records.length > 0) {
      yield records
        .map((record) => (format === 'csv' ? rowOf(record, members) : `${JSON.stringify(record)}\n`))
        .join('')
    }
    if (users.length < pageSize) return
    after = users.at(-1)!.id
  }
}

function rowOf(record: PersonRecord, members: readonly string[]): string {
  const cells = members.map((member) => (record as Record<string, string | boolean | null>)[member] ?? '')
  return csvLine(cells.map((cell) => safeCell(String(cell))))
}
