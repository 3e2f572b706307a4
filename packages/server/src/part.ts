import { job as jobTarget } from './activity/events.ts'
import type { Ground } from './ground.ts'
import type { Route } from './http/route.ts'
import { operator } from './identity.ts'

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
  /** @param stopping aborted when the server stops: a long run ends at its next step then, and is gone on with after the next start */
  run(stopping: AbortSignal): Promise<void>
  /** What it does for the last time when the server stops: where memory alone has something, it is written. */
  readonly finish?: () => Promise<void>
}

/** A job as an operator sees it. Times are milliseconds since the epoch. */
export interface JobState {
  readonly name: string
  readonly everyMs: number
  readonly lastRunAt: number | null
  readonly lastSuccessAt: number | null
  readonly tookMs: number | null
  readonly nextAt: number | null
  /** The message of the last run, if that failed. */
  readonly lastError: string | null
  /** Since when every run has failed; null if the last one did not. */
  readonly failingSince: number | null
  /** How many runs have failed since the start. */
  readonly failures: number
  readonly isRunning: boolean
}

export interface Jobs {
  start(): void
  /** Runs that have begun come to their end, long ones at their next step. */
  stop(): Promise<void>
  /** Finish each, when there are no more requests: one that fails is logged, and the others are finished all the same. */
  finish(): Promise<void>
  /** Run those that come at least every `everyMs` now, one after the other: for tests, whose time is an argument. */
  runNow(everyMs?: number): Promise<void>
  states(): readonly JobState[]
  /** Run one now, unless it runs already: how it went. Undefined for a name that no job has. */
  runOne(name: string): Promise<JobState> | 'runs already' | undefined
}

/** One timer a job. A run is never begun while the one before goes on. */
export function createJobs(
  jobs: readonly Job[],
  { world, log, activity }: Pick<Ground, 'world' | 'log'> & Partial<Pick<Ground, 'activity'>>,
  traced: (name: string, run: () => Promise<void>) => Promise<void> = (_, run) => run(),
): Jobs {
  const states = new Map<string, { -readonly [Member in keyof JobState]: JobState[Member] }>()
  for (const { name, everyMs } of jobs) {
    if (states.has(name)) throw new Error(`two jobs are called ${name}`)
    states.set(name, {
      ...{ name, everyMs, lastRunAt: null, lastSuccessAt: null, tookMs: null, nextAt: null, lastError: null },
      ...{ failingSince: null, failures: 0, isRunning: false },
    })
  }
  const running = new Map<string, Promise<void>>()
  let timers: NodeJS.Timeout[] = []
  let stopping = new AbortController()

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
    state.isRunning = true
    try {
      await traced(name, () => run(stopping.signal))
      state.lastError = null
      state.lastSuccessAt = beganAt
      if (state.failingSince !== null) await tell('job.recover', name)
      state.failingSince = null
    } catch (error) {
      state.lastError = error instanceof Error ? error.message : String(error)
      state.failures += 1
      log.error('job_failed', error, { job: name })
      // The first failure of several is an event: one each minute would fill the log.
      if (state.failingSince === null) await tell('job.fail', name)
      state.failingSince ??= beganAt
    }
    state.isRunning = false
    state.lastRunAt = beganAt
    state.tookMs = world.now() - beganAt
    state.nextAt = timers.length > 0 ? beganAt + everyMs : null
  }

  /** The log may be what fails. */
  async function tell(event: 'job.fail' | 'job.recover', name: string): Promise<void> {
    const more = event === 'job.fail' ? ({ outcome: 'alarm', reason: 'job_failed' } as const) : {}
    await activity?.recordAlone(operator, event, jobTarget(name), more).catch((error: unknown) => {
      log.error('record_failed', error, { job: name })
    })
  }

  return {
    start() {
      stopping = new AbortController()
      timers = jobs.map((job) => {
        states.get(job.name)!.nextAt = world.now() + job.everyMs
        return setInterval(() => void runOnce(job), job.everyMs).unref()
      })
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      timers = []
      stopping.abort()
      await Promise.all(running.values())
    },
    async finish() {
      for (const { name, finish } of jobs) {
        await finish?.().catch((error: unknown) => log.error('job_failed', error, { job: name }))
      }
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
    runOne(name) {
      const job = jobs.find((one) => one.name === name)
      if (!job) return undefined
      return running.has(name) ? 'runs already' : runOnce(job).then(() => states.get(name)!)
    },
  }
}
