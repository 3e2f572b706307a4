/** How a key set makes keys of JWKs on this platform, as `#keys`; elsewhere it is `web/keys.ts`. */
export { publicKey } from './asymmetric-key.ts'
export { secretKey } from './secret-key.ts'
