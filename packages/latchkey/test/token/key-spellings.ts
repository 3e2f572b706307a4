/** Case 61 of the hostile list: what is no secret, however it is spelled, and what is one although it looks odd. */
import { createHash, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'

/** A self-signed certificate (ES256), valid once. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBeDCCAR2gAwIBAgIUQAlsA5dEBN0qgzIQNhT0eQpeFTUwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGZGV2aWNlMB4XDTI2MTEyMzE2MjUxMloXDTI2MTEyNDE2MjUx
MlowETEPMA0GA1UEAwwGZGV2aWNlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
trSJ4Er6p8F+D4RwFI0UszreB07lABvdjE8AU868GxVLGXbcMrUVLpOIViBfgPBW
VkLUQAsI/fVMhUGxEIpx2KNTMFEwHQYDVR0OBBYEFMjfSuLNEoo/4M82R4uwCgHM
gvRtMB8GA1UdIwQYMBaAFMjfSuLNEoo/4M82R4uwCgHMgvRtMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAORFsuDHUuVMeSDLSlzC75WC1ncPAI8l
Dus4lI4wRAUJAiEA4km2eu6ooXFVgWX7V5LDqn1x38ASBYa6LOCtMzAQQoU=
-----END CERTIFICATE-----
`

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const long = generateKeyPairSync('rsa', { modulusLength: 4096 })
const tiny = generateKeyPairSync('rsa', { modulusLength: 512 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' })
const ed = generateKeyPairSync('ed25519')
const lattice = generateKeyPairSync('ml-dsa-65')

type DerType = 'spki' | 'pkcs1' | 'pkcs8' | 'sec1'
// The types do not let the type of a form be a variable.
const der = (key: KeyObject, type: DerType) => key.export({ type: type as 'spki', format: 'der' })
const locked = { type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' } as const

/** Each kind of key in DER. */
const structures: Readonly<Record<string, Buffer>> = {
  'RSA SPKI': der(rsa.publicKey, 'spki'),
  'RSA PKCS#1': der(rsa.publicKey, 'pkcs1'),
  'RSA PKCS#8': der(rsa.privateKey, 'pkcs8'),
  'RSA private PKCS#1': der(rsa.privateKey, 'pkcs1'),
  'RSA 4096 SPKI': der(long.publicKey, 'spki'),
  'RSA 512 PKCS#1': der(tiny.publicKey, 'pkcs1'),
  'RSA 512 SPKI': der(tiny.publicKey, 'spki'),
  'P-256 SPKI': der(ec.publicKey, 'spki'),
  'P-256 PKCS#8': der(ec.privateKey, 'pkcs8'),
  'P-256 SEC1': der(ec.privateKey, 'sec1'),
  'P-521 SPKI': der(p521.publicKey, 'spki'),
  'P-521 SEC1': der(p521.privateKey, 'sec1'),
  'Ed25519 SPKI': der(ed.publicKey, 'spki'),
  'Ed25519 PKCS#8': der(ed.privateKey, 'pkcs8'),
  'X25519 SPKI': der(generateKeyPairSync('x25519').publicKey, 'spki'),
  'ML-DSA-65 SPKI': der(lattice.publicKey, 'spki'),
  'ML-DSA-65 PKCS#8': der(lattice.privateKey, 'pkcs8'),
  'encrypted PKCS#8': ec.privateKey.export(locked),
  'X.509': new X509Certificate(certificate).raw,
  // BER lets a length be longer than it must, and be left open (X.690 section 8.1.3); OpenSSL reads both.
  'SPKI with a long length': Buffer.concat([
    Buffer.from([0x30, 0x83, 0, 0, 0x59]),
    der(ec.publicKey, 'spki').subarray(2),
  ]),
  'SPKI with an open length': Buffer.concat([
    Buffer.from([0x30, 0x80]),
    der(ec.publicKey, 'spki').subarray(2),
    Buffer.alloc(2),
  ]),
}

/** The wire form of an OpenSSH public key (RFC 4253 section 6.6, RFC 8709 section 4). */
function wire(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part as string)
      return [Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]
    }),
  )
}
const rsaJwk = rsa.publicKey.export({ format: 'jwk' })
const part = (text = '') => Buffer.from(text, 'base64url')
const sshKeys: Readonly<Record<string, Buffer>> = {
  'ssh-rsa': wire('ssh-rsa', part(rsaJwk.e), Buffer.concat([Buffer.alloc(1), part(rsaJwk.n)])),
  'ssh-ed25519': wire('ssh-ed25519', part(ed.publicKey.export({ format: 'jwk' }).x)),
  'ecdsa-sha2-nistp256': wire('ecdsa-sha2-nistp256', 'nistp256', der(ec.publicKey, 'spki').subarray(-65)),
}

