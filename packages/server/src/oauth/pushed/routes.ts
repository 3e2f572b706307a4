import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { json, routesFor } from '../../http/route.ts'
import { pushedPrefix } from '../authorize/pushed.ts'
import { authenticateClient } from '../clients/authenticate.ts'
import type { OauthGround } from '../ground.ts'
import { isParameterFault, readParameters } from '../parameters.ts'
import { lifeSeconds, pushRequest, unreadable } from './push.ts'

const route = routesFor<OauthGround>()

export const pushAuthorization = route({
  id: 'pushAuthorization',
  method: 'POST',
  path: '/oauth/par',
  tag: 'standards',
  summary:
    'Push the parameters of a request for authorization (RFC 9126): the browser then carries a `request_uri` that works once, within a minute, and nobody changes the request on its way.',
  access: 'public',
  errors: 'oauth',
  proof: true,
  bodyType: 'parameters',
  body: v.string(),
  answers: {
    201: {
      description: 'The handle.',
      body: v.strictObject({ request_uri: v.string(), expires_in: v.number() }),
    },
  },
  refuses: ['client_invalid', 'grant_not_allowed', 'authorization_refused', 'dpop_proof_invalid'],
  async handle(ground, { body, proof, header, client }) {
    const form = formOf(body)
    const asker = await authenticateClient(ground, { form, authorization: header('authorization') }, client)
    if (asker.kind !== 'application') {
      throw new Refusal('grant_not_allowed', 'this client sends nobody here', {
        reason: 'not_an_application',
      })
    }
    const secret = await pushRequest(ground, asker.application, { body, proof })
    return json(201, { request_uri: `${pushedPrefix}${secret}`, expires_in: lifeSeconds })
  },
})

/** What the client authenticates by, each of which stands once. */
function formOf(body: string) {
  const table = {
    ...{ client_id: 500, client_secret: 200, client_assertion: 16_384, client_assertion_type: 100 },
  }
  const read = readParameters(body, table)
  if (isParameterFault(read)) throw unreadable(read)
  return {
    client_id: read.get('client_id'),
    client_secret: read.get('client_secret'),
    client_assertion: read.get('client_assertion'),
    client_assertion_type: read.get('client_assertion_type'),
  }
}
