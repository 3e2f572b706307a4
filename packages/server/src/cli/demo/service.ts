import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from 'latchkey/guard/node'
import { play } from './actor.ts'

// A micro-service of somebody else's: it knows the issuer's address and verifies tokens by itself.

let fetches = 0
const realFetch = globalThis.fetch
globalThis.fetch = (...request) => {
  fetches += 1
  return realFetch(...request)
}

play({
  async start({ issuer }) {
    const guard = createGuard({ issuer: String(issuer), audience: String(issuer) })
    const server = createServer(
      guard.listener({ scope: 'devices:view' }, (request, response) => {
        response.end(JSON.stringify({ report: `for ${request.auth.subject}` }))
      }),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } // it listens on TCP
  },

  /** How often the key set and its discovery were asked for, over all requests so far. */
  async countFetches() {
    return { fetches }
  },
})
