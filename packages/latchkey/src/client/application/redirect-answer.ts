import { wholeText } from '../../whole-text.ts'
import { ClientError } from '../errors.ts'
import { type Flow, type Flows, isExpired } from './flows.ts'

/** The longest address that is read. A browser sends less. */
const longest = 16_384
const errorCodeSyntax = wholeText(/[a-z_]{1,64}/)

interface Expected {
  readonly flows: Flows
  /** The issuer, as it names itself. */
  readonly issuer: string
  readonly nowMs: number
}

/**
 * The code in the address at which the issuer has sent the person back, with the flow that it belongs to, which is over with that
 * (RFC 6749 section 4.1.2, RFC 9207).
 * @throws {ClientError} `flow_unknown`, `flow_expired`, `issuer_mismatch`, `access_denied`, `issuer_refused`, `answer_invalid`
 * @throws {TypeError} if it is no address.
 */
export function readRedirectAnswer(
  address: unknown,
  { flows, issuer, nowMs }: Expected,
): { readonly code: string; readonly flow: Flow } {
  if (typeof address !== 'string' || address.length > longest || !URL.canParse(address)) {
    throw new TypeError('finishSignIn takes the whole address at which the person came back')
  }
  const parameters = new URL(address).searchParams
  const [state, iss, code, error] = ['state', 'iss', 'code', 'error'].map((name) => single(parameters, name))
  const flow = state === undefined ? undefined : flows.take(state)
  if (flow === undefined) {
    throw new ClientError('flow_unknown', 'this answer belongs to no sign-in that was begun here')
  }
  if (isExpired(flow, nowMs)) throw new ClientError('flow_expired', 'the sign-in took too long; begin again')
  if (iss !== issuer)
    throw new ClientError('issuer_mismatch', 'this answer is not of the issuer that was asked')
  if (withoutQuery(address) !== withoutQuery(flow.redirectUri)) {
    throw new ClientError('answer_invalid', 'the answer came to another address than the one that was named')
  }
  if (error !== undefined) throw refusalOf(error)
  if (code === undefined || code === '') throw new ClientError('answer_invalid', 'the answer holds no code')
  return { code, flow }
}

/** A parameter that stands once (RFC 6749 section 3.1). One that stands twice is as none. */
function single(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = parameters.getAll(name)
  return more.length > 0 ? undefined : value
}

function withoutQuery(address: string): string {
  return new URL(address).href.replace(/[?#].*/s, '')
}

function refusalOf(error: string): ClientError {
  if (error === 'access_denied')
    return new ClientError('access_denied', 'the application was not let in', { issuerCode: error })
  const issuerCode = errorCodeSyntax.test(error) ? error : undefined
  return new ClientError('issuer_refused', 'the issuer refused the sign-in', { issuerCode })
}
