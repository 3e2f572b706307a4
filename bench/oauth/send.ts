import { Agent, type IncomingMessage, request } from 'node:http'

export interface Answer {
  readonly text: string
  header(name: string): string
}

interface Sending {
  readonly form?: Readonly<Record<string, string>>
  readonly cookie?: string
  readonly headers?: Readonly<Record<string, string>>
}

const answersWithinMs = 30_000
let agent = new Agent({ keepAlive: true })

/** Begin with new connections: a server closes those that were idle, perhaps just as they are used again. */
export function reconnect(): void {
  agent.destroy()
  agent = new Agent({ keepAlive: true })
}

/** One request on a connection that is kept. An answer of 400 and more is an error, and so is none within half a minute. */
export function send(url: string, { form, cookie, headers }: Sending = {}): Promise<Answer> {
  const body = form && `${new URLSearchParams(form)}`
  return new Promise((resolve, reject) => {
    const asking = request(url, {
      agent,
      signal: AbortSignal.timeout(answersWithinMs),
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body !== undefined && {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
        }),
        ...(cookie !== undefined && { cookie }),
        ...headers,
      },
    })
    asking.on('error', reject).on('response', (incoming: IncomingMessage) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      // One that is cut off has an error and no end.
      incoming.on('error', reject).on('end', () => {
        const { statusCode = 0 } = incoming
        const header = (name: string) => [incoming.headers[name] ?? ''].flat().join('\n')
        if (statusCode >= 400) reject(new Error(`${url}: ${statusCode} ${text}`))
        else resolve({ text, header })
      })
    })
    asking.end(body)
  })
}

/** The cookies that an answer has set, as a browser sends them back. */
export function cookiesIn(answer: Answer): string {
  return answer.header('set-cookie').replaceAll(/;.*$/gm, '').split('\n').join('; ')
}
