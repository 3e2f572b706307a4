import type { ActivityEvent, Page } from './api.ts'
import { Problem } from './problem.ts'
import type { ServerEvent } from './server-events.ts'

const againMs = 2_000

interface Following {
  readonly signal: AbortSignal
  readonly follow: () => AsyncIterable<ServerEvent>
  readonly search: () => Promise<Page<ActivityEvent>>
  readonly onPage: (page: Page<ActivityEvent>) => void
  readonly onEvent: (event: ActivityEvent) => void
  readonly onLive: (isLive: boolean, why?: Problem) => void
  /** Waits before it tries again; given by a test. */
  readonly pause?: () => Promise<void>
}

/**
 * Follow the log until `signal` aborts, trying again whenever the stream ends. The search is made once the
 * stream is open, so that nothing falls between the two; what comes by both has the same id.
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
    try {
      for await (const { event, data } of follow()) {
        if (signal.aborted) return
        if (event === 'open') {
          onPage(await search())
          onLive(true)
        }
        // The server's own schema says what an event is.
        if (event === 'activity') onEvent(data as ActivityEvent)
      }
      if (!signal.aborted) onLive(false)
    } catch (error) {
      if (signal.aborted) return
      // A stream that breaks off in the middle is no Problem but a TypeError, and means the same as one that ends.
      onLive(false, error instanceof Problem ? error : undefined)
      // A refusal stays one.
      if (error instanceof Problem && error.status >= 400 && error.status < 500) return
    }
    await pause()
  }
}
