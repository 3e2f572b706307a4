import type { Place, Places } from '../addresses/places.ts'
import { Refusal } from '../errors.ts'
import type { Identity } from '../identity.ts'
import type { World } from '../world.ts'

/**
 * The open event streams. A token is checked when the request arrives; a stream outlives
 * that check, so each is listed here until it ends, and ends with its token.
 */
export interface Streams {
  /**
   * `end` is called at most once, when the token expires or is revoked. Returns a function that removes the stream. Without
   * a caller the stream is public, and only counted.
   * @throws {Refusal} `token_revoked`, `too_many_requests`
   */
  open(caller: Identity | undefined, address: string, end: () => void): () => void
  /** End those whose token has been revoked or has expired: to be called when either may be so. */
  endDue(): void
  readonly size: number
}

interface Parts {
  readonly world: Pick<World, 'now'>
  readonly isRevoked: (caller: Identity) => boolean
  /** The streams of one address. A service that many people reach by one proxy names it in `trustedProxies`. */
  readonly places: Places
}

/** A page has one for each of its tabs. Each may hold a queue of what its reader has not taken yet. */
const mostOfOneSubject = 32

export function createStreams({ world, isRevoked, places }: Parts): Streams {
  const open = new Set<{ readonly caller: Identity; readonly end: () => void; readonly place: Place }>()

  function placeOf(address: string): Place {
    const place = places.take(address)
    if (typeof place === 'string')
      throw new Refusal('too_many_requests', 'too many event streams of your address are open', {
        reason: 'streams_per_address',
      })
    return place
  }

  function streamsOf({ subject }: Identity): number {
    let count = 0
    for (const { caller } of open) if (caller.subject === subject) count += 1
    return count
  }

  return {
    open(caller, address, end) {
      if (!caller) return placeOf(address).leave
      // Revoked while the request was answered: the list was asked before, the stream was not here yet.
      if (isRevoked(caller)) throw new Refusal('token_revoked', 'this token has been revoked')
      if (streamsOf(caller) >= mostOfOneSubject)
        throw new Refusal('too_many_requests', 'too many event streams of yours are open')
      const place = placeOf(address)
      const stream = { caller, end, place }
      open.add(stream)
      return () => {
        open.delete(stream)
        place.leave()
      }
    },
    endDue() {
      if (open.size === 0) return
      const now = world.now()
      for (const stream of open) {
        if (now < stream.caller.expiresAtMs && !isRevoked(stream.caller)) continue
        open.delete(stream)
        stream.place.leave()
        stream.end()
      }
    },
    get size() {
      return open.size
    },
  }
}
