/**
 * One process that serves every variant of one stack, each on a port of its own, and says how much processor time it
 * has taken. Started by `stack-process.ts`, with which it speaks by messages.
 */
import type { Stack, World } from './world.ts'

export const stacks = ['node', 'express', 'fastify', 'hono', 'koa', 'nest'] as const
export type StackName = (typeof stacks)[number]

export type Order =
  | { readonly kind: 'serve'; readonly name: StackName; readonly world: World }
  | { readonly kind: 'cpu' }

if (process.send !== undefined) {
  process.on('message', async (order: Order) => {
    if (order.kind === 'serve') process.send?.(await serve(order.name, order.world))
    else {
      const { user, system } = process.cpuUsage()
      process.send?.(user + system)
    }
  })
  process.on('disconnect', () => process.exit())
}

async function serve(name: StackName, world: World): Promise<Record<string, number>> {
  const { stack } = (await import(`./stacks/${name}.ts`)) as { stack: Stack } // as each of `stacks` has it
  const ports: Record<string, number> = {}
  for (const [variant, listen] of Object.entries(await stack(world))) ports[variant] = await listen()
  return ports
}
