import { lines, type OtherProgram } from './program.ts'

const refuse = 'http-request deny deny_status 401 hdr WWW-Authenticate Bearer'

export const haproxy: OtherProgram = {
  profile: 'haproxy',
  title: 'HAProxy',
  package: 'haproxy',
  version: '2.6.12',
  about:
    'A gateway before other programs. It checks nothing by itself; each check is a line of its configuration, and these are all of them. What stands behind it gets the subject and the scopes in headers.',
  directory: '/etc/haproxy',
  register: 'latchkey services add gateway --audience gateway --profile haproxy --knows lamps:read',
  files: ({ issuer, audience, algorithm, keys, directory }) => [
    {
      path: `${directory}/haproxy.cfg`,
      text: lines(
        'defaults',
        '  mode http',
        '  timeout connect 5s',
        '  timeout client 30s',
        '  timeout server 30s',
        'frontend api',
        '  bind :8080',
        '  http-request set-var(txn.bearer) http_auth_bearer',
        "  http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')",
        "  http-request set-var(txn.typ) var(txn.bearer),jwt_header_query('$.typ')",
        "  http-request set-var(txn.kid) var(txn.bearer),jwt_header_query('$.kid')",
        "  http-request set-var(txn.iss) var(txn.bearer),jwt_payload_query('$.iss')",
        "  http-request set-var(txn.aud) var(txn.bearer),jwt_payload_query('$.aud')",
        "  http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')",
        '  http-request set-var(txn.now) date()',
        // The algorithm comes from the token: without this line whoever sends it would choose it.
        `  ${refuse} unless { var(txn.alg) -m str ${algorithm} }`,
        `  ${refuse} unless { var(txn.typ) -m str JWT }`,
        ...keys.flatMap(({ kid }, at) => [
          `  acl key_${at} var(txn.kid) -m str ${kid}`,
          `  acl signed_${at} var(txn.bearer),jwt_verify(txn.alg,"${directory}/${kid}.pem") -m int 1`,
        ]),
        `  ${refuse} unless ${keys.map((_, at) => `key_${at} signed_${at}`).join(' || ')}`,
        `  ${refuse} unless { var(txn.iss) -m str ${issuer} }`,
        `  ${refuse} unless { var(txn.aud) -m str ${audience} }`,
        // Nothing is greater than 0 where there is no `exp`.
        `  ${refuse} unless { var(txn.exp),sub(txn.now) -m int gt 0 }`,
        "  http-request set-header X-Subject %[var(txn.bearer),jwt_payload_query('$.sub')]",
        "  http-request set-header X-Scope %[var(txn.bearer),jwt_payload_query('$.scope')]",
        '  default_backend programs',
        'backend programs',
        '  server one 127.0.0.1:8081',
      ),
    },
    ...keys.map(({ kid, pem }) => ({ path: `${directory}/${kid}.pem`, text: pem })),
  ],
  takes: ['not yet valid'],
  notes: [
    'It reads an audience that is a text and none that is a list; the profile writes a text.',
    'It reads the keys when it starts: put the next key there before a rotation, which its line says already.',
  ],
}
