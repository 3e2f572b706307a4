import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

export interface ListenOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** With it, only TLS is spoken. PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

export interface Listener {
  readonly host: string
  readonly port: number
  /** Accept no more connections. Those that are there go on: close the broker to end them. */
  close(): Promise<void>
}

/** Hand every connection to the broker. */
export async function listen(
  broker: { accept(socket: Socket): void },
  { host, port, tls }: ListenOptions,
): Promise<Listener> {
  // Packets are gathered before they are written, so waiting for more to send with them only costs time.
  const options = { noDelay: true }
  const accept = (socket: Socket) => broker.accept(socket)
  const server: Server = tls
    ? createTlsServer({ ...options, ...tls, handshakeTimeout: 10_000 }, accept)
    : createServer(options, accept)
  // A failed TLS handshake is the peer's affair, and closes its socket.
  server.on('tlsClientError', () => {})
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
