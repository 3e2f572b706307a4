import type { Identity } from '../../identity.ts'
import { holds } from '../../permissions.ts'
import type { Layout } from './buckets.ts'
import type { StatisticsGround } from './ground.ts'
import { type AskedRange, layOutCounted, readStatistics, readTotals, type Statistics } from './read.ts'
import { spansOf } from './refused-addresses.ts'
import { findNewRegions, type RefusedAddressRow, sumRefusedAddresses } from './store.ts'

/** What somebody who looks after a server wants to see first. Times are milliseconds since the epoch. */
export interface Overview {
  readonly layout: Layout
  /** So many events are not counted yet. */
  readonly behind: number
  readonly signIns: Statistics
  readonly today: Statistics
  readonly online: Statistics
  readonly onlineNow: number
  readonly refusals: Statistics
  readonly reasons: readonly Total[]
  /** Where people have signed in from, and from where they were refused. */
  readonly regions: readonly (Total & { readonly refused: number })[]
  readonly addresses: readonly Pick<RefusedAddressRow, 'address' | 'count' | 'surplus'>[]
  readonly newRegions: readonly NewRegion[]
}

interface Total {
  readonly value: string
  readonly total: number
}

interface NewRegion {
  /** Null for the whole server. */
  readonly subject: string | null
  /** Null for callers who may not see users, too. */
  readonly username: string | null
  readonly region: string
  readonly at: number
}

const most = 10
/** More regions than there are on any server that a list of ten would do for. */
const mostRegions = 300

/** @param asked `today`: when the day of the reader has begun */
export async function readOverview(
  { db, world, consumer, online, namesOf, addressesFrom }: StatisticsGround,
  identity: Identity,
  asked: AskedRange & { readonly today: number },
): Promise<Overview> {
  const now = world.now()
  const layout = await layOutCounted(db, asked, now)
  const { from, to } = layout
  const within = { from, to, bucket: layout.bucket, most }
  const signIns = await readStatistics(db, { measure: 'sign_ins', by: 'outcome', ...within }, now)
  const regions = await readTotals(db, { measure: 'sign_ins', by: 'region', most }, layout)
  const refused = new Map(
    (
      await readTotals(
        db,
        { measure: 'sign_ins', by: 'region', outcomes: ['refused'], most: mostRegions },
        layout,
      )
    ).map(({ value, total }) => [value, total]),
  )
  const seen = await findNewRegions(db, { from, to, limit: most })
  const names = holds(identity, 'users:read')
    ? await namesOf([...new Set(seen.map(({ subject }) => subject).filter(Boolean))])
    : new Map<string, string>()
  return {
    layout,
    behind: await consumer.behind(),
    signIns,
    today: await readStatistics(
      db,
      { measure: 'sign_ins', by: 'outcome', from: asked.today, to: now + 1, most },
      now,
    ),
    online: await readStatistics(db, { measure: 'devices_online', ...within }, now),
    onlineNow: await online.now(),
    refusals: await readStatistics(db, { measure: 'refusals', ...within }, now),
    reasons: await readTotals(db, { measure: 'refusals', by: 'reason', most }, layout),
    regions: regions.map((region) => ({ ...region, refused: refused.get(region.value) ?? 0 })),
    addresses: await sumRefusedAddresses(db, spansOf(from, to, addressesFrom()), most),
    newRegions: seen.map(({ subject, region, first_at: at }) => ({
      subject: subject || null,
      username: names.get(subject) ?? null,
      region,
      at,
    })),
  }
}
