import * as v from 'valibot'
import { authenticationJson, readAuthentication, requestOptions } from '../../http/passkey-json.ts'
import { ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { AccountsGround } from '../ground.ts'
import { knowBrowser } from './known-places.ts'
import { offerSignIn, signInByPasskey } from './passkey.ts'
import { answerInCookies, answerWith, cookie, requireOwnOrigin, tokens } from './routes.ts'

const route = routesFor<AccountsGround>()

export const offerPasskeySignIn = route({
  id: 'offerPasskeySignIn',
  method: 'POST',
  path: '/v1/login/passkey/options',
  tag: 'sign-in',
  summary:
    'What a browser signs in by, with a passkey and without a user name (`PublicKeyCredentialRequestOptionsJSON`, WebAuthn Level 3), for ten minutes.',
  access: 'public',
  body: v.strictObject({}),
  answers: {
    200: { description: 'The options.', body: v.strictObject({ public_key: requestOptions }) },
  },
  refuses: ['too_many_requests'],
  handle: async (ground, { client }) => ok({ public_key: await offerSignIn(ground, client) }),
})

export const logInByPasskey = route({
  id: 'logInByPasskey',
  method: 'POST',
  path: '/v1/login/passkey',
  tag: 'sign-in',
  summary:
    'Sign in with a passkey (`AuthenticationResponseJSON`), which is two factors. With `resource`, the access token is for the service with that audience. With `cookie`, the refresh token comes in a cookie as of `/v1/login`.',
  access: 'public',
  proof: true,
  body: v.strictObject({
    credential: authenticationJson,
    cookie: v.optional(cookie),
    resource: v.optional(line(200)),
  }),
  answers: { 200: { description: 'Signed in.', body: tokens } },
  refuses: [
    'challenge_invalid',
    'passkey_unknown',
    'passkey_refused',
    'resource_unknown',
    'scope_invalid',
    'too_many_requests',
    'origin_not_allowed',
  ],
  async handle(ground, { body, proof, header, client }) {
    const given = { sent: readAuthentication(body.credential), proof, resource: body.resource }
    if (body.cookie === undefined) {
      return answerWith(ground, await signInByPasskey(ground, given, client), undefined)
    }
    requireOwnOrigin(ground, 'user.sign_in', header)
    const browser = ground.browserCookie.secretOf(header)
    const signedIn = await signInByPasskey(ground, given, client)
    return answerInCookies(ground, signedIn, body.cookie, await knowBrowser(ground, signedIn, browser))
  },
})
