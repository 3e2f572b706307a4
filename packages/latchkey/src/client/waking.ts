/** The part of a page's, or a worker's, events (HTML Standard) that the client listens to. */
interface EventSource {
  addEventListener?(type: string, listener: () => void): void
  removeEventListener?(type: string, listener: () => void): void
  readonly visibilityState?: string
}

/**
 * Call `wake` when the network comes back and when the page becomes visible again: time may have passed in which no
 * timer ran and nothing could be asked. Where the platform has no such events, as in Node, nothing is listened to.
 *
 * @returns The function that stops listening.
 */
export function listenForWaking(wake: () => void): () => void {
  const scope = globalThis as EventSource & { readonly document?: EventSource }
  const { document } = scope
  const becameVisible = () => {
    if (document?.visibilityState === 'visible') wake()
  }
  scope.addEventListener?.('online', wake)
  document?.addEventListener?.('visibilitychange', becameVisible)
  return () => {
    scope.removeEventListener?.('online', wake)
    document?.removeEventListener?.('visibilitychange', becameVisible)
  }
}
