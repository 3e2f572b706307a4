import * as v from 'valibot'
import { ifVersions } from '../http/if-match.ts'
import { created, done, ok, routesFor } from '../http/route.ts'
import { defaultLimit, line, page, pageOf, paging, whole } from '../http/schema.ts'
import type { AppsGround } from './ground.ts'
import { addAppKey, appAlgorithms, keyIdText, revokeKeyOfApp } from './keys.ts'
import { linkPerson, longestSub, unlinkPerson } from './people.ts'
import { changeApp, createPartnerApp, disableApp, existingApp } from './registered.ts'
import { type AppRow, findAppKeys, findApps } from './store.ts'
import { appKeyView, appView } from './views.ts'

const route = routesFor<AppsGround>()
const byId = v.strictObject({ id: line(64) })
const given = {
  user_type: v.optional(v.nullable(line(64))),
  longest_session_seconds: v.optional(v.number()),
}

const answered = (description: string) => ({
  description,
  body: appView.schema,
  headers: { ETag: 'The version, in quotes. Send it as If-Match to change this version and no other.' },
})
const tagged = ({ version }: AppRow) => ({ etag: `"${version}"` })

export const listApps = route({
  id: 'listApps',
  method: 'GET',
  path: '/v1/apps',
  tag: 'services',
  summary: 'List the apps of other companies.',
  access: { permission: 'apps:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject(paging),
  answers: { 200: { description: 'A page of apps.', body: page(appView.schema) } },
  async handle({ db }, { query: { limit = defaultLimit, after = '' } }) {
    return ok(pageOf(await findApps(db, after, limit + 1), limit, ({ id }) => id, appView.show))
  },
})

export const createAppRoute = route({
  id: 'createApp',
  method: 'POST',
  path: '/v1/apps',
  tag: 'services',
  summary:
    'Register an app of another company, whose account server signs who its people are. With a user type, people are made when they come for the first time.',
  access: { permission: 'apps:write' },
  body: v.strictObject({ ...given, name: line(100) }),
  answers: { 201: answered('Registered.') },
  refuses: ['app_exists', 'user_type_unknown', 'user_type_privileged', 'permission_missing'],
  async handle(ground, { body, actor }) {
    const { name, user_type: userType, longest_session_seconds: longestSessionSeconds } = body
    const row = await createPartnerApp(ground, actor, { name, userType, longestSessionSeconds })
    return created(appView.show(row), tagged(row))
  },
})

export const readApp = route({
  id: 'readApp',
  method: 'GET',
  path: '/v1/apps/{id}',
  tag: 'services',
  summary: 'See an app.',
  access: { permission: 'apps:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: answered('The app.') },
  refuses: ['app_not_found'],
  async handle(ground, { params }) {
    const row = await existingApp(ground, params.id)
    return ok(appView.show(row), tagged(row))
  },
})

export const changeAppRoute = route({
  id: 'changeApp',
  method: 'PATCH',
  path: '/v1/apps/{id}',
  tag: 'services',
  summary: 'Change an app. With If-Match, only the version that it names.',
  access: { permission: 'apps:write' },
  params: byId,
  body: v.strictObject({ ...given, name: v.optional(line(100)) }),
  answers: { 200: answered('The app, changed.') },
  refuses: [
    'app_not_found',
    'app_exists',
    'user_type_unknown',
    'user_type_privileged',
    'permission_missing',
    'precondition_failed',
  ],
  async handle(ground, { params, body, actor, header }) {
    const { name, user_type: userType, longest_session_seconds: longestSessionSeconds } = body
    const change = { name, userType, longestSessionSeconds }
    const row = await changeApp(ground, actor, params.id, change, ifVersions(header('if-match')))
    return ok(appView.show(row), tagged(row))
  },
})

export const disableAppRoute = route({
  id: 'disableApp',
  method: 'POST',
  path: '/v1/apps/{id}/disable',
  tag: 'services',
  summary: 'Turn an app off. Nothing that it signs is taken any more, and every session that it began ends.',
  access: { permission: 'apps:write' },
  params: byId,
  answers: { 204: { description: 'Disabled.' } },
  refuses: ['app_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await disableApp(ground, actor, params.id)
    return done
  },
})

export const listAppKeys = route({
  id: 'listAppKeys',
  method: 'GET',
  path: '/v1/apps/{id}/keys',
  tag: 'services',
  summary: 'The keys by which an app signs, or signed.',
  access: { permission: 'apps:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The keys.', body: whole(appKeyView.schema) } },
  refuses: ['app_not_found'],
  async handle(ground, { params: { id } }) {
    await existingApp(ground, id)
    return ok({ items: (await findAppKeys(ground.db, id)).map(appKeyView.show), next: null })
  },
})

export const addAppKeyRoute = route({
  id: 'addAppKey',
  method: 'POST',
  path: '/v1/apps/{id}/keys',
  tag: 'services',
  summary: 'Add a public key, PEM or JWK, by which an app signs. A kid is never used twice.',
  access: { permission: 'apps:write' },
  params: byId,
  body: v.strictObject({
    kid: v.pipe(v.string(), v.regex(keyIdText)),
    algorithm: v.picklist(appAlgorithms),
    key: v.union([
      v.pipe(v.string(), v.maxLength(16_384)),
      v.record(v.pipe(v.string(), v.maxLength(32)), v.unknown()),
    ]),
  }),
  answers: { 201: { description: 'Added.', body: appKeyView.schema } },
  refuses: ['app_not_found', 'key_unacceptable', 'key_exists', 'key_limit_reached', 'permission_missing'],
  async handle(ground, { params: { id }, body, actor }) {
    return created(appKeyView.show(await addAppKey(ground, actor, id, body)))
  },
})

export const revokeAppKeyRoute = route({
  id: 'revokeAppKey',
  method: 'POST',
  path: '/v1/apps/{id}/keys/{kid}/revoke',
  tag: 'services',
  summary: 'Revoke a key of an app. Nothing that it signs is taken any more; sessions that it brought go on.',
  access: { permission: 'apps:write' },
  params: v.strictObject({ id: line(64), kid: line(100) }),
  answers: { 204: { description: 'Revoked.' } },
  refuses: ['app_not_found', 'key_not_found', 'permission_missing'],
  async handle(ground, { params: { id, kid }, actor }) {
    await revokeKeyOfApp(ground, actor, id, kid)
    return done
  },
})

export const linkPersonRoute = route({
  id: 'linkAppPerson',
  method: 'POST',
  path: '/v1/apps/{id}/people',
  tag: 'services',
  summary:
    'Say which person here is meant by a `sub` of an app: whoever holds its keys can sign in as them. Nobody is signed in so who may more than strangers may have.',
  access: { permission: 'apps:write' },
  params: byId,
  body: v.strictObject({ sub: line(longestSub), user_id: line(64) }),
  answers: { 204: { description: 'Linked.' } },
  refuses: ['app_not_found', 'user_not_found', 'permission_missing', 'person_linked'],
  async handle(ground, { params: { id }, body, actor }) {
    await linkPerson(ground, actor, id, { sub: body.sub, userId: body.user_id })
    return done
  },
})

export const unlinkPersonRoute = route({
  id: 'unlinkAppPerson',
  method: 'DELETE',
  path: '/v1/apps/{id}/people/{user}',
  tag: 'services',
  summary: 'An app can sign a person in no longer; the sessions of theirs that it began end.',
  access: { permission: 'apps:write' },
  params: v.strictObject({ id: line(64), user: line(64) }),
  answers: { 204: { description: 'Unlinked.' } },
  refuses: ['app_not_found', 'user_not_found', 'permission_missing'],
  async handle(ground, { params: { id, user }, actor }) {
    await unlinkPerson(ground, actor, id, user)
    return done
  },
})
