import * as v from 'valibot'
import { longestDetails } from '../../authorization-details.ts'
import { Refusal } from '../../errors.ts'
import { ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { authenticateClient } from '../clients/authenticate.ts'
import { clientParameters } from '../clients/presented.ts'
import type { OauthGround } from '../ground.ts'
import { askForDevice, intervalSeconds, lifeSeconds } from './ask.ts'

const route = routesFor<OauthGround>()

export const authorizeDevice = route({
  id: 'authorizeDevice',
  method: 'POST',
  path: '/oauth/device_authorization',
  tag: 'standards',
  summary:
    'Begin for a device that has no browser (RFC 8628): it shows the code, its person types it into the page `/device` of this server, and it asks the token endpoint until they have decided.',
  access: 'public',
  errors: 'oauth',
  bodyType: 'form',
  body: v.object({
    ...clientParameters,
    scope: v.optional(line(2000)),
    resource: v.optional(line(200)),
    authorization_details: v.optional(v.pipe(v.string(), v.maxLength(longestDetails))),
  }),
  answers: {
    200: {
      description: 'The codes.',
      body: v.strictObject({
        device_code: v.string(),
        user_code: v.string(),
        verification_uri: v.string(),
        verification_uri_complete: v.string(),
        expires_in: v.number(),
        interval: v.number(),
      }),
    },
  },
  refuses: [
    'client_invalid',
    'grant_not_allowed',
    'scope_invalid',
    'details_invalid',
    'resource_unknown',
    'too_many_requests',
  ],
  async handle(ground, { body, header, client }) {
    const given = { form: body, authorization: header('authorization') }
    const asker = await authenticateClient(ground, given, client)
    if (asker.kind !== 'application') {
      throw new Refusal('grant_not_allowed', 'this client acts for nobody', { reason: 'not_an_application' })
    }
    const { scope, resource, authorization_details: details } = body
    const { deviceCode, userCode } = await askForDevice(
      ground,
      asker.application,
      { scope, resource, details },
      client,
    )
    const uri = `${ground.issuer}/device`
    return ok({
      ...{ device_code: deviceCode, user_code: userCode, verification_uri: uri },
      verification_uri_complete: `${uri}?${new URLSearchParams({ user_code: userCode })}`,
      ...{ expires_in: lifeSeconds, interval: intervalSeconds },
    })
  },
})
