import { generateKeyPairSync } from 'node:crypto'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const sec1 = ec.privateKey.export({ type: 'sec1', format: 'pem' }) as string
const cipher = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const
const block = (label: string, contents = 'AAAA') =>
  `-----BEGIN ${label}-----\n${contents}\n-----END ${label}-----\n`

export interface PemRow {
  readonly name: string
  readonly kind: 'public' | 'private'
  readonly text: string
  /** What the message must say. */
  readonly says: RegExp
}

/** Key files as people have them, on every platform: each is refused, and told what it is. */
export const pemRows: readonly PemRow[] = [
  { name: 'nothing', kind: 'public', text: '', says: /empty/ },
  { name: 'line ends alone', kind: 'private', text: '\n\r\n \t', says: /empty/ },
  { name: 'a private key for a public one', kind: 'public', text: pkcs8, says: /private key.*-pubout/ },
  { name: 'an EC private key for a public one', kind: 'public', text: sec1, says: /private key.*-pubout/ },
  { name: 'a public key for a private one', kind: 'private', text: spki, says: /public key/ },
  {
    name: 'a certificate for a private key',
    kind: 'private',
    text: block('CERTIFICATE'),
    says: /certificate/,
  },
  {
    name: 'an encrypted private key',
    kind: 'private',
    text: privateKey.export({ type: 'pkcs8', ...cipher }) as string,
    says: /encrypted.*openssl pkey/,
  },
  {
    name: 'an encrypted private key for a public one',
    kind: 'public',
    text: privateKey.export({ type: 'pkcs8', ...cipher }) as string,
    says: /encrypted/,
  },
  {
    name: 'a private key encrypted as in old files',
    kind: 'private',
    text: privateKey.export({ type: 'pkcs1', ...cipher }) as string,
    says: /encrypted/,
  },
  {
    name: 'a chain of certificates',
    kind: 'public',
    text: block('CERTIFICATE').repeat(3),
    says: /chain of certificates.*first/,
  },
  { name: 'two keys', kind: 'public', text: spki.repeat(2), says: /several PEM blocks/ },
  {
    name: 'a key and its certificate',
    kind: 'private',
    text: pkcs8 + block('CERTIFICATE'),
    says: /several PEM blocks/,
  },
  {
    name: 'the curve before the key, as openssl ecparam writes it',
    kind: 'private',
    text: block('EC PARAMETERS', 'BggqhkjOPQMBBw==') + sec1,
    says: /curve.*-noout/,
  },
  {
    name: 'line ends written as two letters',
    kind: 'public',
    text: spki.replaceAll('\n', '\\n'),
    says: /environment variable.*replaceAll/,
  },
  {
    name: 'line ends written as two letters, of a private key',
    kind: 'private',
    text: pkcs8.replaceAll('\n', '\\n'),
    says: /environment variable.*replaceAll/,
  },
  {
    name: 'an OpenSSH public key',
    kind: 'public',
    text: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 x',
    says: /ssh-keygen/,
  },
  { name: 'an ECDSA key of OpenSSH', kind: 'public', text: 'ecdsa-sha2-nistp256 AAAA', says: /ssh-keygen/ },
  { name: 'an OpenSSH private key', kind: 'private', text: block('OPENSSH PRIVATE KEY'), says: /ssh-keygen/ },
  {
    name: 'an SSH2 public key',
    kind: 'public',
    text: '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA',
    says: /ssh-keygen/,
  },
  {
    name: 'a key without its end',
    kind: 'public',
    text: spki.slice(0, -30),
    says: /cut.*-----END PUBLIC KEY-----/,
  },
  {
    name: 'a key that ends as another',
    kind: 'public',
    text: spki.replace('END PUBLIC', 'END RSA PUBLIC'),
    says: /cut/,
  },
  {
    name: 'a key without its beginning',
    kind: 'public',
    text: spki.slice(30),
    says: /expected one PEM block/,
  },
  {
    name: 'a request for a certificate',
    kind: 'public',
    text: block('CERTIFICATE REQUEST'),
    says: /not read here/,
  },
  { name: 'a PGP key', kind: 'public', text: block('PGP PUBLIC KEY BLOCK'), says: /not read here/ },
  {
    name: 'a label in small letters',
    kind: 'public',
    text: block('public key'),
    says: /expected one PEM block|text before/,
  },
  { name: 'a label of 64 letters', kind: 'public', text: block('A'.repeat(64)), says: /not read here/ },
  { name: 'a label of 65 letters', kind: 'public', text: block('A'.repeat(65)), says: /text before/ },
  { name: 'a label that begins small', kind: 'public', text: block('a PUBLIC KEY'), says: /text before/ },
  { name: 'a label that ends small', kind: 'public', text: block('PUBLIC KEY a'), says: /text before/ },
  {
    name: 'a text that is about ssh-keygen',
    kind: 'public',
    text: 'made by ssh-keygen',
    says: /expected one PEM block/,
  },
  {
    name: 'a label that only ends as that of an RSA key',
    kind: 'private',
    text: block('MY RSA PRIVATE KEY'),
    says: /not read here[^;]*$/,
  },
  {
    name: 'a label without end',
    kind: 'public',
    text: `-----BEGIN ${'A'.repeat(100)}-----`,
    says: /text before/,
  },
  { name: 'text before the key', kind: 'public', text: `Bag Attributes\n${spki}`, says: /text before/ },
  { name: 'text after the key', kind: 'public', text: `${spki}\nyours, Ada`, says: /text after/ },
  { name: 'a JWK as text', kind: 'public', text: '{"kty":"EC"}', says: /JSON\.parse/ },
  {
    name: 'a file of PowerShell',
    kind: 'public',
    text: Buffer.from(spki, 'utf16le').toString('latin1'),
    says: /UTF-16/,
  },
  { name: 'quotation marks', kind: 'public', text: `"${spki}"`, says: /text before/ },
  { name: 'a hyphen of a word processor', kind: 'public', text: block('PUBLIC KEY', 'MI–A'), says: /base64/ },
  {
    name: 'a header within',
    kind: 'public',
    text: block('PUBLIC KEY', 'Comment: x\n\nAAAA'),
    says: /base64/,
  },
  {
    name: 'contents that are no key',
    kind: 'public',
    text: block('PUBLIC KEY'),
    says: /cannot be read|expected the DER/,
  },
  {
    name: 'a key and white space of 65,537 characters',
    kind: 'public',
    text: spki.padEnd(65_537),
    says: /at most 65536/,
  },
  {
    name: 'more line ends than a key has',
    kind: 'public',
    text: spki.replace('\n', '\n'.repeat(70_000)),
    says: /at most 65536/,
  },
  {
    name: 'a key without end',
    kind: 'private',
    text: block('PRIVATE KEY', 'A'.repeat(70_000)),
    says: /at most 65536/,
  },
]
