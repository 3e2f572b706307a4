import * as v from 'valibot'
import { ifVersions } from '../../http/if-match.ts'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line, whole } from '../../http/schema.ts'
import type { UpstreamGround } from '../ground.ts'
import { redirectUri } from '../sign-in/begin.ts'
import { presets } from './presets.ts'
import {
  changeProvider,
  createProvider,
  disableProvider,
  enabledProviders,
  enableProvider,
  existingProvider,
  removeProvider,
} from './providers.ts'
import { authentications, longestSecret, responseModes } from './settings.ts'
import { findProviders, type ProviderRow } from './store.ts'
import { offeredView, presetView, providerView, type ShownProvider } from './views.ts'

const route = routesFor<UpstreamGround>()
const byKey = v.strictObject({ key: line(32) })
const texts = (most: number) => v.array(line(most))

const given = {
  authentication: v.optional(v.picklist(authentications)),
  client_secret: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(longestSecret))),
  team_id: v.optional(v.nullable(line(64))),
  key_id: v.optional(v.nullable(line(64))),
  scopes: v.optional(texts(100)),
  response_mode: v.optional(v.picklist(responseModes)),
  user_type: v.optional(v.nullable(line(64))),
  email_domains: v.optional(texts(253)),
  username_claim: v.optional(v.nullable(line(100))),
  display_name_claim: v.optional(v.nullable(line(100))),
  factor_amr: v.optional(texts(200)),
  factor_acr: v.optional(texts(200)),
}

/** What a body says of a provider, as its verbs take it. */
function settingsOf(body: v.InferOutput<v.ObjectSchema<typeof given, undefined>>) {
  return {
    ...{ authentication: body.authentication, scopes: body.scopes, responseMode: body.response_mode },
    ...{ teamId: body.team_id, keyId: body.key_id, userType: body.user_type },
    ...{ emailDomains: body.email_domains, usernameClaim: body.username_claim },
    ...{ displayNameClaim: body.display_name_claim },
    ...{ factorAmr: body.factor_amr, factorAcr: body.factor_acr },
  }
}

const answered = (description: string) => ({
  description,
  body: providerView.schema,
  headers: { ETag: 'The version, in quotes. Send it as If-Match to change this version and no other.' },
})
const tagged = ({ version }: ProviderRow) => ({ etag: `"${version}"` })

export async function shownProvider(
  { db, issuer, people }: UpstreamGround,
  row: ProviderRow,
): Promise<ShownProvider> {
  const identities = await people.countOf(db, row.issuer)
  return { ...row, identities, redirectUri: redirectUri(issuer, row.key) }
}

export const listOfferedProviders = route({
  id: 'listOfferedProviders',
  method: 'GET',
  path: '/v1/sign-in/providers',
  tag: 'sign-in',
  summary: 'List the providers at which people sign in: each has a button that leads to /sign-in/with/{key}.',
  access: 'public',
  answers: { 200: { description: 'The providers.', body: whole(offeredView.schema) } },
  async handle(ground) {
    return ok({ items: (await enabledProviders(ground)).map(offeredView.show), next: null })
  },
})

export const listPresets = route({
  id: 'listProviderPresets',
  method: 'GET',
  path: '/v1/provider-presets',
  tag: 'providers',
  summary: 'List the providers whose settings are known already.',
  access: { permission: 'providers:read' },
  acting: true,
  apiKeys: true,
  answers: { 200: { description: 'The presets.', body: whole(presetView.schema) } },
  handle: async () => ok({ items: presets.map(presetView.show), next: null }),
})

export const listProviders = route({
  id: 'listProviders',
  method: 'GET',
  path: '/v1/providers',
  tag: 'providers',
  summary: 'List the OpenID providers at which people sign in, and those that are disabled.',
  access: { permission: 'providers:read' },
  acting: true,
  apiKeys: true,
  answers: { 200: { description: 'The providers.', body: whole(providerView.schema) } },
  async handle(ground) {
    const rows = await findProviders(ground.db)
    const items = await Promise.all(rows.map((row) => shownProvider(ground, row)))
    return ok({ items: items.map(providerView.show), next: null })
  },
})

