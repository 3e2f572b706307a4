/** The warning about an HMAC secret that is shorter than the hash (RFC 7518 section 3.2). */
export class InsecureKeyLengthWarning extends Error {
  override readonly name = 'InsecureKeyLengthWarning'
}
