/** One PEM block (RFC 7468): the base64 of its contents, with white space. */
export interface PemBlock {
  readonly label: string
  readonly base64: string
}

/** Longer than any key or certificate in PEM: a private RSA key of 8,192 bits has 6,400 characters. */
const longest = 64 * 1024

/**
 * The one PEM block of `text`, in linear time; white space may stand around it. A TypeError says what stands there
 * instead, and what can be done about it, without repeating any of it.
 *
 * @param labels The labels that are read.
 */
export function readPem(text: string, wanted: 'public' | 'private', labels: readonly string[]): PemBlock {
  if (text.length > longest) throw new TypeError(`a key in PEM has at most ${longest} characters`)
  const trimmed = text.trim()
  if (trimmed === '') throw new TypeError('the key is empty')
  if (/^(-----BEGIN OPENSSH |---- BEGIN SSH2 |ssh-|ecdsa-sha2-|sk-)/.test(trimmed)) {
    throw new TypeError(
      'OpenSSH keys are not read; to convert: ssh-keygen -e -m PKCS8 -f <public key>, ssh-keygen -p -m PEM -f <private key>',
    )
  }
  if (trimmed.startsWith('{'))
    throw new TypeError('this is JSON, not PEM: give a JWK as an object (JSON.parse)')
  const expected = `expected one PEM block, with the label ${labels.join(', ')}`
  const begins = trimmed.split('-----BEGIN ').length - 1
  if (begins === 0) throw new TypeError(`this is not PEM: ${expected}`)
  if (begins > 1) throw new TypeError(whyNotSeveral(trimmed, begins, expected))
  if (trimmed.includes('\\n')) {
    throw new TypeError(
      'this PEM has \\n, two characters, where its line ends should be, as in an environment variable: ' +
        "give text.replaceAll('\\\\n', '\\n')",
    )
  }
  if (!trimmed.startsWith('-----BEGIN ')) throw new TypeError(`text stands before the PEM block: ${expected}`)
  const labelEnd = trimmed.indexOf('-----', 11)
  const label = trimmed.slice(11, labelEnd)
  checkLabel(label, wanted, labels, expected)
  const end = trimmed.indexOf('-----', labelEnd + 5)
  if (end === -1) throw new TypeError('this PEM has no END line: its end is missing')
  if (!trimmed.startsWith(`-----END ${label}-----`, end)) {
    throw new TypeError('the END line of this PEM does not have the label of its BEGIN line')
  }
  if (trimmed.length > end + `-----END ${label}-----`.length) {
    throw new TypeError(`text stands after the PEM block: ${expected}`)
  }
  const base64 = trimmed.slice(labelEnd + 5, end)
  // RFC 1421 section 4.6.1.1: how OpenSSL writes an encrypted key of the older forms.
  if (base64.includes('ENCRYPTED')) throw new TypeError(encrypted)
  if (!/^\s[A-Za-z0-9+/=\s]*$/.test(base64) || base64.trim() === '') {
    throw new TypeError('the contents of this PEM are not base64')
  }
  return { label, base64 }
}

const encrypted =
  'this private key is encrypted, and is not read with its passphrase; to decrypt it: openssl pkey -in <key>.pem -out <decrypted>.pem'

function whyNotSeveral(text: string, blocks: number, expected: string): string {
  if (text.split('-----BEGIN CERTIFICATE-----').length - 1 === blocks) {
    return `this is a chain of ${blocks} certificates: give the first one alone, that of the key`
  }
  if (text.includes('-----BEGIN EC PARAMETERS-----')) {
    return 'this PEM has EC PARAMETERS before the key; to write the key alone: openssl pkey -in <key>.pem -out <alone>.pem'
  }
  return `this PEM has ${blocks} blocks: ${expected}`
}

function checkLabel(
  label: string,
  wanted: 'public' | 'private',
  labels: readonly string[],
  expected: string,
): void {
  if (labels.includes(label)) return
  if (label === 'ENCRYPTED PRIVATE KEY') {
    throw new TypeError(wanted === 'private' ? encrypted : `${privateGiven} (and it is encrypted)`)
  }
  if (/^((RSA|EC|DSA) )?PRIVATE KEY$/.test(label)) {
    throw new TypeError(
      wanted === 'public' ? privateGiven : `this kind of private key is not read here: ${expected}`,
    )
  }
  if (/^((RSA )?PUBLIC KEY|CERTIFICATE)$/.test(label)) {
    const given = label === 'CERTIFICATE' ? 'certificate' : 'public key'
    throw new TypeError(
      wanted === 'private'
        ? `this is a ${given} where a private key is expected: see publicKey`
        : `this kind of ${given} is not read here: ${expected}`,
    )
  }
  if (label === 'CERTIFICATE REQUEST')
    throw new TypeError(`this is a certificate request, not a key: ${expected}`)
  throw new TypeError(`this PEM has an unknown label: ${expected}`)
}

const privateGiven =
  'this is a private key where a public one is expected (see privateKey and publicKeyOf); ' +
  'to write its public key: openssl pkey -in <key>.pem -pubout'
