import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Order, StackName } from './serve.ts'
import type { World } from './world.ts'

/** The server of a stack in a process of its own, so that what is measured is not what asks. */
export interface StackProcess {
  /** Where each variant listens. */
  readonly ports: Readonly<Record<string, number>>
  /** Microseconds of processor time that `work` costs the server. */
  cpuOf(work: () => Promise<void>): Promise<number>
  stop(): Promise<void>
}

export async function startStack(name: StackName, world: World): Promise<StackProcess> {
  const child = fork(fileURLToPath(new URL('serve.ts', import.meta.url)), {
    execArgv: ['--conditions=latchkey-source'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const failed = once(child, 'exit').then(() => {
    throw new Error(`the server of ${name} ended`)
  })
  failed.catch(() => {})
  const order = async (message: Order): Promise<unknown> => {
    const answer = once(child, 'message')
    child.send(message)
    const [said] = await Promise.race([answer, failed])
    return said
  }
  const cpu = async () => Number(await order({ kind: 'cpu' }))
  return {
    ports: (await order({ kind: 'serve', name, world })) as Record<string, number>, // as serve.ts says it
    async cpuOf(work) {
      const before = await cpu()
      await work()
      return (await cpu()) - before
    },
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
