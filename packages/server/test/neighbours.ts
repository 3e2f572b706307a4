import type { Database, Transaction, Value } from '../src/database/database.ts'

type Row = Readonly<Record<string, Value>>

/** The time that is now for these rows. What ends at this very millisecond is over. */
export const now = 1000

/**
 * At least two of everything, so that a statement which touches more than it should touches a row of somebody else: another
 * user, another device, another session, one that is over, one that is used. In the order in which tables refer to one another.
 */
const tables: Readonly<Record<string, readonly Row[]>> = {
  user_types: [
    { name: 'administrator', description: 'all', permissions: 'devices:read users:write', created_at: 1 },
    { name: 'auditor', description: 'reads', permissions: 'users:read', created_at: 1 },
    { name: 'customer', description: 'uses', permissions: 'devices:read', created_at: 1 },
  ],
  // The migration has filled these.
  permission_versions: [],
  known_permissions: [],
  // Whoever may set up comes last, so that a condition that is missing finds another one first.
  users: [
    person('dan', 'administrator', { password_hash: 'of dan', disabled_at: 500, delete_at: now }),
    person('cyd', 'administrator'),
    person('bob', 'customer', { password_hash: 'of bob' }),
    person('ada', 'administrator', { password_hash: 'of ada' }),
  ],
  user_terms: [
    { user_id: 'usr_ada', term: 'ada@one' },
    { user_id: 'usr_ada', term: 'two' },
    { user_id: 'usr_bob', term: 'ada bob' },
  ],
  attributes: [
    attribute('floor', 'number', { is_searchable: 1, created_at: 2 }),
    attribute('team', 'text', { bounds: '{"longest":20}', is_required: 1, person_may: 'see' }),
  ],
  user_attributes: [
    { user_id: 'usr_ada', key: 'floor', value: '3' },
    { user_id: 'usr_ada', key: 'team', value: 'one' },
    { user_id: 'usr_bob', key: 'floor', value: '3' },
    { user_id: 'usr_cyd', key: 'floor', value: '4' },
  ],
  user_grants: [
    grant('grt_ada_1', 'usr_ada', 'grant', 'devices:view', null),
    grant('grt_bob_1', 'usr_bob', 'grant', 'users:read', 1100),
    grant('grt_bob_2', 'usr_bob', 'denial', 'devices:read', 1100),
    grant('grt_bob_3', 'usr_bob', 'grant', 'keys:read', now),
    grant('grt_dan_1', 'usr_dan', 'denial', 'users:write', 900),
  ],
  user_type_moves: [
    { user_id: 'usr_ada', event: 'evt_1' },
    { user_id: 'usr_bob', event: 'evt_2' },
  ],
  invitations: [
    { secret_hash: 'invite_bob_over', user_id: 'usr_bob', created_at: 1, expires_at: now, used_at: null },
    { secret_hash: 'invite_bob_used', user_id: 'usr_bob', created_at: 1, expires_at: 2000, used_at: 500 },
    { secret_hash: 'invite_ada', user_id: 'usr_ada', created_at: 1, expires_at: 2000, used_at: null },
    { secret_hash: 'invite_bob', user_id: 'usr_bob', created_at: 1, expires_at: 2000, used_at: null },
  ],
  sessions: [
    { ...session('ses_ada_1', 'usr_ada') },
    { ...session('ses_ada_2', 'usr_ada') },
    { ...session('ses_ada_3', 'usr_ada'), ended_at: 500, end_reason: 'signed_out' },
    { ...session('ses_bob_1', 'usr_bob') },
    {
      ...session('ses_app_1', 'usr_cyd'),
      client_id: 'cli_a',
      within_session: 'ses_other',
      by_application: 1,
    },
    {
      ...session('ses_app_2', 'usr_cyd'),
      client_id: 'cli_a',
      within_session: 'ses_other',
      by_application: 1,
      ...{ ended_at: 500, end_reason: 'x' },
    },
    {
      ...session('ses_app_3', 'usr_cyd'),
      client_id: 'cli_a',
      within_session: 'ses_another',
      by_application: 1,
      last_used_at: 990,
    },
  ],
  signed_in_browsers: [
    { hash: 'in_ada', session_id: 'ses_ada_1', created_at: 1 },
    { hash: 'in_ada_over', session_id: 'ses_ada_3', created_at: 1 },
    { hash: 'in_bob', session_id: 'ses_bob_1', created_at: 1 },
  ],
  authorization_requests: [
    pushed('par_1', 'cli_a', { expires_at: 2000 }),
    pushed('par_2', 'cli_b', { expires_at: 2000 }),
    pushed('par_over', 'cli_a', { expires_at: now }),
    pushed('par_used', 'cli_a', { expires_at: 2000, used_at: 5 }),
  ],
  authorization_codes: [
    code('code_1', { expires_at: 2000 }),
    code('code_2', { expires_at: 2000 }),
    code('code_over', { expires_at: now }),
    code('code_used', { expires_at: 2000, used_at: 5, opened: 'ses_app_1' }),
  ],
  consents: [
    { user_id: 'usr_ada', application: 'cli_a', resource: '', scopes: 'a b', given_at: 1 },
    { user_id: 'usr_ada', application: 'cli_a', resource: 'pages', scopes: 'c', given_at: 1 },
    { user_id: 'usr_ada', application: 'cli_b', resource: '', scopes: 'a', given_at: 1 },
    { user_id: 'usr_bob', application: 'cli_a', resource: '', scopes: 'a', given_at: 1 },
  ],
  application_sessions: [applied('ses_app_1'), applied('ses_app_2'), applied('ses_app_3')],
  device_codes: [
    deviceCode('dev_1', { interval_ms: 5 }),
    deviceCode('dev_2', { next_poll_at: now + 1 }),
    deviceCode('dev_over', { expires_at: now }),
    deviceCode('dev_allowed', { decided_at: 5, is_allowed: 1, user_id: 'usr_ada', session_id: 'ses_ada_1' }),
    deviceCode('dev_denied', { decided_at: 5, is_allowed: 0, user_id: 'usr_ada', session_id: 'ses_ada_1' }),
    deviceCode('dev_used', { decided_at: 5, is_allowed: 1, used_at: 6 }),
    deviceCode('dev_late', { decided_at: 5, is_allowed: 1, expires_at: now }),
  ],
  command_approvals: [
    approval('apv_1', 'usr_ada', { application: 'cli_a' }),
    approval('apv_2', 'usr_ada', { application: 'cli_a', created_at: 5, decided_at: 6, is_allowed: 1 }),
    approval('apv_3', 'usr_ada', { application: 'cli_b' }),
    approval('apv_4', 'usr_bob', { application: 'cli_a' }),
    approval('apv_over', 'usr_ada', { application: 'cli_a', created_at: 4, expires_at: now }),
    approval('apv_denied', 'usr_ada', { application: 'cli_b', decided_at: 6, is_allowed: 0 }),
  ],
  user_addresses: [
    address('adr_ada_1', 'usr_ada', 'ada@one', { is_primary: 1, proven_at: 5 }),
    address('adr_ada_2', 'usr_ada', 'ada@two', { proven_at: 6 }),
    address('adr_ada_3', 'usr_ada', 'both@one'),
    address('adr_bob_1', 'usr_bob', 'both@one'),
    address('adr_cyd_1', 'usr_cyd', 'both@one'),
    address('adr_bob_2', 'usr_bob', 'bob@one', { is_primary: 1, proven_at: 7 }),
  ],
  address_proofs: [
    { secret_hash: 'proof_ada', address_id: 'adr_ada_3', created_at: 1, expires_at: 2000, used_at: null },
    { secret_hash: 'proof_bob', address_id: 'adr_bob_1', created_at: 1, expires_at: 2000, used_at: null },
    { secret_hash: 'proof_bob_used', address_id: 'adr_bob_1', created_at: 1, expires_at: 2000, used_at: 5 },
    { secret_hash: 'proof_bob_over', address_id: 'adr_bob_1', created_at: 1, expires_at: now, used_at: null },
  ],
  recovery_requests: ['rcr_1', 'rcr_2'].map((id) => ({ id, sealed: 'sealed', created_at: 1 })),
  recoveries: [
    { secret_hash: 'recover_bob_over', user_id: 'usr_bob', created_at: 1, expires_at: now, used_at: null },
    { secret_hash: 'recover_bob_used', user_id: 'usr_bob', created_at: 1, expires_at: 2000, used_at: 500 },
    { secret_hash: 'recover_ada', user_id: 'usr_ada', created_at: 1, expires_at: 2000, used_at: null },
    { secret_hash: 'recover_bob', user_id: 'usr_bob', created_at: 1, expires_at: 2000, used_at: null },
  ],
  seen_clients: [
    { user_id: 'usr_ada', browser: 'Firefox', region: 'DE', last_seen_at: 900 },
    { user_id: 'usr_ada', browser: 'Chrome', region: 'DE', last_seen_at: now },
    { user_id: 'usr_bob', browser: 'Firefox', region: 'JP', last_seen_at: 1100 },
  ],
  session_notices: [
    { session_id: 'ses_ada_1', created_at: 900 },
    { session_id: 'ses_ada_3', created_at: now },
  ],
  notice_links: [
    noticeLink('notice_ada', 'usr_ada', 'ses_ada_1'),
    noticeLink('notice_bob', 'usr_bob', 'ses_bob_1'),
    noticeLink('notice_bob_used', 'usr_bob', 'ses_bob_1', { used_at: 5 }),
    noticeLink('notice_bob_over', 'usr_bob', 'ses_bob_1', { expires_at: now }),
  ],
  mail_limits: [
    { about: 'limit_over', full_until: now },
    { about: 'limit_near', full_until: 1300 },
  ],
  refresh_families: [
    { ...family('fam_ada_1', 'ses_ada_1') },
    { ...family('fam_ada_2', 'ses_ada_1'), ended_at: 500, end_reason: 'reused' },
    { ...family('fam_bob_1', 'ses_bob_1') },
  ],
  refresh_tokens: [
    { ...refreshToken('rt_ada_0', 'fam_ada_1', 0), used_at: 400, successor_sealed: 'rt_ada_1' },
    { ...refreshToken('rt_ada_1', 'fam_ada_1', 1), used_at: 600, successor_sealed: 'rt_ada_2' },
    { ...refreshToken('rt_ada_2', 'fam_ada_1', 2) },
    { ...refreshToken('rt_bob_5', 'fam_bob_1', 5), used_at: 500, successor_sealed: 'rt_bob_6' },
    { ...refreshToken('rt_bob_6', 'fam_bob_1', 6) },
  ],
  imports: [
    { digest: 'of_one', started_at: 1, records: 3, created: 2, finished_at: null },
    { digest: 'of_two', started_at: 1, records: 3, created: 2, finished_at: null },
    { digest: 'of_old', started_at: 1, records: 9, created: 9, finished_at: 500 },
    { digest: 'of_older', started_at: 1, records: 9, created: 9, finished_at: 400 },
  ],
  sign_in_failures: [
    { account: 'of_ada', place: '', failures: 7, last_at: 900, wait_until: now },
    { account: 'of_ada', place: 'address 192.0.2.1', failures: 2, last_at: now, wait_until: 0 },
    { account: 'of_bob', place: '', failures: 6, last_at: now, wait_until: 1001 },
    { account: 'of_cyd', place: '', failures: 100, last_at: 1, wait_until: 0 },
    { account: 'of_dan', place: '', failures: 99, last_at: 1, wait_until: 0 },
  ],
  sign_in_networks: [
    { network: '192.0.2.1', full_until: 900 },
    { network: '192.0.2.2', full_until: now },
    { network: '192.0.2.3', full_until: 1300 },
  ],
  known_browsers: [
    { secret_hash: 'browser_1', user_id: 'usr_ada', created_at: 1, last_used_at: 900 },
    { secret_hash: 'browser_1', user_id: 'usr_bob', created_at: 1, last_used_at: now },
    { secret_hash: 'browser_2', user_id: 'usr_ada', created_at: 1, last_used_at: 1100 },
  ],
  mail_outbox: [
    letter('mal_1', { attempts: 1, next_at: now }),
    letter('mal_2', { user_id: 'usr_bob', next_at: 900, until_at: now }),
    letter('mal_3', { attempts: 2, next_at: 900 }),
    letter('mal_4', { next_at: 1001 }),
    letter('mal_5', { next_at: 950, until_at: 1001 }),
  ],
  authenticators: [
    authenticator('usr_ada', 'in_force', { last_step: 5 }),
    authenticator('usr_ada', 'pending', { created_at: 900 }),
    authenticator('usr_bob', 'in_force', { last_step: 5 }),
    authenticator('usr_bob', 'pending', { created_at: now }),
    authenticator('usr_cyd', 'pending', { created_at: 1100 }),
  ],
  recovery_codes: [
    { user_id: 'usr_ada', code_hash: 'code_1', created_at: 1 },
    { user_id: 'usr_ada', code_hash: 'code_2', created_at: 1 },
    { user_id: 'usr_bob', code_hash: 'code_1', created_at: 1 },
  ],
  sign_in_challenges: [
    challenge('challenge_ada', 'usr_ada', {}),
    challenge('challenge_ada_over', 'usr_ada', { expires_at: now }),
    challenge('challenge_ada_tried', 'usr_ada', { attempts: 5 }),
    challenge('challenge_bob', 'usr_bob', { asks: 'enrol' }),
  ],
  registration_requests: [
    { id: 'rgr_1', sealed: 'one', created_at: 1 },
    { id: 'rgr_2', sealed: 'two', created_at: 2 },
  ],
  registrations: [
    registration('open', {}),
    registration('over', { expires_at: now }),
    registration('tried', { attempts: 20, address_key: 'other@one' }),
  ],
  mailed_codes: [
    { challenge_hash: 'challenge_ada', code_mac: 'mac of ada' },
    { challenge_hash: 'challenge_bob', code_mac: 'mac of bob' },
  ],
  mail_server: [{ one: 1, failed_since: 5 }],
  password_peppers: ['a', 'b'].map((name) => ({ name, used_at: 1 })),
  remembered_browsers: [
    remembered('browser_1', 'usr_ada', 2000),
    remembered('browser_2', 'usr_ada', now),
    remembered('browser_1', 'usr_bob', 2000),
  ],
  factor_states: [
    { user_id: 'usr_ada', asked_at: 500, short_password: null },
    { user_id: 'usr_bob', asked_at: null, short_password: 'of bob' },
  ],
  passkeys: [
    passkey('pk_1', 'usr_ada', { sign_count: 5 }),
    passkey('pk_2', 'usr_ada', { is_factor: 0 }),
    passkey('pk_3', 'usr_bob', {}),
    passkey('pk_4', 'usr_cyd', { is_factor: 0 }),
  ],
  passkey_challenges: [
    passkeyChallenge('making', { purpose: 'registration', user_id: 'usr_ada', made_for: 'ses_ada_1' }),
    passkeyChallenge('signing_in', {}),
    passkeyChallenge('signing_in_too', {}),
    passkeyChallenge('over', { expires_at: now }),
  ],
  passkey_offers: [
    { browser_hash: 'browser_1', user_id: 'usr_ada', offered_at: 500 },
    { browser_hash: 'browser_2', user_id: 'usr_bob', offered_at: 501 },
  ],
  signing_keys: [
    signingKey('es_over', 'ES256', 'retired', { created_at: 1, retired_at: 800 }),
    signingKey('es_edge', 'ES256', 'retired', { created_at: 2, retired_at: now }),
    signingKey('es_late', 'ES256', 'retired', { created_at: 3, retired_at: 1100 }),
    signingKey('es_active', 'ES256', 'active', { created_at: 4, activated_at: 4 }),
    signingKey('es_next', 'ES256', 'next', { created_at: 5 }),
    signingKey('rs_active', 'RS256', 'active', { created_at: 4, activated_at: 4 }),
    signingKey('rs_next', 'RS256', 'next', { created_at: 5 }),
  ],
  key_set_fetches: [
    keySetFetch('10.0.0.0/24', 800),
    keySetFetch('10.0.1.0/24', now),
    keySetFetch('10.0.2.0/24', 1100),
  ],
  apps: [
    {
      ...partnerApp('app_a', 'customer', null),
      ...{ jwks_uri: 'https://a.example/keys', set_reads: 3, set_tried_at: 500, set_ended_at: null },
      ...{ set_fresh_until: 900, set_usable_until: 2000 },
    },
    { ...partnerApp('app_b', 'customer', 900), set_reads: 3 },
    partnerApp('app_c', null, null),
  ],
  app_keys: [appKey('app_a', 'one', null), appKey('app_a', 'two', 900), appKey('app_b', 'one', null)],
  app_set_keys: [
    setKey('app_a', 'published'),
    setKey('app_a', 'one', '{"set":1}'),
    setKey('app_a', 'two', '{"set":1}'),
    setKey('app_b', 'published'),
  ],
  app_people: [
    { app: 'app_a', sub: 'ada', user_id: 'usr_ada', created_at: 1 },
    { app: 'app_a', sub: 'bob', user_id: 'usr_bob', created_at: 1 },
    { app: 'app_b', sub: 'ada', user_id: 'usr_bob', created_at: 1 },
  ],
  providers: [
    provider('here', 'https://here.example', { secret_sealed: 'of here' }),
    provider('there', 'https://there.example', { secret_sealed: null, authentication: 'private_key_jwt' }),
    provider('work', 'https://work.example', { secret_sealed: 'of work', disabled_at: 900 }),
  ],
  provider_sign_ins: [
    providerSignIn('state_live', 'here'),
    providerSignIn('state_other', 'here', { browser_hash: 'other browser' }),
    providerSignIn('state_over', 'here', { expires_at: now }),
    providerSignIn('state_used', 'here', { used_at: 500 }),
    providerSignIn('state_there', 'there', { link_session: 'ses_ada_1' }),
  ],
  identities: [
    identity('idn_ada_1', 'https://here.example', 'ada', 'usr_ada'),
    identity('idn_ada_2', 'https://work.example', 'ada', 'usr_ada'),
    identity('idn_bob', 'https://here.example', 'bob', 'usr_bob'),
    identity('idn_gone', 'https://gone.example', 'ada', 'usr_ada'),
  ],
  identity_sessions: [
    { session_id: 'ses_ada_1', identity: 'idn_ada_1', proven_at: 400 },
    { session_id: 'ses_ada_2', identity: 'idn_ada_2', proven_at: null },
    { session_id: 'ses_ada_3', identity: 'idn_ada_1', proven_at: null },
    { session_id: 'ses_bob_1', identity: 'idn_bob', proven_at: null },
  ],
  app_nonces: [
    appNonce('nonce_a', 'app_a', 2000),
    appNonce('nonce_a_bound', 'app_a', 2000, { device_id: 'phone', key_thumbprint: 'key' }),
    appNonce('nonce_a_stale', 'app_a', now),
    appNonce('nonce_b', 'app_b', 2000),
    appNonce('nonce_c', 'app_c', 2000),
  ],
  services: ['a', 'b', 'c'].map((letter) => ({
    id: `svc_${letter}`,
    name: `service ${letter}`,
    secret_hash: `of ${letter}`,
    scopes: 'devices:read',
    created_at: 1,
    disabled_at: letter === 'c' ? 500 : null,
    audience: `for ${letter}`,
    known_scopes: letter === 'c' ? 'pages:burn' : 'pages:read pages:write',
    longest_life_seconds: letter === 'b' ? 600 : 60,
  })),
  // A public one, one with two secrets of which one has ended, and one that is disabled.
  applications: [
    application('cli_a', {
      name: 'app of a',
      type: 'native',
      authentication: 'none',
      made_by: 'registration',
      likeness: 'as a',
    }),
    application('cli_b', { name: 'app of b', requires_pkce: 0 }),
    application('cli_c', {
      name: 'app of c',
      disabled_at: 500,
      requires_pkce: 0,
      last_used_at: 400,
      registration_hash: 'reg_c',
      made_by: 'document',
      likeness: 'as c',
    }),
  ],
  application_people: [
    { application: 'cli_a', user_id: 'usr_ada' },
    { application: 'cli_a', user_id: 'usr_bob' },
    { application: 'cli_b', user_id: 'usr_ada' },
  ],
  signal_streams: [
    stream('str_held', 'cli_a', { authorization_sealed: 'of str_held' }),
    stream('str_poll', 'cli_a', { method: 'poll', endpoint: null }),
    stream('str_other', 'cli_c', { authorization_sealed: 'of str_other' }),
  ],
  signal_exclusions: [
    { stream: 'str_held', subject: 'usr_ada' },
    { stream: 'str_held', subject: 'usr_bob' },
    { stream: 'str_other', subject: 'usr_ada' },
  ],
  application_secrets: [
    applicationSecret('sec_b1', 'cli_b', { ends_at: now, last_used_at: 400 }),
    applicationSecret('sec_b2', 'cli_b', {}),
    applicationSecret('sec_c1', 'cli_c', {}),
  ],
  workload_identities: [
    workload('wid_a1', 'svc_a', null),
    workload('wid_a2', 'svc_a', 400),
    workload('wid_b1', 'cli_b', null),
  ],
  client_documents: ['a', 'b', 'c'].map((letter, at) => ({
    url: `https://${letter}.example/keys`,
    body: letter === 'c' ? null : `of ${letter}`,
    ...{
      cause: null,
      reads: 3,
      tried_at: 300 + at * 300,
      read_at: 300,
      fresh_until: 900,
      usable_until: 2000,
    },
  })),
  service_scopes: [
    serviceScope('svc_a', 'user_type', 'administrator', 'pages:read'),
    serviceScope('svc_a', 'user_type', 'administrator', 'pages:write'),
    serviceScope('svc_a', 'user_type', 'customer', 'pages:read'),
    serviceScope('svc_a', 'service', 'svc_b', 'pages:write'),
    serviceScope('svc_a', 'devices', '', 'pages:read'),
    serviceScope('svc_b', 'user_type', 'administrator', 'pages:read'),
    serviceScope('svc_b', 'devices', '', 'pages:write'),
  ],
  shared_keys: [
    sharedKey('shk_a1', 'svc_a', 100, now),
    sharedKey('shk_a2', 'svc_a', 200, 1100, 500),
    sharedKey('shk_a3', 'svc_a', 1200, null),
    sharedKey('shk_b1', 'svc_b', 300, null, 1500),
  ],
  api_keys: [
    apiKey('key_ada_1', 'usr_ada', { kid: 'es_late' }),
    apiKey('key_ada_2', 'usr_ada', {
      kid: 'es_over',
      revoked_at: 500,
      revoke_reason: 'revoked',
      look_at: 900,
    }),
    apiKey('key_ada_3', 'usr_ada', { kid: 'es_over', ends_at: now, look_at: 900 }),
    apiKey('key_bob_1', 'usr_bob', { kid: 'own_a_over', signer: 'own', service: 'svc_a', look_at: 1100 }),
    apiKey('key_bob_2', 'usr_bob', { kid: 'shk_b1', signer: 'shared', service: 'svc_b', look_at: now }),
    apiKey('key_cyd_1', 'usr_cyd', { kid: 'es_edge', ends_at: 1500, last_used_at: 900 }),
    apiKey('key_cyd_2', 'usr_cyd', { kid: 'es_edge', ends_at: 1100, user_type: 'customer', look_at: 900 }),
  ],
  service_keys: [
    serviceKey('own_a_over', 'svc_a', 'retired', { retired_at: now }),
    serviceKey('own_a_late', 'svc_a', 'retired', { created_at: 2, retired_at: 1100 }),
    serviceKey('own_a_active', 'svc_a', 'active', { created_at: 3, last_used_at: 500 }),
    serviceKey('own_a_next', 'svc_a', 'next', { created_at: 4 }),
    serviceKey('own_b_active', 'svc_b', 'active', { last_used_at: 1500 }),
    serviceKey('own_b_next', 'svc_b', 'next', { created_at: 4 }),
  ],
  revocations: [
    ...[900, now, 1100, 1200].map((expiresAt, at) => ({
      ...{ id: `rev_${at + 1}`, key: `sid:${at}`, kind: 'session', revoked_at: 1 },
      expires_at: expiresAt,
    })),
    { id: 'rev_t', key: 'jti:1', kind: 'token', revoked_at: 1, expires_at: 1500 },
  ],
  status_entries: [
    { list: 'stl_a', place: 7, service: 'svc_a', claims: '{}', expires_at: now },
    { list: 'stl_a', place: 8, service: 'svc_a', claims: '{}', expires_at: 1100 },
    { list: 'stl_a', place: 9, service: 'svc_a', claims: '{}', expires_at: 1200 },
    { list: 'stl_b', place: 7, service: 'svc_b', claims: '{}', expires_at: 1100 },
  ],
  used_proofs: [
    { hash: 'proof_over', expires_at: 900 },
    { hash: 'proof_edge', expires_at: now },
    { hash: 'proof_live', expires_at: 1100 },
  ],
  devices: [
    machine('dev_a', 'bound'),
    machine('dev_b', 'bound'),
    machine('dev_c', 'claimable'),
    machine('dev_d', 'manufactured'),
    machine('dev_e', 'claimable'),
  ],
  device_keys: [
    deviceKey('key_a1', 'dev_a'),
    deviceKey('key_a2', 'dev_a', { expires_at: 1100 }),
    deviceKey('key_a3', 'dev_a', { expires_at: now }),
    deviceKey('key_a4', 'dev_a', { revoked_at: 500 }),
    deviceKey('key_b1', 'dev_b'),
  ],
  claim_codes: [
    claimCode('code_c', 'dev_c', { issued_by_device: 1, user_code: 'typed_c', address: '192.0.2.1' }),
    claimCode('code_c_used', 'dev_c', { used_at: 500, user_code: 'typed_used', address: '192.0.2.1' }),
    claimCode('code_c_over', 'dev_c', { expires_at: now, user_code: 'typed_over', address: '192.0.2.1' }),
    claimCode('code_e', 'dev_e'),
  ],
  relations: [
    relation('dev_a', 'usr_ada', 'owner'),
    relation('dev_a', 'usr_bob', 'controller', 1100),
    relation('dev_a', 'usr_cyd', 'viewer', now),
    relation('dev_b', 'usr_bob', 'owner'),
    relation('dev_b', 'usr_ada', 'viewer', 900),
    relation('dev_b', 'usr_cyd', 'viewer', 2000),
  ],
  telemetry: [
    reading('tel_1', 'dev_a', 'power'),
    reading('tel_2', 'dev_a', 'heat'),
    reading('tel_3', 'dev_b', 'power'),
    reading('tel_4', 'dev_a', 'power'),
    reading('tel_5', 'dev_a', 'power'),
  ],
  device_logs: [
    logLine('tel_1', 'dev_a'),
    logLine('tel_2', 'dev_a'),
    logLine('tel_3', 'dev_b'),
    logLine('tel_4', 'dev_a'),
  ],
  device_states: ['dev_a', 'dev_b'].map((uid) => ({
    uid,
    reported: '{}',
    desired: '{}',
    version: 1,
    updated_at: 1,
  })),
  activity: [
    event('evt_1', { event: 'user.sign_in', subject: 'usr_ada', address: '192.0.2.1', region: 'DE', seq: 0 }),
    event('evt_2', { event: 'user.sign_in', subject: 'usr_bob', outcome: 'refused', seq: 1 }),
    event('evt_3', { event: 'device.bind', subject: 'usr_ada', target: 'dev_a', region: 'FR' }),
    event('evt_4', { event: 'device.bind', subject: 'usr_bob', target: 'dev_b', address: '192.0.2.2' }),
  ],
  // The migration has filled it.
  activity_tree: [],
  activity_tiles: [
    { level: 0, n: 0, width: 256, hashes: 'a' },
    { level: 0, n: 1, width: 2, hashes: 'b' },
    { level: 1, n: 0, width: 1, hashes: 'c' },
  ],
  activity_subjects: [
    subject(1, { secret_sealed: 'of one' }),
    subject(2, { secret_sealed: 'of two', forget: 'usr_two' }),
    subject(3, { forgotten_at: 900 }),
    subject(4, { secret_sealed: 'of four', forget: 'usr_four' }),
    subject(5, { secret_sealed: 'of five', forget: 'usr_five' }),
  ],
  activity_holds: [
    { subject: 'usr_four', reason: 'case', placed_at: 1, placed_by: 'usr_ada', ends_at: null },
    { subject: 'usr_five', reason: 'case', placed_at: 1, placed_by: null, ends_at: 1001 },
    { subject: 'usr_two', reason: 'case', placed_at: 1, placed_by: null, ends_at: now },
  ],
  activity_signers: [
    signer('log old', 'log', { retired_at: 900 }),
    signer('log new', 'log', { created_at: 900 }),
    signer('witness', 'witness'),
  ],
  activity_checkpoints: [1, 2, 3].map((size) => ({ size, at: size, note: `note ${size}` })),
  activity_witnesses: ['a', 'b'].map((url) => ({ url, size: 1, told_at: 1, asked_at: 2, last_error: 'e' })),
  witnessed_logs: ['log a', 'log b'].map((origin) => ({ origin, size: 5, note: `of ${origin}`, at: 1 })),
  // The migration has filled it.
  activity_archive: [],
  activity_segments: [
    segment(0, 'connections', { content: null, sha256: null, dropped_at: 900 }),
    segment(0, 'log'),
    segment(10, 'connections'),
    segment(10, 'log'),
    segment(20, 'connections', { day: '2026-02-01' }),
  ],
  activity_segment_names: [
    { name: 1, segment: 80 },
    { name: 2, segment: 80 },
    { name: 1, segment: 160 },
    { name: 2, segment: 5 },
  ],
  activity_backups: [
    backup('bak_1', { outcome: 'success' }),
    backup('bak_2', { outcome: 'failure', reason: 'backup_failed' }),
    backup('bak_3', { outcome: 'running', ended_at: null }),
  ],
  alarm_rules: ['brute_force', 'device_offline'].map((name) => ({
    ...{
      name,
      is_on: 0,
      threshold: 1,
      window_ms: null,
      severity: null,
      sends_mail: null,
      products: null,
      changed_at: 1,
    },
  })),
  alarm_own_rules: ['own.one', 'own.two'].map((name, at) => ({
    ...{ name, title: 't', events: 'user.sign_in', outcomes: '', reasons: '', group_by: 'subject', is_on: 1 },
    ...{ threshold: 2, window_ms: 60_000, severity: 'low', sends_mail: 1, created_at: 9 - at, changed_at: 9 },
  })),
  alarms: [
    alarm('alm_0', 'brute_force', 'usr_dan', {
      closed_at: 800,
      close_reason: 'closed',
      closed_by: 'usr_bob',
    }),
    alarm('alm_1', 'brute_force', 'usr_ada'),
    alarm('alm_2', 'brute_force', 'usr_bob', { holds_until: now, tell_at: now }),
    alarm('alm_3', 'brute_force', 'usr_cyd', {
      ...{
        closed_at: 900,
        close_reason: 'over',
        closed_by: 'usr_ada',
        acknowledged_at: 5,
        acknowledged_by: 'usr_bob',
      },
    }),
    alarm('alm_4', 'device_offline', '', {
      ...{ holds_until: 1001, tell_at: 1001, acknowledged_at: 5, acknowledged_by: 'usr_ada' },
    }),
    alarm('alm_5', 'refused_burst', '', { severity: 'low', tell_at: 1002 }),
  ],
  alarm_events: [
    { alarm: 'alm_1', event: 'evt_1' },
    { alarm: 'alm_2', event: 'evt_2' },
    { alarm: 'alm_2', event: 'evt_1' },
  ],
  alarm_subjects: [
    { alarm: 'alm_4', subject: 'dev_a', at: 2, ended_at: null },
    { alarm: 'alm_4', subject: 'dev_b', at: 1, ended_at: 900 },
    { alarm: 'alm_5', subject: 'usr_ada', at: 1, ended_at: null },
  ],
  alarm_windows: [
    { rule: 'brute_force', subject: 'usr_ada', recent: '[[1,1]]', at: 999 },
    { rule: 'brute_force', subject: 'usr_bob', recent: '[[2,1]]', at: now },
    { rule: 'refused_burst', subject: 'usr_ada', recent: '[[3,1]]', at: 1 },
  ],
  alarm_places: [
    { user_id: 'usr_ada', region: 'DE', at: 400 },
    { user_id: 'usr_ada', region: 'FR', at: 500 },
    { user_id: 'usr_bob', region: 'DE', at: 1 },
  ],
  alarm_devices: [
    { uid: 'dev_a', seen_at: 500 },
    { uid: 'dev_b', seen_at: 501 },
    { uid: 'dev_d', seen_at: 1 },
  ],
  alarm_watch: [{ one: 1, since: 5, awake_at: 900 }],
  alarm_silences: [
    silence('sil_1', 'brute_force', 'usr_bob', { ends_at: now, owner: 'usr_ada' }),
    silence('sil_2', 'brute_force', 'usr_ada', { ends_at: 2000 }),
    silence('sil_3', 'device_offline', null, { ends_at: 3000, owner: 'usr_bob' }),
    silence('sil_4', 'brute_force', null, { ends_at: 1500 }),
  ],
  webhooks: [
    webhook('whk_a', { created_by: 'usr_ada', leased_until: now }),
    webhook('whk_b', { created_by: 'usr_bob', off_at: 900, off_reason: 'gone', leased_until: 7 }),
    webhook('whk_c', { leased_until: 1001 }),
    webhook('whk_d'),
    webhook('cli_idle', { kind: 'logout' }),
    webhook('str_held', { kind: 'stream', off_at: 900 }),
    webhook('str_poll', { kind: 'poll' }),
  ],
  webhook_secrets: [
    webhookSecret('whs_a1', 'whk_a', now),
    webhookSecret('whs_a2', 'whk_a', 1001),
    webhookSecret('whs_a3', 'whk_a', null),
    webhookSecret('whs_b1', 'whk_b', null),
  ],
  webhook_deliveries: [
    delivery('msg_a1', 'whk_a'),
    delivery('msg_a2', 'whk_a', { next_at: 1001, subject: 'usr_ada' }),
    delivery('msg_a3', 'whk_a', { state: 'delivered', ended_at: 899, also: 'usr_ada' }),
    delivery('msg_a4', 'whk_a', { state: 'dead', ended_at: 900 }),
    delivery('msg_a5', 'whk_a', { state: 'dead', ended_at: 900, created_at: 2 }),
    delivery('msg_b1', 'whk_b'),
    delivery('msg_b2', 'whk_b', { state: 'delivered', ended_at: 950 }),
    delivery('msg_c1', 'whk_c'),
    delivery('msg_h1', 'str_held', { until_at: now, subject: 'usr_ada' }),
    delivery('msg_p1', 'str_poll', { until_at: now }),
    delivery('msg_p2', 'str_poll', { until_at: now + 1 }),
  ],
  activity_counts: [
    counted('sign_ins', 10, 'success', '', 4),
    counted('sign_ins', 20, 'success', '', 1),
    counted('sign_ins', 20, 'refused', '', 2),
    counted('sign_ins', 30, 'success', '', 8),
    counted('sign_ins', 20, 'success', '', 16, 100),
    counted('sign_ins.region', 20, 'success', 'DE', 1),
    counted('sign_ins.region', 20, 'refused', 'FR', 2),
    counted('sign_ins.region', 20, 'refused', 'TW', 1),
  ],
  activity_online: [
    { grain: 10, start: 10, process: 'prc_1', devices: 3 },
    { grain: 10, start: 20, process: 'prc_1', devices: 1 },
    { grain: 10, start: 20, process: 'prc_2', devices: 4 },
    { grain: 100, start: 0, process: '', devices: 5 },
  ],
  activity_refusal_addresses: [
    { grain: 10, start: 10, address: '192.0.2.1', count: 3, surplus: 0 },
    { grain: 10, start: 20, address: '192.0.2.1', count: 4, surplus: 1 },
    { grain: 10, start: 20, address: '192.0.2.2', count: 5, surplus: 2 },
    { grain: 100, start: 20, address: '192.0.2.1', count: 8, surplus: 3 },
  ],
  activity_seen_regions: [
    { subject: '', region: 'DE', first_at: 10, is_new: 0 },
    { subject: 'usr_ada', region: 'DE', first_at: 10, is_new: 0 },
    { subject: 'usr_ada', region: 'FR', first_at: 20, is_new: 1 },
    { subject: 'usr_bob', region: 'FR', first_at: 30, is_new: 1 },
  ],
  activity_searches: [
    search('sch_1', 'usr_bob', 'a', 0),
    search('sch_2', 'usr_bob', 'b', 1),
    search('sch_3', null, 'c', 1),
    search('sch_4', 'usr_cyd', 'a', 0),
  ],
  activity_damage: [
    ...(
      [
        ['2026-01-01/log/10', 'a', 85],
        ['2026-01-01/log/10', 'b', 85],
        ['2026-01-01/connections/0', 'a', 0],
      ] as const
    ).map(([segment, consumer, id]) => ({
      ...{ segment, consumer, segment_id: id, first: id === 0 ? 0 : 10, until: 20, says: 'no', found_at: 5 },
    })),
  ],
  activity_consumers: [
    { name: 'a', seq: 7, moved_at: 1 },
    { name: 'b', seq: 7, moved_at: 1 },
    // Held by another process until later, and until now.
    { name: 'held', seq: 7, moved_at: 1, holder: 'prc_1', held_until: 1001 },
    { name: 'over', seq: 7, moved_at: 1, holder: 'prc_1', held_until: now },
  ],
  sinks: [
    sinkRow('dead', { failing_since: 900, last_error: 'e', stalled_at: null }),
    sinkRow('fine', { seen_at: now }),
    sinkRow('stalled', { failing_since: 500, last_error: 'e', stalled_at: 600 }),
    sinkRow('stalled_too', { failing_since: 500, last_error: 'e', stalled_at: 700 }),
    sinkRow('unseen', { seen_at: 899 }),
  ],
  job_runs: ['prc_1', 'prc_2'].flatMap((process) => ['a', 'b'].map((job) => jobRun(process, job))),
  right_changes: [900, now, 1100].map((at, index) => ({ id: `rgt_${index + 1}`, subject: 'usr_ada', at })),
  processes: [900, now, 1100].map((seenAt, index) => ({
    id: `prc_${index + 1}`,
    host: 'here',
    pid: index,
    started_at: 1,
    seen_at: seenAt,
  })),
}

