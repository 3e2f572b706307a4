import type { IncomingMessage } from 'node:http'
import { wholeText } from '../whole-text.ts'

const loopbackHost = wholeText(/(::ffff:)?127\.\d+\.\d+\.\d+|\[?::1\]?|localhost/i)

/**
 * A request as authenticators read it. Nothing is computed before it is asked for, so that a request with a bearer token
 * costs no more than finding one header.
 */
export interface GuardRequest {
  readonly method: string
  /** Path and query as the client sent them, whatever a router has cut off since. */
  readonly url: string
  /**
   * The values of all lines of one header, none if there is no such line. `name` is in lower case; `:authority` is the host
   * of a request by HTTP/2 and of a Request.
   */
  header(name: string): readonly string[]
  /** Where the connection comes from: a client, or the nearest proxy. undefined where a Request does not tell. */
  readonly remoteAddress: string | undefined
  /** Whether the connection from the client, or from the nearest proxy, is private: TLS, or within this machine. */
  readonly isPrivate: boolean
  /** What the framework hands to its handlers, for the rules of an application. */
  readonly source: unknown
  /** The request that the platform gave, one object for all guards that judge it. */
  readonly raw?: object
}

/** A request of node:http as frameworks pass it on: Express and Fastify remember the URL before they change it. */
export type RawRequest = IncomingMessage & { readonly originalUrl?: string }

const none: readonly string[] = Object.freeze([])

/** A request of node:http, and of every framework that is built on it. */
export class NodeRequest implements GuardRequest {
  readonly source: unknown
  readonly #raw: RawRequest

  constructor(raw: RawRequest, source: unknown = raw) {
    this.#raw = raw
    this.source = source
  }

  get raw(): object {
    return this.#raw
  }

  get method(): string {
    return this.#raw.method ?? 'GET'
  }

  get url(): string {
    return this.#raw.originalUrl ?? this.#raw.url ?? '/'
  }

  get remoteAddress(): string | undefined {
    return this.#raw.socket?.remoteAddress
  }

  get isPrivate(): boolean {
    const { socket } = this.#raw
    if (socket !== undefined && 'encrypted' in socket && socket.encrypted === true) return true
    return isLoopback(this.remoteAddress ?? '') && !wasForwardedInClear(this)
  }

  // `headers` keeps only the first of two Authorization lines, and `headersDistinct` sorts all headers for one.
  header(name: string): readonly string[] {
    const { rawHeaders } = this.#raw
    let found = none
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const candidate = rawHeaders[i]! // names and values take turns
      if (candidate.length !== name.length || candidate.toLowerCase() !== name) continue
      const value = rawHeaders[i + 1]!
      found = found === none ? [value] : [...found, value]
    }
    return found
  }
}

/** The part of a Fetch Standard Request that is read. */
interface FetchLike {
  readonly method: string
  readonly url: string
  readonly headers: { get(name: string): string | null }
}

/** A request of the Fetch Standard. */
export class FetchRequest implements GuardRequest {
  readonly source: unknown
  readonly #raw: FetchLike

  constructor(raw: FetchLike, source: unknown = raw) {
    this.#raw = raw
    this.source = source
  }

  get raw(): object {
    return this.#raw
  }

  get method(): string {
    return this.#raw.method
  }

  get url(): string {
    const { url } = this.#raw
    const path = url.indexOf('/', url.indexOf('://') + 3)
    return path === -1 ? '/' : url.slice(path)
  }

  // A Request does not know its connection.
  readonly remoteAddress = undefined

  get isPrivate(): boolean {
    const { url } = this.#raw
    if (/^https:/i.test(url)) return true
    const host = /^http:\/\/(\[[^\]]*\]|[^/:?#]*)/i.exec(url)?.[1]
    return isLoopback(host ?? '') && !wasForwardedInClear(this)
  }

  header(name: string): readonly string[] {
    if (name === ':authority') return [/:\/\/([^/?#]*)/.exec(this.#raw.url)?.[1] ?? '']
    const value = this.#raw.headers.get(name)
    if (value === null) return none
    // The lines of one header arrive joined (Fetch Standard, section 2.2.2). A comma followed by a scheme and its
    // credentials was a second line; a comma in the parameters of one scheme is followed by a name and `=`.
    return name === 'authorization' && value.includes(',') ? value.split(/,\s*(?=[\w-]+ +\S)/) : [value]
  }
}

/** 127.0.0.0/8, ::1, either as an IPv4 address within IPv6, and the name for them (RFC 6761 section 6.3). */
function isLoopback(host: string): boolean {
  return loopbackHost.test(host)
}

/** A proxy on this machine that says that its client came without TLS. Who lies here harms only themselves. */
function wasForwardedInClear(request: GuardRequest): boolean {
  return request.header('x-forwarded-proto').some((protocol) => protocol.trim().toLowerCase() !== 'https')
}

/** A CORS preflight (Fetch Standard, section 3.3.2). It carries no credentials, so no guard may judge it. */
export function isPreflight(request: GuardRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.header('origin').length > 0 &&
    request.header('access-control-request-method').length > 0
  )
}
