import type { ProofKey } from './proof-key.ts'

/** The parts of a request that a proof is about. */
interface Provable {
  readonly method: string
  readonly url: URL
}

/** A proof, and the nonce in it. */
interface Proof {
  readonly text: string
  readonly nonce: string | undefined
}

/** Makes the proof of possession that each request carries (RFC 9449 section 4). */
export interface Prover {
  /** The value of the header `DPoP`, for one sending. `token` is the access token in the request (section 7). */
  proofFor(request: Provable, token: string | undefined): Promise<Proof>
  /** Store the nonce that a server wants in the next proof (section 8.2). Returns the stored one. */
  hear(origin: string, nonce: string | null): string | undefined
}

interface ProverParts {
  readonly openKey: () => Promise<ProofKey>
  /** Milliseconds since the Unix epoch, by the clock of the issuer. */
  readonly now: () => number
}

/** NQCHAR of RFC 6749, as RFC 9449 section 8.1 has it; longer than any server writes one. */
const nonceSyntax = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/

export function createProver({ openKey, now }: ProverParts): Prover {
  // By origin (section 8.2). A client sends to the listed origins only, so there are few.
  const nonces = new Map<string, string>()
  let opening: Promise<ProofKey> | undefined

  async function key(): Promise<ProofKey> {
    opening ??= openKey().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  return {
    async proofFor({ method, url }, token) {
      const { algorithm, publicJwk, sign } = await key()
      const nonce = nonces.get(url.origin)
      const header = { typ: 'dpop+jwt', alg: algorithm, jwk: publicJwk }
      const claims = {
        jti: encoded(crypto.getRandomValues(new Uint8Array(16))),
        htm: method,
        htu: url.origin + url.pathname,
        iat: Math.floor(now() / 1000),
        // JSON leaves out what is undefined.
        nonce,
        ath: token === undefined ? undefined : encoded(await hashed(token)),
      }
      const text = [header, claims].map((part) => encoded(bytesOf(JSON.stringify(part)))).join('.')
      return { text: `${text}.${encoded(await sign(bytesOf(text)))}`, nonce }
    },
    hear(origin, nonce) {
      if (nonce !== null && nonceSyntax.test(nonce)) nonces.set(origin, nonce)
      return nonces.get(origin)
    },
  }
}

async function hashed(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(text)))
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/** base64url (RFC 7515 section 2). */
function encoded(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
