import { wholeText } from '../../whole-text.ts'
import type { EventName, Outcome } from '../events.ts'
import type { ShownEvent } from './shown.ts'
import { owaspOf } from './vocabulary.ts'

const countryCode = wholeText(/[A-Z]{2}/)

/** The version of the Elastic Common Schema that {@link ecsOf} writes. */
export const ecsVersion = '9.4.0'

/** The categories of ECS that we use, and the types that each allows. A test holds the table below to it. */
export const ecsCategories = {
  api: [
    'access',
    'admin',
    'allowed',
    'change',
    'creation',
    'deletion',
    'denied',
    'end',
    'info',
    'start',
    'user',
  ],
  authentication: ['start', 'end', 'info'],
  configuration: ['access', 'change', 'creation', 'deletion', 'info'],
  email: ['info'],
  iam: ['admin', 'change', 'creation', 'deletion', 'group', 'info', 'user'],
  network: ['access', 'allowed', 'connection', 'denied', 'end', 'info', 'protocol', 'start'],
  process: ['access', 'change', 'end', 'info', 'start'],
  session: ['start', 'end', 'info'],
} as const

type Category = keyof typeof ecsCategories
interface Classified {
  readonly category: readonly Category[]
  readonly type: readonly (typeof ecsCategories)[Category][number][]
}
const as = (category: Category, ...type: Classified['type']): Classified => ({ category: [category], type })

const userCreated = as('iam', 'user', 'creation')
const userChanged = as('iam', 'user', 'change')
const userDeleted = as('iam', 'user', 'deletion')
const adminCreated = as('iam', 'admin', 'creation')
const adminChanged = as('iam', 'admin', 'change')
const adminDeleted = as('iam', 'admin', 'deletion')
const asked = as('api', 'access')
const denied = as('api', 'access', 'denied')
const configured = as('configuration', 'change')

