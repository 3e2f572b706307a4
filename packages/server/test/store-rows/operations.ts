import * as operations from '../../src/operations/store.ts'
import * as sinks from '../../src/sinks/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const failed = { next_at: 6, last_error: 'e', failing_since: 5 }

/** The statements of processes and their jobs, and of where the log is sent. */
export const operationsRows: readonly Row[] = [
  {
    store: 'operations',
    statement: 'upsertJobRuns',
    run: (tx) =>
      operations.upsertJobRuns(tx, [
        { ...{ process: 'prc_1', job: 'a', every_ms: 9, last_run_at: 8, took_ms: 7 }, ...failed },
        { ...{ process: 'prc_1', job: 'new', every_ms: 9, last_run_at: 8, took_ms: 7 }, ...failed },
      ]),
    changes: [
      'job_runs prc_1 a: every_ms=9 last_run_at=8 took_ms=7 next_at=6 last_error=e failing_since=5',
      '+ job_runs prc_1 new: process=prc_1 job=new every_ms=9 last_run_at=8 took_ms=7 next_at=6 last_error=e failing_since=5',
    ],
  },
  {
    store: 'operations',
    statement: 'findJobRuns',
    run: async (tx) => (await operations.findJobRuns(tx, 900)).map(({ process, job }) => `${process} ${job}`),
    gives: ['prc_2 a', 'prc_2 b'],
  },
  {
    store: 'operations',
    statement: 'deleteJobRunsOfNobody',
    run: async (tx) => {
      await operations.deleteProcess(tx, 'prc_1')
      await operations.deleteJobRunsOfNobody(tx)
    },
    changes: ['- job_runs prc_1 a', '- job_runs prc_1 b', '- processes prc_1'],
  },
  {
    store: 'sinks',
    statement: 'upsertSink',
    run: (tx) =>
      sinks.upsertSink(tx, { name: 'new', kind: 'file', address: 'b', format: 'ocsf', seen_at: now }),
    changes: ['+ sinks new: name=new kind=file address=b format=ocsf seen_at=1000'],
  },
  {
    store: 'sinks',
    statement: 'upsertSink',
    of: 'one that there is',
    run: (tx) =>
      sinks.upsertSink(tx, { name: 'dead', kind: 'file', address: 'b', format: 'ocsf', seen_at: now }),
    changes: ['sinks dead: kind=file address=b format=ocsf seen_at=1000'],
  },
  {
    store: 'sinks',
    statement: 'findSinks',
    run: async (tx) => (await sinks.findSinks(tx)).map(({ name }) => name),
    gives: ['dead', 'fine', 'stalled', 'stalled_too', 'unseen'],
  },
  {
    store: 'sinks',
    statement: 'noteDelivered',
    run: (tx) => sinks.noteDelivered(tx, 'dead', now),
    changes: ['sinks dead: delivered_at=1000 failing_since=null last_error=null'],
  },
  {
    store: 'sinks',
    statement: 'noteFailed',
    run: (tx) => sinks.noteFailed(tx, 'fine', 'f', now),
    changes: ['sinks fine: failing_since=1000 last_error=f'],
  },
  {
    store: 'sinks',
    statement: 'noteFailed',
    of: 'one that has failed before',
    run: (tx) => sinks.noteFailed(tx, 'dead', 'f', now),
    changes: ['sinks dead: last_error=f'],
  },
  ...(
    [
      ['one that has failed for so long', 'dead', 900, true, ['sinks dead: stalled_at=1000']],
      ['one that has not failed for so long', 'dead', 899, false, []],
      ['one of which that is known', 'stalled', 900, false, []],
      ['one that has not failed', 'fine', 900, false, []],
      ['one that there is not', 'none', 900, false, []],
    ] as const
  ).map(
    ([of, name, before, gives, changes]): Row => ({
      ...{ store: 'sinks', statement: 'noteStalled', of, gives, changes },
      run: (tx) => sinks.noteStalled(tx, name, before, now),
    }),
  ),
  {
    store: 'sinks',
    statement: 'noteRecovered',
    run: (tx) => sinks.noteRecovered(tx, 'stalled'),
    gives: 600,
    changes: ['sinks stalled: stalled_at=null'],
  },
  {
    store: 'sinks',
    statement: 'noteRecovered',
    of: 'one that had not stalled',
    run: (tx) => sinks.noteRecovered(tx, 'dead'),
    gives: undefined,
  },
  {
    store: 'sinks',
    statement: 'noteRecovered',
    of: 'the other one',
    run: (tx) => sinks.noteRecovered(tx, 'stalled_too'),
    gives: 700,
    changes: ['sinks stalled_too: stalled_at=null'],
  },
  {
    store: 'sinks',
    statement: 'deleteSinksUnseen',
    run: (tx) => sinks.deleteSinksUnseen(tx, 900),
    gives: ['unseen'],
    changes: ['- sinks unseen'],
  },
  {
    store: 'operations',
    statement: 'upsertProcess',
    run: (tx) =>
      operations.upsertProcess(tx, { id: 'prc_4', host: 'there', pid: 4, started_at: now, seen_at: now }),
    changes: ['+ processes prc_4: id=prc_4 host=there pid=4 started_at=1000 seen_at=1000'],
  },
  {
    store: 'operations',
    statement: 'upsertProcess',
    of: 'of one that is there',
    run: (tx) =>
      operations.upsertProcess(tx, { id: 'prc_2', host: 'there', pid: 4, started_at: 5, seen_at: 1500 }),
    changes: ['processes prc_2: seen_at=1500'],
  },
  {
    store: 'operations',
    statement: 'findProcesses',
    run: (tx) => operations.findProcesses(tx, now),
    gives: ['prc_3'],
  },
  {
    store: 'operations',
    statement: 'deleteProcess',
    run: (tx) => operations.deleteProcess(tx, 'prc_2'),
    changes: ['- processes prc_2'],
  },
  {
    store: 'operations',
    statement: 'deleteProcessesSeenBefore',
    run: (tx) => operations.deleteProcessesSeenBefore(tx, now),
    changes: ['- processes prc_1'],
  },
]
