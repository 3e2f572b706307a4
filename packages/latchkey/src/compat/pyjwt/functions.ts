import { PyJWT } from './pyjwt.ts'

const standard = new PyJWT()

/** `encode(payload, key, { algorithm: 'HS256' })` or `encode(payload, key, 'HS256')`; see `PyJWT.encode`. */
export const encode = standard.encode.bind(standard) as PyJWT['encode'] // bind forgets overloads
/** `decode(token, key, { algorithms: ['HS256'] })` or `decode(token, key, ['HS256'])`; see `PyJWT.decode`. */
export const decode = standard.decode.bind(standard) as PyJWT['decode']
/** As `decode`, giving `{ header, payload, signature }`. */
export const decode_complete = standard.decode_complete.bind(standard) as PyJWT['decode_complete']
