import type { Caller } from '../identity.ts'
import type { UpstreamGround } from './ground.ts'
import { findProviders } from './providers/store.ts'

/** A provider, and the address at which it signs a browser out. */
export interface SignedInAt {
  readonly key: string
  readonly name: string
  readonly sign_out_url: string | null
}

/**
 * Where the session of the caller began. Signing out there is a step of its own that the person takes: it ends what they do elsewhere as
 * well (OpenID Connect RP-Initiated Logout 1.0). No ID token is kept that could be a hint, so the provider may ask.
 */
export async function signOutThere(
  { db, issuer, discovery, people }: UpstreamGround,
  { identity }: Caller,
): Promise<SignedInAt | undefined> {
  const of = identity.sessionId === undefined ? undefined : await people.issuerOf(db, identity.sessionId)
  const provider = of === undefined ? undefined : (await findProviders(db)).find((one) => one.issuer === of)
  if (!provider) return undefined
  const metadata = await discovery.metadataOf(provider.issuer)
  const endpoint = 'fault' in metadata ? undefined : metadata.endSessionEndpoint
  const { key, name, clientId } = provider
  if (endpoint === undefined) return { key, name, sign_out_url: null }
  const url = new URL(endpoint)
  url.searchParams.set('client_id', clientId)
  url.searchParams.set('post_logout_redirect_uri', `${issuer}/sign-in`)
  return { key, name, sign_out_url: url.href }
}