const pems: Readonly<Record<string, string>> = {
  PEM: rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string,
  'PEM of PKCS#1': rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string,
  'PEM of a private key': ec.privateKey.export({ type: 'sec1', format: 'pem' }) as string,
  'PEM of a certificate': certificate,
  'PEM of OpenSSH':
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\n-----END OPENSSH PRIVATE KEY-----\n',
  SSH2: `---- BEGIN SSH2 PUBLIC KEY ----\n${sshKeys['ssh-rsa']!.toString('base64')}\n---- END SSH2 PUBLIC KEY ----`,
  ...Object.fromEntries(
    Object.entries(sshKeys).map(([type, bytes]) => [type, `${type} ${bytes.toString('base64')} me@here`]),
  ),
}

const base64 = (text = '') => Buffer.from(text, 'base64url').toString('base64')
/** RSAKeyValue and ECKeyValue of XML Signature (section 4.5.2), and what .NET writes. */
const xml: Readonly<Record<string, string>> = {
  'an RSA key in XML': `<RSAKeyValue><Modulus>${base64(rsaJwk.n)}</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>`,
  'an RSA key in XML with a namespace': `<ds:RSAKeyValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n <ds:Modulus>${base64(rsaJwk.n)}</ds:Modulus>`,
  'an EC key in XML': `<dsig11:ECKeyValue><NamedCurve URI="urn:oid:1.2.840.10045.3.1.7"/></dsig11:ECKeyValue>`,
}

const jwk = JSON.stringify(rsaJwk)
const jwks: Readonly<Record<string, string>> = {
  'a JWK': jwk,
  'a JWK with its type last': JSON.stringify({ n: rsaJwk.n, e: rsaJwk.e, kty: 'RSA' }),
  'a JWK of an EC key, in lines': JSON.stringify(ec.publicKey.export({ format: 'jwk' }), null, 2),
  'a JWK with escapes in its names': jwk.replace('kty', '\\u006bt\\u0079'),
  'a JWK in single quotes': jwk.replaceAll('"', "'"),
  'a JWK without quotes around its names': jwk.replaceAll(/"(\w+)":/g, '$1: '),
  'a JWK in JSON in JSON': JSON.stringify({ key: JSON.stringify(jwk) }),
  'a JWK of a secret': JSON.stringify({ kty: 'oct', k: 'A'.repeat(43) }),
  'a JWK Set': `{"keys":[${jwk}]}`,
  'a JWK in a query': new URLSearchParams(
    Object.entries(rsaJwk).map(([name, value]) => [name, String(value)]),
  ).toString(),
  'a JWK in YAML': Object.entries(rsaJwk)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join(''),
}

/** What editors, shells and configuration files make of a text. */
const around: Readonly<Record<string, (text: string) => string | Buffer>> = {
  'as it is': (text) => text,
  trimmed: (text) => text.trim(),
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'in one line': (text) => text.replaceAll('\n', '\\n'),
  'in quotes': (text) => JSON.stringify(text),
  'after white space': (text) => ` \t\n${text}`,
  'after text': (text) => `the public key = ${text}`,
  'after a name': (text) => `PUBLIC_KEY=${text}`,
  'after a byte order mark': (text) => `\ufeff${text}`,
  'in UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'in UTF-16, big end first': (text) => Buffer.from(text, 'utf16le').swap16(),
  'percent-encoded': (text) => encodeURIComponent(text),
  'percent-encoded in full': (text) => Buffer.from(text).toString('hex').replaceAll(/../g, '%$&'),
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in hex': (text) => Buffer.from(text).toString('hex'),
}

const inForm = (text: string) => new URLSearchParams({ key: text }).toString()

const texts: Readonly<Record<string, (bytes: Buffer) => string>> = {
  base64: (bytes) => bytes.toString('base64'),
  'base64 in lines': (bytes) => bytes.toString('base64').replaceAll(/.{64}/g, '$&\n'),
  base64url: (bytes) => bytes.toString('base64url'),
  hex: (bytes) => bytes.toString('hex'),
  'hex in capitals, by colons': (bytes) =>
    bytes
      .toString('hex')
      .toUpperCase()
      .replaceAll(/..(?=.)/g, '$&:'),
  'hex after 0x': (bytes) => `0x${bytes.toString('hex')}`,
  'hex in capitals after 0X': (bytes) => `0X${bytes.toString('hex').toUpperCase()}`,
  'hex escapes': (bytes) => bytes.toString('hex').replaceAll(/../g, '\\x$&'),
  'percent-encoding': (bytes) => bytes.toString('hex').replaceAll(/../g, '%$&'),
  'hex in pairs': (bytes) => bytes.toString('hex').replaceAll(/..(?=.)/g, '$& '),
}

