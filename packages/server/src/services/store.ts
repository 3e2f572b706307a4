import type { Reader, Transaction } from '../database/database.ts'
import { listed, type Permission, permissionsIn } from '../permissions.ts'
import type { ProfileChoice } from '../tokens/profiles/choice.ts'

export interface ServiceRow {
  readonly id: string
  readonly name: string
  readonly secret_hash: string
  /** What it is permitted here. */
  readonly scopes: readonly Permission[]
  readonly created_at: number
  readonly disabled_at: number | null
  /** What stands in `aud` of the tokens for it; null for a service that only calls. */
  readonly audience: string | null
  /** The scopes that it understands: permissions of this server, and words of its own. */
  readonly known_scopes: readonly string[]
  readonly profile: ProfileChoice
  /** The longest life that its tokens have ever had; 0 for as long as ours. */
  readonly longest_life_seconds: number
  /** Another one after every change. */
  readonly version: number
  /** Another one when somebody has lost a scope of the service. A time, so that none comes twice for one audience. */
  readonly scopes_version: number
}

export async function insertService(tx: Transaction, service: ServiceRow): Promise<void> {
  await tx.query(
    `INSERT INTO services (id, name, secret_hash, scopes, created_at, disabled_at, audience, known_scopes, profile,
       longest_life_seconds, version, scopes_version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    service.id,
    service.name,
    service.secret_hash,
    listed(service.scopes),
    service.created_at,
    service.disabled_at,
    service.audience,
    service.known_scopes.join(' '),
    JSON.stringify(service.profile),
    service.longest_life_seconds,
    service.version,
    service.scopes_version,
  )
}

export async function findService(reader: Reader, id: string): Promise<ServiceRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM services WHERE id = $1', id)
  return row && read(row)
}

/** What those of these ids are called that there are. */
export async function findServiceNames(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const places = ids.map((_, at) => `$${at + 1}`).join(', ')
  const rows = await reader.query<{ id: string; name: string }>(
    `SELECT id, name FROM services WHERE id IN (${places})`,
    ...ids,
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export async function findServiceByName(reader: Reader, name: string): Promise<ServiceRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM services WHERE name = $1', name)
  return row && read(row)
}

/** The service that tokens with this audience are for, disabled or not. */
export async function findServiceFor(reader: Reader, audience: string): Promise<ServiceRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM services WHERE audience = $1', audience)
  return row && read(row)
}

export async function findServices(reader: Reader, after: string, limit: number): Promise<ServiceRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM services WHERE id > $1 ORDER BY id LIMIT $2',
    after,
    limit,
  )
  return rows.map(read)
}

/** The scopes that enabled services know for which there are tokens. */
export async function findKnownScopes(reader: Reader): Promise<ReadonlySet<string>> {
  const rows = await reader.query<{ known_scopes: string }>(
    'SELECT known_scopes FROM services WHERE disabled_at IS NULL AND audience IS NOT NULL',
  )
  return new Set(rows.flatMap(({ known_scopes }) => known_scopes.split(' ').filter(Boolean)))
}

/** A service, locked until the transaction ends: whoever changes it comes one after the other. */
export async function holdService(tx: Transaction, id: string): Promise<ServiceRow | undefined> {
  const [row] = await tx.query<Stored>('UPDATE services SET name = name WHERE id = $1 RETURNING *', id)
  return row && read(row)
}

/** Change what a service is called and what it is for. */
export async function updateService(tx: Transaction, service: ServiceRow): Promise<void> {
  await tx.query(
    `UPDATE services SET name = $2, scopes = $3, audience = $4, known_scopes = $5, profile = $6,
       longest_life_seconds = $7, version = $8 WHERE id = $1`,
    service.id,
    service.name,
    listed(service.scopes),
    service.audience,
    service.known_scopes.join(' '),
    JSON.stringify(service.profile),
    service.longest_life_seconds,
    service.version,
  )
}

export async function disableService(tx: Transaction, id: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE services SET disabled_at = $2, version = version + 1 WHERE id = $1 AND disabled_at IS NULL RETURNING id',
    id,
    now,
  )
  return rows.length === 1
}

export async function setScopesVersion(tx: Transaction, id: string, version: number): Promise<void> {
  await tx.query('UPDATE services SET scopes_version = $2 WHERE id = $1', id, version)
}

export async function replaceServiceSecret(tx: Transaction, id: string, secretHash: string): Promise<void> {
  await tx.query('UPDATE services SET secret_hash = $2 WHERE id = $1', id, secretHash)
}

/** As the table holds it. */
type Stored = Omit<ServiceRow, 'scopes' | 'known_scopes' | 'profile'> & {
  readonly scopes: string
  readonly known_scopes: string
  readonly profile: string
}

function read(row: Stored): ServiceRow {
  return {
    ...row,
    scopes: permissionsIn(row.scopes),
    known_scopes: row.known_scopes.split(' ').filter(Boolean),
    profile: JSON.parse(row.profile) as ProfileChoice, // as insertService and updateService wrote it
  }
}
