/**
 * What the tests ask of a page and of a worker: bundled for a browser, called with plain values. A failure comes back
 * as a value too, for an error that crosses over loses its code.
 */
import type { AsymmetricAlgorithm } from '../../../src/token/algorithms.ts'
import {
  type AsyncVerifierOptions,
  createAsyncSigner,
  createAsyncVerifier,
  generateKey,
  type Jwk,
  type PublicKey,
  privateKey,
  publicKey,
  publicKeyOf,
  remoteKeySet,
  type SecretKey,
  secretKey,
  TokenError,
  thumbprint,
  toJwk,
  toPem,
} from '../../../src/token/web/index.ts'

export type Outcome = { readonly value: unknown } | { readonly error: string; readonly code?: string }

/** A row of the table of tokens, without what no message carries. */
export interface Row {
  readonly secret: Uint8Array<ArrayBuffer>
  readonly nowMs: number
  /** `{ text }` stands for an object that turns into that text. */
  readonly token: unknown
  /** `keys` is the id of the one key. */
  readonly policy: Readonly<Record<string, unknown>>
}

async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await work() }
  } catch (error) {
    if (error instanceof TokenError) return { error: error.name, code: error.code }
    return { error: error instanceof Error ? error.name : typeof error }
  }
}

export async function judge(rows: readonly Row[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const { secret, nowMs, token, policy } of rows) {
    const keyId = policy.keys
    const key = secretKey(secret, { algorithm: 'HS256', ...(typeof keyId === 'string' && { keyId }) })
    const options = { ...policy, keys: key, now: () => nowMs }
    const input =
      typeof token === 'object' && token !== null && 'text' in token
        ? { toString: () => String(token.text) }
        : token
    outcomes.push(
      await outcomeOf(() => createAsyncVerifier(options as unknown as AsyncVerifierOptions)(input as string)),
    )
  }
  return outcomes
}

/** @returns the places of those that were taken for secrets. */
export function acceptedSecrets(candidates: readonly Uint8Array<ArrayBuffer>[]): number[] {
  return candidates.flatMap((bytes, index) => {
    try {
      secretKey(bytes, { algorithm: 'HS256', insecureShortSecret: true })
      return [index]
    } catch (error) {
      if (error instanceof TypeError) return []
      throw error
    }
  })
}

/** Check each token with each form of its key. */
export function verifyWith(
  algorithm: AsymmetricAlgorithm,
  forms: readonly (string | Uint8Array | Jwk)[],
  token: string,
): Promise<Outcome[]> {
  return Promise.all(
    forms.map((form) =>
      outcomeOf(() => createAsyncVerifier({ keys: publicKey(form, { algorithm }) })(token)),
    ),
  )
}

export function signWith(algorithm: AsymmetricAlgorithm, form: string | Jwk): Promise<Outcome> {
  return outcomeOf(() =>
    createAsyncSigner({ key: privateKey(form, { algorithm }), expiresIn: 600 })({ sub: 'x' }),
  )
}

/** Make a key here, sign with it, and say all that Node needs to agree. */
export function generateAndSign(algorithm: AsymmetricAlgorithm): Promise<Outcome> {
  return outcomeOf(async () => {
    const key = await generateKey(algorithm)
    const open = await publicKeyOf(key)
    return {
      token: await createAsyncSigner({ key, expiresIn: 600 })({ sub: 'x' }),
      pem: await toPem(open),
      secretPem: await toPem(key),
      jwk: await toJwk(open),
      thumbprint: await thumbprint(key),
      keyId: key.keyId,
    }
  })
}

/** Sign with a key that can never leave this browser. */
export function signSealed(): Promise<Outcome> {
  return outcomeOf(async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ])
    const key = privateKey(pair.privateKey, { algorithm: 'ES256' })
    const open = publicKey(pair.publicKey, { algorithm: 'ES256' })
    const token = await createAsyncSigner({ key, expiresIn: 600 })({ sub: 'x' })
    await createAsyncVerifier({ keys: open })(token)
    return { token, jwk: await toJwk(open), leaving: await outcomeOf(() => toJwk(key)) }
  })
}

/** How often WebCrypto is asked when one token comes `times` times. */
export function verifyCached(secret: Uint8Array<ArrayBuffer>, times: number): Promise<Outcome> {
  return outcomeOf(async () => {
    const key: SecretKey | PublicKey = secretKey(secret, { algorithm: 'HS256' })
    const token = await createAsyncSigner({ key, expiresIn: 600 })({ sub: 'x' })
    const { subtle } = crypto
    const real = subtle.verify
    let asked = 0
    subtle.verify = (...values) => {
      asked++
      return real.apply(subtle, values)
    }
    const verify = createAsyncVerifier({ keys: key, cache: true })
    for (let i = 0; i < times; i++) await verify(token)
    subtle.verify = real
    return asked
  })
}

/** Verify tokens by the keys at a URL, with a minute between any two. */
export function verifyByUrl(url: string, tokens: readonly string[]): Promise<Outcome[]> {
  let nowMs = Date.now()
  const keys = remoteKeySet(url, { allowLoopbackHttp: true, now: () => nowMs })
  const verify = createAsyncVerifier({ keys })
  return tokens.reduce<Promise<Outcome[]>>(async (before, token) => {
    const outcomes = await before
    const outcome = await outcomeOf(() => verify(token))
    nowMs += 60_000
    return [...outcomes, outcome]
  }, Promise.resolve([]))
}
