import * as v from 'valibot'
import {
  ageRecipients,
  atLeastOne,
  backupPlace,
  count,
  domain,
  host,
  httpUrl,
  isMailUrl,
  isSender,
  isTokenUrl,
  keyBytes,
  list,
  networkNames,
  networks,
  origins,
  peppers,
  port,
  proxies,
  retention,
  verifierKeys,
  witnesses,
} from './forms.ts'
import { sinks, sinkTokens } from './sinks.ts'

export type Mode = 'development' | 'production'

/** Every setting: where it comes from, what it means, and what it must look like. The docs are made from this. */
export const settings = {
  host: { about: 'the address on which HTTP is served', schema: host, fallback: '127.0.0.1' },
  port: { about: 'the port on which HTTP is served; 0 takes a free one', schema: port, fallback: '8484' },
  mqttHost: { about: 'the address on which MQTT is served', schema: host, fallback: '127.0.0.1' },
  mqttPort: { about: 'the port on which MQTT is served; 0 takes a free one', schema: port, fallback: '1883' },
  mqttTlsCert: {
    about: 'a PEM file with the certificate chain: MQTT is then served over TLS',
    schema: v.string(),
  },
  mqttTlsKey: { about: 'a PEM file with the private key of that certificate', schema: v.string() },
  data: { about: 'the data directory', schema: v.string() },
  database: {
    about: 'postgres://… to store in PostgreSQL rather than in the data directory',
    schema: v.string(),
  },
  issuer: {
    about: 'the address by which others reach this server; it stands in every token',
    schema: httpUrl,
  },
  audience: { about: 'whom tokens are for (`aud`); the issuer unless set', schema: v.string() },
  rpId: {
    about:
      'the domain that passkeys are made for (the RP ID of WebAuthn): the host of the issuer or a domain above it, else `/.well-known/webauthn` has to be served there as well. The host of the issuer unless set; with another one the passkeys of before are worth nothing',
    schema: domain,
  },
  passkeyOrigins: {
    about:
      'further origins whose pages may ask for passkeys of this server, with commas between; the origin of the issuer always may',
    schema: origins,
    fallback: '',
  },
  masterKey: {
    about: '32 bytes in base64url that seal the signing keys; else the file master.key in the data directory',
    schema: v.pipe(v.string(), v.regex(keyBytes, 'must be 32 bytes in base64url (43 characters)')),
  },
  masterKeysBefore: {
    about:
      'master keys of before, with commas between: they open what they have sealed, and seal nothing. `latchkey keys rotate-master` seals everything with the new one',
    schema: v.pipe(
      list,
      v.check(
        (items) => items.every((item) => keyBytes.test(item)),
        'must be 32 bytes in base64url each (43 characters), with commas between',
      ),
    ),
    fallback: '',
  },
  passwordPeppers: {
    about:
      'secrets that passwords are hashed with and that are not in the database, `name=32 bytes in base64url` each, with commas between: the first is for new hashes, the others for those that stand until their next sign-in; none unless set. Without one that is in use nobody signs in whose hash has it',
    schema: peppers,
    fallback: '',
  },
  signingAlgorithm: {
    about:
      'what signs our tokens: ES256 or RS256. EdDSA only for a database that signs by it already; services with keys of their own may have it',
    schema: v.picklist(['ES256', 'RS256', 'EdDSA'], 'must be ES256, RS256 or EdDSA'),
    fallback: 'ES256',
  },
  keyRotationDays: {
    about:
      'after how many days the next key signs; 0 for never. The server waits, up to seven days, for those who verify and have not fetched the next key',
    schema: v.pipe(count, v.maxValue(3650, 'must be 0 to 3650')),
    fallback: '90',
  },
  activityTableDays: {
    about:
      'for how many days events stay in the table of the activity log; older ones are moved to compressed segments, where they are searched as before',
    schema: v.pipe(atLeastOne, v.maxValue(3650, 'must be 1 to 3650')),
    fallback: '30',
  },
  activityRetention: {
    about:
      'for how many days kinds of events are kept, such as `connections=90,sign_ins=400`: `connections`, `devices`, `sign_ins`, `refusals`, `administration`. What is not named is kept for ever; what the log says of itself always is',
    schema: retention,
    fallback: '',
  },
  backupTo: {
    about:
      'where the activity log is backed up to: a directory, best of another machine, or `https://host/bucket/prefix` of a store that speaks the protocol of S3; none unless set',
    schema: backupPlace,
  },
  backupEveryHours: {
    about: 'how often the activity log is backed up; only what is new is written',
    schema: v.pipe(atLeastOne, v.maxValue(8760, 'must be 1 to 8760')),
    fallback: '24',
  },
  backupRecipients: {
    about:
      'public keys of age (`age1…`), with commas between, for whom backups are encrypted: this server cannot read them again; not encrypted unless set',
    schema: ageRecipients,
    fallback: '',
  },
  backupRegion: { about: 'the region of the bucket of backups', schema: v.string(), fallback: 'auto' },
  backupAccessKey: { about: 'the id of the key that writes to the bucket of backups', schema: v.string() },
  backupSecretKey: { about: 'the secret of that key', schema: v.string() },
  backupLockDays: {
    about:
      'for how many days nobody can change or remove what a backup has written, where the bucket has object lock; 0 for a bucket without',
    schema: v.pipe(count, v.maxValue(36500, 'must be 0 to 36500')),
    fallback: '0',
  },
  checkpointFile: {
    about:
      'a file to which each signed checkpoint of the activity log is added, best on another machine: `latchkey activity verify --checkpoints` finds what was changed here since; none unless set',
    schema: v.string(),
  },
  witnesses: {
    about:
      'witnesses that sign the checkpoints of the activity log (C2SP tlog-witness), `https://other.example/tlog=name+id+key` each, with commas between; another Latchkey is one. None unless set',
    schema: witnesses,
    fallback: '',
  },
  witnessFor: {
    about:
      'verifier keys of other logs that this server is a witness of, with commas between; `latchkey activity keys` prints them there. None unless set',
    schema: verifierKeys,
    fallback: '',
  },
  sinks: {
    about:
      'where the activity log is sent, `name=address` each, with commas between: `syslog+tls://host:6514`, `syslog+tcp://…`, `json+tls://…`, `json+tcp://…`, `file:/var/log/latchkey.ndjson`, `https://…`; see [sinks.md](sinks.md). None unless set',
    schema: sinks,
    fallback: '',
  },
  sinkTokens: {
    about: 'bearer tokens for sinks over https, `name=token` each, with commas between; none unless set',
    schema: sinkTokens,
    fallback: '',
  },
  metricsNetworks: {
    about: 'networks from which `/metrics` may be read, with commas between; see [metrics.md](metrics.md)',
    schema: networks,
    fallback: '127.0.0.0/8, ::1',
  },
  metricsTokenFile: {
    about:
      'a file with a bearer token that whoever reads `/metrics` has to send as well; needed where the issuer is https and `LATCHKEY_TRUSTED_PROXIES` is not set',
    schema: v.string(),
  },
  traces: {
    about:
      'spans for OpenTelemetry: `auto` uses `@opentelemetry/api` if it is installed beside the server, `off` makes none; else the package, or the file by its whole path, that is this API; see [traces.md](traces.md)',
    schema: v.string(),
    fallback: 'auto',
  },
  accessTokenSeconds: {
    about: 'the life of an access token',
    schema: v.pipe(count, v.minValue(30, 'must be 30 to 3600'), v.maxValue(3600, 'must be 30 to 3600')),
    fallback: '300',
  },
  debugger: {
    about:
      'who may open the debugger of tokens at /debugger: `public`, or `signed-in` for people who are signed in to the console in that browser; `public` in development and `signed-in` in production unless set',
    schema: v.picklist(['public', 'signed-in'], 'must be public or signed-in'),
  },
  clientRegistration: {
    about:
      'who may register an application by themselves (RFC 7591): `off`, `token` for whoever has an initial access token, or `open` for anybody',
    schema: v.picklist(['off', 'token', 'open'], 'must be off, token or open'),
    fallback: 'off',
  },
  clientRegistrationTokenFile: {
    about: 'a file with the initial access tokens for that, one a line; it is read each time',
    schema: v.string(),
  },
  clientRegistrationScopes: {
    about: 'what applications may ask for at most that have registered by themselves, with commas between',
    schema: list,
    fallback: 'openid, profile, email, offline_access',
  },
  clientDocuments: {
    about:
      'whether the https address of a document that describes an application is a client id (OAuth Client ID Metadata Document): `off` or `on`',
    schema: v.picklist(['off', 'on'], 'must be off or on'),
    fallback: 'off',
  },
  corsOrigins: {
    about: 'origins whose pages may call this server, with commas between; none unless set',
    schema: origins,
    fallback: '',
  },
  trustedProxies: {
    about:
      'networks of the proxies in front, such as `127.0.0.1, 10.0.0.0/8`, with commas between: what they say in `X-Forwarded-For`, or `Forwarded`, is believed; none unless set',
    schema: proxies,
    fallback: '',
  },
  outboundNetworks: {
    about:
      'networks that this server may fetch documents from, and send to, though they are not public, such as `10.1.0.0/16`, with commas between: key sets of apps and applications, issuers outside, providers at which people sign in, webhooks, and sinks of the log. With `127.0.0.1` also by plain http on this machine, for development; none unless set',
    schema: networks,
    fallback: '',
  },
  connectionsPerAddress: {
    about:
      'how many connections one address may have open over HTTP, and as many over MQTT; an IPv6 network of 64 bits is one, trusted proxies are not counted',
    schema: atLeastOne,
    fallback: '2000',
  },
  halfOpenPerAddress: {
    about: 'how many of those may not have sent a full request head or a full CONNECT yet',
    schema: atLeastOne,
    fallback: '500',
  },
  streamsPerAddress: {
    about:
      'how many event streams one address may have open, counted by the address of the client behind trusted proxies',
    schema: atLeastOne,
    fallback: '100',
  },
  signInFailuresPerAddress: {
    about:
      'how many wrong passwords one address may send in an hour; an IPv6 network of 64 bits is one, and what an account knows is not counted',
    schema: atLeastOne,
    fallback: '100',
  },
  mailUrl: {
    about:
      'the mail server: `smtp://user:password@host:587` with STARTTLS, or `smtps://…`; `none`, or nothing, sends no mail. What is special in name and password is percent-encoded',
    schema: v.pipe(
      v.string(),
      v.check(
        (text) => text === 'none' || isMailUrl(text),
        'must be smtp://… or smtps://… with a host and without path or query, or none',
      ),
      v.transform((text) => (text === 'none' ? undefined : text)),
    ),
  },
  mailFrom: {
    about: 'the sender of mail: an address, or `Name <address>`',
    schema: v.pipe(
      v.string(),
      v.check(
        isSender,
        'must be an address of mail such as no-reply@example.com, or Name <no-reply@example.com>',
      ),
    ),
  },
  mailOauthTokenUrl: {
    about:
      'where an access token for the mail server is fetched: signs in there by XOAUTH2, as the user of `LATCHKEY_MAIL_URL` and without a password',
    schema: v.pipe(v.string(), v.check(isTokenUrl, 'must be an https address, or http on this machine')),
  },
  mailOauthClientId: { about: 'the client of that token endpoint', schema: v.string() },
  mailOauthClientSecret: { about: 'the secret of that client', schema: v.string() },
  mailOauthScope: {
    about: 'the scope of the token, such as `https://outlook.office365.com/.default`',
    schema: v.string(),
  },
  mailOauthRefreshToken: {
    about:
      'a refresh token, where the mailbox is of a person who has allowed it; else the client asks for itself',
    schema: v.string(),
  },
  logLevel: {
    about:
      'what the process writes to its log, standard error, as one JSON object a line: `warn`, or `error` for failures alone',
    schema: v.picklist(['warn', 'error'], 'must be warn or error'),
    fallback: 'warn',
  },
  regions: {
    about:
      'an mmdb file that tells the country of an address, read again within a minute when it changes; a table is installed with the server',
    schema: v.string(),
  },
  networkNames: {
    about:
      'names that stand in the log as the region of an address, such as `office=203.0.113.0/24, vpn=198.51.100.0/24`, with commas between; the smallest network decides. None unless set',
    schema: networkNames,
    fallback: '',
  },
} as const

type Settings = typeof settings

type Read<Name extends keyof Settings> = v.InferOutput<Settings[Name]['schema']>

export type Given = {
  [Name in keyof Settings]: Settings[Name] extends { fallback: string } ? Read<Name> : Read<Name> | undefined
}

/** What the server runs with. Where there is one, it has been checked. */
export interface Config extends Omit<Given, 'data' | 'issuer' | 'audience' | 'debugger'> {
  readonly mode: Mode
  readonly debugger: 'public' | 'signed-in'
  readonly data: string
  readonly issuer: string
  readonly audience: string
}
