import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'

/**
 * Which kind of key that is not an HMAC secret these bytes are, in whatever spelling: the attack of RFC 8725
 * section 2.1 signs with the text of the public key. The core keeps the two apart by type; in PyJWT a key is a
 * string, so here the string must be looked at. A JWK in JSON is told apart because PyJWT has words for it.
 *
 * Found are PEM with any label, white space, byte order mark or text around it; its contents alone; DER of
 * SPKI, PKCS#1, PKCS#8, SEC1 and X.509, raw, in base64 or in hex; OpenSSH and SSH2 keys; JWK and JWKS.
 */
export function asymmetricSpelling(bytes: Uint8Array): 'asymmetric' | 'jwk' | undefined {
  return spellingOf(Buffer.from(bytes), 2)
}

function spellingOf(bytes: Buffer, levels: number): 'asymmetric' | 'jwk' | undefined {
  if (isDer(bytes)) return 'asymmetric'
  // Without NULs, so that UTF-16 reads as ASCII.
  const text = bytes.toString('latin1').replaceAll('\0', '')
  if (/-{4,5} ?BEGIN [A-Z0-9 ]*-{4,5}/.test(text)) return 'asymmetric'
  if (/(^|[^a-z])(ssh-(rsa|dss|ed25519|ed448)|ecdsa-sha2-|sk-(ssh|ecdsa))/.test(text)) return 'asymmetric'
  if (isJwk(text)) return 'jwk'
  if (levels === 0) return undefined
  // Anything around base64 that an editor, a shell or a configuration file leaves there.
  const bare = text.replaceAll(/^\u00ef\u00bb\u00bf|^\u00ff\u00fe|[\s"'\\]/g, '')
  if (bare.length < 32) return undefined
  if (/^([0-9A-Fa-f]{2}:?)+$/.test(bare)) {
    const spelling = spellingOf(Buffer.from(bare.replaceAll(':', ''), 'hex'), levels - 1)
    if (spelling !== undefined) return spelling
  }
  if (!/^[A-Za-z0-9+/_-]+=*$/.test(bare)) return undefined
  return spellingOf(Buffer.from(bare, 'base64'), levels - 1)
}

function isJwk(text: string): boolean {
  if (/["'](kty|keys)["']\s*:/.test(text)) return true
  const start = text.search(/[{[]/)
  if (start === -1 || !text.includes('\\u')) return false
  try {
    // A name may be spelled with escapes.
    return /"(kty|keys)":/.test(JSON.stringify(JSON.parse(text.slice(start))))
  } catch {
    return false // not JSON, so no reader would take it for a JWK
  }
}

function isDer(key: Buffer): boolean {
  if (key[0] !== 0x30) return false
  const readers = [
    () => createPublicKey({ key, format: 'der', type: 'spki' }),
    () => createPublicKey({ key, format: 'der', type: 'pkcs1' }),
    () => createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key, format: 'der', type: 'pkcs1' }),
    () => createPrivateKey({ key, format: 'der', type: 'sec1' }),
    () => new X509Certificate(key),
  ]
  return readers.some((read) => {
    try {
      read()
      return true
    } catch {
      return false // not of this form
    }
  })
}
