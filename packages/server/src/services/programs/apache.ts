import { lines, type OtherProgram } from './program.ts'

/** One of several audiences or issuers is compared as a whole. */
const whose = (claim: string, issuer: string, audience: string) => [
  '  <RequireAll>',
  `    Require ${claim} iss:${issuer}`,
  `    Require ${claim} aud:${audience}`,
  '  </RequireAll>',
]

export const modAuthOpenidc: OtherProgram = {
  profile: 'mod-auth-openidc',
  title: 'Apache with mod_auth_openidc',
  package: 'libapache2-mod-auth-openidc',
  version: '2.4.12.3',
  about:
    'A module of the Apache web server, here as the guard of an API. The token goes as `Authorization: Bearer`.',
  directory: '/etc/apache2/conf-available',
  register: 'latchkey services add pages --audience pages --profile mod-auth-openidc --knows pages:read',
  files: ({ issuer, audience, keySetUrl, directory, certificates }) => [
    {
      path: `${directory}/latchkey.conf`,
      text: lines(
        `OIDCOAuthVerifyJwksUri ${keySetUrl}`,
        `OIDCCABundlePath ${certificates}`,
        'OIDCOAuthRemoteUserClaim sub',
        '<Location />',
        '  AuthType oauth20',
        ...whose('claim', issuer, audience),
        '</Location>',
      ),
    },
  ],
  takes: ['without exp', 'not yet valid'],
  notes: ['It wants a key set at https: the issuer has to be at https.'],
}

export const modOauth2: OtherProgram = {
  profile: 'mod-oauth2',
  title: 'Apache with mod_oauth2',
  package: 'libapache2-mod-oauth2',
  version: '3.3.1',
  about:
    'The successor of mod_auth_openidc for APIs, a module of the Apache web server. The token goes as `Authorization: Bearer`.',
  directory: '/etc/apache2/conf-available',
  register: 'latchkey services add pages --audience pages --profile mod-oauth2 --knows pages:read',
  files: ({ issuer, audience, keySetUrl, directory }) => [
    {
      path: `${directory}/latchkey.conf`,
      text: lines(
        `OAuth2TokenVerify jwks_uri ${keySetUrl} jwks_uri.ssl_verify=true&verify.exp=required`,
        'OAuth2TargetPass remote_user_claim=sub',
        '<Location />',
        '  AuthType oauth2',
        ...whose('oauth2_claim', issuer, audience),
        '</Location>',
      ),
    },
  ],
  takes: ['not yet valid'],
  notes: [],
}
