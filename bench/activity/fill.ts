import type { ActivityEvent } from '../../packages/server/src/activity/events.ts'
import { insertEvents } from '../../packages/server/src/activity/store.ts'
import type { Database } from '../../packages/server/src/database/database.ts'
import { newIdentifier } from '../../packages/server/src/secrets/identifiers.ts'
import { openTestApp, type TestApp } from '../../packages/server/test/app.ts'
import type { Row } from '../benchmark.ts'

/** A log of so many events of the last 30 days, and what it took to make. */
export interface FilledLog {
  readonly house: TestApp
  readonly engine: Database['engine']
  readonly count: number
  readonly token: string
  /** Bytes of an event: its row, its indexes and its share of the tree. Of the statistics, over all events. */
  readonly bytes: number
  readonly bytesOfStatistics: number
  /** Microseconds of an event: of processor time in this process, and as the clock counts. */
  readonly placed: Cost
  readonly counted: Cost
}

interface Cost {
  readonly cpu: number
  readonly clock: number
}

const dayMs = 86_400_000
const range = 30 * dayMs
const batch = 1_000
const people = 20_000
const devices = 50_000

export async function openFilledLog(engine: Database['engine'], count: number): Promise<FilledLog> {
  const house = await openTestApp(engine)
  const { token } = await house.signedIn('admin', 'administrator')
  const { db, proof, statistics } = house.app
  const before = await sizeOf(db)
  const now = house.world.now()
  for (let at = 0; at < count; at += batch) {
    const events = Array.from({ length: Math.min(batch, count - at) }, (_, n) =>
      eventOf(house, at + n, Math.floor(now - range + ((at + n) / count) * range)),
    )
    await db.transaction((tx) => insertEvents(tx, events))
  }
  const placed = await costOf(count, () => proof.ground.sequencer.settle())
  const filled = await sizeOf(db)
  const counted = await costOf(count, () => statistics.ground.consumer.run())
  const whole = await sizeOf(db)
  // As PostgreSQL does by itself within a minute.
  if (engine === 'postgres') await db.transaction((tx) => tx.query('ANALYZE'))
  return {
    ...{ house, engine, count, token, placed, counted },
    bytes: (filled - before) / count,
    bytesOfStatistics: whole - filled,
  }
}

async function costOf(count: number, work: () => Promise<unknown>): Promise<Cost> {
  const beganAt = performance.now()
  const cpu = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { cpu: (user + system) / count, clock: ((performance.now() - beganAt) * 1000) / count }
}

async function sizeOf(db: Database): Promise<number> {
  const sql =
    db.engine === 'sqlite'
      ? 'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()'
      : 'SELECT pg_database_size(current_database()) AS bytes'
  const [row] = await db.query<{ bytes: number }>(sql)
  return Number(row?.bytes)
}

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

function eventOf({ world }: TestApp, n: number, at: number): ActivityEvent {
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

const cost = ({ cpu, clock }: Cost, engine: Database['engine']) =>
  engine === 'sqlite'
    ? `${cpu.toFixed(1)} us of processor time`
    : `${cpu.toFixed(1)} us of processor time in the server, ${clock.toFixed(1)} us by the clock`

/** What an event takes. */
export function fillRows({ engine, bytes, bytesOfStatistics, placed, counted }: FilledLog): Row[] {
  return [
    {
      what: `an event of the log, ${engine}: row, indexes and tree`,
      measured: `${bytes.toFixed(0)} bytes; its place in the tree takes ${cost(placed, engine)}`,
      goal: '<= 150 bytes',
      met: bytes <= 150,
    },
    {
      what: `counting an event, ${engine}`,
      measured: `${cost(counted, engine)}; all roll-ups of 30 days are ${(bytesOfStatistics / 1e6).toFixed(1)} MB`,
      goal: '<= 50 us',
      met: counted.cpu <= 50,
    },
  ]
}
