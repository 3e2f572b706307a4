import * as v from 'valibot'
import { Refusal } from '../../../errors.ts'
import { plain, routesFor } from '../../../http/route.ts'
import { line } from '../../../http/schema.ts'
import type { ProofGround } from '../ground.ts'
import { longestNote } from '../notes.ts'
import { findWitnessed } from './store.ts'

const route = routesFor<Pick<ProofGround, 'db' | 'witness'>>()
const text = { type: 'text' } as const

export const addCheckpoint = route({
  id: 'witnessCheckpoint',
  method: 'POST',
  path: '/tlog/add-checkpoint',
  tag: 'activity',
  summary:
    'Have a checkpoint of another log signed (C2SP tlog-witness), if this server is a witness of it and the log has only grown.',
  access: 'public',
  bodyType: 'text',
  bodyLimit: 2 * longestNote,
  body: v.string(),
  answers: {
    200: { description: 'The signature lines of this witness.', ...text },
    400: { description: 'This is no such request.', ...text },
    403: { description: 'No key of this log has signed the checkpoint.', ...text },
    404: { description: 'This server is no witness of that log.', ...text },
    409: { description: 'The size of the checkpoint that was signed last.', ...text },
    422: { description: 'The log is not the one that was signed before.', ...text },
  },
  async handle({ witness }, { body }) {
    const { status, text: said } = await witness.addCheckpoint(body)
    return plain(status, said, status === 409 ? 'text/x.tlog.size' : undefined)
  },
})

export const readWitnessed = route({
  id: 'readWitnessedCheckpoint',
  method: 'GET',
  path: '/tlog/witnessed',
  tag: 'activity',
  summary: 'The checkpoint of another log that this server has signed last, as its witness.',
  access: 'public',
  query: v.strictObject({ origin: line(200) }),
  answers: { 200: { description: 'The checkpoint, signed by that log.', ...text } },
  refuses: ['checkpoint_not_found'],
  async handle({ db }, { query: { origin } }) {
    const known = await findWitnessed(db, origin)
    if (!known) throw new Refusal('checkpoint_not_found', 'no checkpoint of this log was signed here')
    return plain(200, known.note)
  },
})
