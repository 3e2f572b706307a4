import { type ClaimsToSign, prepareWriter, type SignerOptions } from '../claims-writer.ts'
import { signText } from './signature.ts'

/** Build a function that signs claims as a compact JWT with WebCrypto; it writes and refuses what Node's does. */
export function createAsyncSigner(options: SignerOptions): (claims: ClaimsToSign) => Promise<string> {
  const write = prepareWriter('createAsyncSigner', options)
  return async (claims) => {
    const input = write(claims)
    return `${input}.${await signText(options.key, input)}`
  }
}
