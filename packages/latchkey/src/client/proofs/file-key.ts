import { checkPath, readPrivateFile, writePrivateFile } from '../private-file.ts'
import { generateProofKey, type KeyPair, type OpenProofKey, proofKeyOf } from './proof-key.ts'

/**
 * A key for proofs in a file that only its owner may read (0600); made if there is none. Opening it rejects with an `Error`
 * if others may read the file, or if it holds no such key. For `fileStorage`.
 *
 * @throws {TypeError} if `path` is not a text.
 */
export function fileKey(path: string): OpenProofKey {
  checkPath(path)
  return async () => {
    const kept = await readPrivateFile(path)
    if (kept !== undefined) return proofKeyOf(await pairIn(kept))
    const { privateKey } = await generateProofKey(true)
    const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', privateKey)
    await writePrivateFile(path, `${JSON.stringify({ kty, crv, x, y, d })}\n`, { isNew: true })
    // If another process was faster, its key is the one.
    return proofKeyOf(await pairIn((await readPrivateFile(path)) ?? ''))
  }
}

type JsonWebKey = Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'd', string>>

async function pairIn(text: string): Promise<KeyPair> {
  const use = { name: 'ECDSA', namedCurve: 'P-256' }
  try {
    const { kty, crv, x, y, d } = JSON.parse(text) as JsonWebKey // importKey looks at every member
    const privateKey = await crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, use, false, ['sign'])
    const publicKey = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, use, true, ['verify'])
    return { privateKey, publicKey }
  } catch {
    // Without what caused it: the errors of JSON repeat what they could not read.
    throw new Error('the key file holds no key for proofs; remove it and sign in again')
  }
}
