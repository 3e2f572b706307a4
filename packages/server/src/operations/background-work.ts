import { job as jobTarget } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity.ts'
import type { JobState, Jobs } from '../part.ts'
import { deleteJobRunsOfNobody, findJobRuns, type JobOfProcess, type JobRow, upsertJobRuns } from './store.ts'

/** A job at a process: that of this one as it is now, that of another one as it last said. */
export interface WorkOfProcess extends JobOfProcess {
  readonly isRunning: boolean
}

/** What the processes of one database do unasked. */
export interface BackgroundWork {
  /** Every job of every process that was heard of since then. */
  all(seenSince: number): Promise<readonly WorkOfProcess[]>
  /** Say how the jobs of this process went that have run since it was last said. */
  write(tx: Transaction): Promise<void>
  /**
   * Run a job of this process now. That it failed is in the state that it returns.
   * @throws {Refusal} `job_not_found`, `job_running`
   */
  run(actor: Actor, name: string): Promise<WorkOfProcess>
}

interface Own {
  readonly id: string
  readonly host: string
  readonly pid: number
}

export function createBackgroundWork(
  { db, activity }: Pick<Ground, 'db' | 'activity'>,
  own: Own,
  jobs: () => Pick<Jobs, 'states' | 'runOne'>,
): BackgroundWork {
  const said = new Map<string, number>()
  const show = (state: JobState): WorkOfProcess => ({
    ...rowOf(own.id, state),
    ...{ host: own.host, pid: own.pid, isRunning: state.isRunning },
  })

  return {
    async all(seenSince) {
      const others = (await findJobRuns(db, seenSince)).filter(({ process }) => process !== own.id)
      const ours = jobs().states().map(show)
      const found = [...ours, ...others.map((row) => ({ ...row, isRunning: false }))]
      return found.sort((a, b) => compare(a.job, b.job) || compare(a.process, b.process))
    },
    async write(tx) {
      const fresh = jobs()
        .states()
        .filter(({ name, lastRunAt }) => lastRunAt !== null && said.get(name) !== lastRunAt)
      await upsertJobRuns(
        tx,
        fresh.map((state) => rowOf(own.id, state)),
      )
      await deleteJobRunsOfNobody(tx)
      tx.afterCommit(() => {
        for (const { name, lastRunAt } of fresh) said.set(name, lastRunAt ?? 0)
      })
    },
    async run(actor, name) {
      const running = jobs().runOne(name)
      if (running === undefined) throw new Refusal('job_not_found', 'there is no job of this name here')
      if (running === 'runs already') throw new Refusal('job_running', 'this job runs already')
      const state = await running
      const isFailed = state.lastError !== null
      await activity.recordAlone(actor, 'job.run', jobTarget(name), {
        ...(isFailed && { outcome: 'failure', reason: 'job_failed' }),
        details: { milliseconds: state.tookMs },
      })
      return show(state)
    },
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))

function rowOf(process: string, state: JobState): JobRow {
  return {
    ...{ process, job: state.name, every_ms: state.everyMs, last_run_at: state.lastRunAt },
    ...{ took_ms: state.tookMs, next_at: state.nextAt, last_error: state.lastError },
    failing_since: state.failingSince,
  }
}
