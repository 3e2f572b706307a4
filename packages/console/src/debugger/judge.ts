import { type Explanation, explain, explainAsync } from 'latchkey/token/explain/codes'
import { keysToTry, proofKey, type VerificationKey } from 'latchkey/token/explain/web'
import { hasCrypto } from './platform.ts'

/** What a token is held against. A text that is empty asks for nothing. */
export interface Setup {
  readonly keys: readonly VerificationKey[]
  /** Whether nobody chose these keys for this token: then they say something only of one that names one of them. */
  readonly arePreselected: boolean
  readonly issuer: string
  readonly audience: string
  readonly nowMs: number
}

/**
 * What `explain` says. An audience or a type that nobody asked for is not held against the token: here it is looked at, and not
 * used.
 */
export async function judge(
  text: string,
  { keys: given, arePreselected, issuer, audience, nowMs }: Setup,
): Promise<Explanation> {
  const { header, claims, kind } = explain(text, { nowMs })
  const value = (members: Explanation['header'], name: string) =>
    members.find((member) => member.name === name)?.value
  const own = [value(claims, 'aud')]
    .flat()
    .filter((one): one is string => typeof one === 'string' && one !== '')
  const expected = audience === '' ? own : [audience]
  const type = value(header, 'typ')
  const kid = value(header, 'kid')
  const keys = arePreselected && !given.some(({ keyId }) => keyId === kid) ? [] : given
  const asks = kind !== 'dpop_proof' && typeof type === 'string' && type !== ''
  return explainAsync(text, {
    keys: hasCrypto ? await keysToTry(keys) : [],
    ...(hasCrypto && { proofKey }),
    ...(issuer !== '' && { issuer }),
    ...(expected.length > 0 && { audience: expected }),
    ...(asks && { type: [null, 'JWT', 'at+jwt', type] }),
    nowMs,
  })
}
