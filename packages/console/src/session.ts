/** Where the tokens live: in this value and nowhere else, so that closing or reloading the page forgets them. */
export interface Session {
  /** What the token of now allows; none while signed out. */
  readonly scopes: ReadonlySet<string>
  readonly subject: string | undefined
  readonly username: string | undefined
  signIn(username: string, password: string): Promise<void>
  /** End the session at the server, and forget it here whatever the server says. */
  signOut(): Promise<void>
  /**
   * An access token that is good for a while, renewed first where its end is near. Many may ask at once: one
   * renewal serves them all, because a refresh token that is used twice ends the session.
   * @throws {Problem}
   */
  token(): Promise<string>
  /** The server refused this token: if it is the one of now, the session is over. */
  refused(token: string): void
  /** Called at each change of who is signed in or what they may do. */
  onChange(listener: (ending: Ending | undefined) => void): void
}

/** Why nobody is signed in any more. */
export type Ending = 'signed_out' | 'ended'

/** What the server refused (RFC 9457), or that it could not be reached. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly faults: readonly string[]

  constructor(code: string, status: number, message: string, faults: readonly string[] = []) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.status = status
    this.faults = faults
  }
}

interface Tokens {
  readonly access: string
  readonly refresh: string
  readonly expiresAtMs: number
  readonly subject: string
  readonly scopes: ReadonlySet<string>
  readonly username: string
}

/** Renewed this long before its end: a request on its way must still arrive with a token that is good. */
const renewEarlyMs = 30_000

export function createSession({
  fetch,
  now,
}: {
  fetch: typeof globalThis.fetch
  now: () => number
}): Session {
  let tokens: Tokens | undefined
  let renewal: Promise<string> | undefined
  let listener: (ending: Ending | undefined) => void = () => {}

  async function trade(path: string, body: object, username: string): Promise<Tokens> {
    const askedAtMs = now()
    const answer = (await send(fetch, 'POST', path, { body })) as {
      access_token: string
      refresh_token: string
      expires_in: number
    }
    return {
      access: answer.access_token,
      refresh: answer.refresh_token,
      // Counted from our own question, so that a clock that is wrong here does no harm.
      expiresAtMs: askedAtMs + answer.expires_in * 1000,
      ...claimsOf(answer.access_token),
      username,
    }
  }

  function forget(ending: Ending): void {
    if (!tokens) return
    tokens = undefined
    listener(ending)
  }

  async function renew(old: Tokens): Promise<string> {
    try {
      const renewed = await trade('/v1/refresh', { refresh_token: old.refresh }, old.username)
      // Signed out meanwhile: what comes late must not sign in again.
      if (tokens !== old) throw new Problem('signed_out', 401, 'signed out')
      tokens = renewed
      if (!sameSet(old.scopes, renewed.scopes)) listener(undefined)
      return renewed.access
    } catch (error) {
      if (error instanceof Problem && error.status === 401 && tokens === old) forget('ended')
      throw error
    }
  }

  async function token(): Promise<string> {
    if (!tokens) throw new Problem('signed_out', 401, 'signed out')
    if (tokens.expiresAtMs - renewEarlyMs > now()) return tokens.access
    renewal ??= renew(tokens).finally(() => {
      renewal = undefined
    })
    return renewal
  }

  return {
    get subject() {
      return tokens?.subject
    },
    get scopes() {
      return tokens?.scopes ?? nothing
    },
    get username() {
      return tokens?.username
    },
    async signIn(username, password) {
      tokens = await trade('/v1/login', { username, password }, username)
      listener(undefined)
    },
    async signOut() {
      // A page that slept holds a token that is over, which could end nothing.
      const good = await token().catch(() => undefined)
      forget('signed_out')
      if (good !== undefined) await send(fetch, 'POST', '/v1/logout', { token: good })
    },
    token,
    refused(token) {
      // An answer may come late, to a request of the session before.
      if (token === tokens?.access) forget('ended')
    },
    onChange(given) {
      listener = given
    },
  }
}

interface Request {
  readonly token?: string
  readonly body?: object | undefined
  readonly signal?: AbortSignal | undefined
}

/** Ask the server, and throw what it refuses. Nothing is taken from the browser's cache or sent with a cookie. */
export async function send(
  fetch: typeof globalThis.fetch,
  method: string,
  path: string,
  given: Request = {},
): Promise<unknown> {
  const response = await answerTo(fetch, method, path, given)
  return response.status === 204 ? undefined : response.json()
}

/** As {@link send}, for an answer that is read as it comes. */
export async function answerTo(
  fetch: typeof globalThis.fetch,
  method: string,
  path: string,
  { token, body, signal }: Request,
): Promise<Response> {
  const response = await fetch(path, {
    method,
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new Problem('unreachable', 0, 'the server cannot be reached')
  })
  if (response.ok) return response
  throw await problemIn(response)
}

async function problemIn(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as {
    code?: string
    detail?: string
    errors?: { field: string; reason: string }[]
  }
  const faults = (body.errors ?? []).map(({ field, reason }) => `${field}: ${reason}`)
  return new Problem(
    body.code ?? 'internal',
    response.status,
    body.detail ?? `status ${response.status}`,
    faults,
  )
}

/** To show what can be done, not to decide it: the server decides, and checks the signature. */
function claimsOf(token: string): { subject: string; scopes: ReadonlySet<string> } {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
  const { sub, scope = '' } = JSON.parse(atob(payload)) as { sub: string; scope?: string }
  return { subject: sub, scopes: new Set(scope.split(' ').filter(Boolean)) }
}

const nothing: ReadonlySet<string> = new Set()

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && a.isSubsetOf(b)
}
