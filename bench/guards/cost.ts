import { Measured } from '../cpu.ts'
import { type Connections, openConnections } from './connections.ts'
import type { StackName } from './serve.ts'
import { startStack } from './stack-process.ts'
import type { createWorld, MeasuredAlgorithm } from './world.ts'

const rounds = 31
/** Short rounds, so that what a busy neighbour does to one variant it does to the next as well. */
const requestsARound = 1_000
const requestsToWarmUp = 6_000

/**
 * Microseconds of the server's processor time a request takes, by variant: rounds in which all take turns. Nothing is
 * collected in between: the collector throws away what is compiled, and each round would pay for it again.
 */
export async function costOf(
  name: StackName,
  { world, tokens }: Awaited<ReturnType<typeof createWorld>>,
): Promise<{ readonly measured: Measured; readonly variants: readonly string[] }> {
  const server = await startStack(name, world)
  const variants = Object.keys(server.ports)
  const measured = new Measured()
  const open = (variant: string): Promise<Connections> => {
    // The open route is sent the same header, for the reading of it is not what protection costs.
    const algorithm: MeasuredAlgorithm = variant.includes('ES256') ? 'ES256' : 'HS256'
    return openConnections(server.ports[variant] ?? 0, tokens[algorithm])
  }
  try {
    for (let round = -1; round < rounds; round += 1) {
      for (let turn = 0; turn < variants.length; turn += 1) {
        // Back and forth, so that none always pays for what the same one left behind.
        const place = (round + 1 + turn) % variants.length
        const variant = variants[round % 2 === 0 ? place : variants.length - 1 - place]!
        // New ones each time: a server closes connections that wait for their turn.
        const connections = await open(variant)
        if (round < 0) await connections.ask(requestsToWarmUp)
        else {
          await connections.ask(connections.width)
          const microseconds = await server.cpuOf(() => connections.ask(requestsARound))
          measured.add(variant, microseconds / requestsARound)
        }
        connections.close()
      }
    }
  } finally {
    await server.stop()
  }
  return { measured, variants }
}
