/** How the API of the table answers, in the words that rows use. */
import { metadataPath, resource } from '../guarded-api.ts'

/** The challenges of all that the API takes; each is told what concerns it. */
export const bearerChallenge = `Bearer realm="api", resource_metadata="${resource}${metadataPath}"`
export const dpopChallenge = `DPoP realm="api", algs="ES256 EdDSA Ed25519", resource_metadata="${resource}${metadataPath}"`
export const basicChallenge = 'Basic realm="api", charset="UTF-8"'
export const challenges = (toldBearer = '', toldDpop = '') =>
  `${bearerChallenge}${toldBearer}, ${dpopChallenge}${toldDpop}, ${basicChallenge}`
export const told = (error: string, description: string, more = '') =>
  challenges(`, error="${error}", error_description="${description}"${more}`)

/** The handler is reached by the caller, or by nobody in particular. */
export const admitted = { status: 200, subject: 'usr_1' } as const
export const anonymous = { status: 200, subject: null } as const

/** Nothing was brought that the API takes. */
export const nothing = { status: 401, challenge: challenges(), error: 'unauthorized' } as const
export const malformed = {
  status: 400,
  challenge: told('invalid_request', 'The Authorization header is malformed'),
  error: 'invalid_request',
} as const
export const ambiguous = {
  status: 400,
  challenge: told('invalid_request', 'The request carries more than one credential'),
  error: 'invalid_request',
} as const
export const invalid = (description: string) =>
  ({ status: 401, challenge: told('invalid_token', description), error: 'invalid_token' }) as const

/** Credentials other than tokens that nobody knows. */
export const unknown = { status: 401, challenge: challenges(), error: 'invalid_credentials' } as const
