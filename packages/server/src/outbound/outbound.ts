import { lookup as lookupName } from 'node:dns/promises'
import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { bareHost } from '../addresses/host.ts'
import { isLoopback } from '../addresses/loopback.ts'
import type { Network } from '../addresses/networks.ts'
import { mayReach, outboundUrl } from './reachable.ts'

/** Why nothing usable came. */
export type OutboundFault =
  | 'url_not_allowed'
  | 'name_unresolved'
  | 'address_not_allowed'
  | 'connection_failed'
  | 'timed_out'
  | 'redirected'
  | 'status_unexpected'
  | 'encoding_unexpected'
  | 'too_large'

export type OutboundAnswer =
  | { readonly kind: 'answered'; readonly body: Buffer; readonly maxAgeSeconds: number | undefined }
  | { readonly kind: 'failed'; readonly fault: OutboundFault; readonly detail: string }

/** What came of sending something: the status, whatever it is, but for a redirect. */
export type PostAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly fault: OutboundFault; readonly detail: string }

/** What came of asking by a body: the status, whatever it is, but for a redirect, and what was answered. */
export type AskAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Buffer }
  | { readonly kind: 'failed'; readonly fault: OutboundFault; readonly detail: string }

/** Bytes to send. */
export interface Posted {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
  /** Authorities in PEM that vouch for the server, in place of those of the system. */
  readonly ca?: Buffer | undefined
}

interface Address {
  readonly address: string
  readonly family: number
}

/** The addresses of a name. */
export type Resolve = (name: string) => Promise<readonly Address[]>

/** Requests of this server to addresses that somebody else has written down. */
export interface Outbound {
  /** Whether a text is a URL that may be asked; its name is not resolved yet. */
  allows(url: string): boolean
  /**
   * GET a document. The name is resolved once, every address of it must be public or in the networks that the operator allows, and
   * the connection goes to these addresses and to no others. No redirect is followed, no proxy asked and no credential sent but those
   * that are given. It does not throw.
   */
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<OutboundAnswer>
  /** POST a body, by the same rules. What is answered is not read: the status says all. It does not throw. */
  post(url: string, posted: Posted, stopping?: AbortSignal): Promise<PostAnswer>
  /** POST a body and read what is answered, by the rules and the limits of `get`. It does not throw. */
  ask(url: string, posted: Posted): Promise<AskAnswer>
}

const mostBytes = 65_536
const longestMs = 5_000
const longestPostMs = 15_000

export function createOutbound({
  networks,
  resolve = (name) => lookupName(name, { all: true }),
  timeoutMs = longestMs,
  postTimeoutMs = longestPostMs,
}: {
  readonly networks: readonly Network[]
  readonly resolve?: Resolve
  /** For everything together: the name, the connection, the whole answer. */
  readonly timeoutMs?: number
  /** The same for what is sent, up to its status. */
  readonly postTimeoutMs?: number
}): Outbound {
  /** Ask within a time, at addresses that were checked. */
  async function within<Answer>(
    text: string,
    limitMs: number,
    ask: (checked: Checked) => Promise<Answer>,
    stopping?: AbortSignal,
  ): Promise<Answer | Failed> {
    const url = outboundUrl(text, networks)
    if (!url) return failed('url_not_allowed', 'https is needed, without user, password and fragment')
    const deadline = AbortSignal.timeout(limitMs)
    const signal = stopping ? AbortSignal.any([deadline, stopping]) : deadline
    const late = new Promise<Failed>((settle) =>
      signal.addEventListener('abort', () => settle(failed('timed_out', `no answer within ${limitMs} ms`))),
    )
    const asking = async () => {
      const addresses = await addressesOf(url)
      if ('kind' in addresses) return addresses
      // Where the time is over by now, the signal lets no connection begin.
      return ask({ url, addresses, signal })
    }
    return Promise.race([late, asking()])
  }

  async function addressesOf(url: URL): Promise<readonly Address[] | Failed> {
    const name = bareHost(url.hostname)
    let addresses: readonly Address[]
    try {
      addresses = isIP(name) ? [{ address: name, family: isIP(name) }] : await resolve(name)
    } catch (error) {
      return failed('name_unresolved', codeOf(error))
    }
    if (addresses.length === 0) return failed('name_unresolved', 'no address')
    const wrong = addresses.find(
      ({ address }) => !mayReach(address, networks) || (url.protocol === 'http:' && !isLoopback(address)),
    )
    return wrong ? failed('address_not_allowed', wrong.address) : addresses
  }

  return {
    allows: (url) => outboundUrl(url, networks) !== undefined,
    get: (url, headers = {}) => within(url, timeoutMs, (checked) => answerOf(checked, headers)),
    ask: (url, posted) => within(url, timeoutMs, (checked) => answerTo(checked, posted)),
    post: (url, posted, stopping) =>
      within(url, postTimeoutMs, (checked) => statusOf(checked, posted), stopping),
  }
}

