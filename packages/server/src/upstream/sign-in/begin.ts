import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Caller } from '../../identity.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import type { UpstreamGround } from '../ground.ts'
import { findProvider, type ProviderRow } from '../providers/store.ts'
import { flowSecrets } from './flow-secrets.ts'
import { unavailable } from './refused.ts'
import { insertBegun } from './store.ts'

/** So long may somebody be at the provider. */
const lifeMs = 10 * 60_000

export interface Beginning {
  readonly key: string
  /** Where the person is led in the end: a path of this server. */
  readonly next: string
  /** Whether the provider has to ask again who the person is. */
  readonly isFresh: boolean
  /** The secret of the browser, if it has one. */
  readonly browser: string | undefined
}

/** Where the browser goes, and the secret that it keeps meanwhile. */
export interface Begun {
  readonly location: string
  readonly browser: string
}

/**
 * Begin a sign-in at a provider.
 * @throws {Refusal} `provider_not_found`, also for one that is disabled; `provider_unavailable`, `too_many_requests`
 */
export async function beginSignIn(
  ground: UpstreamGround,
  beginning: Beginning,
  client: ClientInfo,
): Promise<Begun> {
  return begin(ground, beginning, async (tx) => {
    await ground.people.admit(tx, client, 'user.sign_in')
    return null
  })
}

/**
 * Begin to link an identity to the account of the caller, who has signed in just now.
 * @throws {Refusal} `provider_not_found`, `provider_unavailable`, `insufficient_user_authentication`, `kind_not_allowed`
 */
export async function beginLinking(
  ground: UpstreamGround,
  caller: Caller,
  beginning: Omit<Beginning, 'isFresh'>,
): Promise<Begun> {
  return begin(ground, { ...beginning, isFresh: false }, (tx) => ground.people.requireLinking(tx, caller))
}

async function begin(
  ground: UpstreamGround,
  { key, next, isFresh, browser: sent }: Beginning,
  admit: (tx: Transaction) => Promise<string | null>,
): Promise<Begun> {
  const { db, world, discovery } = ground
  const provider = await findProvider(db, key)
  if (!provider || provider.disabledAt !== null) throw new Refusal('provider_not_found', 'no such provider')
  const metadata = await discovery.metadataOf(provider.issuer)
  if ('fault' in metadata) throw unavailable(key, metadata.fault)
  // Several tabs of one browser have one secret, and each a state of its own.
  const browser = sent ?? newSecret('flow', world)
  const state = newSecret('state', world)
  const now = world.now()
  await db.transaction(async (tx) => {
    await insertBegun(tx, {
      ...{ state_hash: hashSecret(state), provider: key, browser_hash: hashSecret(browser), next },
      ...{ is_fresh: Number(isFresh), link_session: await admit(tx), created_at: now },
      expires_at: now + lifeMs,
    })
  })
  const location = requestAt(metadata.authorizationEndpoint, ground, provider, { browser, state, isFresh })
  return { location, browser }
}

/** The authentication request (OpenID Connect Core section 3.1.2.1). */
function requestAt(
  endpoint: string,
  { issuer }: UpstreamGround,
  provider: ProviderRow,
  { browser, state, isFresh }: { browser: string; state: string; isFresh: boolean },
): string {
  const { challenge, nonce } = flowSecrets(browser, state)
  const url = new URL(endpoint)
  const parameters = {
    ...{ response_type: 'code', client_id: provider.clientId, scope: provider.scopes.join(' ') },
    ...{ redirect_uri: redirectUri(issuer, provider.key), state, nonce },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    ...(provider.responseMode !== 'query' && { response_mode: provider.responseMode }),
    ...(provider.factorAcr.length > 0 && { acr_values: provider.factorAcr.join(' ') }),
    // With max_age the provider has to say when the person has proven who they are.
    ...(isFresh && { prompt: 'login', max_age: '0' }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** Each provider leads back to an address of its own, so that no other one can answer in its place (RFC 9700 section 4.4.2.1). */
export function redirectUri(issuer: string, key: string): string {
  return `${issuer}/sign-in/back/${key}`
}
