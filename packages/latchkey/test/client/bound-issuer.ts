import { randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import { type ClientOptions, createClient } from '../../src/client/client.ts'
import { memoryKey } from '../../src/client/proofs/proof-key.ts'
import { type ProofPolicy, prepareProofCheck } from '../../src/dpop/check.ts'
import { createGuard, type DpopOptions, type GuardRequest } from '../../src/guard/index.ts'
import { createSigner, decodeUnverified, secretKey } from '../../src/token/index.ts'
import { type Asked, type Given, serve } from './issuer.ts'

const secret = new Uint8Array(32).fill(9)
const lifeSeconds = 300

/** What a proof says, not verified. */
interface SeenProof {
  readonly jwk: { readonly x: string }
  readonly htm: string
  readonly htu: string
  readonly iat: number
  readonly jti: string
  readonly nonce?: string
  readonly ath?: string
}

/**
 * An issuer that binds tokens to the key of whoever proves one, and an API behind a guard of ours that wants proofs, with
 * `nonce` as it is told. One clock for both.
 */
export async function startBoundIssuer(
  t: TestContext,
  { nonce = false }: { nonce?: DpopOptions['nonce'] } = {},
) {
  const state = { nowMs: 1_800_000_000_000, tokenType: 'DPoP', bodies: [] as string[] }
  const now = () => state.nowMs
  const { url, asked } = await serve(t, answer)
  const policy: ProofPolicy = { baseUrl: url }
  const { check } = prepareProofCheck(policy, { now, toleranceSeconds: 5 })
  const guard = createGuard({
    ...{ secret, issuer: url, audience: url, now, clockTolerance: 5 },
    dpop: { nonce, required: true },
  })
  t.after(() => guard.close())
  const decide = guard.required()
  const families = new Map<string, string>()

  async function answer(one: Asked): Promise<Given> {
    const { method, path, headers, body } = one
    const proofs = headers.dpop === undefined ? [] : [String(headers.dpop)]
    if (path === '/v1/login' || path === '/v1/refresh') {
      const verdict = await check({ proofs, method, url: path })
      if (verdict.kind === 'refused') {
        const date = new Date(state.nowMs).toUTCString()
        return { status: 400, headers: { date }, body: { code: 'dpop_proof_invalid' } }
      }
      const { refresh_token: presented } = JSON.parse(body) as { refresh_token?: string }
      if (presented !== undefined && families.get(presented) !== verdict.thumbprint) {
        return { status: 401, body: { code: 'refresh_invalid' } }
      }
      return tokensFor(verdict.thumbprint)
    }
    const request: GuardRequest = {
      method,
      url: path,
      header: (name) => (headers[name] === undefined ? [] : [String(headers[name])]),
      remoteAddress: undefined,
      isPrivate: false,
      source: undefined,
    }
    const decision = await decide(request)
    if (decision.kind === 'refused') {
      return {
        status: decision.refusal.status,
        headers: decision.refusal.headers,
        body: decision.refusal.text,
      }
    }
    if (path === '/v1/logout') return { status: 204 }
    state.bodies.push(body)
    return { status: 200, headers: decision.headers ?? {}, body: { subject: decision.auth?.subject } }
  }

  function tokensFor(jkt: string): Given {
    const sign = createSigner({
      key: secretKey(secret, { algorithm: 'HS256' }),
      issuer: url,
      audience: url,
      now,
      expiresIn: lifeSeconds,
    })
    const refreshToken = randomUUID()
    families.set(refreshToken, jkt)
    const cnf = state.tokenType === 'DPoP' ? { cnf: { jkt } } : {}
    return {
      status: 200,
      headers: { date: new Date(state.nowMs).toUTCString() },
      body: {
        access_token: sign({ sub: 'usr_ada', jti: randomUUID(), ...cnf }),
        token_type: state.tokenType,
        expires_in: lifeSeconds,
        refresh_token: refreshToken,
        session_id: 'ses_1',
      },
    }
  }

  return Object.assign(state, {
    url,
    asked,
    paths: () => asked.map(({ path }) => path),
    /** The proofs that came, in this order. */
    proofs: (): readonly SeenProof[] =>
      asked.flatMap(({ headers }) => {
        if (headers.dpop === undefined) return []
        const { header, claims } = decodeUnverified(String(headers.dpop))
        return [{ jwk: header.jwk, ...claims } as unknown as SeenProof] // as a proof is made
      }),
    open(options: Partial<ClientOptions> = {}) {
      const client = createClient({
        issuer: url,
        now,
        random: () => 0.5,
        locks: false,
        dpop: memoryKey,
        ...options,
      })
      t.after(() => client.close())
      return client
    },
    expire() {
      state.nowMs += lifeSeconds * 1000
    },
  })
}
