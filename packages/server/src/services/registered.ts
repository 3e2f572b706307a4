import { service } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import { unlessTaken } from '../database/violation.ts'
import { Refusal } from '../errors.ts'
import type { IfVersions } from '../http/if-match.ts'
import type { Actor } from '../identity.ts'
import { authorizeOver, listed, type Permission } from '../permissions.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { hashSecret, newSecret } from '../secrets/secrets.ts'
import { requireVisible } from '../text.ts'
import { type ProfileChoice, profileOf, requireVerifiable } from '../tokens/profiles/choice.ts'
import type { KeyAlgorithm } from '../tokens/profiles/profile.ts'
import { wholeText } from '../whole-text.ts'
import { endTokensFor } from './end-tokens.ts'
import type { ServicesGround } from './ground.ts'
import { heldService, notFound } from './held.ts'
import { type MadeKeys, makeKeys, storeFirstKeys } from './own-keys/own-keys.ts'
import { retireServiceKeys } from './own-keys/store.ts'
import { deleteUnknownScopes } from './scopes/store.ts'
import { requireScopes } from './scopes/words.ts'
import {
  findService,
  insertService,
  disableService as markDisabled,
  replaceServiceSecret,
  type ServiceRow,
  updateService,
} from './store.ts'

export interface NewService {
  readonly name: string
  /** What it is permitted here. */
  readonly scopes: readonly Permission[]
  /** What stands in `aud` of the tokens for it; none for a service that only calls. */
  readonly audience?: string | null | undefined
  readonly knownScopes?: readonly string[] | undefined
  readonly profile?: ProfileChoice | undefined
}

/**
 * Register a service. Its secret is returned this once and cannot be read again.
 * @throws {Refusal} `permission_missing` for scopes that the actor does not hold; `service_exists`, `profile_unsafe`,
 * `request_invalid`
 */
export async function createService(
  ground: ServicesGround,
  actor: Actor,
  { name, scopes, audience = null, knownScopes = [], profile = { name: 'plain' } }: NewService,
): Promise<{ service: ServiceRow; secret: string }> {
  const { db, world, activity } = ground
  authorizeOver(actor, scopes)
  const secret = newSecret('service', world)
  const row = checked(ground, {
    ...{ id: newIdentifier('svc', world), name, secret_hash: hashSecret(secret), scopes: sorted(scopes) },
    ...{ created_at: world.now(), disabled_at: null, version: 1 },
    ...{ audience, known_scopes: sorted(knownScopes), profile, longest_life_seconds: 0 },
    scopes_version: world.now(),
  })
  const algorithm = ownAlgorithmOf(row.profile)
  const keys = algorithm && makeKeys(algorithm, 2)
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        await insertService(tx, row)
        if (keys) await storeFirstKeys(ground, tx, row.id, keys)
        await activity.record(tx, actor, 'service.create', service(row.id))
      }),
    taken,
  )
  return { service: row, secret }
}

/** What is undefined stays. */
export type ServiceChange = { readonly [Name in keyof NewService]?: NewService[Name] | undefined }

/**
 * Change a service. Fewer permissions of its own revoke its tokens; a scope that it knows no longer, or another audience, revokes
 * those that others have for it. `ifVersions`: only if it is as in one of these versions.
 * @throws {Refusal} `service_not_found`, `service_exists`, `permission_missing`, `profile_unsafe`, `precondition_failed`,
 * `request_invalid`
 */
export async function changeService(
  ground: ServicesGround,
  actor: Actor,
  id: string,
  change: ServiceChange,
  ifVersions?: IfVersions,
): Promise<ServiceRow> {
  const { db, activity, revocations, apiKeys } = ground
  const keys = await keysFor(ground, id, change.profile)
  const make = async (tx: Transaction) => {
    const before = await heldService(tx, actor, id)
    if (ifVersions && !ifVersions.includes(before.version)) {
      throw new Refusal('precondition_failed', 'the service has changed meanwhile; read it again')
    }
    const after = checked(ground, {
      ...before,
      name: change.name ?? before.name,
      scopes: change.scopes ? sorted(change.scopes) : before.scopes,
      audience: change.audience === undefined ? before.audience : change.audience,
      known_scopes: change.knownScopes ? sorted(change.knownScopes) : before.known_scopes,
      profile: change.profile ?? before.profile,
    })
    authorizeOver(actor, after.scopes)
    const details = differences(before, after)
    if (Object.keys(details).length === 0) return before
    const row = { ...after, version: before.version + 1 }
    await updateService(tx, row)
    await changeKeys(ground, tx, { before, row, keys })
    // Whoever had a scope that comes back later does not have it again.
    await deleteUnknownScopes(tx, id, row.known_scopes)
    if (
      before.audience !== row.audience ||
      !before.known_scopes.every((scope) => row.known_scopes.includes(scope))
    ) {
      await endTokensFor(ground, tx, before)
    }
    if (before.scopes.some((scope) => !row.scopes.includes(scope)))
      await revocations.revoke(tx, 'subject', id)
    // Nothing calls back what another program than before has taken, so such keys end whatever the program is.
    if ('audience' in details || 'profile' in details) {
      await apiKeys.endAll(tx, actor, { service: id }, 'service_changed')
    } else await apiKeys.look(tx, actor, { service: id })
    await activity.record(tx, actor, 'service.change', service(id), { details })
    return row
  }
  return unlessTaken(() => db.transaction(make), taken)
}

