import type { ServerSentEvent } from './route.ts'

const encoder = new TextEncoder()

export const eventHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

/** After so long without an event a comment is sent: to a reader that is gone without a word, writing fails at last. */
const quietMs = 15_000

/**
 * The body of a response of server-sent events (the HTML standard, section 9.2). It pulls one event at a time, so that a
 * slow reader holds its own source and nobody else's memory.
 */
export function eventStream(
  events: AsyncIterable<ServerSentEvent>,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const source = events[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<ServerSentEvent>> | undefined
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      next ??= source.next()
      const result = await soonOr(next, quietMs)
      if (result === 'quiet') {
        controller.enqueue(encoder.encode(': still here\n\n'))
        return
      }
      next = undefined
      if (result.done || signal.aborted) controller.close()
      else controller.enqueue(encoder.encode(framed(result.value)))
    },
    async cancel() {
      await source.return?.()
    },
  })
}

async function soonOr<T>(promise: Promise<T>, milliseconds: number): Promise<T | 'quiet'> {
  const { promise: quiet, resolve } = Promise.withResolvers<'quiet'>()
  const timer = setTimeout(resolve, milliseconds, 'quiet').unref()
  try {
    return await Promise.race([promise, quiet])
  } finally {
    clearTimeout(timer)
  }
}

/** JSON has no bare line breaks, so the data needs one line only. */
function framed({ id, event, data }: ServerSentEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}
