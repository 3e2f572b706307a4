/**
 * `npm run bench` runs every benchmark, `npm run bench -- start` one. A benchmark is never a test: it says what was
 * measured beside what we want, on this machine, and writes that to RESULTS.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Benchmark, Row } from './benchmark.ts'

const benchmarks: Record<string, () => Promise<{ benchmark: Benchmark }>> = {
  token: () => import('./token.ts'),
  size: () => import('./size.ts'),
  package: () => import('./package.ts'),
  start: () => import('./start.ts'),
  api: () => import('./api.ts'),
  oauth: () => import('./oauth.ts'),
  accounts: () => import('./accounts.ts'),
  services: () => import('./services.ts'),
  'activity-sqlite': async () => ({ benchmark: (await import('./activity.ts')).onSqlite }),
  'activity-postgres': async () => ({ benchmark: (await import('./activity.ts')).onPostgres }),
  guards: () => import('./guards.ts'),
}

const wanted = process.argv.slice(2)

/** `activity` is all that begin so. */
const isCalled = (name: string, called: string) => name === called || name.startsWith(`${called}-`)

const unknown = wanted.filter((called) => !Object.keys(benchmarks).some((name) => isCalled(name, called)))

if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`)
  process.exit(2)
}

const file = fileURLToPath(new URL('RESULTS.md', import.meta.url))

for (const [name, load] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.some((called) => isCalled(name, called))) continue
  const { benchmark } = await load()
  console.log(`${name}: ${benchmark.title} …`)
  const rows = await benchmark.run()
  const section = sectionOf(name, benchmark.title, rows)
  console.log(section)
  writeFileSync(file, replaced(readFileSync(file, 'utf8'), name, section))
}

function sectionOf(name: string, title: string, rows: readonly Row[]): string {
  const load = loadavg()[1]?.toFixed(1)
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, ${process.platform}, at a load of ${load}`
  const lines = rows.map(
    ({ what, measured, goal, met }) => `| ${what} | ${measured} | ${goal} | ${met ? 'met' : 'not met'} |`,
  )
  return [
    `## ${name}: ${title}`,
    '',
    `Measured ${new Date().toISOString().slice(0, 10)} on ${machine}.`,
    '',
    '| what | measured | goal | |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
    ...rows.flatMap(({ what, met, ifNotMet }) =>
      met || ifNotMet === undefined ? [] : [`Not met, ${what}: ${ifNotMet}`, ''],
    ),
  ].join('\n')
}

/** Replace the section of this benchmark and leave the others as they were measured. */
function replaced(text: string, name: string, section: string): string {
  const sections = text.split(/^(?=## )/m)
  const at = sections.findIndex((part) => part.startsWith(`## ${name}:`))
  if (at === -1) return `${text.trimEnd()}\n\n${section}`
  sections[at] = at === sections.length - 1 ? section : `${section}\n`
  return sections.join('')
}
