import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Sockets that are kept, and ask again as soon as they are answered. No pipelining. */
export interface Connections {
  /** Ask `count` times for /me, with the tokens taking turns. Rejects for any answer that is not 200. */
  ask(count: number): Promise<void>
  readonly width: number
  close(): void
}

/** Straight on sockets, because a full client would need more of the processor than the server. */
export async function openConnections(
  port: number,
  tokens: readonly string[],
  width = 16,
): Promise<Connections> {
  const requests = tokens.map((token) =>
    Buffer.from(`GET /me HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n\r\n`),
  )
  const sockets = await Promise.all(
    Array.from({ length: width }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      await once(socket, 'connect')
      // A benchmark that hangs would say nothing; this one says that it was not answered.
      socket.setTimeout(30_000, () => socket.destroy())
      return socket
    }),
  )
  let next = 0
  return {
    width,
    async ask(count) {
      let left = count
      const takes = () => (left-- > 0 ? requests[next++ % requests.length] : undefined)
      await Promise.all(sockets.map((socket) => converse(socket, takes)))
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Send what `takes` gives, one after the other, until it gives nothing more. */
function converse(socket: Socket, takes: () => Buffer | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const end = (error?: Error) => {
      socket.off('data', hear).off('close', lost)
      if (error === undefined) resolve()
      else reject(error)
    }
    const lost = () => end(new Error('the server hung up'))
    const ask = () => {
      const request = takes()
      if (request === undefined) end()
      else socket.write(request)
    }
    const hear = (bytes: Buffer) => {
      answer += bytes.toString('latin1')
      if (!isWhole(answer)) return
      if (!answer.startsWith('HTTP/1.1 200 ')) return end(new Error(`answered ${answer.split('\r\n')[0]}`))
      answer = ''
      ask()
    }
    socket.on('data', hear).on('close', lost)
    if (socket.destroyed) lost()
    else ask()
  })
}

/** All answers here say how long they are. */
function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  if (head === -1) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1]
  if (length === undefined) throw new Error('an answer without a length')
  return answer.length >= head + 4 + Number(length)
}
