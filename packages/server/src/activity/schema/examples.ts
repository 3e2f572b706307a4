import { wholeText } from '../../whole-text.ts'
import type { EventName, Outcome, Target } from '../events.ts'
import { members } from './members.ts'
import type { ShownEvent } from './shown.ts'
import { vocabulary } from './vocabulary.ts'

const id = (prefix: string) => `${prefix}_06f0a1b2c3d4e5f6g7h8j9kmnp`
const uid = 'LK7Q2M9XW4R8'
const deviceEvent = wholeText(/device\.(connect|disconnect|token|subscribe|publish|state)/)

const targets: Readonly<Record<Target['kind'], string>> = {
  user: id('usr'),
  user_type: 'customer',
  attribute: 'floor',
  session: id('ses'),
  service: id('svc'),
  application: id('cli'),
  app: id('app'),
  provider: 'google',
  key: '7mVZ0q',
  token: id('tok'),
  api_key: id('apk'),
  device: uid,
  alarm: id('alm'),
  alarm_rule: 'brute_force',
  silence: id('sil'),
  stream: id('str'),
  webhook: id('whk'),
  search: id('sch'),
  sink: 'siem',
  job: 'mail.send',
  segment: '2026-10-29/sign_ins/4096',
}

/** What happens by itself, and what is an example of a refusal or of a failure. */
const byItself: readonly EventName[] = [
  'server.start',
  'server.stop',
  'mail.send',
  'mail.give_up',
  'log.forget',
  'log.damage',
  'log.mend',
  'alarm.open',
  'webhook.give_up',
  'stream.give_up',
  'application.give_up',
  'sink.stall',
  'job.fail',
  'job.recover',
  'sink.recover',
]
const outcomes: Readonly<Partial<Record<EventName, readonly [Outcome, string]>>> = {
  'access.refuse': ['refused', 'permission_missing'],
  'app.subscribe': ['refused', 'not_authorized'],
  'app.publish': ['refused', 'topic_not_allowed'],
  'device.subscribe': ['refused', 'not_authorized'],
  'device.publish': ['refused', 'topic_not_allowed'],
  'device.impersonation': ['alarm', 'token_invalid'],
  'mail.give_up': ['failure', 'mail_overdue'],
  'token.shorten': ['failure', 'token_too_long'],
  'user.disown_session': ['alarm', 'disowned'],
  'application.give_up': ['failure', 'connection_failed'],
  'stream.give_up': ['failure', 'status_unexpected'],
  'stream.reject': ['failure', 'rejected'],
  'webhook.give_up': ['failure', 'status_unexpected'],
  'log.witness': ['alarm', 'witness_disagrees'],
  'log.damage': ['alarm', 'segment_damaged'],
  'log.mend': ['success', 'segment_mended'],
  'job.fail': ['alarm', 'job_failed'],
  'sink.stall': ['alarm', 'sink_stalled'],
}

/** One example of an event, as a search and the sinks give it. */
export function exampleOf(event: EventName): ShownEvent {
  const { target, details } = vocabulary[event]
  const [outcome, reason] = outcomes[event] ?? ['success', null]
  const isByDevice = deviceEvent.test(event)
  const isAlone = byItself.includes(event)
  const kind = isByDevice ? 'device' : event === 'service.token' ? 'service' : 'user'
  return {
    id: id('evt'),
    seq: 4711,
    at: '2026-11-29T14:05:00.000Z',
    event,
    outcome,
    reason,
    subject: isAlone ? null : targets[kind],
    subject_kind: isAlone ? null : kind,
    target: target === null ? null : targets[target],
    target_kind: target,
    address: isAlone ? null : '203.0.113.7',
    region: isAlone ? null : 'TW',
    region_date: isAlone ? null : '2026-06-17',
    client_id: null,
    session_id: isAlone || kind !== 'user' ? null : targets.session,
    request_id: isAlone ? null : id('req'),
    details: Object.fromEntries(details.map((name) => [name, members[name].example])),
  }
}