export const notSecrets: readonly { readonly name: string; readonly bytes: Buffer }[] = [
  ...Object.entries({ ...structures, ...sshKeys }).flatMap(([name, bytes]) => [
    ...(name in sshKeys ? [] : [{ name, bytes: Buffer.concat([bytes, Buffer.from('\n')]) }]),
    { name: `${name}, as it is`, bytes },
    ...Object.entries(texts).flatMap(([form, write]) =>
      Object.entries(around).map(([place, put]) => ({
        name: `${name} in ${form}, ${place}`,
        bytes: Buffer.from(put(write(bytes)) as string),
      })),
    ),
  ]),
  ...Object.entries({ ...pems, ...jwks, ...xml }).flatMap(([name, text]) =>
    Object.entries({ ...around, 'in a form': inForm }).map(([place, put]) => ({
      name: `${name}, ${place}`,
      bytes: Buffer.from(put(text) as string),
    })),
  ),
]

const digest = (seed: string) => createHash('sha512').update(seed).digest()

/** Each is at least 32 bytes. */
export const secrets: readonly { readonly name: string; readonly bytes: Buffer }[] = [
  { name: '32 random bytes', bytes: digest('a').subarray(32) },
  { name: '64 random bytes', bytes: digest('b') },
  { name: '256 random bytes', bytes: Buffer.concat(['c', 'd', 'e', 'f'].map(digest)) },
  {
    name: '64 bytes that begin as a sequence does',
    bytes: Buffer.from([0x30, 0x3e, ...digest('g').subarray(2)]),
  },
  {
    name: '64 bytes that begin as two sequences do',
    bytes: Buffer.from([0x30, 0x3e, 0x30, 0x0c, ...digest('h').subarray(4)]),
  },
  {
    name: '64 bytes that begin as a sequence of a number does',
    bytes: Buffer.from([0x30, 0x3e, 0x02, 0x20, ...digest('i').subarray(4)]),
  },
  {
    name: '40 bytes that begin as a private key does, which has 41 at least',
    bytes: Buffer.from([0x30, 0x26, 0x02, 0x01, 0x00, ...digest('r').subarray(0, 35)]),
  },
  { name: '43 characters of base64url', bytes: Buffer.from(digest('j').subarray(32).toString('base64url')) },
  { name: 'base64 of 64 bytes', bytes: Buffer.from(digest('k').toString('base64')) },
  {
    name: 'base64 of base64 of base64',
    bytes: ['base64', 'base64', 'base64'].reduce(
      (bytes) => Buffer.from(bytes.toString('base64')),
      digest('p'),
    ),
  },
  { name: 'base64 that begins with an M', bytes: Buffer.from(`MC${digest('l').toString('base64')}`) },
  { name: '64 hexadecimal digits', bytes: Buffer.from(digest('m').toString('hex').slice(64)) },
  { name: '128 hexadecimal digits', bytes: Buffer.from(digest('n').toString('hex')) },
  { name: 'hexadecimal digits that begin with 30', bytes: Buffer.from(`30${digest('o').toString('hex')}`) },
  { name: 'one letter many times', bytes: Buffer.from('A'.repeat(64)) },
  { name: 'nothing but zeros', bytes: Buffer.alloc(64) },
  { name: 'JSON', bytes: Buffer.from('{"secret":"correct horse battery staple"}') },
  { name: 'JSON with a list of keys', bytes: Buffer.from('{"keys":["one","two","three"],"type":"list"}') },
  { name: 'a key of an interface', bytes: Buffer.from('sk-e4mple0000000000000000000000000000000000') },
  { name: 'words', bytes: Buffer.from('the ssh-root secret that we begin and end every day with') },
  { name: 'words in other letters', bytes: Buffer.from('秘密の鍵は誰にも見せてはいけません') },
  { name: 'words in UTF-16', bytes: Buffer.from('correct horse battery staple', 'utf16le') },
  { name: 'a URL', bytes: Buffer.from('https://user:password@example.com/some/path/of/it?a=b') },
  {
    name: 'words that are percent-encoded',
    bytes: Buffer.from('correct%20horse%20battery%20staple%20%26%20more'),
  },
  { name: 'percent signs', bytes: Buffer.from('100%ab% of%20%zz%%%% and more than thirty-two') },
  { name: '64 bytes of hex after 0x', bytes: Buffer.from(`0x${digest('q').toString('hex')}`) },
  { name: 'a query', bytes: Buffer.from('n=1&e=2&key=correct-horse-battery-staple') },
  { name: 'XML', bytes: Buffer.from('<secret><value>correct horse battery staple</value></secret>') },
  { name: 'backslashes', bytes: Buffer.from('\\'.repeat(64)) },
  { name: 'a UUID twice', bytes: Buffer.from('0190a0b0-c0d0-7000-8000-00000000000a'.repeat(2)) },
]
