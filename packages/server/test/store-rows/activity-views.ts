import * as consumers from '../../src/activity/consumers/store.ts'
import * as searches from '../../src/activity/searches/store.ts'
import * as statistics from '../../src/activity/statistics/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

/** Whole rows, in whatever order they come. */
const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort()

const newSearch: searches.SearchRow = {
  ...{ id: 'sch_new', owner: 'usr_bob', name: 'new', shared: 0, query: '{}' },
  ...{ created_at: now, changed_at: now },
}

const damage: consumers.DamageRow = {
  ...{ segment: '2026-01-01/log/10', consumer: 'b', segment_id: 85 },
  ...{ first: 10, until: 20, says: 'no', found_at: now },
}

/** The statements of what is made of the log: counts, searches, consumers. */
export const activityViewsRows: readonly Row[] = [
  {
    store: 'activity/statistics',
    statement: 'addCounts',
    run: (tx) =>
      statistics.addCounts(tx, [
        { series: 'sign_ins', grain: 10, start: 20, outcome: 'refused', value: '', count: 5 },
        { series: 'sign_ins', grain: 10, start: 40, outcome: 'refused', value: '', count: 5 },
      ]),
    changes: [
      'activity_counts sign_ins 10 20 refused : count=7',
      '+ activity_counts sign_ins 10 40 refused : series=sign_ins grain=10 start=40 outcome=refused value= count=5',
    ],
  },
  {
    store: 'activity/statistics',
    statement: 'sumByBucket',
    run: async (tx) =>
      sorted(
        await statistics.sumByBucket(tx, { series: 'sign_ins', grain: 10, from: 10, to: 30 }, 'outcome', 20),
      ),
    gives: [
      '{"start":0,"of":"success","count":4}',
      '{"start":20,"of":"refused","count":2}',
      '{"start":20,"of":"success","count":1}',
    ],
  },
  {
    store: 'activity/statistics',
    statement: 'sumByBucket',
    of: 'of some outcomes and values',
    run: async (tx) => {
      const wanted = { series: 'sign_ins.region', grain: 10, from: 20, to: 21 }
      const some = { outcomes: ['refused'], values: ['DE', 'TW'] }
      return sorted(await statistics.sumByBucket(tx, { ...wanted, ...some }, 'value', 10))
    },
    gives: ['{"start":20,"of":"TW","count":1}'],
  },
  {
    store: 'activity/statistics',
    statement: 'sumByValue',
    run: (tx) =>
      statistics.sumByValue(tx, { series: 'sign_ins.region', grain: 10, from: 20, to: 21 }, 2).then(sorted),
    gives: ['{"value":"DE","count":1}', '{"value":"FR","count":2}'],
  },
  {
    store: 'activity/statistics',
    statement: 'findFirstStart',
    run: (tx) => statistics.findFirstStart(tx, 100),
    gives: 20,
  },
  {
    store: 'activity/statistics',
    statement: 'findFirstStart',
    of: 'of which there is none',
    run: (tx) => statistics.findFirstStart(tx, 1_000),
    gives: null,
  },
  {
    store: 'activity/statistics',
    statement: 'deleteCountsBefore',
    run: (tx) => statistics.deleteCountsBefore(tx, 10, 20),
    changes: ['- activity_counts sign_ins 10 10 success '],
  },
  {
    store: 'activity/statistics',
    statement: 'findRefusedAddresses',
    run: (tx) => statistics.findRefusedAddresses(tx, 10, 20).then(sorted),
    gives: [
      '{"grain":10,"start":20,"address":"192.0.2.1","count":4,"surplus":1}',
      '{"grain":10,"start":20,"address":"192.0.2.2","count":5,"surplus":2}',
    ],
  },
  {
    store: 'activity/statistics',
    statement: 'putRefusedAddresses',
    run: (tx) =>
      statistics.putRefusedAddresses(tx, [
        { grain: 10, start: 20, address: '192.0.2.1', count: 9, surplus: 3 },
        { grain: 10, start: 20, address: '192.0.2.3', count: 1, surplus: 0 },
      ]),
    changes: [
      'activity_refusal_addresses 10 20 192.0.2.1: count=9 surplus=3',
      '+ activity_refusal_addresses 10 20 192.0.2.3: grain=10 start=20 address=192.0.2.3 count=1 surplus=0',
    ],
  },
  {
    store: 'activity/statistics',
    statement: 'deleteRefusedAddresses',
    run: (tx) =>
      statistics.deleteRefusedAddresses(tx, [
        { grain: 10, start: 20, address: '192.0.2.1' },
        { grain: 100, start: 20, address: '192.0.2.2' },
      ]),
    changes: ['- activity_refusal_addresses 10 20 192.0.2.1'],
  },
  {
    store: 'activity/statistics',
    statement: 'deleteRefusedAddressesBefore',
    run: (tx) => statistics.deleteRefusedAddressesBefore(tx, 20),
    changes: ['- activity_refusal_addresses 10 10 192.0.2.1'],
  },
  {
    store: 'activity/statistics',
    statement: 'sumRefusedAddresses',
    run: (tx) =>
      statistics
        .sumRefusedAddresses(
          tx,
          [
            { grain: 10, from: 10, to: 20 },
            { grain: 100, from: 20, to: 21 },
          ],
          1,
        )
        .then(sorted),
    gives: ['{"address":"192.0.2.1","count":11,"surplus":3}'],
  },
  {
    store: 'activity/statistics',
    statement: 'sumRefusedAddresses',
    of: 'before the end of the range',
    run: (tx) => statistics.sumRefusedAddresses(tx, [{ grain: 10, from: 11, to: 20 }], 9),
    gives: [],
  },
  {
    store: 'activity/statistics',
    statement: 'sumRefusedAddresses',
    of: 'no span',
    run: (tx) => statistics.sumRefusedAddresses(tx, [], 9),
    gives: [],
  },
  {
    store: 'activity/statistics',
    statement: 'findSeenRegions',
    run: (tx) => statistics.findSeenRegions(tx, ['', 'usr_bob']).then(sorted),
    gives: ['{"subject":"","region":"DE"}', '{"subject":"usr_bob","region":"FR"}'],
  },
  {
    store: 'activity/statistics',
    statement: 'insertSeenRegions',
    run: (tx) =>
      statistics.insertSeenRegions(tx, [{ subject: 'usr_bob', region: 'DE', first_at: 40, is_new: 1 }]),
    changes: ['+ activity_seen_regions usr_bob DE: subject=usr_bob region=DE first_at=40 is_new=1'],
  },
  {
    store: 'activity/statistics',
    statement: 'findNewRegions',
    run: (tx) => statistics.findNewRegions(tx, { from: 20, to: 31, limit: 1 }).then(sorted),
    gives: ['{"subject":"usr_bob","region":"FR","first_at":30,"is_new":1}'],
  },
  {
    store: 'activity/statistics',
    statement: 'findNewRegions',
    of: 'before the end of the range',
    run: (tx) => statistics.findNewRegions(tx, { from: 10, to: 30, limit: 9 }).then(sorted),
    gives: ['{"subject":"usr_ada","region":"FR","first_at":20,"is_new":1}'],
  },
  {
    store: 'activity/statistics',
    statement: 'deleteSeenRegionsOf',
    run: (tx) => statistics.deleteSeenRegionsOf(tx, 'usr_ada'),
    changes: ['- activity_seen_regions usr_ada DE', '- activity_seen_regions usr_ada FR'],
  },
  {
    store: 'activity/statistics',
    statement: 'putOnline',
    run: (tx) => statistics.putOnline(tx, { grain: 10, start: 20, process: 'prc_2', devices: 0 }),
    changes: ['activity_online 10 20 prc_2: devices=0'],
  },
  {
    store: 'activity/statistics',
    statement: 'putOnline',
    of: 'of another process',
    run: (tx) => statistics.putOnline(tx, { grain: 10, start: 20, process: 'prc_3', devices: 6 }),
    changes: ['+ activity_online 10 20 prc_3: grain=10 start=20 process=prc_3 devices=6'],
  },
  {
    store: 'activity/statistics',
    statement: 'findOnlineSince',
    run: (tx) => statistics.findOnlineSince(tx, 10, 20).then(sorted),
    gives: [
      '{"grain":10,"start":20,"process":"prc_1","devices":1}',
      '{"grain":10,"start":20,"process":"prc_2","devices":4}',
    ],
  },
  {
    store: 'activity/statistics',
    statement: 'mostOnlineByBucket',
    run: (tx) => statistics.mostOnlineByBucket(tx, { grain: 10, from: 10, to: 21 }, 100).then(sorted),
    gives: ['{"start":0,"devices":5}'],
  },
  {
    store: 'activity/statistics',
    statement: 'mostOnlineByBucket',
    of: 'before the end of the range',
    run: (tx) => statistics.mostOnlineByBucket(tx, { grain: 10, from: 10, to: 20 }, 100).then(sorted),
    gives: ['{"start":0,"devices":3}'],
  },
  {
    store: 'activity/statistics',
    statement: 'deleteOnlineBefore',
    run: (tx) => statistics.deleteOnlineBefore(tx, 10, 20),
    changes: ['- activity_online 10 10 prc_1'],
  },
  {
    store: 'activity/consumers',
    statement: 'holdConsumer',
    run: (tx) => consumers.holdConsumer(tx, { name: 'a', start: 3, now }),
    gives: 'a',
    writes: 1,
  },
  {
    store: 'activity/consumers',
    statement: 'holdConsumer',
    of: 'a new one',
    run: (tx) => consumers.holdConsumer(tx, { name: 'c', start: 3, now }),
    gives: 'c',
    changes: ['+ activity_consumers c: name=c seq=3 moved_at=1000 held_until=0'],
  },
  {
    store: 'activity/consumers',
    statement: 'moveConsumer',
    run: (tx) => consumers.moveConsumer(tx, 'a', 8, now),
    changes: ['activity_consumers a: seq=8 moved_at=1000'],
  },
  {
    store: 'activity/consumers',
    statement: 'findConsumers',
    run: (tx) => consumers.findConsumers(tx),
    gives: ['a', 'b', 'held', 'over'],
  },
  {
    store: 'activity/searches',
    statement: 'insertSearch',
    run: (tx) => searches.insertSearch(tx, newSearch),
    gives: true,
    changes: [
      '+ activity_searches sch_new: id=sch_new owner=usr_bob name=new shared=0 query={} created_at=1000 changed_at=1000',
    ],
  },
  ...(
    [
      ['of a name that the owner has', { name: 'a' }],
      ['of a name that a shared one has', { name: 'c', shared: 1 }],
    ] as const
  ).map(
    ([of, more]): Row => ({
      ...{ store: 'activity/searches', statement: 'insertSearch', of, gives: false },
      run: (tx) => searches.insertSearch(tx, { ...newSearch, ...more }),
    }),
  ),
  {
    store: 'activity/searches',
    statement: 'updateSearch',
    run: (tx) => searches.updateSearch(tx, { ...newSearch, id: 'sch_1', name: 'c' }),
    gives: true,
    changes: ['activity_searches sch_1: name=c query={} changed_at=1000'],
  },
  ...(
    [
      ['to a name that the owner has', { name: 'b' }],
      ['to a name that a shared one has', { name: 'c', shared: 1 }],
    ] as const
  ).map(
    ([of, more]): Row => ({
      ...{ store: 'activity/searches', statement: 'updateSearch', of, gives: false },
      run: (tx) => searches.updateSearch(tx, { ...newSearch, id: 'sch_1', ...more }),
    }),
  ),
  {
    store: 'activity/searches',
    statement: 'findSearches',
    run: (tx) => searches.findSearches(tx, 'usr_bob'),
    gives: ['sch_1', 'sch_2', 'sch_3'],
  },
  {
    store: 'activity/searches',
    statement: 'findSearches',
    of: 'of the operator',
    run: (tx) => searches.findSearches(tx, null),
    gives: ['sch_2', 'sch_3'],
  },
  {
    store: 'activity/searches',
    statement: 'findSearchesOf',
    run: (tx) => searches.findSearchesOf(tx, 'usr_bob'),
    gives: ['sch_1', 'sch_2'],
  },
  {
    store: 'activity/searches',
    statement: 'holdSearch',
    run: (tx) => searches.holdSearch(tx, 'sch_1'),
    gives: 'sch_1',
    writes: 1,
  },
  {
    store: 'activity/searches',
    statement: 'countSearchesOf',
    run: (tx) => searches.countSearchesOf(tx, 'usr_bob'),
    gives: 2,
  },
  {
    store: 'activity/searches',
    statement: 'countSharedSearches',
    run: (tx) => searches.countSharedSearches(tx),
    gives: 2,
  },
  {
    store: 'activity/searches',
    statement: 'deleteSearch',
    run: (tx) => searches.deleteSearch(tx, 'sch_2'),
    changes: ['- activity_searches sch_2'],
  },
  {
    store: 'activity/consumers',
    statement: 'insertDamage',
    of: 'that another consumer has met',
    run: (tx) => consumers.insertDamage(tx, { ...damage, consumer: 'c' }),
    gives: true,
    changes: [
      '+ activity_damage 2026-01-01/log/10 c: segment=2026-01-01/log/10 consumer=c segment_id=85 first=10 until=20 says=no found_at=1000',
    ],
  },
  {
    store: 'activity/consumers',
    statement: 'insertDamage',
    of: 'that it has met before',
    run: (tx) => consumers.insertDamage(tx, damage),
    gives: false,
  },
  {
    store: 'activity/consumers',
    statement: 'findDamage',
    run: async (tx) =>
      (await consumers.findDamage(tx, 2)).map(({ segment, consumer }) => `${segment} ${consumer}`),
    gives: ['2026-01-01/connections/0 a', '2026-01-01/log/10 a'],
  },
  {
    store: 'activity/consumers',
    statement: 'deleteDamage',
    run: (tx) => consumers.deleteDamage(tx, '2026-01-01/log/10'),
    gives: true,
    changes: ['- activity_damage 2026-01-01/log/10 a', '- activity_damage 2026-01-01/log/10 b'],
  },
  {
    store: 'activity/consumers',
    statement: 'deleteDamage',
    of: 'that there is none of',
    run: (tx) => consumers.deleteDamage(tx, '2026-01-01/log/20'),
    gives: false,
  },
  {
    store: 'activity/consumers',
    statement: 'findLeased',
    run: async (tx) => (await consumers.findLeased(tx, 'held'))?.holder,
    gives: 'prc_1',
  },
  {
    store: 'activity/consumers',
    statement: 'findLeased',
    of: 'one that has never run',
    run: (tx) => consumers.findLeased(tx, 'c'),
    gives: undefined,
  },
  ...(
    [
      [
        'a new one',
        'c',
        'prc_2',
        3,
        ['+ activity_consumers c: name=c seq=3 moved_at=1000 holder=prc_2 held_until=2000'],
      ],
      ['one that nobody holds', 'a', 'prc_2', 7, ['activity_consumers a: holder=prc_2 held_until=2000']],
      [
        'one whose time is over',
        'over',
        'prc_2',
        7,
        ['activity_consumers over: holder=prc_2 held_until=2000'],
      ],
      ['one’s own', 'held', 'prc_1', 7, ['activity_consumers held: held_until=2000']],
      ['one that another process holds', 'held', 'prc_2', undefined, []],
    ] as const
  ).map(
    ([of, name, holder, gives, changes]): Row => ({
      ...{ store: 'activity/consumers', statement: 'leaseConsumer', of, gives, changes },
      run: (tx) => consumers.leaseConsumer(tx, { name, start: 3, holder, now, until: 2000 }),
    }),
  ),
  {
    store: 'activity/consumers',
    statement: 'moveLeased',
    run: (tx) => consumers.moveLeased(tx, { name: 'held', holder: 'prc_1', seq: 8, now, until: 2000 }),
    gives: true,
    changes: ['activity_consumers held: seq=8 moved_at=1000 held_until=2000'],
  },
  {
    store: 'activity/consumers',
    statement: 'moveLeased',
    of: 'one that another process holds',
    run: (tx) => consumers.moveLeased(tx, { name: 'held', holder: 'prc_2', seq: 8, now, until: 2000 }),
    gives: false,
  },
  {
    store: 'activity/consumers',
    statement: 'releaseConsumer',
    run: (tx) => consumers.releaseConsumer(tx, 'held', 'prc_1'),
    changes: ['activity_consumers held: holder=null held_until=0'],
  },
  {
    store: 'activity/consumers',
    statement: 'releaseConsumer',
    of: 'one that another process holds',
    run: (tx) => consumers.releaseConsumer(tx, 'held', 'prc_2'),
  },
  {
    store: 'activity/consumers',
    statement: 'deleteConsumer',
    run: (tx) => consumers.deleteConsumer(tx, 'a'),
    changes: ['- activity_consumers a'],
  },
  {
    ...{ store: 'activity/statistics', statement: 'sumByBucket', of: 'from its beginning, to its end' },
    run: async (tx) => {
      const wanted = { series: 'sign_ins', grain: 10, from: 20, to: 30, outcomes: ['success'] }
      return sorted(await statistics.sumByBucket(tx, wanted, 'outcome', 10))
    },
    gives: ['{"start":20,"of":"success","count":1}'],
  },
  {
    ...{ store: 'activity/statistics', statement: 'sumByBucket', of: 'of all, from its beginning' },
    run: (tx) =>
      statistics
        .sumByBucket(tx, { series: 'sign_ins', grain: 10, from: 20, to: 30 }, 'outcome', 10)
        .then(sorted),
    gives: ['{"start":20,"of":"refused","count":2}', '{"start":20,"of":"success","count":1}'],
  },
  {
    ...{
      store: 'activity/statistics',
      statement: 'sumByValue',
      of: 'beside another grain, what is earlier and what is later',
    },
    before: (tx) =>
      tx.query(`INSERT INTO activity_counts (series, grain, start, outcome, value, count) VALUES
        ('sign_ins.region', 100, 20, 'success', 'DE', 9), ('sign_ins.region', 10, 19, 'success', 'DE', 9),
        ('sign_ins.region', 10, 21, 'success', 'DE', 9)`),
    run: (tx) =>
      statistics
        .sumByValue(tx, { series: 'sign_ins.region', grain: 10, from: 20, to: 21 }, 9)
        .then((rows) => rows.map(({ value, count }) => `${value} ${count}`)),
    gives: ['FR 2', 'DE 1', 'TW 1'],
  },
  {
    ...{ store: 'activity/statistics', statement: 'deleteCountsBefore', of: 'beside another grain' },
    run: (tx) => statistics.deleteCountsBefore(tx, 100, 20),
  },
  {
    ...{ store: 'activity/statistics', statement: 'deleteCountsBefore', of: 'of another grain' },
    run: (tx) => statistics.deleteCountsBefore(tx, 100, 21),
    changes: ['- activity_counts sign_ins 100 20 success '],
  },
  {
    ...{ store: 'activity/statistics', statement: 'sumRefusedAddresses', of: 'of two spans, the most first' },
    run: (tx) =>
      statistics
        .sumRefusedAddresses(
          tx,
          [
            { grain: 10, from: 20, to: 21 },
            { grain: 100, from: 10, to: 20 },
          ],
          9,
        )
        .then((rows) => rows.map(({ address, count }) => `${address} ${count}`)),
    gives: ['192.0.2.2 5', '192.0.2.1 4'],
  },
  {
    ...{ store: 'activity/statistics', statement: 'sumRefusedAddresses', of: 'of one span, the most first' },
    run: (tx) =>
      statistics
        .sumRefusedAddresses(tx, [{ grain: 10, from: 20, to: 21 }], 9)
        .then((rows) => rows.map(({ address, count }) => `${address} ${count}`)),
    gives: ['192.0.2.2 5', '192.0.2.1 4'],
  },
  {
    ...{ store: 'activity/statistics', statement: 'findNewRegions', of: 'from the beginning of the range' },
    run: (tx) => statistics.findNewRegions(tx, { from: 30, to: 31, limit: 9 }).then(sorted),
    gives: ['{"subject":"usr_bob","region":"FR","first_at":30,"is_new":1}'],
  },
  {
    ...{ store: 'activity/statistics', statement: 'findOnlineSince', of: 'of another grain' },
    run: (tx) => statistics.findOnlineSince(tx, 100, 0).then(sorted),
    gives: ['{"grain":100,"start":0,"process":"","devices":5}'],
  },
  {
    ...{
      store: 'activity/statistics',
      statement: 'mostOnlineByBucket',
      of: 'of another grain, and what is later',
    },
    run: async (tx) => [
      ...sorted(await statistics.mostOnlineByBucket(tx, { grain: 10, from: 0, to: 21 }, 10)),
      ...sorted(await statistics.mostOnlineByBucket(tx, { grain: 10, from: 11, to: 20 }, 10)),
    ],
    gives: ['{"start":10,"devices":3}', '{"start":20,"devices":5}'],
  },
  {
    ...{
      store: 'activity/searches',
      statement: 'updateSearch',
      of: 'that is shared from now on, under its own name',
    },
    run: (tx) => searches.updateSearch(tx, { ...newSearch, id: 'sch_1', name: 'a', shared: 1 }),
    gives: true,
    changes: ['activity_searches sch_1: shared=1 query={} changed_at=1000'],
  },
]
