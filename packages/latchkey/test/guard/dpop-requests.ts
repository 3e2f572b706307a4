import { createGuard } from '../../src/guard/guard.ts'
import type { DpopOptions, GuardRequest } from '../../src/guard/index.ts'
import { nowMs, secretBytes } from '../token/raw-token.ts'
import { clientKey, type ProofParts, proofOf } from './dpop.ts'
import { resource, signed } from './guarded-api.ts'

export const token = signed({ payload: clientKey.bound })

export interface Asked {
  readonly dpop?: DpopOptions
  readonly proofs?: readonly string[]
  readonly authorization?: string
  readonly method?: string
  readonly url?: string
  readonly atMs?: number
  /** The request of the platform, where two guards judge one. */
  readonly of?: object
}

function requestOf({ proofs = [], authorization = `DPoP ${token}`, method = 'GET', url = '/me', of }: Asked) {
  const lines: Record<string, readonly string[]> = { authorization: [authorization], dpop: proofs }
  const request: GuardRequest = {
    method,
    url,
    header: (name) => lines[name] ?? [],
    remoteAddress: undefined,
    isPrivate: false,
    source: undefined,
    ...(of !== undefined && { raw: of }),
  }
  return request
}

export const guardWith = (dpop: DpopOptions | boolean, now = () => nowMs) =>
  createGuard({ secret: secretBytes, issuer: 'I', audience: resource, now, dpop })

export async function ask(asked: Asked, guard = guardWith(asked.dpop ?? {}, () => asked.atMs ?? nowMs)) {
  const decision = await guard.required()(requestOf(asked))
  if (decision.kind === 'allowed') return { subject: decision.auth?.subject, headers: decision.headers ?? {} }
  const { status, error, reason, headers } = decision.refusal
  return { status, error, reason, headers }
}

export const good = (parts: ProofParts = {}) => proofOf({ token, ...parts })

export const claims = (more: object) => [good({ claims: more })]
