export type { Authenticator, Finding } from './authenticator.ts'
export {
  createGuard,
  type Decide,
  type Decision,
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
export type { Principal, PrincipalKind } from './principal.ts'
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
export type { IssuerOptions, IssuerState, RevocationPolicy, Secret } from './source.ts'
