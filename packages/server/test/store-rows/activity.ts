import * as activity from '../../src/activity/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const restoredEvent: activity.ActivityRow = {
  ...{ id: 'evt_9', at: 5, event: 'device.bind', outcome: 'success', reason: null, subject: null },
  ...{ subject_kind: null, target: null, target_kind: null, address: null, region: null, client_id: null },
  ...{
    region_day: 20_000,
    session_id: null,
    request_id: null,
    details: null,
    seq: 7,
    who_proof: '1:a',
    place_proof: null,
    whom_proof: null,
  },
}

function idsOfLooked({ events, until }: Awaited<ReturnType<typeof activity.searchTable>>) {
  return { events: events.map(({ id }) => id), until }
}

/** The statements of the log itself. */
export const activityRows: readonly Row[] = [
  {
    store: 'activity',
    statement: 'insertRestored',
    run: (tx) => activity.insertRestored(tx, [restoredEvent]),
    changes: [
      '+ activity evt_9: id=evt_9 at=5 event=device.bind outcome=success seq=7 who_proof=1:a region_day=20000',
    ],
  },
  {
    store: 'activity',
    statement: 'findOldestInTable',
    run: (tx) => activity.findOldestInTable(tx),
    gives: 'evt_1',
  },
  {
    store: 'activity',
    statement: 'insertEvents',
    run: (tx) =>
      activity.insertEvents(tx, [
        {
          id: 'evt_5',
          at: now,
          event: 'user.disable',
          outcome: 'refused',
          reason: 'a reason',
          subject: 'usr_ada',
          subject_kind: 'user',
          target: 'usr_bob',
          target_kind: 'user',
          address: '192.0.2.1',
          region: 'DE',
          region_day: 20_000,
          client_id: 'a client',
          session_id: 'ses_ada_1',
          request_id: 'req_1',
          details: '{}',
        },
      ]),
    changes: [
      '+ activity evt_5: id=evt_5 at=1000 event=user.disable outcome=refused reason=a reason subject=usr_ada subject_kind=user target=usr_bob target_kind=user address=192.0.2.1 region=DE client_id=a client session_id=ses_ada_1 request_id=req_1 details={} region_day=20000',
    ],
  },
  {
    store: 'activity',
    statement: 'findEventInTable',
    run: (tx) => activity.findEventInTable(tx, 'evt_2'),
    gives: 'evt_2',
  },
  {
    store: 'activity',
    statement: 'findUnsequenced',
    run: (tx) => activity.findUnsequenced(tx, 1),
    gives: ['evt_3'],
  },
  {
    store: 'activity',
    statement: 'findPlacedInTable',
    run: (tx) => activity.findPlacedInTable(tx, 1, 9),
    gives: ['evt_2'],
  },
  {
    store: 'activity',
    statement: 'placeEvents',
    run: (tx) =>
      activity.placeEvents(tx, [
        { id: 'evt_4', seq: 2 },
        { id: 'evt_3', seq: 3 },
      ]),
    changes: ['activity evt_3: seq=3', 'activity evt_4: seq=2'],
  },
  {
    store: 'activity',
    statement: 'forgetParts',
    of: 'of who and where',
    run: (tx) => activity.forgetParts(tx, 'evt_1', { who: 'a', place: 'b' }),
    changes: ['activity evt_1: subject=null address=null region=null who_proof=a place_proof=b'],
    writes: 2,
  },
  {
    store: 'activity',
    statement: 'forgetParts',
    of: 'of whom',
    run: (tx) => activity.forgetParts(tx, 'evt_3', { whom: 'c' }),
    changes: ['activity evt_3: target=null whom_proof=c'],
  },
  {
    store: 'activity',
    statement: 'findEventsOf',
    of: 'by who did it',
    run: (tx) => activity.findEventsOf(tx, 'usr_ada', 9),
    gives: ['evt_1', 'evt_3'],
  },
  {
    store: 'activity',
    statement: 'findEventsOf',
    of: 'by whom it was done to',
    run: (tx) => activity.findEventsOf(tx, 'dev_b', 1),
    gives: ['evt_4'],
  },
  {
    store: 'activity',
    statement: 'findEventsOfAfter',
    run: (tx) => activity.findEventsOfAfter(tx, 'usr_ada', 'evt_1', 9),
    gives: ['evt_3'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    run: async (tx) => (await activity.searchTable(tx, {}, 3, 9)).events,
    gives: ['evt_4', 'evt_3', 'evt_2'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by event',
    run: async (tx) => (await activity.searchTable(tx, { event: 'user.sign_in' }, 9, 9)).events,
    gives: ['evt_2', 'evt_1'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by outcome',
    run: async (tx) => (await activity.searchTable(tx, { outcome: 'refused' }, 9, 9)).events,
    gives: ['evt_2'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by subject',
    run: async (tx) => (await activity.searchTable(tx, { subject: 'usr_ada' }, 9, 9)).events,
    gives: ['evt_3', 'evt_1'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by target',
    run: async (tx) => (await activity.searchTable(tx, { target: 'dev_a' }, 9, 9)).events,
    gives: ['evt_3'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by address',
    run: async (tx) => (await activity.searchTable(tx, { address: '192.0.2.2' }, 9, 9)).events,
    gives: ['evt_4'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by region',
    run: async (tx) => (await activity.searchTable(tx, { region: 'DE' }, 9, 9)).events,
    gives: ['evt_1'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'between two ids',
    run: async (tx) => (await activity.searchTable(tx, { before: 'evt_4', from: 'evt_2' }, 9, 9)).events,
    gives: ['evt_3', 'evt_2'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by two things at once',
    run: async (tx) =>
      (await activity.searchTable(tx, { event: 'device.bind', subject: 'usr_bob' }, 9, 9)).events,
    gives: ['evt_4'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by several values',
    run: async (tx) =>
      (await activity.searchTable(tx, { target: ['dev_a', 'dev_b'], subject: ['usr_ada', 'usr_x'] }, 9, 9))
        .events,
    gives: ['evt_3'],
  },
  {
    store: 'activity',
    statement: 'searchTable',
    run: async (tx) => idsOfLooked(await activity.searchTable(tx, { event: 'device.bind' }, 1, 9)),
    gives: { events: ['evt_4'], until: null },
  },
  {
    store: 'activity',
    statement: 'searchTable',
    of: 'by text, looking at two',
    run: async (tx) => idsOfLooked(await activity.searchTable(tx, { text: 'DEV_A' }, 9, 2)),
    gives: { events: ['evt_3'], until: 'evt_3' },
  },
  {
    store: 'activity',
    statement: 'findPlacedLikeInTable',
    run: (tx) => activity.findPlacedLikeInTable(tx, { from: 0, until: 2 }, { subject: 'usr_bob' }, 9),
    gives: ['evt_2'],
  },
  {
    store: 'activity',
    statement: 'findPlacedLikeInTable',
    of: 'before a place',
    run: (tx) => activity.findPlacedLikeInTable(tx, { from: 0, until: 1 }, {}, 9),
    gives: ['evt_1'],
  },
  {
    store: 'activity',
    statement: 'findLastInTable',
    run: (tx) => activity.findLastInTable(tx, 0, 2),
    gives: 'evt_2',
  },
  {
    store: 'activity',
    statement: 'findLastInTable',
    of: 'before a place',
    run: (tx) => activity.findLastInTable(tx, 0, 1),
    gives: 'evt_1',
  },
  {
    store: 'activity',
    statement: 'findLastInTable',
    of: 'from a place on',
    run: (tx) => activity.findLastInTable(tx, 2, 9),
  },
  {
    store: 'activity',
    statement: 'deletePlaced',
    run: (tx) => activity.deletePlaced(tx, 1, 2),
    changes: ['- activity evt_2'],
  },
  {
    store: 'activity',
    statement: 'deletePlaced',
    of: 'before a place',
    run: (tx) => activity.deletePlaced(tx, 0, 1),
    changes: ['- activity evt_1'],
  },
  {
    store: 'activity',
    statement: 'countForgotten',
    run: async (tx) => {
      await activity.forgetParts(tx, 'evt_1', { who: 'a', place: 'b' })
      await activity.forgetParts(tx, 'evt_2', { whom: 'c' })
      const counts = [
        [0, 9],
        [1, 9],
        [0, 1],
      ].map(([from, until]) => activity.countForgotten(tx, from!, until!))
      return Promise.all(counts)
    },
    gives: [3, 1, 2],
    changes: [
      'activity evt_1: subject=null address=null region=null who_proof=a place_proof=b',
      'activity evt_2: whom_proof=c',
    ],
    writes: 3,
  },
  {
    ...{ store: 'activity', statement: 'forgetParts', of: 'of all that there is' },
    before: (tx) =>
      tx.query(`UPDATE activity SET region_day = 5, client_id = 'c', session_id = 's', request_id = 'r', details = '{}'
        WHERE id = 'evt_1'`),
    run: (tx) => activity.forgetParts(tx, 'evt_1', { place: 'b', whom: 'c' }),
    changes: [
      'activity evt_1: address=null region=null client_id=null session_id=null request_id=null details=null place_proof=b whom_proof=c region_day=null',
    ],
    writes: 2,
  },
  ...(
    [
      [{ outcome: 'success' }, ['evt_4', 'evt_3', 'evt_1']],
      [{ target: ['dev_a', 'dev_b'] }, ['evt_4', 'evt_3']],
      [{ address: ['192.0.2.1', '192.0.2.2'] }, ['evt_4', 'evt_1']],
      [{ region: ['DE', 'FR'] }, ['evt_3', 'evt_1']],
      [{ event: ['user.sign_in', 'device.bind'], subject: ['usr_ada', 'usr_x'] }, ['evt_3', 'evt_1']],
      [{ event: ['user.sign_in', 'x'], subject: ['usr_ada', 'usr_bob'] }, ['evt_2', 'evt_1']],
      [{ text: 'dev_' }, ['evt_4', 'evt_3']],
    ] as const
  ).map(
    ([filter, gives]): Row => ({
      ...{
        store: 'activity',
        statement: 'searchTable',
        of: `the newest first, by ${JSON.stringify(filter)}`,
      },
      run: async (tx) => (await activity.searchTable(tx, filter, 9, 9)).events,
      gives,
    }),
  ),
  {
    ...{ store: 'activity', statement: 'findPlacedLikeInTable', of: 'within two places' },
    // Of the places that are asked for, one is in the archive.
    before: async (tx) => {
      await tx.query("UPDATE activity SET seq = CASE id WHEN 'evt_3' THEN 2 ELSE 3 END WHERE seq IS NULL")
      await tx.query("DELETE FROM activity WHERE id = 'evt_1'")
    },
    run: async (tx) => [
      ...(await activity.findPlacedLikeInTable(tx, { from: 0, until: 3 }, {}, 9)),
      ...(await activity.findPlacedLikeInTable(tx, { from: 2, until: 3 }, {}, 9)),
      ...(await activity.findPlacedLikeInTable(tx, { from: 1, until: 3 }, { subject: 'usr_ada' }, 9)),
    ],
    gives: ['evt_2', 'evt_3', 'evt_3', 'evt_3'],
  },
]
