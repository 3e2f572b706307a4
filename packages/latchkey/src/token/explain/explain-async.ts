import type { Jwk } from '../keys/jwk.ts'
import type { KeyToTry, SecretReading } from './check-keys.ts'
import type { ProofKey } from './check-proof.ts'
import { type ExplainOptions, type Explanation, explain } from './explain.ts'

type Promised<Value> = Promise<Value | undefined>

/** A key that takes its time, as WebCrypto does. Otherwise as `KeyToTry`. */
export interface AsyncKeyToTry extends Omit<KeyToTry, 'fits' | 'readAs'> {
  fits(input: string, signature: string): Promised<boolean>
  readAs?(input: string, signature: string): Promised<SecretReading>
}

/** The key of a proof that takes its time. Otherwise as `ProofKey`. */
export interface AsyncProofKey {
  fits(input: string, signature: string): Promised<boolean>
  thumbprint(): Promised<string>
}

/** As `ExplainOptions`, with keys that take their time. */
export interface AsyncExplainOptions extends Omit<ExplainOptions, 'keys' | 'proofKey'> {
  readonly keys?: readonly AsyncKeyToTry[]
  readonly proofKey?: (jwk: Jwk, algorithm: string) => AsyncProofKey | undefined
}

/**
 * As `explain`, where keys cannot answer at once: in browsers. It is asked again with each answer that it lacked, so that
 * there is one order of checks and not two.
 */
export async function explainAsync(pasted: string, options: AsyncExplainOptions): Promise<Explanation> {
  const { keys, proofKey, ...rest } = options
  const answers = new Map<string, unknown>()
  for (;;) {
    const open = new Map<string, () => Promise<unknown>>()
    /** What is known by now; what is not is asked for after this round. */
    const ask = <Value>(name: string, question: () => Promised<Value>): Value | undefined => {
      if (!answers.has(name)) open.set(name, question)
      return answers.get(name) as Value | undefined // stored below by the question of this name
    }
    const explanation = explain(pasted, {
      ...rest,
      ...(keys && { keys: keys.map((key, index) => askingKey(key, index, ask)) }),
      ...(proofKey && { proofKey: (jwk, alg) => askingProofKey(proofKey(jwk, alg), ask) }),
    })
    if (open.size === 0) return explanation
    await Promise.all(
      [...open].map(async ([name, question]) => {
        answers.set(name, await question().catch(() => undefined))
      }),
    )
  }
}

type Ask = <Value>(name: string, question: () => Promised<Value>) => Value | undefined

function askingKey(key: AsyncKeyToTry, index: number, ask: Ask): KeyToTry {
  const { fits, readAs, ...about } = key
  return {
    ...about,
    fits: (input, signature) => ask(`fits ${index} ${input} ${signature}`, () => fits(input, signature)),
    ...(readAs && {
      readAs: (input: string, signature: string) =>
        ask(`reads ${index} ${input} ${signature}`, () => readAs(input, signature)),
    }),
  }
}

function askingProofKey(key: AsyncProofKey | undefined, ask: Ask): ProofKey | undefined {
  return (
    key && {
      fits: (input, signature) => ask(`proof ${input} ${signature}`, () => key.fits(input, signature)),
      thumbprint: () => ask('thumbprint', () => key.thumbprint()),
    }
  )
}
