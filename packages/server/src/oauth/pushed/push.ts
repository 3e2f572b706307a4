import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import { Refusal } from '../../errors.ts'
import type { PresentedProof } from '../../http/credentials.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { isAuthorizationError } from '../authorize/errors.ts'
import { redirectOf } from '../authorize/redirects.ts'
import { authorizationParameters, readAuthorizationRequest } from '../authorize/request.ts'
import { insertPushed } from '../authorize/store.ts'
import type { OauthGround } from '../ground.ts'
import { isParameterFault, type ParameterFault, readParameters } from '../parameters.ts'

/** RFC 9126 section 2.2 wants a short life; FAPI 2.0 less than ten minutes. */
export const lifeSeconds = 60

/**
 * Keep a request that an application has pushed, judged as if a browser had brought it. A proof binds the code to its key.
 * @returns what the browser is to bring, once
 * @throws {Refusal} `authorization_refused`, `dpop_proof_invalid`
 */
export async function pushRequest(
  { db, world, proofs }: OauthGround,
  application: ApplicationRow,
  { body, proof }: { readonly body: string; readonly proof: PresentedProof },
): Promise<string> {
  const read = readParameters(body, authorizationParameters)
  if (isParameterFault(read)) throw unreadable(read)
  if (read.has('request_uri')) throw refused('invalid_request', 'a pushed request names no other', 'nested')
  const parameters = new Map([...read, ['client_id', application.id]])
  const key = await proofs.keyOf(proof)
  if (key !== undefined) {
    if ((parameters.get('dpop_jkt') ?? key) !== key)
      throw refused('invalid_request', 'dpop_jkt is not the key of the proof', 'key_mismatch')
    parameters.set('dpop_jkt', key)
  }
  // FAPI 2.0 Security Profile section 5.3.2.2 has the address required here.
  const redirectUri = redirectOf(application, parameters.get('redirect_uri'), true)
  if (redirectUri === undefined)
    throw refused('invalid_request', 'the redirect_uri has to be one of this application', 'redirect_foreign')
  const request = readAuthorizationRequest(parameters, application, {
    redirectUri,
    isPushed: true,
    now: world.now(),
  })
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
  return secret
}

/** Parameters that stand twice, are too long or hold what no line holds. */
export function unreadable({ fault }: ParameterFault): Refusal {
  return refused('invalid_request', `parameters: ${fault}`, 'parameters')
}

function refused(error: string, message: string, reason: EventReason): Refusal {
  return new Refusal('authorization_refused', message, {
    reason,
    refused: { event: 'application.authorize' },
    members: { error },
  })
}
