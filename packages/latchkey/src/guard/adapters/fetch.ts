import type { Decide, Decision } from '../decider.ts'
import {
  createGuard as createCore,
  type GuardOptions,
  type GuardState,
  type OptionalPolicy,
} from '../guard.ts'
import { asksFor, type MetadataOptions } from '../metadata.ts'
import type { Policy } from '../policy.ts'
import type { Principal } from '../principal.ts'
import type { Refusal } from '../refusal.ts'
import { FetchRequest, isPreflight } from '../request.ts'

/** The principal, or the answer to send. */
export type Authentication<Auth = Principal> =
  | {
      readonly auth: Auth
      readonly response: undefined
      /** Headers to send with your answer, such as a nonce or a cookie. */
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly auth: undefined; readonly response: Response; readonly headers?: undefined }

/** A guard for functions from Request to Response. */
export interface FetchGuard {
  /** Authenticate a request, without further policy: `const { auth, response } = await guard.authenticate(request)`. */
  authenticate(request: Request): Promise<Authentication>
  /** As `authenticate`, for a route with a policy. */
  required(policy?: Policy<Request>): (request: Request) => Promise<Authentication>
  /** As `required`, for a route that callers may use without a token. */
  optional(
    policy?: OptionalPolicy<Request>,
  ): (request: Request) => Promise<Authentication<Principal | undefined>>
  /** Answers with the metadata of this resource (RFC 9728) at its well-known place, and nothing elsewhere. */
  metadata(options?: MetadataOptions): (request: Request) => Response | undefined
  state(): GuardState
  close(): void
}

/**
 * Build a guard for functions from Request to Response (Fetch Standard).
 *
 * @example
 * const guard = createGuard({ issuer: 'https://id.example.com', audience: 'https://api.example.com' })
 * const { auth, response } = await guard.authenticate(request)
 * if (response) return response
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createGuard(options: GuardOptions = {}): FetchGuard {
  const core = createCore(options)
  const required = (policy?: Policy<Request>) =>
    // A required decision that allows has a principal.
    authenticator(core.required(policy)) as (request: Request) => Promise<Authentication>
  return {
    authenticate: required(),
    required,
    optional: (policy) => authenticator(core.optional(policy)),
    metadata(details) {
      const document = core.metadata(details)
      return (request) => {
        if (!asksFor(document, request.method, new FetchRequest(request).url)) return undefined
        return new Response(request.method === 'HEAD' ? null : document.text, { headers: document.headers })
      }
    },
    state: () => core.state(),
    close: () => core.close(),
  }
}

function authenticator(decide: Decide): (request: Request) => Promise<Authentication<Principal | undefined>> {
  return async (raw) => {
    const request = new FetchRequest(raw)
    if (isPreflight(request)) return { auth: undefined, response: preflightResponse() }
    const made = decide(request)
    const decision: Decision = made instanceof Promise ? await made : made
    return decision.kind === 'refused'
      ? { auth: undefined, response: responseOf(decision.refusal, raw.method) }
      : { auth: decision.auth, response: undefined, headers: decision.headers ?? nothing }
  }
}

const nothing: Readonly<Record<string, string>> = Object.freeze({})

/** A refusal as a Response, without its body for HEAD. */
export function responseOf({ status, headers, text }: Refusal, method: string): Response {
  return new Response(method === 'HEAD' ? null : text, { status, headers })
}

/** No CORS headers, so that a browser stops: the program answers CORS before the guard. */
export function preflightResponse(): Response {
  return new Response(null, { status: 204, headers: { vary: 'origin, access-control-request-method' } })
}
