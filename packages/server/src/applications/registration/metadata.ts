import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { isVisible } from '../../text.ts'
import { wholeText } from '../../whole-text.ts'
import type { ApplicationFacts, NewApplication } from '../facts.ts'
import { longestAddress, mostAddresses } from '../redirects.ts'
import type { ApplicationRow } from '../store.ts'

const address = v.pipe(v.string(), v.maxLength(2 * longestAddress))
const addresses = v.optional(v.pipe(v.array(address), v.maxLength(2 * mostAddresses)))
const words = v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(50)))

/** What a client says of itself (RFC 7591 section 2, OpenID Connect Registration section 2). What is not here is not looked at. */
export const clientMetadata = v.object({
  client_id: v.optional(address),
  client_secret: v.optional(v.unknown()),
  redirect_uris: addresses,
  post_logout_redirect_uris: addresses,
  backchannel_logout_uri: v.optional(address),
  backchannel_logout_session_required: v.optional(v.boolean()),
  frontchannel_logout_uri: v.optional(address),
  frontchannel_logout_session_required: v.optional(v.boolean()),
  token_endpoint_auth_method: v.optional(v.pipe(v.string(), v.maxLength(100))),
  application_type: v.optional(v.pipe(v.string(), v.maxLength(20))),
  grant_types: words,
  response_types: words,
  client_name: v.optional(v.pipe(v.string(), v.maxLength(1000))),
  client_uri: v.optional(address),
  policy_uri: v.optional(address),
  scope: v.optional(v.pipe(v.string(), v.maxLength(10_000))),
  jwks: v.optional(v.looseObject({})),
  jwks_uri: v.optional(address),
  subject_type: v.optional(v.pipe(v.string(), v.maxLength(20))),
  require_pushed_authorization_requests: v.optional(v.boolean()),
  dpop_bound_access_tokens: v.optional(v.boolean()),
})
export type ClientMetadata = v.InferOutput<typeof clientMetadata>

const methods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
const grants = ['authorization_code', 'refresh_token'] as const

/**
 * The application that a client describes. What it may not have it does not get, and is told so by the answer (RFC 7591 section 2): of
 * the first party, without PKCE, by other grants than the code is nobody who registers by themselves.
 * @throws {Refusal} `client_metadata_invalid`, `redirect_uri_invalid`
 */
export function describedBy(metadata: ClientMetadata, allowedScopes: readonly string[]): NewApplication {
  const redirectUris = metadata.redirect_uris ?? []
  if (redirectUris.length === 0) throw wrongRedirect('name one redirect URI at least')
  const method = methodOf(metadata)
  const isNative = metadata.application_type === 'native' || redirectUris.some(isOfMachine)
  const type = isNative ? 'native' : method === 'none' ? 'browser' : 'web'
  const authentication = type !== 'web' ? 'none' : method === 'private_key_jwt' ? 'key' : 'secret'
  return {
    ...{ name: nameOf(metadata, redirectUris), type, authentication, redirectUris },
    ...(authentication === 'key' && { jwks: metadata.jwks, jwksUri: metadata.jwks_uri }),
    logoutUris: metadata.post_logout_redirect_uris ?? [],
    backchannelLogoutUri: metadata.backchannel_logout_uri ?? null,
    backchannelLogoutSessionRequired: metadata.backchannel_logout_session_required ?? false,
    frontchannelLogoutUri: metadata.frontchannel_logout_uri ?? null,
    frontchannelLogoutSessionRequired: metadata.frontchannel_logout_session_required ?? false,
    grants: grantsOf(metadata),
    scopes: scopesOf(metadata, allowedScopes),
    requiresPush: metadata.require_pushed_authorization_requests ?? false,
    requiresDpop: metadata.dpop_bound_access_tokens ?? false,
    subjectType: metadata.subject_type === 'pairwise' ? 'pairwise' : 'public',
    homeUri: pageOf(metadata.client_uri),
    policyUri: pageOf(metadata.policy_uri),
  }
}

function methodOf({ token_endpoint_auth_method: asked = 'client_secret_basic' }: ClientMetadata) {
  const method = methods.find((name) => name === asked)
  if (method === undefined) throw wrong(`the token_endpoint_auth_method is one of ${methods.join(', ')}`)
  return method
}

/** On the machine of a person: nothing that is sent there with the program is a secret (RFC 8252 section 8.5). */
function isOfMachine(uri: string): boolean {
  const url = URL.parse(uri)
  if (!url || url.protocol === 'https:') return false
  return url.protocol !== 'http:' || ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
}

function nameOf({ client_name: name }: ClientMetadata, [first = '']: readonly string[]): string {
  if (name === undefined) return (URL.parse(first)?.host || 'application').slice(0, 100)
  const shown = name.trim()
  if (shown.length > 100 || !isVisible(shown)) throw wrong('the client_name has 1 to 100 visible characters')
  return shown
}

function grantsOf({ grant_types = ['authorization_code'], response_types = ['code'] }: ClientMetadata) {
  const allowed = grants.filter((name) => grant_types.includes(name))
  if (!allowed.includes('authorization_code') || !response_types.includes('code')) {
    throw wrong('the grant authorization_code with the response type code is what there is')
  }
  return allowed
}

function scopesOf({ scope }: ClientMetadata, allowed: readonly string[]): readonly string[] {
  if (scope === undefined) return allowed
  const asked = new Set(scope.split(' ').filter(Boolean))
  const scopes = allowed.filter((name) => asked.has(name))
  if (scopes.length === 0) throw wrong(`no scope is among those that may be registered: ${allowed.join(' ')}`)
  return scopes
}

/** A page that cannot be shown is left out: nobody needs it. */
function pageOf(uri: string | undefined): string | null {
  const url = uri === undefined ? null : URL.parse(uri)
  return url?.protocol === 'https:' && url.username === '' && url.href.length <= longestAddress
    ? url.href
    : null
}

const onThisMachine = wholeText(/(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)):\d+(.*)/s)

/** What equal registrations have in common: a program registers anew from whichever port it has at the moment. */
export function likenessOf(given: ApplicationFacts & Pick<ApplicationRow, 'type'>): string {
  const plain = (given.redirectUris ?? []).map((uri) => uri.replace(onThisMachine, '$1$2'))
  const facts = JSON.stringify([given.name, given.type, given.authentication, [...new Set(plain)].sort()])
  return createHash('sha256').update(facts).digest('base64url')
}

export function wrong(message: string): Refusal {
  return new Refusal('client_metadata_invalid', message)
}

export function wrongRedirect(message: string): Refusal {
  return new Refusal('redirect_uri_invalid', message)
}
