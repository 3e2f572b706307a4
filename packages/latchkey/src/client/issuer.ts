import { ClientError, type FactorChallenge, type NewPasskeyOptions, type PasskeyOptions } from './errors.ts'
import { type GivenTokens, type SessionIssuer, textsIn, tokensIn } from './given-tokens.ts'
import { type Answer, codeIn, notOfIssuer, type Post, refusalOf, Superseded } from './transport.ts'

/** An authenticator that is being set up: the QR code shows the link, and both hold the secret. */
export interface Enrolment {
  /** In base32, to be typed. */
  readonly secret: string
  /** `otpauth:`, to be shown as a QR code. */
  readonly link: string
}

/** What the second step is done with. */
export type FactorProof =
  | { readonly code: string }
  | { readonly credential: object }
  | { readonly new_credential: object }

/** The issuer's routes that a client calls. Each rejects with a ClientError. */
export interface Issuer extends SessionIssuer {
  /** With `asksFactor`, also a browser that is remembered is asked for the second factor. */
  logIn(username: string, password: string, asksFactor: boolean): Promise<GivenTokens>
  passkeyOptions(): Promise<PasskeyOptions>
  logInWithPasskey(credential: object): Promise<GivenTokens>
  /** The second step of a sign-in. */
  answer(challenge: string, proof: FactorProof, remember: boolean): Promise<GivenTokens>
  enrol(challenge: string): Promise<Enrolment>
}

interface IssuerParts {
  readonly post: Post
  /** The scheme of the tokens that the issuer has to give. */
  readonly scheme: 'Bearer' | 'DPoP'
  /** The name of the cookie's application, where the issuer is to keep the refresh token in a cookie. */
  readonly cookie: string | undefined
}

export function createIssuer({ post, scheme, cookie }: IssuerParts): Issuer {
  const given = (answer: Answer) =>
    // One that came although a cookie was asked for is not looked at, so that it is kept nowhere.
    tokensIn(answer, { scheme, refreshToken: cookie === undefined ? answer.body.refresh_token : '' })

  return {
    async logIn(username, password, asksFactor) {
      const more = asksFactor && { ask_factor: true }
      const answer = await post('/v1/login', { username, password, cookie, ...more })
      if (answer.status === 200) return given(answer)
      if (answer.status === 401 && codeIn(answer) === 'credentials_invalid') {
        throw new ClientError('credentials_invalid', 'the user name or the password is not right', {
          status: 401,
          issuerCode: 'credentials_invalid',
        })
      }
      const challenge = challengeIn(answer)
      if (challenge === undefined) throw refusalOf(answer)
      throw new ClientError('factor_required', 'this account signs in with a second factor, too', {
        status: 401,
        issuerCode: 'factor_required',
        challenge,
      })
    },
    async passkeyOptions() {
      const answer = await post('/v1/login/passkey/options', {})
      if (answer.status !== 200) throw refusalOf(answer)
      const options = passkeyOptionsIn(answer.body)
      if (options !== undefined) return options
      throw notOfIssuer(200)
    },
    async logInWithPasskey(credential) {
      const answer = await post('/v1/login/passkey', { credential, cookie })
      if (answer.status === 200) return given(answer)
      throw stepRefusalOf(answer)
    },
    async answer(challenge, proof, remember) {
      const more = remember && { remember: true }
      const answer = await post('/v1/login/factor', { challenge, ...proof, cookie, ...more })
      if (answer.status === 200) return given(answer)
      throw stepRefusalOf(answer)
    },
    async enrol(challenge) {
      const answer = await post('/v1/login/enrol', { challenge })
      const { secret, link } = answer.body
      if (answer.status !== 200) throw stepRefusalOf(answer)
      if (typeof secret === 'string' && typeof link === 'string' && link.startsWith('otpauth:')) {
        return Object.freeze({ secret, link })
      }
      throw notOfIssuer(200)
    },
    async refresh(refreshToken, request) {
      const body = cookie === undefined ? { refresh_token: refreshToken } : { cookie }
      const answer = await post('/v1/refresh', body, request).catch((error: unknown) => {
        if (error instanceof Superseded) return undefined
        throw error
      })
      if (answer === undefined) return { kind: 'superseded' }
      if (answer.status === 200) return { kind: 'given', tokens: given(answer) }
      // Only the issuer's own words end a session: a proxy that says 401 in between is not the issuer.
      const code = codeIn(answer)
      if (answer.status === 401 && (code === 'refresh_invalid' || code === 'refresh_reused')) {
        return { kind: 'over' }
      }
      throw refusalOf(answer)
    },
    endsByAccessToken: true,
    async logOut({ accessToken }) {
      const answer = await post('/v1/logout', undefined, { token: accessToken, keepalive: true })
      const code = codeIn(answer)
      const isOver = answer.status === 401 && (code === 'token_invalid' || code === 'token_revoked')
      if (answer.status !== 204 && !isOver) throw refusalOf(answer)
    },
  }
}

/** The second step that the answer to a right password asks for. */
function challengeIn(answer: Answer): FactorChallenge | undefined {
  const { status, body } = answer
  if (status !== 401 || codeIn(answer) !== 'factor_required') return undefined
  const { mfa_required: step } = body
  if (typeof step !== 'object' || step === null) return undefined
  const { challenge: id, factors, enrol, expires_in, sent_to } = step as Readonly<Record<string, unknown>>
  if (typeof id !== 'string' || typeof expires_in !== 'number') return undefined
  const enrols = textsIn(enrol)
  return Object.freeze({
    id,
    factors: textsIn(factors),
    passkey: enrols.length > 0 ? undefined : passkeyOptionsIn(step),
    enrol: enrols,
    newPasskey: enrols.includes('passkey') ? newPasskeyOptionsIn(step) : undefined,
    sentTo: typeof sent_to === 'string' ? sent_to : undefined,
    expiresInSeconds: expires_in,
  })
}

/** Only the challenge is looked at: the platform reads the others. */
function passkeyOptionsIn(body: object): PasskeyOptions | undefined {
  const { public_key: options } = body as { readonly public_key?: Partial<PasskeyOptions> | null }
  return typeof options?.challenge === 'string' ? Object.freeze(options as PasskeyOptions) : undefined
}

function newPasskeyOptionsIn(body: object): NewPasskeyOptions | undefined {
  const { public_key: options } = body as { readonly public_key?: Partial<NewPasskeyOptions> | null }
  const isWhole = typeof options?.challenge === 'string' && typeof options.user?.id === 'string'
  return isWhole ? Object.freeze(options as NewPasskeyOptions) : undefined
}

function stepRefusalOf(answer: Answer): ClientError {
  const { status } = answer
  const issuerCode = codeIn(answer)
  if (issuerCode === 'code_wrong' && status === 403) {
    return new ClientError('code_wrong', 'the code is not right', { status, issuerCode })
  }
  if (issuerCode === 'passkey_refused' && status === 403) {
    return new ClientError('passkey_refused', 'the passkey is not taken', { status, issuerCode })
  }
  if (issuerCode === 'passkey_unknown' && status === 401) {
    return new ClientError('passkey_unknown', 'the issuer knows no such passkey', { status, issuerCode })
  }
  const isOver = issuerCode === 'challenge_invalid' || issuerCode === 'credentials_invalid'
  if (isOver && status === 401) {
    return new ClientError('challenge_invalid', 'sign in again from the beginning', { status, issuerCode })
  }
  return refusalOf(answer)
}
