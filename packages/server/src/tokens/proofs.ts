import { type ProofVerdict, prepareProofCheck, proofDescriptions } from 'latchkey/dpop'
import type { Database } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import { type Credentials, type PresentedProof, proofAlgorithms } from '../http/credentials.ts'
import type { RefusalCode } from '../refusal-codes.ts'
import { hashSecret } from '../secrets/secrets.ts'
import type { World } from '../world.ts'
import { deleteExpiredProofs, useProof } from './store.ts'

declare const proven: unique symbol

/** The thumbprint (RFC 7638) of a key that whoever asks has proven to hold. Only {@link Proofs.keyOf} makes one. */
export type ProvenKey = string & { readonly [proven]: true }

/** Proofs of possession, as this server takes them (RFC 9449). Each counts once, whichever process gets it. */
export interface Proofs {
  /**
   * The key that a request for tokens proves (section 5); undefined for one without a proof, which is answered with
   * bearer tokens.
   * @throws {Refusal} `dpop_proof_invalid`
   */
  keyOf(proof: PresentedProof): Promise<ProvenKey | undefined>
  /**
   * Require the proof of the key that a token is bound to (section 7.1).
   * @throws {Refusal} `token_unproven`; `token_invalid` where another key was proven.
   */
  requireKey(boundTo: string, sent: Credentials & { scheme: 'dpop' }): Promise<void>
  /** Use up what an assertion is called by: true for exactly one of all who ask. The name is not stored. */
  useAssertion(name: string, untilMs: number): Promise<boolean>
  /** Forget the proofs that are too old to be taken again. */
  sweep(): Promise<void>
}

/** By how much clocks may differ, as at the guards unless they are told otherwise. */
const toleranceSeconds = 30

export function createProofs({ db, world, issuer }: { db: Database; world: World; issuer: string }): Proofs {
  const { check } = prepareProofCheck(
    {
      algorithms: proofAlgorithms,
      baseUrl: issuer,
      replayStore: {
        async take(key, untilMs) {
          // Clients may write fractions of a second into their proofs, and the column holds none.
          const isFirst = await db.transaction((tx) => useProof(tx, key, Math.ceil(untilMs)))
          return isFirst ? 'first' : 'again'
        },
      },
    },
    { now: world.now, toleranceSeconds },
  )

  return {
    async keyOf({ text, path }) {
      if (text === undefined) return undefined
      const verdict = await check({ proofs: [text], method: 'POST', url: path })
      if (verdict.kind === 'refused') throw refusalOf(verdict, 'dpop_proof_invalid')
      return verdict.thumbprint as ProvenKey // the check has just proven it
    },
    async requireKey(boundTo, { token, proof, method, url }) {
      const verdict = await check({
        proofs: proof === undefined ? [] : [proof],
        method,
        url,
        token: { text: token, boundTo },
      })
      if (verdict.kind === 'proven') return
      // The proof is good, and the token is not the sender's (section 7.1).
      throw refusalOf(verdict, verdict.reason === 'proof_key_mismatch' ? 'token_invalid' : 'token_unproven')
    },
    useAssertion: (name, untilMs) =>
      db.transaction((tx) => useProof(tx, hashSecret(`assertion ${name}`), untilMs)),
    async sweep() {
      // Another process may be behind by as much, and takes the proof as long as its own clock says.
      const longGone = world.now() - toleranceSeconds * 1000
      await db.transaction((tx) => deleteExpiredProofs(tx, longGone))
    },
  }
}

function refusalOf({ reason }: ProofVerdict & { kind: 'refused' }, code: RefusalCode): Refusal {
  return new Refusal(code, proofDescriptions[reason], { reason })
}
