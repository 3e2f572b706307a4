import { setTimeout } from 'node:timers/promises'

/** Something to measure: one operation, on the `index`-th of its inputs. */
export interface Task {
  readonly name: string
  run(index: number): unknown
}

/** Microseconds of processor time (user and system) an operation took in each round, by task. */
export class Measured {
  readonly #samples = new Map<string, number[]>()

  add(task: string, microseconds: number): void {
    this.#samples.set(task, [...this.#of(task), microseconds])
  }

  /** Microseconds an operation of `task`, the median of the rounds. */
  time(task: string): number {
    return medianOf(this.#of(task))
  }

  /**
   * How many times the time of `peer` the task takes: the median of the ratios of each round, in which the two ran a
   * few milliseconds apart. What a busy neighbour does to one it does to the other, so this is steadier than the
   * ratio of two medians.
   */
  ratio(task: string, peer: string): number {
    const theirs = this.#of(peer)
    return medianOf(this.#of(task).map((ours, round) => ours / (theirs[round] ?? Number.NaN)))
  }

  /** Microseconds that `task` takes more than `peer`: the median of the differences of each round. */
  difference(task: string, peer: string): number {
    const theirs = this.#of(peer)
    return medianOf(this.#of(task).map((ours, round) => ours - (theirs[round] ?? Number.NaN)))
  }

  #of(task: string): readonly number[] {
    return this.#samples.get(task) ?? []
  }
}

/** Run the tasks in `rounds` rounds in which they take turns, each round beginning with another. */
export async function measure(
  tasks: readonly Task[],
  { rounds = 31, roundMs = 30 }: { rounds?: number; roundMs?: number } = {},
): Promise<Measured> {
  const measured = new Measured()
  const counts = new Map<Task, number>()
  for (const task of tasks) {
    await warmUp(task)
    counts.set(task, await calibrate(task, roundMs))
  }
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < tasks.length; turn += 1) {
      const task = tasks[(round + turn) % tasks.length]!
      measured.add(task.name, await sample(task, counts.get(task) ?? 1))
    }
  }
  return measured
}

/**
 * As a server that has run for a while would have it: compiled. The compiler's threads count as processor time, so
 * what is slow enough to be measured a thousand times only would pay for them.
 */
async function warmUp({ run }: Task): Promise<void> {
  const until = performance.now() + 1500
  for (let index = 0; index < 30_000 && performance.now() < until; index += 1) {
    const result = run(index)
    if (result instanceof Promise) await result
  }
}

/** How many operations fill a round. */
async function calibrate(task: Task, roundMs: number): Promise<number> {
  let count = 16
  for (;;) {
    const microseconds = (await sample(task, count)) * count
    if (microseconds > roundMs * 1000) return count
    count *= 2
  }
}

/**
 * The last result of each task. A full collection throws away what the compiler knows of objects of which none is
 * left; a server has requests in flight, so it never comes to that there.
 */
const inFlight = new Map<Task, unknown>()

async function sample(task: Task, count: number): Promise<number> {
  // What the task before left behind, in the thread pool or as garbage, is not this one's to pay for.
  await setTimeout(5)
  globalThis.gc?.()
  await repeat(task, count >> 3)
  const before = process.cpuUsage()
  await repeat(task, count)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

async function repeat(task: Task, count: number): Promise<void> {
  let result: unknown
  for (let index = 0; index < count; index += 1) {
    result = task.run(index)
    if (result instanceof Promise) result = await result
  }
  inFlight.set(task, result)
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
