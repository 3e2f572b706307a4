import type { ClientInfo } from '../client-info.ts'
import type { Actor, Identity, Kind } from '../identity.ts'
import type { EventReason } from './schema/reasons.ts'

/** The events of the log: `noun.verb`. Success or failure is the outcome, not part of the name. */
export type EventName =
  | 'server.start'
  | 'server.stop'
  | 'user.sign_in'
  | 'user.create'
  | 'user.invite'
  | 'user.accept_invitation'
  | 'user.change_password'
  | 'user.unlock'
  | 'user.change_address'
  | 'user.link_identity'
  | 'user.unlink_identity'
  | 'user.send_recovery'
  | 'user.send_registration'
  | 'user.register'
  | 'user.recover'
  | 'user.reset'
  | 'user.disown_session'
  | 'user.add_factor'
  | 'user.remove_factor'
  | 'user.rename_factor'
  | 'user.renew_recovery_codes'
  | 'user.reset_factors'
  | 'user.remember_browser'
  | 'user.forget_browsers'
  | 'user.update'
  | 'user.disable'
  | 'user.enable'
  | 'user.export'
  | 'user.download_data'
  | 'user.act_as'
  | 'user.schedule_deletion'
  | 'user.cancel_deletion'
  | 'user.delete'
  | 'user.grant'
  | 'user.deny'
  | 'user.withdraw'
  | 'user.end_grant'
  | 'user_type.create'
  | 'user_type.change'
  | 'user_type.rename'
  | 'user_type.remove'
  | 'user_type.require_factor'
  | 'user_type.set_sign_in'
  | 'attribute.add'
  | 'attribute.change'
  | 'attribute.remove'
  | 'session.refresh'
  | 'session.end'
  | 'session.begin_acting'
  | 'service.create'
  | 'service.change'
  | 'service.give_scope'
  | 'service.take_scope'
  | 'service.rotate_key'
  | 'service.drop_key'
  | 'service.revoke_key'
  | 'service.disable'
  | 'service.replace_secret'
  | 'service.trust'
  | 'service.distrust'
  | 'service.token'
  | 'application.authorize'
  | 'application.token'
  | 'application.device'
  | 'consent.withdraw'
  | 'token.shorten'
  | 'token.revoke'
  | 'api_key.create'
  | 'api_key.revoke'
  | 'key.create'
  | 'key.rotate'
  | 'key.revoke'
  | 'device.register'
  | 'device.token'
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
  | 'approval.ask'
  | 'approval.allow'
  | 'approval.deny'
  | 'device.state'
  | 'device.impersonation'
  | 'application.create'
  | 'application.change'
  | 'application.give_up'
  | 'application.disable'
  | 'application.enable'
  | 'application.remove'
  | 'application.add_secret'
  | 'application.end_secret'
  | 'application.trust'
  | 'application.distrust'
  | 'app.create'
  | 'app.change'
  | 'app.add_key'
  | 'app.revoke_key'
  | 'app.refresh_keys'
  | 'app.link_person'
  | 'app.unlink_person'
  | 'app.disable'
  | 'provider.create'
  | 'provider.change'
  | 'provider.disable'
  | 'provider.enable'
  | 'provider.remove'
  | 'app.connect'
  | 'app.disconnect'
  | 'app.subscribe'
  | 'app.publish'
  | 'device.subscribe'
  | 'device.publish'
  | 'mail.send'
  | 'mail.give_up'
  | 'access.refuse'
  | 'log.archive'
  | 'log.backup'
  | 'log.damage'
  | 'log.export'
  | 'log.forget'
  | 'log.hold'
  | 'log.mend'
  | 'log.release'
  | 'log.restore'
  | 'log.retention'
  | 'log.rotate_key'
  | 'log.witness'
  | 'alarm.open'
  | 'alarm.acknowledge'
  | 'alarm.close'
  | 'alarm.silence'
  | 'alarm.end_silence'
  | 'alarm.change_rule'
  | 'alarm.add_rule'
  | 'alarm.remove_rule'
  | 'search.save'
  | 'search.change'
  | 'search.remove'
  | 'stream.create'
  | 'stream.change'
  | 'stream.remove'
  | 'stream.reject'
  | 'stream.give_up'
  | 'webhook.create'
  | 'webhook.change'
  | 'webhook.remove'
  | 'webhook.rotate_secret'
  | 'webhook.switch_on'
  | 'webhook.switch_off'
  | 'webhook.give_up'
  | 'webhook.replay'
  | 'webhook.test'
  | 'sink.stall'
  | 'sink.recover'
  | 'job.run'
  | 'job.fail'
  | 'job.recover'

