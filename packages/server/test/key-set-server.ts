import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'

/** A server that publishes a key set, as the account server of an app does. */
export interface KeySetServer {
  readonly url: string
  /** How often it was asked. */
  readonly asked: number
  /** What it answers from now on: a set, or whatever a function sends. */
  answer: object | ((response: ServerResponse) => void)
  close(): Promise<void>
}

export async function openKeySetServer(answer: KeySetServer['answer'] = { keys: [] }): Promise<KeySetServer> {
  const state = { asked: 0, answer }
  const server = createServer((_, response) => {
    state.asked += 1
    if (typeof state.answer === 'function') state.answer(response)
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(state.answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens on TCP')
  return {
    url: `http://127.0.0.1:${address.port}/keys`,
    get asked() {
      return state.asked
    },
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
