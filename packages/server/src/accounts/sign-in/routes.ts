import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { applicationName } from '../../http/cookies.ts'
import { authenticationJson, readAuthentication } from '../../http/passkey-json.ts'
import { done, type JsonAnswer, ok, routesFor } from '../../http/route.ts'
import { line, timestamp } from '../../http/schema.ts'
import { sessionOfRefreshToken } from '../../tokens/refresh.ts'
import { rememberForFactor } from '../factors/remembered/remembered.ts'
import { pendingView } from '../factors/views.ts'
import type { AccountsGround } from '../ground.ts'
import { readRegistration, registrationJson } from '../passkeys/json-forms.ts'
import { type KnownBrowser, knowBrowser } from './known-places.ts'
import { refreshSession } from './refresh.ts'
import { answerChallenge, beginEnrolment, type SignedInTwice, type StepAnswer } from './second-step.ts'
import { type SignedIn, signIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'

const route = routesFor<AccountsGround>()

/** The most characters that are hashed for anybody who asks. */
const longestPassword = 1024
export const password = v.pipe(v.string(), v.minLength(1), v.maxLength(longestPassword))
/** Of a form, in which a field that is left out is empty: the page says so. */
export const typedPassword = v.optional(v.pipe(v.string(), v.maxLength(longestPassword)), '')
export const tokens = v.strictObject({
  access_token: v.string(),
  token_type: v.picklist(['Bearer', 'DPoP']),
  expires_in: v.number(),
  /** Absent where it went into a cookie. */
  refresh_token: v.optional(v.string()),
  session_id: v.string(),
  username: v.string(),
  /** Shown this once, to a person who has enrolled their first factor. */
  recovery_codes: v.optional(v.array(v.string())),
})
/** The audience of a service (RFC 8707): the access token is then for it, with what the person holds and it knows. */
const resource = v.optional(line(200))
/** The application that wants its refresh token in a cookie. */
export const cookie = v.pipe(v.string(), v.regex(applicationName))

export const logIn = route({
  id: 'logIn',
  method: 'POST',
  path: '/v1/login',
  tag: 'sign-in',
  summary:
    'Sign in with user name and password. With `resource`, the access token is for the service with that audience. With `cookie`, the name of an application, the refresh token comes in a cookie that no script can read; for pages of this server only.',
  access: 'public',
  proof: true,
  body: v.strictObject({
    username: line(200),
    password,
    cookie: v.optional(cookie),
    resource,
    /** Ask for the second factor also in a browser that is remembered. */
    ask_factor: v.optional(v.boolean(), false),
  }),
  answers: { 200: { description: 'Signed in.', body: tokens } },
  refuses: [
    'credentials_invalid',
    'factor_required',
    'resource_unknown',
    'scope_invalid',
    'too_many_requests',
    'overloaded',
    'origin_not_allowed',
  ],
  async handle(ground, { body, proof, header, client }) {
    if (body.cookie === undefined) {
      return answerWith(ground, await signIn(ground, { ...body, proof }, client), undefined)
    }
    requireOwnOrigin(ground, 'user.sign_in', header)
    const browser = ground.browserCookie.secretOf(header)
    const given = { ...body, proof, browser, asksFactor: body.ask_factor }
    const signedIn = await signIn(ground, given, client)
    return answerInCookies(ground, signedIn, body.cookie, await knowBrowser(ground, signedIn, browser))
  },
})

const challenge = line(128)
const step = {
  challenge,
  cookie: v.optional(cookie),
  resource,
  /** Of a page of this server: do not ask for the second factor in this browser for 30 days. */
  remember: v.optional(v.boolean(), false),
}

export const answerFactor = route({
  id: 'answerFactor',
  method: 'POST',
  path: '/v1/login/factor',
  tag: 'sign-in',
  summary:
    'The second step of a sign-in: answer the `challenge` of `factor_required` by a code, of an authenticator or for recovery, in which blanks and dashes do not count, or by a passkey (`AuthenticationResponseJSON` of its `public_key`). A challenge to enrol is answered by the first code of the authenticator, or by a new passkey (`RegistrationResponseJSON` of its `public_key`).',
  access: 'public',
  proof: true,
  body: v.union([
    v.strictObject({ ...step, code: line(64) }),
    v.strictObject({ ...step, credential: authenticationJson }),
    v.strictObject({ ...step, new_credential: registrationJson }),
  ]),
  answers: { 200: { description: 'Signed in.', body: tokens } },
  refuses: [
    'challenge_invalid',
    'resource_unknown',
    'scope_invalid',
    'code_wrong',
    'passkey_refused',
    'factor_not_found',
    'credentials_invalid',
    'too_many_requests',
    'origin_not_allowed',
  ],
  async handle(ground, { body, proof, header, client }) {
    const { challenge, resource } = body
    const answer = stepAnswerOf(body)
    if (body.cookie === undefined) {
      if (body.remember) {
        throw new Refusal('request_invalid', 'a browser is remembered by its cookie; send `cookie` as well')
      }
      return answerWith(
        ground,
        await answerChallenge(ground, { challenge, answer, proof, resource }, client),
        undefined,
      )
    }
    requireOwnOrigin(ground, 'user.sign_in', header)
    const browser = ground.browserCookie.secretOf(header)
    const signedIn = await answerChallenge(ground, { challenge, answer, proof, browser, resource }, client)
    const known = await knowBrowser(ground, signedIn, browser)
    if (body.remember && known !== undefined) await rememberForFactor(ground, signedIn, known.secret, client)
    return answerInCookies(ground, signedIn, body.cookie, known)
  },
})

function stepAnswerOf(
  body:
    | { readonly code: string }
    | { readonly credential: v.InferOutput<typeof authenticationJson> }
    | { readonly new_credential: v.InferOutput<typeof registrationJson> },
): StepAnswer {
  if ('code' in body) return { code: body.code }
  if ('credential' in body) return { passkey: readAuthentication(body.credential) }
  return { newPasskey: readRegistration(body.new_credential) }
}

export const enrolAtSignIn = route({
  id: 'enrolAtSignIn',
  method: 'POST',
  path: '/v1/login/enrol',
  tag: 'sign-in',
  summary:
    'Set up an authenticator at a sign-in that asks to enrol one; asked again, the answer is the same. Its first code then answers the challenge.',
  access: 'public',
  proof: true,
  body: v.strictObject({ challenge }),
  answers: { 200: { description: 'The authenticator.', body: pendingView.schema } },
  refuses: ['challenge_invalid'],
  handle: async (ground, { body, proof }) =>
    ok(pendingView.show(await beginEnrolment(ground, { ...body, proof }))),
})

export const refresh = route({
  id: 'refresh',
  method: 'POST',
  path: '/v1/refresh',
  tag: 'sign-in',
  summary:
    'Trade a refresh token for a new access token and the next refresh token. With `resource`, the access token is for the service with that audience. With `cookie` in place of the token, the one in the cookie of that application.',
  access: 'public',
  proof: true,
  body: v.union([
    v.strictObject({ refresh_token: line(128), resource }),
    v.strictObject({ cookie, resource }),
  ]),
  answers: { 200: { description: 'The session goes on.', body: tokens } },
  refuses: ['refresh_invalid', 'refresh_reused', 'resource_unknown', 'scope_invalid', 'origin_not_allowed'],
  async handle(ground, { body, proof, header, client }) {
    const { resource } = body
    if ('refresh_token' in body) {
      const session = await refreshSession(
        ground,
        { refreshToken: body.refresh_token, proof, resource },
        client,
      )
      return answerWith(ground, session, undefined)
    }
    requireOwnOrigin(ground, 'session.refresh', header)
    const refreshToken = ground.cookies.tokenOf(body.cookie, header)
    // A page asks this when it is opened, to learn whether a user is signed in: it is not logged.
    if (refreshToken === undefined) {
      throw new Refusal('refresh_invalid', 'there is no session in the cookie; sign in')
    }
    // The cookie is kept if the refresh is refused: another response may have set a newer one.
    return answerWith(
      ground,
      await refreshSession(ground, { refreshToken, proof, resource }, client),
      body.cookie,
    )
  },
})

export const verifyToken = route({
  id: 'verifyToken',
  method: 'POST',
  path: '/v1/verify',
  tag: 'sign-in',
  summary:
    'Check an access token: its claims if it is valid now, a refusal if not. Of one that is bound to a key, whoever sends it proves nothing here.',
  access: 'public',
  body: v.strictObject({ token: v.pipe(v.string(), v.maxLength(16_384)) }),
  answers: {
    200: {
      description: 'The token is valid.',
      body: v.strictObject({
        active: v.literal(true),
        subject: v.string(),
        kind: v.string(),
        session_id: v.nullable(v.string()),
        user_type: v.nullable(v.string()),
        scope: v.string(),
        expires_at: v.string(),
        cnf: v.nullable(v.strictObject({ jkt: v.string() })),
      }),
    },
  },
  refuses: ['token_invalid', 'token_revoked'],
  async handle({ readToken }, { body }) {
    const { identity, boundTo } = readToken(body.token)
    return ok({
      active: true as const,
      subject: identity.subject,
      kind: identity.kind,
      session_id: identity.sessionId ?? null,
      user_type: identity.userType ?? null,
      scope: [...identity.scopes].join(' '),
      expires_at: timestamp((identity.claims.exp ?? 0) * 1000),
      cnf: boundTo === undefined ? null : { jkt: boundTo },
    })
  },
})

export const logOut = route({
  id: 'logOut',
  method: 'POST',
  path: '/v1/logout',
  tag: 'sign-in',
  summary:
    'End the session of the token that is sent; every verifier refuses its tokens within a second. A cookie with a refresh token of that session is removed.',
  access: { kinds: ['user'] },
  acting: true,
  answers: { 204: { description: 'The session is over.' } },
  refuses: ['session_not_found'],
  async handle(ground, { actor, header }) {
    const held = await cookieOf(ground, await signOut(ground, actor), header)
    if (held === undefined) return done
    return { ...done, cookies: [ground.cookies.remove(held), ground.signedInCookie.remove()] }
  },
})

/** The tokens. If `application` is given, the refresh token is in its cookie only. */
export function answerWith(
  { cookies }: AccountsGround,
  { sessionId, username, access, refreshToken, recoveryCodes }: SignedIn & Partial<SignedInTwice>,
  application: string | undefined,
): JsonAnswer<200, v.InferOutput<typeof tokens>> {
  const shown: v.InferOutput<typeof tokens> = {
    access_token: access.token,
    token_type: access.type,
    expires_in: access.lifeSeconds,
    ...(application === undefined && { refresh_token: refreshToken }),
    session_id: sessionId,
    username,
    ...(recoveryCodes && { recovery_codes: [...recoveryCodes] }),
  }
  return application === undefined
    ? ok(shown)
    : { ...ok(shown), cookies: [cookies.keep(application, refreshToken)] }
}

/** As a page of this server gets it: with the refresh token and the secret of the browser in cookies. */
export function answerInCookies(
  ground: AccountsGround,
  signedIn: SignedIn,
  application: string,
  known: KnownBrowser | undefined,
): JsonAnswer<200, v.InferOutput<typeof tokens>> {
  const answer = answerWith(ground, signedIn, application)
  return { ...answer, cookies: [...(answer.cookies ?? []), ...cookiesOf(ground, known)] }
}

/** What a browser keeps beside a refresh token. */
export function cookiesOf(
  { browserCookie, signedInCookie }: AccountsGround,
  known: KnownBrowser | undefined,
): readonly string[] {
  if (known === undefined) return []
  return [browserCookie.keep(known.secret), signedInCookie.keep(known.signedIn)]
}

export function requireOwnOrigin(
  { cookies }: AccountsGround,
  event: 'user.sign_in' | 'session.refresh',
  header: (name: string) => string | undefined,
): void {
  const foreign = cookies.foreignOrigin(header)
  if (foreign === undefined) return
  throw new Refusal('origin_not_allowed', 'sessions by cookie are for pages of this server only', {
    reason: foreign,
    refused: { event },
  })
}

/** The cookie that holds a refresh token of this session, not one of a later sign-in. */
async function cookieOf(
  { cookies, db }: AccountsGround,
  sessionId: string,
  header: (name: string) => string | undefined,
): Promise<string | undefined> {
  if (cookies.foreignOrigin(header) !== undefined) return undefined
  for (const { name, token } of cookies.sent(header).slice(0, 8)) {
    if ((await sessionOfRefreshToken(db, token)) === sessionId) return name
  }
  return undefined
}
