import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createGuard as createCore,
  type Decide,
  type Decision,
  type GuardOptions,
  type GuardState,
  type OptionalPolicy,
} from './guard.ts'
import type { Policy } from './policy.ts'
import type { Principal } from './principal.ts'
import type { Refusal } from './refusal.ts'

/** A request that a guard has let through. */
export type Guarded<Auth = Principal> = IncomingMessage & { auth: Auth }

export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

export interface NodeGuard {
  /** Middleware that answers those who may not come and sets `request.auth` for those who may. */
  required(policy?: Policy): Middleware
  /** Middleware that lets those through who bring no token, with `request.auth` undefined. */
  optional(policy?: OptionalPolicy): Middleware
  /** A listener for `createServer` that calls `handler` for those who may come. */
  listener(
    policy: Policy,
    handler: (request: Guarded, response: ServerResponse) => unknown,
  ): (request: IncomingMessage, response: ServerResponse) => void
  state(): GuardState
  close(): void
}

/** A guard for node:http and for everything that passes its request and response along. */
export function createGuard(options: GuardOptions = {}): NodeGuard {
  const core = createCore(options)
  return {
    required: (policy) => middleware(core.required(policy)),
    optional: (policy) => middleware(core.optional(policy)),
    listener(policy, handler) {
      const guard = middleware(core.required(policy))
      return (request, response) => {
        guard(request, response, (error) => {
          // Without a framework there is nobody to hand an error to; Node ends the process, as for any other.
          if (error !== undefined) throw error
          handler(request as Guarded, response) // the guard has set auth
        })
      }
    },
    state: () => core.state(),
    close: () => core.close(),
  }
}

function middleware(decide: Decide): Middleware {
  return (request, response, next) => {
    if (isPreflight(request)) {
      // A preflight carries no credentials. It must not reach a handler that expects them; whoever answers
      // CORS stands before the guard, and this answer without CORS headers makes a browser stop.
      response.writeHead(204, { vary: 'origin, access-control-request-method' }).end()
      return
    }
    const settle = (decision: Decision): void => {
      if (decision.kind === 'refused') {
        answer(response, decision.refusal)
        return
      }
      Object.assign(request, { auth: decision.auth })
      next()
    }
    const decision = decide(request.headersDistinct.authorization ?? [])
    if (decision instanceof Promise) decision.then(settle, next)
    else settle(decision)
  }
}

function answer(response: ServerResponse, { status, headers, body }: Refusal): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
}

/** Fetch Standard, section 3.3.2. */
function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  )
}