export async function insertNeighbours(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    for (const [table, rows] of Object.entries(tables)) {
      for (const row of rows) {
        const columns = Object.keys(row)
        const places = columns.map((_, at) => `$${at + 1}`)
        await tx.query(
          `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`,
          ...Object.values(row),
        )
      }
    }
  })
}

function counted(
  series: string,
  start: number,
  outcome: string,
  value: string,
  count: number,
  grain = 10,
): Row {
  return { series, grain, start, outcome, value, count }
}

function subject(id: number, more: Row): Row {
  const row = {
    name_hash: `hash ${id}`,
    id,
    secret_sealed: null,
    created_at: 1,
    forget: null,
    forgotten_at: null,
  }
  return { ...row, ...more }
}

function signer(vkey: string, purpose: string, more: Row = {}): Row {
  const row = { vkey, purpose, name: 'here', private_sealed: `of ${vkey}`, created_at: 1, retired_at: null }
  return { ...row, ...more }
}

function backup(id: string, more: Row): Row {
  return {
    ...{ id, began_at: 500, beat_at: 900, ended_at: 950, place: 'here', reason: null },
    ...{ size: 3, files: 2, bytes: 1, ...more },
  }
}

function segment(first: number, kind: string, more: Row = {}): Row {
  return {
    ...{
      id: first * 8 + (kind === 'log' ? 5 : 0),
      first,
      kind,
      until: first + 10,
      day: '2026-01-31',
      count: 1,
      places: Buffer.of(1),
      length: 2,
    },
    ...{
      min_id: `evt_${first / 10}a`,
      max_id: `evt_${first / 10}m${kind}`,
      min_at: first + 1,
      max_at: first + 9,
    },
    ...{ sha256: 'sha', dropped_at: null, content: Buffer.of(7, 7, 7), ...more },
  }
}

