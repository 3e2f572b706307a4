import type { TokenFacts } from '../grant.ts'
import { natsClaims } from './nats.ts'
import type { AddedClaim, Claims, TokenProfile } from './profile.ts'
import { scopesAsRead } from './scopes.ts'

/** What a token says, and which of its claims grow with what somebody may do: they are left out of one that is too long. */
export interface LaidOut {
  readonly claims: Claims
  readonly groupLike: readonly string[]
}

/**
 * Lay a grant out as a profile says: the claims of RFC 9068 section 2.2, ours (`sid`, `kind`, `user_type`, `pv`), and those that
 * the profile adds. Ours are in every JWT, because revocations name tokens by them.
 */
export function claimsFor(profile: TokenProfile, facts: TokenFacts): LaidOut {
  if (profile.form === 'nats') return { claims: natsClaims(facts), groupLike: [] }
  const scopes = scopesAsRead(profile, facts)
  const added = profile.claims.flatMap((claim) => {
    const value = fill(claim.value, facts, scopes)
    return value === undefined ? [] : [[claim.name, value] as const]
  })
  return {
    claims: {
      iss: facts.issuer,
      aud: profile.audienceForm === 'array' ? [facts.audience] : facts.audience,
      ...standing(facts, scopes),
      ...Object.fromEntries(added),
    },
    groupLike: ['scope', ...added.filter(([, value]) => Array.isArray(value)).map(([name]) => name)],
  }
}

function standing(facts: TokenFacts, scopes: readonly string[]): Claims {
  return {
    sub: facts.subject,
    jti: facts.tokenId,
    client_id: facts.clientId,
    scope: scopes.join(' '),
    kind: facts.kind,
    ...(facts.sessionId !== undefined && { sid: facts.sessionId }),
    ...(facts.userType !== undefined && { user_type: facts.userType }),
    ...(facts.permissionsVersion !== undefined && { pv: facts.permissionsVersion }),
    exp: facts.expiresAt,
    iat: facts.issuedAt,
    ...(facts.authTimeMs !== undefined && { auth_time: Math.floor(facts.authTimeMs / 1000) }),
    ...(facts.amr !== undefined && { amr: [...facts.amr] }),
    ...(facts.acr !== undefined && { acr: facts.acr }),
    ...(facts.actor !== undefined && { act: { ...facts.actor } }),
    ...(facts.details !== undefined && { authorization_details: [...facts.details] }),
    ...(facts.status !== undefined && { status: { ...facts.status } }),
    ...(facts.boundTo !== undefined && { cnf: { jkt: facts.boundTo } }),
  }
}

/** What may stand in the value of a claim. */
export const placeholders = {
  subject: ({ subject }: TokenFacts) => subject,
  username: ({ username }: TokenFacts) => username,
  kind: ({ kind }: TokenFacts) => kind,
  user_type: ({ userType }: TokenFacts) => userType,
  client: ({ clientId }: TokenFacts) => clientId,
  session: ({ sessionId }: TokenFacts) => sessionId,
  audience: ({ audience }: TokenFacts) => audience,
}

type Filled = string | number | boolean | readonly string[]

function fill(value: AddedClaim['value'], facts: TokenFacts, scopes: readonly string[]): Filled | undefined {
  if (typeof value === 'string') return filled(value, facts)
  if (typeof value !== 'object') return value
  if (value.length === 1 && value[0] === '{scopes}') return scopes
  const items = value.map((item) => filled(item, facts))
  return items.every((item) => item !== undefined) ? items : undefined
}

function filled(text: string, facts: TokenFacts): string | undefined {
  let isWhole = true
  const known: Readonly<Record<string, (facts: TokenFacts) => string | undefined>> = placeholders
  const filledIn = text.replaceAll(/\{([a-z_]+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(known, name) ? known[name]?.(facts) : whole
    if (value === undefined) isWhole = false
    return value ?? ''
  })
  return isWhole ? filledIn : undefined
}
