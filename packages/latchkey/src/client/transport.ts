import { wholeText } from '../whole-text.ts'
import { withoutSlash } from '../without-slash.ts'
import { ClientError } from './errors.ts'
import type { Prover } from './proofs/proofs.ts'

/** How a request to the issuer is sent. */
export interface Sending {
  /** An access token, for the header Authorization. */
  readonly token?: string
  /** How long its answer is waited for; ten seconds if not given. */
  readonly timeoutMs?: number
  /** It is sent to its end also when the page that it is of goes away meanwhile. */
  readonly keepalive?: boolean
  /** Asked right before the request is sent. */
  readonly isCurrent?: () => Promise<boolean>
}

/** Says that `isCurrent` kept a request from being sent. */
export class Superseded extends Error {}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The object that was sent; an empty one for anything else. */
  readonly body: Readonly<Record<string, unknown>>
}

/** Sends requests to the issuer: each is a POST of JSON, or of a form where the body is one. */
export type Post = (path: string, body: object | undefined, how?: Sending) => Promise<Answer>

export interface TransportParts {
  readonly fetch: typeof fetch
  readonly now: () => number
  /** Told of the `Date` of each answer, with the time of our clock before and after. */
  readonly onDate: (date: string | null, askedAtMs: number, receivedAtMs: number) => void
  /** Proves our key, so that all tokens are bound to it; undefined where they are bearer tokens. */
  readonly prover: Prover | undefined
  /** Whether the issuer's cookies go with the requests. */
  readonly withCookies: boolean
}

/** For an answer to anything but a refresh. */
const longestWaitMs = 10_000
const longestAnswer = 64 * 1024
/** A server that asks for more patience than this is asked again all the same. */
const longestRetryMs = 5 * 60_000
const errorCodeSyntax = wholeText(/[a-z_]{1,64}/)
const delaySeconds = wholeText(/\d{1,9}/)

/** The URL of the issuer, as it stands before the paths of its routes. */
export function baseOf({ href }: URL): string {
  return withoutSlash(href)
}

/** How tokens are presented (RFC 6750, RFC 9449). */
export function schemeOf(prover: Prover | undefined): 'Bearer' | 'DPoP' {
  return prover === undefined ? 'Bearer' : 'DPoP'
}

export function createTransport(issuer: URL, parts: TransportParts): Post {
  const { fetch, now, onDate, prover, withCookies } = parts
  const base = baseOf(issuer)
  const scheme = schemeOf(prover)

  async function once(path: string, body: object | undefined, how: Sending): Promise<Answer> {
    const { token, timeoutMs = longestWaitMs, keepalive = false, isCurrent } = how
    const proof = await prover?.proofFor({ method: 'POST', url: new URL(base + path) }, token)
    // Last of all: making the proof takes a while, and the page may have been stopped in it.
    if (isCurrent !== undefined && !(await isCurrent())) throw new Superseded()
    const askedAtMs = now()
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(), timeoutMs)
    try {
      const response = await fetch(base + path, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': typeOf(body) }),
          ...(token !== undefined && { authorization: `${scheme} ${token}` }),
          ...(proof !== undefined && { dpop: proof.text }),
        },
        ...(body !== undefined && { body: textOf(body) }),
        signal: controller.signal,
        // The tokens in body and header are for this address and nobody else.
        redirect: 'error',
        credentials: withCookies ? 'same-origin' : 'omit',
        cache: 'no-store',
        keepalive,
      })
      onDate(response.headers.get('date'), askedAtMs, now())
      return { status: response.status, headers: response.headers, body: await readJson(response) }
    } catch (cause) {
      // The client's own word: it was closed meanwhile.
      if (cause instanceof ClientError) throw cause
      throw new ClientError('issuer_unreachable', 'the issuer cannot be reached', { cause })
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * A proof is dated, and the answer that refuses it says what time it is: a clock that was wrong is right for the
   * second.
   */
  return async (path, body, how = {}) => {
    const answer = await once(path, body, how)
    if (prover === undefined) return answer
    const refusal = how.token === undefined ? 'dpop_proof_invalid' : 'token_unproven'
    const isUndated = codeIn(answer) === refusal || errorIn(answer) === 'invalid_dpop_proof'
    return isUndated ? once(path, body, how) : answer
  }
}

function typeOf(body: object): string {
  return body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json'
}

function textOf(body: object): string {
  return body instanceof URLSearchParams ? String(body) : JSON.stringify(body)
}

/** The object in an answer; an empty one for whatever else there is. */
async function readJson(response: Response): Promise<Answer['body']> {
  const text = await readText(response)
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  // React Native has no streams; there the platform bounds what it reads.
  if (reader === undefined) return response.text()
  const decoder = new TextDecoder()
  let text = ''
  for (let read = await reader.read(); read.value !== undefined; read = await reader.read()) {
    text += decoder.decode(read.value, { stream: true })
    if (text.length > longestAnswer) {
      await reader.cancel()
      return ''
    }
  }
  return text
}

/** Any refusal that has no code of its own. */
export function refusalOf(answer: Answer): ClientError {
  const { status } = answer
  const issuerCode = codeIn(answer) ?? errorIn(answer)
  const retryAfterMs = retryAfterOf(answer.headers.get('retry-after'))
  if (status === 429 || status >= 500) {
    return new ClientError('issuer_unavailable', 'the issuer cannot answer now', {
      ...{ status, issuerCode, retryAfterMs },
    })
  }
  if (status < 400) return notOfIssuer(status)
  return new ClientError('issuer_refused', `the issuer answered with status ${status}`, {
    status,
    issuerCode,
  })
}

/** The `code` of problem details (RFC 9457). */
export function codeIn({ body: { code } }: Answer): string | undefined {
  return typeof code === 'string' && errorCodeSyntax.test(code) ? code : undefined
}

/** The `error` of an OAuth endpoint (RFC 6749 section 5.2). */
export function errorIn({ body: { error } }: Answer): string | undefined {
  return typeof error === 'string' && errorCodeSyntax.test(error) ? error : undefined
}

/** What the answer of anything but the issuer is told as. */
export function notOfIssuer(status: number): ClientError {
  return new ClientError('answer_invalid', 'what answered is not the issuer', { status })
}

/** Seconds (RFC 9110 section 10.2.3); a date there would be by a clock that we are only getting to know. */
function retryAfterOf(header: string | null): number | undefined {
  return header !== null && delaySeconds.test(header)
    ? Math.min(Number(header) * 1000, longestRetryMs)
    : undefined
}
