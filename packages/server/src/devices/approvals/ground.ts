import type { Reader, Transaction } from '../../database/database.ts'
import type { Authentication, RequestOptions } from '../../http/passkey-json.ts'
import type { Caller } from '../../identity.ts'

/** What a person is told of a command that an agent asks them for. */
export interface AskedCommand {
  readonly userId: string
  readonly application: string
  readonly device: string
  readonly method: string
  readonly region: string | null
  readonly address: string
}

/** What it needs of accounts and of applications that people let something do; passed by `app.ts`. */
export interface Approving {
  /** What a code of eight letters is kept as: there are few enough to try them all. */
  readonly keptUserCode: (code: string) => string
  readonly regionOf: (address: string) => string | null
  readonly nameOfApplication: (reader: Reader, id: string) => Promise<string | undefined>
  /** Whether a session has not ended. */
  readonly isLive: (tx: Transaction, sessionId: string) => Promise<boolean>
  /** What a browser answers by a passkey of the person, for this act alone; undefined for somebody who has none. */
  readonly confirmationOptions: (userId: string, act: string) => Promise<RequestOptions | undefined>
  /**
   * Check that the person is there and means this act: by a passkey, or by a sign-in since it was asked for where they have none. What it
   * gives is to be called in the transaction of the act.
   * @throws {Refusal} `passkey_refused`, `insufficient_user_authentication`, `kind_not_allowed`
   */
  readonly confirm: (
    caller: Caller,
    act: { readonly id: string; readonly askedAt: number },
    passkey: Authentication | undefined,
  ) => Promise<(tx: Transaction) => Promise<void>>
  readonly tellAsked: (tx: Transaction, asked: AskedCommand) => Promise<void>
}
