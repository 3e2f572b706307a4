import type { DeviceDetail } from '../authorization-details.ts'
import type { PresentedProof } from '../http/credentials.ts'
import type { IssuedToken } from '../tokens/issue.ts'

/** What a request for a token says beside who asks. */
export interface TokenRequest {
  readonly scope: string | undefined
  /** The audience of the service that the token is for (RFC 8707); this server if it is not given. */
  readonly resource: string | undefined
  readonly proof: PresentedProof
  /** What the app of another company calls the device of its person. */
  readonly deviceId?: string | undefined
}

export type Granted = IssuedToken & {
  readonly scope: string
  /** What devices it is for, where that was asked. */
  readonly details?: readonly DeviceDetail[] | undefined
  /** Of a person, who has a session. */
  readonly session?: { readonly id: string; readonly refreshToken: string | undefined }
  readonly idToken?: string
}