/** `refused`: not allowed. `failure`: allowed, but it did not work. `alarm`: an operator should look at it. */
export const outcomes = ['success', 'refused', 'failure', 'alarm'] as const
export type Outcome = (typeof outcomes)[number]

/** The object of an event. */
export interface Target {
  readonly id: string
  readonly kind:
    | 'user'
    | 'user_type'
    | 'attribute'
    | 'session'
    | 'service'
    | 'application'
    | 'app'
    | 'provider'
    | 'key'
    | 'token'
    | 'api_key'
    | 'device'
    | 'alarm'
    | 'alarm_rule'
    | 'silence'
    | 'webhook'
    | 'stream'
    | 'sink'
    | 'job'
    | 'segment'
    | 'search'
}
export const user = (id: string): Target => ({ id, kind: 'user' })
export const userType = (name: string): Target => ({ id: name, kind: 'user_type' })
export const attribute = (key: string): Target => ({ id: key, kind: 'attribute' })
export const session = (id: string): Target => ({ id, kind: 'session' })
export const service = (id: string): Target => ({ id, kind: 'service' })
export const application = (id: string): Target => ({ id, kind: 'application' })
export const app = (id: string): Target => ({ id, kind: 'app' })
export const provider = (key: string): Target => ({ id: key, kind: 'provider' })
export const signingKey = (kid: string): Target => ({ id: kid, kind: 'key' })
export const token = (id: string): Target => ({ id, kind: 'token' })
export const apiKey = (id: string): Target => ({ id, kind: 'api_key' })
export const job = (name: string): Target => ({ id: name, kind: 'job' })
export const sink = (name: string): Target => ({ id: name, kind: 'sink' })
/** Of the archive, by its name. */
export const segment = (name: string): Target => ({ id: name, kind: 'segment' })
export const search = (id: string): Target => ({ id, kind: 'search' })
export const device = (uid: string): Target => ({ id: uid, kind: 'device' })
export const alarm = (id: string): Target => ({ id, kind: 'alarm' })
export const alarmRule = (name: string): Target => ({ id: name, kind: 'alarm_rule' })
export const silence = (id: string): Target => ({ id, kind: 'silence' })
export const stream = (id: string): Target => ({ id, kind: 'stream' })
export const webhook = (id: string): Target => ({ id, kind: 'webhook' })

/** The subject of an event and their client, as the log stores them. */
export interface Who {
  /** `usr_…`, `svc_…`, a uid. An unknown user name is not stored. */
  readonly subject?: string | undefined
  readonly subjectKind?: Kind | undefined
  /** The user who acts as the subject; `acted_by` among the details. */
  readonly actedBy?: string | undefined
  readonly sessionId?: string | undefined
  readonly clientId?: string | undefined
  readonly client?: ClientInfo | undefined
}

/** Further facts of an event; never a secret. */
export type Details = Readonly<Record<string, string | number | boolean | null>>

export interface More {
  /** `success` by default. */
  readonly outcome?: Outcome | undefined
  /** A code, not a sentence: why it was refused or failed, or how it ended. */
  readonly reason?: EventReason | undefined
  readonly details?: Details | undefined
}

/** What a refusal adds to the log: the event that was refused, its target, and its subject if that is not the caller. */
export interface Refused extends Who {
  /** `access.refuse` by default. */
  readonly event?: EventName | undefined
  readonly target?: Target | undefined
  readonly details?: Details | undefined
}

/** A caller as the log knows them. */
export function whoIs(identity: Identity, client: ClientInfo): Who {
  return {
    subject: identity.subject,
    subjectKind: identity.kind,
    actedBy: identity.actedBy,
    sessionId: identity.sessionId,
    clientId: identity.clientId,
    client,
  }
}

export function whoOf(actor: Actor | Who): Who {
  if (!('kind' in actor)) return actor
  return actor.kind === 'operator' ? {} : whoIs(actor.identity, actor.client)
}

/** An event as the log stores it. Times are milliseconds since the epoch. */
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
  /**
   * ISO 3166-1 alpha-2; `local` or `carrier` for an address that is not on the public network; or the name that the operator has
   * given to a network.
   */
  readonly region: string | null
  /** The day on which the data was built that gave the region, in days since the epoch. */
  readonly region_day: number | null
  readonly client_id: string | null
  readonly session_id: string | null
  readonly request_id: string | null
  /** JSON. */
  readonly details: string | null
}

/** The region of an address, and of when the data is that gave it. */
export type Locate = (address: string) => Pick<ActivityEvent, 'region' | 'region_day'>
