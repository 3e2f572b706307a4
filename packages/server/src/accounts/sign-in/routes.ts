import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { applicationName, type RefreshCookies } from '../../http/refresh-cookie.ts'
import { type Answer, anyone, bearer, done, json, type Origin, type Route, route } from '../../http/route.ts'
import { line, timestamp } from '../../http/schema.ts'
import { endSession } from '../../sessions/end.ts'
import type { GateParts } from '../../sessions/gate.ts'
import type { ReadToken } from '../../tokens/authenticate.ts'
import type { Proofs } from '../../tokens/proofs.ts'
import { sessionOfRefreshToken } from '../../tokens/refresh.ts'
import type { Revocations } from '../../tokens/revocations.ts'
import { acceptInvitation } from '../invitations/invitations.ts'
import { shownUser, showUser } from '../users/routes.ts'
import { findUser } from '../users/store.ts'
import type { Passwords } from './passwords.ts'
import { renew } from './refresh.ts'
import { type SignedIn, signIn } from './sign-in.ts'

const password = v.pipe(v.string(), v.minLength(1), v.maxLength(1024))
const tokens = v.strictObject({
  access_token: v.string(),
  token_type: v.picklist(['Bearer', 'DPoP']),
  expires_in: v.number(),
  /** Absent where it went into a cookie. */
  refresh_token: v.optional(v.string()),
  session_id: v.string(),
  username: v.string(),
})
/** The application that wants its refresh token in a cookie. */
const cookie = v.pipe(v.string(), v.regex(applicationName))

export interface SignInParts extends GateParts {
  readonly passwords: Passwords
  readonly revocations: Revocations
  readonly proofs: Proofs
  readonly readToken: ReadToken
  readonly cookies: RefreshCookies
}

