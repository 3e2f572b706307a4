/** The part of `navigator.locks` (Web Locks API) that the client uses; an own one has to have the same semantics. */
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

/**
 * Longer than a refresh takes, and well below the ten seconds for which the issuer gives the same successor again: when
 * the holder of the lock was stopped with a refresh under way, the tab that waited is still in time.
 */
const patienceMs = 4_000

/** Runs `work` alone. `isAlone` is false where no lock says so: another tab may do the same meanwhile. */
export type Queue = <Value>(work: (isAlone: boolean) => Promise<Value>) => Promise<Value>

/**
 * A queue that runs one task at a time: in this client, and by a lock, where there are locks, in all tabs of the origin.
 * A task that has waited for the lock for four seconds runs without it.
 */
export function createQueue(name: string, locks: Locks | undefined): Queue {
  let last: Promise<unknown> = Promise.resolve()

  async function underLock<Value>(work: (isAlone: boolean) => Promise<Value>): Promise<Value> {
    if (locks === undefined) return work(false)
    const waiting = new AbortController()
    const timer = setTimeout(() => waiting.abort(), patienceMs)
    let began = false
    try {
      return await locks.request(name, { signal: waiting.signal }, () => {
        began = true
        clearTimeout(timer)
        return work(true)
      })
    } catch (error) {
      if (began || !waiting.signal.aborted) throw error
      return work(false)
    } finally {
      clearTimeout(timer)
    }
  }

  return (work) => {
    const result = last.then(() => underLock(work))
    last = result.catch(() => {})
    return result
  }
}
