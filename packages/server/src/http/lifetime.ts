/** The lifetime of a call: it ends when the client disconnects, the server stops, or `end` is called. */
export interface Lifetime {
  /** Created when it is first read: an AbortSignal costs more than most handlers. */
  readonly signal: AbortSignal
  /** Whether it ended because the client has disconnected. */
  isAbandoned(): boolean
  end(): void
}

export function lifetimeOf(request: Request, stopping: AbortSignal): Lifetime {
  let ending: AbortController | undefined
  let signal: AbortSignal | undefined
  return {
    get signal() {
      ending ??= new AbortController()
      signal ??= AbortSignal.any([request.signal, stopping, ending.signal])
      return signal
    },
    isAbandoned: () => request.signal.aborted,
    end: () => ending?.abort(),
  }
}
