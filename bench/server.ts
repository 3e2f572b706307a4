import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A server of ours in a process of its own, on an empty or a given directory. */
export interface ServerProcess {
  readonly issuer: string
  readonly startMs: number
  readonly child: ChildProcess
  /** What it printed up to the line that was waited for. */
  readonly said: readonly string[]
  /** Kilobytes of resident memory, now. Linux. */
  residentKb(): number
  /** Milliseconds of processor time, user and system, so far. Linux. */
  cpuMs(): number
  stop(): Promise<void>
}

export function temporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export async function startProcess(
  directory: string,
  environment: Record<string, string> = {},
  /** `--dev` seeds somebody to sign in as, and prints how. */
  { flags = [], until = ' serves ' }: { readonly flags?: readonly string[]; readonly until?: string } = {},
): Promise<ServerProcess> {
  const [port, mqttPort] = await Promise.all([freePort(), freePort()])
  const beganAt = performance.now()
  const program = fileURLToPath(new URL('../packages/server/bin/latchkey.js', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=latchkey-source', program, 'start', ...flags], {
    env: {
      ...process.env,
      LATCHKEY_DATA: join(directory, 'data'),
      LATCHKEY_PORT: String(port),
      LATCHKEY_MQTT_PORT: String(mqttPort),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (line.includes(until)) break
  }
  const startMs = performance.now() - beganAt
  const pid = child.pid
  return {
    issuer: `http://127.0.0.1:${port}`,
    startMs,
    child,
    said,
    residentKb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]),
    cpuMs: () => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      // utime and stime (proc(5)), in ticks of a hundredth of a second.
      return (Number(fields[11]) + Number(fields[12])) * 10
    },
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port is free')
  return address.port
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
