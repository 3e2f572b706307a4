import { setImmediate as nextTurn, setTimeout as timeout } from 'node:timers/promises'
import type { World } from '../world.ts'
import type { Database, Transaction } from './database.ts'

/** Resolves after `ms` milliseconds, or when the signal is aborted; for 0, once others have had a turn of the event loop. */
export type Wait = (ms: number, stopping?: AbortSignal) => Promise<void>

export const waitFor: Wait = async (ms, signal) => {
  if (signal?.aborted) return
  // An end by the signal is an end like any other.
  if (ms > 0) await timeout(ms, undefined, { signal }).catch(() => {})
  else await nextTurn()
}

export interface StepsOptions {
  /** Ends the work at its next step. */
  readonly stopping?: AbortSignal | undefined
  readonly wait?: Wait | undefined
}

/**
 * A long work in short steps, for which nobody waits: a step holds the database or the event loop for about {@link stepMs}, and
 * behind it they are left to others for {@link restFactor} times as long.
 */
export interface Steps {
  /** Whether the work must end: asked before each step. */
  isOver(): boolean
  /**
   * One transaction, of as many rows as `work` is told, and the rest behind it. Its time is counted from when it has its turn
   * until it is committed.
   */
  take<T>(db: Database, work: (tx: Transaction, rows: number) => Promise<T>): Promise<T>
  /** What has no number of rows, and the rest behind it. */
  run<T>(work: () => T | Promise<T>): Promise<T>
}

/** So long a step may take: a sign-in that comes in the middle of it waits for no more. */
const stepMs = 8
const restFactor = 9
/** A commit takes its time whatever it holds: with fewer rows a step, the work would hardly advance where commits are slow. */
const fewestRows = 16
const mostRows = 256
/** A clock that was set forward says nothing about a step. */
const longestRestMs = 5_000

export function createSteps(world: Pick<World, 'now'>, { stopping, wait = waitFor }: StepsOptions): Steps {
  let rows = fewestRows
  const rest = (took: number) => wait(Math.min(restFactor * took, longestRestMs), stopping)
  const since = (beganAt: number) => Math.max(0, world.now() - beganAt)

  return {
    isOver: () => stopping?.aborted === true,
    async take(db, work) {
      let beganAt = 0
      const done = await db.transaction((tx) => {
        beganAt = world.now()
        return work(tx, rows)
      })
      const took = since(beganAt)
      rows = rowsAfter(rows, took)
      await rest(took)
      return done
    },
    async run(work) {
      const beganAt = world.now()
      const done = await work()
      await rest(since(beganAt))
      return done
    },
  }
}

/** As many as would have taken {@link stepMs}, and at most twice as many as before. */
export function rowsAfter(rows: number, tookMs: number): number {
  const fitting = Math.floor((rows * stepMs) / Math.max(tookMs, 1))
  return Math.max(fewestRows, Math.min(mostRows, 2 * rows, fitting))
}

/** So many rows are formed, parsed or hashed at once: a few milliseconds. */
const portion = 128

/** What `work` makes of the items, a portion at a time: in between, others have their turn of the event loop. */
export async function inPortions<Item, Made>(
  items: readonly Item[],
  work: (item: Item) => Made,
): Promise<Made[]> {
  const made: Made[] = []
  for (let at = 0; at < items.length; at += portion) {
    if (at > 0) await nextTurn()
    for (const item of items.slice(at, at + portion)) made.push(work(item))
  }
  return made
}
