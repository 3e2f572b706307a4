import type { ClientInfo } from '../../client-info.ts'
import { Refusal, telling } from '../../errors.ts'
import type { Granted, TokenRequest } from '../granted.ts'
import type { OauthGround } from '../ground.ts'
import { requestedOf } from './requested.ts'

/** RFC 7523 section 2.1. */
export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/**
 * A token for whoever signed an assertion, or of whom it tells: a device signs its own, `device+jwt`, and everything else is of an
 * app of another company, which `iss` names.
 * @throws {Refusal} `assertion_invalid`, `scope_invalid` for an app that names one, and what the grant of the signer refuses
 */
export async function grantByAssertion(
  ground: OauthGround,
  assertion: string | undefined,
  request: TokenRequest,
  client: ClientInfo,
): Promise<Granted> {
  if (assertion === undefined) throw new Refusal('request_invalid', 'an assertion is needed')
  if (ground.isDeviceToken(assertion)) return grantToDevice(ground, assertion, request, client)
  const { deviceId, proof, resource, scope } = request
  if (scope !== undefined) {
    // The session would widen it again when it is refreshed, so nobody is told that it was narrowed.
    throw new Refusal('scope_invalid', 'an app names no scope: what its person may do is decided here', {
      refused: { event: 'user.sign_in' },
    })
  }
  const exchange = { assertion, form: 'current', deviceId, proof, resource } as const
  const { access, scopes, sessionId: id, refreshToken } = await ground.signInByApp(exchange, client)
  return { ...access, scope: scopes.join(' '), session: { id, refreshToken } }
}

/**
 * A device gets a token for a service, with the scopes that devices have there. What it needs of this server it gets by its own
 * token.
 * @throws {Refusal} `assertion_invalid`, `resource_unknown`, `scope_invalid`, `dpop_proof_invalid`, `request_invalid` without a
 * service
 */
async function grantToDevice(
  { db, activity, issue, proofs, findTarget, identifyDevice }: OauthGround,
  assertion: string,
  { scope: requested, resource, proof }: TokenRequest,
  client: ClientInfo,
): Promise<Granted> {
  try {
    const key = await proofs.keyOf(proof)
    const target = await findTarget(resource)
    if (!target) {
      throw new Refusal(
        'request_invalid',
        'a device asks for a token for a service; name its audience as resource',
      )
    }
    const { subject, permissionsVersion } = await identifyDevice(assertion, client).catch(
      (error: unknown) => {
        throw asAssertion(error)
      },
    )
    const who = { subject, subjectKind: 'device', client } as const
    try {
      const scopes = requestedOf(requested, await target.scopesOf(db, { kind: 'device' }))
      const details = { service: target.service, ...(key !== undefined && { bound: 'dpop' }) }
      await activity.recordAlone(who, 'device.token', undefined, { details })
      const grant = {
        subject,
        kind: 'device',
        username: subject,
        clientId: subject,
        scopes,
        permissionsVersion,
        boundTo: key,
      } as const
      return { ...(await issue(grant, target)), scope: scopes.join(' ') }
    } catch (error) {
      throw telling(error, who)
    }
  } catch (error) {
    throw telling(error, { event: 'device.token' })
  }
}

/** The assertion is no token of the request, so what is wrong with it is no challenge to send another one. */
function asAssertion(error: unknown): unknown {
  if (!(error instanceof Refusal) || error.code !== 'token_invalid') return error
  const { reason, refused } = error
  return new Refusal('assertion_invalid', 'this assertion is not valid here', { reason, refused })
}
