import type { Reader, Transaction } from '../database/database.ts'
import { listed, type Permission, permissionsIn } from '../permissions.ts'

export interface ServiceRow {
  readonly id: string
  readonly name: string
  readonly secret_hash: string
  readonly scopes: readonly Permission[]
  readonly created_at: number
  readonly disabled_at: number | null
}

export async function insertService(tx: Transaction, service: ServiceRow): Promise<void> {
  await tx.query(
    'INSERT INTO services (id, name, secret_hash, scopes, created_at, disabled_at) VALUES ($1, $2, $3, $4, $5, $6)',
    service.id,
    service.name,
    service.secret_hash,
    listed(service.scopes),
    service.created_at,
    service.disabled_at,
  )
}

export async function findService(reader: Reader, id: string): Promise<ServiceRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM services WHERE id = $1', id)
  return row && read(row)
}

export async function findServiceByName(reader: Reader, name: string): Promise<ServiceRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM services WHERE name = $1', name)
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

export async function disableService(tx: Transaction, id: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE services SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL RETURNING id',
    id,
    now,
  )
  return rows.length === 1
}

export async function replaceServiceSecret(tx: Transaction, id: string, secretHash: string): Promise<void> {
  await tx.query('UPDATE services SET secret_hash = $2 WHERE id = $1', id, secretHash)
}

/** As the table holds it. */
type Stored = Omit<ServiceRow, 'scopes'> & { readonly scopes: string }

function read(row: Stored): ServiceRow {
  return { ...row, scopes: permissionsIn(row.scopes) }
}
