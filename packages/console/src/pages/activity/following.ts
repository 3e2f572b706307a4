import type { Answer, Item } from '../../api/api.ts'
import { isFinal, Problem } from '../../api/problem.ts'
import type { ServerEvent } from '../../api/server-events.ts'

/** An event of the log, by search and by stream alike. */
export type ActivityEvent = Item<'GET /v1/activity'>
type Page = Answer<'GET /v1/activity'>

/** Streams are opened at most this often. One that lasted longer is opened again at once. */
const againMs = 2_000

interface Following {
  readonly signal: AbortSignal
  readonly follow: () => AsyncIterable<ServerEvent>
  readonly search: () => Promise<Page>
  readonly onPage: (page: Page) => void
  readonly onEvent: (event: ActivityEvent) => void
  /** So many events were left out, since this reader was too slow for them. */
  readonly onSkipped?: (count: number) => void
  readonly onLive: (isLive: boolean, why?: Problem) => void
  /** Started with each stream and awaited before the next one; given by a test. */
  readonly pause?: () => Promise<void>
}

/**
 * Follow the log until `signal` aborts, and open the stream again whenever it ends. The search is made when the stream
 * is open, so that no event is missed between the two; an event that comes by both has the same id.
 *
 * A stream ends with the token that opened it, every few minutes, and the next is opened with a refreshed token. The
 * reader does not need to know: a regular end is reported only if the next stream fails.
 */
export async function following({
  signal,
  follow,
  search,
  onPage,
  onEvent,
  onSkipped = () => {},
  onLive,
  pause = () => new Promise((resolve) => setTimeout(resolve, againMs)),
}: Following): Promise<void> {
  while (!signal.aborted) {
    const rested = pause()
    let isOpen = false
    try {
      for await (const { event, data } of follow()) {
        if (signal.aborted) return
        if (event === 'open') {
          onPage(await search())
          onLive(true)
          isOpen = true
        }
        // The stream carries what the search answers; OpenAPI 3.1 has no place to say so.
        if (event === 'skipped') onSkipped((data as { count: number }).count)
        if (event === 'activity') onEvent(data as ActivityEvent)
      }
      if (!signal.aborted && !isOpen) onLive(false)
    } catch (error) {
      if (signal.aborted) return
      // A connection that breaks is a TypeError, not a Problem, and is opened again like a stream that ends.
      onLive(false, error instanceof Problem ? error : undefined)
      if (error instanceof Problem && isFinal(error)) return
    }
    await rested
  }
}
