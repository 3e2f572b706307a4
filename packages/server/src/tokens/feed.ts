import type { ServerSentEvent } from '../http/route.ts'
import type { KeyRing } from '../keys/key-ring.ts'
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
  ring: KeyRing,
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
  const keyIds = () => ring.jwks().keys.map(({ kid }) => kid)
  let hasOtherKeys = false
  const stopKeys = ring.follow(() => {
    hasOtherKeys = true
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
    yield {
      event: 'snapshot',
      ...(last !== undefined && { id: last }),
      data: { revocations: alive.map(shown), complete: since === undefined, key_ids: keyIds() },
    }
    while (!signal.aborted) {
      const row = waiting.shift()
      if (row) yield { event: 'revocation', id: row.id, data: shown(row) }
      else if (hasOtherKeys) {
        hasOtherKeys = false
        yield { event: 'keys', data: { key_ids: keyIds() } }
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

export function shown({ key, revoked_at, expires_at }: RevocationRow) {
  return { key, revoked_at, expires_at }
}
