import type { IssuerOptions } from 'latchkey/guard'

// How a guard trusts the tokens of other identity providers. docs/issuers.md explains each; examples/issuers.test.ts tries
// each with tokens of the shape that the provider writes.

export const latchkey: IssuerOptions = {
  issuer: 'https://id.example.com',
  audience: 'https://api.example.com',
  claims: 'latchkey',
}

export const auth0: IssuerOptions = {
  issuer: 'https://example.eu.auth0.com/',
  audience: 'https://api.example.com',
  type: ['JWT', 'at+jwt'],
  claims: {
    scopes: ['scope', 'permissions'],
    clientId: (claims) => claims.azp ?? claims.client_id,
    kind: (claims) => (claims.gty === 'client-credentials' ? 'service' : 'user'),
  },
}

export const entra: IssuerOptions = {
  issuer: 'https://login.microsoftonline.com/8f5d3c1e-0b7a-4f1d-9c52-2f6a1b7d4e90/v2.0',
  audience: '2d4a1c6e-5b38-4e0f-8a97-6c1f0d9b3e72',
  type: 'JWT',
  require: { tid: '8f5d3c1e-0b7a-4f1d-9c52-2f6a1b7d4e90', ver: '2.0' },
  claims: {
    subject: 'oid',
    scopes: 'scp',
    roles: 'roles',
    clientId: 'azp',
    kind: (claims) => (claims.scp === undefined && claims.sub === claims.oid ? 'service' : 'user'),
  },
}

export const okta: IssuerOptions = {
  issuer: 'https://example.okta.com/oauth2/default',
  audience: 'api://default',
  type: [null],
  claims: { scopes: 'scp', roles: 'groups', clientId: 'cid' },
}

export const cognito: IssuerOptions = {
  issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1B2c3D4e',
  audience: '5f0s7k2m9q1x4v8b3n6c',
  audienceClaim: 'client_id',
  type: [null],
  require: { token_use: 'access' },
  claims: { roles: 'cognito:groups' },
}

export const keycloak: IssuerOptions = {
  issuer: 'https://sso.example.com/realms/example',
  audience: 'devices-api',
  type: 'JWT',
  require: { typ: 'Bearer' },
  claims: {
    roles: ['realm_access.roles', 'resource_access.devices-api.roles'],
    clientId: 'azp',
    sessionId: 'sid',
    kind: (claims) => (String(claims.preferred_username).startsWith('service-account-') ? 'service' : 'user'),
  },
}

export const google: IssuerOptions = {
  issuer: 'https://accounts.google.com',
  audience: '407408718192.apps.googleusercontent.com',
  type: 'JWT',
  require: { hd: 'example.com', email_verified: true },
  claims: { clientId: 'azp' },
}
