import { natsAccount, natsKey } from '../../tokens/profiles/nats.ts'
import { type Facts, lines, type OtherProgram, type VerifyingKey } from './program.ts'

/** Its 32 bytes (RFC 8037 section 2). */
const publicKeyOf = ({ jwk }: VerifyingKey) => Buffer.from(String(jwk.x), 'base64url')

/** No limits, which NATS writes as -1. */
const traffic = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: -1,
}
const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 }

interface Trust {
  readonly operator: string
  /** Of the service, and of the server of NATS itself, which it wants for what it stores. */
  readonly accounts: readonly { readonly id: string; readonly jwt: string }[]
}

/**
 * The operator and its accounts, signed by the key of the service: NATS trusts the operator, which signs the accounts, whose
 * keys sign the users. The operator is the key that signs when the configuration is made.
 */
function trust({ audience, keys, sign }: Facts): Trust {
  const operatorId = natsKey('operator', keys[0] ? publicKeyOf(keys[0]) : Buffer.alloc(32))
  const claims = { iat: 0, iss: operatorId }
  const account = (name: string, limits: object, signingKeys: readonly string[]) => {
    const id = natsAccount(name)
    const nats = { type: 'account', version: 2, limits, signing_keys: signingKeys }
    return { id, jwt: sign({ ...claims, jti: `account-${name}`, name, sub: id, nats }) }
  }
  const signers = keys.map((key) => natsKey('account', publicKeyOf(key)))
  return {
    operator: sign({
      ...claims,
      ...{ jti: `operator-${audience}`, name: 'latchkey', sub: operatorId },
      nats: { type: 'operator', version: 2 },
    }),
    // NATS refuses a system account that may store.
    accounts: [
      account(audience, { ...traffic, ...storage }, signers),
      account(`${audience} system`, traffic, []),
    ],
  }
}

export const nats: OtherProgram = {
  profile: 'nats',
  title: 'NATS',
  package: 'nats-server',
  version: '2.9.10',
  about:
    'A message system that speaks MQTT 3.1.1 as well. The token is the password of MQTT, or the JWT of its own clients; the scopes `pub:SUBJECT` and `sub:SUBJECT` say what may be published and subscribed to, and `.` stands for the `/` of a topic.',
  directory: '/etc/nats',
  register:
    "latchkey services add messages --audience messages --profile nats --knows 'pub:d.{subject}.>' 'sub:d.{subject}.cmd.>'",
  files: (facts) => {
    const { operator, accounts } = trust(facts)
    return [
      {
        path: `${facts.directory}/nats-server.conf`,
        text: lines(
          'server_name: messages',
          `operator: ${operator}`,
          `system_account: ${accounts.at(-1)?.id}`,
          'resolver: MEMORY',
          'resolver_preload: {',
          ...accounts.map(({ id, jwt }) => `  ${id}: ${jwt}`),
          '}',
          'jetstream {',
          '  store_dir: "/var/lib/nats"',
          '}',
          'mqtt {',
          '  listen: "0.0.0.0:1883"',
          '}',
        ),
      },
    ]
  },
  takes: ['without exp'],
  notes: [
    'It knows no JWT but its own: `alg` is `ed25519-nkey`, and who somebody is and what they may do has a layout of its own. The claims of ours are not in it, so revocations do not reach it; a token ends at `exp`, and NATS closes the connection then.',
    'A message to a topic that is not permitted is acknowledged and dropped; the log of NATS has a line.',
    'The configuration holds the keys that sign now and next. Make it anew before the second rotation.',
  ],
}
