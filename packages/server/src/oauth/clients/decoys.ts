import { type KeySet, keySetOf, publicKey } from 'latchkey/token'

/**
 * Keys whose private halves were never kept. An assertion of a client that does not exist is verified by them, so that it takes as
 * long as one of a client that does.
 */
export function decoyKeys(): KeySet {
  return keySetOf([
    publicKey(ec, { algorithm: 'ES256' }),
    publicKey(rsa, { algorithm: 'RS256' }),
    publicKey(rsa, { algorithm: 'PS256' }),
    publicKey(okp, { algorithm: 'EdDSA' }),
    publicKey(okp, { algorithm: 'Ed25519' }),
  ])
}

const ec = {
  kty: 'EC',
  crv: 'P-256',
  x: 'x1hDcdLTty5L0wnNkwgt3xWeN2LbOEBKxQzsZisNpL8',
  y: 'siEw_ly8mM6-D14KAq1FlJKvDI-IkIZP849OydsEWyw',
}
const okp = { kty: 'OKP', crv: 'Ed25519', x: 'r5lqttbKs0OiNrxBvg1J5Q5i90c3YI9eKrDEMvrYZdk' }
const rsa = {
  kty: 'RSA',
  n: 'j9Nqt1HKkf3-PZpRLgQnA8_I1NcQ6z8jeSEGS47UeAdmMyMAKXnvM_10OVCG1Z-QsZyYzdFP9gysrSfOZHu_uSEFirPqwP3ZNkZX1gVR1ebVFySCSkbOnE8_UmbUsLF6fCn-_NqT26WrIQkiQKiyoZJWoQgKSpkOm1xuPH3WV-_V-ag2sCWl-I9n0mPPyaDQvCzKd4U6HJrZ2WgPeKaMjI4OkC0kFMmd1AlxCjSWFY4WDqtcy6xpSlsVPYhuBiTOXtzcOpK9b2Hd5Xh9dpw-GApk9jn4e7zv23VppqhPmrgLfMh9Gm_XbHUfokEft5Qcu6XNs5Iq5LqOkY_nOe4kyw',
  e: 'AQAB',
}
