/**
 * How the time of what reads foreign input grows with the input. Each subject reads inputs of several hostile shapes, up to
 * sixteen times the largest that it takes; where four times the input costs far more than four times the time, a sender
 * chooses how long we work. The time is that of the processor, so that a busy machine does not matter much, and what
 * looks wrong is measured again before it counts.
 */
import type { Target } from './target.ts'

/** What reads foreign input. */
export interface Subject {
  readonly name: string
  /** The longest input that it takes, or that can reach it, in characters or bytes. */
  readonly largest: number
  /** Makes an input of a size. */
  readonly shapes: Readonly<Record<string, (size: number) => unknown>>
  /** Whatever it throws is its business: only the time counts. */
  read(input: never): unknown
}

export interface Measured {
  readonly subject: string
  readonly shape: string
  /** Milliseconds at each step; fewer where the time was out. */
  readonly ms: readonly number[]
  /** The largest growth from one step to the next; 4 is linear. */
  readonly growth: number
  readonly isFault: boolean
}

/** Parts and multiples of the largest input: what a limit refuses at once may still be slow below it. */
export const steps = [1 / 16, 1 / 4, 1, 4, 16] as const

/** A square grows by 16 from step to step, and what sorts by little more than 4; a full memory adds its own. */
const mostGrowth = 11

/** Below this many milliseconds the machine is measured rather than the code. */
const floorMs = 4

/** Above this many, the next step would take too long if the growth were that of a square. */
const ceilingMs = 3000

const attempts = 4

/** The milliseconds of processor time that this process has used. */
export type Clock = () => number

const processor: Clock = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Measure all shapes of one subject, each as the least of `rounds` runs. */
export async function measure(
  { name, largest, shapes, read }: Subject,
  rounds: number,
  clock: Clock = processor,
): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for (const [shape, make] of Object.entries(shapes)) {
    const times: number[] = []
    let growth = 0
    for (const step of steps) {
      const input = make(Math.max(1, Math.round(largest * step)))
      const time = () => leastOf(rounds, () => read(input as never), clock)
      let ms = await time()
      const before = times.at(-1)
      for (
        let again = 1;
        before !== undefined && growthOf(before, ms) > mostGrowth && again < attempts;
        again++
      ) {
        ms = Math.min(ms, await time())
      }
      if (before !== undefined) growth = Math.max(growth, growthOf(before, ms))
      // The smallest input alone takes seconds: whatever its growth, nobody waits for the next.
      else if (ms > ceilingMs) growth = Number.POSITIVE_INFINITY
      times.push(ms)
      if (ms > ceilingMs) break
    }
    measured.push({ subject: name, shape, ms: times, growth, isFault: growth > mostGrowth })
  }
  return measured
}

/** How much longer `ms` is than the time of the step before; 0 where it is too short to say. */
function growthOf(before: number, ms: number): number {
  return ms < floorMs ? 0 : ms / Math.max(before, floorMs / 4)
}

async function leastOf(rounds: number, run: () => unknown, clock: Clock): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const beganAt = clock()
    try {
      await run()
    } catch {
      // It refuses, as it should.
    }
    least = Math.min(least, clock() - beganAt)
    if (least > ceilingMs && round > 0) break
  }
  return least
}

export function tableOf(measured: readonly Measured[]): string {
  const lines = measured.map(({ subject, shape, ms, growth, isFault }) =>
    [
      isFault ? '  ✖' : '   ',
      subject.padEnd(34),
      shape.padEnd(30),
      ...steps.map((_, step) => (ms[step] === undefined ? '-' : ms[step].toFixed(1)).padStart(8)),
      growth === 0 ? '-'.padStart(8) : growth.toFixed(1).padStart(8),
    ].join(' '),
  )
  const head = [
    '   ',
    'what reads'.padEnd(34),
    'shape'.padEnd(30),
    ...['1/16', '1/4', '1', '4', '16', 'growth'],
  ]
  return [head.map((word, index) => (index < 3 ? word : word.padStart(8))).join(' '), ...lines].join('\n')
}

/** The target of `npm run fuzz`. Its inputs are its rows; `count` says how often each is run. */
export function growthTarget(
  withSubjects: (use: (subjects: readonly Subject[]) => Promise<void>) => Promise<void>,
): Target {
  return {
    name: 'growth',
    async run({ count, inFlight, tell }) {
      const rounds = Math.min(9, Math.max(2, Math.round(count / 250_000)))
      const faults: Measured[] = []
      await withSubjects(async (subjects) => {
        for (const subject of subjects) {
          inFlight[0] = subject.name
          const measured = await measure(subject, rounds)
          console.log(tableOf(measured))
          for (const one of measured) tell(one.isFault ? 'super-linear' : 'linear')
          faults.push(...measured.filter(({ isFault }) => isFault))
        }
      })
      if (faults.length > 0) throw new Error(`grows faster than its input:\n${tableOf(faults)}`)
    },
  }
}
