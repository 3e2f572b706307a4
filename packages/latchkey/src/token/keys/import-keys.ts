/** How a key set makes keys of JWKs on this platform, as `#keys`; elsewhere it is `web/keys.ts`. */
export { publicKeyOfJwk as publicKey } from './jwk-key.ts'
export { secretKeyOfBytes as secretKey } from './secret-key.ts'
