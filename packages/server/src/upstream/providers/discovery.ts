import { type Algorithm, type Jwks, type KeySet, keySet } from 'latchkey/token'
import type { EventReason } from '../../activity/schema/reasons.ts'
import { addressBelow } from '../../addresses/below.ts'
import { parseJson } from '../../json.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import { remember } from '../../remember.ts'
import type { World } from '../../world.ts'

/** What a provider says of itself (OpenID Connect Discovery section 3), as far as it is used. */
export interface Metadata {
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly jwksUri: string
  readonly userinfoEndpoint: string | undefined
  readonly endSessionEndpoint: string | undefined
  /** Of those that it signs ID tokens by, the ones that are taken here. */
  readonly algorithms: readonly Algorithm[]
  /** Whether every response names the issuer (RFC 9207). */
  readonly namesIssuer: boolean
}

/** Why nothing came, as a code for the log. */
export interface Unavailable {
  readonly fault: EventReason
}

/** The documents of providers, each kept for a while by this process. */
export interface Discovery {
  metadataOf(issuer: string): Promise<Metadata | Unavailable>
  /** @param again Read it again, though it is not old: a key was not in it. Not more often than every thirty seconds. */
  keysOf(jwksUri: string, algorithms: readonly Algorithm[], again?: boolean): Promise<KeySet | Unavailable>
}

/** A document is read again behind it. */
const freshMs = 600_000
/** Between two reads of one document, whoever asks for what. */
const cooldownMs = 30_000
/** So long a document is used past its life while it cannot be read. */
const staleIfErrorMs = 3_600_000
/** Two documents of each provider, and those of providers that were removed. */
const mostDocuments = 200

/** ID tokens are signed by the provider alone: no algorithm whose key two sides hold. */
const taken: readonly Algorithm[] = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
]

interface Held {
  document: unknown
  readAt: number | undefined
  triedAt: number
  fault: EventReason
  reading: Promise<void> | undefined
}

interface DiscoveryGround {
  readonly world: World
  readonly outbound: Outbound
}

export function createDiscovery({ world, outbound }: DiscoveryGround): Discovery {
  const documents = new Map<string, Held>()

  async function documentAt(
    url: string,
    again: boolean,
  ): Promise<{ readonly document: unknown } | Unavailable> {
    const held: Held = documents.get(url) ?? {
      ...{ document: undefined, readAt: undefined, reading: undefined },
      ...{ triedAt: Number.NEGATIVE_INFINITY, fault: 'never_read' },
    }
    const now = world.now()
    const isFresh = held.readAt !== undefined && now - held.readAt < freshMs
    if (!isFresh || again) {
      if (!held.reading && now - held.triedAt >= cooldownMs) {
        held.triedAt = now
        held.reading = read({ world, outbound }, url, held).finally(() => {
          held.reading = undefined
        })
        remember(documents, url, held, mostDocuments)
      }
      await held.reading
    }
    const isUsable = held.readAt !== undefined && world.now() - held.readAt < freshMs + staleIfErrorMs
    return isUsable ? { document: held.document } : { fault: held.fault }
  }

  return {
    async metadataOf(issuer) {
      const found = await documentAt(addressBelow(issuer, '.well-known/openid-configuration'), false)
      return 'fault' in found ? found : metadataIn(found.document, issuer, outbound)
    },
    async keysOf(jwksUri, algorithms, again = false) {
      const found = await documentAt(jwksUri, again)
      if ('fault' in found) return found
      try {
        return keySet(found.document as Jwks, { algorithms }) // which looks at all of it
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
        return { fault: 'not_a_key_set' }
      }
    },
  }
}

/** Read a document into what is held of it. What is held stays if that fails. */
async function read({ world, outbound }: DiscoveryGround, url: string, held: Held): Promise<void> {
  const answer = await outbound.get(url)
  if (answer.kind === 'failed') {
    held.fault = answer.fault
    return
  }
  try {
    held.document = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(answer.body), 'the document')
    held.readAt = world.now()
  } catch {
    held.fault = 'not_json'
  }
}

/** Every address that it names is one that this server may ask; so is the one that browsers are sent to. */
function metadataIn(
  document: unknown,
  issuer: string,
  outbound: Pick<Outbound, 'allows'>,
): Metadata | Unavailable {
  if (typeof document !== 'object' || document === null) return { fault: 'not_json' }
  const said = document as Readonly<Record<string, unknown>>
  // Whoever answers in the name of another provider is not it (section 4.3).
  if (said.issuer !== issuer) return { fault: 'issuer_mismatch' }
  const urlIn = (member: string) => {
    const url = said[member]
    return typeof url === 'string' && url.length <= 2_000 && outbound.allows(url) ? url : undefined
  }
  const [authorizationEndpoint, tokenEndpoint, jwksUri] = [
    ...[urlIn('authorization_endpoint'), urlIn('token_endpoint'), urlIn('jwks_uri')],
  ]
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined || jwksUri === undefined) {
    return { fault: 'endpoint_missing' }
  }
  const named = said.id_token_signing_alg_values_supported
  const algorithms = Array.isArray(named) ? taken.filter((one) => named.includes(one)) : (['RS256'] as const)
  if (algorithms.length === 0) return { fault: 'no_algorithm' }
  return {
    ...{ authorizationEndpoint, tokenEndpoint, jwksUri, algorithms },
    userinfoEndpoint: urlIn('userinfo_endpoint'),
    endSessionEndpoint: urlIn('end_session_endpoint'),
    namesIssuer: said.authorization_response_iss_parameter_supported === true,
  }
}
