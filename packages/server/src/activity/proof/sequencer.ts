import type { Transaction } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import type { ActivityEvent } from '../events.ts'
import { findUnsequenced, forgetParts, type Place, placeEvents } from '../store.ts'
import {
  type Commitment,
  commit,
  entryOf,
  nameFor,
  type PartName,
  partOf,
  parts,
  saltOf,
  shownCommitment,
} from './entry.ts'
import type { ForgottenParts } from './forgotten.ts'
import { hashLeaf } from './merkle.ts'
import { findTree, holdTree, setTree } from './store.ts'
import type { SubjectKey, Subjects } from './subjects.ts'
import { appendLeaves } from './tiles.ts'

/**
 * Gives each event its place in the tree, in the order of commits: one process at a time, of all that are on the database. An
 * event is stored in the transaction of its change, which knows no order among those beside it, and gets its place a moment later.
 */
export interface Sequencer {
  /** Give a place to every event that is stored by now. The size of the tree. */
  settle(): Promise<number>
  /** How many events have a place by now. */
  size(): Promise<number>
  /** Settle soon, after events of this process. */
  wake(): void
  /** From now on, {@link wake} does something. */
  start(): void
  /**
   * Call the listener soon after events of any process have got places. While somebody listens, events are given their places
   * here also if it was not started. Returns a function that stops it.
   */
  watch(listener: () => void): () => void
  /** Settle for the last time, if it was started: whether it was. */
  stop(): Promise<boolean>
}

/** Small enough that nobody waits for long who writes at the same time, and a multiple of the rows of one statement. */
const batch = 300
/** So long events of one process are gathered: a tail has them well before a quarter of a second. */
const gatherMs = 50
/** Not every commit is announced between processes on PostgreSQL, so there a watched log is asked so often. */
const askMs = 1_000

export function createSequencer({ db, world, log }: Ground, subjects: Subjects): Sequencer {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<number> | undefined
  let isStarted = false
  const watchers = new Set<() => void>()
  let stopAsking = () => {}

  async function settle(): Promise<number> {
    while ((await findUnsequenced(db, 1)).length > 0) {
      await db.transaction((tx) => placeBatch(tx, subjects, () => world.random(32)))
    }
    return (await findTree(db)).size
  }
  const settleOnce = () => {
    running ??= settle().finally(() => {
      running = undefined
    })
    return running
  }

  function wake(): void {
    if (timer || !(isStarted || watchers.size > 0)) return
    timer = setTimeout(() => {
      timer = undefined
      settleOnce().then(
        () => {
          for (const listener of watchers) listener()
        },
        (error: unknown) => log.error('log_order_failed', error),
      )
    }, gatherMs).unref()
  }
  function ask(): () => void {
    const stopListening = db.onChangeElsewhere(wake)
    const asking = db.engine === 'postgres' ? setInterval(wake, askMs).unref() : undefined
    return () => {
      stopListening()
      clearInterval(asking)
    }
  }

  return {
    async settle() {
      // A run that has begun may have missed the latest event.
      await running
      return settleOnce()
    },
    size: async () => (await findTree(db)).size,
    wake,
    watch(listener) {
      if (watchers.size === 0) stopAsking = ask()
      watchers.add(listener)
      // What was stored before has no place yet where this was not started.
      wake()
      return () => {
        if (watchers.delete(listener) && watchers.size === 0) stopAsking()
      }
    },
    start() {
      isStarted = true
    },
    async stop() {
      const wasStarted = isStarted
      isStarted = false
      clearTimeout(timer)
      await running
      if (wasStarted) await settle()
      return wasStarted
    },
  }
}

async function placeBatch(tx: Transaction, subjects: Subjects, random: () => Buffer): Promise<void> {
  const tree = await holdTree(tx)
  const events = await findUnsequenced(tx, batch)
  const names = new Set(
    events.flatMap((event) =>
      parts.filter((part) => partOf(event, part) !== null).map((part) => nameFor(event, part)),
    ),
  )
  const { keys, nextId } = await subjects.ofNames(tx, names, tree)
  const places: Place[] = []
  const leaves: Buffer[] = []
  for (const event of events) {
    const { commitments, forgotten } = commitTo(event, keys, random)
    leaves.push(hashLeaf(entryOf(event, commitments)))
    places.push({ id: event.id, seq: tree.size + places.length })
    // Recorded after they were forgotten: nothing of it may stay.
    await forgetParts(tx, event.id, forgotten)
  }
  await placeEvents(tx, places)
  await appendLeaves(tx, tree.size, leaves)
  await setTree(tx, { ...tree, size: tree.size + events.length, next_key: nextId })
}

function commitTo(
  event: ActivityEvent,
  keys: ReadonlyMap<string, SubjectKey>,
  random: () => Buffer,
): { commitments: Record<PartName, Commitment | null>; forgotten: ForgottenParts } {
  const commitments: Record<PartName, Commitment | null> = { who: null, place: null, whom: null }
  const forgotten: Partial<Record<PartName, string>> = {}
  for (const part of parts) {
    const text = partOf(event, part)
    if (text === null) continue
    const key = keys.get(nameFor(event, part))
    if (!key) throw new Error('the log has no key for somebody')
    const salt = key.secret ? saltOf(key.secret, event.id, part) : random()
    const commitment = { key: key.id, hash: commit(salt, text) }
    commitments[part] = commitment
    if (!key.secret) forgotten[part] = shownCommitment(commitment)
  }
  return { commitments, forgotten }
}
