import { connect } from 'node:net'

/** An answer as it came over the wire, in latin1. */
export interface RawAnswer {
  readonly status: number
  /** Status line and headers. */
  readonly head: string
  readonly body: string
}

const batch = 100

/**
 * Send `requests`, which are whole HTTP/1.1 messages, over one connection, some at a time, and hand each to `judge`
 * with its answer; answers come in the order of the requests (RFC 9112 section 9.3.2). Rejects with the request that
 * was not answered if the server hangs up, or says nothing for 20 s. `inFlight` always holds those not yet answered.
 */
export async function exchange(
  url: string,
  requests: Iterable<string>,
  judge: (request: string, answer: RawAnswer) => void,
  inFlight: string[] = [],
): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setEncoding('latin1')
  socket.setTimeout(20_000, () => socket.destroy())
  const source = Iterator.from(requests)
  const sendBatch = () => {
    while (inFlight.length < batch) {
      const { done, value } = source.next()
      if (done === true) break
      inFlight.push(value)
    }
    socket.write(inFlight.join(''), 'latin1')
  }
  let received = ''
  try {
    sendBatch()
    for await (const chunk of socket) {
      received += String(chunk)
      for (;;) {
        const [request] = inFlight
        const answer = request === undefined ? undefined : readAnswer(received, request.startsWith('HEAD '))
        if (request === undefined || answer === undefined) break
        received = received.slice(answer.length)
        inFlight.shift()
        judge(request, answer)
      }
      if (inFlight.length === 0) sendBatch()
      if (inFlight.length === 0) return
    }
    throw new Error(`not answered: ${JSON.stringify(inFlight[0])}`)
  } finally {
    socket.destroy()
  }
}

/** The first answer in `text` and how long it is; undefined while it is not whole. */
function readAnswer(text: string, isToHead: boolean): (RawAnswer & { readonly length: number }) | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = text.slice(0, end + 2)
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1])
  const begin = end + 4
  const bodyless = isToHead || status === 204 || status === 304
  const length = bodyless ? 0 : /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1]
  if (length !== undefined) {
    const whole = begin + Number(length)
    return text.length < whole ? undefined : { status, head, body: text.slice(begin, whole), length: whole }
  }
  // Chunked (RFC 9112 section 7.1), without trailers.
  let body = ''
  for (let at = begin; ; ) {
    const line = text.indexOf('\r\n', at)
    if (line === -1) return undefined
    const size = Number.parseInt(text.slice(at, line), 16)
    if (!Number.isInteger(size)) throw new Error(`an answer that is neither counted nor chunked: ${head}`)
    at = line + 2 + size + 2
    if (text.length < at) return undefined
    if (size === 0) return { status, head, body, length: at }
    body += text.slice(line + 2, at - 2)
  }
}

/** What no answer to a stranger may be: a failure of the server, or one that repeats what was sent. */
export function faultOf(request: string, { status, head, body }: RawAnswer): string | undefined {
  // An empty status is NaN, which is no better.
  if (!(status >= 200 && status < 500)) return `status ${status}`
  const answer = head + body
  for (const part of secretsOf(request)) if (answer.includes(part)) return `repeats ${JSON.stringify(part)}`
  return undefined
}

/** The query and the values of headers, in parts that are too long to be met by chance. */
function secretsOf(request: string): string[] {
  const [start = '', ...lines] = request.slice(0, request.indexOf('\r\n\r\n')).split('\r\n')
  const sent = [start.split(' ')[1] ?? '', ...lines.filter((line) => !line.startsWith('Host:')).map(valueIn)]
  return sent.flatMap((text) => text.split(/[\s?=",]+/)).filter((part) => part.length > 10)
}

function valueIn(line: string): string {
  return line.slice(line.indexOf(':') + 1)
}
