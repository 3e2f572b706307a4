import { decode } from '#platform'

/**
 * Why a key must not be used although it can be read, or undefined if nothing speaks against it. Applied to
 * every asymmetric key, wherever it came from.
 */
export function weaknessOf({
  kty,
  crv,
  n = '',
  e = '',
  x = '',
}: {
  readonly kty?: string
  readonly crv?: string
  readonly n?: string
  readonly e?: string
  readonly x?: string
}): string | undefined {
  if (kty === 'RSA') return weaknessOfRsa(n, e)
  if (kty !== 'OKP') return undefined
  if (x.length > longest.x) return 'the public key is longer than any of its curve'
  if (isOfSmallOrder(toInteger(x, true), crv === 'Ed448')) return 'the public key is a point of small order'
  return undefined
}

/**
 * The characters that 8192 bits, 33 bits and an Ed448 point need in base64url, with one leading zero byte for the
 * numbers (RFC 7518 section 6.3.1.1). The arithmetic below grows faster than these lengths, and a key set is a
 * document of somebody else's, so nothing longer is decoded.
 */
const longest = { n: 1367, e: 8, x: 76 }

const tooLong = 'an RSA key has at most 8192 bits'
const exponentTooLarge = 'the exponent of an RSA key is below 2^33'

function weaknessOfRsa(n: string, e: string): string | undefined {
  if (n.length > longest.n) return tooLong
  if (e.length > longest.e) return exponentTooLarge
  const modulus = toInteger(n)
  const exponent = toInteger(e)
  const bits = modulus.toString(2).length
  if (bits < 2048) return 'an RSA key has at least 2048 bits (RFC 7518 section 3.3)'
  // A signature is checked in a time that grows with the square of the modulus.
  if (bits > 8192) return tooLong
  if (exponent < 3n || exponent % 2n === 0n) return 'the exponent of an RSA key is odd and at least 3'
  if (exponent >= 1n << 33n) return exponentTooLarge
  if (isRoca(modulus)) return 'an RSA key of a faulty generator (CVE-2017-15361)'
  return undefined
}

/**
 * The primes of the faulty generator have the form k * M + (65537^a mod M), M a product of small primes
 * (Nemec et al., "The Return of Coppersmith's Attack", 2017, section 2.2). So modulo each of these primes such
 * a modulus is a power of 65537; one of another origin is that for all of them with a chance below 2^-27.
 */
function isRoca(modulus: bigint): boolean {
  // The odd numbers to 167 that no smaller one divides.
  const primes: number[] = []
  for (let n = 3; n < 168; n += 2) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes.every((prime) => {
    const rest = Number(modulus % BigInt(prime))
    const generator = 65537 % prime
    let power = 1
    do {
      if (power === rest) return true
      power = (power * generator) % prime
    } while (power !== 1)
    return false
  })
}

/**
 * Whether a point has an order that divides 8, on Ed448 4, in whatever encoding: under such a key a signature can be made
 * without a private key (RFC 8032 section 8.9, "Taming the many EdDSAs", table 6). The highest bit is not of y, whose
 * square is 0, 1, or that of the points of order 8, which Ed448 has none of.
 */
function isOfSmallOrder(littleEndian: bigint, isEd448: boolean): boolean {
  const [bits, prime] = isEd448 ? [455n, 2n ** 448n - 2n ** 224n - 1n] : [255n, 2n ** 255n - 19n]
  const square = (littleEndian % 2n ** bits) ** 2n % prime
  return square < 2n || square === 0x76b9125b8bd5b257c2c2ebc2ba609c056bdf9e34b4f0a103ae4791859c155291n
}

function toInteger(text: string, isLittleEndian = false): bigint {
  const bytes: Uint8Array = decode(text) ?? new Uint8Array()
  if (isLittleEndian) bytes.reverse()
  return BigInt(`0x0${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`)
}
