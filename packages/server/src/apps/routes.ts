import * as v from 'valibot'
import { ifVersions } from '../http/if-match.ts'
import { created, done, ok, routesFor } from '../http/route.ts'
import { defaultLimit, line, page, pageOf, paging, whole } from '../http/schema.ts'
import { checks } from './assertion.ts'
import { checkAssertion, flow, stepOutcomes } from './check.ts'
import type { AppsGround } from './ground.ts'
import { appAlgorithms, keyIdText } from './key-form.ts'
import { addAppKey, keysOfApp, refreshKeysOfApp, revokeKeyOfApp } from './keys.ts'
import { linkPerson, longestSub, unlinkPerson } from './people/people.ts'
import { findAppPeople } from './people/store.ts'
import { changeApp, createPartnerApp, disableApp, existingApp } from './registered.ts'
import { type AppRow, findApps } from './store.ts'
import { appKeyView, appView, personOfAppView } from './views.ts'

const route = routesFor<AppsGround>()
const byId = v.strictObject({ id: line(64) })
const given = {
  user_type: v.optional(v.nullable(line(64))),
  longest_session_seconds: v.optional(v.number()),
  jwks_uri: v.optional(v.nullable(line(2_000))),
}
/** What a body says of an app, as its verbs take it. */
function rulesOf(body: v.InferOutput<v.ObjectSchema<typeof given, undefined>>) {
  const { user_type: userType, longest_session_seconds: longestSessionSeconds, jwks_uri: jwksUri } = body
  return { userType, longestSessionSeconds, jwksUri }
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
    const row = await createPartnerApp(ground, actor, { name: body.name, ...rulesOf(body) })
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
    const change = { name: body.name, ...rulesOf(body) }
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
  summary:
    'The keys by which an app signs, or signed: those that it was given, and those of its set as it was read last.',
  access: { permission: 'apps:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The keys.', body: whole(appKeyView.schema) } },
  refuses: ['app_not_found'],
  async handle(ground, { params: { id } }) {
    await existingApp(ground, id)
    return ok({ items: (await keysOfApp(ground, id)).map(appKeyView.show), next: null })
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

export const refreshAppKeysRoute = route({
  id: 'refreshAppKeys',
  method: 'POST',
  path: '/v1/apps/{id}/refresh-keys',
  tag: 'services',
  summary:
    'Read the key set of an app at once, whenever it was read last. Keys that are not in it any more are no longer accepted.',
  access: { permission: 'apps:write' },
  params: byId,
  answers: { 200: answered('The app, with what came of it.') },
  refuses: ['app_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    const row = await refreshKeysOfApp(ground, actor, params.id)
    return ok(appView.show(row), tagged(row))
  },
})

export const checkAssertionRoute = route({
  id: 'checkAssertion',
  method: 'POST',
  path: '/v1/apps/{id}/check-assertion',
  tag: 'services',
  summary:
    'Say what the exchange would say of an assertion, step by step, with what was expected and what was found. No nonce is used up, nobody is made and nothing is written.',
  access: { permission: 'apps:read' },
  params: byId,
  body: v.strictObject({
    assertion: v.pipe(v.string(), v.maxLength(16_384)),
    form: v.optional(v.picklist(['current', 'older']), 'current'),
    device_id: v.optional(line(200)),
  }),
  answers: {
    200: {
      description: 'What came of it.',
      body: v.strictObject({
        accepted: v.boolean(),
        steps: v.array(
          v.strictObject({
            step: v.number(),
            name: v.picklist(flow),
            outcome: v.picklist(stepOutcomes),
            detail: v.string(),
          }),
        ),
        failed: v.nullable(
          v.strictObject({
            check: v.picklist(checks),
            reason: v.string(),
            expected: v.string(),
            found: v.string(),
          }),
        ),
      }),
    },
  },
  refuses: ['app_not_found', 'permission_missing'],
  async handle(ground, { params: { id }, body, client }) {
    const asked = { assertion: body.assertion, form: body.form, deviceId: body.device_id }
    const { accepted, steps, failed } = await checkAssertion(ground, id, asked, client)
    return ok({ accepted, steps, failed: failed ?? null })
  },
})

export const listPeopleOfApp = route({
  id: 'listAppPeople',
  method: 'GET',
  path: '/v1/apps/{id}/people',
  tag: 'services',
  summary:
    'List the people of an app: what it calls them, who they are here, and when it signed them in last.',
  access: { permission: 'apps:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  query: v.strictObject(paging),
  answers: { 200: { description: 'A page of people.', body: page(personOfAppView.schema) } },
  refuses: ['app_not_found'],
  async handle(ground, { params: { id }, query: { limit = defaultLimit, after = '' } }) {
    await existingApp(ground, id)
    const rows = await findAppPeople(ground.db, id, after, limit + 1)
    return ok(pageOf(rows, limit, ({ user_id }) => user_id, personOfAppView.show))
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
