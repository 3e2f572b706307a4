import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Child, startChild } from './child.ts'

/** A server of ours in a process of its own, on an empty or a given directory. */
export interface ServerProcess extends Child {
  readonly issuer: string
  readonly startMs: number
  /** Kilobytes of resident memory, now. Linux. */
  residentKb(): number
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
  const child = await startChild([program, 'start', ...flags], (line) => line.includes(until), {
    env: {
      ...process.env,
      LATCHKEY_DATA: join(directory, 'data'),
      LATCHKEY_PORT: String(port),
      LATCHKEY_MQTT_PORT: String(mqttPort),
      ...environment,
    },
  })
  return {
    ...child,
    issuer: `http://127.0.0.1:${port}`,
    startMs: performance.now() - beganAt,
    residentKb: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.process.pid}/status`, 'utf8'))?.[1]),
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