/** Signing in and out, and what a person may ask about themselves. */
export function signInRoutes(parts: SignInParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/login',
      tag: 'sign-in',
      summary:
        'Sign in with user name and password. With `cookie`, the name of an application, the refresh token comes in a cookie that no script can read; for pages of this server only.',
      access: anyone,
      takesProof: true,
      body: v.strictObject({ username: line(200), password, cookie: v.optional(cookie) }),
      answers: { 200: { description: 'Signed in.', body: tokens } },
      async handle({ body, header, origin }) {
        if (body.cookie !== undefined) await requireOwnOrigin(parts, 'user.sign_in', header, origin)
        const proof = { text: header('dpop'), path: '/v1/login' }
        return answerWith(parts.cookies, await signIn(parts, { ...body, proof }, origin), body.cookie)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/refresh',
      tag: 'sign-in',
      summary:
        'Trade a refresh token for a new access token and the next refresh token. With `cookie` in place of the token, the one in the cookie of that application.',
      access: anyone,
      takesProof: true,
      body: v.union([v.strictObject({ refresh_token: line(128) }), v.strictObject({ cookie })]),
      answers: { 200: { description: 'The session goes on.', body: tokens } },
      async handle({ body, header, origin }) {
        const proof = { text: header('dpop'), path: '/v1/refresh' }
        if ('refresh_token' in body) {
          const session = await renew(parts, { refreshToken: body.refresh_token, proof }, origin)
          return answerWith(parts.cookies, session, undefined)
        }
        await requireOwnOrigin(parts, 'session.refresh', header, origin)
        const refreshToken = parts.cookies.tokenOf(body.cookie, header)
        // A page that is opened asks whether anybody is signed in: no event for the log.
        if (refreshToken === undefined) {
          throw new Refusal('refresh_invalid', 'there is no session in the cookie; sign in')
        }
        // Where it is refused the cookie stays: another answer may have brought a newer one meanwhile.
        return answerWith(parts.cookies, await renew(parts, { refreshToken, proof }, origin), body.cookie)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/verify',
      tag: 'sign-in',
      summary:
        'Check an access token: its claims if it is valid now, a refusal if not. Of one that is bound to a key, whoever sends it proves nothing here.',
      access: anyone,
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
      async handle({ body }) {
        const { identity, boundTo } = parts.readToken(body.token)
        return json({
          active: true,
          subject: identity.subject,
          kind: identity.kind,
          session_id: identity.sessionId ?? null,
          user_type: identity.userType ?? null,
          scope: [...identity.scopes].join(' '),
          expires_at: timestamp(identity.expiresAtMs),
          cnf: boundTo === undefined ? null : { jkt: boundTo },
        })
      },
    }),
    route({
      method: 'POST',
      path: '/v1/logout',
      tag: 'sign-in',
      summary:
        'End the session of the token that is sent; every verifier refuses its tokens within a second. A cookie with a refresh token of that session is removed.',
      access: bearer(undefined, 'user'),
      answers: { 204: { description: 'The session is over.' } },
      async handle({ caller, header, origin }) {
        const sessionId = caller.sessionId
        if (sessionId === undefined)
          throw new Refusal('session_not_found', 'this token belongs to no session')
        await parts.db.transaction((tx) => {
          const who = { subject: caller.subject, subjectKind: caller.kind, sessionId, origin } as const
          return endSession(parts, tx, sessionId, 'signed_out', who)
        })
        const held = await cookieOf(parts, sessionId, header)
        return held === undefined ? done : { ...done, headers: { 'set-cookie': parts.cookies.remove(held) } }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/me',
      tag: 'sign-in',
      summary: 'Who the caller is.',
      access: bearer(undefined, 'user'),
      answers: {
        200: {
          description: 'The caller.',
          body: v.strictObject({ ...shownUser.entries, permissions: v.array(v.string()) }),
        },
      },
      async handle({ caller }) {
        const user = await findUser(parts.db, caller.subject)
        if (!user) throw new Refusal('user_not_found', 'no such user')
        return json({ ...showUser(user), permissions: user.permissions.split(' ').filter(Boolean) })
      },
    }),
    route({
      method: 'POST',
      path: '/v1/invitations/accept',
      tag: 'sign-in',
      summary: 'Set the password of an invited user. Works once, and does not sign in.',
      access: anyone,
      body: v.strictObject({ invitation: line(128), password }),
      answers: {
        200: { description: 'The password is set.', body: v.strictObject({ username: v.string() }) },
      },
      async handle({ body, origin }) {
        const user = await acceptInvitation(
          parts,
          { secret: body.invitation, password: body.password },
          origin,
        )
        return json({ username: user.username })
      },
    }),
  ]
}

/** The tokens; the refresh token in the cookie of `application` where one is named, and then nowhere else. */
function answerWith(
  cookies: RefreshCookies,
  { sessionId, username, access, refreshToken }: SignedIn,
  application: string | undefined,
): Answer {
  const shown: v.InferOutput<typeof tokens> = {
    access_token: access.token,
    token_type: access.type,
    expires_in: access.lifeSeconds,
    ...(application === undefined && { refresh_token: refreshToken }),
    session_id: sessionId,
    username,
  }
  return application === undefined
    ? json(shown)
    : json(shown, 200, { 'set-cookie': cookies.keep(application, refreshToken) })
}

async function requireOwnOrigin(
  { cookies, activity }: SignInParts,
  event: 'user.sign_in' | 'session.refresh',
  header: (name: string) => string | undefined,
  origin: Origin,
): Promise<void> {
  try {
    cookies.requireOwnOrigin(header)
  } catch (error) {
    if (error instanceof Refusal) {
      await activity.recordAlone({ event, outcome: 'refused', reason: error.reason, origin })
    }
    throw error
  }
}

/** The cookie that holds a refresh token of this session. One of a later sign-in stays. */
async function cookieOf(
  { cookies, db }: SignInParts,
  sessionId: string,
  header: (name: string) => string | undefined,
): Promise<string | undefined> {
  if (!cookies.isOwnOrigin(header)) return undefined
  for (const { name, token } of cookies.sent(header).slice(0, 8)) {
    if ((await sessionOfRefreshToken(db, token)) === sessionId) return name
  }
  return undefined
}
