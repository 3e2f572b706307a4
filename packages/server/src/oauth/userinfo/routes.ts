import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { type Credentials, credentialsIn } from '../../http/credentials.ts'
import { type JsonAnswer, ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { Identity } from '../../identity.ts'
import type { ClaimsRequest } from '../authorize/claims-request.ts'
import type { OauthGround } from '../ground.ts'
import { claimsOf } from '../id-tokens/claims.ts'
import { findApplicationSession } from '../sessions/store.ts'
import { subjectFor } from '../subjects.ts'

const route = routesFor<OauthGround>()

const userinfo = v.strictObject({
  sub: v.string(),
  name: v.optional(v.string()),
  preferred_username: v.optional(v.string()),
  email: v.optional(v.string()),
  email_verified: v.optional(v.boolean()),
})
type Userinfo = v.InferOutput<typeof userinfo>

const described = {
  tag: 'standards',
  access: 'public',
  answers: { 200: { description: 'What the scopes of the token tell.', body: userinfo } },
  refuses: [
    'token_missing',
    'authorization_malformed',
    'token_invalid',
    'token_unproven',
    'token_revoked',
    'permission_missing',
  ],
} as const

export const readUserinfo = route({
  id: 'readUserinfo',
  method: 'GET',
  path: '/oauth/userinfo',
  ...described,
  summary: 'Who the person is that an application acts for (OpenID Connect Core section 5.3).',
  handle: async (ground, { header, client }) =>
    answer(ground, await ground.authenticate(credentialsIn(header, 'GET', '/oauth/userinfo'), client)),
})

export const readUserinfoByForm = route({
  id: 'readUserinfoByForm',
  method: 'POST',
  path: '/oauth/userinfo',
  ...described,
  summary:
    'The same by POST, with the token in the header or, as `access_token`, in a form (RFC 6750 section 2.2).',
  bodyType: 'form',
  bodyOptional: true,
  body: v.object({ access_token: v.optional(line(16_384)) }),
  async handle(ground, { body: { access_token: token }, header, client }) {
    if (token !== undefined && header('authorization') !== undefined) {
      // RFC 6750 section 2: one of them might be somebody else's.
      throw new Refusal('authorization_malformed', 'send the token one way only')
    }
    const credentials: Credentials =
      token === undefined ? credentialsIn(header, 'POST', '/oauth/userinfo') : { scheme: 'bearer', token }
    return answer(ground, await ground.authenticate(credentials, client))
  },
})

async function answer(
  { db, findApplication, findPerson }: OauthGround,
  { kind, subject, scopes, sessionId, clientId }: Identity,
): Promise<JsonAnswer<200, Userinfo>> {
  if (kind !== 'user' || !scopes.has('openid') || sessionId === undefined || clientId === undefined) {
    throw new Refusal('permission_missing', 'this needs the scope openid', { missing: 'openid' })
  }
  const given = await findApplicationSession(db, sessionId)
  const application = await findApplication(db, clientId)
  const person = await findPerson(db, subject)
  if (!given || !application || !person) {
    throw new Refusal('token_invalid', 'this token is not valid here')
  }
  const named = given.claims === null ? undefined : (JSON.parse(given.claims) as ClaimsRequest) // as grantCode wrote it
  const claims = claimsOf(person, [...scopes], named?.userinfo ?? [])
  return ok({ ...claims, sub: subjectFor(application, subject) }, { 'cache-control': 'no-store' })
}
