/**
 * `npm run mutate`: makes single changes at random in the sources that decide about security, each in a scratch copy of the
 * working tree, and runs the nearest tests that run the changed code. A change that no test notices is printed: a
 * test is missing there, or it changes nothing and belongs, with the reason, in equivalents.ts.
 *
 *     npm run mutate -- --count 100 --only 'packages/server/src/**\/store.ts' --kind where --kind record
 *
 * `--report file` writes what became of each. `--again file` draws the sample of that report once more, and tries only what
 * survived there and what is new in it because sources have changed since: what a test noticed counts as it is, for tests only become
 * more. A run that is stopped says how far it came. `--tests 30` asks more of the tests that are farther away.
 *
 * It fails if more than `--allow` percent survive unexplained, or if an explanation fits no mutation any more.
 */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, matchesGlob } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../../packages/server/test/postgres.ts'
import { keepTemporaryFilesInMemory } from '../temporary-files.ts'
import { choose, kinds, nameOf } from './choose.ts'
import { brief, equivalents, isSame } from './equivalents.ts'
import { type Kind, type Mutation, mutationsOf } from './mutators.ts'
import { readImports } from './nearest.ts'
import { type Result, Workshop } from './workshop.ts'

const root = join(import.meta.dirname, '../..')

/** Not what decides: texts for people, descriptions, the demo, what only tests and other languages use. */
const leftOut = [
  'packages/server/src/cli/**',
  'packages/server/src/database/migrations/*',
  'packages/server/src/alarms/countries.ts',
  'packages/server/src/**/words.ts',
  'packages/server/src/pages/**',
  'packages/server/src/http/{openapi,operations,schema}.ts',
  'packages/server/src/mqtt/client.ts',
  'packages/latchkey/src/compat/**',
  'packages/latchkey/src/testing/**',
  'packages/latchkey/src/token/explain/**',
  // It runs in browsers alone, where nobody counts what a test runs: tests/client-dpop.test.ts.
  'packages/latchkey/src/client/proofs/browser-key.ts',
  '**/*.test.ts',
  '**/index.ts',
]

/** The sources in which mutations are made. */
export function readMutations(): Mutation[] {
  return globSync('packages/{server,latchkey}/src/**/*.ts', { cwd: root })
    .filter((file) => !leftOut.some((pattern) => matchesGlob(file, pattern)))
    .sort()
    .flatMap((file) => mutationsOf(file, readFileSync(join(root, file), 'utf8')))
}

/** What `--report` writes. */
interface Report {
  readonly seed: number
  readonly count: number
  readonly only: readonly string[]
  readonly kinds: readonly Kind[]
  readonly results: readonly Result[]
}

/** What was noticed by a report, of mutations that are chosen again. */
function noticedIn({ results }: Report, chosen: readonly Mutation[]): Map<Mutation, Result> {
  const noticed = new Map<string, Result[]>()
  for (const result of results) {
    if (result.outcome === 'survived') continue
    const name = nameOf(result.mutation)
    noticed.set(name, [...(noticed.get(name) ?? []), result])
  }
  return new Map(
    chosen.flatMap((mutation) => {
      const result = noticed.get(nameOf(mutation))?.shift()
      return result === undefined ? [] : [[mutation, { ...result, mutation }] as const]
    }),
  )
}

/** Explanations that fit no mutation of the sources as they are. */
export function staleEquivalents(mutations: readonly Mutation[]): string[] {
  return equivalents
    .filter((one) => !mutations.some((mutation) => isSame(mutation, one)))
    .map(({ file, on, before, after }) => `${file}: ${brief(on)}: ${before} -> ${after}`)
}

async function main(): Promise<number> {
  const given = readArguments()
  const all = readMutations()
  const stale = staleEquivalents(all)
  for (const line of stale) console.log(`explained in equivalents.ts, and not there any more: ${line}`)
  const before =
    given.again === undefined ? undefined : (JSON.parse(readFileSync(given.again, 'utf8')) as Report) // as it is written below
  const { seed, count, only, kinds } = before ?? given
  const wanted = all.filter(
    ({ file, kind }) => isWanted(file, only) && (kinds.length === 0 || kinds.includes(kind)),
  )
  if (wanted.length === 0) throw new Error(`no mutation is of ${[...kinds, ...only].join(', ')}`)
  const chosen = choose(wanted, count, seed)
  console.log(`${chosen.length} of ${wanted.length} mutations, --seed ${seed}`)
  const known = before === undefined ? new Map<Mutation, Result>() : noticedIn(before, chosen)
  if (before !== undefined) console.log(`${known.size} of them are noticed by ${given.again}`)
  const open = chosen.filter((mutation) => !known.has(mutation))
  if (given.list) {
    for (const mutation of open) console.log(described(mutation))
    return stale.length === 0 ? 0 : 1
  }
  const results = [...known.values()]
  // Written after each: a run of an hour that is broken off is not lost.
  const write = () => {
    if (given.report === undefined) return
    const written: Report = { seed, count, only, kinds, results }
    writeFileSync(given.report, JSON.stringify(written, undefined, 1))
  }
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())
  if (open.length > 0)
    await tryAll(open, { ...given, signal: stopping.signal }, (result) => {
      results.push(result)
      write()
    })
  write()
  if (stopping.signal.aborted) {
    report(results, given.allow)
    console.log(`stopped: ${chosen.length - results.length} of ${chosen.length} were not tried`)
    return 130
  }
  return report(results, given.allow) && stale.length === 0 ? 0 : 1
}

