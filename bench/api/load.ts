import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

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
    const socket = await open(asked.port)
    while (left > 0) {
      left -= 1
      const sentAt = performance.now()
      await ask(socket, messages[left % messages.length]!, asked)
      times.push(performance.now() - sentAt)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: inFlight }, client))
  return loadOf(times, (performance.now() - beganAt) / 1000)
}

/**
 * Requests at a steady rate, whether or not those before are answered, as from many people: each one's time is from the moment at
 * which it was due.
 */
export async function steady(asked: Asked, perSecond: number, seconds: number): Promise<Load> {
  const message = messageOf(asked, asked.body)
  const times: number[] = []
  const count = Math.round(perSecond * seconds)
  let next = 0
  // As many connections as the server lets one address have without a second thought; behind them requests wait, and their time runs.
  const sockets = await Promise.all(Array.from({ length: 64 }, () => open(asked.port)))
  const beganAt = performance.now()
  const client = async (socket: Socket) => {
    for (let at = next++; at < count; at = next++) {
      const dueAt = beganAt + (at * 1000) / perSecond
      const early = dueAt - performance.now()
      if (early > 0) await delay(early)
      await ask(socket, message, asked)
      times.push(performance.now() - dueAt)
    }
    socket.destroy()
  }
  await Promise.all(sockets.map(client))
  return loadOf(times, (performance.now() - beganAt) / 1000)
}

function loadOf(times: readonly number[], seconds: number): Load {
  return {
    requests: times.length,
    perSecond: times.length / seconds,
    p99Ms: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN,
  }
}

/** A connection on which nobody waits for longer than this: it is closed, with an error. */
const answersWithinMs = 30_000

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  // Of one that is idle nobody waits for an answer.
  socket.on('error', () => {})
  socket.setTimeout(answersWithinMs, () => socket.destroy(new Error('no answer came within half a minute')))
  return socket
}

async function ask(socket: Socket, message: Buffer, { method, path, status }: Asked): Promise<void> {
  socket.write(message)
  const answer = await answerOf(socket)
  if (!answer.startsWith(`HTTP/1.1 ${status} `))
    throw new Error(`${method} ${path} was not answered with ${status}: ${answer}`)
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
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const done = (settle: () => void) => {
      socket.off('data', read).off('error', failed).off('close', closed)
      settle()
    }
    const failed = (error: Error) => done(() => reject(error))
    const closed = () => failed(new Error('the connection was closed before the answer had come'))
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (isWhole(text)) done(() => resolve(text))
    }
    socket.on('data', read).on('error', failed).on('close', closed)
  })
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = /^content-length: (\d+)\r$/im.exec(text.slice(0, end + 2))?.[1]
  return length === undefined
    ? text.endsWith('0\r\n\r\n') || !/^transfer-encoding:/im.test(text)
    : text.length >= end + 4 + Number(length)
}
