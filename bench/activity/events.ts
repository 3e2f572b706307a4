import type { ActivityEvent } from '../../packages/server/src/activity/events.ts'
import { newIdentifier } from '../../packages/server/src/secrets/identifiers.ts'
import type { World } from '../../packages/server/src/world.ts'

const people = 20_000
const devices = 50_000
const regions = ['TW', 'US', 'DE', 'JP', 'FR', 'local', 'SG', 'BR', 'IN', 'GB', 'NL', 'ZA']
const reasons = ['password_wrong', 'user_unknown', 'permission_missing', 'token_expired', 'code_wrong']
/** Of each twenty: what a house with many devices records. */
const kinds = [
  ...Array<ActivityEvent['event']>(5).fill('device.connect'),
  ...Array<ActivityEvent['event']>(5).fill('device.disconnect'),
  ...Array<ActivityEvent['event']>(3).fill('session.refresh'),
  ...Array<ActivityEvent['event']>(3).fill('user.sign_in'),
  ...Array<ActivityEvent['event']>(2).fill('device.command'),
  'access.refuse',
  'user.update',
] as const

/** The event of this number, which happened at a time. Each person and each device comes again after all others have. */
export function eventOf(world: World, n: number, at: number): ActivityEvent {
  const event = kinds[n % kinds.length] ?? 'device.connect'
  const isDevice = event.startsWith('device.')
  const isRefused = event === 'access.refuse' || n % 17 === 0
  const uid = `dev_${(n * 7_919) % devices}`
  const person = `usr_${(n * 104_729) % people}`
  return {
    ...{ id: newIdentifier('evt', { ...world, now: () => at }), at, event },
    outcome: isRefused ? 'refused' : 'success',
    reason: isRefused ? (reasons[n % reasons.length] ?? null) : null,
    subject: isDevice ? uid : person,
    subject_kind: isDevice ? 'device' : 'user',
    target: isDevice ? uid : null,
    target_kind: isDevice ? 'device' : null,
    address: `203.0.${(n * 31) % 256}.${(n * 17) % 256}`,
    region: regions[(n * 13) % regions.length] ?? null,
    region_day: 20_000,
    ...{ client_id: null, session_id: null, request_id: null },
    details: event === 'user.sign_in' ? '{"amr":"pwd otp","factor":"totp"}' : null,
  }
}
