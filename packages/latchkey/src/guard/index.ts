export {
  createGuard,
  type Decide,
  type Decision,
  type Guard,
  type GuardOptions,
  type GuardState,
  type OptionalPolicy,
  type RevocationPolicy,
} from './guard.ts'
export type { Policy } from './policy.ts'
export type { Principal, PrincipalKind } from './principal.ts'
export type { Refusal, RefusalError, RefusalReason } from './refusal.ts'
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
