import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { type StatusLists, statusListTtlSeconds } from './status-lists.ts'

const route = routesFor<{ readonly statusLists: StatusLists }>()

export const readStatusList = route({
  id: 'readStatusList',
  method: 'GET',
  path: '/oauth/status-lists/{id}',
  tag: 'standards',
  summary:
    'A token status list (draft-ietf-oauth-status-list-21), as `application/statuslist+jwt`: which tokens for a service are revoked. Its address stands in the claim `status` of those tokens.',
  access: 'public',
  params: v.strictObject({ id: line(64) }),
  answers: { 200: { description: 'The status list token, signed as the tokens are.', type: 'file' } },
  refuses: ['not_found'],
  async handle({ statusLists }, { params, header }) {
    const list = await statusLists.read(params.id)
    if (!list) throw new Refusal('not_found', 'there is no such list, or its last token has ended')
    const { token, etag } = list
    const headers = {
      'content-type': 'application/statuslist+jwt',
      'cache-control': `public, max-age=${statusListTtlSeconds}`,
      'access-control-allow-origin': '*',
      etag,
    }
    return {
      kind: 'file',
      bytes: header('if-none-match') === etag ? undefined : new TextEncoder().encode(token),
      headers,
    }
  },
})
