import { type ClaimsToSign, prepareWriter, type SignerOptions } from './claims-writer.ts'
import { makerOf, makeSignatureAsync } from './signature.ts'

export type { ClaimsToSign, SignerOptions }

/**
 * Builds a function that signs claims as a compact JWT. It adds `iat` (seconds since the Unix epoch) and what the options
 * say; a claim that is given to it wins over the same claim of the options.
 *
 * @throws {TypeError} for options that are unknown or invalid; the signer, for claims that every verifier would refuse: a
 * time that is no number of seconds, an `iss`, `sub`, `jti` or `aud` that is no text.
 * @example
 * ```ts
 * const sign = createSigner({ key: generateKey('ES256'), issuer: 'https://id.example', audience: 'api', expiresIn: 300 })
 * const token = sign({ sub: 'ada', scope: 'devices:view' })
 * ```
 */
export function createSigner(options: SignerOptions): (claims: ClaimsToSign) => string {
  const write = prepareWriter('createSigner', options)
  const sign = makerOf(options.key)
  return (claims) => {
    const input = write(claims)
    return `${input}.${sign(input)}`
  }
}

/**
 * As `createSigner`, with the signature made in the thread pool: for RSA and ML-DSA on a busy event loop.
 *
 * @example
 * ```ts
 * const sign = createAsyncSigner({ key, expiresIn: 300 })
 * const token = await sign({ sub: 'ada' })
 * ```
 */
export function createAsyncSigner(options: SignerOptions): (claims: ClaimsToSign) => Promise<string> {
  const write = prepareWriter('createAsyncSigner', options)
  return async (claims) => {
    const input = write(claims)
    return `${input}.${await makeSignatureAsync(options.key, input)}`
  }
}
