import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../test/app.ts'
import { type Home, type Lamp, openHome } from '../../test/home.ts'
import { newUid } from '../devices/uid.ts'
import type { ActivityEvent } from './events.ts'

/** Everybody and everything that may be refused here. */
interface Cast {
  readonly house: Home
  readonly ada: SignedIn
  readonly mallory: SignedIn
  readonly viewer: SignedIn
  readonly lamp: Lamp
  readonly other: Lamp
  readonly ended: string
}

interface Forbidden {
  readonly name: string
  readonly ask: (cast: Cast) => Promise<{ status: number } | undefined>
  readonly status?: number
  readonly row: (cast: Cast) => Partial<ActivityEvent>
}

const http =
  (method: string, path: (cast: Cast) => string, as: (cast: Cast) => string | undefined, body?: unknown) =>
  (cast: Cast) => {
    const token = as(cast)
    return cast.house.call(method, path(cast), { ...(token !== undefined && { token }), body })
  }
const mallorys = ({ mallory }: Cast) => mallory.token
const viewers = ({ viewer }: Cast) => viewer.token

const lacking = (permission: string, route: string) => JSON.stringify({ permission, route })

/** What is said no to over HTTPS: who, to what, and why stands in the log, whatever the caller is told. */
const overHttps: readonly Forbidden[] = [
  {
    name: 'a permission that is missing',
    ask: http('GET', () => '/v1/users', mallorys),
    status: 403,
    row: ({ mallory }) => ({
      event: 'access.refuse',
      subject: mallory.id,
      reason: 'permission_missing',
      details: lacking('users:read', 'GET /v1/users'),
    }),
  },
  {
    name: 'another route that needs one',
    ask: http('GET', () => '/v1/keys', mallorys),
    status: 403,
    row: ({ mallory }) => ({
      event: 'access.refuse',
      subject: mallory.id,
      reason: 'permission_missing',
      details: lacking('keys:read', 'GET /v1/keys'),
    }),
  },
  {
    name: 'a kind of caller that may not',
    ask: http('POST', ({ lamp }) => `/v1/devices/${lamp.uid}/telemetry`, mallorys, 1),
    status: 403,
    row: ({ mallory }) => ({ event: 'access.refuse', subject: mallory.id, reason: 'kind_not_allowed' }),
  },
  {
    name: 'every device of the house',
    ask: http('GET', () => '/v1/devices?all=true', mallorys),
    status: 403,
    row: ({ mallory }) => ({
      event: 'access.refuse',
      subject: mallory.id,
      reason: 'permission_missing',
      details: lacking('devices:read', 'GET /v1/devices'),
    }),
  },
  ...(
    [
      ['GET', ''],
      ['GET', '/state'],
      ['GET', '/telemetry'],
      ['GET', '/logs'],
      ['GET', '/shares'],
      ['GET', '/connections'],
      ['DELETE', '/claim'],
    ] as const
  ).map(
    ([method, rest]): Forbidden => ({
      name: `a device that is somebody else’s, which looks as if it were not there: ${method} ${rest}`,
      ask: http(method, ({ lamp }) => `/v1/devices/${lamp.uid}${rest}`, mallorys),
      status: 404,
      row: ({ mallory, lamp }) => ({
        event: 'access.refuse',
        subject: mallory.id,
        target: lamp.uid,
        reason: 'not_related',
      }),
    }),
  ),
  {
    name: 'a device that is not there',
    ask: http('GET', ({ house }) => `/v1/devices/${newUid('none', house.world)}`, mallorys),
    status: 404,
    row: ({ mallory }) => ({ event: 'access.refuse', subject: mallory.id, reason: 'not_related' }),
  },
  {
    name: 'a command of a viewer',
    ask: http('POST', ({ lamp }) => `/v1/devices/${lamp.uid}/commands/on`, viewers, {}),
    status: 403,
    row: ({ viewer, lamp }) => ({
      event: 'access.refuse',
      subject: viewer.id,
      target: lamp.uid,
      reason: 'not_control',
    }),
  },
  {
    name: 'what a viewer desires',
    ask: http('PATCH', ({ lamp }) => `/v1/devices/${lamp.uid}/state`, viewers, { desired: {} }),
    status: 403,
    row: ({ viewer, lamp }) => ({
      event: 'access.refuse',
      subject: viewer.id,
      target: lamp.uid,
      reason: 'not_control',
    }),
  },
  {
    name: 'a share that a viewer gives',
    ask: http('POST', ({ lamp }) => `/v1/devices/${lamp.uid}/shares`, viewers, {
      username: 'mallory',
      relation: 'viewer',
    }),
    status: 403,
    row: ({ viewer, lamp }) => ({
      event: 'access.refuse',
      subject: viewer.id,
      target: lamp.uid,
      reason: 'not_own',
    }),
  },
  {
    name: 'telemetry of a device under the uid of another',
    ask: http(
      'POST',
      ({ other }) => `/v1/devices/${other.uid}/telemetry`,
      ({ lamp }) => lamp.token(),
      1,
    ),
    status: 403,
    row: ({ lamp, other }) => ({
      event: 'access.refuse',
      subject: lamp.uid,
      target: other.uid,
      reason: 'not_itself',
    }),
  },
  {
    name: 'a claim code that a stranger asks for',
    ask: http('POST', ({ lamp }) => `/v1/devices/${lamp.uid}/claim`, mallorys),
    status: 403,
    row: ({ mallory, lamp }) => ({
      event: 'access.refuse',
      subject: mallory.id,
      target: lamp.uid,
      reason: 'permission_missing',
      details: lacking('devices:write', 'POST /v1/devices/{uid}/claim'),
    }),
  },
  {
    name: 'a claim by a wrong code',
    ask: (cast) =>
      cast.house.call('POST', '/v1/devices/claims', {
        token: cast.mallory.token,
        body: { uid: cast.lamp.uid, code: 'lk_claim_x' },
      }),
    status: 400,
    row: ({ mallory, lamp }) => ({
      event: 'device.bind',
      subject: mallory.id,
      target: lamp.uid,
      reason: 'claim_invalid',
    }),
  },
  {
    name: 'a token whose session has ended',
    ask: http(
      'GET',
      () => '/v1/me',
      ({ ended }) => ended,
    ),
    status: 401,
    row: () => ({ event: 'access.refuse', reason: 'token_revoked', subject_kind: 'user' }),
  },
  {
    name: 'a token that nobody signed',
    ask: http(
      'GET',
      () => '/v1/me',
      ({ ada }) => `${ada.token.slice(0, -6)}AAAAAA`,
    ),
    status: 401,
    row: () => ({ event: 'access.refuse', reason: 'signature_invalid', subject: null }),
  },
  {
    name: 'a wrong password',
    ask: ({ house }) => house.call('POST', '/v1/login', { body: { username: 'ada', password: 'a guess' } }),
    status: 401,
    row: ({ ada }) => ({ event: 'user.sign_in', subject: ada.id, reason: 'password_wrong' }),
  },
  {
    name: 'a refresh token that is none',
    ask: ({ house }) => house.call('POST', '/v1/refresh', { body: { refresh_token: 'lk_rt_x' } }),
    status: 401,
    row: () => ({ event: 'session.refresh', reason: 'malformed' }),
  },
  {
    name: 'a client that does not exist',
    ask: ({ house }) =>
      house.call('POST', '/oauth/token', {
        form: { grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' },
      }),
    status: 401,
    row: () => ({ event: 'service.token', reason: 'client_unknown' }),
  },
]

describe('every refusal of a right stands in the log', () => {
  let cast: Cast
  before(async () => {
    const house = await openHome()
    const [ada, mallory, viewer] = await Promise.all(
      ['ada', 'mallory', 'viewer'].map((name) => house.signedIn(name)),
    )
    if (!ada || !mallory || !viewer) throw new Error('three were asked for')
    const [lamp, other] = [await house.lampOf(ada), await house.lamp()]
    const body = { username: 'viewer', relation: 'viewer' }
    await house.call('POST', `/v1/devices/${lamp.uid}/shares`, { token: ada.token, body })
    const gone = await house.signedIn('gone')
    await house.call('POST', '/v1/logout', { token: gone.token })
    cast = { house, ada, mallory, viewer, lamp, other, ended: gone.token }
  })
  after(() => cast.house.close())

  for (const { name, ask, status, row } of overHttps) {
    test(`over HTTPS: ${name}`, async () => {
      const { house } = cast
      await house.app.jobs.finish()
      const before = house.events.length
      const answer = await ask(cast)
      if (status !== undefined) assert.equal(answer?.status, status)
      const wanted = Object.entries({ outcome: 'refused', ...row(cast) }) as [keyof ActivityEvent, unknown][] // keys of what was given
      const found = house.events
        .slice(before)
        .filter((event) => wanted.every(([member, value]) => event[member] === value))
      assert.equal(found.length, 1, JSON.stringify(house.events.slice(before)))
    })
  }
})
