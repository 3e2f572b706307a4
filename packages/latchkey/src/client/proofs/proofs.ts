import { wholeText } from '../../whole-text.ts'
import { base64url, bytesOf, randomText, sha256Of } from '../encoding.ts'
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
  /** The thumbprint of the key (RFC 7638), to which a code can be bound beforehand (RFC 9449 section 10). */
  thumbprint(): Promise<string>
}

interface ProverParts {
  readonly openKey: () => Promise<ProofKey>
  /** Milliseconds since the Unix epoch, by the clock of the issuer. */
  readonly now: () => number
}

/** NQCHAR of RFC 6749, as RFC 9449 section 8.1 has it; longer than any server writes one. */
const nonceSyntax = wholeText(/[\x21\x23-\x5b\x5d-\x7e]{1,1024}/)

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
        jti: randomText(16),
        htm: method,
        htu: url.origin + url.pathname,
        iat: Math.floor(now() / 1000),
        // JSON leaves out what is undefined.
        nonce,
        ath: token === undefined ? undefined : await sha256Of(token),
      }
      const text = [header, claims].map((part) => base64url(bytesOf(JSON.stringify(part)))).join('.')
      return { text: `${text}.${base64url(await sign(bytesOf(text)))}`, nonce }
    },
    hear(origin, nonce) {
      if (nonce !== null && nonceSyntax.test(nonce)) nonces.set(origin, nonce)
      return nonces.get(origin)
    },
    async thumbprint() {
      const { kty, crv, x, y } = (await key()).publicJwk
      // RFC 7638 section 3: these members, in this order.
      return sha256Of(JSON.stringify({ crv, kty, x, y }))
    },
  }
}
