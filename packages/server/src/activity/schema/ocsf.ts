import type { EventName, Outcome } from '../events.ts'
import type { ShownEvent } from './shown.ts'
import { owaspOf, vocabulary } from './vocabulary.ts'

/** The version of the Open Cybersecurity Schema Framework that {@link ocsfOf} writes. */
export const ocsfVersion = '1.8.0'

/** The classes that we use, and their activities (`99` is 'Other' in each class). */
export const ocsfClasses = {
  accountChange: {
    uid: 3001,
    activities: {
      ...{
        create: 1,
        enable: 2,
        changePassword: 3,
        resetPassword: 4,
        disable: 5,
        delete: 6,
        attachPolicy: 7,
      },
      ...{ detachPolicy: 8, lock: 9, enableFactor: 10, disableFactor: 11, unlock: 12, other: 99 },
    },
  },
  authentication: {
    uid: 3002,
    activities: {
      logon: 1,
      logoff: 2,
      ticket: 3,
      serviceTicket: 4,
      renew: 5,
      preauth: 6,
      switch: 7,
      other: 99,
    },
  },
  entityManagement: {
    uid: 3004,
    activities: {
      ...{ create: 1, read: 2, update: 3, delete: 4, move: 5, enroll: 6, unenroll: 7, enable: 8, disable: 9 },
      ...{ activate: 10, deactivate: 11, suspend: 12, resume: 13, other: 99 },
    },
  },
  applicationLifecycle: {
    uid: 6002,
    activities: {
      ...{
        install: 1,
        remove: 2,
        start: 3,
        stop: 4,
        restart: 5,
        enable: 6,
        disable: 7,
        update: 8,
        other: 99,
      },
    },
  },
  apiActivity: { uid: 6003, activities: { create: 1, read: 2, update: 3, delete: 4, other: 99 } },
} as const

type Classes = typeof ocsfClasses
type Classified = {
  [Class in keyof Classes]: readonly [Class, keyof Classes[Class]['activities']]
}[keyof Classes]

