import { findEvents } from '../../activity/archive/reading.ts'
import { user } from '../../activity/events.ts'
import { findSearchesOf } from '../../activity/searches/store.ts'
import type { ActivityRow } from '../../activity/store.ts'
import { eventView } from '../../activity/views.ts'
import type { Reader } from '../../database/database.ts'
import { pages } from '../../database/pages.ts'
import { jsonOf } from '../../http/json-text.ts'
import { timestamp, timestampOrNull } from '../../http/schema.ts'
import type { Actor, Caller } from '../../identity.ts'
import { findSessionsOf, type SessionRow } from '../../sessions/store.ts'
import { findAddresses } from '../addresses/store.ts'
import { attributesOf } from '../attributes/values.ts'
import { requireFreshSignIn } from '../factors/fresh.ts'
import { factorsOf, factorsView } from '../factors/views.ts'
import type { AccountsGround, LettersGround } from '../ground.ts'
import { identityView } from '../identities/routes.ts'
import { findIdentitiesOf } from '../identities/store.ts'
import { tellDataDownloaded } from '../notices/credentials.ts'
import { findSeenClients } from '../notices/store.ts'
import { heldBy } from '../permissions/effective.ts'
import { findKnownBrowsers } from '../sign-in/store.ts'
import { requireUser } from '../users/require-user.ts'
import type { UserWithPermissions } from '../users/store.ts'
import { findToChange } from '../users/users.ts'
import { userView } from '../users/views.ts'

export type DataGround = LettersGround &
  Pick<AccountsGround, 'relationsOf' | 'approvalsOf' | 'appsOf' | 'countriesOf' | 'applicationsOf'>

/**
 * All that is held about the caller, as the text of one JSON object. They are told by mail, and it is an event of the log,
 * before the first part is given.
 * @throws {Refusal} `insufficient_user_authentication`, `kind_not_allowed`, `user_not_found`
 */
export async function downloadMyData(ground: DataGround, caller: Caller): Promise<AsyncGenerator<string>> {
  const { db, world, activity } = ground
  const owner = await db.transaction(async (tx) => {
    await requireFreshSignIn(tx, caller, world.now())
    const found = await requireUser(tx, caller.identity.subject)
    await tellDataDownloaded(ground, tx, found, true)
    await activity.record(tx, caller, 'user.download_data', user(found.id))
    return found
  })
  return dataOf(ground, owner)
}

/**
 * The same of another user. @throws {Refusal} `insufficient_user_authentication`, `kind_not_allowed`, `user_not_found`,
 * `permission_missing` for a user with permissions that the actor lacks
 */
export async function downloadDataOf(
  ground: DataGround,
  actor: Actor,
  id: string,
): Promise<AsyncGenerator<string>> {
  const { db, world, activity } = ground
  const owner = await db.transaction(async (tx) => {
    if (actor.kind === 'caller') await requireFreshSignIn(tx, actor, world.now())
    const found = await findToChange(tx, actor, id, world.now())
    await tellDataDownloaded(ground, tx, found, false)
    await activity.record(tx, actor, 'user.download_data', user(id))
    return found
  })
  return dataOf(ground, owner)
}

/** So many rows of a table are in memory at once. */
const pageSize = 200

