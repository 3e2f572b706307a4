import type { App } from '../src/app.ts'
import { type ApplicationRow, insertApplication, insertSecret } from '../src/applications/store.ts'
import { assertionType } from '../src/oauth/clients/presented.ts'
import { newIdentifier } from '../src/secrets/identifiers.ts'
import { hashSecret, newSecret } from '../src/secrets/secrets.ts'
import { type TestApp, testIssuer } from './app.ts'
import { type Signer, signedBy } from './partner.ts'
import type { ClientKey } from './proofs.ts'

/** An application as it stands in the table, for tests of what is built upon it. */
export interface TestApplication {
  readonly id: string
  readonly secret: string
  readonly secretId: string
}

/** Put an application into the table, with a secret if it has any. */
export async function placeApplication(
  { app: { db, world } }: { readonly app: Pick<App, 'db' | 'world'> },
  more: Partial<ApplicationRow> = {},
): Promise<TestApplication> {
  const id = newIdentifier('cli', world)
  const row: ApplicationRow = {
    ...{ id, name: `application ${id.slice(-6)}`, type: 'web', authentication: 'secret' },
    ...{ jwks: null, jwks_uri: null, redirect_uris: ['https://app.example/callback'], logout_uris: [] },
    ...{ backchannel_logout_uri: null, backchannel_logout_session_required: true },
    ...{ frontchannel_logout_uri: null, frontchannel_logout_session_required: true },
    ...{ grants: ['authorization_code'], scopes: ['openid'] },
    ...{ is_first_party: false, requires_pkce: true, requires_push: false, requires_dpop: false },
    ...{ subject_type: 'public', subject_salt: '', home_uri: null, policy_uri: null },
    ...{
      made_by: 'administrator',
      registration_hash: null,
      likeness: null,
      created_at: world.now(),
      disabled_at: null,
    },
    ...{ last_used_at: null, version: 1 },
    ...more,
  }
  const placed = { id: row.id, secret: newSecret('client', world), secretId: newIdentifier('sec', world) }
  await db.transaction(async (tx) => {
    await insertApplication(tx, row)
    if (row.authentication === 'secret') await placeSecret(tx, placed, world.now())
  })
  return placed
}

type Transaction = Parameters<typeof insertSecret>[0]

/** Put a secret of an application into the table. */
export async function placeSecret(
  tx: Transaction,
  { id: application, secret, secretId: id }: TestApplication,
  now: number,
  endsAt: number | null = null,
): Promise<void> {
  const hash = hashSecret(secret)
  await insertSecret(tx, {
    ...{ id, application, hash, created_at: now },
    ...{ ends_at: endsAt, last_used_at: null },
  })
}

/** An assertion by which an application authenticates itself; undefined removes a member. */
export function clientAssertion(
  { world }: Pick<TestApp, 'world'>,
  client: string,
  key: ClientKey,
  {
    claims = {},
    header = {},
    signer = signedBy(key),
  }: { claims?: object; header?: object; signer?: Signer } = {},
): string {
  const now = Math.floor(world.now() / 1000)
  const said = {
    iss: client,
    sub: client,
    aud: testIssuer,
    iat: now,
    exp: now + 60,
    jti: crypto.randomUUID(),
  }
  const input = [
    { alg: key.algorithm, ...header },
    { ...said, ...claims },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${input}.${signer(input)}`
}

/** The fields of a form that carry it. */
export const asserted = (assertion: string) => ({
  client_assertion_type: assertionType,
  client_assertion: assertion,
})
