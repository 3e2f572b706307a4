import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

export interface ListenOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** With it, only TLS is spoken. PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** How long a peer may take to begin TLS. 10 seconds unless said otherwise. */
  readonly handshakeTimeoutMs?: number
  /** Without it, nothing is counted by address. */
  readonly places?: Places
}

export interface Listener {
  readonly host: string
  readonly port: number
  /** Accept no more connections. Those that are there go on: close the broker to end them. */
  close(): Promise<void>
}

/** Counts the connections of an address. */
export interface Places {
  take(address: string): { arrived(): void; leave(): void } | string
}

/** Hand every connection to the broker that gets a place. */
export async function listen(
  broker: { accept(socket: Socket, arrived?: () => void): void },
  { host, port, tls, handshakeTimeoutMs = 10_000, places }: ListenOptions,
): Promise<Listener> {
  const waiting = new Map<string, () => void>()
  const tlsServer =
    tls &&
    createTlsServer({ ...tls, handshakeTimeout: handshakeTimeoutMs }, (socket) =>
      broker.accept(socket, waiting.get(peerOf(socket))),
    )
  // A failed TLS handshake is the peer's affair. Node leaves the socket open where the handshake took too long.
  tlsServer?.on('tlsClientError', (_error, socket) => socket.destroy())
  // Packets are gathered before they are written, so waiting for more to send with them only costs time.
  const server = createServer({ noDelay: true }, (socket) => {
    // Counted before TLS begins, which costs us more than anything that a silent peer can do afterwards.
    const place = places?.take(socket.remoteAddress ?? '')
    if (typeof place === 'string') {
      socket.on('error', () => {})
      socket.destroy()
      return
    }
    socket.once('close', () => place?.leave())
    if (!tlsServer) {
      broker.accept(socket, place?.arrived)
      return
    }
    const peer = peerOf(socket)
    if (place) waiting.set(peer, place.arrived)
    socket.once('close', () => waiting.delete(peer))
    tlsServer.emit('connection', socket)
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  // A storm of reconnecting devices must fit into the queue of the kernel.
  server.listen({ host, port, backlog: 4096 }, resolve)
  await promise
  server.off('error', reject)
  const address = server.address() as AddressInfo // it listens, and not on a pipe
  return {
    host: address.address,
    port: address.port,
    // Not waiting for the callback of `server.close`, which comes after the last connection.
    close: async () => {
      server.close()
    },
  }
}

/** What tells a connection from all others of one listener, also when it is seen through its TLS. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
