import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { ServicesGround } from '../ground.ts'
import { existing } from '../held.ts'
import { configurationOf } from './configuration.ts'
import { badTokens } from './program.ts'

const route = routesFor<ServicesGround>()

export const readConfiguration = route({
  id: 'readServiceConfiguration',
  method: 'GET',
  path: '/v1/services/{id}/configuration',
  tag: 'services',
  summary:
    'The configuration of the other program that reads the tokens for this service, with its addresses and public keys filled in. A shared key is not in it: it was shown when it was made.',
  access: { permission: 'services:read' },
  acting: true,
  apiKeys: true,
  params: v.strictObject({ id: line(64) }),
  answers: {
    200: {
      description: 'The files, as Debian lays them.',
      body: v.strictObject({
        program: v.string(),
        about: v.string(),
        files: v.array(v.strictObject({ path: v.string(), text: v.string() })),
        /** The bad tokens that it takes. */
        takes: v.array(v.picklist(badTokens)),
        notes: v.array(v.string()),
      }),
    },
  },
  refuses: ['service_not_found', 'configuration_not_found'],
  async handle(ground, { params }) {
    const { program, files } = await configurationOf(ground, ground.db, await existing(ground.db, params.id))
    return ok({
      ...{ program: program.title, about: program.about },
      files: files.map(({ path, text }) => ({ path, text })),
      ...{ takes: [...program.takes], notes: [...program.notes] },
    })
  },
})
