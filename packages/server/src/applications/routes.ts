import * as v from 'valibot'
import { ifVersions } from '../http/if-match.ts'
import { created, done, ok, routesFor } from '../http/route.ts'
import { defaultLimit, line, page, pageOf, wholeNumber } from '../http/schema.ts'
import type { ApplicationChange } from './facts.ts'
import { grantNames } from './grants.ts'
import type { ApplicationsGround } from './ground.ts'
import { existingApplication } from './held.ts'
import { longestAddress, mostAddresses } from './redirects.ts'
import {
  changeApplication,
  disableApplication,
  enableApplication,
  registerApplication,
  removeApplication,
} from './registered.ts'
import { type ApplicationRow, applicationTypes, findApplications } from './store.ts'
import { applicationView } from './views.ts'

const route = routesFor<ApplicationsGround>()
// As long as the address of a document that describes a client, which is its id.
export const byId = v.strictObject({ id: line(longestAddress) })

const address = line(longestAddress)
const addresses = v.optional(v.pipe(v.array(address), v.maxLength(mostAddresses)))
const optionalAddress = v.optional(v.nullable(address))

const given = {
  authentication: v.optional(v.picklist(['none', 'secret', 'key'])),
  jwks: v.optional(v.nullable(v.looseObject({ keys: v.array(v.looseObject({})) }))),
  jwks_uri: optionalAddress,
  redirect_uris: addresses,
  logout_uris: addresses,
  backchannel_logout_uri: optionalAddress,
  backchannel_logout_session_required: v.optional(v.boolean()),
  frontchannel_logout_uri: optionalAddress,
  frontchannel_logout_session_required: v.optional(v.boolean()),
  grants: v.optional(v.array(v.picklist(grantNames))),
  scopes: v.optional(v.pipe(v.array(line(100)), v.maxLength(100))),
  is_first_party: v.optional(v.boolean()),
  requires_pkce: v.optional(v.boolean()),
  requires_push: v.optional(v.boolean()),
  requires_dpop: v.optional(v.boolean()),
  subject_type: v.optional(v.picklist(['public', 'pairwise'])),
  home_uri: optionalAddress,
  policy_uri: optionalAddress,
}
type Given = v.InferOutput<v.StrictObjectSchema<typeof given, undefined>>

function changeIn(body: Given): ApplicationChange {
  return {
    authentication: body.authentication,
    jwks: body.jwks,
    jwksUri: body.jwks_uri,
    redirectUris: body.redirect_uris,
    logoutUris: body.logout_uris,
    backchannelLogoutUri: body.backchannel_logout_uri,
    backchannelLogoutSessionRequired: body.backchannel_logout_session_required,
    frontchannelLogoutUri: body.frontchannel_logout_uri,
    frontchannelLogoutSessionRequired: body.frontchannel_logout_session_required,
    grants: body.grants,
    scopes: body.scopes,
    isFirstParty: body.is_first_party,
    requiresPkce: body.requires_pkce,
    requiresPush: body.requires_push,
    requiresDpop: body.requires_dpop,
    subjectType: body.subject_type,
    homeUri: body.home_uri,
    policyUri: body.policy_uri,
  }
}

const answered = (description: string) => ({
  description,
  body: applicationView.schema,
  headers: { ETag: 'The version, in quotes. Send it as If-Match to change this version and no other.' },
})
const tagged = ({ version }: ApplicationRow) => ({ etag: `"${version}"` })

export const listApplications = route({
  id: 'listApplications',
  method: 'GET',
  path: '/v1/applications',
  tag: 'applications',
  summary: 'List applications: programs that people sign in to, or let act for them.',
  access: { permission: 'applications:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({
    limit: v.optional(wholeNumber(1, 200)),
    after: v.optional(line(longestAddress)),
    made_by: v.optional(v.picklist(['administrator', 'registration', 'document'])),
  }),
  answers: { 200: { description: 'A page of applications.', body: page(applicationView.schema) } },
  async handle({ db }, { query: { limit = defaultLimit, after = '', made_by: madeBy } }) {
    const rows = await findApplications(db, after, limit + 1, madeBy)
    return ok(pageOf(rows, limit, (row) => row.id, applicationView.show))
  },
})

