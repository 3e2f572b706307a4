import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server that takes webhooks. */
export interface WebhookReceiver {
  readonly url: string
  readonly received: Received[]
  /** What it answers from now on: a status, or whatever a function sends. */
  answer: number | ((response: ServerResponse, received: Received) => void)
  close(): Promise<void>
}

export async function openWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = []
  const state: { answer: WebhookReceiver['answer'] } = { answer: 204 }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      const one = { headers: request.headers, body }
      received.push(one)
      if (typeof state.answer === 'function') state.answer(response, one)
      else response.writeHead(state.answer, { location: '/elsewhere' }).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens on TCP')
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    get answer() {
      return state.answer
    },
    set answer(next) {
      state.answer = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
