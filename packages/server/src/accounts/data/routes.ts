import * as v from 'valibot'
import { routesFor, type StreamAnswer } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { type DataGround, downloadDataOf, downloadMyData } from './data.ts'

const route = routesFor<DataGround>()

const answers = { 200: { description: 'One JSON object, sent while it is made.', type: 'file' } } as const

export const downloadMyDataRoute = route({
  id: 'downloadMyData',
  method: 'POST',
  path: '/v1/me/data',
  tag: 'own account',
  summary:
    'Download all that is held about oneself. It takes a sign-in of the last five minutes, and one is told of it by mail.',
  access: { kinds: ['user'] },
  answers,
  refuses: ['insufficient_user_authentication', 'user_not_found'],
  handle: async (ground, { actor }) => fileOf(await downloadMyData(ground, actor), 'my-data.json'),
})

export const downloadUserData = route({
  id: 'downloadUserData',
  method: 'POST',
  path: '/v1/users/{id}/data',
  tag: 'accounts',
  summary:
    'Download all that is held about a user, who is told of it by mail. It takes a sign-in of the last five minutes.',
  access: { permission: 'users:data', kinds: ['user'] },
  params: v.strictObject({ id: line(64) }),
  answers,
  refuses: ['insufficient_user_authentication', 'user_not_found', 'permission_missing'],
  handle: async (ground, { actor, params }) =>
    fileOf(await downloadDataOf(ground, actor, params.id), 'person.json'),
})

function fileOf(chunks: AsyncIterable<string>, name: string): StreamAnswer {
  const headers = {
    'content-type': 'application/json',
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'no-store',
  }
  return { kind: 'stream', chunks, headers }
}