function alarm(id: string, rule: string, subject: string, more: Row = {}): Row {
  return {
    ...{
      id,
      rule,
      subject,
      subject_kind: 'user',
      severity: 'high',
      opened_at: 1,
      last_at: 2,
      times: 3,
      subjects: 1,
    },
    ...{ returns: 0, told: 'nothing', told_times: 0, ...more },
  }
}

function silence(id: string, rule: string, subject: string | null, more: Row): Row {
  return { id, rule, subject, reason: 'works', created_at: 1, owner: null, ...more }
}

function webhook(id: string, more: Row = {}): Row {
  const url = `https://${id}.example/`
  return { id, name: id, url, events: 'user.* alarm.notice', created_at: 1, leased_until: 0, ...more }
}

function webhookSecret(id: string, of: string, endsAt: number | null): Row {
  return { id, webhook: of, secret_sealed: `of ${id}`, created_at: 1, ends_at: endsAt }
}

function delivery(id: string, of: string, more: Row = {}): Row {
  return {
    ...{ id, webhook: of, type: 'user.sign_in', subject: 'usr_bob', also: null, body: '{}', created_at: 1 },
    ...{ state: 'waiting', attempts: 1, next_at: now, until_at: 2000, ...more },
  }
}

function application(id: string, more: Row): Row {
  return {
    ...{ id, type: 'web', authentication: 'secret', jwks: null, jwks_uri: null, redirect_uris: '[]' },
    ...{ logout_uris: '[]', grants: 'refresh_token' },
    ...{ scopes: 'openid', is_first_party: 0, requires_pkce: 1, requires_push: 0, requires_dpop: 0 },
    ...{
      subject_type: 'public',
      subject_salt: '',
      home_uri: null,
      policy_uri: null,
      made_by: 'administrator',
    },
    ...{
      registration_hash: null,
      likeness: null,
      created_at: 1,
      disabled_at: null,
      last_used_at: null,
      version: 1,
      ...more,
    },
  }
}

