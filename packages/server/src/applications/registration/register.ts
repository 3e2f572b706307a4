import { createHash, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { application as target } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import { operator } from '../../identity.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { differences, isNarrowed } from '../differences.ts'
import { applied, newRow } from '../facts.ts'
import { checked } from '../rules.ts'
import { insertFirstSecret } from '../secrets.ts'
import {
  type ApplicationRow,
  countRegistered,
  deleteApplication,
  deleteSecretsOf,
  findApplication,
  holdApplication,
  insertApplication,
  updateApplication,
} from '../store.ts'
import { deleteWorkloadsOf } from '../workloads/store.ts'
import type { RegistrationGround } from './ground.ts'
import { type ClientMetadata, describedBy, likenessOf, wrong, wrongRedirect } from './metadata.ts'

/** So many have registered by themselves at most: the table does not grow without end, whatever the limits of addresses. */
const mostRegistered = 20_000

export interface Registered {
  readonly application: ApplicationRow
  /** Shown this once. */
  readonly secret: string | undefined
  /** What changes the registration (RFC 7592), shown this once. */
  readonly registrationToken: string
}

/**
 * Register an application that describes itself (RFC 7591).
 * @throws {Refusal} `not_found` where that is off, `registration_token_invalid` without an initial access token, `too_many_requests`,
 * `client_metadata_invalid`, `redirect_uri_invalid`
 */
export async function registerItself(
  ground: RegistrationGround,
  metadata: ClientMetadata,
  { token, client }: { readonly token: string | undefined; readonly client: ClientInfo },
): Promise<Registered> {
  const { db, world, activity, rules } = ground
  await requireAllowed(ground, token)
  const given = describedBy(metadata, rules.scopes)
  const registrationToken = newSecret('registration', world)
  const row = inWordsOfRegistration(() =>
    newRow(ground, given, {
      ...{ made_by: 'registration', registration_hash: hashSecret(registrationToken) },
      likeness: likenessOf(given),
    }),
  )
  return db.transaction(async (tx) => {
    await ground.admit(tx, client)
    if ((await countRegistered(tx)) >= mostRegistered) {
      throw new Refusal('too_many_requests', 'too many applications have registered here', {
        reason: 'registrations_exhausted',
      })
    }
    await insertApplication(tx, row)
    const secret = row.authentication === 'secret' ? await insertFirstSecret(ground, tx, row.id) : undefined
    const details = { type: row.type, scopes: row.scopes.join(' '), made_by: row.made_by }
    await activity.record(tx, { clientId: row.id, client }, 'application.create', target(row.id), { details })
    return { application: row, secret, registrationToken }
  })
}

/** @throws {Refusal} `not_found`, `registration_token_invalid` */
async function requireAllowed({ rules }: RegistrationGround, token: string | undefined): Promise<void> {
  if (rules.registration === 'off') throw new Refusal('not_found', 'nobody registers by themselves here')
  if (rules.registration === 'open') return
  if (token === undefined)
    throw new Refusal('registration_token_invalid', 'send an initial access token as Authorization: Bearer')
  const text = rules.tokenFile === undefined ? '' : await readFile(rules.tokenFile, 'utf8')
  const known = text.split(/\r?\n/).map((line) => line.trim())
  const isRight = known.filter((one) => one !== '' && timingSafeEqual(digest(one), digest(token))).length > 0
  if (!isRight) {
    throw new Refusal('registration_token_invalid', 'this is no initial access token', {
      ...{ reason: 'initial_token_wrong', refused: { event: 'application.create' } },
    })
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * The application whose registration a token changes.
 * @throws {Refusal} `registration_token_invalid`, the same for one that was removed and for another token
 */
export async function registeredBy(
  { db }: Pick<RegistrationGround, 'db'>,
  id: string,
  token: string | undefined,
): Promise<ApplicationRow> {
  if (token === undefined) {
    throw new Refusal(
      'registration_token_invalid',
      'send the registration access token as Authorization: Bearer',
    )
  }
  const row = await findApplication(db, id)
  return requireToken(row, token)
}

function requireToken(row: ApplicationRow | undefined, token: string): ApplicationRow {
  // A hash is compared: what it takes tells nothing of the token.
  const isRight = row?.made_by === 'registration' && row.registration_hash === hashSecret(token)
  if (isRight && row.disabled_at === null) return row
  throw new Refusal('registration_token_invalid', 'this is no registration access token of this client', {
    reason: isRight ? 'client_disabled' : 'registration_token_wrong',
    refused: { event: 'application.change', clientId: row?.id },
  })
}

/**
 * Change a registration (RFC 7592 section 2.2): what is not said any more is as if it had never been.
 * @throws {Refusal} `registration_token_invalid`, `client_metadata_invalid`, `redirect_uri_invalid`
 */
export async function changeRegistration(
  ground: RegistrationGround,
  id: string,
  token: string | undefined,
  { metadata, client }: { readonly metadata: ClientMetadata; readonly client: ClientInfo },
): Promise<ApplicationRow> {
  const { db, activity, rules } = ground
  const known = await registeredBy(ground, id, token)
  if (metadata.client_id !== undefined && metadata.client_id !== id) throw wrong('the client_id stays')
  const given = describedBy(metadata, rules.scopes)
  if (given.type !== known.type) throw wrong('the kind of application stays: register another one')
  return db.transaction(async (tx) => {
    const before = requireToken(await holdApplication(tx, id), token ?? '')
    const after = inWordsOfRegistration(() =>
      checked(ground, {
        ...applied({ ...given, jwks: given.jwks ?? null, jwksUri: given.jwksUri ?? null }, before),
      }),
    )
    const details = differences(before, after)
    if (Object.keys(details).length === 0) return before
    const row = { ...after, likeness: likenessOf(given), version: before.version + 1 }
    await updateApplication(tx, row)
    if (row.authentication !== 'secret') await deleteSecretsOf(tx, id)
    if (isNarrowed(before, row)) {
      await ground.endGrants(tx, operator, id, 'application_narrowed')
    }
    await activity.record(tx, { clientId: id, client }, 'application.change', target(id), { details })
    return row
  })
}

/** Remove a registration (RFC 7592 section 2.3), and what came of it. @throws {Refusal} `registration_token_invalid` */
export async function removeRegistration(
  ground: RegistrationGround,
  id: string,
  token: string | undefined,
  client: ClientInfo,
): Promise<void> {
  const { db, activity, endGrants } = ground
  await registeredBy(ground, id, token)
  await db.transaction(async (tx) => {
    const { name } = requireToken(await holdApplication(tx, id), token ?? '')
    await endGrants(tx, operator, id, 'application_removed')
    await deleteWorkloadsOf(tx, id)
    await deleteApplication(tx, id)
    await activity.record(tx, { clientId: id, client }, 'application.remove', target(id), {
      details: { name },
    })
  })
}

/** What the rules of all applications refuse, as RFC 7591 section 3.2.2 says it. */
function inWordsOfRegistration<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'request_invalid') throw error
    const { field = '' } = error.faults[0] ?? {}
    throw field.startsWith('/redirect_uris') ? wrongRedirect(error.message) : wrong(error.message)
  }
}
