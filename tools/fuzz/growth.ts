import type { Target } from '../fuzz.ts'
import { subjects } from './growth-subjects.ts'

/** Something that reads what strangers wrote. */
export interface Subject {
  readonly name: string
  /** The characters or bytes of the largest input that it is to take. */
  readonly largest: number
  /** Hostile inputs by their name, of about the given size. */
  readonly shapes: Readonly<Record<string, (size: number) => unknown>>
  /** Read one input. What it throws is a refusal, and as good as an answer. */
  read(input: unknown): unknown
}

/** The cost of one run, in any unit that grows with the work: milliseconds of the processor, or counted steps. */
export type Measure = (run: () => unknown) => Promise<number>

export interface Growth {
  readonly subject: string
  readonly shape: string
  /** Sizes and their costs, up to the first that is judged to grow too fast. */
  readonly costs: readonly { readonly size: number; readonly cost: number }[]
  readonly isSuperLinear: boolean
}

/** From a sixteenth of the largest input, where work within the limit shows, to sixteen times it, where none may be left. */
const factors = [1 / 16, 1 / 4, 1, 4, 16]
/** Four times the input may cost this many times as much. Linear work costs 4, quadratic work 16. */
const allowed = 9

/**
 * Measure one shape from the smallest input to the largest, and stop where its cost grows faster than its size. A cost
 * below `floor` is not judged.
 */
export async function growthOf(
  subject: Subject,
  shape: string,
  { measure, floor, rounds }: { readonly measure: Measure; readonly floor: number; readonly rounds: number },
): Promise<Growth> {
  const make = subject.shapes[shape]
  if (make === undefined) throw new Error(`${subject.name} has no shape ${shape}`)
  const costOf = (size: number, input = make(size)) => measure(() => subject.read(input))
  const costs: { size: number; cost: number }[] = []
  for (const factor of factors) {
    const size = Math.ceil(subject.largest * factor)
    const cost = await costOf(size)
    costs.push({ size, cost })
    if (!growsTooFast(costs, floor)) continue
    // A busy machine, or the collector of garbage, makes one measurement long, but seldom each of several.
    for (let round = 0; round < rounds; round++) {
      for (const known of costs.slice(-3)) known.cost = Math.min(known.cost, await costOf(known.size))
      if (!growsTooFast(costs, floor)) break
    }
    if (growsTooFast(costs, floor)) return { subject: subject.name, shape, costs, isSuperLinear: true }
  }
  return { subject: subject.name, shape, costs, isSuperLinear: false }
}

function growsTooFast(costs: readonly { readonly cost: number }[], floor: number): boolean {
  const [first, before, last] = costs.slice(-3)
  if (first === undefined || before === undefined || last === undefined || last.cost < floor) return false
  // What costs next to nothing is mostly the measuring. Over two steps as well, since the platform sometimes does a piece
  // of work once, at whatever size.
  const overOne = last.cost / Math.max(before.cost, floor / 8)
  const overTwo = last.cost / Math.max(first.cost, floor / 64)
  return overOne > allowed && overTwo > 0.75 * allowed ** 2
}

/** The time of the processor for one run, in milliseconds. What other processes do is not in it. */
export const processorTime: Measure = async (run) => {
  const before = process.cpuUsage()
  try {
    await run()
  } catch {
    // A refusal.
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Below this nothing is judged: the collector of garbage and the compiler cost as much now and then. */
const floorMs = 25

/** Every parser, importer and validator of library and server, on inputs that might make it work too much. */
export const growth: Target = {
  name: 'growth',
  hasOwnInputs: true,
  async run({ inFlight, tell }) {
    const failed: Growth[] = []
    console.log(row('reads', 'largest', 'its worst shape', 'ms at 1x', '4x', '16x'))
    for (const subject of subjects()) {
      const grown: Growth[] = []
      for (const shape of Object.keys(subject.shapes)) {
        inFlight[0] = `${subject.name}: ${shape}`
        const found = await growthOf(subject, shape, { measure: processorTime, floor: floorMs, rounds: 8 })
        grown.push(found)
        tell(found.isSuperLinear ? 'super-linear' : 'linear')
        // Others would say the same, and each takes long.
        if (grown.filter(({ isSuperLinear }) => isSuperLinear).length === 3) break
      }
      const costliest = grown.toSorted((a, b) => worth(b) - worth(a))[0]
      if (costliest !== undefined) console.log(rowOf(subject, costliest))
      failed.push(...grown.filter(({ isSuperLinear }) => isSuperLinear))
    }
    if (failed.length === 0) return
    for (const { subject, shape, costs } of failed) {
      const measured = costs.map(({ size, cost }) => `${size}: ${cost.toFixed(1)} ms`).join(', ')
      console.error(`  super-linear: ${subject}, ${shape} (${measured})`)
    }
    throw new Error(`${failed.length} shapes cost more than their size explains`)
  },
}

function worth({ costs, isSuperLinear }: Growth): number {
  return (isSuperLinear ? 1e9 : 0) + Math.max(...costs.map(({ cost }) => cost))
}

function rowOf({ name, largest }: Subject, { shape, costs, isSuperLinear }: Growth): string {
  const at = (factor: number) => {
    const found = costs.find(({ size }) => size === Math.ceil(largest * factor))
    return found === undefined ? '-' : found.cost.toFixed(1)
  }
  const mark = isSuperLinear ? '  super-linear' : ''
  return row(name, String(largest), shape, at(1), at(4), at(16)) + mark
}

function row(name: string, largest: string, shape: string, ...times: readonly string[]): string {
  return `  ${name.padEnd(34)}${largest.padStart(8)}  ${shape.slice(0, 36).padEnd(37)}${times.map((text) => text.padStart(9)).join('')}`
}
