import { apiKeyPrefix, decodeUnverified } from 'latchkey/token'
import { apiKey } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { Actor, Caller, Operator } from '../identity.ts'
import { isForKeys } from '../permissions.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { requireVisible } from '../text.ts'
import type { Grant } from '../tokens/grant.ts'
import type { TokenProfile } from '../tokens/profiles/profile.ts'
import type { ServiceTarget } from '../tokens/target.ts'
import type { ApiKeysGround, KeyOwner } from './ground.ts'
import { type Standing, standingOf, toHaveKeys } from './standing.ts'
import { type ApiKeyRow, countApiKeys, insertApiKey } from './store.ts'

const dayMs = 86_400_000
const usualLifeMs = 90 * dayMs
const longestLifeMs = 366 * dayMs
/** Programs that are not told of revocations take a token until it ends, as those of sessions. */
const longestUnfollowedMs = dayMs
const shortestLifeMs = 60_000
/** A person has so many that may be used. */
export const mostLiveKeys = 50
/** A revocation is remembered by every verifier for as long as its key would have lived: so many of one person. */
const mostRemembered = 200
export const longestKeyName = 100

export interface NewApiKey {
  readonly name: string
  readonly scopes: readonly string[]
  /** The audience of the service that it is for; this server if not given. */
  readonly audience?: string | undefined
  /** In 90 days if not given, or within a day where nobody could call the key back. */
  readonly endsAtMs?: number | undefined
}

/** A key with its text, which is shown this once. */
export interface MadeApiKey {
  readonly row: ApiKeyRow
  readonly key: string
}

/**
 * Make a key for oneself, by a fresh sign-in: it lives longer than the session, and says no more than its owner may do.
 * @throws {Refusal} `permission_missing`, `kind_not_allowed`, `insufficient_user_authentication`, `resource_unknown`,
 * `scope_invalid`, `profile_unsafe`, `key_limit_reached`, `request_invalid`
 */
export async function createOwnKey(
  ground: ApiKeysGround,
  caller: Caller,
  given: NewApiKey,
): Promise<MadeApiKey> {
  const { owners } = ground.governed()
  return create(ground, caller, caller.identity.subject, given, (tx) =>
    owners.holdFreshSignIn(tx, caller, ground.world.now()),
  )
}

/** Make a key for somebody, who has to be able to have one. @throws {Refusal} as {@link createOwnKey}; `account_disabled` */
export async function createKeyFor(
  ground: ApiKeysGround,
  by: Operator,
  owner: string,
  given: NewApiKey,
): Promise<MadeApiKey> {
  return create(ground, by, owner, given, async () => {})
}

async function create(
  ground: ApiKeysGround,
  actor: Actor,
  ownerId: string,
  given: NewApiKey,
  authorize: (tx: Transaction) => Promise<void>,
): Promise<MadeApiKey> {
  const { db, world, activity, audience, governed } = ground
  requireVisible('name', given.name, longestKeyName)
  const { owners, services } = governed()
  const target = await services.findTarget(given.audience)
  const asked = endOf(world.now(), given.endsAtMs, target?.profile)
  return db.transaction(async (tx) => {
    const owner = await owners.hold(tx, ownerId)
    if (!owner) throw new Refusal('user_not_found', 'no such user')
    if (!owner.isEnabled) throw new Refusal('account_disabled', 'this account is disabled; enable it first')
    await authorize(tx)
    await requireRoom(tx, ownerId, world.now())
    if (target) await services.hold(tx, target.service)
    const about = {
      ...{ owner: ownerId, name: given.name, user_type: owner.userType },
      ...{ scopes: scopesIn(given.scopes, target), audience: target?.audience ?? audience },
      ...{ service: target?.service ?? null, signer: target?.profile.signing.key ?? ('issuer' as const) },
      kid: target?.keyId ?? '',
    }
    const until = requireHeld(await standingOf(ground, tx, about, owner))
    const endsAt = Math.min(asked, until ?? asked)
    requireFuture(endsAt, world.now())
    const id = newIdentifier('key', world)
    const { token, kid } = await sign(ground, tx, { id, endsAt, about, owner }, target)
    if (about.signer === 'issuer' && !(await ground.ring.hold(tx, kid))) throw signerEnded()
    const row: ApiKeyRow = {
      ...{ id, ...about, kid, created_at: world.now(), ends_at: endsAt, look_at: until },
      ...{ last_used_at: null, last_address: null, last_region: null, last_user_agent: null },
      ...{ revoked_at: null, revoked_by: null, revoke_reason: null },
    }
    await insertApiKey(tx, row)
    const details = { owner: ownerId, scopes: row.scopes.join(' '), audience: row.audience, ends_at: endsAt }
    await activity.record(tx, actor, 'api_key.create', apiKey(id), { details })
    return { row, key: apiKeyPrefix + token }
  })
}

