import { PyJWT } from './pyjwt.ts'

const standard = new PyJWT()

/**
 * Sign a payload. Keyword arguments are the members of the last argument; see `PyJWT.encode`.
 *
 * @example
 * ```ts
 * const token = encode({ sub: 'user-1', exp: new Date(Date.now() + 300_000) }, secret, { algorithm: 'HS256' })
 * ```
 */
export const encode = standard.encode.bind(standard) as PyJWT['encode'] // bind forgets overloads
/**
 * Verify a token and return its claims. Keyword arguments are the members of the last argument; see `PyJWT.decode`.
 *
 * @example
 * ```ts
 * const claims = decode(token, secret, { algorithms: ['HS256'], audience: 'api' })
 * ```
 */
export const decode = standard.decode.bind(standard) as PyJWT['decode']
/** Verify a token and return `{ header, payload, signature }`; see `PyJWT.decode_complete`. */
export const decode_complete = standard.decode_complete.bind(standard) as PyJWT['decode_complete']
