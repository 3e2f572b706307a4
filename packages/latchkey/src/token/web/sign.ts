import { type ClaimsToSign, prepareWriter, type SignerOptions } from '../claims-writer.ts'
import { signText } from './signature.ts'

/**
 * Builds a function that signs claims as a compact JWT with WebCrypto; it writes and refuses what Node's does.
 *
 * @example
 * ```ts
 * const sign = createAsyncSigner({ key: await generateKey('ES256'), expiresIn: 300 })
 * const token = await sign({ sub: 'ada' })
 * ```
 */
export function createAsyncSigner(options: SignerOptions): (claims: ClaimsToSign) => Promise<string> {
  const write = prepareWriter('createAsyncSigner', options)
  return async (claims) => {
    const input = write(claims)
    return `${input}.${await signText(options.key, input)}`
  }
}