function stream(id: string, of: string, more: Row): Row {
  return {
    ...{ id, application: of, description: null, requested: 'a b', method: 'push' },
    ...{ endpoint: 'https://e.example/', authorization_sealed: null, status: 'enabled', status_reason: null },
    ...{ is_stopped: 0, created_at: now, verified_at: null, ...more },
  }
}

function workload(id: string, client: string, lastUsedAt: number | null): Row {
  const subject = { issuer: 'https://i.example', subject: 'a:b:*', audience: 'here', reuse: 'once' }
  return { id, client, ...subject, created_at: 1, last_used_at: lastUsedAt }
}

function applicationSecret(id: string, of: string, more: Row): Row {
  return { id, application: of, hash: `of ${id}`, created_at: 1, ends_at: null, last_used_at: null, ...more }
}

/** What is other in a database than it was: rows that came, `+`, and went, `-`, and the columns that changed. */
export function changesOf(before: Rows, after: Rows): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name) => {
    const [old, young] = [before.get(name), after.get(name)]
    if (young === undefined) return [`- ${name}`]
    const changed = Object.keys(young).filter((column) => young[column] !== (old?.[column] ?? null))
    const values = changed.map((column) => `${column}=${young[column]}`).join(' ')
    if (old === undefined) return [`+ ${name}: ${values}`]
    return changed.length === 0 ? [] : [`${name}: ${values}`]
  })
}

