import { ExpiredSignatureError, InvalidTokenError, PyJWKClientError } from '../pyjwt/errors.ts'
import type { InsecureKeyLengthWarning } from '../pyjwt/insecure-key-length-warning.ts'
import { PyJWKClient } from '../pyjwt/jwk-client.ts'
import { PyJWT } from '../pyjwt/pyjwt.ts'
import { isPlainObject } from '../pyjwt/python-json.ts'
import { TokenError } from './errors.ts'
import type { Settings } from './settings.ts'

/** The release to follow: 5.5 distinguishes expired tokens from invalid ones, and writes every `user_id` as text. */
export type Release = '5.2' | '5.5'

interface BackendOptions {
  readonly release: Release
  readonly now: () => number
  readonly onWarning?: ((warning: InsecureKeyLengthWarning) => void) | undefined
  readonly fetch?: typeof fetch | undefined
}

/** Signs and verifies by the settings. */
export class Backend {
  readonly release: Release
  readonly #settings: Settings
  readonly #pyjwt: PyJWT
  readonly #keys: PyJWKClient | null

  constructor(settings: Settings, { release, now, onWarning, fetch }: BackendOptions) {
    this.release = release
    this.#settings = settings
    this.#pyjwt = new PyJWT({}, onWarning === undefined ? { now } : { now, onWarning })
    const isSecret = settings.ALGORITHM.startsWith('HS')
    this.#keys =
      settings.JWK_URL === null || isSecret
        ? null
        : new PyJWKClient(settings.JWK_URL, fetch === undefined ? { now } : { now, fetch })
  }

  encode(payload: Readonly<Record<string, unknown>>): string {
    const { ALGORITHM, SIGNING_KEY, AUDIENCE, ISSUER, JSON_ENCODER } = this.#settings
    if (SIGNING_KEY === undefined) throw new TypeError('SIGNING_KEY is needed to make tokens')
    const whole = {
      ...payload,
      ...(AUDIENCE === null ? {} : { aud: AUDIENCE }),
      ...(ISSUER === null ? {} : { iss: ISSUER }),
    }
    const plain = JSON_ENCODER === null ? whole : (encodable(whole, JSON_ENCODER) as object) // of an object
    return this.#pyjwt.encode(plain, SIGNING_KEY, { algorithm: ALGORITHM })
  }

  /** The payload of a token. A TokenError if it is refused. */
  async decode(token: string): Promise<Readonly<Record<string, unknown>>> {
    const { ALGORITHM, SIGNING_KEY, VERIFYING_KEY, AUDIENCE, ISSUER, LEEWAY } = this.#settings
    const key = ALGORITHM.startsWith('HS') ? (SIGNING_KEY ?? '') : VERIFYING_KEY
    try {
      return this.#pyjwt.decode(
        token,
        this.#keys === null ? key : await this.#keys.get_signing_key_from_jwt(token),
        {
          algorithms: [ALGORITHM],
          audience: AUDIENCE ?? undefined,
          issuer: ISSUER ?? undefined,
          leeway: LEEWAY,
          // PyJWT looked at these two from its version 2.10 on, which came after release 5.2.
          options: {
            verify_aud: AUDIENCE !== null,
            verify_sub: this.release === '5.5',
            verify_jti: this.release === '5.5',
          },
        },
      )
    } catch (error) {
      if (!(error instanceof InvalidTokenError) && !(error instanceof PyJWKClientError)) throw error
      if (this.release === '5.2') throw new TokenError('Token is invalid or expired')
      throw new TokenError(error instanceof ExpiredSignatureError ? 'Token is expired' : 'Token is invalid')
    }
  }
}

function encodable(value: unknown, encode: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => encodable(item, encode))
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, encodable(item, encode)]))
  }
  return value === null || ['string', 'number', 'boolean'].includes(typeof value) ? value : encode(value)
}
