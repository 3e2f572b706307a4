import * as v from 'valibot'
import { Refusal } from '../errors.ts'
import { anyone, bearer, done, json, type Route, route } from '../http/route.ts'
import { line, timestamp } from '../http/schema.ts'
import { endSession } from '../sessions/end.ts'
import type { GateParts, OpenedSession } from '../sessions/gate.ts'
import type { ReadToken } from '../tokens/authenticate.ts'
import type { Proofs } from '../tokens/proofs.ts'
import type { Revocations } from '../tokens/revocations.ts'
import { acceptInvitation } from './invitations.ts'
import type { Passwords } from './passwords.ts'
import { renew } from './renew.ts'
import { signIn } from './sign-in.ts'
import { findUser } from './store.ts'
import { shownUser, showUser } from './user-routes.ts'

const password = v.pipe(v.string(), v.minLength(1), v.maxLength(1024))
const tokens = v.strictObject({
  access_token: v.string(),
  token_type: v.picklist(['Bearer', 'DPoP']),
  expires_in: v.number(),
  refresh_token: v.string(),
  session_id: v.string(),
})

export interface SignInParts extends GateParts {
  readonly passwords: Passwords
  readonly revocations: Revocations
  readonly proofs: Proofs
  readonly readToken: ReadToken
}

/** Signing in and out, and what a person may ask about themselves. */
export function signInRoutes(parts: SignInParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/login',
      tag: 'sign-in',
      summary: 'Sign in with user name and password.',
      access: anyone,
      takesProof: true,
      body: v.strictObject({ username: line(200), password }),
      answers: { 200: { description: 'Signed in.', body: tokens } },
      async handle({ body, header, origin }) {
        const proof = { text: header('dpop'), path: '/v1/login' }
        return json(showTokens(await signIn(parts, { ...body, proof }, origin)))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/refresh',
      tag: 'sign-in',
      summary: 'Trade a refresh token for a new access token and the next refresh token.',
      access: anyone,
      takesProof: true,
      body: v.strictObject({ refresh_token: line(128) }),
      answers: { 200: { description: 'The session goes on.', body: tokens } },
      async handle({ body, header, origin }) {
        const proof = { text: header('dpop'), path: '/v1/refresh' }
        return json(showTokens(await renew(parts, { refreshToken: body.refresh_token, proof }, origin)))
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
        'End the session of the token that is sent; every verifier refuses its tokens within a second.',
      access: bearer(undefined, 'user'),
      answers: { 204: { description: 'The session is over.' } },
      async handle({ caller, origin }) {
        const sessionId = caller.sessionId
        if (sessionId === undefined)
          throw new Refusal('session_not_found', 'this token belongs to no session')
        await parts.db.transaction((tx) => {
          const who = { subject: caller.subject, subjectKind: caller.kind, sessionId, origin } as const
          return endSession(parts, tx, sessionId, 'signed_out', who)
        })
        return done
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

function showTokens({ sessionId, access, refreshToken }: OpenedSession): v.InferOutput<typeof tokens> {
  return {
    access_token: access.token,
    token_type: access.type,
    expires_in: access.lifeSeconds,
    refresh_token: refreshToken,
    session_id: sessionId,
  }
}
