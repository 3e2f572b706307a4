import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createGuard as createFetchGuard } from '../../src/guard/adapters/fetch.ts'
import { createGuard as createNodeGuard, type Guarded } from '../../src/guard/adapters/node.ts'
import type { Principal } from '../../src/guard/principal.ts'
import { type AdapterUnderTest, type Api, acceptUpgrade, listenOn, type Route } from './conformance.ts'

/** The part of a path that says which route it is: `/own/usr_1` is asked of `/own/:id`. */
const routeOf = (api: Api, path: string): Route | undefined =>
  api.routes.find((route) => route.path.split('/')[1] === path.split(/[/?]/)[1])

const node: AdapterUnderTest = {
  name: 'node',
  idOf: (source) =>
    String((source as IncomingMessage).url)
      .split('/')
      .at(-1) ?? '',
  start(t, api) {
    const guard = createNodeGuard(api.options)
    const unavailable = createNodeGuard(api.unavailable)
    unavailable.metadata()
    const metadata = guard.metadata(api.metadata)
    const say = (request: IncomingMessage, response: ServerResponse) => {
      const { auth } = request as Partial<Guarded>
      response.end(JSON.stringify({ subject: auth?.subject ?? null }))
    }
    const listeners = new Map(
      api.routes.map((route) => {
        const by = route.isUnavailable ? unavailable : guard
        if (route.mode === 'open') return [route, say]
        const { lenient: _, anonymous: __, ...policy } = route.policy
        if (route.mode === 'required') return [route, by.listener(policy, say)]
        const middleware = by.optional(route.policy)
        return [
          route,
          (request: IncomingMessage, response: ServerResponse) =>
            middleware(request, response, () => say(request, response)),
        ]
      }),
    )
    const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
      metadata(request, response, () => {
        const route = routeOf(api, request.url ?? '')
        const listener = route && listeners.get(route)
        if (listener === undefined) response.writeHead(404).end()
        else listener(request, response)
      })
    })
    server.on('upgrade', guard.upgrade({}, acceptUpgrade))
    return listenOn(t, server)
  },
}

const fetch: AdapterUnderTest = {
  name: 'fetch',
  idOf: (source) => new URL((source as Request).url).pathname.split('/').at(-1) ?? '',
  start(t, api) {
    const guard = createFetchGuard(api.options)
    const unavailable = createFetchGuard(api.unavailable)
    unavailable.metadata()
    const metadata = guard.metadata(api.metadata)
    const say = (auth?: Principal, headers = {}) =>
      Response.json({ subject: auth?.subject ?? null }, { headers })
    const handlers = new Map(
      api.routes.map((route) => {
        if (route.mode === 'open') return [route, async () => say()]
        const by = route.isUnavailable ? unavailable : guard
        const { lenient: _, anonymous: __, ...policy } = route.policy
        const authenticate = route.mode === 'required' ? by.required(policy) : by.optional(route.policy)
        return [
          route,
          async (request: Request) => {
            const { auth, response, headers } = await authenticate(request)
            return response ?? say(auth, headers)
          },
        ]
      }),
    )
    const answer = async (request: Request): Promise<Response> => {
      const route = routeOf(api, new URL(request.url).pathname)
      return (
        metadata(request) ??
        (await (route && handlers.get(route))?.(request)) ??
        new Response(null, { status: 404 })
      )
    }
    // What a server of Requests does, in few lines: Node has none of its own.
    return listenOn(
      t,
      createServer({ maxHeaderSize: 65_536 }, async (incoming, outgoing) => {
        const headers = new Headers()
        for (let i = 0; i < incoming.rawHeaders.length; i += 2)
          headers.append(incoming.rawHeaders[i]!, incoming.rawHeaders[i + 1]!)
        const response = await answer(
          new Request(`https://api.example.com${incoming.url}`, { method: incoming.method ?? '', headers }),
        )
        outgoing.writeHead(response.status, [...response.headers].flat())
        outgoing.end(incoming.method === 'HEAD' ? undefined : Buffer.from(await response.arrayBuffer()))
      }),
    )
  },
}

/** The adapters that need no framework, as they are tested. */
export const ownAdapters: readonly AdapterUnderTest[] = [node, fetch]
