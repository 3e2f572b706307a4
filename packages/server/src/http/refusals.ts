import type { RefusalCode } from '../refusal-codes.ts'
import type { Description } from './route.ts'

/** Every reason for which a route may refuse: what the edge refuses by its description, and what its verb refuses. */
export function refusalsOf(route: Description): readonly RefusalCode[] {
  const { access, params, query, body, proof, refuses = [] } = route
  const codes: RefusalCode[] = ['stopping', 'too_many_requests', 'storage_full', 'storage_unavailable']
  if (access !== 'public') {
    codes.push('token_missing', 'authorization_malformed', 'token_invalid', 'token_revoked', 'token_unproven')
    if (access.permission !== undefined) codes.push('permission_missing')
    // An application by itself is refused wherever it is not named.
    codes.push('kind_not_allowed')
  }
  if (params || query || body) codes.push('request_invalid')
  if (body) codes.push('media_type_unsupported', 'body_too_large')
  if (proof) codes.push('dpop_proof_invalid')
  return [...new Set([...codes, ...refuses])]
}