export const createProviderRoute = route({
  id: 'createProvider',
  method: 'POST',
  path: '/v1/providers',
  tag: 'providers',
  summary:
    'Add an OpenID provider. With a user type, people are made when they come for the first time; without, only those sign in who have linked an identity of it.',
  access: { permission: 'providers:write' },
  body: v.strictObject({
    ...given,
    key: line(32),
    name: line(60),
    issuer: line(500),
    client_id: line(200),
  }),
  answers: { 201: answered('Added.') },
  refuses: [
    'provider_exists',
    'provider_limit_reached',
    'user_type_unknown',
    'user_type_privileged',
    'permission_missing',
  ],
  async handle(ground, { body, actor }) {
    const { key, name, issuer, client_id: clientId, client_secret: secret = null } = body
    const said = settingsOf(body)
    const row = await createProvider(ground, actor, {
      ...{ key, name, issuer, clientId, secret },
      ...{ authentication: said.authentication ?? 'client_secret_basic', scopes: said.scopes ?? usualScopes },
      ...{
        responseMode: said.responseMode ?? 'query',
        teamId: said.teamId ?? null,
        keyId: said.keyId ?? null,
      },
      ...{ userType: said.userType ?? null, emailDomains: said.emailDomains ?? [] },
      ...{ usernameClaim: said.usernameClaim ?? null },
      displayNameClaim: said.displayNameClaim === undefined ? 'name' : said.displayNameClaim,
      ...{ factorAmr: said.factorAmr ?? [], factorAcr: said.factorAcr ?? [] },
    })
    return created(providerView.show(await shownProvider(ground, row)), tagged(row))
  },
})
const usualScopes = ['openid', 'email', 'profile']

export const readProvider = route({
  id: 'readProvider',
  method: 'GET',
  path: '/v1/providers/{key}',
  tag: 'providers',
  summary: 'See a provider.',
  access: { permission: 'providers:read' },
  acting: true,
  apiKeys: true,
  params: byKey,
  answers: { 200: answered('The provider.') },
  refuses: ['provider_not_found'],
  async handle(ground, { params }) {
    const row = await existingProvider(ground, params.key)
    return ok(providerView.show(await shownProvider(ground, row)), tagged(row))
  },
})

export const changeProviderRoute = route({
  id: 'changeProvider',
  method: 'PATCH',
  path: '/v1/providers/{key}',
  tag: 'providers',
  summary: 'Change a provider, but for its issuer. With If-Match, only the version that it names.',
  access: { permission: 'providers:write' },
  params: byKey,
  body: v.strictObject({ ...given, name: v.optional(line(60)), client_id: v.optional(line(200)) }),
  answers: { 200: answered('The provider, changed.') },
  refuses: [
    'provider_not_found',
    'user_type_unknown',
    'user_type_privileged',
    'permission_missing',
    'precondition_failed',
  ],
  async handle(ground, { params, body, actor, header }) {
    const { name, client_id: clientId, client_secret: secret } = body
    const change = { name, clientId, secret, ...settingsOf(body) }
    const row = await changeProvider(ground, actor, params.key, change, ifVersions(header('if-match')))
    return ok(providerView.show(await shownProvider(ground, row)), tagged(row))
  },
})

export const disableProviderRoute = route({
  id: 'disableProvider',
  method: 'POST',
  path: '/v1/providers/{key}/disable',
  tag: 'providers',
  summary: 'Disable a provider: nobody signs in there any more, and every session that began there ends.',
  access: { permission: 'providers:write' },
  params: byKey,
  answers: { 204: { description: 'Disabled.' } },
  refuses: ['provider_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await disableProvider(ground, actor, params.key)
    return done
  },
})

export const enableProviderRoute = route({
  id: 'enableProvider',
  method: 'POST',
  path: '/v1/providers/{key}/enable',
  tag: 'providers',
  summary: 'Enable a provider that was disabled.',
  access: { permission: 'providers:write' },
  params: byKey,
  answers: { 204: { description: 'Enabled.' } },
  refuses: ['provider_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await enableProvider(ground, actor, params.key)
    return done
  },
})

export const removeProviderRoute = route({
  id: 'removeProvider',
  method: 'DELETE',
  path: '/v1/providers/{key}',
  tag: 'providers',
  summary: 'Remove a provider that is disabled, with every identity of it.',
  access: { permission: 'providers:write' },
  params: byKey,
  answers: { 204: { description: 'Removed.' } },
  refuses: ['provider_not_found', 'provider_enabled', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await removeProvider(ground, actor, params.key)
    return done
  },
})
