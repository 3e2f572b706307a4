/**
 * The JSON of an answer, as tests read it. A body has few of these members; one that a test goes on with has this type
 * where it is there, and where it is not the next request of the test fails. All others are `unknown`, which is enough to
 * compare them.
 */
export interface AnswerBody extends Members {
  readonly id: string
  readonly uid: string
  readonly secret: string
  /** An API key. */
  readonly key: string
  readonly audience: string
  readonly code: string
  readonly detail: string
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  readonly request_uri: string
  readonly session_id: string
  readonly link: string
  readonly nonce: string
  readonly session: string
  readonly expires_in: number
  readonly recovery_codes: readonly string[]
  readonly mfa_required: AskedStep
  readonly error_description: string
  readonly errors: readonly { readonly field: string; readonly reason: string }[]
  readonly keys: readonly Item[]
  readonly revocations: readonly { readonly key: string }[]
  readonly reported: Members
  readonly desired: Members
  readonly paths: Members
  readonly items: readonly Item[]
  readonly evaluations: readonly { readonly decision: boolean; readonly context: unknown }[]
  readonly page: { readonly next_token: string }
  readonly refused: readonly { readonly index: number; readonly code: string }[]
  /** From where on the next page is; null on the last. */
  readonly next: string | null
}

type Members = Readonly<Record<string, unknown>>

/** The second step that a sign-in asks for. */
export interface AskedStep {
  readonly challenge: string
  readonly expires_in: number
  readonly factors?: readonly string[]
  readonly enrol?: readonly string[]
  readonly sent_to?: string
  readonly public_key?: {
    readonly challenge: string
    readonly rpId: string
    readonly allowCredentials: unknown
    readonly rp?: { readonly id: string }
    readonly user?: { readonly id: string }
  }
}

/** One of a list. */
interface Item extends Members {
  readonly name: string
  readonly id: string
  readonly uid: string
  readonly kid: string
  readonly target: string
  readonly level: string
  readonly message: string
  readonly address: string
  readonly primary: boolean
  readonly proven_at: string | null
}
