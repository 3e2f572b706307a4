import { contains, countingKey, type Network } from './networks.ts'

/** Why a connection is not taken: its address has too many, or too many that have not said anything whole. */
export type NoPlace = 'too_many' | 'too_many_half_open'

/** The place of one connection among those of its address. */
export interface Place {
  /** It has sent what it opens with: a full CONNECT, a full request head. */
  arrived(): void
  leave(): void
}

/**
 * How many connections each address has, so that one peer cannot take what is there for all. IPv6 counts by its first 64 bits.
 * What is kept is bounded by the connections themselves.
 */
export interface Places {
  take(address: string): Place | NoPlace
}

interface Parts {
  readonly most: number
  /** Of those that have not arrived; as many as `most` unless given. */
  readonly mostHalfOpen?: number
  /** Addresses that stand for many others, such as proxies of ours. */
  readonly exempt?: readonly Network[]
  /** Told of each that gets no place. */
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
