import type { ClientInfo } from '../client-info.ts'
import type { Refusal } from '../errors.ts'
import type { Caller } from '../identity.ts'
import type { RefusalCode } from '../refusal-codes.ts'
import type { Activity } from './activity.ts'
import { type Details, whoOf } from './events.ts'

/** Codes that refuse the caller, rather than the content of the request. */
const ofRights: ReadonlySet<RefusalCode> = new Set([
  'token_invalid',
  'token_revoked',
  'token_unproven',
  'permission_missing',
  'kind_not_allowed',
  'origin_not_allowed',
  'insufficient_user_authentication',
])

/** Which permission or scope was missing: a fact beside the reason, so that all such refusals are found by one reason. */
export const lackOf = ({ missing }: Pick<Partial<Refusal>, 'missing'>): Details =>
  missing === undefined ? {} : { permission: missing }

/**
 * Record that an edge refused a right: as the event that the verb names, or as `access.refuse`. The log
 * has the reason, which the response does not have.
 */
export async function recordAccessRefusal(
  activity: Activity,
  refusal: Refusal,
  caller: Caller | ClientInfo,
  asked: { readonly route: string; readonly isPublic: boolean },
): Promise<void> {
  const { code, reason = code, refused } = refusal
  if (refused === undefined && (asked.isPublic || !ofRights.has(code))) return
  const who = whoOf('kind' in caller ? caller : { client: caller })
  const { event = 'access.refuse', target, details, ...known } = refused ?? {}
  const told = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
  await activity.recordRefusal({ ...who, ...told }, event, target, {
    reason,
    details: {
      ...details,
      ...lackOf(refusal),
      ...(event === 'access.refuse' && { route: asked.route }),
    },
  })
}
