import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { json, routesFor } from '../../http/route.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { isAuthorizationError } from '../authorize/errors.ts'
import { pushedPrefix } from '../authorize/pushed.ts'
import { redirectOf } from '../authorize/redirects.ts'
import { authorizationParameters, readAuthorizationRequest } from '../authorize/request.ts'
import { insertPushed } from '../authorize/store.ts'
import { authenticateClient } from '../clients/authenticate.ts'
import type { OauthGround } from '../ground.ts'
import { isParameterFault, readParameters } from '../parameters.ts'

const route = routesFor<OauthGround>()

/** RFC 9126 section 2.2 wants a short life; FAPI 2.0 less than ten minutes. */
const lifeSeconds = 60

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
    const { db, world, proofs } = ground
    const form = formOf(body)
    const asker = await authenticateClient(ground, { form, authorization: header('authorization') }, client)
    if (asker.kind !== 'application') {
      throw new Refusal('grant_not_allowed', 'this client sends nobody here', {
        reason: 'not_an_application',
      })
    }
    const { application } = asker
    const read = readParameters(body, authorizationParameters)
    if (isParameterFault(read)) throw refused('invalid_request', `parameters: ${read.fault}`, 'parameters')
    if (read.has('request_uri')) throw refused('invalid_request', 'a pushed request names no other', 'nested')
    const parameters = new Map([...read, ['client_id', application.id]])
    const key = await proofs.keyOf(proof)
    if (key !== undefined) {
      if ((parameters.get('dpop_jkt') ?? key) !== key)
        throw refused('invalid_request', 'dpop_jkt is not the key of the proof', 'key_mismatch')
      parameters.set('dpop_jkt', key)
    }
    const redirectUri = redirectOf(application, parameters.get('redirect_uri'))
    if (redirectUri === undefined)
      throw refused('invalid_request', 'the redirect_uri is not one of this application', 'redirect_foreign')
    const request = readAuthorizationRequest(parameters, application, { redirectUri, isPushed: true })
    if (isAuthorizationError(request)) throw refused(request.error, request.description, request.reason)
    const secret = newSecret('request', world)
    const now = world.now()
    await db.transaction((tx) =>
      insertPushed(tx, {
        ...{ hash: hashSecret(secret), application: application.id },
        ...{ parameters: `${new URLSearchParams([...parameters])}`, created_at: now },
        ...{ expires_at: now + lifeSeconds * 1000, used_at: null },
      }),
    )
    return json(201, { request_uri: `${pushedPrefix}${secret}`, expires_in: lifeSeconds })
  },
})

/** What the client authenticates by, each of which stands once. */
function formOf(body: string) {
  const table = {
    ...{ client_id: 500, client_secret: 200, client_assertion: 16_384, client_assertion_type: 100 },
  }
  const read = readParameters(body, table)
  if (isParameterFault(read)) throw refused('invalid_request', `parameters: ${read.fault}`, 'parameters')
  return {
    client_id: read.get('client_id'),
    client_secret: read.get('client_secret'),
    client_assertion: read.get('client_assertion'),
    client_assertion_type: read.get('client_assertion_type'),
  }
}

function refused(error: string, message: string, reason: string): Refusal {
  return new Refusal('authorization_refused', message, {
    reason,
    refused: { event: 'application.authorize' },
    members: { error },
  })
}
