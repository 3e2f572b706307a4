import { type ClaimsToSign, prepareWriter, type SignerOptions } from './claims-writer.ts'
import { makerOf, makeSignatureAsync } from './signature.ts'

export type { ClaimsToSign, SignerOptions }

/**
 * Build a function that signs claims as a compact JWT, with `iat` and what the options say. A TypeError for
 * options that cannot be meant, and for claims that every verifier would refuse.
 */
export function createSigner(options: SignerOptions): (claims: ClaimsToSign) => string {
  const write = prepareWriter('createSigner', options)
  const sign = makerOf(options.key)
  return (claims) => {
    const input = write(claims)
    return `${input}.${sign(input)}`
  }
}

/** As `createSigner`, with the signature made in the thread pool: for RSA and ML-DSA on a busy event loop. */
export function createAsyncSigner(options: SignerOptions): (claims: ClaimsToSign) => Promise<string> {
  const write = prepareWriter('createAsyncSigner', options)
  return async (claims) => {
    const input = write(claims)
    return `${input}.${await makeSignatureAsync(options.key, input)}`
  }
}
