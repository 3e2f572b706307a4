import { isIP } from 'node:net'
import { bareHost } from '../../addresses/host.ts'
import { isLoopback } from '../../addresses/loopback.ts'
import { ownOrigins } from '../../http/cookies.ts'

/** Whose passkeys they are, as browsers are told (WebAuthn section 4). */
export interface RelyingParty {
  /** The domain that passkeys are made for. */
  readonly id: string
  readonly name: string
  /** The origins whose pages may ask for them. */
  readonly origins: ReadonlySet<string>
  /** Whether browsers have to be told the origins (WebAuthn section 5.11): they are not all of the domain. */
  readonly isRelated: boolean
}

/** The settings that it follows from. */
export interface RelyingPartySettings {
  readonly issuer: string
  readonly rpId: string | undefined
  readonly passkeyOrigins: readonly string[]
}

export function relyingParty(
  { issuer, rpId, passkeyOrigins }: RelyingPartySettings,
  name: string,
): RelyingParty {
  const url = new URL(issuer)
  // An address is no domain. Browsers know this machine by a name as well.
  const own = isLoopback(url.hostname) ? 'localhost' : url.hostname
  const id = rpId ?? own
  return {
    id,
    name,
    origins: new Set([...ownOrigins(url), ...passkeyOrigins]),
    isRelated: id !== own || passkeyOrigins.length > 0,
  }
}

/** Why browsers may not take passkeys on the pages of the issuer; undefined if nothing stands in the way. */
export function hindranceOf(settings: RelyingPartySettings): string | undefined {
  const { id } = relyingParty(settings, '')
  const { hostname } = new URL(settings.issuer)
  const host = isLoopback(hostname) ? 'localhost' : hostname
  const noDomain = hindranceOfDomain(id)
  if (noDomain !== undefined) return noDomain
  if (host === id || host.endsWith(`.${id}`)) return undefined
  return `passkeys are of ${id}: on pages of ${host}, browsers take them only if https://${id}/.well-known/webauthn names the page`
}

/** Whether there can be passkeys at all. */
export function hasPasskeys({ id }: RelyingParty): boolean {
  return hindranceOfDomain(id) === undefined
}

/** Why there are no passkeys for this domain at all; undefined if there can be. */
function hindranceOfDomain(id: string): string | undefined {
  return isIP(bareHost(id)) === 0 ? undefined : `${id} is an address and no domain: there are no passkeys`
}
