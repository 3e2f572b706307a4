import { ClientError } from './errors.ts'
import type { Prover } from './proofs.ts'

/** What the issuer gives at a sign-in and at each renewal. */
export interface GivenTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly sessionId: string
  readonly lifeMs: number
}

/** The issuer's routes that a client calls. Each rejects with a ClientError. */
export interface Issuer {
  logIn(username: string, password: string): Promise<GivenTokens>
  /** Undefined where the issuer says that the session is over. */
  refresh(refreshToken: string): Promise<GivenTokens | undefined>
  logOut(accessToken: string): Promise<void>
}

interface IssuerParts {
  readonly fetch: typeof fetch
  readonly now: () => number
  /** Told of the `Date` of each answer, with the time of our clock before and after. */
  readonly onDate: (date: string | null, askedAtMs: number, receivedAtMs: number) => void
  /** Proves our key, so that all tokens are bound to it; undefined where they are bearer tokens. */
  readonly prover: Prover | undefined
}

const timeoutMs = 10_000
const longestAnswer = 64 * 1024
/** A server that asks for more patience than this is asked again all the same. */
const longestRetryMs = 5 * 60_000

export function createIssuer(url: URL, { fetch, now, onDate, prover }: IssuerParts): Issuer {
  const base = url.href.replace(/\/$/, '')
  const scheme = prover === undefined ? 'Bearer' : 'DPoP'

  /**
   * A proof is dated, and the answer that refuses it says what time it is: a clock that was wrong is right for the
   * second.
   */
  async function post(path: string, body: object | undefined, token?: string): Promise<Answer> {
    const answer = await postOnce(path, body, token)
    const refusal = token === undefined ? 'dpop_proof_invalid' : 'token_unproven'
    const isUndated = prover !== undefined && codeIn(answer) === refusal
    return isUndated ? postOnce(path, body, token) : answer
  }

  async function postOnce(path: string, body: object | undefined, token?: string): Promise<Answer> {
    const proof = await prover?.proofFor({ method: 'POST', url: new URL(base + path) }, token)
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(), timeoutMs)
    const askedAtMs = now()
    try {
      const response = await fetch(base + path, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `${scheme} ${token}` }),
          ...(proof !== undefined && { dpop: proof.text }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: controller.signal,
        // The tokens in body and header are for this address and nobody else.
        redirect: 'error',
        credentials: 'omit',
        cache: 'no-store',
      })
      onDate(response.headers.get('date'), askedAtMs, now())
      return { status: response.status, headers: response.headers, body: await readJson(response) }
    } catch (cause) {
      throw new ClientError('issuer_unreachable', 'the issuer cannot be reached', { cause })
    } finally {
      clearTimeout(timer)
    }
  }

  function tokensIn({ status, body }: Answer): GivenTokens {
    const { access_token: accessToken, refresh_token: refreshToken, session_id: sessionId, expires_in } = body
    if (
      typeof accessToken === 'string' &&
      typeof refreshToken === 'string' &&
      typeof sessionId === 'string' &&
      typeof expires_in === 'number' &&
      expires_in > 0
    ) {
      // RFC 9449 section 5: an issuer that knows nothing of proofs would have us use a token that anybody can.
      if (String(body.token_type).toLowerCase() !== scheme.toLowerCase()) {
        throw new ClientError('answer_invalid', `the issuer gave no ${scheme} token`, { status })
      }
      return { accessToken, refreshToken, sessionId, lifeMs: expires_in * 1000 }
    }
    throw new ClientError('answer_invalid', 'what answered is not the issuer', { status })
  }

  return {
    async logIn(username, password) {
      const answer = await post('/v1/login', { username, password })
      if (answer.status === 200) return tokensIn(answer)
      if (answer.status === 401 && codeIn(answer) === 'credentials_invalid') {
        throw new ClientError('credentials_invalid', 'the user name or the password is not right', {
          status: 401,
          issuerCode: 'credentials_invalid',
        })
      }
      throw refusalOf(answer)
    },
    async refresh(refreshToken) {
      const answer = await post('/v1/refresh', { refresh_token: refreshToken })
      if (answer.status === 200) return tokensIn(answer)
      // Only the issuer's own words end a session: a proxy that says 401 in between is not the issuer.
      const code = codeIn(answer)
      if (answer.status === 401 && (code === 'refresh_invalid' || code === 'refresh_reused')) return undefined
      throw refusalOf(answer)
    },
    async logOut(accessToken) {
      const answer = await post('/v1/logout', undefined, accessToken)
      const code = codeIn(answer)
      const isOver = answer.status === 401 && (code === 'token_invalid' || code === 'token_revoked')
      if (answer.status !== 204 && !isOver) throw refusalOf(answer)
    },
  }
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
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

function refusalOf(answer: Answer): ClientError {
  const { status } = answer
  const issuerCode = codeIn(answer)
  const retryAfterMs = retryAfterOf(answer.headers.get('retry-after'))
  if (status === 429 || status >= 500) {
    return new ClientError('issuer_unavailable', 'the issuer cannot answer now', {
      ...{ status, issuerCode, retryAfterMs },
    })
  }
  if (status < 400) return new ClientError('answer_invalid', 'what answered is not the issuer', { status })
  return new ClientError('issuer_refused', `the issuer answered with status ${status}`, {
    status,
    issuerCode,
  })
}

function codeIn({ body: { code } }: Answer): string | undefined {
  return typeof code === 'string' && /^[a-z_]{1,64}$/.test(code) ? code : undefined
}

/** Seconds (RFC 9110 section 10.2.3); a date there would be by a clock that we are only getting to know. */
function retryAfterOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,9}$/.test(header)
    ? Math.min(Number(header) * 1000, longestRetryMs)
    : undefined
}
