/**
 * `npm run fuzz`: requests and tokens of strangers, a million to each adapter of the guard, each port and each
 * function that reads tokens; assertions of an app, valid and not, to the exchange; parameters to every endpoint of the authorization server; and, as `growth`, inputs of growing size to everything that reads foreign input. Nothing may
 * fail with a 5xx, crash, hang, take longer than its input is long, or repeat what was sent. The seed is printed,
 * so what failed can be asked again: `npm run fuzz -- --seed 7 --count 100000 --only koa`.
 */
import { parseArgs } from 'node:util'
import { assertions } from './assertions.ts'
import { authorization } from './authorization.ts'
import { functions } from './functions.ts'
import { growthTarget } from './growth.ts'
import { MissingFrameworks, servers } from './servers.ts'
import type { Target } from './target.ts'

async function main(): Promise<number> {
  const values = readArguments()
  const growing = growthTarget(async (use) => (await import('./growing.ts')).withSubjects(use))
  const targets: readonly Target[] = [...(await servers()), ...functions, assertions, authorization, growing]
  const names = targets.map(({ name }) => name)
  const unknown = values.only.filter((name) => !names.includes(name))
  const count = Number(values.count)
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
  if (values.help || unknown.length > 0 || !isWhole(count) || !isWhole(seed)) {
    console.log('npm run fuzz -- [--count 1000000] [--seed 7] [--only koa]')
    console.log(`--only, more than once if need be: ${names.join(', ')}`)
    return values.help ? 0 : 2
  }
  const chosen = targets.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
  for (const target of chosen) if (!(await holds(target, count, seed))) return 1
  return 0
}

/** What cannot be read asks for help as well, but is wrong use. */
function readArguments() {
  const options = {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] as string[] },
    help: { type: 'boolean', default: false },
  } as const
  try {
    return parseArgs({ options }).values
  } catch {
    return { count: 'unreadable', seed: undefined, only: [] as string[], help: false }
  }
}

function isWhole(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0
}

async function holds(target: Target, count: number, seed: number): Promise<boolean> {
  console.log(`${target.name}: ${count} inputs, seed ${seed}`)
  const beganAt = performance.now()
  const outcomes = new Map<string, number>()
  const inFlight: string[] = []
  const again = `npm run fuzz -- --seed ${seed} --count ${count} --only ${target.name}`
  const crash = (error: unknown) => {
    console.error(`${target.name}: crashed; the oldest of these is not answered; again: ${again}`)
    for (const input of inFlight.slice(0, 3)) console.error(`  ${JSON.stringify(input)}`)
    console.error(error)
    process.exit(1)
  }
  process.on('uncaughtException', crash)
  let told = 0
  const tell = (outcome: string) => {
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    told += 1
    if (told % 100_000 === 0) console.log(`  ${told} of ${count}, ${secondsSince(beganAt)} s`)
  }
  try {
    await target.run({ count, seed, inFlight, tell })
    // The inputs of `growth` are its rows, whatever the count.
    if (told !== count && target.name !== 'growth') throw new Error(`${told} of ${count} inputs were judged`)
  } catch (error) {
    console.error(`${target.name}: failed; again: ${again}`)
    console.error(error)
    return false
  } finally {
    process.off('uncaughtException', crash)
  }
  const summary = [...outcomes].sort().map(([outcome, times]) => `${outcome}: ${times}`)
  console.log(`  held in ${secondsSince(beganAt)} s; ${summary.join(', ')}`)
  return true
}

function secondsSince(beganAt: number): string {
  return ((performance.now() - beganAt) / 1000).toFixed(1)
}

if (import.meta.main) {
  const ended = main().catch((error: unknown) => {
    if (!(error instanceof MissingFrameworks)) throw error
    console.error(error.message)
    return 2
  })
  process.exit(await ended)
}
