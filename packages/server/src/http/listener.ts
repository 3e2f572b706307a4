import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Place, Places } from '../addresses/places.ts'
import type { createEdge } from './edge.ts'

export interface HttpListener {
  readonly address: string
  readonly port: number
  /** Finish what is in flight, refuse what is new, and after `graceMs` cut what is left. */
  stop(graceMs: number): Promise<void>
}

/** Slow senders may not hold a connection: the whole head within 10 s, the whole request within 30. */
const patience = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 }

/** Serve the edge on a socket. Rejects with the system's error where the port is taken or not allowed. */
export async function listenHttp(
  edge: ReturnType<typeof createEdge>,
  host: string,
  port: number,
  { timeouts = patience, places }: { timeouts?: typeof patience; places?: Places } = {},
): Promise<HttpListener> {
  const server = createServer(
    { ...timeouts, keepAliveTimeout: 65_000, maxHeaderSize: 32 * 1024 },
    // HTTP/1.0 has no Host (RFC 9112 section 3.2), and HAProxy checks its servers so unless told otherwise. The name is
    // read by no route. HTTP/1.1 without one is refused by Node, as the section says.
    getRequestListener(edge.fetch, { hostname: 'localhost' }),
  )
  server.maxConnections = 20_000
  if (places) countByAddress(server, places)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = server.address() as AddressInfo // a TCP server that listens has one
  return { address: bound.address, port: bound.port, stop: (graceMs) => stop(server, graceMs) }
}

/** Let go of every connection that gets no place, before anything is read of it. */
function countByAddress(server: Server, places: Places): void {
  const taken = new WeakMap<Socket, Place>()
  server.prependListener('connection', (socket: Socket) => {
    const place = places.take(socket.remoteAddress ?? '')
    if (typeof place === 'string') {
      socket.destroy()
      return
    }
    taken.set(socket, place)
    socket.once('close', place.leave)
  })
  server.prependListener('request', ({ socket }: IncomingMessage) => taken.get(socket)?.arrived())
}

async function stop(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeIdleConnections()
  // A connection that was busy a moment ago is idle now, and would be kept alive for a minute.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(cut)
}