/** The algorithm of a service's own keys; undefined where others sign. */
function ownAlgorithmOf(profile: ProfileChoice): KeyAlgorithm | undefined {
  const { signing } = profileOf(profile)
  return signing.key === 'own' ? signing.algorithm : undefined
}

/** Keys for a profile that asks for others than there are. */
async function keysFor(
  { db }: ServicesGround,
  id: string,
  profile: ProfileChoice | undefined,
): Promise<MadeKeys | undefined> {
  const algorithm = profile && ownAlgorithmOf(profile)
  if (algorithm === undefined) return undefined
  const before = await findService(db, id)
  return before && ownAlgorithmOf(before.profile) !== algorithm ? makeKeys(algorithm, 2) : undefined
}

/** A service whose profile asks for other keys gets them, and those that it had retire. */
async function changeKeys(
  ground: ServicesGround,
  tx: Transaction,
  { before, row, keys }: { before: ServiceRow; row: ServiceRow; keys: MadeKeys | undefined },
): Promise<void> {
  const [old, algorithm] = [ownAlgorithmOf(before.profile), ownAlgorithmOf(row.profile)]
  if (old === algorithm) return
  await retireServiceKeys(tx, row.id, ground.world.now())
  if (algorithm === undefined) return
  if (keys?.algorithm !== algorithm) {
    throw new Refusal('precondition_failed', 'the service has changed meanwhile; read it again')
  }
  await storeFirstKeys(ground, tx, row.id, keys)
}

/** What the log is told of a change: what is as it was is not there. */
function differences(before: ServiceRow, after: ServiceRow): Record<string, string | null> {
  const told = (row: ServiceRow): Record<string, string | null> => ({
    name: row.name,
    scopes: listed(row.scopes),
    audience: row.audience,
    known_scopes: row.known_scopes.join(' '),
    profile: JSON.stringify(row.profile),
  })
  const was = told(before)
  return Object.fromEntries(Object.entries(told(after)).filter(([name, value]) => value !== was[name]))
}

/** Give a service a new secret; the old one ends at once. */
export async function replaceSecret(
  { db, world, activity }: ServicesGround,
  actor: Actor,
  id: string,
): Promise<string> {
  const secret = newSecret('service', world)
  await db.transaction(async (tx) => {
    await heldService(tx, actor, id)
    await replaceServiceSecret(tx, id, hashSecret(secret))
    await activity.record(tx, actor, 'service.replace_secret', service(id))
  })
  return secret
}

/** Turn a service off: no new tokens, neither its own nor for it, and those that there are are revoked. */
export async function disableService(ground: ServicesGround, actor: Actor, id: string): Promise<void> {
  const { db, world, activity, revocations, apiKeys } = ground
  await db.transaction(async (tx) => {
    const row = await heldService(tx, actor, id)
    if (!(await markDisabled(tx, id, world.now()))) throw notFound()
    await revocations.revoke(tx, 'subject', id)
    await endTokensFor(ground, tx, row)
    await apiKeys.look(tx, actor, { service: id })
    await activity.record(tx, actor, 'service.disable', service(id))
  })
}

/** Visible, of one line and without blanks, so that it can be named in a form, a header and a configuration alike. */
export const audienceText = wholeText(/[\x21-\x7e]{1,200}/)

/** @throws {Refusal} `request_invalid`, `profile_unsafe` */
function checked({ audience: ours, ring }: ServicesGround, row: ServiceRow): ServiceRow {
  requireVisible('name', row.name, 100)
  if (row.audience !== null && !audienceText.test(row.audience)) {
    throw invalid('audience', 'must be 1 to 200 visible characters of ASCII, without blanks')
  }
  if (row.audience === ours) throw invalid('audience', 'is that of this server itself')
  requireScopes('known_scopes', row.known_scopes)
  const tokens = profileOf(row.profile)
  requireVerifiable(tokens, ring.algorithm)
  const { lifeSeconds } = tokens
  return { ...row, longest_life_seconds: Math.max(row.longest_life_seconds, lifeSeconds ?? 0) }
}

function invalid(field: string, reason: string): Refusal {
  return new Refusal('request_invalid', `the ${field} ${reason}`, {
    faults: [{ field: `/${field}`, reason }],
  })
}

function sorted<Name extends string>(names: readonly Name[]): readonly Name[] {
  return [...new Set(names)].sort()
}

const taken = () => new Refusal('service_exists', 'a service of this name or with this audience exists')
