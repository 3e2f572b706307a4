import type { Migration } from '../migrations.ts'

export const providers: Migration = {
  name: '0045-providers',
  statements: [
    // OpenID providers of others, at which people sign in.
    `CREATE TABLE providers (
      -- in the address that the provider leads back to, so that it never changes
      key            TEXT   NOT NULL PRIMARY KEY,
      name           TEXT   NOT NULL,
      -- identities are told apart by it: no two providers have the same one
      issuer         TEXT   NOT NULL UNIQUE,
      client_id      TEXT   NOT NULL,
      authentication TEXT   NOT NULL CHECK (authentication IN
        ('client_secret_basic', 'client_secret_post', 'private_key_jwt', 'apple')),
      -- null where this server signs with its own key
      secret_sealed  TEXT,
      -- of Apple, whose secret is a token that is signed with a key
      team_id        TEXT,
      key_id         TEXT,
      scopes         TEXT   NOT NULL,
      response_mode  TEXT   NOT NULL CHECK (response_mode IN ('query', 'form_post')),
      -- of people who come for the first time; null: only whose identity is linked signs in
      user_type      TEXT,
      -- of which domains its word counts that an address is proven; * for every one
      email_domains  TEXT   NOT NULL,
      username_claim TEXT,
      display_name_claim TEXT,
      -- values of amr and acr that count as a second factor
      factor_amr     TEXT   NOT NULL,
      factor_acr     TEXT   NOT NULL,
      created_at     BIGINT NOT NULL,
      disabled_at    BIGINT,
      version        BIGINT NOT NULL
    )`,
    // Sign-ins at a provider that have begun here.
    `CREATE TABLE provider_sign_ins (
      state_hash    TEXT   NOT NULL PRIMARY KEY,
      provider      TEXT   NOT NULL REFERENCES providers (key) ON DELETE CASCADE,
      browser_hash  TEXT   NOT NULL,
      next          TEXT   NOT NULL,
      -- 1 if the person has to prove again who they are, though the provider knows them
      is_fresh      BIGINT NOT NULL,
      -- the session that the identity is to be linked to the account of; null for a sign-in
      link_session  TEXT,
      created_at    BIGINT NOT NULL,
      expires_at    BIGINT NOT NULL,
      used_at       BIGINT
    )`,
    'CREATE INDEX provider_sign_ins_by_expiry ON provider_sign_ins (expires_at)',
  ],
}
