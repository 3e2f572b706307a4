import { ClientError, type FactorChallenge, type NewPasskeyOptions, type PasskeyOptions } from './errors.ts'
import type { Prover } from './proofs/proofs.ts'

/** What the issuer gives at a sign-in and at each refresh. */
export interface GivenTokens {
  readonly accessToken: string
  /** Empty where the issuer keeps it in a cookie. */
  readonly refreshToken: string
  readonly sessionId: string
  /** Of the account, where the issuer says it. */
  readonly username: string | undefined
  readonly lifeMs: number
  /** Of somebody who has enrolled their first factor with this sign-in. */
  readonly recoveryCodes: readonly string[]
}

/** An authenticator that is being set up: the QR code shows the link, and both hold the secret. */
export interface Enrolment {
  /** In base32, to be typed. */
  readonly secret: string
  /** `otpauth:`, to be shown as a QR code. */
  readonly link: string
}

export type Refreshed =
  | { readonly kind: 'given'; readonly tokens: GivenTokens }
  /** The issuer says that the session is over, or that the cookie holds none. */
  | { readonly kind: 'over' }
  /** Nothing was sent: another tab has replaced the token meanwhile. */
  | { readonly kind: 'superseded' }

/** How one refresh request is sent. */
export interface RefreshRequest {
  /** How long its answer is waited for. */
  readonly timeoutMs: number
  /** Asked right before the request is sent. */
  readonly isCurrent: () => Promise<boolean>
}

/** What the second step is done with. */
export type FactorProof =
  | { readonly code: string }
  | { readonly credential: object }
  | { readonly new_credential: object }

/** The issuer's routes that a client calls. Each rejects with a ClientError. */
export interface Issuer {
  /** With `asksFactor`, also a browser that is remembered is asked for the second factor. */
  logIn(username: string, password: string, asksFactor: boolean): Promise<GivenTokens>
  passkeyOptions(): Promise<PasskeyOptions>
  logInWithPasskey(credential: object): Promise<GivenTokens>
  /** The second step of a sign-in. */
  answer(challenge: string, proof: FactorProof, remember: boolean): Promise<GivenTokens>
  enrol(challenge: string): Promise<Enrolment>
  /** `refreshToken` is not sent where the issuer keeps it in a cookie. */
  refresh(refreshToken: string, request: RefreshRequest): Promise<Refreshed>
  logOut(accessToken: string): Promise<void>
}

interface IssuerParts {
  readonly fetch: typeof fetch
  readonly now: () => number
  /** Told of the `Date` of each answer, with the time of our clock before and after. */
  readonly onDate: (date: string | null, askedAtMs: number, receivedAtMs: number) => void
  /** Proves our key, so that all tokens are bound to it; undefined where they are bearer tokens. */
  readonly prover: Prover | undefined
  /** The name of the cookie's application, where the issuer is to keep the refresh token in a cookie. */
  readonly cookie: string | undefined
}

/** For an answer to anything but a refresh. */
const longestWaitMs = 10_000
const longestAnswer = 64 * 1024
/** A server that asks for more patience than this is asked again all the same. */
const longestRetryMs = 5 * 60_000

