import { wholeText } from '../whole-text.ts'
import { challengeOf } from './challenge.ts'
import { ClientError } from './errors.ts'
import type { StepUp } from './events.ts'
import type { Keeper } from './keeper.ts'
import type { Outgoing } from './outgoing.ts'
import type { Prover } from './proofs/proofs.ts'

const deltaSeconds = wholeText(/\d{1,9}/)

interface SenderParts {
  readonly keeper: Keeper
  /** Undefined for bearer tokens. */
  readonly prover: Prover | undefined
  readonly stepUp: (need: StepUp) => Promise<unknown>
}

type Signal = AbortSignal | null | undefined

/**
 * Sends requests with a token, and again where the challenge of a 401 asks for another token or proof: once after a refresh, and
 * once after a fresh sign-in.
 */
export function createSender({ keeper, prover, stepUp }: SenderParts) {
  const scheme = prover === undefined ? 'bearer' : 'dpop'
  const challengeIn = ({ headers }: Response) => challengeOf(headers.get('www-authenticate'), scheme)

  /** Send a second time with the server's nonce, if the proof did not have it (RFC 9449 section 9). */
  async function sendProven(outgoing: Outgoing, token: string, signal: Signal): Promise<Response> {
    signal?.throwIfAborted()
    if (prover === undefined) return outgoing.send({ authorization: `Bearer ${token}` })
    const authorization = `DPoP ${token}`
    const { text, nonce } = await prover.proofFor(outgoing, token)
    const response = await outgoing.send({ authorization, dpop: text })
    // Compared with the nonce that was sent: a parallel request may have stored the new one already.
    const next = prover.hear(outgoing.url.origin, response.headers.get('dpop-nonce'))
    if (next === nonce || response.status !== 401 || !outgoing.isRepeatable) return response
    if (challengeIn(response)?.get('error') !== 'use_dpop_nonce') return response
    signal?.throwIfAborted()
    await response.body?.cancel()
    return outgoing.send({ authorization, dpop: (await prover.proofFor(outgoing, token)).text })
  }

  /** Another token in the place of one that was refused, if the challenge asks for one that can be had. */
  async function anotherToken(
    url: URL,
    refused: { readonly token: string; readonly sessionId: string | undefined; readonly response: Response },
    tried: Set<'refresh' | 'step-up'>,
  ): Promise<string | undefined> {
    const challenge = challengeIn(refused.response)
    const error = challenge?.get('error')
    // A proof is refused if this machine's clock was set; a refresh corrects the clock by the issuer's Date.
    if (error === 'invalid_token' || error === 'invalid_dpop_proof') {
      if (tried.has('refresh')) return undefined
      tried.add('refresh')
      return keeper.token(refused.token).catch(ignoringClientErrors)
    }
    if (challenge === undefined || error !== 'insufficient_user_authentication') return undefined
    if (tried.has('step-up')) return undefined
    tried.add('step-up')
    // Another request may have led to a new sign-in meanwhile.
    if (keeper.session?.sessionId === refused.sessionId) await stepUp(stepUpOf(url, challenge))
    return keeper.token().catch(ignoringClientErrors)
  }

  return async (outgoing: Outgoing, signal: Signal): Promise<Response> => {
    const tried = new Set<'refresh' | 'step-up'>()
    for (let token = await keeper.token(); ; ) {
      const sessionId = keeper.session?.sessionId
      const response = await sendProven(outgoing, token, signal)
      if (response.status !== 401) return response
      // If there is no other token, or the body was a stream, the answer stands.
      const next = await anotherToken(outgoing.url, { token, sessionId, response }, tried)
      if (next === undefined || next === token || !outgoing.isRepeatable) return response
      signal?.throwIfAborted()
      await response.body?.cancel()
      token = next
    }
  }
}

/** RFC 9470 section 3. */
function stepUpOf(url: URL, challenge: ReadonlyMap<string, string>): StepUp {
  const maxAge = challenge.get('max_age')
  return Object.freeze({
    url: url.href,
    acrValues: Object.freeze((challenge.get('acr_values') ?? '').split(' ').filter(Boolean)),
    maxAge: maxAge !== undefined && deltaSeconds.test(maxAge) ? Number(maxAge) : undefined,
  })
}

function ignoringClientErrors(error: unknown): undefined {
  if (!(error instanceof ClientError)) throw error
  return undefined
}
