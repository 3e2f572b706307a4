import type { PrincipalKind } from '../guard/principal.ts'
import {
  createRevocationList,
  type RevocationKind,
  revocationKey,
} from '../guard/revocations/revocation-list.ts'
import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { clockOf } from '../options/clock.ts'
import { createSigner, generateKey, type PrivateKey, publicKeyOf, toJwk } from '../token/index.ts'
import { withoutSlash } from '../without-slash.ts'
import { type AskedApp, prepareAsk } from './ask.ts'

/** The options of `createTestIssuer`. */
export interface TestIssuerOptions {
  /** `https://issuer.test` if not given. Nothing is ever asked of it over a network. */
  readonly issuer?: string
  /** `https://api.test` if not given. */
  readonly audience?: string
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

/** The principal that a test signs in. */
export interface TestPrincipal {
  readonly subject: string
  /** `user` if not given. */
  readonly kind?: PrincipalKind
  readonly scopes?: readonly string[]
  readonly userType?: string
  readonly sessionId?: string
  readonly clientId?: string
  /** The time of the last authentication, in milliseconds since the Unix epoch; now if not given. */
  readonly authTimeMs?: number
  readonly acr?: string
  readonly amr?: readonly string[]
  /** Seconds for which the token is good; 300 if not given. A negative number makes one that has expired. */
  readonly expiresIn?: number
  /** More claims, or others in place of those above. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** A principal that is signed in to an app under test. */
export interface SignedIn {
  readonly token: string
  /** `{ authorization: 'Bearer …' }`, for a client of your own. */
  readonly headers: { readonly authorization: string }
  /** Ask the app as this principal: `await ada.fetch('/me')`. A path, and what `fetch` takes. */
  fetch(path: string, init?: RequestInit): Promise<Response>
}

/** An issuer of tokens in memory: guards take them for real, because they are. */
export interface TestIssuer {
  readonly issuer: string
  readonly audience: string
  /** What `createGuard` needs: `createGuard(issuer.guardOptions)`. Everything else of a guard can be said beside it. */
  readonly guardOptions: GuardOptionsForTests
  /** Answers for the issuer: its metadata and its key set. For whatever takes a `fetch` of its own. */
  readonly fetch: typeof fetch
  /** An access token as the server of Latchkey writes it (RFC 9068). */
  token(principal: string | TestPrincipal): string
  /**
   * Sign somebody in to an app: a listener of node:http, a server, an app of Express, Fastify, Hono, Koa or Nest, or a
   * function from Request to Response. A TypeError for anything else.
   */
  signIn(app: AskedApp, principal: string | TestPrincipal): SignedIn
  /** Ask an app without a token. */
  anonymous(app: AskedApp): Pick<SignedIn, 'fetch'>
  /** End a session, a token (its `jti`), or all that was issued so far to a subject or to the users of a type. */
  revoke(kind: RevocationKind, value: string): void
  /** Sign with a new key from here on. Guards find it in the key set; the old one stays there. */
  rotateKey(): void
}

/** The options by which a guard trusts a test issuer. */
export interface GuardOptionsForTests {
  readonly issuer: string
  readonly audience: string
  readonly fetch: typeof fetch
  readonly now: () => number
  readonly revocationList: ReturnType<typeof createRevocationList>
}

const testIssuerOptions: OptionNames<TestIssuerOptions> = { issuer: 1, audience: 1, now: 1 }

const testPrincipal: OptionNames<TestPrincipal> = {
  subject: 1,
  kind: 1,
  scopes: 1,
  userType: 1,
  sessionId: 1,
  clientId: 1,
  authTimeMs: 1,
  acr: 1,
  amr: 1,
  expiresIn: 1,
  claims: 1,
}

const revocationLifeMs = 24 * 60 * 60 * 1000

/**
 * Make an issuer in memory, for tests of guarded routes: it signs real tokens, and guards verify them without a network.
 *
 * @example
 * const issuer = createTestIssuer()
 * const guard = createGuard(issuer.guardOptions)
 * const ada = issuer.signIn(app, { subject: 'usr_ada', scopes: ['devices:control'] })
 * const response = await ada.fetch('/open', { method: 'POST' })
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createTestIssuer(options: TestIssuerOptions = {}): TestIssuer {
  checkOptions('createTestIssuer', options, testIssuerOptions)
  const { issuer = 'https://issuer.test', audience = 'https://api.test' } = options
  const now = clockOf(options.now)
  const revocationList = createRevocationList({ now })
  const keys: PrivateKey[] = []
  let sign = rotated()
  let made = 0

  function rotated() {
    const key = generateKey('ES256')
    keys.push(key)
    return (expiresIn: number, claims: Readonly<Record<string, unknown>>) => {
      const signer = createSigner({ key, type: 'at+jwt', issuer, audience, expiresIn, now })
      return signer(claims)
    }
  }

  function token(given: string | TestPrincipal): string {
    const principal: TestPrincipal = typeof given === 'string' ? { subject: given } : given
    checkOptions('a principal', principal, testPrincipal)
    const { expiresIn = 300, authTimeMs, kind = 'user', clientId, scopes = [] } = principal
    const nowSeconds = Math.floor(now() / 1000)
    made += 1
    const claims = {
      sub: principal.subject,
      jti: `jti_${made}`,
      kind,
      client_id: clientId ?? (kind === 'service' ? principal.subject : 'test'),
      scope: scopes.join(' '),
      ...(kind === 'user' && {
        sid: principal.sessionId ?? `ses_${made}`,
        auth_time: authTimeMs === undefined ? nowSeconds : Math.floor(authTimeMs / 1000),
        amr: principal.amr ?? ['pwd'],
      }),
      ...(principal.userType !== undefined && { user_type: principal.userType }),
      ...(principal.acr !== undefined && { acr: principal.acr }),
      ...(expiresIn <= 0 && { iat: nowSeconds + expiresIn - 300, exp: nowSeconds + expiresIn }),
      ...principal.claims,
    }
    return sign(Math.max(expiresIn, 1), claims)
  }

  const answer: typeof fetch = async (input) => {
    const asked = input instanceof Request ? input.url : String(input)
    const base = withoutSlash(issuer)
    if (asked === `${base}/.well-known/openid-configuration`) {
      return Response.json({ issuer, jwks_uri: `${base}/.well-known/jwks.json` })
    }
    if (asked === `${base}/.well-known/jwks.json`) {
      return Response.json({ keys: keys.map((key) => toJwk(publicKeyOf(key))) })
    }
    return new Response(null, { status: 404 })
  }

  return Object.freeze({
    issuer,
    audience,
    guardOptions: Object.freeze({ issuer, audience, fetch: answer, now, revocationList }),
    fetch: answer,
    token,
    signIn(app: AskedApp, principal: string | TestPrincipal) {
      const ask = prepareAsk(app)
      const bearer = token(principal)
      const headers = Object.freeze({ authorization: `Bearer ${bearer}` })
      return Object.freeze({
        token: bearer,
        headers,
        fetch: (path: string, init?: RequestInit) => ask(requestOf(audience, path, init, headers)),
      })
    },
    anonymous(app: AskedApp) {
      const ask = prepareAsk(app)
      return Object.freeze({
        fetch: (path: string, init?: RequestInit) => ask(requestOf(audience, path, init)),
      })
    },
    revoke(kind: RevocationKind, value: string) {
      revocationList.add({
        key: revocationKey(kind, value),
        // Tokens say when they were issued in whole seconds: what was issued in this one is meant as well.
        revokedAtMs: Math.floor(now() / 1000) * 1000 + 1,
        expiresAtMs: now() + revocationLifeMs,
      })
    },
    rotateKey() {
      sign = rotated()
    },
  })
}

function requestOf(
  audience: string,
  path: string,
  init: RequestInit = {},
  headers: Readonly<Record<string, string>> = {},
): Request {
  if (!path.startsWith('/')) throw new TypeError('an app is asked by a path')
  const request = new Request(new URL(path, isUrl(audience) ? audience : 'https://api.test'), init)
  for (const [name, value] of Object.entries(headers)) request.headers.set(name, value)
  return request
}

function isUrl(text: string): boolean {
  return /^https?:/.test(text)
}
