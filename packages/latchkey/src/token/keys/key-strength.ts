import { decode } from '#platform'

/** The members of an asymmetric key that its strength depends on. */
interface KeyMembers {
  readonly kty?: string
  readonly crv?: string
  readonly n?: string
  readonly e?: string
  readonly x?: string
}

/**
 * Refuses a key that must not be used although it can be read. Applied to every asymmetric key, wherever it came from:
 * a key set is a document of somebody else, so the lengths of the numbers are looked at before any arithmetic.
 *
 * @throws {TypeError} if the key is weak, or too large to compute with.
 */
export function checkStrength({ kty, crv, n, e, x }: KeyMembers): void {
  const weakness =
    kty === 'RSA'
      ? weaknessOfRsa(n, e)
      : kty === 'OKP' && isOfSmallOrder(toInteger(x, true), crv === 'Ed448')
        ? 'this public key is of small order'
        : undefined
  if (weakness !== undefined) throw new TypeError(weakness)
}

function weaknessOfRsa(n = '', e = ''): string | undefined {
  // 1,024 bytes in base64url. A signature is checked in a time that grows with the square of the modulus.
  const modulus = n.length > 1366 ? 0n : toInteger(n)
  if (modulus < 1n << 2047n) {
    return 'an RSA key has at least 2048 bits (RFC 7518 section 3.3) and at most 8192 bits'
  }
  const exponent = e.length > 7 ? 0n : toInteger(e)
  if (exponent < 3n || exponent % 2n === 0n || exponent >> 33n !== 0n) {
    return 'the exponent of an RSA key is odd, at least 3 and below 2^33'
  }
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
 * square is 0 or 1, or, for the points of order 8, solves d s^2 + 2 s = 1 with d = -121665 / 121666, since such a point
 * doubled has the y of 0. Ed448 has none, and meets the equation with a chance of 2^-446.
 */
function isOfSmallOrder(littleEndian: bigint, isEd448: boolean): boolean {
  const [bits, prime] = isEd448 ? [455n, 2n ** 448n - 2n ** 224n - 1n] : [255n, 2n ** 255n - 19n]
  const square = (littleEndian % 2n ** bits) ** 2n % prime
  return square < 2n || (121665n * square ** 2n - 121666n * (2n * square - 1n)) % prime === 0n
}

function toInteger(text = '', isLittleEndian = false): bigint {
  const bytes: Uint8Array = decode(text) ?? new Uint8Array()
  if (isLittleEndian) bytes.reverse()
  return bytes.reduce<bigint>((number, byte) => number * 256n + BigInt(byte), 0n)
}
