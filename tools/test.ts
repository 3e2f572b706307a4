/**
 * The command behind `npm test`: types, style, every test, and the checks of our own promises. It starts one
 * PostgreSQL for all of them, and ends with one line that counts.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { startPostgres } from '../packages/server/test/postgres.ts'
import { keepTemporaryFilesInMemory } from './temporary-files.ts'

// A test file is a process that would strip the types of the whole server anew. In a new process that inherits this,
// what was compiled once is read.
process.env.NODE_COMPILE_CACHE ??= resolve(import.meta.dirname, '../node_modules/.cache/latchkey')

keepTemporaryFilesInMemory()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const inCi = process.env.CI === 'true'
const onlyChecks = process.argv.includes('--no-tests')
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))

const checks = [
  { name: 'types', command: ['tsc', '--noEmit', '--project', '.'] },
  // What runs in a browser is checked against a browser's types; without its tests, against nothing else.
  { name: 'types of the console', command: ['tsc', '--noEmit', '--project', 'packages/console'] },
  {
    name: 'types of the console alone',
    command: ['tsc', '--noEmit', '--project', 'packages/console/tsconfig.browser.json'],
  },
  { name: 'dead code', command: ['knip', '--no-progress', '--treat-config-hints-as-errors'] },
  { name: 'style', command: ['biome', 'check', '--error-on-warnings', '.'] },
]

const counts = { passed: 0, failed: 0, skipped: 0 }
/** Said again at the end: in between, hundreds of lines may have passed. */
const failures: string[] = []

for (const { name, command } of wanted.length > 0 ? [] : checks) {
  const beganAt = performance.now()
  const held = await succeeds(command)
  counts[held ? 'passed' : 'failed'] += 1
  if (!held) failures.push(name)
  console.log(`${held ? '✔' : '✖'} ${name} (${Math.round(performance.now() - beganAt)} ms)`)
}
if (!onlyChecks) await runTests()

for (const failure of failures) console.log(`failed: ${failure}`)
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exit(counts.failed === 0 ? 0 : 1)

async function runTests(): Promise<void> {
  const files =
    wanted.length > 0
      ? wanted
      : globSync('{packages/*/{src,test},tests,tools,bench,examples}/**/*.test.ts', {
          // What runs beside programs of other languages has a command of its own.
          exclude: (name) => name === 'node_modules' || name === 'interop',
        }).sort(browserTestsFirst)
  const cluster = process.argv.includes('--without-postgres') ? undefined : await startPostgres()
  if (cluster !== undefined) process.env.LATCHKEY_TEST_POSTGRES = cluster.url
  // Each of 160 files would run all migrations of SQLite for itself.
  const schemas = mkdtempSync(join(tmpdir(), 'latchkey-schemas-'))
  process.env.LATCHKEY_TEST_SCHEMAS = schemas
  const skips: string[] = []
  try {
    const stream = run({
      files: files.map((file) => resolve(file)),
      // One more than there are cores: a file waits for a browser or PostgreSQL for a third of its time. No more than four: an
      // application opens up to 13 connections, a file may have several, and the PostgreSQL of tests takes 200.
      concurrency: Math.min(availableParallelism() + 1, 4),
      isolation: 'process',
      timeout: 300_000,
    })
    const perFile = new Map<string, number>()
    const count = (file = '', outcome: keyof typeof counts) => {
      counts[outcome] += 1
      perFile.set(file, (perFile.get(file) ?? 0) + 1)
    }
    stream.on('test:pass', ({ name, file, skip, details }) => {
      // A suite counts by its tests.
      if (details.type === 'suite') return
      count(file, skip === undefined ? 'passed' : 'skipped')
      if (skip !== undefined) skips.push(`${name}: ${skip}`)
    })
    stream.on('test:fail', ({ name, file, details }) => {
      const { error, type } = details
      // A suite fails with its tests, which are counted, or in a hook, which is not.
      if (type === 'suite' && 'failureType' in error && error.failureType === 'subtestsFailed') return
      count(file, 'failed')
      failures.push(`${relative('.', file ?? '')}: ${name}`)
      console.log(`✖ ${relative('.', file ?? '')}: ${name}\n${indent(inspect(error.cause ?? error))}`)
    })
    stream.on('test:stderr', ({ message }) => process.stderr.write(message))
    stream.on('test:summary', ({ file, success, duration_ms: ms }) => {
      if (file === undefined) return
      console.log(
        `${success ? '✔' : '✖'} ${relative('.', file)}, ${perFile.get(file) ?? 0} tests (${Math.round(ms)} ms)`,
      )
    })
    for await (const _ of stream);
  } finally {
    await cluster?.stop()
    rmSync(schemas, { recursive: true, force: true })
  }
  for (const skip of skips) console.log(`skipped: ${skip}`)
  judgeSkips(skips)
}

/** The whole product in a browser takes longest: begun last, it would run alone, beside a core that has nothing left to do. */
function browserTestsFirst(one: string, other: string): number {
  const rankOf = (file: string) => (file.startsWith('tests/') ? 0 : 1)
  return rankOf(one) - rankOf(other) || (one < other ? -1 : 1)
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}

/** A test that needs a package is skipped where that is missing; in CI all are installed, so there it must run. */
function judgeSkips(skips: readonly string[]): void {
  if (!inCi) return
  for (const skip of skips.filter((line) => /(is|are) not installed/.test(line))) {
    counts.failed += 1
    console.log(`✖ must not be skipped here: ${skip}`)
  }
}

async function succeeds([program = '', ...args]: readonly string[]): Promise<boolean> {
  // npm has put the tools of this repository first in PATH.
  const child = spawn(program, args, { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  return code === 0
}