export const registerApplicationRoute = route({
  id: 'registerApplication',
  method: 'POST',
  path: '/v1/applications',
  tag: 'applications',
  summary:
    'Register an application. Its secret, which web applications have unless they sign by a key, is shown this once.',
  access: { permission: 'applications:write' },
  body: v.strictObject({ ...given, name: line(100), type: v.picklist(applicationTypes) }),
  answers: {
    201: {
      description: 'Registered.',
      body: v.strictObject({ ...applicationView.schema.entries, secret: v.nullable(v.string()) }),
    },
  },
  refuses: ['permission_missing'],
  async handle(ground, { body, actor }) {
    const { name, type } = body
    const facts = { ...changeIn(body), name, type }
    const { application, secret = null } = await registerApplication(ground, actor, facts)
    return created({ ...applicationView.show(application), secret }, tagged(application))
  },
})

export const readApplication = route({
  id: 'readApplication',
  method: 'GET',
  path: '/v1/applications/{id}',
  tag: 'applications',
  summary: 'See an application.',
  access: { permission: 'applications:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: answered('The application.') },
  refuses: ['application_not_found'],
  async handle({ db }, { params }) {
    const row = await existingApplication(db, params.id)
    return ok(applicationView.show(row), tagged(row))
  },
})

export const changeApplicationRoute = route({
  id: 'changeApplication',
  method: 'PATCH',
  path: '/v1/applications/{id}',
  tag: 'applications',
  summary:
    'Change an application. If it loses a scope or a grant, what people have let it do until now ends. With If-Match, only the version that it names.',
  access: { permission: 'applications:write' },
  params: byId,
  body: v.strictObject({ ...given, name: v.optional(line(100)) }),
  answers: { 200: answered('The application, changed.') },
  refuses: ['application_not_found', 'permission_missing', 'precondition_failed'],
  async handle(ground, { params, body, actor, header }) {
    const change = { ...changeIn(body), name: body.name }
    const row = await changeApplication(ground, actor, params.id, change, ifVersions(header('if-match')))
    return ok(applicationView.show(row), tagged(row))
  },
})

export const disableApplicationRoute = route({
  id: 'disableApplication',
  method: 'POST',
  path: '/v1/applications/{id}/disable',
  tag: 'applications',
  summary: 'Turn an application off: nobody is sent to it, it gets no tokens, and what it had ends.',
  access: { permission: 'applications:write' },
  params: byId,
  answers: { 200: answered('The application, disabled.') },
  refuses: ['application_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    const row = await disableApplication(ground, actor, params.id)
    return ok(applicationView.show(row), tagged(row))
  },
})

export const enableApplicationRoute = route({
  id: 'enableApplication',
  method: 'POST',
  path: '/v1/applications/{id}/enable',
  tag: 'applications',
  summary: 'Turn an application on again. What has ended does not come back.',
  access: { permission: 'applications:write' },
  params: byId,
  answers: { 200: answered('The application, enabled.') },
  refuses: ['application_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    const row = await enableApplication(ground, actor, params.id)
    return ok(applicationView.show(row), tagged(row))
  },
})

export const removeApplicationRoute = route({
  id: 'removeApplication',
  method: 'DELETE',
  path: '/v1/applications/{id}',
  tag: 'applications',
  summary: 'Remove an application with its secrets and all that it had. Its id is never given again.',
  access: { permission: 'applications:write' },
  params: byId,
  answers: { 204: { description: 'Removed.' } },
  refuses: ['application_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await removeApplication(ground, actor, params.id)
    return done
  },
})
