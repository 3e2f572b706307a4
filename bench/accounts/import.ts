import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Row } from '../benchmark.ts'

const program = fileURLToPath(new URL('../../packages/server/bin/latchkey.js', import.meta.url))

const given =
  'ada ben cleo dan eve finn grace hal ivy joe kim lea max nora olga paul rosa sam tess uma'.split(' ')
const family = 'lovelace turing hopper knuth liskov dijkstra hamilton ritchie allen gray backus codd'.split(
  ' ',
)

/** People in no order of their names, as another program has them. */
export async function writePeople(file: string, count: number): Promise<void> {
  const stream = createWriteStream(file)
  for (let at = 0; at < count; at += 1) {
    // Every number of 32 bits once.
    const mixed = Math.imul(at + 1, 2_654_435_761) >>> 0
    const [first, last] = [given[mixed % given.length], family[(mixed >>> 8) % family.length]]
    const record = {
      username: `${first}.${last}.${mixed.toString(36)}`,
      display_name: `${first} ${last}`,
      password_hash: `pbkdf2_sha256$600000$salt${mixed.toString(36)}$${'A'.repeat(43)}=`,
      created_at: '2025-01-01T00:00:00Z',
    }
    if (!stream.write(`${JSON.stringify(record)}\n`)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'finish')
}

export async function importRows(directory: string, file: string, count: number): Promise<Row[]> {
  const data = join(directory, 'imported')
  await runCommand(data, ['migrate'])
  const { seconds, cpuSeconds, largestMb } = await runCommand(data, ['users', 'import', file])
  // The goal is of a million, and the time of an account grows little with their number.
  const scaled = (seconds * 1_000_000) / count
  return [
    {
      what: `import of ${count.toLocaleString('en')} people with hashes, SQLite`,
      measured: `${seconds.toFixed(1)} s, of it ${cpuSeconds.toFixed(1)} s CPU; ${scaled.toFixed(0)} s for a million; ${largestMb.toFixed(0)} MB at most`,
      goal: '<= 60 s for a million',
      met: scaled <= 60,
    },
  ]
}

interface Ran {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly largestMb: number
}

/** Run a command of ours to its end. */
export async function runCommand(data: string, args: readonly string[]): Promise<Ran> {
  const beganAt = performance.now()
  const child = spawn(process.execPath, ['--conditions=latchkey-source', program, ...args], {
    env: { ...process.env, LATCHKEY_DATA: data, LATCHKEY_ISSUER: 'http://127.0.0.1:8484' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let cpuSeconds = 0
  let largestMb = 0
  const look = setInterval(() => {
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    // utime and stime (proc(5)), in ticks of a hundredth of a second.
    cpuSeconds = (Number(stat[11]) + Number(stat[12])) / 100
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    largestMb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
  }, 100)
  child.once('exit', () => clearInterval(look))
  const [status] = (await once(child, 'exit')) as [number]
  if (status !== 0) throw new Error(`latchkey ${args.join(' ')} ended with ${status}`)
  return { seconds: (performance.now() - beganAt) / 1000, cpuSeconds, largestMb }
}
