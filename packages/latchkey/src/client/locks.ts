/** The part of `navigator.locks` (Web Locks API) that is used. */
export interface Locks {
  request<Value>(
    name: string,
    options: { signal?: AbortSignal; mode?: 'exclusive' | 'shared' },
    run: () => Promise<Value>,
  ): Promise<Value>
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>
}

/** The locks of this origin, where the platform has them. */
export function platformLocks(): Locks | undefined {
  const { navigator } = globalThis as { navigator?: { locks?: Locks } } // absent, or as the standard has it
  return navigator?.locks
}

/** Longer than what is done under a lock can take. A tab that holds it for so long will not let go of it. */
const patienceMs = 30_000

/**
 * Run one thing at a time: in this client by a queue, across the tabs of an origin by a lock, where there are any. Who
 * waited in vain runs all the same: the issuer gives two tabs that race the same successor.
 */
export function createQueue(name: string, locks: Locks | undefined) {
  let last: Promise<unknown> = Promise.resolve()

  async function underLock<Value>(run: () => Promise<Value>): Promise<Value> {
    if (locks === undefined) return run()
    const waiting = new AbortController()
    const timer = setTimeout(() => waiting.abort(), patienceMs)
    let began = false
    try {
      return await locks.request(name, { signal: waiting.signal }, () => {
        began = true
        clearTimeout(timer)
        return run()
      })
    } catch (error) {
      if (began || !waiting.signal.aborted) throw error
      return run()
    } finally {
      clearTimeout(timer)
    }
  }

  return <Value>(run: () => Promise<Value>): Promise<Value> => {
    const result = last.then(() => underLock(run))
    last = result.catch(() => {})
    return result
  }
}
