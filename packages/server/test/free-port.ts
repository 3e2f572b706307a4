import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ports that systems give to connections that go out (32768 and up on Linux): none of those takes one of these between
// the moment when it is found free and the moment when the server that wants it listens.
const first = 20_000
const behindLast = 32_000
const mostTries = 100

/** A port of loopback on which nobody listens, for a server that has to know its own address before it does. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = randomInt(first, behindLast)
    if (await isFree(port)) return port
  }
  throw new Error('no port is free')
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  const outcome = Promise.race([
    once(probe, 'listening').then(() => true),
    once(probe, 'error').then(() => false),
  ])
  probe.listen(port, '127.0.0.1')
  const isListening = await outcome
  if (isListening) {
    probe.close()
    await once(probe, 'close')
  }
  return isListening
}
