import type { Reader, Transaction } from '../../database/database.ts'

export const holderKinds = ['user_type', 'service', 'devices'] as const

/** Who has a scope of a service: the people of a type, another service, or all devices. */
export interface ScopeHolder {
  readonly kind: (typeof holderKinds)[number]
  /** The name of the type or the id of the service; empty for devices. */
  readonly name: string
}

export interface ServiceScopeRow {
  readonly service: string
  readonly holder_kind: ScopeHolder['kind']
  readonly holder: string
  readonly scope: string
  readonly given_at: number
}

/** True if the holder did not have it. */
export async function insertScope(tx: Transaction, row: ServiceScopeRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO service_scopes (service, holder_kind, holder, scope, given_at, user_type)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING scope`,
    row.service,
    row.holder_kind,
    row.holder,
    row.scope,
    row.given_at,
    row.holder_kind === 'user_type' ? row.holder : null,
  )
  return rows.length === 1
}

/** True if the holder had it. */
export async function deleteScope(
  tx: Transaction,
  service: string,
  { kind, name }: ScopeHolder,
  scope: string,
): Promise<boolean> {
  const rows = await tx.query(
    `DELETE FROM service_scopes WHERE service = $1 AND holder_kind = $2 AND holder = $3 AND scope = $4 RETURNING scope`,
    service,
    kind,
    name,
    scope,
  )
  return rows.length === 1
}

/** Delete the scopes of a service that are not among these, whoever has them. */
export async function deleteUnknownScopes(
  tx: Transaction,
  service: string,
  known: readonly string[],
): Promise<void> {
  const places = known.map((_, at) => `$${at + 2}`)
  const others = known.length === 0 ? '' : ` AND scope NOT IN (${places.join(', ')})`
  await tx.query(`DELETE FROM service_scopes WHERE service = $1${others}`, service, ...known)
}

/** The scopes of a service that somebody has. */
export async function findScopesOf(
  reader: Reader,
  service: string,
  { kind, name }: ScopeHolder,
): Promise<string[]> {
  const rows = await reader.query<{ scope: string }>(
    'SELECT scope FROM service_scopes WHERE service = $1 AND holder_kind = $2 AND holder = $3 ORDER BY scope',
    service,
    kind,
    name,
  )
  return rows.map(({ scope }) => scope)
}

/** Who has which scope of a service. */
export async function findScopeHolders(reader: Reader, service: string): Promise<ServiceScopeRow[]> {
  return reader.query<ServiceScopeRow>(
    `SELECT service, holder_kind, holder, scope, given_at FROM service_scopes WHERE service = $1
      ORDER BY scope, holder_kind, holder LIMIT 1000`,
    service,
  )
}

/** Whether there is a user type of this name. It is written by accounts. */
export async function hasUserType(reader: Reader, name: string): Promise<boolean> {
  return (await reader.query('SELECT 1 AS found FROM user_types WHERE name = $1', name)).length === 1
}
