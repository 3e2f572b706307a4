import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** A message as a mail server got it. */
export interface Received {
  readonly from: string
  readonly to: string
  /** Head and body, as they were sent. */
  readonly source: string
  /** The part in plain text, decoded. */
  readonly text: string
}

/** A mail server (RFC 5321) that keeps what it gets, or fails as a test asks. */
export interface TestMailServer {
  readonly url: string
  readonly port: number
  readonly received: Received[]
  /** Answers in place of what it would say, by the first word of the command; `silent` says nothing. `greeting` is the first. */
  readonly answers: Map<string, string>
  /** What was sent with `AUTH`, decoded. */
  readonly credentials: string[]
  /** Connections that have been made. */
  connections: number
  close(): Promise<void>
}

export async function openMailServer(): Promise<TestMailServer> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    opened.connections += 1
    converse(socket, opened)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number } // a TCP server
  const opened: TestMailServer = {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received: [],
    answers: new Map(),
    credentials: [],
    connections: 0,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return opened
}

function converse(socket: Socket, { answers, received, credentials }: TestMailServer): void {
  let envelope = { from: '', to: '' }
  let message: string[] | undefined
  let rest = ''
  const say = (command: string, usual: string) => {
    const answer = answers.get(command) ?? usual
    if (answer !== 'silent') socket.write(`${answer}\r\n`)
    return answer === usual
  }
  const take = (line: string) => {
    if (message) {
      if (line !== '.') return void message.push(line.replace(/^\.\./, '.'))
      const source = message.join('\r\n')
      message = undefined
      if (say('.', '250 taken')) received.push({ ...envelope, source, text: plainTextOf(source) })
      return
    }
    const [command = ''] = line.toUpperCase().split(' ')
    const inBrackets = /<([^>]*)>/.exec(line)?.[1] ?? ''
    switch (command) {
      case 'EHLO':
        return void say('EHLO', '250-here\r\n250 AUTH PLAIN XOAUTH2')
      case 'AUTH':
        credentials.push(Buffer.from(line.split(' ').at(-1) ?? '', 'base64').toString())
        return void say('AUTH', '235 come in')
      case 'MAIL':
        envelope = { from: inBrackets, to: '' }
        return void say('MAIL', '250 fine')
      case 'RCPT':
        envelope = { ...envelope, to: inBrackets }
        return void say('RCPT', '250 fine')
      case 'DATA':
        if (say('DATA', '354 go on')) message = []
        return
      case 'QUIT':
        say('QUIT', '221 bye')
        return void socket.end()
      default:
        return void say(command, '250 fine')
    }
  }
  say('greeting', '220 here')
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop() ?? ''
    lines.forEach(take)
  })
}

/** The first part of a message of two forms: text, as it was before its transfer encoding. */
function plainTextOf(source: string): string {
  const boundary = /boundary="?([^";\r\n]+)/.exec(source)?.[1] ?? ''
  const part = source.split(`--${boundary}`)[1] ?? ''
  const [head = '', ...body] = part.split('\r\n\r\n')
  const content = body.join('\r\n\r\n')
  if (/base64/i.test(head)) return Buffer.from(content, 'base64').toString().replaceAll('\r\n', '\n')
  if (!/quoted-printable/i.test(head)) return content.replaceAll('\r\n', '\n')
  const bytes = content
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString().replaceAll('\r\n', '\n')
}
