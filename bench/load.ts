import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Row } from './benchmark.ts'
import { medianOf } from './cpu.ts'

const rounds = 15

const program = `
const [, address] = process.argv
const before = process.cpuUsage()
await import(address)
const { user, system } = process.cpuUsage(before)
console.log(user + system)
`

/** Processor time that importing the token library takes in a fresh process, beside jose. `file` is where it begins. */
export function loadRow(file: string): Row {
  const ours = pathToFileURL(file).href
  const theirs = pathToFileURL(
    createRequire(new URL('peers/package.json', import.meta.url)).resolve('jose'),
  ).href
  const ratios: number[] = []
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
  for (let round = 0; round < rounds; round += 1) {
    const here = loadOnce(ours)
    const there = loadOnce(theirs)
    times.ours.push(here)
    times.theirs.push(there)
    ratios.push(here / there)
  }
  const ratio = medianOf(ratios)
  return {
    what: 'loading latchkey/token, beside jose',
    measured: `${ratio.toFixed(2)}x its processor time (${milliseconds(times.ours)} beside ${milliseconds(times.theirs)})`,
    goal: '<= 0.5x',
    met: ratio <= 0.5,
  }
}

function loadOnce(address: string): number {
  const flags = ['--input-type=module', '--eval', program, address]
  return Number(execFileSync(process.execPath, flags, { encoding: 'utf8' }))
}

function milliseconds(microseconds: readonly number[]): string {
  return `${(medianOf(microseconds) / 1000).toFixed(1)} ms`
}
