import { kinds } from '../archive/kinds.ts'
import type { EventName, Outcome, Target } from '../events.ts'
import type { MemberName } from './members.ts'
import type { OwaspName } from './owasp.ts'

/** What an event is, for whoever reads the log with another program. */
export interface EventWords {
  /** One sentence. */
  readonly about: string
  /** The name of the OWASP Logging Vocabulary, of each outcome or of all; null where it has none. */
  readonly owasp: OwaspName | null | Partial<Readonly<Record<Outcome, OwaspName>>>
  /** The kind of its target; null where it has none of its own. */
  readonly target: Target['kind'] | null
  /** The members that its details may have, beside those that every event may have. */
  readonly details: readonly MemberName[]
}

type Owasp = EventWords['owasp']
const row = (
  about: string,
  owasp: Owasp,
  target: EventWords['target'],
  ...details: MemberName[]
): EventWords => ({ about, owasp, target, details })

const admin = 'authz_admin'
const changed = 'privilege_permissions_changed'
const userUpdated = 'user_updated'
const signIn: Owasp = {
  success: 'authn_login_success',
  refused: 'authn_login_fail',
  alarm: 'authn_login_lock',
}

/** Each event of the log. An event that has no row here does not compile. */
export const vocabulary: Readonly<Record<EventName, EventWords>> = {
  'server.start': row('A process of the server has started.', 'sys_startup', null, 'mode'),
  'server.stop': row('A process of the server has stopped in an orderly way.', 'sys_shutdown', null),
  'user.sign_in': row(
    'Somebody signs in, or is refused.',
    signIn,
    'user',
    ...(['amr', 'provider', 'factor', 'bound', 'service', 'until'] as const),
  ),
  'user.create': row(
    'An account is created.',
    'user_created',
    'user',
    ...(['imported', 'addresses', 'user_type', 'provider'] as const),
  ),
  'user.invite': row('A link is made by which a person sets a first password.', admin, 'user'),
  'user.accept_invitation': row('A person has set a password by an invitation.', 'user_updated', null),
  'user.change_password': row(
    'A person changes their password.',
    { success: 'authn_password_change', refused: 'authn_password_change_fail' },
    null,
    'until',
  ),
  'user.unlock': row('The wait after wrong passwords is ended.', admin, 'user'),
  'user.change_address': row(
    'An address of mail is added, proven, removed, or lost to another account.',
    userUpdated,
    'user',
    ...(['change', 'address', 'until'] as const),
  ),
  'user.link_identity': row(
    'A person signs in at a provider from now on.',
    userUpdated,
    'user',
    ...(['provider', 'identity'] as const),
  ),
  'user.unlink_identity': row(
    'A person signs in by an identity of a provider no longer.',
    userUpdated,
    'user',
    ...(['provider', 'identity'] as const),
  ),
  'user.send_recovery': row('A link to set a new password is sent or shown.', admin, 'user', 'shown'),
  'user.send_registration': row('A link to make an account is sent.', null, null, 'user_type'),
  'user.register': row(
    'A person has made an account of their own.',
    'user_created',
    'user',
    ...(['user_type', 'attributes'] as const),
  ),
  'user.recover': row('A person has set a new password by a link.', 'authn_password_change', null),
  'user.reset': row('A password is taken away, and a link for a new one is sent.', admin, 'user'),
  'user.disown_session': row('A person says that a sign-in was not theirs.', 'session_logout', 'session'),
  'user.add_factor': row(
    'A second factor or a passkey is added.',
    userUpdated,
    'user',
    ...(['factor', 'passkey', 'replaced', 'prompted', 'until'] as const),
  ),
  'user.remove_factor': row(
    'A second factor or a passkey is removed.',
    userUpdated,
    'user',
    ...(['factor', 'passkey'] as const),
  ),
  'user.rename_factor': row('A passkey gets another name.', userUpdated, 'user', 'factor', 'passkey'),
  'user.renew_recovery_codes': row('A person gets new recovery codes.', userUpdated, 'user'),
  'user.reset_factors': row('All factors of a person are removed.', admin, 'user'),
  'user.remember_browser': row('A browser needs no second factor for a time.', userUpdated, null),
  'user.forget_browsers': row('Remembered browsers are forgotten.', userUpdated, 'user'),
  'user.update': row(
    'A display name, a user type or attributes of a person are changed.',
    userUpdated,
    'user',
    ...(['from', 'to', 'display_name', 'attributes'] as const),
  ),
  'user.disable': row('An account is disabled.', 'user_archived', 'user'),
  'user.enable': row('An account is enabled again.', userUpdated, 'user'),
  'user.export': row('People are exported.', 'sensitive_read', null, 'format', 'hashes'),
  'user.download_data': row('All that is held about a person is downloaded.', 'sensitive_read', 'user'),
  'user.act_as': row('An administrator begins to act as a person.', admin, 'user', 'session', 'why'),
  'user.schedule_deletion': row('An account will be deleted.', admin, 'user', 'grace_days'),
  'user.cancel_deletion': row('An account will not be deleted after all.', admin, 'user'),
  'user.delete': row('An account is deleted.', 'user_deleted', 'user', 'devices'),
  'user.grant': row('A person gets a permission beside their user type.', changed, 'user', ...grants()),
  'user.deny': row(
    'A permission is taken from a person whatever their user type has.',
    changed,
    'user',
    ...grants(),
  ),
  'user.withdraw': row('A grant or a denial is taken back.', changed, 'user', ...grants()),
  'user.end_grant': row('A grant or a denial has come to its end.', changed, 'user', ...grants()),
  'user_type.create': row('A user type is created.', admin, 'user_type', 'permissions'),
  'user_type.change': row(
    'The permissions or the description of a user type are changed.',
    'authz_change',
    'user_type',
    ...(['before', 'after', 'description'] as const),
  ),
  'user_type.rename': row('A user type gets another name.', admin, 'user_type', 'from', 'to'),
  'user_type.remove': row('A user type is removed.', admin, 'user_type', 'permissions', 'replacement'),
  'user_type.require_factor': row(
    'Whether people of a type need a second factor is changed.',
    admin,
    'user_type',
    ...(['required', 'grace_days'] as const),
  ),
  'user_type.set_sign_in': row(
    'How people of a type sign in is changed.',
    admin,
    'user_type',
    ...(['self_registration', 'mail_code', 'session_idle_seconds', 'session_longest_seconds'] as const),
  ),
  'attribute.add': row('An attribute of people is defined.', admin, 'attribute', ...attributes()),
  'attribute.change': row('The definition of an attribute is changed.', admin, 'attribute', ...attributes()),
  'attribute.remove': row('An attribute and its values are removed.', admin, 'attribute', 'people'),
  'session.refresh': row(
    'A session gets new tokens, or its refresh token is refused.',
    { success: 'session_renewed', refused: 'session_use_after_expire', alarm: 'authn_token_reuse' },
    null,
    ...(['service', 'until'] as const),
  ),
  'session.end': row('A session is ended.', 'session_logout', 'session'),
  'session.begin_acting': row(
    'A session in which somebody acts as a person.',
    'session_created',
    'session',
    'why',
  ),
  'service.create': row('A service is registered.', admin, 'service'),
  'service.change': row(
    'A service is changed; its details are what it has now.',
    admin,
    'service',
    ...(['name', 'scopes', 'audience', 'known_scopes', 'profile'] as const),
  ),
  'service.give_scope': row('Somebody may have a scope of a service.', changed, 'service', ...scopes()),
  'service.take_scope': row('Somebody may not have a scope any more.', changed, 'service', ...scopes()),
  'service.rotate_key': row(
    'A service gets a new key.',
    admin,
    'service',
    ...(['kid', 'starts_at', 'previous_ends_at'] as const),
  ),
  'service.drop_key': row('A key of a service is taken away.', admin, 'key', 'service', 'api_keys'),
  'service.revoke_key': row('A key of a service is revoked.', admin, 'key', 'service'),
  'service.disable': row('A service is disabled.', admin, 'service'),
  'service.replace_secret': row('A service gets a new secret.', admin, 'service'),
  'service.trust': row(
    'Tokens of an issuer outside authenticate a service from now on.',
    admin,
    'service',
    ...(['workload', 'issuer', 'subject', 'audience', 'reuse'] as const),
  ),
  'service.distrust': row('They do so no more.', admin, 'service', 'workload'),
  'service.token': row(
    'A service gets an access token, or is refused.',
    { success: 'authn_token_created', refused: 'authn_login_fail' },
    null,
    ...(['bound', 'service'] as const),
  ),
  'application.authorize': row(
    'A person goes on to an application, which gets a code; or a request for that is refused.',
    { success: 'authz_grant', refused: 'authz_fail' },
    'application',
    ...(['scopes', 'of_devices', 'allowed'] as const),
  ),
  'application.token': row(
    'An application gets tokens for a person, or is refused.',
    { success: 'authn_token_created', refused: 'authn_login_fail', alarm: 'authn_token_reuse' },
    'application',
    ...(['grant_type', 'scopes', 'of_devices', 'bound', 'service'] as const),
  ),
  'application.device': row(
    'A person lets a device in that has no browser, or does not; or a code that they typed is wrong.',
    { success: 'authz_grant', refused: 'authz_fail', alarm: 'authz_fail' },
    'application',
    ...(['scopes', 'of_devices'] as const),
  ),
  'consent.withdraw': row(
    'A person, or an administrator, takes back what an application was let do.',
    changed,
    'application',
    'owner',
  ),
  'token.shorten': row(
    'A token would have been too long for its service, and lacks some scopes.',
    null,
    'service',
    ...(['left_out', 'audience'] as const),
  ),
  'token.revoke': row('A token is revoked.', 'authn_token_revoked', 'token', 'ends_at', 'owner'),
  'api_key.create': row(
    'An API key is made.',
    'authn_token_created',
    'api_key',
    ...(['owner', 'scopes', 'audience', 'ends_at'] as const),
  ),
  'api_key.revoke': row('An API key ends.', 'authn_token_revoked', 'api_key', 'owner', 'scope'),
  'key.create': row('A signing key is made.', admin, 'key'),
  'key.rotate': row('The next signing key signs from now on.', admin, 'key'),
  'key.revoke': row('A signing key is revoked.', admin, 'key', 'api_keys'),
  'device.register': row('A device is registered.', admin, 'device'),
  'device.token': row(
    'A device gets an access token for a service, or is refused.',
    { success: 'authn_token_created', refused: 'authn_login_fail' },
    null,
    ...(['service', 'bound'] as const),
  ),
  'device.add_key': row('A device gets a key.', admin, 'device', 'kid'),
  'device.revoke_key': row('A key of a device is revoked.', admin, 'device', 'kid'),
  'device.claim_code': row('A code is made by which a device is claimed.', null, 'device'),
  'device.bind': row('A person claims a device.', 'authz_change', 'device'),
  'device.unbind': row('An owner gives a device up.', 'authz_change', 'device'),
  'device.share': row('A device is shared.', 'authz_change', 'device', 'shared_with', 'relation'),
  'device.unshare': row('A share of a device ends.', 'authz_change', 'device', 'shared_with'),
  'device.connect': row('A device connects by MQTT.', signIn, 'device', ...connections()),
  'device.disconnect': row('The connection of a device ends.', 'session_logout', 'device', ...endings()),
  'device.command': row(
    'A device is commanded.',
    null,
    'device',
    ...(['method', 'milliseconds', 'status', 'approval', 'application'] as const),
  ),
  'approval.ask': row(
    'An agent asks its person for a command that it was not let send, or may not ask.',
    { refused: 'authz_fail' },
    'device',
    ...(['method', 'approval'] as const),
  ),
  'approval.allow': row(
    'A person lets one command of an agent through, or it is over.',
    { success: 'authz_grant', refused: 'authz_fail' },
    'device',
    ...(['method', 'approval', 'application'] as const),
  ),
  'approval.deny': row(
    'A person refuses a command of an agent.',
    null,
    'device',
    ...(['method', 'approval', 'application'] as const),
  ),
  'device.state': row('A device reports or is told a state.', null, 'device'),
  'device.impersonation': row('A device is named by somebody who is not it.', 'authn_login_fail', 'device'),
  'application.create': row(
    'An application is registered, by an administrator or by itself.',
    admin,
    'application',
    ...(['type', 'scopes', 'made_by'] as const),
  ),
  'application.change': row(
    'An application is changed; its details are what it has now.',
    admin,
    'application',
    ...(['name', 'authentication', 'jwks', 'jwks_uri', 'redirect_uris', 'logout_uris'] as const),
    ...(['backchannel_logout_uri', 'backchannel_logout_session_required'] as const),
    ...(['frontchannel_logout_uri', 'frontchannel_logout_session_required'] as const),
    ...(['grants', 'scopes', 'is_first_party'] as const),
    ...(['requires_pkce', 'requires_push', 'requires_dpop', 'subject_type'] as const),
    ...(['home_uri', 'policy_uri'] as const),
  ),
  'application.give_up': row(
    'An application could not be told that a session of its has ended.',
    admin,
    'application',
    'attempts',
    'status',
  ),
  'application.disable': row('An application is disabled, and what it had ends.', admin, 'application'),
  'application.enable': row('An application is enabled again.', admin, 'application'),
  'application.remove': row(
    'An application is removed, with all that it had.',
    admin,
    'application',
    'name',
    'unused',
  ),
  'application.add_secret': row(
    'An application gets another secret.',
    admin,
    'application',
    ...(['secret', 'previous_ends_at'] as const),
  ),
  'application.end_secret': row('A secret of an application ends.', admin, 'application', 'secret'),
  'application.trust': row(
    'Tokens of an issuer outside authenticate an application from now on.',
    admin,
    'application',
    ...(['workload', 'issuer', 'subject', 'audience', 'reuse'] as const),
  ),
  'application.distrust': row('They do so no more.', admin, 'application', 'workload'),
  'app.create': row('An app of another company is registered.', admin, 'app', 'user_type'),
  'app.change': row(
    'Such an app is changed; its details are what it has now.',
    admin,
    'app',
    ...(['name', 'user_type', 'longest_session_seconds', 'jwks_uri'] as const),
  ),
  'app.add_key': row('An app gets a key.', admin, 'app', 'kid'),
  'app.revoke_key': row('A key of an app is revoked.', admin, 'app', 'kid'),
  'app.refresh_keys': row('The key set of an app is read.', null, 'app'),
  'app.link_person': row('A person of an app is one of our accounts.', admin, 'app', 'user'),
  'app.unlink_person': row('They are not any more.', admin, 'app', 'user'),
  'app.disable': row('An app is disabled.', admin, 'app'),
  'provider.create': row(
    'A provider is added at which people sign in.',
    admin,
    'provider',
    ...(['issuer', 'user_type'] as const),
  ),
  'provider.change': row(
    'A provider is changed; its details are what it has now.',
    admin,
    'provider',
    ...([
      'name',
      'provider_client',
      'authentication',
      'secret',
      'apple_team',
      'apple_key',
      'scopes',
    ] as const),
    ...(['response_mode', 'user_type', 'email_domains', 'username_claim', 'display_name_claim'] as const),
    ...(['factor_amr', 'factor_acr'] as const),
  ),
  'provider.disable': row('Nobody signs in at a provider any more.', admin, 'provider'),
  'provider.enable': row('People sign in at a provider again.', admin, 'provider'),
  'provider.remove': row(
    'A provider is removed, with the identities of it.',
    admin,
    'provider',
    ...(['issuer', 'identities'] as const),
  ),
  'app.connect': row(
    'A program of a person connects by MQTT, or is refused.',
    signIn,
    null,
    ...connections(),
  ),
  'app.disconnect': row('Its connection ends.', 'session_logout', null, ...endings()),
  'app.subscribe': row('A program may not subscribe to a topic.', 'authz_fail', null, 'topic'),
  'app.publish': row('A program may not publish to a topic.', 'authz_fail', null, 'topic'),
  'device.subscribe': row('A device may not subscribe to a topic.', 'authz_fail', 'device', 'topic'),
  'device.publish': row('A device may not publish to a topic.', 'authz_fail', 'device', 'topic'),
  'mail.send': row('A letter is handed to the mail server.', null, 'user', 'letter', 'attempts'),
  'mail.give_up': row('A letter could not be sent.', null, 'user', 'letter', 'attempts'),
  'access.refuse': row('A request is refused.', 'authz_fail', null, 'permission', 'route'),
  'log.archive': row(
    'Old events have moved from the table to segments; of each kind the hash of the places of its events.',
    null,
    null,
    ...(['from', 'until', 'day', ...kinds] as const),
  ),
  'log.retention': row(
    'Events that are kept no longer were dropped, or could not be.',
    { success: 'sensitive_delete' },
    null,
    ...(['kind', 'until', 'events', 'before', 'held'] as const),
  ),
  'log.backup': row(
    'A backup of the log was made and verified, or could not be.',
    { success: 'sensitive_read' },
    null,
    ...(['place', 'size', 'files', 'bytes', 'wrong_at'] as const),
  ),
  'log.damage': row(
    'A segment of the archive cannot be read, and what reads the log has gone on without its events.',
    null,
    'segment',
    ...(['consumer', 'from', 'to'] as const),
  ),
  'log.mend': row('A segment can be read again, or its time is over.', null, 'segment'),
  'log.restore': row('The log was given back from a backup.', 'sensitive_update', null, 'place', 'size'),
  'log.export': row(
    'Somebody takes a part of the log. A failure names segments of the archive that are missing in it.',
    'sensitive_read',
    null,
    ...(['format', 'filter', 'segments'] as const),
  ),
  'log.forget': row(
    'The log forgets somebody, or from where the devices of somebody connected.',
    'sensitive_delete',
    null,
    ...(['keys', 'places_of'] as const),
  ),
  'log.hold': row(
    'What the log says of somebody is kept, also if they are deleted.',
    admin,
    'user',
    'reason',
  ),
  'log.release': row('It is not kept any more.', admin, 'user'),
  'log.rotate_key': row('The log gets another key.', admin, 'key', 'before'),
  'log.witness': row(
    'A witness and a log disagree, or a witness does not sign.',
    null,
    null,
    ...(['witness', 'cause', 'origin'] as const),
  ),
  'alarm.open': row('A rule has raised an alarm.', null, 'alarm', 'rule', 'severity', 'returns'),
  'alarm.acknowledge': row('Somebody looks after an alarm.', admin, 'alarm', 'rule'),
  'alarm.close': row('An alarm is closed, by somebody or because it is over.', null, 'alarm', 'rule'),
  'alarm.silence': row(
    'Alarms of a rule are silenced for a time.',
    'sys_monitor_disabled',
    'silence',
    ...(['rule', 'ends_at', 'of_one'] as const),
  ),
  'alarm.end_silence': row('A silence ends before its time.', 'sys_monitor_enabled', 'silence', 'rule'),
  'alarm.change_rule': row(
    'A rule of alarms is changed.',
    admin,
    'alarm_rule',
    ...(['is_on', 'threshold', 'window_seconds', 'severity', 'sends_mail', 'products'] as const),
    ...(['counted', 'outcomes', 'reasons', 'group_by'] as const),
  ),
  'alarm.add_rule': row(
    'A rule of alarms is added to those that ship.',
    admin,
    'alarm_rule',
    ...(['is_on', 'threshold', 'window_seconds', 'severity', 'sends_mail'] as const),
    ...(['counted', 'outcomes', 'reasons', 'group_by'] as const),
  ),
  'alarm.remove_rule': row('A rule that was added is removed.', admin, 'alarm_rule'),
  'search.save': row('A search of the log is kept by a name.', null, 'search', 'shared'),
  'search.change': row('It is renamed, shared, or searches for something else.', null, 'search', 'shared'),
  'search.remove': row('It is removed.', null, 'search', 'shared'),
  'stream.create': row(
    'An application makes a stream of shared signals.',
    admin,
    'stream',
    'method',
    'host',
    'events',
  ),
  'stream.change': row(
    'A stream is changed, or its status: by the application, an administrator or the server.',
    admin,
    'stream',
    ...(['method', 'host', 'events', 'stream_status'] as const),
  ),
  'stream.remove': row('A stream is removed.', admin, 'stream', 'application'),
  'stream.reject': row(
    'The receiver of a stream could not take what it was sent.',
    admin,
    'stream',
    'delivery',
    'code',
  ),
  'stream.give_up': row(
    'What a stream had to say was not taken in its time, and is dropped.',
    admin,
    'stream',
    ...(['delivery', 'type', 'attempts', 'status', 'messages'] as const),
  ),
  'webhook.create': row('A webhook is registered.', admin, 'webhook', 'host', 'events'),
  'webhook.change': row(
    'A webhook gets another name, address or choice of events.',
    admin,
    'webhook',
    'host',
    'events',
  ),
  'webhook.remove': row('A webhook is removed.', admin, 'webhook', 'host'),
  'webhook.rotate_secret': row('A webhook gets another secret.', admin, 'webhook', 'overlap_seconds'),
  'webhook.switch_on': row('A webhook is switched on.', admin, 'webhook'),
  'webhook.switch_off': row('A webhook is switched off, by somebody or because it fails.', admin, 'webhook'),
  'webhook.give_up': row(
    'A message could not be delivered in all its time, or was left out.',
    null,
    'webhook',
    ...(['delivery', 'type', 'attempts', 'status', 'messages'] as const),
  ),
  'webhook.replay': row('Messages are sent again.', admin, 'webhook', 'delivery', 'deliveries'),
  'webhook.test': row('A message is sent to try a webhook.', admin, 'webhook'),
  'job.run': row('Background work is run now because somebody asked for it.', admin, 'job', 'milliseconds'),
  'job.fail': row('Background work has failed, for the first time after it had not.', null, 'job'),
  'job.recover': row('Background work that had failed has not failed any more.', null, 'job'),
  'sink.stall': row(
    'A sink has had no event for a minute, though there are some.',
    'sys_monitor_disabled',
    'sink',
    ...(['fault', 'events'] as const),
  ),
  'sink.recover': row('A sink that had stalled has events again.', 'sys_monitor_enabled', 'sink', 'seconds'),
}

function grants() {
  return ['grant', 'kind', 'permission', 'reason', 'until', 'created_by', 'created_at'] as const
}
function attributes() {
  return ['kind', 'person_may', 'required', 'searchable'] as const
}
function scopes() {
  return ['scope', 'holder_kind', 'holder'] as const
}
function connections() {
  return ['client_id', 'protocol', 'key_id'] as const
}
function endings() {
  return ['by_server', 'duration_ms', 'messages_in', 'messages_out', 'bytes_in', 'bytes_out'] as const
}

/** The name that the OWASP Logging Vocabulary has for it; null where it has none. */
export function owaspOf(event: EventName, outcome: Outcome): OwaspName | null {
  const { owasp } = vocabulary[event]
  if (owasp === null || typeof owasp === 'string') return owasp
  return owasp[outcome] ?? null
}