type Rows = ReadonlyMap<string, Row>

/** All rows of all tables, by their table and what is their key. */
export async function readAll(tx: Pick<Transaction, 'query'>): Promise<Rows> {
  const rows = new Map<string, Row>()
  for (const table of Object.keys(tables)) {
    for (const row of await tx.query<Row>(`SELECT * FROM ${table}`)) {
      const key = keys[table]?.map((column) => row[column]).join(' ') ?? row.id ?? row.uid ?? row.name
      const shown = Object.entries(row).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
      ])
      const name = `${table} ${key}`
      // Of two rows with one name, one would be seen.
      if (rows.has(name)) throw new Error(`two rows are ${name}`)
      rows.set(name, Object.fromEntries(shown) as Row)
    }
  }
  return rows
}

const keys: Readonly<Record<string, readonly string[]>> = {
  client_documents: ['url'],
  signed_in_browsers: ['hash'],
  application_people: ['application', 'user_id'],
  signal_exclusions: ['stream', 'subject'],
  authorization_requests: ['hash'],
  authorization_codes: ['hash'],
  consents: ['user_id', 'application', 'resource'],
  application_sessions: ['session_id'],
  device_codes: ['hash'],
  command_approvals: ['id'],
  activity_tree: ['name'],
  activity_tiles: ['level', 'n'],
  activity_holds: ['subject'],
  activity_signers: ['vkey'],
  activity_checkpoints: ['size'],
  activity_witnesses: ['url'],
  witnessed_logs: ['origin'],
  activity_archive: ['name'],
  activity_segments: ['first', 'kind'],
  activity_segment_names: ['name', 'segment'],
  alarm_events: ['alarm', 'event'],
  alarm_subjects: ['alarm', 'subject'],
  alarm_windows: ['rule', 'subject'],
  alarm_places: ['user_id', 'region'],
  alarm_watch: ['one'],
  activity_counts: ['series', 'grain', 'start', 'outcome', 'value'],
  activity_online: ['grain', 'start', 'process'],
  activity_refusal_addresses: ['grain', 'start', 'address'],
  activity_seen_regions: ['subject', 'region'],
  job_runs: ['process', 'job'],
  user_terms: ['user_id', 'term'],
  attributes: ['key'],
  user_attributes: ['user_id', 'key'],
  user_type_moves: ['user_id', 'event'],
  permission_versions: ['one'],
  known_permissions: ['name'],
  sign_in_failures: ['account', 'place'],
  sign_in_networks: ['network'],
  known_browsers: ['secret_hash', 'user_id'],
  invitations: ['secret_hash'],
  imports: ['digest'],
  address_proofs: ['secret_hash'],
  recoveries: ['secret_hash'],
  notice_links: ['secret_hash'],
  session_notices: ['session_id'],
  seen_clients: ['user_id', 'browser', 'region'],
  mail_limits: ['about'],
  mail_server: ['one'],
  password_peppers: ['name'],
  registration_requests: ['id'],
  registrations: ['secret_hash'],
  mailed_codes: ['challenge_hash'],
  authenticators: ['user_id', 'state'],
  recovery_codes: ['user_id', 'code_hash'],
  sign_in_challenges: ['secret_hash'],
  factor_states: ['user_id'],
  remembered_browsers: ['secret_hash', 'user_id'],
  passkey_challenges: ['challenge_hash'],
  passkey_offers: ['browser_hash', 'user_id'],
  refresh_tokens: ['hash'],
  alarm_own_rules: ['name'],
  activity_damage: ['segment', 'consumer'],
  activity_searches: ['id'],
  status_entries: ['list', 'place'],
  used_proofs: ['hash'],
  signing_keys: ['kid'],
  key_set_fetches: ['key_set', 'network', 'user_agent'],
  device_keys: ['uid', 'kid'],
  app_keys: ['app', 'kid'],
  app_set_keys: ['app', 'kid'],
  app_people: ['app', 'sub'],
  providers: ['key'],
  provider_sign_ins: ['state_hash'],
  identity_sessions: ['session_id'],
  app_nonces: ['nonce_hash'],
  service_scopes: ['service', 'holder_kind', 'holder', 'scope'],
  shared_keys: ['kid'],
  service_keys: ['kid'],
  claim_codes: ['secret_hash'],
  relations: ['uid', 'subject'],
}

