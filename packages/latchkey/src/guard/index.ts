export type { DpopNonceOptions } from '../dpop/nonces.ts'
export {
  createReplayMemory,
  type ReplayMemoryOptions,
  type ReplayStore,
  type Taking,
} from '../dpop/replay-memory.ts'
export type { VerifyAccessToken } from './access-token.ts'
export { type ApiKeyFields, type ApiKeyOptions, apiKey, hashApiKey } from './api-key.ts'
export type { Authenticator, AuthenticatorFactory, Finding, Surroundings } from './authenticator.ts'
export { type BasicOptions, basic } from './basic.ts'
export { bearer } from './bearer.ts'
export type { ClaimMapping, ClaimPlace } from './claim-mapping.ts'
export type { CsrfOptions } from './csrf.ts'
export type { Decide, Decision } from './decider.ts'
export type { DpopOptions } from './dpop.ts'
export { type FailureLimit, type FailureLimitOptions, failureLimit } from './failure-limit.ts'
export {
  createGuard,
  type Guard,
  type GuardOptions,
  type GuardState,
  type OptionalPolicy,
} from './guard.ts'
export type { MetadataDocument, MetadataOptions } from './metadata.ts'
export {
  allowAny,
  and,
  isAdmin,
  isAuthenticated,
  isAuthenticatedOrReadOnly,
  not,
  or,
} from './policies.ts'
export type { Policy } from './policy.ts'
export { createPrincipal, type Principal, type PrincipalFields, type PrincipalKind } from './principal.ts'
export type { Challenge, Refusal, RefusalDetails, RefusalError, RefusalReason, Refuse } from './refusal.ts'
export { FetchRequest, type GuardRequest, NodeRequest } from './request.ts'
export {
  createRevocationList,
  type Revocation,
  type RevocationKind,
  type RevocationList,
  type RevocationListOptions,
  revocationKey,
} from './revocation-list.ts'
export {
  followRevocations,
  type RevocationFeed,
  type RevocationFeedOptions,
  type RevocationFeedState,
} from './revocations.ts'
export { type SessionCookie, type SessionCookieOptions, sessionCookie } from './session-cookie.ts'
export type { ClaimValue, IssuerOptions, IssuerState, RevocationPolicy, Secret } from './source.ts'
export { type TokenCookie, type TokenCookieOptions, tokenCookie } from './token-cookie.ts'
