import type { Migration } from '../migrations.ts'

export const audiences: Migration = {
  name: '0024-audiences',
  statements: [
    // What stands in `aud` of the tokens for a service; null for one that only calls.
    'ALTER TABLE services ADD COLUMN audience TEXT',
    'CREATE UNIQUE INDEX services_one_audience ON services (audience) WHERE audience IS NOT NULL',
    // The scopes that it knows, separated by spaces: permissions of this server, and words of its own.
    `ALTER TABLE services ADD COLUMN known_scopes TEXT NOT NULL DEFAULT ''`,
    // JSON: a shipped profile, and what is otherwise in it.
    `ALTER TABLE services ADD COLUMN profile TEXT NOT NULL DEFAULT '{"name":"plain"}'`,
    // The longest life that its tokens have ever had, for revocations and retired keys are kept as long.
    'ALTER TABLE services ADD COLUMN longest_life_seconds BIGINT NOT NULL DEFAULT 0',
    // Another one after every change.
    'ALTER TABLE services ADD COLUMN version BIGINT NOT NULL DEFAULT 1',
    // Who has a scope of a service's own: the people of a type, another service, or all devices.
    `CREATE TABLE service_scopes (
      service     TEXT   NOT NULL REFERENCES services (id) ON DELETE CASCADE,
      holder_kind TEXT   NOT NULL CHECK (holder_kind IN ('user_type', 'service', 'devices')),
      -- the name of the type or the id of the service; empty for devices
      holder      TEXT   NOT NULL,
      scope       TEXT   NOT NULL,
      given_at    BIGINT NOT NULL,
      -- the same again, so that what a type had goes with it
      user_type   TEXT REFERENCES user_types (name) ON DELETE CASCADE,
      PRIMARY KEY (service, holder_kind, holder, scope),
      CHECK ((holder_kind = 'user_type') = (user_type IS NOT NULL)),
      CHECK (user_type IS NULL OR user_type = holder)
    )`,
    'CREATE INDEX service_scopes_by_type ON service_scopes (user_type) WHERE user_type IS NOT NULL',
  ],
}
