import type { SigningKey } from '../../keys/keys.ts'
import { signText } from '../../web/signature.ts'
import { putTogether } from '../take-apart.ts'

/**
 * A token of exactly these texts, for an editor: it also signs what a verifier refuses, which is how one makes a token to
 * test a verifier with. `createAsyncSigner` is what programs sign with.
 *
 * @throws {TypeError} as a rejection, if the platform cannot sign with this key.
 */
export async function signAsWritten(header: string, payload: string, key: SigningKey): Promise<string> {
  const input = putTogether(header, payload)
  return `${input}.${await signText(key, input)}`
}
