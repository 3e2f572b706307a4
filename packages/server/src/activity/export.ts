import { csvLine, safeCell } from '../cells.ts'
import type { Actor } from '../identity.ts'
import type { Activity } from './activity.ts'
import { type Asked, filterOf, type IdsOf, type SearchGround, searchLog } from './search.ts'
import type { ActivityRow } from './store.ts'
import { eventView } from './views.ts'

export const exportFormats = ['csv', 'ndjson'] as const
type Format = (typeof exportFormats)[number]

const pageSize = 1_000
const mostNamed = 20
const columns = Object.keys(eventView.schema.entries) as (keyof typeof eventView.schema.entries)[]

/**
 * What matches as the text of a file, newest first, a page at a time: one JSON object a line, exactly as a search answers it,
 * or CSV in which a spreadsheet runs nothing. The log says first who has taken what.
 */
export async function exportLog(
  ground: SearchGround & { readonly activity: Activity; readonly idsOf: IdsOf },
  actor: Actor,
  { format, after, ...asked }: Asked & { readonly format: Format; readonly after?: string | undefined },
): Promise<AsyncGenerator<string>> {
  const filter = await filterOf(asked, ground.idsOf)
  const details = { format, filter: wordsOf({ ...asked, after }) }
  await ground.activity.recordAlone(actor, 'log.export', undefined, { details })
  const write = format === 'csv' ? csvOf : ndjsonOf
  return (async function* () {
    if (format === 'csv') yield csvLine(columns)
    const damaged = new Set<string>()
    let next: string | null | undefined = after
    do {
      const page = await searchLog(ground, filter, { after: next ?? undefined, limit: pageSize })
      yield page.events.map(write).join('')
      for (const segment of page.damaged) damaged.add(segment)
      next = page.next
    } while (next !== null)
    if (damaged.size === 0) return
    // The file cannot say that events are missing.
    const missing = { format, segments: [...damaged].slice(0, mostNamed).join(' ') }
    await ground.activity.recordAlone(actor, 'log.export', undefined, {
      ...{ outcome: 'failure', reason: 'segment_damaged', details: missing },
    })
  })()
}

function ndjsonOf(event: ActivityRow): string {
  return `${JSON.stringify(eventView.show(event))}\n`
}

function csvOf(event: ActivityRow): string {
  const shown = { ...eventView.show(event), details: event.details ?? '' }
  return csvLine(columns.map((name) => safeCell(String(shown[name] ?? ''))))
}

/** What was asked for, as the log says it. */
function wordsOf({ from, to, ...asked }: Asked & { readonly after?: string | undefined }): string {
  const given = {
    ...asked,
    from: from === undefined ? undefined : new Date(from).toISOString(),
    to: to === undefined ? undefined : new Date(to).toISOString(),
  }
  const words = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${typeof value === 'string' ? value : value.join(',')}`,
  )
  return words.join(' ') || 'everything'
}
