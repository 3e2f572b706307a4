import type { VerifiedClaims } from 'latchkey/token'
import { type MailAddress, mailAddress } from '../../mail-address.ts'
import { isVisible } from '../../text.ts'
import type { ProviderRow } from '../providers/store.ts'

/** Claims of an ID token, or of the answer of the userinfo endpoint. */
export type Claims = Readonly<Record<string, unknown>>

/** What is asked of a person who comes for the first time, and may stand in the answer of the userinfo endpoint alone. */
export function wantedClaims({
  usernameClaim,
  displayNameClaim,
  emailDomains,
}: ProviderRow): readonly string[] {
  const names = [usernameClaim, displayNameClaim].filter((claim) => claim !== null)
  return emailDomains.length > 0 ? [...names, 'email', 'email_verified'] : names
}

/** Claims of both. What is signed counts where both say something; whether an address is verified, is said by whoever names it. */
export function claimsOf(signed: VerifiedClaims, told: Claims): Claims {
  const isWhole = signed.email !== undefined && signed.email_verified !== undefined
  const { email, email_verified } = isWhole ? signed : told
  return { ...told, ...signed, email, email_verified }
}

/** A claim as a name: text that anybody can see, of bounded length. */
export function nameIn(claims: Claims, claim: string | null): string | undefined {
  const said = claim === null ? undefined : claims[claim]
  if (typeof said !== 'string') return undefined
  const name = said.trim()
  return name.length <= 200 && isVisible(name) ? name : undefined
}

/**
 * The address of a person, if the word of this provider counts for its domain and it says `email_verified`: true, not the text of it.
 */
export function provenAddress(claims: Claims, { emailDomains }: ProviderRow): MailAddress | undefined {
  const { email, email_verified: isVerified } = claims
  if (isVerified !== true || typeof email !== 'string') return undefined
  const read = mailAddress(email)
  const domain = read?.key.slice(read.key.lastIndexOf('@') + 1)
  if (read === undefined || domain === undefined) return undefined
  return emailDomains.includes('*') || emailDomains.includes(domain) ? read : undefined
}

/** Whether the provider has asked for what counts as a second factor. It is off where nothing counts. */
export function hasFactor({ amr, acr }: VerifiedClaims, { factorAmr, factorAcr }: ProviderRow): boolean {
  const methods: readonly unknown[] = Array.isArray(amr) ? amr : []
  return factorAmr.some((one) => methods.includes(one)) || factorAcr.some((one) => one === acr)
}

/** When the person has proven to the provider who they are, in milliseconds. A moment to come is none. */
export function provenAt({ auth_time: at }: VerifiedClaims, now: number): number | null {
  return typeof at === 'number' && Number.isSafeInteger(at) && at > 0 ? Math.min(at * 1000, now) : null
}

/** What a person recognizes the identity by. */
export function labelIn(claims: Claims): string | null {
  return nameIn(claims, 'email') ?? nameIn(claims, 'preferred_username') ?? nameIn(claims, 'name') ?? null
}
