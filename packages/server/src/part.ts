import type { Route } from './http/route.ts'
import type { Log } from './log.ts'
import type { World } from './world.ts'

/** A part of the server as a value: its routes and its jobs. `app.ts` builds and connects the parts. */
export interface Part {
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
}

/** Periodic work. A run that fails is logged, and does not prevent the next one. */
export interface Job {
  /** `part.verb` */
  readonly name: string
  readonly everyMs: number
  run(): Promise<void>
}

/** A job as an operator sees it. Times are milliseconds since the epoch. */
export interface JobState {
  readonly name: string
  readonly everyMs: number
  readonly lastRunAt: number | null
  readonly tookMs: number | null
  readonly nextAt: number | null
  /** The message of the last run, if that failed. */
  readonly lastError: string | null
}

export interface Jobs {
  start(): void
  /** Runs that have begun come to their end. */
  stop(): Promise<void>
  /** Run those that come at least every `everyMs` now, one after the other: for tests, whose time is an argument. */
  runNow(everyMs?: number): Promise<void>
  states(): readonly JobState[]
}

/** One timer a job. A run is never begun while the one before goes on. */
export function createJobs(jobs: readonly Job[], { world, log }: { world: World; log: Log }): Jobs {
  const states = new Map<string, { -readonly [Member in keyof JobState]: JobState[Member] }>()
  for (const { name, everyMs } of jobs) {
    if (states.has(name)) throw new Error(`two jobs are called ${name}`)
    states.set(name, { name, everyMs, lastRunAt: null, tookMs: null, nextAt: null, lastError: null })
  }
  const running = new Map<string, Promise<void>>()
  let timers: NodeJS.Timeout[] = []

  function runOnce(job: Job): Promise<void> {
    const already = running.get(job.name)
    if (already) return already
    const run = runAndNote(job).finally(() => running.delete(job.name))
    running.set(job.name, run)
    return run
  }

  async function runAndNote({ name, everyMs, run }: Job): Promise<void> {
    const state = states.get(name)!
    const beganAt = world.now()
    try {
      await run()
      state.lastError = null
    } catch (error) {
      state.lastError = error instanceof Error ? error.message : String(error)
      log.error('job_failed', error, { job: name })
    }
    state.lastRunAt = beganAt
    state.tookMs = world.now() - beganAt
    state.nextAt = timers.length > 0 ? beganAt + everyMs : null
  }

  return {
    start() {
      timers = jobs.map((job) => {
        states.get(job.name)!.nextAt = world.now() + job.everyMs
        return setInterval(() => void runOnce(job), job.everyMs).unref()
      })
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      timers = []
      await Promise.all(running.values())
    },
    async runNow(everyMs = Number.POSITIVE_INFINITY) {
      for (const job of jobs) {
        if (job.everyMs > everyMs) continue
        // A run that has begun already may have missed the latest change.
        await running.get(job.name)
        await runOnce(job)
      }
    },
    states: () => [...states.values()],
  }
}
