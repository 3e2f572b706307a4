import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startNode } from '../../../test/compat/mount/http.ts'
import {
  AllowAny,
  AND,
  api_view,
  type BasePermission,
  BasicAuthentication,
  IsAdminUser,
  IsAuthenticated,
  IsAuthenticatedOrReadOnly,
  NOT,
  OR,
} from './index.ts'

const basic = new BasicAuthentication({
  authenticate: (username) => ({ username, is_active: true, is_staff: username === 'admin' }),
})
const asUser = { authorization: `Basic ${btoa('user:x')}` }
const asAdmin = { authorization: `Basic ${btoa('admin:x')}` }

/** What each gets: nobody by GET, nobody by POST, a user, an administrator. */
const rows: readonly { name: string; permission: BasePermission; statuses: readonly number[] }[] = [
  { name: 'AllowAny', permission: AllowAny, statuses: [200, 200, 200, 200] },
  { name: 'IsAuthenticated', permission: IsAuthenticated, statuses: [401, 401, 200, 200] },
  { name: 'IsAdminUser', permission: IsAdminUser, statuses: [401, 401, 403, 200] },
  {
    name: 'IsAuthenticatedOrReadOnly',
    permission: IsAuthenticatedOrReadOnly,
    statuses: [200, 401, 200, 200],
  },
  { name: 'AND', permission: AND(IsAuthenticated, NOT(IsAdminUser)), statuses: [401, 401, 200, 403] },
  { name: 'OR', permission: OR(IsAdminUser, IsAuthenticatedOrReadOnly), statuses: [200, 401, 200, 200] },
  { name: 'NOT', permission: NOT(IsAuthenticated), statuses: [200, 200, 403, 403] },
]
for (const { name, permission, statuses } of rows) {
  test(`the permission ${name} lets through whom Django REST framework lets through`, async (t) => {
    const guarded = api_view({ authentication_classes: [basic], permission_classes: [permission] })
    const send = await startNode(
      t,
      (request, response) => guarded(request, response, () => response.end()),
      () => {},
    )
    const answered = [
      await send('/'),
      await send('/', { method: 'POST' }),
      await send('/', { headers: asUser }),
      await send('/', { headers: asAdmin }),
    ]
    assert.deepEqual(
      answered.map(({ status }) => status),
      statuses,
    )
  })
}

test('all permissions must agree, and without any everybody may come, as nobody', async (t) => {
  const both = api_view({ authentication_classes: [basic], permission_classes: [AllowAny, IsAdminUser] })
  const none = api_view({ authentication_classes: [basic] })
  const send = await startNode(
    t,
    (request, response) =>
      (request.url === '/both' ? both : none)(request, response, () =>
        response.end(JSON.stringify('user' in request && request.user)),
      ),
    () => {},
  )
  assert.equal((await send('/both', { headers: asUser })).status, 403)
  assert.equal((await send('/both', { headers: asAdmin })).status, 200)
  const { is_authenticated, id } = (await send('/')).json as { is_authenticated: boolean; id: unknown }
  assert.deepEqual([is_authenticated, id], [false, null])
  // A bad credential is refused even where nobody needs one.
  assert.equal((await send('/', { headers: { authorization: 'Basic x y' } })).status, 401)
})
