import type { ActivityEvent, Page } from './api.ts'
import { Problem } from './problem.ts'
import type { ServerEvent } from './server-events.ts'

/** Streams are opened no oftener than this. One that stood for longer is opened again at once. */
const againMs = 2_000

interface Following {
  readonly signal: AbortSignal
  readonly follow: () => AsyncIterable<ServerEvent>
  readonly search: () => Promise<Page<ActivityEvent>>
  readonly onPage: (page: Page<ActivityEvent>) => void
  readonly onEvent: (event: ActivityEvent) => void
  readonly onLive: (isLive: boolean, why?: Problem) => void
  /** Begun with each stream and waited for before the next; given by a test. */
  readonly pause?: () => Promise<void>
}

/**
 * Follow the log until `signal` aborts, trying again whenever the stream ends. The search is made once the
 * stream is open, so that nothing falls between the two; what comes by both has the same id.
 *
 * A stream ends with the token that opened it, every few minutes, and the next is opened with a token that was refreshed.
 * Nobody has to see that: an orderly end is told only if no stream follows it.
 */
export async function following({
  signal,
  follow,
  search,
  onPage,
  onEvent,
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
        // The server's own schema says what an event is.
        if (event === 'activity') onEvent(data as ActivityEvent)
      }
      if (!signal.aborted && !isOpen) onLive(false)
    } catch (error) {
      if (signal.aborted) return
      // A stream that breaks off in the middle is no Problem but a TypeError, and is opened again like one that ends.
      onLive(false, error instanceof Problem ? error : undefined)
      if (error instanceof Problem && isFinal(error)) return
    }
    await rested
  }
}

/** A refusal stays one, unless it is of having asked too often. */
function isFinal({ status }: Problem): boolean {
  return status >= 400 && status < 500 && status !== 429
}
