const encoder = new TextEncoder()

interface Ending {
  readonly signal: AbortSignal
  /** Whether nobody reads any more. */
  isAbandoned(): boolean
}

/**
 * The body of a response that is made while it is sent: it asks for one chunk at a time, when the reader has room. If the signal
 * aborts or the source fails, it ends with an error, so that nobody takes a part for the whole. Calls `onEnd` once, with what the source has thrown.
 */
export function textStream(
  chunks: AsyncIterable<string>,
  { signal, isAbandoned }: Ending,
  onEnd: (error?: unknown) => void,
): ReadableStream<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]()
  let isOver = false
  let abort = () => {}

  async function letGo(error?: unknown): Promise<void> {
    if (isOver) return
    isOver = true
    signal.removeEventListener('abort', abort)
    onEnd(error)
    await source.return?.()
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      abort = () => {
        // A reader who is gone is told nothing, and an error would be printed for each.
        if (isAbandoned()) controller.close()
        else controller.error(new Error('it ended before it was whole'))
        // Nobody is left to be told of what the source does at its end.
        letGo().catch(() => {})
      }
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort)
    },
    async pull(controller) {
      try {
        const result = await source.next()
        if (isOver) return
        if (!result.done) return controller.enqueue(encoder.encode(result.value))
        controller.close()
        await letGo()
      } catch (error) {
        await letGo(error)
        throw error
      }
    },
    cancel: () => letGo(),
  })
}
