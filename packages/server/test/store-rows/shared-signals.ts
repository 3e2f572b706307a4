import * as consents from '../../src/oauth/consents/store.ts'
import * as streams from '../../src/shared-signals/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const newStream: streams.StreamRow = {
  ...{ id: 'str_new', application: 'cli_a', description: 'd', requested: ['a', 'b'], method: 'push' },
  ...{ endpoint: 'https://e.example/', authorization_sealed: 's', status: 'enabled', status_reason: null },
  ...{ is_stopped: true, created_at: now, verified_at: null },
}

/** The statements about streams of shared signals, and about whom applications have to do with. */
export const signalRows: readonly Row[] = [
  {
    store: 'shared-signals',
    statement: 'insertStream',
    run: (tx) => streams.insertStream(tx, newStream),
    changes: [
      '+ signal_streams str_new: id=str_new application=cli_a description=d requested=a b method=push endpoint=https://e.example/ authorization_sealed=s status=enabled is_stopped=1 created_at=1000',
    ],
  },
  {
    store: 'shared-signals',
    statement: 'findStream',
    run: async (tx) => [
      (await streams.findStream(tx, 'str_held'))?.requested,
      await streams.findStream(tx, 'str_none'),
    ],
    gives: [['a', 'b'], undefined],
  },
  {
    store: 'shared-signals',
    statement: 'findStreams',
    run: (tx) => streams.findStreams(tx, 'cli_a'),
    gives: ['str_held', 'str_poll'],
  },
  {
    store: 'shared-signals',
    statement: 'holdStream',
    run: async (tx) => [
      (await streams.holdStream(tx, 'cli_a', 'str_held'))?.id,
      await streams.holdStream(tx, 'cli_b', 'str_held'),
    ],
    gives: ['str_held', undefined],
    writes: 1,
  },
  {
    store: 'shared-signals',
    statement: 'updateStream',
    run: (tx) => streams.updateStream(tx, { ...newStream, id: 'str_poll', application: 'cli_other' }),
    changes: [
      'signal_streams str_poll: description=d method=push endpoint=https://e.example/ authorization_sealed=s is_stopped=1',
    ],
  },
  {
    store: 'shared-signals',
    statement: 'deleteStream',
    run: (tx) => streams.deleteStream(tx, 'str_held'),
    changes: [
      '- signal_exclusions str_held usr_ada',
      '- signal_exclusions str_held usr_bob',
      '- signal_streams str_held',
    ],
  },
  {
    store: 'shared-signals',
    statement: 'insertExclusion',
    run: (tx) => streams.insertExclusion(tx, 'str_held', 'usr_cyd', 3),
    changes: ['+ signal_exclusions str_held usr_cyd: stream=str_held subject=usr_cyd'],
  },
  ...(
    [
      ['that there is', 'usr_ada', 9],
      ['where there are enough', 'usr_cyd', 2],
    ] as const
  ).map(
    ([of, subject, most]): Row => ({
      ...{ store: 'shared-signals', statement: 'insertExclusion', of },
      run: (tx) => streams.insertExclusion(tx, 'str_held', subject, most),
    }),
  ),
  {
    store: 'shared-signals',
    statement: 'deleteExclusion',
    run: (tx) => streams.deleteExclusion(tx, 'str_held', 'usr_ada'),
    changes: ['- signal_exclusions str_held usr_ada'],
  },
  {
    store: 'shared-signals',
    statement: 'forgetExcluded',
    run: (tx) => streams.forgetExcluded(tx, 'usr_ada'),
    changes: ['- signal_exclusions str_held usr_ada', '- signal_exclusions str_other usr_ada'],
  },
  {
    store: 'shared-signals',
    statement: 'isExcluded',
    run: async (tx) => [
      await streams.isExcluded(tx, 'str_held', 'usr_ada'),
      await streams.isExcluded(tx, 'str_held', 'usr_cyd'),
      await streams.isExcluded(tx, 'str_other', 'usr_bob'),
    ],
    gives: [true, false, false],
  },
  {
    store: 'shared-signals',
    statement: 'findSealedAuthorizations',
    run: async (tx) => [
      (await streams.findSealedAuthorizations(tx, '', 9)).map(({ id }) => id),
      (await streams.findSealedAuthorizations(tx, 'str_held', 9)).map(({ id }) => id),
      (await streams.findSealedAuthorizations(tx, '', 1)).map(({ id }) => id),
    ],
    gives: [['str_held', 'str_other'], ['str_other'], ['str_held']],
  },
  {
    store: 'shared-signals',
    statement: 'replaceSealedAuthorization',
    run: async (tx) => [
      await streams.replaceSealedAuthorization(tx, { id: 'str_held', sealed: 'of str_held' }, 'anew'),
      await streams.replaceSealedAuthorization(tx, { id: 'str_other', sealed: 'changed since' }, 'anew'),
    ],
    gives: [true, false],
    changes: ['signal_streams str_held: authorization_sealed=anew'],
  },
  {
    store: 'oauth/consents',
    statement: 'noteLetIn',
    run: async (tx) => {
      await consents.noteLetIn(tx, 'cli_b', 'usr_bob')
      await consents.noteLetIn(tx, 'cli_a', 'usr_ada')
    },
    changes: ['+ application_people cli_b usr_bob: application=cli_b user_id=usr_bob'],
  },
  {
    store: 'oauth/consents',
    statement: 'findLetIn',
    run: async (tx) => [await consents.findLetIn(tx, 'usr_ada'), await consents.findLetIn(tx, 'usr_cyd')],
    gives: [['cli_a', 'cli_b'], []],
  },
  {
    store: 'oauth/consents',
    statement: 'forgetLetIn',
    run: (tx) => consents.forgetLetIn(tx, 'cli_a', 'usr_ada'),
    changes: ['- application_people cli_a usr_ada'],
  },
  {
    store: 'oauth/consents',
    statement: 'forgetAllLetIn',
    run: (tx) => consents.forgetAllLetIn(tx, 'cli_a'),
    changes: ['- application_people cli_a usr_ada', '- application_people cli_a usr_bob'],
  },
  {
    store: 'oauth/consents',
    statement: 'forgetPerson',
    run: (tx) => consents.forgetPerson(tx, 'usr_ada'),
    changes: ['- application_people cli_a usr_ada', '- application_people cli_b usr_ada'],
  },
  {
    ...{ store: 'shared-signals', statement: 'updateStream', of: 'that is another one altogether' },
    before: (tx) =>
      tx.query(`UPDATE signal_streams SET requested = 'old', status = 'paused', status_reason = 'old', verified_at = 1
        WHERE id = 'str_held'`),
    run: (tx) => streams.updateStream(tx, { ...newStream, id: 'str_held' }),
    changes: [
      'signal_streams str_held: description=d requested=a b authorization_sealed=s status=enabled status_reason=null is_stopped=1 verified_at=null',
    ],
  },
  {
    ...{
      store: 'shared-signals',
      statement: 'replaceSealedAuthorization',
      of: 'beside another that is sealed alike',
    },
    before: (tx) =>
      tx.query("UPDATE signal_streams SET authorization_sealed = 'of str_held' WHERE id = 'str_other'"),
    run: (tx) => streams.replaceSealedAuthorization(tx, { id: 'str_held', sealed: 'of str_held' }, 'anew'),
    gives: true,
    changes: ['signal_streams str_held: authorization_sealed=anew'],
  },
]
