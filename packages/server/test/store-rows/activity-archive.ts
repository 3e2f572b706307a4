import * as archive from '../../src/activity/archive/store.ts'
import * as backups from '../../src/activity/backup/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const shownSegments = (rows: readonly Pick<archive.SegmentRow, 'first' | 'kind'>[]) =>
  rows.map(({ first, kind }) => `${first} ${kind}`)

const runningBackup: backups.BackupRow = {
  ...{ id: 'bak_3', began_at: 500, beat_at: now, ended_at: now, place: 'here', outcome: 'success' },
  ...{ reason: null, size: 9, files: 8, bytes: 7 },
}

/** The statements of segments that are kept in the archive, and of backups. */
export const activityArchiveRows: readonly Row[] = [
  {
    store: 'activity/archive',
    statement: 'hasSegments',
    run: (tx) => archive.hasSegments(tx),
    gives: true,
  },
  {
    store: 'activity/backup',
    statement: 'insertBackup',
    run: async (tx) => {
      await backups.endSilentBackups(tx, 900, now)
      await backups.insertBackup(tx, { ...runningBackup, id: 'bak_4' })
    },
    changes: [
      'activity_backups bak_3: ended_at=1000 outcome=failure reason=ended_early',
      '+ activity_backups bak_4: id=bak_4 began_at=500 beat_at=1000 ended_at=1000 place=here outcome=success size=9 files=8 bytes=7',
    ],
  },
  {
    store: 'activity/backup',
    statement: 'endSilentBackups',
    run: (tx) => backups.endSilentBackups(tx, 900, now),
    changes: ['activity_backups bak_3: ended_at=1000 outcome=failure reason=ended_early'],
  },
  {
    store: 'activity/backup',
    statement: 'endSilentBackups',
    of: 'of whom was heard since then',
    run: (tx) => backups.endSilentBackups(tx, 899, now),
  },
  {
    store: 'activity/backup',
    statement: 'setBackup',
    run: (tx) => backups.setBackup(tx, runningBackup),
    gives: true,
    changes: ['activity_backups bak_3: beat_at=1000 ended_at=1000 outcome=success size=9 files=8 bytes=7'],
  },
  {
    store: 'activity/backup',
    statement: 'setBackup',
    of: 'one that has ended',
    run: (tx) => backups.setBackup(tx, { ...runningBackup, id: 'bak_2' }),
    gives: false,
  },
  {
    store: 'activity/backup',
    statement: 'findBackups',
    run: (tx) => backups.findBackups(tx, undefined, 2),
    gives: ['bak_3', 'bak_2'],
  },
  {
    store: 'activity/backup',
    statement: 'findBackups',
    of: 'before one',
    run: (tx) => backups.findBackups(tx, 'bak_2', 9),
    gives: ['bak_1'],
  },
  {
    store: 'activity/archive',
    statement: 'findArchive',
    run: (tx) => archive.findArchive(tx),
    gives: { moved: 0, copied: 0 },
  },
  {
    store: 'activity/archive',
    statement: 'holdArchive',
    run: (tx) => archive.holdArchive(tx),
    gives: { moved: 0, copied: 0 },
    writes: 1,
  },
  {
    store: 'activity/archive',
    statement: 'setArchive',
    run: (tx) => archive.setArchive(tx, { moved: 3, copied: 4 }),
    changes: ['activity_archive activity: moved=3 copied=4'],
  },
  {
    store: 'activity/archive',
    statement: 'findNextSegments',
    run: async (tx) => shownSegments(await archive.findNextSegments(tx, 0, 99)),
    gives: ['0 log', '10 connections', '10 log', '20 connections'],
  },
  {
    store: 'activity/archive',
    statement: 'findNextSegments',
    of: 'from within one, before another',
    run: async (tx) => shownSegments(await archive.findNextSegments(tx, 10, 20)),
    gives: ['10 connections', '10 log'],
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedSegments',
    run: async (tx) => shownSegments(await archive.findDroppedSegments(tx, 0, 99)),
    gives: ['0 connections'],
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedSegments',
    of: 'before the next, which was dropped as well',
    async run(tx) {
      await archive.dropSegment(tx, 80, now)
      return [
        shownSegments(await archive.findDroppedSegments(tx, 0, 10)),
        shownSegments(await archive.findDroppedSegments(tx, 9, 11)),
        shownSegments(await archive.findDroppedSegments(tx, 10, 11)),
      ]
    },
    gives: [['0 connections'], ['0 connections', '10 connections'], ['10 connections']],
    changes: ['activity_segments 10 connections: dropped_at=1000'],
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedSegments',
    of: 'behind it',
    run: async (tx) => shownSegments(await archive.findDroppedSegments(tx, 10, 99)),
    gives: [],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsByTime',
    run: async (tx) => shownSegments(await archive.findSegmentsByTime(tx, {}, 9)),
    gives: ['20 connections', '10 log', '10 connections', '0 log'],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsByTime',
    of: 'of some ids',
    run: async (tx) =>
      shownSegments(await archive.findSegmentsByTime(tx, { from: 'evt_0mlog', before: 'evt_2a' }, 9)),
    gives: ['10 log', '10 connections', '0 log'],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsByTime',
    of: 'through an id, behind one',
    run: async (tx) =>
      shownSegments(await archive.findSegmentsByTime(tx, { through: 'evt_1a', behind: 'evt_1mlog' }, 9)),
    gives: ['10 connections', '0 log'],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsByTime',
    of: 'by names, of each set one',
    run: async (tx) => shownSegments(await archive.findSegmentsByTime(tx, { names: [[1, 5], [2]] }, 9)),
    gives: ['10 connections'],
  },
  {
    store: 'activity/archive',
    statement: 'findSegment',
    run: async (tx) => shownSegments([(await archive.findSegment(tx, 85))!]),
    gives: ['10 log'],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentStates',
    run: (tx) => archive.findSegmentStates(tx, [85, 0, 9_999]),
    gives: [0, 85],
  },
  {
    store: 'activity/archive',
    statement: 'findOldestSegment',
    run: (tx) => archive.findOldestSegment(tx),
    gives: { min_at: 1 },
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsNamingAfter',
    run: (tx) => archive.findSegmentsNamingAfter(tx, 1, 80, 9),
    gives: [160],
  },
  {
    store: 'activity/archive',
    statement: 'findSegmentsNaming',
    run: (tx) => archive.findSegmentsNaming(tx, 1, 9),
    gives: [80, 160],
  },
  {
    store: 'activity/archive',
    statement: 'replaceContent',
    run: (tx) =>
      archive.replaceContent(tx, 85, 'sha', {
        content: Buffer.of(1),
        length: 3,
        sha256: 'b',
      }),
    gives: true,
    changes: ['activity_segments 10 log: length=3 sha256=b content=01'],
  },
  {
    store: 'activity/archive',
    statement: 'replaceContent',
    of: 'that is another by now',
    run: (tx) =>
      archive.replaceContent(tx, 85, 'x', {
        content: Buffer.of(1),
        length: 3,
        sha256: 'b',
      }),
    gives: false,
  },
  {
    store: 'activity/archive',
    statement: 'deleteSegmentNames',
    run: (tx) => archive.deleteSegmentNames(tx, [{ name: 1, segment: 80 }]),
    changes: ['- activity_segment_names 1 80'],
  },
  {
    store: 'activity/archive',
    statement: 'deleteAllSegmentNames',
    run: (tx) => archive.deleteAllSegmentNames(tx, 80),
    changes: ['- activity_segment_names 1 80', '- activity_segment_names 2 80'],
  },
  {
    store: 'activity/archive',
    statement: 'findDue',
    run: (tx) => archive.findDue(tx, { kind: 'connections', before: 30, held: [] }, 9),
    gives: [80, 160],
  },
  {
    store: 'activity/archive',
    statement: 'findDue',
    of: 'of which one is held',
    run: (tx) => archive.findDue(tx, { kind: 'connections', before: 30, held: [2] }, 9),
    gives: [160],
  },
  {
    store: 'activity/archive',
    statement: 'findDue',
    of: 'before a moment',
    run: (tx) => archive.findDue(tx, { kind: 'connections', before: 29, held: [] }, 9),
    gives: [80],
  },
  {
    store: 'activity/archive',
    statement: 'dropSegment',
    run: (tx) => archive.dropSegment(tx, 80, now),
    gives: true,
    changes: ['activity_segments 10 connections: dropped_at=1000'],
  },
  {
    store: 'activity/archive',
    statement: 'findHalfDropped',
    run: (tx) => archive.findHalfDropped(tx),
    gives: undefined,
  },
  {
    store: 'activity/archive',
    statement: 'findHalfDropped',
    of: 'the first of two that were dropped a moment ago',
    run: async (tx) => {
      for (const id of [160, 80]) await archive.dropSegment(tx, id, now)
      return archive.findHalfDropped(tx)
    },
    gives: 80,
    changes: [
      'activity_segments 10 connections: dropped_at=1000',
      'activity_segments 20 connections: dropped_at=1000',
    ],
  },
  {
    store: 'activity/archive',
    statement: 'deleteContent',
    run: async (tx) => {
      await archive.dropSegment(tx, 80, now)
      await archive.deleteContent(tx, 80)
    },
    changes: ['activity_segments 10 connections: sha256=null dropped_at=1000 content=null'],
    writes: 2,
  },
  {
    store: 'activity/archive',
    statement: 'deleteContent',
    of: 'of one that was not dropped',
    run: (tx) => archive.deleteContent(tx, 80),
    changes: [],
  },
  {
    store: 'activity/archive',
    statement: 'dropSegment',
    of: 'one that was dropped before',
    run: (tx) => archive.dropSegment(tx, 0, now),
    gives: false,
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedUntil',
    run: (tx) => archive.findDroppedUntil(tx, 'connections'),
    gives: 9,
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedUntil',
    of: 'a kind of which nothing was',
    run: (tx) => archive.findDroppedUntil(tx, 'log'),
    gives: null,
  },
  {
    store: 'activity/archive',
    statement: 'findDroppedUntil',
    of: 'a kind of which several were',
    async run(tx) {
      await archive.dropSegment(tx, 80, now)
      return archive.findDroppedUntil(tx, 'connections')
    },
    gives: 19,
    changes: ['activity_segments 10 connections: dropped_at=1000'],
  },
  {
    store: 'activity/archive',
    statement: 'findPeriods',
    run: (tx) => archive.findPeriods(tx, 9),
    gives: [
      { month: '2026-02', kind: 'connections', events: 1, bytes: 3, dropped: 0 },
      { month: '2026-01', kind: 'connections', events: 1, bytes: 3, dropped: 1 },
      { month: '2026-01', kind: 'log', events: 2, bytes: 6, dropped: 0 },
    ],
  },
  {
    ...{ store: 'activity/backup', statement: 'setBackup', of: 'that has failed' },
    run: (tx) => backups.setBackup(tx, { ...runningBackup, outcome: 'failure', reason: 'backup_failed' }),
    gives: true,
    changes: [
      'activity_backups bak_3: beat_at=1000 ended_at=1000 outcome=failure reason=backup_failed size=9 files=8 bytes=7',
    ],
  },
  ...(
    [
      ['findNextSegments', null, archive.findNextSegments],
      ['findDroppedSegments', 5, archive.findDroppedSegments],
    ] as const
  ).map(
    ([statement, droppedAt, find]): Row => ({
      ...{ store: 'activity/archive', statement, of: 'beside one that is longer than any' },
      // They begin at the earliest place that is looked at, and just before it.
      before: async (tx) => {
        for (const [id, first] of [
          [160, 100_000],
          [85, 99_999],
        ] as const) {
          await tx.query(
            'UPDATE activity_segments SET first = $2, until = $3, dropped_at = $4 WHERE id = $1',
            ...[id, first, 300_000, droppedAt],
          )
        }
      },
      run: async (tx) => shownSegments(await find(tx, 100_000 + 65_536, 400_000)),
      gives: ['100000 connections'],
    }),
  ),
  {
    ...{
      store: 'activity/archive',
      statement: 'findSegmentsByTime',
      of: 'of which some are behind all that is asked',
    },
    run: async (tx) => shownSegments(await archive.findSegmentsByTime(tx, { from: 'evt_1mlog' }, 9)),
    gives: ['20 connections', '10 log'],
  },
  {
    ...{ store: 'activity/archive', statement: 'findSegmentsByTime', of: 'through an id' },
    run: async (tx) => shownSegments(await archive.findSegmentsByTime(tx, { through: 'evt_1a' }, 9)),
    gives: ['10 log', '10 connections', '0 log'],
  },
  {
    ...{
      store: 'activity/archive',
      statement: 'findSegmentsByTime',
      of: 'by names, one of which was dropped',
    },
    before: (tx) => archive.dropSegment(tx, 160, now),
    run: async (tx) => shownSegments(await archive.findSegmentsByTime(tx, { names: [[1]] }, 9)),
    gives: ['10 connections'],
  },
  {
    ...{ store: 'activity/archive', statement: 'findOldestSegment', of: 'beside one that was dropped' },
    before: (tx) => tx.query('UPDATE activity_segments SET min_at = 2 WHERE id = 5'),
    run: (tx) => archive.findOldestSegment(tx),
    gives: { min_at: 2 },
  },
  {
    ...{ store: 'activity/archive', statement: 'findSegmentsNamingAfter', of: 'of another name' },
    run: (tx) => archive.findSegmentsNamingAfter(tx, 2, 5, 9),
    gives: [80],
  },
  {
    ...{ store: 'activity/archive', statement: 'findSegmentsNaming', of: 'beside one without content' },
    before: (tx) => tx.query('UPDATE activity_segments SET sha256 = NULL WHERE id = 80'),
    run: (tx) => archive.findSegmentsNaming(tx, 1, 9),
    gives: [160],
  },
]
