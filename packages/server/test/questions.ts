import { grant } from '../src/accounts/permissions/grants.ts'
import { createUserType } from '../src/accounts/user-types/user-types.ts'
import { disableUser } from '../src/accounts/users/users.ts'
import type { Database } from '../src/database/database.ts'
import { operator } from '../src/identity.ts'
import type { Answered, CallOptions } from './app.ts'
import { type Home, openHome } from './home.ts'

export type Entity = Readonly<Record<string, unknown>>

export const user = (id: string, more: Entity = {}) => ({ type: 'user', id, ...more })
export const lamp = (id = 'lamp-1', more: Entity = {}) => ({ type: 'device', id, ...more })
export const action = (name: string, more: Entity = {}) => ({ name, ...more })
export const asked = (subject: string, name: string, resource: Entity = lamp()) => ({
  ...{ subject: user(subject), action: action(name), resource },
})
export const server = { type: 'server', id: 'latchkey' }
export const context = { time: '2025-06-27T18:03:00-07:00', ip: '192.0.2.1' }

/** A home of people, services and lamps, about which questions are asked by the Authorization API. */
export interface Questions extends Home {
  /** What the words of a question stand for: `owner`, `viewer`, `lamp-1`. */
  readonly ids: Readonly<Record<string, string>>
  readonly clerk: { readonly token: string }
  ask(path: string, body: unknown, options?: CallOptions): Promise<Answered>
}

/** The owner of two lamps, a viewer of the first, and others who may less than they seem to. */
export async function openQuestions(engine: Database['engine']): Promise<Questions> {
  const house = await openHome(engine)
  const { app, admin, call } = house
  const office = { name: 'office', description: '', permissions: ['users:read', 'users:write'] as const }
  await createUserType(app, operator, office)
  const owner = await house.signedIn('owner')
  const viewer = await house.signedIn('viewer')
  const clerk = await house.signedIn('clerk', 'office')
  const gone = await house.signedIn('gone')
  const denied = await house.signedIn('denied')
  const first = await house.lampOf(owner)
  const second = await house.lampOf(owner)
  for (const username of ['viewer', 'gone', 'denied']) {
    const body = { username, relation: 'viewer' }
    await call('POST', `/v1/devices/${first.uid}/shares`, { token: owner.token, body })
  }
  await disableUser(app, operator, gone.id)
  const denial = { permission: 'devices:view', reason: 'a reason', until: null, kind: 'denial' } as const
  await grant(app, operator, denied.id, denial)
  const scopes = ['permissions:check', 'users:write']
  const checker = await call('POST', '/v1/services', {
    token: admin.token,
    body: { name: 'checker', scopes },
  })
  const ids: Record<string, string> = {
    ...{ owner: owner.id, viewer: viewer.id, clerk: clerk.id, admin: admin.id },
    ...{ gone: gone.id, denied: denied.id, checker: checker.body.id },
    ...{ 'lamp-1': first.uid, 'lamp-2': second.uid, key: app.ring.list()[0]?.kid ?? '' },
  }
  const meant = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (name, one) => (name === 'id' ? (ids[one] ?? one) : one))
  return {
    ...house,
    ...{ ids, clerk },
    ask: (path, body, options = {}) =>
      call('POST', `/access/v1/${path}`, {
        token: admin.token,
        body: typeof body === 'string' ? body : meant(body),
        ...options,
      }),
  }
}
