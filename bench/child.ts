import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A program that serves, in a process of its own. Nothing waits for it without an end. */
export interface Child {
  readonly process: ChildProcess
  /** What it printed up to the line that was waited for. */
  readonly said: readonly string[]
  /** Milliseconds of processor time, user and system, so far. Linux. */
  cpuMs(): number
  /** Ask it to end, and end it if it does not. */
  stop(): Promise<void>
}

const startsWithinMs = 60_000
const stopsWithinMs = 10_000

/**
 * Start a program of ours and wait for a line that it prints.
 * @throws {Error} if it ends before, or has not printed it in a minute
 */
export async function startChild(
  args: readonly string[],
  until: (line: string) => boolean,
  { env }: Pick<SpawnOptions, 'env'> = {},
): Promise<Child> {
  const child = spawn(process.execPath, ['--conditions=latchkey-source', ...args], {
    ...(env && { env }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // It never outlives this process, also where that fails.
  const end = () => child.kill('SIGKILL')
  process.on('exit', end)
  child.once('exit', () => process.off('exit', end))
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    const patience = setTimeout(() => child.kill('SIGKILL'), stopsWithinMs)
    child.kill('SIGTERM')
    await exited
    clearTimeout(patience)
  }
  const said: string[] = []
  let isReady = false
  const patience = setTimeout(() => child.kill('SIGKILL'), startsWithinMs)
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    isReady = until(line)
    if (isReady) break
  }
  clearTimeout(patience)
  if (!isReady)
    throw new Error(`${args.join(' ')} ended, or took a minute, before it was ready:\n${said.join('\n')}`)
  // A process whose pipe nobody reads stands still when the pipe is full: for good, in the middle of a request.
  child.stdout.resume()
  return {
    process: child,
    said,
    cpuMs: () => cpuMsOf(`/proc/${child.pid}/task`),
    stop,
  }
}

/** Nanoseconds that each thread has run, in place of the ticks of a hundredth of a second that the process itself has (proc(5)). */
function cpuMsOf(threads: string): number {
  const ran = readdirSync(threads).map(
    (id) => readFileSync(`${threads}/${id}/schedstat`, 'utf8').split(' ')[0],
  )
  return ran.reduce((sum, nanoseconds) => sum + Number(nanoseconds) / 1e6, 0)
}