/** When a key ends, before it is known what its owner may do. */
function endOf(now: number, given: number | undefined, profile: TokenProfile | undefined): number {
  const isFollowed = profile === undefined || profile.name === 'plain'
  if (profile?.form === 'nats') {
    throw new Refusal(
      'profile_unsafe',
      'the tokens of NATS name no key of this server, so nobody could revoke one',
    )
  }
  const longest = isFollowed ? longestLifeMs : longestUnfollowedMs
  const end = given ?? now + Math.min(usualLifeMs, longest)
  if (end > now + longest) {
    throw invalid(
      isFollowed
        ? 'is 366 days from now at most'
        : 'is a day from now at most: the program of this service is not told of revocations',
    )
  }
  requireFuture(end, now)
  return end
}

function requireFuture(endsAt: number, now: number): void {
  if (endsAt < now + shortestLifeMs) throw invalid('is a minute from now at least')
}

function invalid(reason: string): Refusal {
  return new Refusal('request_invalid', `the end ${reason}`, { faults: [{ field: '/expires_at', reason }] })
}

async function requireRoom(tx: Transaction, owner: string, now: number): Promise<void> {
  const { live, remembered } = await countApiKeys(tx, owner, now)
  if (live >= mostLiveKeys) {
    throw new Refusal('key_limit_reached', `a person has ${mostLiveKeys} API keys; revoke one first`)
  }
  if (remembered >= mostRemembered) {
    throw new Refusal(
      'key_limit_reached',
      `${mostRemembered} keys of yours are not over yet, of which some were revoked; wait until one is`,
    )
  }
}

/** The scopes of a key, each once. Only a service that knows no scopes is given none. */
function scopesIn(asked: readonly string[], target: ServiceTarget | undefined): readonly string[] {
  const scopes = [...new Set(asked)].sort()
  if (target === undefined && scopes.length === 0) {
    throw new Refusal('scope_invalid', 'a key for this server has one scope at least')
  }
  const never = target ? undefined : scopes.find((scope) => !isForKeys(scope))
  if (never === undefined) return scopes
  throw new Refusal('scope_invalid', `no API key has the scope ${never}`, { reason: 'never_in_keys' })
}

/** The end of what the key rests on; null for none. @throws {Refusal} in the words of who asks for a key */
function requireHeld(standing: Standing): number | null {
  if (standing.kind === 'held') return standing.until
  const { reason, scope } = standing
  if (scope === toHaveKeys) {
    throw new Refusal('permission_missing', `this needs the permission ${scope}`, { missing: scope })
  }
  if (scope !== undefined) {
    throw new Refusal('scope_invalid', 'one of these scopes may not be asked for', { reason: 'not_held' })
  }
  if (reason === 'service_ended') {
    throw new Refusal('resource_unknown', 'there is no service with this audience', { reason })
  }
  throw signerEnded()
}

function signerEnded(): Refusal {
  return new Refusal('precondition_failed', 'the keys that sign have changed meanwhile; ask again')
}

interface ToSign {
  readonly id: string
  readonly endsAt: number
  readonly about: Pick<ApiKeyRow, 'owner' | 'scopes' | 'user_type'>
  readonly owner: KeyOwner
}

/** The token. It says nothing of how its owner signed in: whoever presents it has not done so. */
async function sign(
  { issue }: ApiKeysGround,
  tx: Transaction,
  { id, endsAt, about, owner }: ToSign,
  target: ServiceTarget | undefined,
): Promise<{ readonly token: string; readonly kid: string }> {
  const { scopes } = about
  const grant: Grant = {
    ...{ subject: about.owner, kind: 'api_key', username: owner.username, userType: about.user_type },
    ...{ clientId: id, tokenId: id, scopes, livesUntilMs: endsAt },
  }
  const { token, without } = await issue(grant, target, tx)
  // A token that would be too long loses its scopes, and with them what a key is for.
  if (without.length > 0) {
    throw new Refusal('scope_invalid', 'the key would be too long with so many scopes', {
      reason: 'token_too_long',
    })
  }
  return { token, kid: String(decodeUnverified(token).header.kid) }
}
