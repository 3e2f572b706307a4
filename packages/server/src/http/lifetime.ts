/** How long a call may take: until its client goes away, the server stops, or it is ended here. */
export interface Lifetime {
  /** Made only for those who look: an AbortSignal a request costs more than most handlers. */
  readonly signal: AbortSignal
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
    end: () => ending?.abort(),
  }
}
