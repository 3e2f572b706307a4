import type { ServerSentEvent } from '../http/route.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { FeedKeys } from './ground.ts'
import type { Revocations } from './revocations.ts'
import type { RevocationRow } from './store.ts'

const heartbeatMs = 5_000

/**
 * The revocation feed: first everything alive (or, after `since`, what is newer), then each entry as it comes,
 * and a heartbeat, by whose absence a listener knows that it is no longer told. The first
 * has the ids of the keys, and so has an event for each change of them: who holds others fetches the key set.
 *
 * The feed is public. An entry is the hash of what it revokes, which tells only those anything who hold a token
 * it concerns.
 */
export async function* revocationFeed(
  revocations: Revocations,
  keys: FeedKeys,
  since: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  const waiting: RevocationRow[] = []
  let beat = false
  let wake = () => {}
  // Listening starts before the snapshot is read, so that nothing falls between the two.
  const stop = revocations.follow((row) => {
    waiting.push(row)
    wake()
  })
  let mayHaveOtherKeys = false
  const stopKeys = keys.follow(() => {
    mayHaveOtherKeys = true
    wake()
  })
  const heart = setInterval(() => {
    beat = true
    wake()
  }, heartbeatMs).unref()
  signal.addEventListener('abort', () => wake(), { once: true })
  try {
    const alive = await revocations.alive(since)
    const last = alive.at(-1)?.id
    let told = await keys.ids()
    yield {
      event: 'snapshot',
      ...(last !== undefined && { id: last }),
      data: { revocations: alive.map(shown), complete: since === undefined, key_ids: told },
    }
    while (!signal.aborted) {
      const row = waiting.shift()
      if (row) yield { event: 'revocation', id: row.id, data: shown(row) }
      else if (mayHaveOtherKeys) {
        mayHaveOtherKeys = false
        const before = told.join()
        told = await keys.ids()
        if (told.join() !== before) yield { event: 'keys', data: { key_ids: told } }
      } else if (beat) {
        beat = false
        yield { event: 'heartbeat', data: {} }
      } else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stop()
    stopKeys()
    clearInterval(heart)
  }
}

/** The keys of this server. */
export function keysOfRing(ring: KeyRing): FeedKeys {
  return {
    ids: async () => ring.jwks().keys.flatMap(({ kid }) => kid ?? []),
    follow: (listener) => ring.follow(listener),
  }
}

export function shown({ key, revoked_at, expires_at }: RevocationRow) {
  return { key, revoked_at, expires_at }
}