function provider(key: string, issuer: string, more: Row): Row {
  return {
    ...{ key, name: `name of ${key}`, issuer, client_id: 'latchkey', authentication: 'client_secret_basic' },
    ...{ team_id: null, key_id: null, scopes: 'openid email', response_mode: 'query', user_type: null },
    ...{
      email_domains: '',
      username_claim: null,
      display_name_claim: 'name',
      factor_amr: '',
      factor_acr: '',
    },
    ...{ created_at: 1, disabled_at: null, version: 1, ...more },
  }
}

function providerSignIn(state: string, key: string, more: Row = {}): Row {
  return {
    ...{ state_hash: state, provider: key, browser_hash: 'browser', next: '/console', is_fresh: 0 },
    ...{ link_session: null, created_at: 1, expires_at: 2000, used_at: null, ...more },
  }
}

function identity(id: string, issuer: string, subject: string, userId: string): Row {
  return { id, issuer, subject, user_id: userId, label: subject, created_at: 1, last_used_at: null }
}

function apiKey(id: string, owner: string, more: Row): Row {
  return {
    ...{ id, owner, name: `name of ${id}`, scopes: 'devices:read pages:read', audience: 'here' },
    ...{ user_type: owner === 'usr_bob' ? 'customer' : 'administrator', service: null, signer: 'issuer' },
    ...{ created_at: 1, ends_at: 2000, look_at: null, last_used_at: null, last_address: null },
    ...{ last_region: null, last_user_agent: null, revoked_at: null, revoked_by: null, revoke_reason: null },
    ...more,
  }
}

