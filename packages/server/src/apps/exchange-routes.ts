import * as v from 'valibot'
import { Refusal } from '../errors.ts'
import { ok, routesFor } from '../http/route.ts'
import { line } from '../http/schema.ts'
import { signInByAssertion } from './exchange.ts'
import type { AppsGround } from './ground.ts'
import { askForNonce, nonceSeconds } from './nonces/nonces.ts'

const route = routesFor<AppsGround>()

export const askForNonceRoute = route({
  id: 'askForNonce',
  method: 'POST',
  path: '/oauth/nonce',
  tag: 'standards',
  summary:
    'A nonce that the account server of an app puts into its next assertion. It is good once, for this app, this `device_id` and the key of the proof, if they are sent.',
  access: 'public',
  errors: 'oauth',
  proof: true,
  bodyType: 'form',
  body: v.object({ client_id: line(64), device_id: v.optional(line(200)) }),
  answers: {
    200: { description: 'A nonce.', body: v.strictObject({ nonce: v.string(), expires_in: v.number() }) },
  },
  refuses: ['client_invalid', 'too_many_requests'],
  async handle(ground, { body, proof, client }) {
    const asked = { app: body.client_id, deviceId: body.device_id, proof }
    return ok({ nonce: await askForNonce(ground, asked, client), expires_in: nonceSeconds })
  },
})

export const askForNonceOlder = route({
  id: 'askForNonceOlder',
  method: 'GET',
  path: '/1/auth/nonce',
  tag: 'standards',
  summary: 'The older form of `/oauth/nonce`: the id of the app in the header `x-diuit-application-id`.',
  access: 'public',
  answers: { 200: { description: 'A nonce.', body: v.strictObject({ nonce: v.string() }) } },
  refuses: ['client_invalid', 'too_many_requests'],
  async handle(ground, { header, client }) {
    const app = header('x-diuit-application-id') ?? ''
    return ok({ nonce: await askForNonce(ground, { app, deviceId: undefined, proof: undefined }, client) })
  },
})

const assertion = v.pipe(v.string(), v.maxLength(16_384))

export const logInOlder = route({
  id: 'logInOlder',
  method: 'POST',
  path: '/1/auth/login',
  tag: 'standards',
  summary:
    'The older form of the nonce exchange: `jwt` or `authToken` is the assertion, in which times may be ISO 8601 text and `exp` is the end of the session. `session` is an access token of this server; `platform` and `pushToken` are not looked at.',
  access: 'public',
  body: v.object({
    jwt: v.optional(assertion),
    authToken: v.optional(assertion),
    deviceId: line(200),
    platform: v.optional(line(50)),
    pushToken: v.optional(line(4096)),
  }),
  answers: {
    200: {
      description: 'Signed in.',
      body: v.strictObject({
        session: v.string(),
        userId: v.string(),
        deviceId: v.string(),
        refresh_token: v.string(),
        expires_in: v.number(),
      }),
    },
  },
  refuses: ['client_invalid', 'assertion_invalid'],
  async handle(ground, { body: { jwt, authToken, deviceId }, client }) {
    const text = jwt ?? authToken
    if (text === undefined || (jwt !== undefined && authToken !== undefined)) {
      throw new Refusal('request_invalid', 'send the assertion as jwt or as authToken')
    }
    // The nonce of the older form is bound to the app alone: no device was named when it was asked for.
    const exchange = { assertion: text, form: 'older', deviceId: undefined } as const
    const signedIn = await signInByAssertion(
      ground,
      { ...exchange, proof: undefined, resource: undefined },
      client,
    )
    const { access, refreshToken, userId } = signedIn
    const session = { session: access.token, userId, deviceId }
    return ok({ ...session, refresh_token: refreshToken, expires_in: access.lifeSeconds })
  },
})
