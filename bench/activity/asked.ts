import type { Row } from '../benchmark.ts'
import type { FilledLog } from './fill.ts'

const rounds = 20

/** Each path asked in turns, as a request is: the p95 of all of them, and the slowest one. */
export async function askedRow(
  { house, token, engine }: FilledLog,
  what: string,
  paths: Readonly<Record<string, string>>,
  goalMs: number,
): Promise<Row> {
  const times = new Map<string, number[]>()
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, path] of Object.entries(paths)) {
      const beganAt = performance.now()
      const answer = await house.call('GET', path, { token })
      if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`)
      // The first round warms up.
      if (round > 0) times.set(name, [...(times.get(name) ?? []), performance.now() - beganAt])
    }
  }
  const each = [...times].map(([name, own]) => ({ name, p95: p95(own) }))
  const slowest = each.toSorted((a, b) => b.p95 - a.p95)[0]
  if (!slowest) throw new Error('nothing was asked')
  return {
    what: `${what}, ${engine}, p95 of all`,
    measured: `${p95([...times.values()].flat()).toFixed(1)} ms; the slowest, ‘${slowest.name}’: ${slowest.p95.toFixed(1)} ms`,
    goal: `<= ${goalMs} ms, the slowest too`,
    met: slowest.p95 <= goalMs,
  }
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN
}