/** A URL, and the addresses that a connection for it may go to. */
interface Checked {
  readonly url: URL
  readonly addresses: readonly Address[]
  readonly signal: AbortSignal
}

function requestTo(
  { url, addresses, signal }: Checked,
  method: 'GET' | 'POST',
  { headers: more, ca }: Omit<Posted, 'body'>,
) {
  // The checked addresses stand in for the resolver: a name that answers otherwise the second time is not asked a second time.
  const lookup: LookupFunction = (_name, { all }, found) => {
    const [first] = addresses
    if (all) found(null, [...addresses])
    else if (first) found(null, first.address, first.family)
  }
  const isHttps = url.protocol === 'https:'
  // An agent of its own: the shared one may be told by the environment to use a proxy.
  const agent = isHttps ? new HttpsAgent({ keepAlive: false, ca }) : new HttpAgent({ keepAlive: false })
  const headers = { 'accept-encoding': 'identity', 'user-agent': 'latchkey', ...more }
  return (isHttps ? requestHttps : requestHttp)(url, { agent, lookup, headers, signal, method })
}

function answerOf(checked: Checked, headers: Posted['headers']): Promise<OutboundAnswer> {
  const request = requestTo(checked, 'GET', { headers: { accept: 'application/json', ...headers } })
  return readingOf(request, undefined, async (response) => {
    const { statusCode = 0 } = response
    if (isRedirect(statusCode)) return failed('redirected', `status ${statusCode}`)
    if (statusCode !== 200) return failed('status_unexpected', `status ${statusCode}`)
    const body = await readBody(response)
    if ('kind' in body) return body
    return { kind: 'answered', body, maxAgeSeconds: maxAgeOf(response.headers['cache-control']) }
  })
}

function answerTo(checked: Checked, { headers, body: sent, ca }: Posted): Promise<AskAnswer> {
  const lengths = { 'content-length': String(Buffer.byteLength(sent)) }
  const request = requestTo(checked, 'POST', {
    ...{ headers: { accept: 'application/json', ...headers, ...lengths }, ca },
  })
  return readingOf(request, sent, async (response) => {
    const { statusCode: status = 0 } = response
    if (isRedirect(status)) return failed('redirected', `status ${status}`)
    const body = await readBody(response)
    return 'kind' in body ? body : { kind: 'answered', status, body }
  })
}

/** Send a request and read its answer. The connection is over behind it. */
function readingOf<Answer>(
  request: ClientRequest,
  sent: string | Buffer | undefined,
  read: (response: IncomingMessage) => Promise<Answer | Failed>,
): Promise<Answer | Failed> {
  return new Promise((settle) => {
    const broken = (error: unknown) => settle(failed('connection_failed', codeOf(error)))
    request.on('error', broken)
    request.on('response', (response) => {
      read(response)
        .then(settle, broken)
        .finally(() => request.destroy())
    })
    request.end(sent)
  })
}

function statusOf(checked: Checked, { headers, body, ca }: Posted): Promise<PostAnswer> {
  return new Promise((settle) => {
    const length = String(Buffer.byteLength(body))
    const request = requestTo(checked, 'POST', { headers: { ...headers, 'content-length': length }, ca })
    request.on('error', (error) => settle(failed('connection_failed', codeOf(error))))
    request.on('response', (response) => {
      const { statusCode: status = 0 } = response
      settle(isRedirect(status) ? failed('redirected', `status ${status}`) : { kind: 'answered', status })
      request.destroy()
    })
    request.end(body)
  })
}

/** RFC 9110 section 15.3. */
export function isSuccess(status: number): boolean {
  return Math.floor(status / 100) === 2
}

/** RFC 9110 section 15.4. */
export function isRedirect(status: number): boolean {
  return Math.floor(status / 100) === 3
}

async function readBody(response: IncomingMessage): Promise<Buffer | Failed> {
  const { headers } = response
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    return failed('encoding_unexpected', 'an encoded answer was not asked for')
  }
  const tooLarge = failed('too_large', `more than ${mostBytes} bytes`)
  if (Number(headers['content-length'] ?? 0) > mostBytes) return tooLarge
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) return tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** RFC 9111 section 5.2.2; undefined if nothing is said. */
function maxAgeOf(cacheControl = ''): number | undefined {
  if (/no-store|no-cache/i.test(cacheControl)) return 0
  const stated = /(?:^|[\s,])max-age=(\d{1,10})(?![^\s,])/i.exec(cacheControl)?.[1]
  return stated === undefined ? undefined : Number(stated)
}

/** What the platform calls an error, such as ECONNREFUSED: its message may hold what the other side wrote. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'unknown'
}

type Failed = ReturnType<typeof failed>

function failed(fault: OutboundFault, detail: string) {
  return { kind: 'failed', fault, detail } as const
}
