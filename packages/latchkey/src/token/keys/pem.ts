import { wholeText } from '../../whole-text.ts'

const labelSyntax = wholeText(/[A-Z0-9 ]{1,64}/)

/** The contents of a PEM block (RFC 7468). */
export interface PemBlock {
  readonly label: string
  /** Base64 with white space, and nothing else. */
  readonly contents: string
}

/** The longest PEM or DER that is read, in characters or bytes: far above every key, and little to parse for nothing. */
export const maxKeyLength = 65_536

/**
 * The one PEM block in `text`, in a time that grows with its length alone.
 *
 * @param labels The labels that are read, for the message.
 * @throws {TypeError} if there is not exactly one block with one of `labels`. The message says what is there instead, and
 * how to make what is expected of it.
 */
export function readPem(text: string, kind: 'public' | 'private', labels: readonly string[]): PemBlock {
  if (text.length > maxKeyLength) throw new TypeError(`a key has at most ${maxKeyLength} characters`)
  const pem = text.trim()
  const begin = '-----BEGIN '
  const labelEnd = pem.indexOf('-----', begin.length)
  const label = pem.slice(begin.length, labelEnd)
  if (!pem.startsWith(begin) || !labelSyntax.test(label)) throw new TypeError(whatElse(pem, labels))
  if (pem.includes('\\n')) {
    throw new TypeError(
      'the line ends of this PEM are two letters, "\\" and "n", as in an environment variable; to mend: text.replaceAll("\\\\n", "\\n")',
    )
  }
  const end = `-----END ${label}-----`
  const endAt = pem.indexOf(end, labelEnd)
  if (endAt === -1) throw new TypeError(`this PEM was cut: its last line, ${end}, is missing`)
  const rest = pem.slice(endAt + end.length).trim()
  if (rest !== '') throw new TypeError(whatFollows(label, rest))
  const contents = pem.slice(labelEnd + 5, endAt)
  // RFC 1421 section 4.6.1.1 in old files, PKCS#8 in the others.
  if (label.startsWith('ENCRYPTED') || contents.includes('ENCRYPTED')) {
    throw new TypeError(
      'this private key is encrypted; to decrypt: openssl pkey -in <encrypted> -out <private key>',
    )
  }
  if (!labels.includes(label)) throw new TypeError(whatIsLabelled(label, kind, labels))
  if (/[^A-Za-z0-9+/=\s]/.test(contents))
    throw new TypeError('this PEM holds a character that base64 does not have')
  return { label, contents }
}

/** How what OpenSSH writes begins: private keys in a PEM of its own, and public ones in another form. */
const openSsh = ['-----BEGIN OPENSSH ', '---- BEGIN SSH2 ', 'ssh-', 'ecdsa-sha2-', 'sk-']

/** What a text is that does not begin as PEM does. */
function whatElse(text: string, labels: readonly string[]): string {
  if (text === '') return 'this key is empty'
  if (openSsh.some((beginning) => text.startsWith(beginning))) return openSshMessage
  if (text.includes('\0')) return 'this key is in UTF-16, as PowerShell writes files; save it as UTF-8'
  if (text.startsWith('{')) return 'this is JSON; give a JWK as an object: JSON.parse(text)'
  if (text.includes('-----BEGIN ')) return 'there is text before the PEM block; take it off'
  return `expected one PEM block, with the label ${labels.join(' or ')}`
}

const openSshMessage =
  'OpenSSH keys are not read; to convert: ssh-keygen -e -m PKCS8 -f <public key>, ssh-keygen -p -m PEM -f <private key>'

/** What it means that a block does not stand alone. */
function whatFollows(label: string, rest: string): string {
  if (!rest.startsWith('-----BEGIN ')) return 'there is text after the PEM block; take it off'
  if (label === 'CERTIFICATE')
    return 'this is a chain of certificates; give the first one alone, whose key it is'
  if (label === 'EC PARAMETERS') {
    return 'the curve stands before the key; take the first block off, or make the key by openssl ecparam -genkey -noout'
  }
  return 'there are several PEM blocks; give the one of the key'
}

function whatIsLabelled(label: string, kind: 'public' | 'private', labels: readonly string[]): string {
  const isPrivate = label.endsWith('PRIVATE KEY')
  if (label.startsWith('OPENSSH')) return openSshMessage
  if (kind === 'public' && isPrivate) {
    return 'this is a private key; its public half: publicKeyOf(privateKey(…)), or openssl pkey -in <private key> -pubout'
  }
  if (kind === 'private' && (label.endsWith('PUBLIC KEY') || label === 'CERTIFICATE')) {
    return 'this PEM block is a public key or a certificate; what signs is the private key'
  }
  const convert = ['RSA P', 'EC P'].some((beginning) => label.startsWith(beginning))
    ? `; to convert: openssl ${isPrivate ? 'pkey -in' : 'rsa -RSAPublicKey_in -pubout -in'} <key>`
    : label === 'CERTIFICATE'
      ? '; its key: openssl x509 -pubkey -noout -in <certificate>'
      : ''
  return `a ${label} is not read here, but ${labels.join(' or ')}${convert}`
}