/** The class and the activity of each event. One that the class does not have does not compile. */
export const ocsf: Readonly<Record<EventName, Classified>> = {
  'server.start': ['applicationLifecycle', 'start'],
  'server.stop': ['applicationLifecycle', 'stop'],
  'user.sign_in': ['authentication', 'logon'],
  'user.create': ['accountChange', 'create'],
  'user.invite': ['accountChange', 'other'],
  'user.accept_invitation': ['accountChange', 'changePassword'],
  'user.change_password': ['accountChange', 'changePassword'],
  'user.unlock': ['accountChange', 'unlock'],
  'user.change_address': ['accountChange', 'other'],
  'user.link_identity': ['accountChange', 'other'],
  'user.unlink_identity': ['accountChange', 'other'],
  'user.send_recovery': ['accountChange', 'other'],
  'user.send_registration': ['accountChange', 'other'],
  'user.register': ['accountChange', 'create'],
  'user.recover': ['accountChange', 'resetPassword'],
  'user.reset': ['accountChange', 'resetPassword'],
  'user.disown_session': ['authentication', 'logoff'],
  'user.add_factor': ['accountChange', 'enableFactor'],
  'user.remove_factor': ['accountChange', 'disableFactor'],
  'user.rename_factor': ['accountChange', 'other'],
  'user.renew_recovery_codes': ['accountChange', 'other'],
  'user.reset_factors': ['accountChange', 'disableFactor'],
  'user.remember_browser': ['accountChange', 'other'],
  'user.forget_browsers': ['accountChange', 'other'],
  'user.update': ['accountChange', 'other'],
  'user.disable': ['accountChange', 'disable'],
  'user.enable': ['accountChange', 'enable'],
  'user.export': ['apiActivity', 'read'],
  'user.download_data': ['apiActivity', 'read'],
  'user.act_as': ['authentication', 'switch'],
  'user.schedule_deletion': ['accountChange', 'other'],
  'user.cancel_deletion': ['accountChange', 'other'],
  'user.delete': ['accountChange', 'delete'],
  'user.grant': ['accountChange', 'attachPolicy'],
  'user.deny': ['accountChange', 'attachPolicy'],
  'user.withdraw': ['accountChange', 'detachPolicy'],
  'user.end_grant': ['accountChange', 'detachPolicy'],
  'user_type.create': ['entityManagement', 'create'],
  'user_type.change': ['entityManagement', 'update'],
  'user_type.rename': ['entityManagement', 'update'],
  'user_type.remove': ['entityManagement', 'delete'],
  'user_type.require_factor': ['entityManagement', 'update'],
  'user_type.set_sign_in': ['entityManagement', 'update'],
  'attribute.add': ['entityManagement', 'create'],
  'attribute.change': ['entityManagement', 'update'],
  'attribute.remove': ['entityManagement', 'delete'],
  'session.refresh': ['authentication', 'renew'],
  'session.end': ['authentication', 'logoff'],
  'session.begin_acting': ['authentication', 'switch'],
  'service.create': ['entityManagement', 'create'],
  'service.change': ['entityManagement', 'update'],
  'service.give_scope': ['entityManagement', 'update'],
  'service.take_scope': ['entityManagement', 'update'],
  'service.rotate_key': ['entityManagement', 'update'],
  'service.drop_key': ['entityManagement', 'update'],
  'service.revoke_key': ['entityManagement', 'update'],
  'service.disable': ['entityManagement', 'disable'],
  'service.replace_secret': ['entityManagement', 'update'],
  'service.trust': ['entityManagement', 'update'],
  'service.distrust': ['entityManagement', 'update'],
  'service.token': ['authentication', 'serviceTicket'],
  'application.authorize': ['authentication', 'other'],
  'application.device': ['authentication', 'other'],
  'application.token': ['authentication', 'serviceTicket'],
  'consent.withdraw': ['entityManagement', 'update'],
  'token.shorten': ['authentication', 'other'],
  'token.revoke': ['authentication', 'logoff'],
  'api_key.create': ['entityManagement', 'create'],
  'api_key.revoke': ['entityManagement', 'delete'],
  'key.create': ['entityManagement', 'create'],
  'key.rotate': ['entityManagement', 'activate'],
  'key.revoke': ['entityManagement', 'delete'],
  'device.register': ['entityManagement', 'enroll'],
  'device.token': ['authentication', 'serviceTicket'],
  'device.add_key': ['entityManagement', 'update'],
  'device.revoke_key': ['entityManagement', 'update'],
  'device.claim_code': ['entityManagement', 'other'],
  'device.bind': ['entityManagement', 'update'],
  'device.unbind': ['entityManagement', 'update'],
  'device.share': ['entityManagement', 'update'],
  'device.unshare': ['entityManagement', 'update'],
  'device.connect': ['authentication', 'logon'],
  'device.disconnect': ['authentication', 'logoff'],
  'device.command': ['apiActivity', 'other'],
  'device.state': ['apiActivity', 'update'],
  'approval.ask': ['apiActivity', 'other'],
  'approval.allow': ['entityManagement', 'update'],
  'approval.deny': ['apiActivity', 'other'],
  'device.impersonation': ['authentication', 'other'],
  'application.create': ['entityManagement', 'create'],
  'application.change': ['entityManagement', 'update'],
  'application.give_up': ['entityManagement', 'other'],
  'application.disable': ['entityManagement', 'disable'],
  'application.enable': ['entityManagement', 'enable'],
  'application.remove': ['entityManagement', 'delete'],
  'application.add_secret': ['entityManagement', 'update'],
  'application.end_secret': ['entityManagement', 'update'],
  'application.trust': ['entityManagement', 'update'],
  'application.distrust': ['entityManagement', 'update'],
  'app.create': ['entityManagement', 'create'],
  'app.change': ['entityManagement', 'update'],
  'app.add_key': ['entityManagement', 'update'],
  'app.revoke_key': ['entityManagement', 'update'],
  'app.refresh_keys': ['entityManagement', 'update'],
  'app.link_person': ['entityManagement', 'update'],
  'app.unlink_person': ['entityManagement', 'update'],
  'app.disable': ['entityManagement', 'disable'],
  'provider.create': ['entityManagement', 'create'],
  'provider.change': ['entityManagement', 'update'],
  'provider.disable': ['entityManagement', 'disable'],
  'provider.enable': ['entityManagement', 'enable'],
  'provider.remove': ['entityManagement', 'delete'],
  'app.connect': ['authentication', 'logon'],
  'app.disconnect': ['authentication', 'logoff'],
  'app.subscribe': ['apiActivity', 'read'],
  'app.publish': ['apiActivity', 'create'],
  'device.subscribe': ['apiActivity', 'read'],
  'device.publish': ['apiActivity', 'create'],
  'mail.send': ['apiActivity', 'other'],
  'mail.give_up': ['apiActivity', 'other'],
  'access.refuse': ['apiActivity', 'other'],
  'log.archive': ['apiActivity', 'update'],
  'log.retention': ['apiActivity', 'delete'],
  'log.backup': ['apiActivity', 'read'],
  'log.damage': ['apiActivity', 'read'],
  'log.mend': ['apiActivity', 'read'],
  'log.restore': ['apiActivity', 'create'],
  'log.export': ['apiActivity', 'read'],
  'log.forget': ['apiActivity', 'delete'],
  'log.hold': ['apiActivity', 'update'],
  'log.release': ['apiActivity', 'update'],
  'log.rotate_key': ['entityManagement', 'update'],
  'log.witness': ['apiActivity', 'other'],
  'alarm.open': ['entityManagement', 'create'],
  'alarm.acknowledge': ['entityManagement', 'update'],
  'alarm.close': ['entityManagement', 'update'],
  'alarm.add_rule': ['entityManagement', 'create'],
  'alarm.remove_rule': ['entityManagement', 'delete'],
  'alarm.silence': ['entityManagement', 'suspend'],
  'alarm.end_silence': ['entityManagement', 'resume'],
  'alarm.change_rule': ['entityManagement', 'update'],
  'search.save': ['entityManagement', 'create'],
  'search.change': ['entityManagement', 'update'],
  'search.remove': ['entityManagement', 'delete'],
  'stream.create': ['entityManagement', 'create'],
  'stream.change': ['entityManagement', 'update'],
  'stream.remove': ['entityManagement', 'delete'],
  'stream.reject': ['entityManagement', 'other'],
  'stream.give_up': ['entityManagement', 'other'],
  'webhook.create': ['entityManagement', 'create'],
  'webhook.change': ['entityManagement', 'update'],
  'webhook.remove': ['entityManagement', 'delete'],
  'webhook.rotate_secret': ['entityManagement', 'update'],
  'webhook.switch_on': ['entityManagement', 'enable'],
  'webhook.switch_off': ['entityManagement', 'disable'],
  'webhook.give_up': ['entityManagement', 'other'],
  'webhook.replay': ['entityManagement', 'other'],
  'webhook.test': ['entityManagement', 'other'],
  'job.run': ['entityManagement', 'other'],
  'job.fail': ['entityManagement', 'other'],
  'job.recover': ['entityManagement', 'other'],
  'sink.stall': ['entityManagement', 'suspend'],
  'sink.recover': ['entityManagement', 'resume'],
}

