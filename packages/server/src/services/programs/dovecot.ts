import { lines, type OtherProgram } from './program.ts'

export const dovecot: OtherProgram = {
  profile: 'dovecot',
  title: 'Dovecot',
  package: 'dovecot-imapd',
  version: '2.3.19.1',
  about:
    'A server of mail. The token goes by the mechanisms OAUTHBEARER and XOAUTH2, with its subject as the user name.',
  directory: '/etc/dovecot',
  register: 'latchkey services add mail --audience mail --profile dovecot --knows mail:read',
  files: ({ issuer, keys, directory }) => [
    {
      path: `${directory}/conf.d/auth-latchkey.conf.ext`,
      text: lines(
        'auth_mechanisms = oauthbearer xoauth2',
        'passdb {',
        '  driver = oauth2',
        '  mechanisms = oauthbearer xoauth2',
        `  args = ${directory}/latchkey-oauth2.conf.ext`,
        '}',
      ),
    },
    {
      path: `${directory}/latchkey-oauth2.conf.ext`,
      text: lines(
        'introspection_mode = local',
        `local_validation_key_dict = fs:posix:prefix=${directory}/latchkey-keys/`,
        'username_attribute = sub',
        `issuers = ${issuer}`,
      ),
    },
    ...keys.map(({ kid, algorithm, pem }) => ({
      path: `${directory}/latchkey-keys/default/${algorithm}/${kid}`,
      text: pem,
    })),
  ],
  takes: ['for another audience'],
  notes: [
    'It does not look at `aud`, so it gets a key of its own, which signs for it alone.',
    'It reads the key from a file named by algorithm and `kid`: put the file of the next key there before a rotation.',
    'It does not look at scopes.',
  ],
}
