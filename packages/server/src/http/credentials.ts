import type { HonoRequest } from 'hono'
import { Refusal } from '../errors.ts'
import { wholeText } from '../whole-text.ts'

const credentialsForm = wholeText(/\w+ +([\w\-.~+/]+=*)/)

/** What a proof of a key may be signed with: what is checked, and what challenges and metadata announce. */
export const proofAlgorithms = ['ES256', 'EdDSA', 'Ed25519'] as const

/** The credentials of a request with an access token (RFC 6750, RFC 9449 section 7.1). */
export type Credentials =
  | { readonly scheme: 'bearer'; readonly token: string }
  | {
      readonly scheme: 'dpop'
      readonly token: string
      /** The header `DPoP`, its lines joined by commas; undefined where there is none. */
      readonly proof: string | undefined
      readonly method: string
      /** As it was sent. Only path and query of it count: whose server this is, the configuration says. */
      readonly url: string
    }

export type Scheme = Credentials['scheme']

/** The proof of possession that a token request carries (RFC 9449 section 5). */
export interface PresentedProof {
  /** The header `DPoP`; undefined where there is none. */
  readonly text: string | undefined
  /** Of the endpoint, as it is documented. It takes POST. */
  readonly path: string
}

/** @throws {Refusal} `token_missing`, `authorization_malformed` */
export function credentialsOf(request: HonoRequest): Credentials {
  const { method, url } = request.raw
  return credentialsIn((name) => request.header(name), method, url)
}

/**
 * The credentials in the headers of a request.
 * @param url of which path and query count
 * @throws {Refusal} `token_missing`, `authorization_malformed`
 */
export function credentialsIn(
  headerOf: (name: string) => string | undefined,
  method: string,
  url: string,
): Credentials {
  const header = headerOf('authorization') ?? ''
  // Another scheme is no token, rather than a wrong one.
  if (!/^(bearer|dpop)( |$)/i.test(header))
    throw new Refusal('token_missing', 'send a token as Authorization: Bearer, or DPoP with a proof')
  // RFC 6750 section 2.1: b64token. Two headers that were joined by a comma are none.
  const token = credentialsForm.exec(header)?.[1]
  if (token === undefined)
    throw new Refusal('authorization_malformed', 'the Authorization header holds no token')
  if (schemeIn(header) === 'bearer') return { scheme: 'bearer', token }
  return { scheme: 'dpop', token, proof: headerOf('dpop'), method, url }
}

/** In which scheme a caller is told what was wrong. RFC 9110 section 11.1: its name has no case. */
export function schemeOf(request: HonoRequest): Scheme {
  return schemeIn(request.header('authorization') ?? '')
}

function schemeIn(authorization: string): Scheme {
  return /^dpop( |$)/i.test(authorization) ? 'dpop' : 'bearer'
}