/** Informational, Medium, Medium, High. */
const severityOf: Readonly<Record<Outcome, number>> = { success: 1, refused: 3, failure: 3, alarm: 4 }

/** An event as OCSF has it. The whole event as a search gives it stands in `unmapped`. */
export function ocsfOf(event: ShownEvent): Record<string, unknown> {
  const [className, activity] = ocsf[event.event]
  const { uid, activities } = ocsfClasses[className]
  const activityId = (activities as Readonly<Record<string, number>>)[activity] ?? 99 // the type of the table has it in the class
  const owasp = owaspOf(event.event, event.outcome)
  return {
    class_uid: uid,
    category_uid: Math.floor(uid / 1000),
    activity_id: activityId,
    ...(activityId === 99 && { activity_name: event.event }),
    type_uid: uid * 100 + activityId,
    time: Date.parse(event.at),
    severity_id: severityOf[event.outcome],
    status_id: event.outcome === 'success' ? 1 : 2,
    ...(event.reason !== null && { status_detail: event.reason }),
    metadata: {
      version: ocsfVersion,
      product: { name: 'Latchkey', vendor_name: 'Latchkey' },
      uid: event.id,
      event_code: event.event,
      log_name: 'activity',
      ...(event.seq !== null && { sequence: event.seq }),
      ...(event.request_id !== null && { correlation_uid: event.request_id }),
      ...(owasp !== null && { labels: [owasp] }),
    },
    ...objectsOf(className, event),
    unmapped: event,
  }
}

/** The objects that a class requires, from what the event has. */
function objectsOf(className: keyof Classes, event: ShownEvent): Record<string, unknown> {
  const actor = {
    app_name: 'latchkey',
    ...(event.subject !== null && { user: { uid: event.subject } }),
    ...(event.session_id !== null && { session: { uid: event.session_id } }),
  }
  const source = { src_endpoint: event.address === null ? { name: 'unknown' } : { ip: event.address } }
  const isOfUser = event.target_kind === 'user' || event.target_kind === null
  // Whom it was done to, else who did it.
  const whom = (isOfUser ? event.target : null) ?? event.subject ?? 'unknown'
  switch (className) {
    case 'accountChange':
      return { actor, ...source, user: { uid: whom } }
    case 'authentication':
      return { actor, ...source, user: { uid: event.subject ?? whom }, service: { name: 'latchkey' } }
    case 'entityManagement': {
      const type = event.target_kind ?? vocabulary[event.event].target ?? 'entity'
      return { actor, ...source, entity: { type, uid: event.target ?? 'unknown' } }
    }
    case 'applicationLifecycle':
      return { actor, app: { name: 'latchkey' } }
    case 'apiActivity':
      return { actor, ...source, api: { operation: event.event, service: { name: 'latchkey' } } }
  }
}
