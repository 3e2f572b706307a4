import type { Row } from '../benchmark.ts'
import { askedRow } from './asked.ts'
import type { FilledLog } from './fill.ts'

const dayMs = 86_400_000
const goalMs = 100

/** A page of the log, by what an index finds and by what none does. */
export async function searchRows(
  log: FilledLog,
  where: string,
  /** The newest event that is looked for is so old. */
  agoDays: number,
): Promise<Row[]> {
  const now = log.house.world.now() - agoDays * dayMs
  const iso = (ago: number) => new Date(now - ago).toISOString()
  const search = (query: string) =>
    query.includes('to=') ? `/v1/activity?${query}` : `/v1/activity?to=${iso(0)}&${query}`
  return [
    {
      ...(await askedRow(
        log,
        `search in ${where} by what an index finds`,
        {
          'the newest': search(''),
          'an event': search('event=user.sign_in'),
          'two events': search('event=user.sign_in,user.update'),
          'an event that there is not': search('event=key.rotate'),
          'a person': search('subject=usr_7'),
          'a device': search('target=dev_77'),
          'a day before that': search(`from=${iso(2 * dayMs)}&to=${iso(dayMs)}`),
        },
        goalMs,
      )),
      ifNotMet:
        'events that are rare lie in many segments, each of which is read as a whole: docs/decisions/0049.',
    },
    await askedRow(
      log,
      `search in ${where} by what no index finds`,
      {
        'an outcome': search('outcome=refused'),
        'an outcome of an event': search('event=user.sign_in&outcome=refused'),
        'an address that there is not': search('address=198.51.100.1'),
        'a region of the day before': search(`region=ZA&to=${iso(dayMs)}`),
        'a reason of a person': search('subject=usr_7&reason=password_wrong'),
        'a member of the details': search('detail=factor:totp'),
        'a text that there is not': search('text=nothing+of+the+kind'),
      },
      goalMs,
    ),
  ]
}
