import type { Reader, Transaction } from '../../database/database.ts'

/** What a person lets an application do, for this server (`resource` is empty) or for a service. */
export interface ConsentRow {
  readonly user_id: string
  readonly application: string
  readonly resource: string
  readonly scopes: readonly string[]
  /** JSON of the authorization details that were asked for; null where the scopes alone say it. */
  readonly details: string | null
  readonly given_at: number
}

export async function findConsent(
  reader: Reader,
  userId: string,
  application: string,
  resource: string,
): Promise<ConsentRow | undefined> {
  const [row] = await reader.query<Stored>(
    'SELECT * FROM consents WHERE user_id = $1 AND application = $2 AND resource = $3',
    userId,
    application,
    resource,
  )
  return row && read(row)
}

/** Those of a person, in the order of the applications. */
export async function findConsents(reader: Reader, userId: string): Promise<ConsentRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM consents WHERE user_id = $1 ORDER BY application, resource LIMIT 1000',
    userId,
  )
  return rows.map(read)
}

/** Those for an application, by person. */
export async function findConsentsTo(
  reader: Reader,
  application: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<ConsentRow[]> {
  const rows = await reader.query<Stored>(
    `SELECT * FROM consents WHERE application = $1 AND user_id > $2 AND resource = (
       SELECT MIN(resource) FROM consents first WHERE first.application = $1 AND first.user_id = consents.user_id)
      ORDER BY user_id LIMIT $3`,
    application,
    after,
    limit,
  )
  return rows.map(read)
}

export async function putConsent(tx: Transaction, row: ConsentRow): Promise<void> {
  await tx.query(
    `INSERT INTO consents (user_id, application, resource, scopes, details, given_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (user_id, application, resource) DO UPDATE
       SET scopes = excluded.scopes, details = excluded.details, given_at = excluded.given_at`,
    row.user_id,
    row.application,
    row.resource,
    row.scopes.join(' '),
    row.details,
    row.given_at,
  )
}

/** True if there was one. */
export async function deleteConsents(tx: Transaction, userId: string, application: string): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM consents WHERE user_id = $1 AND application = $2 RETURNING resource',
    userId,
    application,
  )
  return rows.length > 0
}

export async function deleteConsentsTo(tx: Transaction, application: string): Promise<void> {
  await tx.query('DELETE FROM consents WHERE application = $1', application)
}

export async function deleteConsentsOf(tx: Transaction, userId: string): Promise<void> {
  await tx.query('DELETE FROM consents WHERE user_id = $1', userId)
}

/** Note that a person has let an application in, whether they were asked or not. */
export async function noteLetIn(tx: Transaction, application: string, userId: string): Promise<void> {
  await tx.query(
    'INSERT INTO application_people (application, user_id) VALUES ($1, $2) ON CONFLICT (application, user_id) DO NOTHING',
    application,
    userId,
  )
}

/** The applications that a person has let in and not shut out again. */
export async function findLetIn(reader: Reader, userId: string): Promise<string[]> {
  const rows = await reader.query<{ application: string }>(
    'SELECT application FROM application_people WHERE user_id = $1 ORDER BY application LIMIT 1000',
    userId,
  )
  return rows.map(({ application }) => application)
}

/** An application has nothing to do with a person any more. */
export async function forgetLetIn(tx: Transaction, application: string, userId: string): Promise<void> {
  await tx.query(
    'DELETE FROM application_people WHERE application = $1 AND user_id = $2',
    application,
    userId,
  )
}

/** Nor with anybody. */
export async function forgetAllLetIn(tx: Transaction, application: string): Promise<void> {
  await tx.query('DELETE FROM application_people WHERE application = $1', application)
}

/** No application has to do with a person any more. */
export async function forgetPerson(tx: Transaction, userId: string): Promise<void> {
  await tx.query('DELETE FROM application_people WHERE user_id = $1', userId)
}

type Stored = Omit<ConsentRow, 'scopes'> & { readonly scopes: string }

function read(row: Stored): ConsentRow {
  return { ...row, scopes: row.scopes.split(' ').filter(Boolean) }
}