async function tryAll(
  chosen: readonly Mutation[],
  { workers, tests, signal }: ReturnType<typeof readArguments> & { readonly signal: AbortSignal },
  onResult: (result: Result) => void,
): Promise<void> {
  keepTemporaryFilesInMemory()
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-mutate-'))
  const cluster = await startPostgres()
  try {
    const postgres = cluster.url
    const workshop = new Workshop({ root, folder, imports: readImports(root), tests, postgres, signal })
    const progress = progressOf(chosen.length)
    await workshop.tryAll(chosen, workers, (result) => {
      onResult(result)
      progress(result)
      if (result.outcome === 'survived' && !isExplained(result.mutation)) printSurvivor(result)
    })
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** How far it is, at most every twenty seconds. */
function progressOf(total: number): (result: Result) => void {
  const beganAt = performance.now()
  let saidAt = beganAt
  const counts = { tried: 0, survived: 0 }
  return ({ outcome }) => {
    counts.tried += 1
    if (outcome === 'survived') counts.survived += 1
    const now = performance.now()
    if (now - saidAt < 20_000 && counts.tried < total) return
    saidAt = now
    const leftMinutes = ((now - beganAt) / counts.tried) * ((total - counts.tried) / 60_000)
    console.log(
      `… ${counts.tried} of ${total} tried, ${counts.survived} survived, about ${Math.ceil(leftMinutes)} min left`,
    )
  }
}

function printSurvivor({ mutation, tests }: Result): void {
  console.log(`survived: ${described(mutation)}\n    ${tests.length} test files: ${tests.join(' ')}`)
}

function described({ file, line, kind, before, after }: Mutation): string {
  return `${file}:${line} (${kind})\n    - ${brief(before)}\n    + ${brief(after)}`
}

function isExplained(mutation: Mutation): boolean {
  return equivalents.some((one) => isSame(mutation, one))
}

/** Print the counts. False if too many survive. */
function report(results: readonly Result[], allowedPercent: number): boolean {
  const kindsTried = [...new Set(results.map(({ mutation }) => mutation.kind))].sort()
  const survivors = results.filter(({ outcome }) => outcome === 'survived')
  const unexplained = survivors.filter(({ mutation }) => !isExplained(mutation))
  const columns = (cells: readonly (string | number)[]) =>
    cells.map((cell, at) => (at === 0 ? String(cell).padEnd(12) : String(cell).padStart(12))).join('')
  console.log(columns(['kind', 'tried', 'noticed', 'explained', 'survived']))
  for (const kind of [...kindsTried, 'all']) {
    const isOfKind = ({ mutation }: Result) => kind === 'all' || mutation.kind === kind
    const [tried, kept, open] = [results, survivors, unexplained].map((list) => list.filter(isOfKind).length)
    console.log(columns([kind, tried!, tried! - kept!, kept! - open!, open!]))
  }
  const noticed = results.filter(({ outcome, mutation }) => outcome !== 'survived' && isExplained(mutation))
  for (const { mutation } of noticed) {
    console.log(`explained in equivalents.ts, and a test notices it: ${described(mutation)}`)
  }
  const percent = (unexplained.length / results.length) * 100
  console.log(`${percent.toFixed(1)} % survived unexplained; allowed are ${allowedPercent} %`)
  return percent <= allowedPercent && noticed.length === 0
}

function isWanted(file: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((pattern) => matchesGlob(file, pattern) || file.includes(pattern))
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      count: { type: 'string', default: '500' },
      only: { type: 'string', multiple: true, default: [] },
      kind: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      workers: { type: 'string', default: '2' },
      tests: { type: 'string', default: '12' },
      allow: { type: 'string', default: '5' },
      report: { type: 'string' },
      again: { type: 'string' },
    },
  })
  const whole = (name: 'seed' | 'count' | 'workers' | 'tests' | 'allow', least: number) => {
    const number = Number(values[name])
    if (!Number.isSafeInteger(number) || number < least) throw new Error(`--${name} is a whole number`)
    return number
  }
  return {
    only: values.only,
    kinds: values.kind.map(kindOf),
    list: values.list,
    report: values.report,
    again: values.again,
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('seed', 0),
    count: whole('count', 1),
    workers: whole('workers', 1),
    tests: whole('tests', 1),
    allow: whole('allow', 0),
  }
}

function kindOf(name: string): Kind {
  const kind = kinds.find((one) => one === name)
  if (kind === undefined) throw new Error(`--kind is one of ${kinds.join(', ')}`)
  return kind
}

if (import.meta.main) process.exitCode = await main()
