import { once } from 'node:events'
import { connect } from 'node:net'

/** A request as it is sent again and again on a connection that is kept. */
export interface Asked {
  readonly port: number
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** In place of one body, several by turns. */
  readonly bodies?: readonly string[]
  readonly status: number
}

export interface Load {
  readonly requests: number
  readonly perSecond: number
  readonly p99Ms: number
}

/** Straight on sockets, because a full client would need more of the processor than the server. */
export async function load(asked: Asked, requests: number, inFlight: number): Promise<Load> {
  const messages = (asked.bodies ?? [asked.body]).map((body) => messageOf(asked, body))
  const times: number[] = []
  let left = requests
  const beganAt = performance.now()
  const client = async () => {
    const socket = connect({ host: '127.0.0.1', port: asked.port, noDelay: true })
    await once(socket, 'connect')
    while (left > 0) {
      left -= 1
      const sentAt = performance.now()
      socket.write(messages[left % messages.length]!)
      const answer = await answerOf(socket)
      if (!answer.startsWith(`HTTP/1.1 ${asked.status} `))
        throw new Error(`${asked.method} ${asked.path} was not answered with ${asked.status}: ${answer}`)
      times.push(performance.now() - sentAt)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: inFlight }, client))
  const seconds = (performance.now() - beganAt) / 1000
  return {
    requests: times.length,
    perSecond: times.length / seconds,
    p99Ms: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN,
  }
}

function messageOf({ port, method, path, headers = {} }: Asked, body = ''): Buffer {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    ...headers,
    'content-length': String(body.length),
  })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`)
}

/** Until the head and as much of the body as it announces have come. */
async function answerOf(socket: ReturnType<typeof connect>): Promise<string> {
  let text = ''
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    text += chunk.toString('latin1')
    const end = text.indexOf('\r\n\r\n')
    if (end === -1) continue
    const length = /^content-length: (\d+)\r$/im.exec(text.slice(0, end + 2))?.[1]
    if (
      length === undefined
        ? text.endsWith('0\r\n\r\n') || !/^transfer-encoding:/im.test(text)
        : text.length >= end + 4 + Number(length)
    )
      return text
  }
}
