import type { ServerSentEvent } from './route.ts'

const encoder = new TextEncoder()

export const eventHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

/** After so long without an event a comment is sent: to a reader that is gone without a word, writing fails at last. */
const quietMs = 15_000

/**
 * The body of a response of server-sent events (the HTML standard, section 9.2). It pulls one event at a time, so that a
 * slow reader holds its own source and nobody else's memory. When `signal` aborts it ends in an orderly way, whatever its
 * source does. Calls `onEnd` once, however it ends.
 */
export function eventStream(
  events: AsyncIterable<ServerSentEvent>,
  signal: AbortSignal,
  onEnd: () => void = () => {},
): ReadableStream<Uint8Array> {
  const source = events[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<ServerSentEvent>> | undefined
  let isOver = false
  let abort = () => {}
  let stopWaiting = () => {}

  async function letGo(): Promise<void> {
    if (isOver) return
    isOver = true
    signal.removeEventListener('abort', abort)
    stopWaiting()
    onEnd()
    await source.return?.()
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      abort = () => {
        controller.close()
        // Nobody is left to be told of what the source does at its end.
        letGo().catch(() => {})
      }
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort)
    },
    async pull(controller) {
      try {
        next ??= source.next()
        const wait = waitFor(next, quietMs)
        stopWaiting = wait.stop
        const result = await wait.result
        if (isOver || result === 'stopped') return
        if (result === 'quiet') return controller.enqueue(encoder.encode(': still here\n\n'))
        next = undefined
        if (!result.done) return controller.enqueue(encoder.encode(framed(result.value)))
        controller.close()
        await letGo()
      } catch (error) {
        await letGo()
        throw error
      }
    },
    cancel: letGo,
  })
}

/** What comes first: what `promise` brings, `quiet` after so many milliseconds, or `stopped`. */
function waitFor<T>(
  promise: Promise<T>,
  milliseconds: number,
): { readonly result: Promise<T | 'quiet' | 'stopped'>; stop(): void } {
  const { promise: result, resolve, reject } = Promise.withResolvers<T | 'quiet' | 'stopped'>()
  const timer = setTimeout(() => resolve('quiet'), milliseconds).unref()
  promise.then(resolve, reject)
  return { result: result.finally(() => clearTimeout(timer)), stop: () => resolve('stopped') }
}

/** JSON has no bare line breaks, so the data needs one line only. */
function framed({ id, event, data }: ServerSentEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}
