import type { Row } from '../benchmark.ts'
import { askedRow } from './asked.ts'
import type { FilledLog } from './fill.ts'

const hourMs = 3_600_000
const goalMs = 200

/** Statistics of short and long ranges, by few values and by many. */
export async function statisticsRows(log: FilledLog): Promise<Row[]> {
  const now = log.house.world.now()
  const since = (ms: number) => `from=${new Date(now - ms).toISOString()}`
  const stats = (query: string) => `/v1/activity/stats?${query}`
  const everything = 'from=1970-01-01T00:00:00Z'
  const row = await askedRow(
    log,
    'statistics',
    {
      'an hour': stats(`measure=events&by=outcome&${since(hourMs)}`),
      'an hour by region': stats(`measure=events&by=region&${since(hourMs)}`),
      'a day by event': stats(`measure=events&by=event&limit=100&${since(24 * hourMs)}`),
      'a day of refusals by reason': stats(`measure=refusals&by=reason&${since(24 * hourMs)}`),
      'two weeks by region, in hours': stats(`measure=events&by=region&limit=100&${since(336 * hourMs)}`),
      '30 days by region': stats(`measure=sign_ins&by=region&${since(720 * hourMs)}`),
      'everything by event': stats(`measure=events&by=event&${everything}`),
      'the overview of a day': `/v1/activity/overview?${since(24 * hourMs)}`,
      'the overview of 30 days': `/v1/activity/overview?${since(720 * hourMs)}`,
    },
    goalMs,
  )
  return [{ ...row, ifNotMet: 'the overview of 30 days is the slowest.' }]
}
