import { withoutSlash } from '../../without-slash.ts'
import { ClientError } from '../errors.ts'
import { type GivenTokens, type SessionIssuer, tokensIn } from '../given-tokens.ts'
import { claimsOf } from '../session.ts'
import { type Answer, errorIn, notOfIssuer, type Post, refusalOf, Superseded } from '../transport.ts'
import { formOf } from './redirect-request.ts'

/** The codes of a sign-in at another device (RFC 8628 section 3.2). */
export interface DeviceCodes {
  readonly deviceCode: string
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete: string | undefined
  readonly expiresInSeconds: number
  readonly intervalSeconds: number
}

/** The issuer's endpoints that an application calls. Each rejects with a ClientError. */
export interface ApplicationIssuer extends SessionIssuer {
  /** Push a request, and get what stands for it at the authorization endpoint (RFC 9126). */
  push(form: URLSearchParams): Promise<string>
  redeem(code: string, by: { readonly verifier: string; readonly redirectUri: string }): Promise<GivenTokens>
  askForDevice(): Promise<DeviceCodes>
  /** Undefined while the person has not decided; `slow_down` if it was asked too soon. */
  redeemDevice(deviceCode: string): Promise<GivenTokens | 'slow_down' | undefined>
}

interface ApplicationParts {
  readonly post: Post
  readonly scheme: 'Bearer' | 'DPoP'
  readonly clientId: string
  readonly scopes: readonly string[] | undefined
  /** Of the tokens: the service that they are for, or the issuer. */
  readonly audience: string
  /** What is sent as `resource`. */
  readonly resource: string | undefined
}

const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'

export function createApplicationIssuer(parts: ApplicationParts): ApplicationIssuer {
  const { post, scheme, clientId: client_id, audience, resource } = parts
  const scope = parts.scopes?.join(' ')

  /** A token for another service would be sent to those of this one. */
  function given(answer: Answer): GivenTokens {
    const tokens = tokensIn(answer, { scheme, refreshToken: answer.body.refresh_token })
    const { aud } = claimsOf(tokens.accessToken) ?? {}
    const audiences = Array.isArray(aud) ? aud : [aud]
    // An audience that is an address stands for the same with and without an empty path.
    if (audiences.some((one) => typeof one === 'string' && withoutSlash(one) === withoutSlash(audience)))
      return tokens
    throw new ClientError('answer_invalid', 'the issuer gave a token for another audience', {
      status: answer.status,
    })
  }

  /** The tokens of a sign-in. Those of a refresh bring no ID token, or one that nobody has checked. */
  function signedIn(answer: Answer): GivenTokens {
    const { id_token: idToken } = answer.body
    return { ...given(answer), ...(typeof idToken === 'string' && { idToken }) }
  }

  return {
    async push(form) {
      const answer = await post('/oauth/par', form)
      const { request_uri: handle } = answer.body
      if (answer.status !== 201) throw refusalOf(answer)
      if (typeof handle !== 'string') throw notOfIssuer(answer.status)
      return handle
    },
    async redeem(code, { verifier, redirectUri }) {
      const form = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }
      const answer = await post('/oauth/token', formOf({ ...form, client_id, resource }))
      if (answer.status === 200) return signedIn(answer)
      throw refusalOf(answer)
    },
    async askForDevice() {
      const answer = await post('/oauth/device_authorization', formOf({ client_id, scope, resource }))
      if (answer.status !== 200) throw refusalOf(answer)
      return deviceCodesIn(answer)
    },
    async redeemDevice(deviceCode) {
      const form = { grant_type: deviceCodeGrant, device_code: deviceCode, client_id }
      const answer = await post('/oauth/token', formOf(form))
      if (answer.status === 200) return signedIn(answer)
      const error = errorIn(answer)
      const { status } = answer
      if (status === 400 && error === 'authorization_pending') return undefined
      if (status === 400 && error === 'slow_down') return error
      if (status === 400 && error === 'access_denied') {
        throw new ClientError('access_denied', 'the application was not let in', {
          status,
          issuerCode: error,
        })
      }
      if (status === 400 && error === 'expired_token') {
        throw new ClientError('flow_expired', 'nobody typed the code in time', { status, issuerCode: error })
      }
      throw refusalOf(answer)
    },
    async refresh(refreshToken, request) {
      const form = formOf({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id })
      const answer = await post('/oauth/token', form, request).catch((error: unknown) => {
        if (error instanceof Superseded) return undefined
        throw error
      })
      if (answer === undefined) return { kind: 'superseded' }
      if (answer.status === 200) return { kind: 'given', tokens: given(answer) }
      // Only the issuer's own words end a session. An application that was removed has none any more.
      const error = errorIn(answer)
      if (answer.status === 400 && error === 'invalid_grant') return { kind: 'over' }
      if (answer.status === 401 && error === 'invalid_client') return { kind: 'over' }
      throw refusalOf(answer)
    },
    endsByAccessToken: false,
    async logOut({ refreshToken }) {
      const form = { token: refreshToken, token_type_hint: 'refresh_token', client_id }
      const answer = await post('/oauth/revoke', formOf(form), { keepalive: true })
      const isGone = answer.status === 401 && errorIn(answer) === 'invalid_client'
      if (answer.status !== 200 && !isGone) throw refusalOf(answer)
    },
  }
}

/** @throws {ClientError} `answer_invalid` */
function deviceCodesIn({ status, body }: Answer): DeviceCodes {
  const { device_code, user_code, verification_uri, verification_uri_complete: complete, expires_in } = body
  // RFC 8628 section 3.2: five seconds if nothing is said.
  const { interval = 5 } = body
  if (
    typeof device_code !== 'string' ||
    typeof user_code !== 'string' ||
    typeof verification_uri !== 'string' ||
    !isSeconds(expires_in) ||
    !isSeconds(interval)
  ) {
    throw notOfIssuer(status)
  }
  return {
    ...{ deviceCode: device_code, userCode: user_code, verificationUri: verification_uri },
    verificationUriComplete: typeof complete === 'string' ? complete : undefined,
    ...{ expiresInSeconds: expires_in, intervalSeconds: interval },
  }
}

/** Up to a day: a longer one would be a wait without an end. */
function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 86_400
}
