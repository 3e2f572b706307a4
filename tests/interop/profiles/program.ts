import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { ConfigurationFile } from '../../../packages/server/src/services/programs/program.ts'

/** Why a test with this program of Debian is skipped; false if it runs. */
export function skipUnlessProgram(debianPackage: string, file: string): string | false {
  return spawnSync('test', ['-e', file]).status === 0 ? false : `${debianPackage} is not installed`
}

/** Put a configuration where it says that it belongs. */
export function install(files: readonly ConfigurationFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

interface Started {
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly directory: string
  /** It is up when this port takes connections. */
  readonly port: number
}

/** Start a program in the foreground, wait until it listens, and end it with all its children after the test. */
export async function startProgram(t: TestContext, started: Started): Promise<ChildProcess> {
  const { command, args, environment, directory, port } = started
  const child = spawn(command, args, {
    cwd: directory,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: directory, ...environment },
    // A group of its own, so that what it starts ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk))
  const exited = once(child, 'exit')
  t.after(async () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    await exited
  })
  for (let waited = 0; !(await listens(port)); waited += 100) {
    if (child.exitCode !== null || waited > 60_000) throw new Error(`${command} does not listen: ${said}`)
    await delay(100)
  }
  return child
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
