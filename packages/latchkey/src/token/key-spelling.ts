/**
 * Whether bytes that are offered as an HMAC secret are a key that everybody may know, or one that nobody else should,
 * in whatever spelling: RFC 8725 section 2.1 is the attack that signs with the text of the public key. The typed keys
 * exclude it wherever an RS256 verifier is asked; this finds the configuration in which the wrong key stands.
 *
 * Found are PEM with any label and anything around it; DER of SPKI, PKCS#1, PKCS#8, PKCS#12, SEC1 and X.509; OpenSSH
 * and SSH2; JWK and JWK Sets, also as a query string; XML (RSAKeyValue); and each of them in UTF-16, percent-encoded, in
 * base64 or in hex (also 0x), twice over, with quotes, white space or text before it. In time linear in the bytes. Not a public key without a structure (32 bytes of Ed25519), which nothing tells from a secret.
 */
export function spellingOf(bytes: Uint8Array): 'asymmetric' | 'jwk' | undefined {
  return spellingOfText(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''), 2)
}

/** @param binary one character for each byte. */
function spellingOfText(binary: string, layers: number): 'asymmetric' | 'jwk' | undefined {
  // Without NULs, so that UTF-16 reads as ASCII; and without percent encoding, which may have been done again.
  const text = binary.replaceAll('\0', '').replaceAll(/%(?:25)*([\da-f]{2})/gi, (_, hex) => fromHex(hex))
  // The shortest key with its structure is that of Ed25519: 44 bytes.
  if ((binary.length > 40 && der.test(binary)) || named.test(text)) return 'asymmetric'
  // A name in JSON may be spelled with escapes, or be quoted once more. The lookbehind keeps a run of backslashes from
  // being read once for each of them.
  const unescaped = text.replaceAll(/(?<!\\)\\+u00([\da-f]{2})/gi, (_, hex) => fromHex(hex))
  if (/\bkty["'\\]*[\s+]*(:|=[\s+]*["'\\]*(RSA|EC|OKP|AKP|oct)\b)/.test(unescaped)) return 'jwk'
  if (layers === 0) return undefined
  const inner = [
    // What is in lines or groups, and what stands after text.
    ...runsOf(text.replaceAll(/[\s"'\\:]/g, ''), /[\w+/-]{43,}/g),
    ...runsOf(text, /[\w+/-]{43,}/g),
    // Hex as programs write it: 0x3082, \x30\x82, { 0x30, 0x82 }.
    ...runsOf(text.replaceAll(/0x|[\s"'\\:,;x+-]/gi, ''), /[\da-f]{86,}/gi),
  ]
  for (const run of inner) {
    const spelling = spellingOfText((/[^\da-f]/i.test(run) ? fromBase64 : fromHex)(run), layers - 1)
    if (spelling !== undefined) return spelling
  }
  return undefined
}

function runsOf(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([run]) => run)
}

const named =
  /-- ?BEGIN[ +]|(<|&lt;)([\w-]{1,20}:)?(RSA|DSA|EC)KeyValue|(^|[^a-z])(ssh-(rsa|dss|ed)|ecdsa-sha2-|sk-(ssh|ecdsa)-|openssh-key)/

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

function fromHex(hex: string): string {
  return hex.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)))
}

/** Of any text: a last character that stands alone has no byte. */
function fromBase64(text: string): string {
  const whole = text.length % 4 === 1 ? text.slice(0, -1) : text
  return atob(whole.replaceAll('-', '+').replaceAll('_', '/'))
}
