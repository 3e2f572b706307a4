import type { ApplicationRow } from '../applications/store.ts'
import type { SignalsGround } from './ground.ts'
import { deleteExclusion, insertExclusion } from './store.ts'
import { heldStream, invalid } from './streams.ts'

const mostExcluded = 10_000

/** A subject identifier (RFC 9493 section 3.2.4), as far as it is looked at. */
export interface AskedSubject {
  readonly format: string
  readonly iss?: string | undefined
  readonly sub?: string | undefined
}

/**
 * Leave a person out of a stream, or take them in again: it begins with everybody whom the application has to do with. Whether there is
 * such a person nobody learns. Beyond 10,000 people nobody more is left out.
 * @throws {Refusal} `stream_not_found`; `request_invalid` for a subject that is not of the format `iss_sub` and of this server
 */
export async function includeSubject(
  { db, issuer }: Pick<SignalsGround, 'db' | 'issuer'>,
  { id: application }: Pick<ApplicationRow, 'id'>,
  stream: string,
  { format, iss, sub }: AskedSubject,
  isIncluded: boolean,
): Promise<void> {
  if (format !== 'iss_sub' || iss !== issuer || sub === undefined) {
    throw invalid('/subject', 'has the format iss_sub, and the issuer of this server')
  }
  await db.transaction(async (tx) => {
    await heldStream(tx, application, stream)
    if (isIncluded) await deleteExclusion(tx, stream, sub)
    else await insertExclusion(tx, stream, sub, mostExcluded)
  })
}
