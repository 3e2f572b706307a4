/**
 * Whether bytes that are offered as an HMAC secret are a key that everybody may know, or one that nobody else should,
 * in whatever spelling: RFC 8725 section 2.1 is the attack that signs with the text of the public key. The typed keys
 * exclude it wherever an RS256 verifier is asked; this finds the configuration in which the wrong key stands.
 *
 * Found are PEM with any label and anything around it; DER of SPKI, PKCS#1, PKCS#8, PKCS#12, SEC1 and X.509; OpenSSH
 * and SSH2; JWK, JWK Sets and their members in a query; keys in XML; and each of them in UTF-16, percent-encoded, with
 * escapes, in base64 or in hex, twice over, with quotes, white space or text before it. Not a public key without a
 * structure (32 bytes of Ed25519), which nothing tells from a secret. The time grows with the length of the bytes alone.
 */
export function spellingOf(bytes: Uint8Array): 'asymmetric' | 'jwk' | undefined {
  return spellingOfText(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''), 2)
}

/** @param binary one character for each byte. */
function spellingOfText(binary: string, layers: number): 'asymmetric' | 'jwk' | undefined {
  // Without NULs, so that UTF-16 reads as ASCII; and without escapes, of whatever was quoted or encoded more than once.
  const plain = binary.replaceAll('\0', '').replaceAll(/\\+/g, '\\')
  const text = unescaped(unescaped(unescaped(plain)))
  // Quotes or text may stand before the bytes that were escaped, of which the first is that of 0.
  // The shortest key with its structure is that of Ed25519: 44 bytes, of which the base64 below keeps 42.
  if (
    [binary, text.slice(text.indexOf('0'))].some((bytes) => bytes.length > 40 && der.test(bytes)) ||
    named.test(text)
  )
    return 'asymmetric'
  if (/\bkty["'\\]*\s*[:=]/.test(text)) return 'jwk'
  // What is in lines or groups, and what stands after text.
  for (const written of layers === 0 ? [] : [text.replaceAll(/[\s"'\\:]/g, ''), text]) {
    for (const [, inner = ''] of written.matchAll(/(?:0x)?([\w+/-]{43,})/gi)) {
      const spelling = spellingOfText((/[^\da-f]/i.test(inner) ? fromBase64 : fromHex)(inner), layers - 1)
      if (spelling !== undefined) return spelling
    }
  }
  return undefined
}

const named =
  /-- ?BEGIN[ +]|(RSA|DSA|EC)KeyValue|(^|[^a-z])(ssh-(rsa|dss|ed)|ecdsa-sha2-|sk-(ssh|ecdsa)-|openssh-key)/

// The beginning of a key in DER (ITU-T X.690). To read all of it would need a parser, and a reader of another make would
// take what that one refuses. Of random bytes, one in 2^28 begins like this.
const long = '(\x80|\x81.|\x82..|\x83...)'
const length = `([\0-\x7f]|${long})`
const der = new RegExp(
  // A version or a short modulus (PKCS#8, PKCS#12, SEC1, PKCS#1), or the identifier of an algorithm (SPKI).
  `^0${length}(\x02(\x01[\0-\x03]|[Aa]\0)|0${length}\x06.[*+\`])|` +
    // A modulus (PKCS#1), or what a certificate begins with.
    `^0${long}(\x02[\x81\x82]|0${long}(\xa0\x03|\x02))`,
  's',
)

/** Percent-encoding (RFC 3986 section 2.1), and the escapes of JSON and of programs. */
function unescaped(text: string): string {
  return text.replaceAll(/(?:%|\\u00|\\x)([\da-f]{2})/gi, (_, hex) => fromHex(hex))
}

function fromHex(hex: string): string {
  return hex.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)))
}

/** Of the whole groups of four, which is to say of any text. */
function fromBase64(text: string): string {
  return atob(
    text
      .slice(0, text.length & ~3)
      .replaceAll('-', '+')
      .replaceAll('_', '/'),
  )
}
