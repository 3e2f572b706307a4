import * as v from 'valibot'
import { application as target } from '../../activity/events.ts'
import type { Reader } from '../../database/database.ts'
import { isUniqueViolation } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import { operator } from '../../identity.ts'
import { differences, isNarrowed } from '../differences.ts'
import { newRow } from '../facts.ts'
import { longestAddress } from '../redirects.ts'
import {
  type ApplicationRow,
  findApplication,
  holdApplication,
  insertApplication,
  updateApplication,
} from '../store.ts'
import type { RegistrationGround } from './ground.ts'
import { clientMetadata, describedBy, likenessOf } from './metadata.ts'

const longestDocument = 10_240
/** Documents of strangers leave room for the key sets of applications that are registered. */
const mostDescribed = 1_000

/**
 * The application with a client id: one that is registered, or one that a document at the address describes (OAuth Client ID Metadata
 * Document), which is read again when it is old. Undefined for one that there is not, whatever is wrong with it: the log has that.
 */
export async function findOrRead(
  ground: RegistrationGround,
  reader: Reader,
  id: string,
): Promise<ApplicationRow | undefined> {
  if (!id.startsWith('https:')) return findApplication(reader, id)
  if (ground.rules.documents === 'off' || !isDocumentAddress(id)) return undefined
  const known = await findApplication(reader, id)
  // One that an administrator has turned off is not read any more.
  if (known && known.disabled_at !== null) return known
  const document = await ground.documents.read(id, { most: mostDescribed })
  if (!document) return undefined
  try {
    const work = () => keep(ground, id, document.body)
    // Another process has read it for the first time at the same moment: by now it is known.
    return await work().catch((error: unknown) => {
      if (isUniqueViolation(error)) return work()
      throw error
    })
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof v.ValiError)) throw error
    ground.log.warn('client_document_refused', { url: id, cause: error.message })
    return undefined
  }
}

/** A URL with a path, which names a document and nothing else: no query, fragment, user or step up. */
export function isDocumentAddress(id: string): boolean {
  const url = id.length <= longestAddress ? URL.parse(id) : null
  return (
    url?.protocol === 'https:' &&
    url.href === id &&
    url.pathname !== '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === '' &&
    !id.includes('*')
  )
}

async function keep(ground: RegistrationGround, id: string, text: string): Promise<ApplicationRow> {
  const { db, activity } = ground
  const given = described(ground, id, text)
  const row = newRow(ground, given, { id, made_by: 'document', likeness: likenessOf(given) })
  const stored = await findApplication(db, id)
  if (stored && Object.keys(differences(stored, row)).length === 0) return stored
  return db.transaction(async (tx) => {
    const before = await holdApplication(tx, id)
    if (!before) {
      await insertApplication(tx, row)
      const details = { type: row.type, scopes: row.scopes.join(' '), made_by: row.made_by }
      await activity.record(tx, { clientId: id }, 'application.create', target(id), { details })
      return row
    }
    const details = differences(before, row)
    if (Object.keys(details).length === 0) return before
    const { created_at, disabled_at, subject_salt } = before
    const after = { ...row, created_at, disabled_at, subject_salt, version: before.version + 1 }
    await updateApplication(tx, after)
    if (isNarrowed(before, row)) {
      await ground.endGrants(tx, operator, id, 'application_narrowed')
    }
    await activity.record(tx, { clientId: id }, 'application.change', target(id), { details })
    return after
  })
}

/** @throws {Refusal} `client_metadata_invalid` */
function described({ rules }: RegistrationGround, id: string, text: string) {
  const fault = (message: string) => new Refusal('client_metadata_invalid', message)
  if (text.length > longestDocument) throw fault(`the document has ${longestDocument} characters at most`)
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw fault('the document is no JSON')
  }
  const metadata = v.parse(clientMetadata, document)
  if (metadata.client_id !== id) throw fault('the client_id in the document is another one')
  const { token_endpoint_auth_method: method = 'none' } = metadata
  // What stands in a document is no secret.
  if (metadata.client_secret !== undefined || method.startsWith('client_secret')) {
    throw fault('a client with a document has no secret')
  }
  return describedBy({ ...metadata, token_endpoint_auth_method: method }, rules.scopes)
}
