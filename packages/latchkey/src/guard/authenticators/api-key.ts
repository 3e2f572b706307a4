import { hash } from 'node:crypto'
import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { wholeText } from '../../whole-text.ts'
import type { AuthenticatorFactory, Finding } from '../authenticator.ts'
import { createPrincipal, type PrincipalFields } from '../principal.ts'
import { isPromiseLike } from '../promise-like.ts'
import { refused } from './access-token.ts'

const fieldName = wholeText(/[!#$%&'*+\-.^_`|~\w]+/)
const takenFieldName = wholeText(/authorization|cookie|dpop/)
const keySyntax = wholeText(/[\x21-\x2b\x2d-\x7e]{16,512}/)

/** How API keys are looked up, and where they are in a request. */
export interface ApiKeyOptions {
  /**
   * Find the holder of the key with this hash (see `hashApiKey`); undefined if there is none. The key itself is not passed,
   * so that nobody stores it. The framework answers an error.
   */
  find(hash: string): ApiKeyFields | undefined | PromiseLike<ApiKeyFields | undefined>
  /** The name of the header; `x-api-key` if not given. */
  readonly header?: string
}

/** As `PrincipalFields`; the kind is `api_key`. */
export type ApiKeyFields = Omit<PrincipalFields, 'kind'>

/**
 * An authenticator for opaque keys in a header of their own. They are never read from the URL, which is logged everywhere. A
 * key that is a JWT of kind `api_key` needs none of this: it is a bearer token.
 *
 * @throws {TypeError} if an option is invalid.
 */
export function apiKey(options: ApiKeyOptions): AuthenticatorFactory {
  checkOptions('apiKey', options, { find: 1, header: 1 } satisfies OptionNames<ApiKeyOptions>)
  const { find, header = 'x-api-key' } = options
  if (typeof find !== 'function') throw new TypeError('find is a function of the hash of a key')
  // RFC 9110 section 5.1; the headers that others read are theirs.
  const name = String(header).toLowerCase()
  if (!fieldName.test(name) || takenFieldName.test(name)) {
    throw new TypeError('header is the name of a header that nobody else reads')
  }

  return Object.freeze<AuthenticatorFactory>({
    prepare({ now }) {
      return {
        scheme: undefined,
        challenge: undefined,
        carries: (request) => request.header(name).some((line) => line.trim() !== ''),
        authenticate(request, _credentials, refuse) {
          const lines = request.header(name)
          const key = (lines[0] ?? '').trim()
          // Bounded, so that there is little to hash; shorter ones could be guessed from the hash.
          if (lines.length !== 1 || !isApiKey(key)) {
            return refused(
              refuse('invalid_request', {
                detail: 'The API key is malformed',
                reason: 'credentials_malformed',
              }),
            )
          }
          const judge = (fields: ApiKeyFields | undefined): Finding => {
            const auth = fields === undefined ? undefined : createPrincipal({ ...fields, kind: 'api_key' })
            if (auth !== undefined && auth.expiresAt > now()) return { kind: 'allowed', auth }
            return refused(
              refuse('invalid_credentials', {
                detail: 'The API key is not known',
                reason: 'credentials_unknown',
              }),
            )
          }
          const found = find(hashApiKey(key))
          return isPromiseLike(found) ? Promise.resolve(found).then(judge) : judge(found)
        },
      }
    },
  })
}

/**
 * What to store of an API key: its SHA-256, in lower-case hex. A plain hash is enough for random keys of at least 128 bits.
 *
 * @throws {TypeError} if the key is not 16 to 512 characters of ASCII without spaces and commas, which is all a request can carry.
 */
export function hashApiKey(key: string): string {
  if (!isApiKey(key))
    throw new TypeError('an API key has 16 to 512 characters of ASCII, none a blank or comma')
  return hash('sha256', key, 'hex')
}

/** A comma would be the seam of two lines, where they arrive joined. */
function isApiKey(key: unknown): key is string {
  return typeof key === 'string' && keySyntax.test(key)
}