function serviceKey(kid: string, service: string, status: string, more: Row = {}): Row {
  return {
    ...{ kid, service, algorithm: 'EdDSA', status, public_jwk: `jwk of ${kid}`, private_sealed: `of ${kid}` },
    ...{ created_at: 1, activated_at: null, retired_at: null, last_used_at: null, ...more },
  }
}

function sharedKey(
  kid: string,
  service: string,
  startsAt: number,
  endsAt: number | null,
  lastUsedAt: number | null = null,
): Row {
  return {
    ...{ kid, service, algorithm: 'HS256', secret_sealed: `of ${kid}`, created_at: 1 },
    ...{ starts_at: startsAt, ends_at: endsAt, last_used_at: lastUsedAt },
  }
}

function serviceScope(service: string, kind: string, holder: string, scope: string): Row {
  const userType = kind === 'user_type' ? holder : null
  return { service, holder_kind: kind, holder, scope, given_at: 1, user_type: userType }
}

function person(name: string, userType: string, more: Row = {}): Row {
  return {
    id: `usr_${name}`,
    username: name,
    username_key: name,
    display_name: null,
    user_type: userType,
    password_hash: null,
    created_at: 1,
    last_sign_in_at: null,
    disabled_at: null,
    ...more,
  }
}

function attribute(key: string, kind: string, more: Row): Row {
  const rule = { bounds: '{}', person_may: 'nothing', is_required: 0, is_searchable: 0 }
  return { key, label: key, kind, ...rule, created_at: 1, ...more }
}

function grant(id: string, userId: string, kind: string, permission: string, until: number | null): Row {
  const made = { reason: 'a reason', created_by: 'usr_ada', created_at: 1 }
  return { id, user_id: userId, kind, permission, until, ...made }
}

function passkey(id: string, userId: string, more: Row): Row {
  return {
    ...{ id, user_id: userId, credential_id: `credential of ${id}`, algorithm: 'ES256', public_key: '{}' },
    ...{ rp_id: 'one', sign_count: 0, is_backup_eligible: 1, is_backed_up: 0, is_factor: 1 },
    ...{ transports: 'usb nfc', aaguid: '0', name: id, created_at: 1, last_used_at: null },
    ...more,
  }
}