/** What ECS calls each event (`event.category`, `event.type`). */
export const ecs: Readonly<Record<EventName, Classified>> = {
  'server.start': as('process', 'start'),
  'server.stop': as('process', 'end'),
  'user.sign_in': as('authentication', 'start'),
  'user.create': userCreated,
  'user.invite': userChanged,
  'user.accept_invitation': userChanged,
  'user.change_password': userChanged,
  'user.unlock': userChanged,
  'user.change_address': userChanged,
  'user.link_identity': userChanged,
  'user.unlink_identity': userChanged,
  'user.send_recovery': userChanged,
  'user.send_registration': as('iam', 'user', 'info'),
  'user.register': userCreated,
  'user.recover': userChanged,
  'user.reset': userChanged,
  'user.disown_session': as('session', 'end'),
  'user.add_factor': userChanged,
  'user.remove_factor': userChanged,
  'user.rename_factor': userChanged,
  'user.renew_recovery_codes': userChanged,
  'user.reset_factors': userChanged,
  'user.remember_browser': userChanged,
  'user.forget_browsers': userChanged,
  'user.update': userChanged,
  'user.disable': userChanged,
  'user.enable': userChanged,
  'user.export': as('iam', 'user', 'info'),
  'user.download_data': as('iam', 'user', 'info'),
  'user.act_as': as('authentication', 'start'),
  'user.schedule_deletion': userChanged,
  'user.cancel_deletion': userChanged,
  'user.delete': userDeleted,
  'user.grant': userChanged,
  'user.deny': userChanged,
  'user.withdraw': userChanged,
  'user.end_grant': userChanged,
  'user_type.create': as('iam', 'group', 'creation'),
  'user_type.change': as('iam', 'group', 'change'),
  'user_type.rename': as('iam', 'group', 'change'),
  'user_type.remove': as('iam', 'group', 'deletion'),
  'user_type.require_factor': as('iam', 'group', 'change'),
  'user_type.set_sign_in': as('iam', 'group', 'change'),
  'attribute.add': as('configuration', 'creation'),
  'attribute.change': configured,
  'attribute.remove': as('configuration', 'deletion'),
  'session.refresh': as('session', 'info'),
  'session.end': as('session', 'end'),
  'session.begin_acting': as('session', 'start'),
  'service.create': adminCreated,
  'service.change': adminChanged,
  'service.give_scope': adminChanged,
  'service.take_scope': adminChanged,
  'service.rotate_key': adminChanged,
  'service.drop_key': adminChanged,
  'service.revoke_key': adminChanged,
  'service.disable': adminChanged,
  'service.replace_secret': adminChanged,
  'service.trust': adminChanged,
  'service.distrust': adminChanged,
  'service.token': as('authentication', 'start'),
  'application.authorize': as('authentication', 'info'),
  'application.device': as('authentication', 'info'),
  'application.token': as('authentication', 'start'),
  'consent.withdraw': adminChanged,
  'token.shorten': as('authentication', 'info'),
  'token.revoke': as('session', 'end'),
  'api_key.create': adminCreated,
  'api_key.revoke': adminDeleted,
  'key.create': as('configuration', 'creation'),
  'key.rotate': configured,
  'key.revoke': as('configuration', 'deletion'),
  'device.register': adminCreated,
  'device.token': as('authentication', 'start'),
  'device.add_key': adminChanged,
  'device.revoke_key': adminChanged,
  'device.claim_code': adminChanged,
  'device.bind': adminChanged,
  'device.unbind': adminChanged,
  'device.share': adminChanged,
  'device.unshare': adminChanged,
  'device.connect': as('network', 'connection', 'start'),
  'device.disconnect': as('network', 'connection', 'end'),
  'device.command': asked,
  'device.state': as('api', 'change'),
  'approval.ask': asked,
  'approval.allow': adminChanged,
  'approval.deny': asked,
  'device.impersonation': as('authentication', 'info'),
  'application.create': adminCreated,
  'application.change': adminChanged,
  'application.give_up': as('process', 'info'),
  'application.disable': adminChanged,
  'application.enable': adminChanged,
  'application.remove': adminDeleted,
  'application.add_secret': adminChanged,
  'application.end_secret': adminChanged,
  'application.trust': adminChanged,
  'application.distrust': adminChanged,
  'app.create': adminCreated,
  'app.change': adminChanged,
  'app.add_key': adminChanged,
  'app.revoke_key': adminChanged,
  'app.refresh_keys': configured,
  'app.link_person': adminChanged,
  'app.unlink_person': adminChanged,
  'app.disable': adminChanged,
  'provider.create': adminCreated,
  'provider.change': adminChanged,
  'provider.disable': adminChanged,
  'provider.enable': adminChanged,
  'provider.remove': adminChanged,
  'app.connect': as('network', 'connection', 'start'),
  'app.disconnect': as('network', 'connection', 'end'),
  'app.subscribe': denied,
  'app.publish': denied,
  'device.subscribe': denied,
  'device.publish': denied,
  'mail.send': as('email', 'info'),
  'mail.give_up': as('email', 'info'),
  'access.refuse': denied,
  'log.archive': configured,
  'log.retention': as('configuration', 'deletion'),
  'log.backup': as('configuration', 'info'),
  'log.damage': as('configuration', 'info'),
  'log.mend': as('configuration', 'info'),
  'log.restore': configured,
  'log.export': asked,
  'log.forget': configured,
  'log.hold': configured,
  'log.release': configured,
  'log.rotate_key': configured,
  'log.witness': as('configuration', 'info'),
  'alarm.open': as('process', 'info'),
  'alarm.acknowledge': as('configuration', 'info'),
  'alarm.close': as('process', 'info'),
  'alarm.silence': configured,
  'alarm.add_rule': as('configuration', 'creation'),
  'alarm.remove_rule': as('configuration', 'deletion'),
  'alarm.end_silence': configured,
  'alarm.change_rule': configured,
  'search.save': as('configuration', 'creation'),
  'search.change': configured,
  'search.remove': as('configuration', 'deletion'),
  'stream.create': as('configuration', 'creation'),
  'stream.change': configured,
  'stream.remove': as('configuration', 'deletion'),
  'stream.reject': as('process', 'info'),
  'stream.give_up': as('process', 'info'),
  'webhook.create': as('configuration', 'creation'),
  'webhook.change': configured,
  'webhook.remove': as('configuration', 'deletion'),
  'webhook.rotate_secret': configured,
  'webhook.switch_on': configured,
  'webhook.switch_off': configured,
  'webhook.give_up': as('process', 'info'),
  'webhook.replay': as('configuration', 'info'),
  'webhook.test': as('configuration', 'info'),
  'job.run': as('process', 'start'),
  'job.fail': as('process', 'info'),
  'job.recover': as('process', 'info'),
  'sink.stall': as('process', 'info'),
  'sink.recover': as('process', 'info'),
}

const outcomeOf: Readonly<Record<Outcome, 'success' | 'failure'>> = {
  success: 'success',
  refused: 'failure',
  failure: 'failure',
  alarm: 'failure',
}

/** An event as ECS has it. Everything that ECS has no field for stands in `latchkey`. */
export function ecsOf(event: ShownEvent): Record<string, unknown> {
  const { category, type } = ecs[event.event]
  const name = owaspOf(event.event, event.outcome)
  const isUser = event.subject_kind === 'user'
  return {
    '@timestamp': event.at,
    ecs: { version: ecsVersion },
    event: {
      id: event.id,
      kind: event.outcome === 'alarm' ? 'alert' : 'event',
      category,
      type,
      action: event.event,
      outcome: outcomeOf[event.outcome],
      dataset: 'latchkey.activity',
      module: 'latchkey',
      ...(event.seq !== null && { sequence: event.seq }),
      ...(event.reason !== null && { reason: event.reason }),
    },
    ...(isUser && event.subject !== null && { user: { id: event.subject } }),
    // ECS wants an address of IP here, and ours is one.
    ...(event.address !== null && {
      source: {
        ip: event.address,
        ...(isCountry(event.region) && { geo: { country_iso_code: event.region } }),
      },
    }),
    ...(event.request_id !== null && { http: { request: { id: event.request_id } } }),
    ...(name !== null && { tags: [name] }),
    service: { name: 'latchkey', type: 'latchkey' },
    latchkey: event,
  }
}

/** A region is a country, or `local`. */
function isCountry(region: string | null): region is string {
  return region !== null && countryCode.test(region)
}
