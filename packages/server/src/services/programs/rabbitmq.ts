import { lines, type OtherProgram } from './program.ts'

/** The plug-in rabbitmq_auth_backend_oauth2, as clients of MQTT meet it. */
export const rabbitmq: OtherProgram = {
  profile: 'rabbitmq',
  title: 'RabbitMQ',
  package: 'rabbitmq-server',
  version: '3.10.8',
  about:
    'A broker of MQTT 3.1.1 and AMQP. The token is the password, the user name is passed over, and the scopes say what may be configured, written and read; in them `.` stands for the `/` of a topic.',
  directory: '/etc/rabbitmq',
  register:
    "latchkey services add broker --audience broker --profile rabbitmq \\\n  --knows 'configure:*/mqtt-subscription-*' 'write:*/mqtt-subscription-*' 'write:*/amq.topic/d.{subject}.*'",
  files: ({ audience, keySetUrl, keys, directory, certificates }) => [
    { path: `${directory}/enabled_plugins`, text: '[rabbitmq_mqtt,rabbitmq_auth_backend_oauth2].\n' },
    {
      path: `${directory}/rabbitmq.conf`,
      text: lines(
        'mqtt.allow_anonymous = false',
        'mqtt.vhost = /',
        'mqtt.exchange = amq.topic',
        'auth_backends.1 = rabbit_auth_backend_oauth2',
        `auth_oauth2.resource_server_id = ${audience}`,
        // It refuses to start with a key set at http.
        ...(keySetUrl.startsWith('https:')
          ? [
              `auth_oauth2.jwks_url = ${keySetUrl}`,
              'auth_oauth2.https.peer_verification = verify_peer',
              `auth_oauth2.https.cacertfile = ${certificates}`,
              'auth_oauth2.https.hostname_verification = wildcard',
            ]
          : keys.map(({ kid }) => `auth_oauth2.signing_keys.${kid} = ${directory}/${kid}.pem`)),
        'auth_oauth2.algorithms.1 = RS256',
        'auth_oauth2.algorithms.2 = ES256',
      ),
    },
    ...(keySetUrl.startsWith('https:')
      ? []
      : keys.map(({ kid, pem }) => ({ path: `${directory}/${kid}.pem`, text: pem }))),
  ],
  takes: ['without exp', 'not yet valid', 'of another issuer'],
  notes: [
    'It binds neither the user name nor the client id to the token.',
    'A connection goes on when its token ends: messages are delivered until the client does something itself.',
    'It fetches the key set again at each sign-in with a `kid` that it does not know.',
  ],
}
