export type { DpopNonceOptions } from '../dpop/nonces.ts'
export {
  createReplayMemory,
  type ReplayMemoryOptions,
  type ReplayStore,
  type Taking,
} from '../dpop/replay-memory.ts'
export type {
  Authenticator,
  AuthenticatorFactory,
  Finding,
  Surroundings,
  VerifyAccessToken,
} from './authenticator.ts'
export { type ApiKeyFields, type ApiKeyOptions, apiKey, hashApiKey } from './authenticators/api-key.ts'
export { type BasicOptions, basic } from './authenticators/basic.ts'
export { bearer } from './authenticators/bearer.ts'
export type { CsrfOptions } from './authenticators/csrf.ts'
export type { DpopOptions } from './authenticators/dpop.ts'
export {
  type SessionCookie,
  type SessionCookieOptions,
  sessionCookie,
} from './authenticators/session-cookie.ts'
export { type TokenCookie, type TokenCookieOptions, tokenCookie } from './authenticators/token-cookie.ts'
export type { Decide, Decision } from './decider.ts'
export { type FailureLimit, type FailureLimitOptions, failureLimit } from './failure-limit.ts'
export {
  createGuard,
  type Guard,
  type GuardOptions,
  type GuardState,
  type OptionalPolicy,
} from './guard.ts'
export type { ClaimMapping, ClaimPlace } from './issuers/claim-mapping.ts'
export type { ClaimValue, IssuerOptions, IssuerState, RevocationPolicy, Secret } from './issuers/source.ts'
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
} from './revocations/revocation-list.ts'
export {
  followRevocations,
  type RevocationFeed,
  type RevocationFeedOptions,
  type RevocationFeedState,
} from './revocations/revocations.ts'
export type { StatusListPolicy } from './revocations/status-lists.ts'
