import {
  DecodeError,
  ExpiredSignatureError,
  InvalidAudienceError,
  InvalidTokenError,
} from '../pyjwt/errors.ts'
import type { InsecureKeyLengthWarning } from '../pyjwt/insecure-key-length-warning.ts'
import type { KeyInput } from '../pyjwt/keys.ts'
import { PyJWT } from '../pyjwt/pyjwt.ts'
import type { May, User, Users } from '../rest-framework/users.ts'
import type { JwtAuth, Payload, settingsOf } from './settings.ts'

/** Finds users, by primary key too, which JWT_GET_USER_SECRET_KEY needs. */
export interface JwtUsers<Someone extends User = User> extends Users<Someone> {
  get?(pk: unknown): May<Someone | null | undefined>
}

/** The handlers that are in force: those of the settings, and the standard ones. */
export interface Tokens<Someone extends User> {
  payload(user: Someone): Promise<Record<string, unknown>>
  encode(payload: Payload): Promise<string>
  /** The payload, or `error`: why not. */
  decode(token: string): Promise<{ readonly payload: Payload } | { readonly error: DecodeFault }>
  username(payload: Payload): unknown
}

export type DecodeFault = 'expired' | 'undecodable' | 'incorrect'

export function tokensOf<Someone extends User>(
  settings: ReturnType<typeof settingsOf<Someone>>,
  users: JwtUsers<Someone>,
  now: () => number,
  onWarning: ((warning: InsecureKeyLengthWarning) => void) | undefined,
): Tokens<Someone> {
  const pyjwt = new PyJWT({}, onWarning === undefined ? { now } : { now, onWarning })
  const { JWT_ALGORITHM, JWT_GET_USER_SECRET_KEY, JWT_AUDIENCE, JWT_ISSUER } = settings
  const given: JwtAuth<Someone> = settings

  async function secretFor(payload: Payload): Promise<KeyInput> {
    if (JWT_GET_USER_SECRET_KEY) {
      const id = (given.JWT_PAYLOAD_GET_USER_ID_HANDLER ?? ((claims) => claims.user_id))(payload)
      const user = id === undefined || id === null ? null : await users.get?.(id)
      // Nobody has verified that payload yet; it must not say who exists.
      if (!user) throw new DecodeError('Signature verification failed')
      return JWT_GET_USER_SECRET_KEY(user)
    }
    if (given.JWT_SECRET_KEY === undefined) throw new TypeError('there is no key for this')
    return given.JWT_SECRET_KEY
  }

  async function decode(token: string): Promise<Payload> {
    const unverified = pyjwt.decode(token, '', { options: { verify_signature: false } })
    const key = given.JWT_PUBLIC_KEY ?? (await secretFor(unverified))
    const payload = pyjwt.decode(token, key, {
      algorithms: [JWT_ALGORITHM],
      leeway: settings.JWT_LEEWAY,
      audience: JWT_AUDIENCE,
      issuer: JWT_ISSUER,
      // PyJWT of that day did not look at `sub` and `jti`.
      options: { verify_exp: settings.JWT_VERIFY_EXPIRATION, verify_sub: false, verify_jti: false },
    })
    // To PyJWT 1 an audience that is null or empty is one all the same.
    if (JWT_AUDIENCE === null && Object.hasOwn(payload, 'aud')) {
      throw new InvalidAudienceError('Invalid audience')
    }
    return payload
  }

  return {
    async payload(user) {
      if (given.JWT_PAYLOAD_HANDLER) return { ...(await given.JWT_PAYLOAD_HANDLER(user)) }
      const seconds = Math.floor(now() / 1000)
      const field = users.USERNAME_FIELD ?? 'username'
      const username = new Map(Object.entries(user)).get(field)
      return {
        user_id: user.pk ?? user.id,
        username,
        exp: Math.floor(seconds + settings.JWT_EXPIRATION_DELTA),
        ...(user.email === undefined ? {} : { email: user.email }),
        [field]: username,
        ...(settings.JWT_ALLOW_REFRESH ? { orig_iat: seconds } : {}),
        ...(JWT_AUDIENCE === null ? {} : { aud: JWT_AUDIENCE }),
        ...(JWT_ISSUER === null ? {} : { iss: JWT_ISSUER }),
      }
    },
    async encode(payload) {
      if (given.JWT_ENCODE_HANDLER) return given.JWT_ENCODE_HANDLER(payload)
      const key = given.JWT_PRIVATE_KEY ?? (await secretFor(payload))
      return pyjwt.encode(payload, key, { algorithm: JWT_ALGORITHM })
    },
    async decode(token) {
      try {
        return { payload: await (given.JWT_DECODE_HANDLER ?? decode)(token) }
      } catch (error) {
        if (error instanceof ExpiredSignatureError) return { error: 'expired' }
        if (error instanceof DecodeError) return { error: 'undecodable' }
        if (error instanceof InvalidTokenError) return { error: 'incorrect' }
        throw error
      }
    },
    username: given.JWT_PAYLOAD_GET_USERNAME_HANDLER ?? ((payload) => payload.username),
  }
}
