import { contains, countingKey, type Network } from './networks.ts'

/** Why a connection is refused: its address has too many, or too many that have not sent a whole request yet. */
export type NoPlace = 'too_many' | 'too_many_half_open'

/** One connection, counted for its address. */
export interface Place {
  /** The connection has sent its first whole packet: a CONNECT, or the head of a request. */
  arrived(): void
  leave(): void
}

/**
 * Counts the connections of each address, so that one peer cannot use up those of all. IPv6 is counted by its first 64 bits.
 * The memory it needs is bounded by the number of connections.
 */
export interface Places {
  take(address: string): Place | NoPlace
}

interface Parts {
  readonly most: number
  /** The most that have not sent a whole request yet; `most` by default. */
  readonly mostHalfOpen?: number
  /** Addresses that are not limited, such as those of trusted proxies. */
  readonly exempt?: readonly Network[]
  /** Called for each connection that is refused. */
  readonly refused?: (address: string, reason: NoPlace) => void
}

interface Count {
  open: number
  halfOpen: number
}

export function createPlaces({ most, mostHalfOpen = most, exempt = [], refused }: Parts): Places {
  const counts = new Map<string, Count>()

  return {
    take(address) {
      if (contains(exempt, address)) return everywhere
      const key = countingKey(address)
      const count = counts.get(key) ?? { open: 0, halfOpen: 0 }
      if (count.open >= most || count.halfOpen >= mostHalfOpen) {
        const reason = count.open >= most ? 'too_many' : 'too_many_half_open'
        refused?.(address, reason)
        return reason
      }
      counts.set(key, count)
      count.open += 1
      count.halfOpen += 1
      let state: 'half-open' | 'open' | 'left' = 'half-open'
      return {
        arrived() {
          if (state !== 'half-open') return
          state = 'open'
          count.halfOpen -= 1
        },
        leave() {
          if (state === 'left') return
          if (state === 'half-open') count.halfOpen -= 1
          state = 'left'
          count.open -= 1
          if (count.open === 0) counts.delete(key)
        },
      }
    },
  }
}

const everywhere: Place = { arrived() {}, leave() {} }
