import { lines, type OtherProgram } from './program.ts'

export const ejabberd: OtherProgram = {
  profile: 'ejabberd',
  title: 'ejabberd',
  package: 'ejabberd',
  version: '23.01',
  about:
    'A server of XMPP that is a broker of MQTT 3.1.1 and 5 as well. The token is the password, the subject (or the whole `jid` of the token) the user name, and the audience is the host that it serves.',
  directory: '/etc/ejabberd',
  register: 'latchkey services add chat --audience chat.example --profile ejabberd --knows chat:use',
  files: ({ audience, keys, directory }) => [
    {
      path: `${directory}/latchkey.yml`,
      text: lines(
        `hosts: [${JSON.stringify(audience)}]`,
        'auth_method: [jwt]',
        `jwt_key: ${JSON.stringify(`${directory}/latchkey.jwk`)}`,
        'jwt_jid_field: jid',
        'modules:',
        '  mod_mqtt:',
        '    access_publish: {"d/%u/#": [{allow: all}]}',
        '    access_subscribe: {"d/%u/cmd/#": [{allow: all}]}',
      ),
    },
    { path: `${directory}/latchkey.jwk`, text: lines(JSON.stringify(keys[0]?.jwk ?? {})) },
  ],
  takes: ['not yet valid', 'of another issuer', 'for another audience'],
  notes: [
    'It looks at neither `iss` nor `aud`, so it gets a key of its own, which signs for it alone.',
    'It knows one key at a time: after a rotation replace `latchkey.jwk` and reload it, or tokens by the new key are refused.',
    'It does not look at scopes: who may publish and subscribe is said by topics, for each subject.',
  ],
}
