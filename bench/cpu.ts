import { setTimeout } from 'node:timers/promises'

/** Something to measure: one operation, on the `index`-th of its inputs. */
export interface Task {
  readonly name: string
  run(index: number): unknown
}

/**
 * Microseconds of processor time (user and system) an operation takes, by task: medians of `rounds` rounds in which the
 * tasks take turns, so that a busy neighbour disturbs all of them alike.
 */
export async function measure(
  tasks: readonly Task[],
  { rounds = 9, roundMs = 100 }: { rounds?: number; roundMs?: number } = {},
): Promise<Map<string, number>> {
  const samples = new Map<string, number[]>(tasks.map(({ name }) => [name, []]))
  const counts = new Map<string, number>()
  for (const task of tasks) {
    await warmUp(task)
    counts.set(task.name, await calibrate(task, roundMs))
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const task of tasks) samples.get(task.name)?.push(await sample(task, counts.get(task.name) ?? 1))
  }
  return new Map([...samples].map(([name, values]) => [name, medianOf(values)]))
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

async function sample({ run }: Task, count: number): Promise<number> {
  // What the task before left behind, in the thread pool or as garbage, is not this one's to pay for.
  await setTimeout(5)
  globalThis.gc?.()
  const before = process.cpuUsage()
  for (let index = 0; index < count; index += 1) {
    const result = run(index)
    if (result instanceof Promise) await result
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
