import type { Origin } from '../http/route.ts'
import type { Identity, Kind } from '../identity.ts'

/** Everything that is written down. `noun.verb`; whether it succeeded is the outcome, not part of the name. */
export type EventName =
  | 'server.start'
  | 'server.stop'
  | 'user.sign_in'
  | 'user.create'
  | 'user.invite'
  | 'user.accept_invitation'
  | 'user.disable'
  | 'user.enable'
  | 'user_type.create'
  | 'session.refresh'
  | 'session.end'
  | 'service.create'
  | 'service.disable'
  | 'service.token'
  | 'key.create'
  | 'key.rotate'
  | 'device.register'
  | 'device.add_key'
  | 'device.revoke_key'
  | 'device.claim_code'
  | 'device.bind'
  | 'device.unbind'
  | 'device.share'
  | 'device.unshare'
  | 'device.connect'
  | 'device.disconnect'
  | 'device.command'
  | 'device.state'
  | 'device.impersonation'
  | 'app.connect'
  | 'app.disconnect'
  | 'access.refuse'

/** `refused`: we said no. `failure`: it was allowed and did not work. `alarm`: somebody should look. */
export type Outcome = 'success' | 'refused' | 'failure' | 'alarm'

/** Something that happened, as the part that saw it tells it. */
export interface Happening {
  readonly event: EventName
  readonly outcome: Outcome
  /** A code, not a sentence: why it was refused or failed, or how it ended. */
  readonly reason?: string | undefined
  /** Who did it: `usr_…`, `svc_…`, a uid; a name that was tried where nobody of that name exists is not told. */
  readonly subject?: string | undefined
  readonly subjectKind?: Kind | undefined
  /** What it was done to. */
  readonly target?: string | undefined
  readonly targetKind?: 'user' | 'user_type' | 'session' | 'service' | 'key' | 'device' | undefined
  readonly origin?: { readonly address: string; readonly requestId?: string } | undefined
  readonly clientId?: string | undefined
  readonly sessionId?: string | undefined
  /** Small facts of this event; never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>> | undefined
}

/** Who did it and from where: what most happenings say alike. */
export type By = Pick<Happening, 'subject' | 'subjectKind' | 'sessionId' | 'clientId' | 'origin'>

export function by(caller: Identity, origin: Origin): By {
  return {
    subject: caller.subject,
    subjectKind: caller.kind,
    sessionId: caller.sessionId,
    clientId: caller.clientId,
    origin,
  }
}

/** A happening as it stands in the log. Times are milliseconds since the epoch. */
export interface ActivityEvent {
  readonly id: string
  readonly at: number
  readonly event: EventName
  readonly outcome: Outcome
  readonly reason: string | null
  readonly subject: string | null
  readonly subject_kind: Kind | null
  readonly target: string | null
  readonly target_kind: string | null
  readonly address: string | null
  /** ISO 3166-1 alpha-2, or `local` for an address that is not on the public network. */
  readonly region: string | null
  readonly client_id: string | null
  readonly session_id: string | null
  readonly request_id: string | null
  /** JSON. */
  readonly details: string | null
}
