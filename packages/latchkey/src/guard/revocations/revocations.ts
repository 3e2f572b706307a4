import { setTimeout as delay } from 'node:timers/promises'
import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { clockOf } from '../../options/clock.ts'
import { wholeText } from '../../whole-text.ts'
import { type OpenEventStream, openEventStream } from './event-source.ts'
import type { StreamEvent } from './event-stream.ts'
import type { Revocation, RevocationList } from './revocation-list.ts'

/** The options of `followRevocations`. Times in milliseconds. */
export interface RevocationFeedOptions {
  /** Where the feed is; undefined if the issuer has none. Asked before each connection. */
  readonly locate: () => Promise<URL | undefined>
  readonly list: RevocationList
  /** Told when the issuer has other keys than it said before. */
  readonly onKeysChanged?: () => void
  readonly now?: () => number
  /** Ends after `ms`, or rejects once `signal` is aborted. `holds`: the process should not end meanwhile. */
  readonly wait?: (ms: number, signal: AbortSignal, holds: boolean) => Promise<void>
  /** A number from 0 to 1. */
  readonly random?: () => number
  readonly open?: OpenEventStream
}

const revocationFeedOptions: OptionNames<RevocationFeedOptions> = {
  locate: 1,
  list: 1,
  onKeysChanged: 1,
  now: 1,
  wait: 1,
  random: 1,
  open: 1,
}

/** How a revocation feed is doing. Times in milliseconds. */
export interface RevocationFeedState {
  readonly connected: boolean
  readonly lastEventAtMs: number | undefined
  /** 0 while events arrive; otherwise how long ago the last one came, or the feed was started. */
  readonly staleForMs: number
}

/** A connection to a revocation feed, kept up until it is closed. */
export interface RevocationFeed {
  state(): RevocationFeedState
  /** Ends when the first snapshot is in, when the first try has failed, and in any case after 2 s. */
  readonly settled: Promise<void>
  close(): void
}

/** The server sends something at least every 5 s; after three times that, the connection counts as dead. */
const silenceMs = 15_000
const settleMs = 2_000
const firstRetryMs = 100
const lastRetryMs = 5_000
const keySyntax = wholeText(/[\w-]{22}/)

/**
 * Keep `list` in step with the revocations of an issuer. Reconnects for ever, after 100 ms to 5 s with jitter,
 * and says where it stopped (`Last-Event-ID`), so that nothing is missed. Never throws: `state` tells.
 */
export function followRevocations(options: RevocationFeedOptions): RevocationFeed {
  checkOptions('followRevocations', options, revocationFeedOptions)
  const { locate, list, onKeysChanged, random = Math.random, open = openEventStream } = options
  const { wait = (ms, signal, holds) => delay(ms, undefined, { signal, ref: holds }) } = options
  const now = clockOf(options.now)
  const startedAtMs = now()
  const closing = new AbortController()
  const settling = new AbortController()
  let connected = false
  let lastEventAtMs: number | undefined
  let lastEventId: string | undefined
  let lastKeys: string | undefined

  async function follow(): Promise<void> {
    let failures = 0
    while (!closing.signal.aborted) {
      try {
        const url = await locate()
        if (url !== undefined) await readStream(url, () => (failures = 0))
      } catch {
        // Whatever it was, the answer is to try again; what could not be read is asked for again, whole.
      }
      connected = false
      settling.abort()
      // Full jitter above half: a thousand services must not come back in one instant.
      const backOffMs = Math.min(lastRetryMs, firstRetryMs * 2 ** failures++) * (0.5 + random() / 2)
      await wait(backOffMs, closing.signal, false).catch(() => {})
    }
  }

  async function readStream(url: URL, onEvent: () => void): Promise<void> {
    const connection = new AbortController()
    const signal = AbortSignal.any([closing.signal, connection.signal])
    const watch = watchSilence(connection)
    try {
      for await (const event of open(url, { lastEventId, signal })) {
        try {
          take(event)
        } catch (error) {
          lastEventId = undefined
          throw error
        }
        lastEventAtMs = now()
        watch.heard()
        onEvent()
      }
    } finally {
      watch.end()
      connection.abort()
    }
  }

  function take({ event, data, id }: StreamEvent): void {
    if (event === 'snapshot') {
      const { revocations, keyIds } = readSnapshot(data)
      for (const revocation of revocations) list.add(revocation)
      takeKeys(keyIds)
      connected = true
      settling.abort()
    } else if (event === 'revocation') {
      list.add(readRevocation(JSON.parse(data)))
    } else if (event === 'keys') {
      takeKeys(readKeyIds(JSON.parse(data)))
    }
    if (id !== '') lastEventId = id
  }

  /** The ids of the keys stand in each snapshot too, so that what changed while nobody listened is seen as well. */
  function takeKeys(keyIds: string | undefined): void {
    if (keyIds === undefined) return
    if (lastKeys !== undefined && lastKeys !== keyIds) onKeysChanged?.()
    lastKeys = keyIds
  }

  /** Cut a connection on which nothing has come for too long: a dead peer does not say goodbye. */
  function watchSilence(connection: AbortController): { heard(): void; end(): void } {
    let timer = new AbortController()
    const heard = () => {
      timer.abort()
      timer = new AbortController()
      wait(silenceMs, timer.signal, false).then(
        () => connection.abort(),
        () => {},
      )
    }
    heard()
    return { heard, end: () => timer.abort() }
  }

  // A feed that does not answer must not hold up the first request for long. Somebody waits for this, so it
  // keeps the process alive; a guard that only listens must never be the reason for which a service does not end.
  const settled = wait(settleMs, AbortSignal.any([closing.signal, settling.signal]), true).catch(() => {})
  void follow()
  return {
    state() {
      const sinceMs = now() - (lastEventAtMs ?? startedAtMs)
      const alive = connected && sinceMs < silenceMs
      return { connected: alive, lastEventAtMs, staleForMs: alive ? 0 : sinceMs }
    },
    settled,
    close: () => closing.abort(),
  }
}

function readSnapshot(data: string): { revocations: Revocation[]; keyIds: string | undefined } {
  const snapshot: unknown = JSON.parse(data)
  if (!isObject(snapshot) || !Array.isArray(snapshot.revocations)) throw new Error('not a snapshot')
  return { revocations: snapshot.revocations.map(readRevocation), keyIds: readKeyIds(snapshot) }
}

/** As one text to compare; undefined where the issuer does not say them. */
function readKeyIds(value: unknown): string | undefined {
  return isObject(value) && Array.isArray(value.key_ids) ? JSON.stringify(value.key_ids) : undefined
}

/** A revocation that cannot be understood must not be skipped: the whole connection counts as failed. */
function readRevocation(value: unknown): Revocation {
  if (isObject(value)) {
    const { key, revoked_at: revokedAtMs, expires_at: expiresAtMs } = value
    if (typeof key === 'string' && keySyntax.test(key) && isTime(revokedAtMs) && isTime(expiresAtMs)) {
      return { key, revokedAtMs, expiresAtMs }
    }
  }
  throw new Error('not a revocation')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
