import * as proof from '../../src/activity/proof/store.ts'
import * as witnesses from '../../src/activity/proof/witness/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

/** The statements of the tree over the log, and of its witnesses. */
export const activityProofRows: readonly Row[] = [
  {
    store: 'activity/proof',
    statement: 'findSubjects',
    run: async (tx) => (await proof.findSubjects(tx, '', 9)).map(({ id }) => id),
    gives: [1, 2, 3, 4, 5],
  },
  {
    store: 'activity/proof',
    statement: 'findSubjects',
    of: 'behind one',
    run: async (tx) => {
      const [, second] = await proof.findSubjects(tx, '', 2)
      return (await proof.findSubjects(tx, second!.name_hash, 1)).map(({ id }) => id)
    },
    gives: [3],
  },
  {
    store: 'activity/proof',
    statement: 'findTree',
    run: (tx) => proof.findTree(tx),
    gives: { size: 0, next_key: 1, forgets: 0 },
  },
  {
    store: 'activity/proof',
    statement: 'holdTree',
    run: (tx) => proof.holdTree(tx),
    gives: { size: 0, next_key: 1, forgets: 0 },
    writes: 1,
  },
  {
    store: 'activity/proof',
    statement: 'setTree',
    run: (tx) => proof.setTree(tx, { size: 7, next_key: 9, forgets: 2 }),
    changes: ['activity_tree activity: size=7 next_key=9 forgets=2'],
  },
  {
    store: 'activity/proof',
    statement: 'findTile',
    run: async (tx) => [(await proof.findTile(tx, 0, 1))?.hashes, await proof.findTile(tx, 1, 1)],
    gives: ['b', undefined],
  },
  {
    store: 'activity/proof',
    statement: 'putTile',
    of: 'that has grown',
    run: (tx) => proof.putTile(tx, { level: 0, n: 1, width: 3, hashes: 'd' }),
    changes: ['activity_tiles 0 1: width=3 hashes=d'],
  },
  {
    store: 'activity/proof',
    statement: 'putTile',
    of: 'that is new',
    run: (tx) => proof.putTile(tx, { level: 0, n: 2, width: 1, hashes: 'd' }),
    changes: ['+ activity_tiles 0 2: level=0 n=2 width=1 hashes=d'],
  },
  {
    store: 'activity/proof',
    statement: 'findSubject',
    run: (tx) => proof.findSubject(tx, 'hash 2'),
    gives: 2,
  },
  {
    store: 'activity/proof',
    statement: 'findSubjectsOf',
    run: async (tx) =>
      (await proof.findSubjectsOf(tx, ['hash 3', 'hash 2', 'hash 9'])).map(({ id }) => id).sort(),
    gives: [2, 3],
  },
  {
    store: 'activity/proof',
    statement: 'insertSubjects',
    run: (tx) =>
      proof.insertSubjects(tx, [
        { name_hash: 'hash 6', id: 6, secret_sealed: 's', created_at: 2, forget: 'f', forgotten_at: 3 },
      ]),
    gives: [],
    changes: [
      '+ activity_subjects 6: name_hash=hash 6 id=6 secret_sealed=s created_at=2 forget=f forgotten_at=3',
    ],
  },
  {
    store: 'activity/proof',
    statement: 'setForget',
    run: (tx) => proof.setForget(tx, 'hash 1', 'usr_one'),
    changes: ['activity_subjects 1: forget=usr_one'],
  },
  {
    store: 'activity/proof',
    statement: 'setForget',
    of: 'of one that was forgotten',
    run: (tx) => proof.setForget(tx, 'hash 3', 'usr_three'),
  },
  {
    store: 'activity/proof',
    statement: 'findToForget',
    of: 'and not of one that is held',
    run: (tx) => proof.findToForget(tx, now, 9),
    gives: [2],
  },
  {
    store: 'activity/proof',
    statement: 'findToForget',
    of: 'a few at a time',
    run: (tx) => proof.findToForget(tx, 1001, 1),
    gives: [2],
  },
  {
    store: 'activity/proof',
    statement: 'findToForget',
    of: 'whose hold is over',
    run: (tx) => proof.findToForget(tx, 1001, 9),
    gives: [2, 5],
  },
  {
    store: 'activity/proof',
    statement: 'setForgotten',
    run: (tx) => proof.setForgotten(tx, 'hash 2', now),
    changes: ['activity_subjects 2: secret_sealed=null forget=null forgotten_at=1000'],
  },
  {
    store: 'activity/proof',
    statement: 'findForgottenKeys',
    run: (tx) => proof.findForgottenKeys(tx),
    gives: [2, 3, 4, 5],
  },
  {
    store: 'activity/proof',
    statement: 'findHolds',
    run: (tx) => proof.findHolds(tx, 'usr_five', 1),
    gives: ['usr_four'],
  },
  {
    store: 'activity/proof',
    statement: 'putHold',
    run: (tx) =>
      proof.putHold(tx, { subject: 'usr_four', reason: 'r', placed_at: 2, placed_by: null, ends_at: 3 }),
    changes: ['activity_holds usr_four: reason=r placed_at=2 placed_by=null ends_at=3'],
  },
  {
    store: 'activity/proof',
    statement: 'forgetHolder',
    async run(tx) {
      const hold = { subject: 'usr_two', reason: 'case', placed_at: 1, placed_by: 'usr_bob', ends_at: now }
      await proof.putHold(tx, hold)
      await proof.forgetHolder(tx, 'usr_ada')
    },
    changes: ['activity_holds usr_four: placed_by=null', 'activity_holds usr_two: placed_by=usr_bob'],
  },
  {
    store: 'activity/proof',
    statement: 'deleteHold',
    run: (tx) => proof.deleteHold(tx, 'usr_two'),
    gives: true,
    changes: ['- activity_holds usr_two'],
  },
  {
    store: 'activity/proof',
    statement: 'deleteHold',
    of: 'of nobody',
    run: (tx) => proof.deleteHold(tx, 'usr_six'),
    gives: false,
  },
  {
    store: 'activity/proof',
    statement: 'findSealedSubjects',
    run: (tx) => proof.findSealedSubjects(tx, 'hash 1', 2),
    gives: ['hash 2', 'hash 4'],
  },
  {
    store: 'activity/proof',
    statement: 'replaceSealedSubject',
    run: (tx) => proof.replaceSealedSubject(tx, { id: 'hash 1', sealed: 'of one' }, 'anew'),
    gives: true,
    changes: ['activity_subjects 1: secret_sealed=anew'],
  },
  {
    store: 'activity/proof',
    statement: 'replaceSealedSubject',
    of: 'that was changed since',
    run: (tx) => proof.replaceSealedSubject(tx, { id: 'hash 1', sealed: 'of two' }, 'anew'),
    gives: false,
  },
  {
    store: 'activity/proof',
    statement: 'findSigners',
    run: async (tx) => (await proof.findSigners(tx, 'log')).map(({ vkey }) => vkey),
    gives: ['log new', 'log old'],
  },
  {
    store: 'activity/proof',
    statement: 'insertSigners',
    run: async (tx) => {
      await proof.retireSigners(tx, 'witness', now)
      return proof.insertSigners(tx, [
        { vkey: 'w2', purpose: 'witness', name: 'n', private_sealed: 'p', created_at: 2, retired_at: null },
      ])
    },
    gives: [],
    changes: [
      '+ activity_signers w2: vkey=w2 purpose=witness name=n private_sealed=p created_at=2',
      'activity_signers witness: retired_at=1000',
    ],
  },
  {
    store: 'activity/proof',
    statement: 'retireSigners',
    run: (tx) => proof.retireSigners(tx, 'log', now),
    changes: ['activity_signers log new: retired_at=1000'],
  },
  {
    store: 'activity/proof',
    statement: 'findSealedSigners',
    run: (tx) => proof.findSealedSigners(tx, 'log new', 1),
    gives: ['log old'],
  },
  {
    store: 'activity/proof',
    statement: 'replaceSealedSigner',
    run: (tx) => proof.replaceSealedSigner(tx, { id: 'log old', sealed: 'of log old' }, 'anew'),
    gives: true,
    changes: ['activity_signers log old: private_sealed=anew'],
  },
  {
    store: 'activity/proof',
    statement: 'replaceSealedSigner',
    of: 'that was changed since',
    run: (tx) => proof.replaceSealedSigner(tx, { id: 'log old', sealed: 'other' }, 'anew'),
    gives: false,
  },
  {
    store: 'activity/proof',
    statement: 'replaceSealedSigner',
    of: 'where another one has what was read',
    run: (tx) => proof.replaceSealedSigner(tx, { id: 'log new', sealed: 'of log old' }, 'anew'),
    gives: false,
  },
  {
    store: 'activity/proof',
    statement: 'insertCheckpoints',
    run: (tx) => proof.insertCheckpoints(tx, [{ size: 4, at: 4, note: 'n' }]),
    gives: [],
    changes: ['+ activity_checkpoints 4: size=4 at=4 note=n'],
  },
  {
    store: 'activity/proof',
    statement: 'insertCheckpoints',
    of: 'of a size that has one',
    run: (tx) => proof.insertCheckpoints(tx, [{ size: 3, at: 4, note: 'n' }]),
    gives: [],
  },
  {
    store: 'activity/proof',
    statement: 'findCheckpoints',
    run: async (tx) => (await proof.findCheckpoints(tx, 3, 1)).map(({ size }) => size),
    gives: [2],
  },
  {
    store: 'activity/proof',
    statement: 'findCheckpointsFrom',
    run: async (tx) => (await proof.findCheckpointsFrom(tx, 2, 1)).map(({ size }) => size),
    gives: [2],
  },
  {
    store: 'activity/proof',
    statement: 'addToCheckpoint',
    run: (tx) => proof.addToCheckpoint(tx, 2, '!'),
    changes: ['activity_checkpoints 2: note=note 2!'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'findWitnesses',
    run: async (tx) => (await witnesses.findWitnesses(tx)).map(({ url }) => url),
    gives: ['a', 'b'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'putWitness',
    run: (tx) =>
      witnesses.putWitness(tx, { url: 'b', size: 9, told_at: null, asked_at: 8, last_error: null }),
    changes: ['activity_witnesses b: size=9 told_at=null asked_at=8 last_error=null'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'advanceWitness',
    run: (tx) => witnesses.advanceWitness(tx, { url: 'b', size: 2, now }),
    gives: true,
    changes: ['activity_witnesses b: size=2 told_at=1000 asked_at=1000 last_error=null'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'advanceWitness',
    of: 'to where it is already',
    run: (tx) => witnesses.advanceWitness(tx, { url: 'b', size: 1, now }),
    gives: false,
  },
  {
    store: 'activity/proof/witness',
    statement: 'advanceWitness',
    of: 'that is new',
    run: (tx) => witnesses.advanceWitness(tx, { url: 'c', size: 1, now }),
    gives: true,
    changes: ['+ activity_witnesses c: url=c size=1 told_at=1000 asked_at=1000'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'findWitnessed',
    run: async (tx) => (await witnesses.findWitnessed(tx, 'log b'))?.note,
    gives: 'of log b',
  },
  {
    store: 'activity/proof/witness',
    statement: 'putWitnessed',
    run: (tx) => witnesses.putWitnessed(tx, { origin: 'log a', size: 6, note: 'n', at: 2 }, 5),
    gives: true,
    changes: ['witnessed_logs log a: size=6 note=n at=2'],
  },
  {
    store: 'activity/proof/witness',
    statement: 'putWitnessed',
    of: 'that has grown since',
    run: (tx) => witnesses.putWitnessed(tx, { origin: 'log a', size: 6, note: 'n', at: 2 }, 4),
    gives: false,
  },
  {
    store: 'activity/proof/witness',
    statement: 'putWitnessed',
    of: 'of a new log',
    run: (tx) => witnesses.putWitnessed(tx, { origin: 'log c', size: 6, note: 'n', at: 2 }, 0),
    gives: true,
    changes: ['+ witnessed_logs log c: origin=log c size=6 note=n at=2'],
  },
]
