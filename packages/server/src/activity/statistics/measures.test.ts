import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ActivityRow, rowColumns } from '../store.ts'
import { countsOf } from './measures.ts'

const nothing = Object.fromEntries(rowColumns.map((column) => [column, null]))
const event = {
  ...nothing,
  ...{ id: 'evt_1', at: 0, event: 'device.state', outcome: 'success', subject: 'usr_1' },
} as ActivityRow // the other columns are null

const rows: readonly (readonly [
  name: string,
  more: Partial<ActivityRow>,
  type: string | undefined,
  counts: object,
])[] = [
  ['one event', {}, undefined, { events: 1, 'events.event=device.state': 1 }],
  [
    'one of a person of a type',
    { event: 'user.sign_in', details: '{"amr":"pwd","factor":"totp"}', region: 'DE' },
    'customer',
    {
      ...{ events: 1, 'events.event=user.sign_in': 1, sign_ins: 1, 'sign_ins.region=DE': 1 },
      ...{ 'sign_ins.user_type=customer': 1, 'sign_ins.factor=totp': 1 },
    },
  ],
  [
    'one by a way that is no text',
    { event: 'user.sign_in', details: '{"amr":["pwd"],"factor":7}' },
    undefined,
    { events: 1, 'events.event=user.sign_in': 1, sign_ins: 1 },
  ],
  [
    'refusals, as many as their row tells',
    { outcome: 'refused', details: '{"count":3}' },
    undefined,
    { events: 3, 'events.event=device.state': 3 },
  ],
  [
    'alarms, as many as their row tells',
    { outcome: 'alarm', details: '{"count":3}' },
    undefined,
    { events: 3, 'events.event=device.state': 3 },
  ],
  [
    'a success once, whatever it tells',
    { details: '{"count":3}' },
    undefined,
    { events: 1, 'events.event=device.state': 1 },
  ],
  [
    'a refusal without a number once',
    { outcome: 'refused', details: '{"count":"3"}' },
    undefined,
    { events: 1, 'events.event=device.state': 1 },
  ],
  [
    'a reason of the most characters',
    { event: 'device.disconnect', reason: 'x'.repeat(128) },
    undefined,
    {
      ...{ events: 1, 'events.event=device.disconnect': 1, device_disconnects: 1 },
      [`device_disconnects.reason=${'x'.repeat(128)}`]: 1,
    },
  ],
  [
    'no longer reason',
    { event: 'device.disconnect', reason: 'x'.repeat(129) },
    undefined,
    { events: 1, 'events.event=device.disconnect': 1, device_disconnects: 1 },
  ],
  [
    'what is done to others as administration',
    { event: 'user.update', target: 'usr_2' },
    undefined,
    { events: 1, 'events.event=user.update': 1, administration: 1, 'administration.event=user.update': 1 },
  ],
  [
    'what nobody has done as administration',
    { event: 'user.update', subject: null },
    undefined,
    { events: 1, 'events.event=user.update': 1, administration: 1, 'administration.event=user.update': 1 },
  ],
  [
    'what people do to themselves as none',
    { event: 'user.update', target: 'usr_1' },
    undefined,
    { events: 1, 'events.event=user.update': 1 },
  ],
]
for (const [name, more, type, wanted] of rows) {
  test(`counts ${name}`, () => {
    const counted = countsOf({ ...event, ...more }, type)
    const outcome = more.outcome ?? 'success'
    assert.ok(counted.every((one) => one.outcome === outcome))
    const shown = counted.map(({ series, value, times }) => [
      value === '' ? series : `${series}=${value}`,
      times,
    ])
    // How the events of all kinds are divided by reason and region is asked of the statistics.
    const own = shown.filter(([name]) => !/^events\.(reason|region|user_type)/.test(String(name)))
    assert.deepEqual(Object.fromEntries(own), wanted)
  })
}