export function createIssuer(url: URL, { fetch, now, onDate, prover, cookie }: IssuerParts): Issuer {
  const base = url.href.replace(/\/$/, '')
  const scheme = prover === undefined ? 'Bearer' : 'DPoP'

  /**
   * A proof is dated, and the answer that refuses it says what time it is: a clock that was wrong is right for the
   * second.
   */
  async function post(path: string, body: object | undefined, how: Sending = {}): Promise<Answer> {
    const answer = await postOnce(path, body, how)
    const refusal = how.token === undefined ? 'dpop_proof_invalid' : 'token_unproven'
    const isUndated = prover !== undefined && codeIn(answer) === refusal
    return isUndated ? postOnce(path, body, how) : answer
  }

  async function postOnce(path: string, body: object | undefined, how: Sending): Promise<Answer> {
    const { token, timeoutMs = longestWaitMs, isCurrent } = how
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
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `${scheme} ${token}` }),
          ...(proof !== undefined && { dpop: proof.text }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: controller.signal,
        // The tokens in body and header are for this address and nobody else.
        redirect: 'error',
        credentials: cookie === undefined ? 'omit' : 'same-origin',
        cache: 'no-store',
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

  function tokensIn({ status, body }: Answer): GivenTokens {
    const { access_token: accessToken, session_id: sessionId, expires_in } = body
    // One that came although a cookie was asked for is not looked at, so that it is kept nowhere.
    const refreshToken = cookie === undefined ? body.refresh_token : ''
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
      const username = typeof body.username === 'string' ? body.username : undefined
      const lifeMs = expires_in * 1000
      return {
        accessToken,
        refreshToken,
        sessionId,
        username,
        lifeMs,
        recoveryCodes: textsIn(body.recovery_codes),
      }
    }
    throw new ClientError('answer_invalid', 'what answered is not the issuer', { status })
  }

  return {
    async logIn(username, password, asksFactor) {
      const more = asksFactor && { ask_factor: true }
      const answer = await post('/v1/login', { username, password, cookie, ...more })
      if (answer.status === 200) return tokensIn(answer)
      if (answer.status === 401 && codeIn(answer) === 'credentials_invalid') {
        throw new ClientError('credentials_invalid', 'the user name or the password is not right', {
          status: 401,
          issuerCode: 'credentials_invalid',
        })
      }
      const challenge = challengeIn(answer)
      if (challenge === undefined) throw refusalOf(answer)
      throw new ClientError('factor_required', 'this account signs in with a second factor, too', {
        status: 401,
        issuerCode: 'factor_required',
        challenge,
      })
    },
    async passkeyOptions() {
      const answer = await post('/v1/login/passkey/options', {})
      if (answer.status !== 200) throw refusalOf(answer)
      const options = passkeyOptionsIn(answer.body)
      if (options !== undefined) return options
      throw new ClientError('answer_invalid', 'what answered is not the issuer', { status: 200 })
    },
    async logInWithPasskey(credential) {
      const answer = await post('/v1/login/passkey', { credential, cookie })
      if (answer.status === 200) return tokensIn(answer)
      throw stepRefusalOf(answer)
    },
    async answer(challenge, proof, remember) {
      const more = remember && { remember: true }
      const answer = await post('/v1/login/factor', { challenge, ...proof, cookie, ...more })
      if (answer.status === 200) return tokensIn(answer)
      throw stepRefusalOf(answer)
    },
    async enrol(challenge) {
      const answer = await post('/v1/login/enrol', { challenge })
      const { secret, link } = answer.body
      if (answer.status !== 200) throw stepRefusalOf(answer)
      if (typeof secret === 'string' && typeof link === 'string' && link.startsWith('otpauth:')) {
        return Object.freeze({ secret, link })
      }
      throw new ClientError('answer_invalid', 'what answered is not the issuer', { status: 200 })
    },
    async refresh(refreshToken, request) {
      const body = cookie === undefined ? { refresh_token: refreshToken } : { cookie }
      const answer = await post('/v1/refresh', body, request).catch((error: unknown) => {
        if (error instanceof Superseded) return undefined
        throw error
      })
      if (answer === undefined) return { kind: 'superseded' }
      if (answer.status === 200) return { kind: 'given', tokens: tokensIn(answer) }
      // Only the issuer's own words end a session: a proxy that says 401 in between is not the issuer.
      const code = codeIn(answer)
      if (answer.status === 401 && (code === 'refresh_invalid' || code === 'refresh_reused')) {
        return { kind: 'over' }
      }
      throw refusalOf(answer)
    },
    async logOut(accessToken) {
      const answer = await post('/v1/logout', undefined, { token: accessToken })
      const code = codeIn(answer)
      const isOver = answer.status === 401 && (code === 'token_invalid' || code === 'token_revoked')
      if (answer.status !== 204 && !isOver) throw refusalOf(answer)
    },
  }
}

interface Sending extends Partial<RefreshRequest> {
  /** An access token, for the header Authorization. */
  readonly token?: string
}

/** Says that `isCurrent` kept a request from being sent. */
class Superseded extends Error {}

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

/** The second step that the answer to a right password asks for. */
function challengeIn(answer: Answer): FactorChallenge | undefined {
  const { status, body } = answer
  if (status !== 401 || codeIn(answer) !== 'factor_required') return undefined
  const { mfa_required: step } = body
  if (typeof step !== 'object' || step === null) return undefined
  const { challenge: id, factors, enrol, expires_in, sent_to } = step as Readonly<Record<string, unknown>>
  if (typeof id !== 'string' || typeof expires_in !== 'number') return undefined
  const enrols = textsIn(enrol)
  return Object.freeze({
    id,
    factors: textsIn(factors),
    passkey: enrols.length > 0 ? undefined : passkeyOptionsIn(step),
    enrol: enrols,
    newPasskey: enrols.includes('passkey') ? newPasskeyOptionsIn(step) : undefined,
    sentTo: typeof sent_to === 'string' ? sent_to : undefined,
    expiresInSeconds: expires_in,
  })
}

/** Only the challenge is looked at: the platform reads the others. */
function passkeyOptionsIn(body: object): PasskeyOptions | undefined {
  const { public_key: options } = body as { readonly public_key?: Partial<PasskeyOptions> | null }
  return typeof options?.challenge === 'string' ? Object.freeze(options as PasskeyOptions) : undefined
}

function newPasskeyOptionsIn(body: object): NewPasskeyOptions | undefined {
  const { public_key: options } = body as { readonly public_key?: Partial<NewPasskeyOptions> | null }
  const isWhole = typeof options?.challenge === 'string' && typeof options.user?.id === 'string'
  return isWhole ? Object.freeze(options as NewPasskeyOptions) : undefined
}

function textsIn(list: unknown): readonly string[] {
  const texts = Array.isArray(list) ? list.filter((text) => typeof text === 'string') : []
  return Object.freeze(texts)
}

function stepRefusalOf(answer: Answer): ClientError {
  const { status } = answer
  const issuerCode = codeIn(answer)
  if (issuerCode === 'code_wrong' && status === 403) {
    return new ClientError('code_wrong', 'the code is not right', { status, issuerCode })
  }
  if (issuerCode === 'passkey_refused' && status === 403) {
    return new ClientError('passkey_refused', 'the passkey is not taken', { status, issuerCode })
  }
  if (issuerCode === 'passkey_unknown' && status === 401) {
    return new ClientError('passkey_unknown', 'the issuer knows no such passkey', { status, issuerCode })
  }
  const isOver = issuerCode === 'challenge_invalid' || issuerCode === 'credentials_invalid'
  if (isOver && status === 401) {
    return new ClientError('challenge_invalid', 'sign in again from the beginning', { status, issuerCode })
  }
  return refusalOf(answer)
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
