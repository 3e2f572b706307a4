/** Whether this page may use WebCrypto: over https, and on this machine. */
export const hasCrypto = globalThis.isSecureContext
