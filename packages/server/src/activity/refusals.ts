import { countingKey } from '../addresses/networks.ts'
import type { Actor } from '../identity.ts'
import type { World } from '../world.ts'
import { type EventName, type More, type Target, type Who, whoOf } from './events.ts'

export interface RefusalLog {
  record(who: Actor | Who, event: EventName, target: Target | undefined, more: More): Promise<void>
  flush(all?: boolean): Promise<void>
}

interface Parts {
  readonly world: Pick<World, 'now'>
  readonly write: (who: Who, event: EventName, target: Target | undefined, more: More) => Promise<void>
}

/** Refusals of one kind that have been seen since its last row. */
interface Counted {
  readonly asker: string
  readonly who: Who
  readonly event: EventName
  readonly target: Target | undefined
  readonly more: More
  /** When its last row was written. */
  since: number
  count: number
}

const windowMs = 60_000
/** The most kinds that are counted separately. Beyond them, all refusals of an event and a reason are one kind. */
const mostKinds = 10_000
/** The most kinds of one subject or network, so that nobody can fill the log by asking for many different things. */
const mostKindsOfOne = 100

/**
 * Stores refusals. A refused request costs an attacker little, and a row costs a write and space in the log for
 * ever: so the first refusal of a kind is a row, and each minute after it one more with the count.
 */
export function createRefusalLog({ world, write }: Parts): RefusalLog {
  const kinds = new Map<string, Counted>()
  const kindsOf = new Map<string, number>()

  /**
   * The kind that a refusal is counted as: its own while there is room, then that of its subject or network, then that of
   * all.
   */
  function keyOf(asker: string, own: string, event: EventName, reason = ''): string {
    if (kinds.has(own)) return own
    const crowd = JSON.stringify([event, reason])
    if (kinds.size >= mostKinds) return crowd
    return (kindsOf.get(asker) ?? 0) < mostKindsOfOne ? own : JSON.stringify([event, reason, asker])
  }

  async function tell(counted: Counted): Promise<void> {
    const { who, event, target, more, count, since } = counted
    counted.count = 0
    counted.since = world.now()
    try {
      await write(who, event, target, { outcome: 'refused', ...more, details: { ...more.details, count } })
    } catch (error) {
      // The next row that can be written has this count.
      counted.count += count
      counted.since = since
      throw error
    }
  }

  return {
    async record(actor, event, target, more) {
      const who = whoOf(actor)
      const asker = askerOf(who)
      const own = JSON.stringify([event, asker, who.actedBy, target?.id, more.reason, more.details])
      const key = keyOf(asker, own, event, more.reason)
      const known = kinds.get(key)
      if (known) {
        known.count += 1
        if (world.now() - known.since >= windowMs) await tell(known)
        return
      }
      const first = { asker, who, event, target, more, since: world.now(), count: 0 }
      kinds.set(key, first)
      kindsOf.set(asker, (kindsOf.get(asker) ?? 0) + 1)
      try {
        await write(who, event, target, { outcome: 'refused', ...more })
      } catch (error) {
        // It has no row of its own: the next row counts it.
        first.count += 1
        throw error
      }
    },
    async flush(all = false) {
      const due = [...kinds].filter(([, { since }]) => all || world.now() - since >= windowMs)
      for (const [key, counted] of due) {
        // After a minute without a refusal the kind is forgotten, and the next one is stored at once.
        if (counted.count === 0 || all) {
          kinds.delete(key)
          const left = (kindsOf.get(counted.asker) ?? 1) - 1
          if (left > 0) kindsOf.set(counted.asker, left)
          else kindsOf.delete(counted.asker)
        }
        if (counted.count > 0) await tell(counted)
      }
    },
  }
}

/** Without a subject, refusals are counted by network: the owner of one IPv6 address has 2^64 of them. */
function askerOf({ subject, clientId, client }: Who): string {
  return subject ?? `${clientId ?? ''} ${countingKey(client?.address ?? '')}`
}