/** Members of one object, each as it is read: what has no bound comes by pages. */
async function* dataOf(
  { db, world, apiKeys, relationsOf, approvalsOf, appsOf, countriesOf, applicationsOf }: DataGround,
  owner: UserWithPermissions,
): AsyncGenerator<string> {
  const { id } = owner
  const attributes = await attributesOf(db, id, 'administrator')
  const held = {
    format: 'latchkey-person-1',
    made_at: timestamp(world.now()),
    account: { ...userView.show(owner), has_password: owner.password_hash !== null },
    permissions: heldBy(owner, world.now()),
    grants: owner.grants.map(({ kind, permission, reason, created_at, until }) => ({
      ...{ kind, permission, reason, created_at: timestamp(created_at), until: timestampOrNull(until) },
    })),
    addresses: (await findAddresses(db, id)).map(
      ({ address, is_primary, language, created_at, proven_at }) => ({
        ...{ address, primary: is_primary === 1, language },
        ...{ created_at: timestamp(created_at), proven_at: timestampOrNull(proven_at) },
      }),
    ),
    identities: (await findIdentitiesOf(db, id)).map(identityView.show),
    accounts_at_apps: (await appsOf(id)).map(({ app, name, sub, created_at, last_sign_in_at }) => ({
      ...{
        app,
        name,
        sub,
        created_at: timestamp(created_at),
        last_sign_in_at: timestampOrNull(last_sign_in_at),
      },
    })),
    attributes: Object.fromEntries(attributes.map(({ attribute, value }) => [attribute.key, value])),
    factors: factorsView.show(await factorsOf(db, owner, world.now())),
    known_browsers: (await findKnownBrowsers(db, id)).map(({ created_at, last_used_at }) => ({
      ...{ created_at: timestamp(created_at), last_used_at: timestamp(last_used_at) },
    })),
    seen_clients: (await findSeenClients(db, id)).map(({ browser, region, last_seen_at }) => ({
      ...{ browser, region, last_seen_at: timestamp(last_seen_at) },
    })),
    sign_in_countries: (await countriesOf(id)).map(({ region, at }) => ({ region, last_at: timestamp(at) })),
    saved_searches: (await findSearchesOf(db, id)).map(({ name, query, created_at }) => ({
      ...{ name, query: JSON.parse(query), created_at: timestamp(created_at) },
    })),
    api_keys: await apiKeys.listOf(id),
    applications: await applicationsOf(id),
    devices: (await relationsOf(id)).map(({ uid, relation, created_at, until }) => ({
      ...{ uid, relation, created_at: timestamp(created_at), until: timestampOrNull(until) },
    })),
  }
  // Without its brace at the end: the lists that have no bound follow.
  yield JSON.stringify(held, null, 2).slice(0, -2)
  yield* listOf('approvals', approvalsOf(id))
  yield* listOf('sessions', sessionsOf(db, id))
  yield* listOf('activity', activityOf(db, id))
  yield '\n}\n'
}

async function* listOf(name: string, pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  let before = `,\n  "${name}": [`
  for await (const page of pages) {
    for (const one of page) {
      yield `${before}\n    ${jsonOf(one)}`
      before = ','
    }
  }
  yield before === ',' ? '\n  ]' : `${before}]`
}

/** Behind every identifier that there can be. */
const last = '~'

async function* sessionsOf(db: Reader, userId: string): AsyncGenerator<readonly object[]> {
  const sessions = pages(
    last,
    pageSize,
    (before, most) => findSessionsOf(db, userId, before, most),
    (row) => row.id,
  )
  for await (const rows of sessions) yield rows.map(sessionShown)
}

function sessionShown({ id, created_at, last_used_at, ended_at, ...session }: SessionRow): object {
  const { address, region, user_agent, amr, end_reason, acted_by, client_id: client, ends_at } = session
  return {
    ...{ id, created_at: timestamp(created_at), last_used_at: timestamp(last_used_at) },
    ...{ client_id: client, ends_at: timestampOrNull(ends_at) },
    ...{ ended_at: timestampOrNull(ended_at), end_reason, address, region, user_agent, amr, acted_by },
  }
}

/** What they have done themselves: of what others have done to them, the log has the addresses of others. */
async function* activityOf(db: Reader, userId: string): AsyncGenerator<readonly object[]> {
  const events = pages<ActivityRow, string | undefined>(
    undefined,
    pageSize,
    (before, most) => findEvents(db, { subject: userId, before }, most),
    (event) => event.id,
  )
  for await (const rows of events) yield rows.map(eventView.show)
}
