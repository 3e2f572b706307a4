import type { Reader, Transaction } from '../../database/database.ts'
import type { SealedRow } from '../../secrets/resealing.ts'
import type { Authentication, Settings } from './settings.ts'

export interface ProviderRow extends Settings {
  /** In the address that the provider leads back to. */
  readonly key: string
  readonly secretSealed: string | null
  readonly createdAt: number
  readonly disabledAt: number | null
  /** Another one after every change. */
  readonly version: number
}

/** As the table holds it: lists in one column each. */
interface Stored {
  readonly key: string
  readonly name: string
  readonly issuer: string
  readonly client_id: string
  readonly authentication: Authentication
  readonly secret_sealed: string | null
  readonly team_id: string | null
  readonly key_id: string | null
  readonly scopes: string
  readonly response_mode: Settings['responseMode']
  readonly user_type: string | null
  readonly email_domains: string
  readonly username_claim: string | null
  readonly display_name_claim: string | null
  readonly factor_amr: string
  readonly factor_acr: string
  readonly created_at: number
  readonly disabled_at: number | null
  readonly version: number
}

const texts = (column: string) => (column === '' ? [] : column.split(' '))

function read(row: Stored): ProviderRow {
  return {
    ...{ key: row.key, name: row.name, issuer: row.issuer, clientId: row.client_id },
    ...{ authentication: row.authentication, secretSealed: row.secret_sealed },
    ...{ teamId: row.team_id, keyId: row.key_id, scopes: texts(row.scopes), responseMode: row.response_mode },
    ...{ userType: row.user_type, emailDomains: texts(row.email_domains) },
    ...{ usernameClaim: row.username_claim, displayNameClaim: row.display_name_claim },
    ...{ factorAmr: texts(row.factor_amr), factorAcr: texts(row.factor_acr) },
    ...{ createdAt: row.created_at, disabledAt: row.disabled_at, version: row.version },
  }
}

/** The columns that a change may write, in the order of the statements below. */
const settingsOf = (row: ProviderRow) => [
  ...[row.name, row.issuer, row.clientId, row.authentication, row.secretSealed, row.teamId, row.keyId],
  ...[row.scopes.join(' '), row.responseMode, row.userType, row.emailDomains.join(' ')],
  ...[row.usernameClaim, row.displayNameClaim, row.factorAmr.join(' '), row.factorAcr.join(' ')],
  ...[row.disabledAt, row.version],
]

/** @throws a unique violation for a key or an issuer that another provider has */
export async function insertProvider(tx: Transaction, row: ProviderRow): Promise<void> {
  await tx.query(
    `INSERT INTO providers (key, name, issuer, client_id, authentication, secret_sealed, team_id, key_id, scopes, response_mode,
       user_type, email_domains, username_claim, display_name_claim, factor_amr, factor_acr, disabled_at, version, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
    row.key,
    ...settingsOf(row),
    row.createdAt,
  )
}

/** @throws a unique violation for an issuer that another provider has */
export async function updateProvider(tx: Transaction, row: ProviderRow): Promise<void> {
  await tx.query(
    `UPDATE providers SET name = $2, issuer = $3, client_id = $4, authentication = $5, secret_sealed = $6, team_id = $7,
       key_id = $8, scopes = $9, response_mode = $10, user_type = $11, email_domains = $12, username_claim = $13,
       display_name_claim = $14, factor_amr = $15, factor_acr = $16, disabled_at = $17, version = $18 WHERE key = $1`,
    row.key,
    ...settingsOf(row),
  )
}

/** Every provider by its key. There are few. */
export async function findProviders(reader: Reader): Promise<ProviderRow[]> {
  return (await reader.query<Stored>('SELECT * FROM providers ORDER BY key')).map(read)
}

export async function findProvider(reader: Reader, key: string): Promise<ProviderRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM providers WHERE key = $1', key)
  return row && read(row)
}

/** A provider, locked until the transaction ends. */
export async function holdProvider(tx: Transaction, key: string): Promise<ProviderRow | undefined> {
  const [row] = await tx.query<Stored>('UPDATE providers SET name = name WHERE key = $1 RETURNING *', key)
  return row && read(row)
}

export async function deleteProvider(tx: Transaction, key: string): Promise<void> {
  await tx.query('DELETE FROM providers WHERE key = $1', key)
}

/** The secrets that are sealed, by the keys of their providers. */
export async function findSealedSecrets(reader: Reader, after: string, most: number): Promise<SealedRow[]> {
  return reader.query<SealedRow>(
    `SELECT key AS id, secret_sealed AS sealed FROM providers WHERE key > $1 AND secret_sealed IS NOT NULL
      ORDER BY key LIMIT $2`,
    after,
    most,
  )
}

export async function replaceSealedSecret(
  tx: Transaction,
  { id, sealed: before }: SealedRow,
  sealed: string,
): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE providers SET secret_sealed = $3 WHERE key = $1 AND secret_sealed = $2 RETURNING key',
    id,
    before,
    sealed,
  )
  return rows.length === 1
}
