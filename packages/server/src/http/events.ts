import type { ServerSentEvent } from './route.ts'

const encoder = new TextEncoder()

export const eventHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

/**
 * The body of a response of server-sent events (the HTML standard, section 9.2). It pulls one event at a time, so that a
 * slow reader holds its own source and nobody else's memory.
 */
export function eventStream(
  events: AsyncIterable<ServerSentEvent>,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const source = events[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await source.next()
      if (done || signal.aborted) controller.close()
      else controller.enqueue(encoder.encode(framed(value)))
    },
    async cancel() {
      await source.return?.()
    },
  })
}

/** JSON has no bare line breaks, so the data needs one line only. */
function framed({ id, event, data }: ServerSentEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}
