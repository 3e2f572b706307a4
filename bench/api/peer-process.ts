import { fileURLToPath } from 'node:url'
import { type Child, startChild } from '../child.ts'

/** What costs processor time. */
export type Meter = Pick<Child, 'cpuMs'>

/** Another server, in a process of its own. */
export interface Peer extends Meter {
  readonly port: number
  stop(): Promise<void>
}

/** @param file from the directory of benchmarks; it prints `listens on` and its port */
export async function startPeer(file: string, args: readonly string[] = []): Promise<Peer> {
  const program = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const child = await startChild([program, ...args], (line) => listens.test(line))
  return { ...child, port: Number(listens.exec(child.said.at(-1) ?? '')?.[1]) }
}
const listens = /^listens on (\d+)$/
