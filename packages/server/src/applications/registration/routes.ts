import * as v from 'valibot'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { wholeText } from '../../whole-text.ts'
import { longestAddress } from '../redirects.ts'
import type { ApplicationRow } from '../store.ts'
import type { RegistrationGround } from './ground.ts'
import { clientMetadata } from './metadata.ts'
import { changeRegistration, registeredBy, registerItself, removeRegistration } from './register.ts'

const bearerForm = wholeText(/Bearer +([\w\-.~+/]+=*)/i)

const route = routesFor<RegistrationGround>()

const texts = v.array(v.string())
const registered = v.strictObject({
  client_id: v.string(),
  client_id_issued_at: v.number(),
  client_secret: v.optional(v.string()),
  /** 0 for a secret that does not end by itself. */
  client_secret_expires_at: v.optional(v.number()),
  registration_access_token: v.optional(v.string()),
  registration_client_uri: v.string(),
  client_name: v.string(),
  application_type: v.picklist(['web', 'native']),
  redirect_uris: texts,
  post_logout_redirect_uris: texts,
  backchannel_logout_uri: v.optional(v.string()),
  backchannel_logout_session_required: v.optional(v.boolean()),
  frontchannel_logout_uri: v.optional(v.string()),
  frontchannel_logout_session_required: v.optional(v.boolean()),
  token_endpoint_auth_method: v.string(),
  grant_types: texts,
  response_types: texts,
  scope: v.string(),
  subject_type: v.string(),
  jwks: v.optional(v.record(v.string(), v.unknown())),
  jwks_uri: v.optional(v.string()),
  client_uri: v.optional(v.string()),
  policy_uri: v.optional(v.string()),
  require_pushed_authorization_requests: v.boolean(),
  dpop_bound_access_tokens: v.boolean(),
})

const methodOf = { none: 'none', secret: 'client_secret_basic', key: 'private_key_jwt' } as const

/** An application in the words of RFC 7591 section 3.2.1. */
function shown({ issuer }: RegistrationGround, row: ApplicationRow): v.InferOutput<typeof registered> {
  return {
    client_id: row.id,
    client_id_issued_at: Math.floor(row.created_at / 1000),
    registration_client_uri: `${issuer}/oauth/register/${row.id}`,
    client_name: row.name,
    application_type: row.type === 'native' ? 'native' : 'web',
    redirect_uris: [...row.redirect_uris],
    post_logout_redirect_uris: [...row.logout_uris],
    ...(row.backchannel_logout_uri !== null && {
      backchannel_logout_uri: row.backchannel_logout_uri,
      backchannel_logout_session_required: row.backchannel_logout_session_required,
    }),
    ...(row.frontchannel_logout_uri !== null && {
      frontchannel_logout_uri: row.frontchannel_logout_uri,
      frontchannel_logout_session_required: row.frontchannel_logout_session_required,
    }),
    token_endpoint_auth_method: methodOf[row.authentication],
    grant_types: [...row.grants],
    response_types: ['code'],
    scope: row.scopes.join(' '),
    subject_type: row.subject_type,
    ...(row.jwks !== null && { jwks: JSON.parse(row.jwks) as Record<string, unknown> }), // it was an object
    ...(row.jwks_uri !== null && { jwks_uri: row.jwks_uri }),
    ...(row.home_uri !== null && { client_uri: row.home_uri }),
    ...(row.policy_uri !== null && { policy_uri: row.policy_uri }),
    require_pushed_authorization_requests: row.requires_push,
    dpop_bound_access_tokens: row.requires_dpop,
  }
}

function bearerIn(header: (name: string) => string | undefined): string | undefined {
  return bearerForm.exec(header('authorization') ?? '')?.[1]
}

const byId = v.strictObject({ client_id: line(longestAddress) })

export const registerClient = route({
  id: 'registerClient',
  method: 'POST',
  path: '/oauth/register',
  tag: 'standards',
  summary:
    'Register an application that describes itself (RFC 7591), if the operator has turned that on. The answer says what it has been given, which may be less than it asked for.',
  access: 'public',
  errors: 'oauth',
  body: clientMetadata,
  answers: { 201: { description: 'Registered.', body: registered } },
  refuses: [
    ...(['not_found', 'registration_token_invalid', 'too_many_requests'] as const),
    ...(['client_metadata_invalid', 'redirect_uri_invalid'] as const),
  ],
  async handle(ground, { body, header, client }) {
    const { application, secret, registrationToken } = await registerItself(ground, body, {
      ...{ token: bearerIn(header), client },
    })
    return created({
      ...shown(ground, application),
      ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
      registration_access_token: registrationToken,
    })
  },
})

export const readRegistration = route({
  id: 'readRegistration',
  method: 'GET',
  path: '/oauth/register/{client_id}',
  tag: 'standards',
  summary: 'See a registration (RFC 7592), by its registration access token.',
  access: 'public',
  errors: 'oauth',
  params: byId,
  answers: { 200: { description: 'The registration, without its secret.', body: registered } },
  refuses: ['registration_token_invalid'],
  async handle(ground, { params, header }) {
    return ok(shown(ground, await registeredBy(ground, params.client_id, bearerIn(header))))
  },
})

export const changeRegistrationRoute = route({
  id: 'changeRegistration',
  method: 'PUT',
  path: '/oauth/register/{client_id}',
  tag: 'standards',
  summary: 'Change a registration (RFC 7592): what is not sent any more is as if it had never been.',
  access: 'public',
  errors: 'oauth',
  params: byId,
  body: clientMetadata,
  answers: { 200: { description: 'The registration, changed.', body: registered } },
  refuses: ['registration_token_invalid', 'client_metadata_invalid', 'redirect_uri_invalid'],
  async handle(ground, { params, body: metadata, header, client }) {
    const given = { metadata, client }
    return ok(shown(ground, await changeRegistration(ground, params.client_id, bearerIn(header), given)))
  },
})

export const removeRegistrationRoute = route({
  id: 'removeRegistration',
  method: 'DELETE',
  path: '/oauth/register/{client_id}',
  tag: 'standards',
  summary: 'Remove a registration (RFC 7592), and everything that came of it.',
  access: 'public',
  errors: 'oauth',
  params: byId,
  answers: { 204: { description: 'Removed.' } },
  refuses: ['registration_token_invalid'],
  async handle(ground, { params, header, client }) {
    await removeRegistration(ground, params.client_id, bearerIn(header), client)
    return done
  },
})
