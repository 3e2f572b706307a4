import * as v from 'valibot'
import { ok, routesFor } from '../http/route.ts'
import type { SignalsGround } from './ground.ts'
import { pollMethod, pushMethod } from './views.ts'

const route = routesFor<SignalsGround>()

export const ssfConfiguration = route({
  id: 'ssfConfiguration',
  method: 'GET',
  path: '/.well-known/ssf-configuration',
  tag: 'standards',
  summary: 'Where receivers of shared signals find everything (SSF 1.0 section 7.1).',
  access: 'public',
  answers: {
    200: {
      description: 'The configuration.',
      body: v.strictObject({
        spec_version: v.string(),
        issuer: v.string(),
        jwks_uri: v.string(),
        delivery_methods_supported: v.array(v.string()),
        configuration_endpoint: v.string(),
        status_endpoint: v.string(),
        add_subject_endpoint: v.string(),
        remove_subject_endpoint: v.string(),
        verification_endpoint: v.string(),
        authorization_schemes: v.array(v.strictObject({ spec_urn: v.string() })),
        default_subjects: v.string(),
      }),
    },
  },
  async handle({ issuer }) {
    const configuration = {
      spec_version: '1_0',
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      delivery_methods_supported: [pushMethod, pollMethod],
      configuration_endpoint: `${issuer}/ssf/streams`,
      status_endpoint: `${issuer}/ssf/status`,
      add_subject_endpoint: `${issuer}/ssf/subjects/add`,
      remove_subject_endpoint: `${issuer}/ssf/subjects/remove`,
      verification_endpoint: `${issuer}/ssf/verify`,
      // OAuth 2.0: a token by client_credentials.
      authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
      default_subjects: 'ALL',
    }
    return ok(configuration, { 'cache-control': 'public, max-age=300' })
  },
})