function passkeyChallenge(name: string, more: Row): Row {
  const about = { purpose: 'sign_in', user_id: null, made_for: null, is_prompted: 1 }
  return { challenge_hash: `challenge_${name}`, ...about, created_at: 1, expires_at: 2000, ...more }
}

function registration(name: string, more: Row): Row {
  const about = { user_type: 'customer', address: 'new@one', address_key: 'new@one', language: 'en' }
  return {
    secret_hash: `registration_${name}`,
    ...about,
    attempts: 0,
    created_at: 1,
    expires_at: 2000,
    ...more,
  }
}

function session(id: string, userId: string): Row {
  return {
    id,
    user_id: userId,
    client_id: null,
    created_at: 1,
    last_used_at: 1,
    address: '192.0.2.1',
    region: null,
    user_agent: null,
    amr: 'pwd otp',
    ended_at: null,
    end_reason: null,
  }
}

function pushed(hash: string, application: string, more: Row): Row {
  return { hash, application, parameters: 'p=1', created_at: 1, used_at: null, ...more }
}

function code(hash: string, more: Row): Row {
  return {
    ...{ hash, application: 'cli_a', user_id: 'usr_ada', session_id: 'ses_ada_1' },
    ...{ redirect_uri: 'https://a.example', scopes: 'a b', created_at: 1, used_at: null, opened: null },
    ...more,
  }
}

function applied(session_id: string): Row {
  return { session_id, application: 'cli_a', scopes: 'a b', resource: null, auth_time: 1, claims: null }
}

function deviceCode(hash: string, more: Row): Row {
  return {
    ...{ hash, user_code: `user_${hash}`, application: 'cli_a', scopes: 'a b', address: '192.0.2.1' },
    ...{ created_at: 1, expires_at: 2000, next_poll_at: now, interval_ms: 5, decided_at: null },
    ...{ is_allowed: null, used_at: null, ...more },
  }
}

function approval(id: string, userId: string, more: Row): Row {
  return {
    ...{ id, user_id: userId, session_id: 'ses_ada_1', application: 'cli_a', uid: 'dev_a', method: 'open' },
    ...{ payload: '1', address: '192.0.2.1', created_at: 3, expires_at: 2000, ...more },
  }
}

function family(id: string, sessionId: string): Row {
  return {
    id,
    session_id: sessionId,
    client_id: null,
    created_at: 1,
    absolute_expires_at: 5000,
    ended_at: null,
    end_reason: null,
    key_thumbprint: null,
  }
}

function refreshToken(hash: string, familyId: string, generation: number): Row {
  return {
    hash,
    family_id: familyId,
    generation,
    created_at: 1,
    expires_at: 3000,
    used_at: null,
    successor_sealed: null,
  }
}

function address(id: string, userId: string, text: string, more: Row = {}): Row {
  return {
    id,
    user_id: userId,
    address: text,
    address_key: text,
    is_primary: 0,
    language: 'en',
    created_at: 1,
    proven_at: null,
    ...more,
  }
}

function authenticator(userId: string, state: string, more: Row): Row {
  return {
    user_id: userId,
    state,
    secret_sealed: `${state} of ${userId}`,
    begun_by: 'ses_1',
    last_step: 0,
    created_at: 1,
    last_used_at: null,
    ...more,
  }
}

function noticeLink(hash: string, userId: string, sessionId: string, more: Row = {}): Row {
  return {
    secret_hash: hash,
    user_id: userId,
    session_id: sessionId,
    created_at: 1,
    expires_at: 2000,
    used_at: null,
    ...more,
  }
}

function challenge(hash: string, userId: string, more: Row): Row {
  return {
    secret_hash: hash,
    user_id: userId,
    asks: 'prove',
    password_print: `of ${userId}`,
    key_thumbprint: null,
    attempts: 0,
    created_at: 1,
    expires_at: 2000,
    ...more,
  }
}

function letter(id: string, more: Row): Row {
  return {
    id,
    letter: 'recovery',
    user_id: 'usr_ada',
    sealed: 'sealed',
    created_at: 1,
    until_at: 2000,
    attempts: 0,
    last_error: null,
    ...more,
  }
}

function remembered(hash: string, userId: string, expiresAt: number): Row {
  return {
    secret_hash: hash,
    user_id: userId,
    password_print: `of ${userId}`,
    created_at: 1,
    expires_at: expiresAt,
  }
}

function signingKey(kid: string, algorithm: string, status: string, more: Row): Row {
  return {
    kid,
    algorithm,
    status,
    public_jwk: '{}',
    private_sealed: 'sealed',
    activated_at: null,
    retired_at: null,
    revoked_at: null,
    ...more,
  }
}

function keySetFetch(network: string, lastAt: number): Row {
  return {
    ...{ key_set: 'main', network, user_agent: 'a', key_ids: 'es_active' },
    ...{ first_at: 1, last_at: lastAt },
  }
}

function partnerApp(id: string, userType: string | null, disabledAt: number | null): Row {
  return {
    ...{ id, name: `the ${id}`, user_type: userType, longest_session_seconds: 600 },
    ...{ created_at: 1, disabled_at: disabledAt, version: 1 },
    // One that is disabled keeps the address of its set.
    jwks_uri: disabledAt === null ? null : 'https://b.example/keys',
  }
}

function setKey(app: string, kid: string, publicJwk = '{}'): Row {
  return { app, kid, algorithm: 'ES256', public_jwk: publicJwk, read_at: 1 }
}

function appKey(app: string, kid: string, revokedAt: number | null): Row {
  return { app, kid, algorithm: 'ES256', public_jwk: '{}', created_at: 1, revoked_at: revokedAt }
}

function appNonce(hash: string, app: string, expiresAt: number, more: Row = {}): Row {
  return { nonce_hash: hash, app, device_id: '', key_thumbprint: '', expires_at: expiresAt, ...more }
}

function machine(uid: string, state: string): Row {
  return {
    uid,
    name: uid,
    product: 'lamp',
    state,
    created_by: '',
    created_at: 1,
    bound_at: null,
    last_seen_at: null,
  }
}

function deviceKey(kid: string, uid: string, more: Row = {}): Row {
  const times = { created_at: 1, expires_at: null, revoked_at: null }
  return { kid, uid, algorithm: 'ES256', public_jwk: '{}', ...times, ...more }
}

function claimCode(hash: string, uid: string, more: Row = {}): Row {
  const times = { created_at: 1, expires_at: 2000, used_at: null }
  return { secret_hash: hash, uid, issued_by_device: 0, ...times, ...more }
}

function relation(uid: string, subject: string, name: string, until: number | null = null): Row {
  return { uid, subject, relation: name, granted_by: 'usr_ada', created_at: 1, until }
}

function reading(id: string, uid: string, stream: string): Row {
  return { id, uid, stream, received_at: 1, payload: '{}' }
}

function logLine(id: string, uid: string): Row {
  return { id, uid, received_at: 1, level: 'info', message: 'on' }
}

function event(id: string, more: Row): Row {
  return { id, at: 1, outcome: 'success', ...more }
}

function sinkRow(name: string, more: Row): Row {
  return { name, kind: 'json', address: 'a', format: 'ecs', seen_at: 900, ...more }
}

function jobRun(process: string, job: string): Row {
  return { process, job, every_ms: 1000, last_run_at: 1, took_ms: 2, next_at: 3 }
}

function search(id: string, owner: string | null, name: string, shared: number) {
  return { id, owner, name, shared, query: '{"text":"x"}', created_at: 1, changed_at: 2 }
}
