import { hostname } from 'node:os'
import { pid } from 'node:process'
import { type StorageFailure, storageFailureOf } from '../database/failure.ts'
import type { Ground } from '../ground.ts'
import { serve } from '../http/route.ts'
import type { Jobs, Part } from '../part.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { type BackgroundWork, createBackgroundWork } from './background-work.ts'
import type { OperationsGround } from './ground.ts'
import { heardOfMs } from './heard-of.ts'
import { health, listJobs, readiness, readTime, runJob } from './routes.ts'
import {
  deleteProcess,
  deleteProcessesSeenBefore,
  findProcesses,
  type ProcessRow,
  upsertProcess,
} from './store.ts'

/** Whether the server lives and can store, which jobs it runs, and which other processes serve the same database. */
export interface Operations extends Part {
  /** Told of each error of the storage, wherever it was met. One line of the log when it begins, one when it is over. */
  storageFailed(failure: StorageFailure, error: unknown): void
  /** The other processes that serve this database now. */
  others(): Promise<readonly ProcessRow[]>
  /** When a process was last found to be missing that had not said that it ends; 0 if none is. */
  lostAt(): Promise<number>
  /** Say that this process is there, which also tries whether anything can be stored. */
  beat(): Promise<void>
  readonly work: BackgroundWork
  /** This process ends. */
  leave(): Promise<void>
}

const beatMs = 5_000

/** Said at start and by `latchkey doctor` where several processes serve one database. */
export const notAcross =
  'presence, commands and retained messages do not cross processes yet: let devices, and those who command them, connect to one of them'

export function createOperations(ground: Ground, jobs: () => Pick<Jobs, 'states' | 'runOne'>): Operations {
  const { db, world, log } = ground
  const own = { id: newIdentifier('prc', world), host: hostname(), pid, started_at: world.now() }
  const work = createBackgroundWork(ground, own, jobs)
  let failing: StorageFailure | undefined
  let known = 0

  function storageFailed(failure: StorageFailure, error: unknown): void {
    if (failing === failure) return
    failing = failure
    log.error('storage_failed', error, { failure })
  }

  async function beat(): Promise<void> {
    try {
      await db.transaction(async (tx) => {
        await upsertProcess(tx, { ...own, seen_at: world.now() })
        await deleteProcessesSeenBefore(tx, world.now() - 100 * heardOfMs)
        await work.write(tx)
      })
    } catch (error) {
      const failure = storageFailureOf(error)
      if (failure === undefined) throw error
      storageFailed(failure, error)
      return
    }
    if (failing !== undefined) log.warn('storage_recovered')
    failing = undefined
    await tellOfOthers()
  }

  /**
   * What is held in the memory of one process does not reach another yet: presence, commands and their replies, retained
   * messages, and that a device has one connection.
   */
  async function tellOfOthers(): Promise<void> {
    const found = await others()
    if (found.length > 0 && found.length !== known) {
      log.warn('several_processes', {
        others: found.map(({ host, pid }) => `${host}, process ${pid}`),
        detail: notAcross,
      })
    }
    known = found.length
  }

  async function others(): Promise<readonly ProcessRow[]> {
    const found = await findProcesses(db, world.now() - heardOfMs)
    return found.filter(({ id }) => id !== own.id)
  }

  return {
    routes: serve<OperationsGround>({ ...ground, work, storageFailure: () => failing }, [
      health,
      readiness,
      readTime,
      listJobs,
      runJob,
    ]),
    jobs: [{ name: 'operations.beat', everyMs: beatMs, run: beat }],
    storageFailed,
    beat,
    others,
    async lostAt() {
      const now = world.now()
      const missing = (await findProcesses(db, 0)).filter(({ seen_at }) => seen_at <= now - heardOfMs)
      return Math.max(0, ...missing.map(({ seen_at }) => seen_at + heardOfMs))
    },
    work,
    leave: () => db.transaction((tx) => deleteProcess(tx, own.id)),
  }
}
