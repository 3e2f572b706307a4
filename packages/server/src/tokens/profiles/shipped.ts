import {
  keyAlgorithms,
  type ProfileName,
  type ProgramFacts,
  sharedAlgorithms,
  type TokenProfile,
} from './profile.ts'

/** What all have that do not say otherwise: a JWT that most programs know how to read. */
const usual: Omit<TokenProfile, 'name'> = {
  form: 'jwt',
  // The cheapest to verify and the widest known. A key of its own, so that its tokens are worth nothing anywhere else.
  signing: { key: 'own', algorithm: 'RS256' },
  type: 'JWT',
  lifeSeconds: null,
  audienceForm: 'text',
  scopePrefix: '',
  claims: [],
  statusList: false,
}

/**
 * The profiles by name. In none does a claim that lets somebody in come from what people choose themselves: `{subject}` is an
 * identifier of ours or the uid of a device, `{username}` could be the name of an administrator of the other program.
 */
export const shippedProfiles: Readonly<Record<ProfileName, TokenProfile>> = {
  plain: { ...usual, name: 'plain', signing: { key: 'issuer', algorithm: 'server' }, type: 'at+jwt' },
  // Every scope begins with the name of the resource server, which is the audience.
  rabbitmq: { ...usual, name: 'rabbitmq', scopePrefix: '{audience}.' },
  // The audience is the host that it serves.
  ejabberd: {
    ...usual,
    name: 'ejabberd',
    claims: [{ name: 'jid', value: '{subject}@{audience}' }],
  },
  nats: { ...usual, name: 'nats', form: 'nats', signing: { key: 'own', algorithm: 'EdDSA' } },
  influxdb1: {
    ...usual,
    name: 'influxdb1',
    signing: { key: 'shared', algorithm: 'HS256' },
    claims: [{ name: 'username', value: '{subject}' }],
  },
  dovecot: { ...usual, name: 'dovecot' },
  haproxy: { ...usual, name: 'haproxy' },
  'mod-auth-openidc': { ...usual, name: 'mod-auth-openidc' },
  'mod-oauth2': { ...usual, name: 'mod-oauth2' },
}

const both = ['RS256', 'ES256'] as const

/** What the programs check and understand, as they were seen to do it. */
export const programFacts: Readonly<Record<ProfileName, ProgramFacts>> = {
  plain: { checksAudience: true, algorithms: [...keyAlgorithms, ...sharedAlgorithms] },
  rabbitmq: { checksAudience: true, algorithms: [...both, 'EdDSA'] },
  ejabberd: { checksAudience: false, algorithms: both },
  nats: { checksAudience: false, algorithms: ['EdDSA'] },
  influxdb1: { checksAudience: false, algorithms: sharedAlgorithms },
  dovecot: { checksAudience: false, algorithms: both },
  // What it checks are the lines that its configuration has for it, and ours has them.
  haproxy: { checksAudience: true, algorithms: both },
  'mod-auth-openidc': { checksAudience: true, algorithms: both },
  'mod-oauth2': { checksAudience: true, algorithms: both },
}
