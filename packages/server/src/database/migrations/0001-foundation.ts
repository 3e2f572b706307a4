import type { Migration } from '../migrations.ts'

// Ids are text, times are BIGINT milliseconds, a missing time means "not yet" or "never". TEXT keys say
// NOT NULL because SQLite lets a primary key be null. Nothing is DEFERRABLE: such a constraint fails at the
// COMMIT, which in SQLite belongs to a whole group of transactions.

const accounts = [
  `CREATE TABLE user_types (
    name        TEXT   NOT NULL PRIMARY KEY,
    description TEXT   NOT NULL,
    -- resource:action, separated by spaces
    permissions TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
  )`,

  `CREATE TABLE users (
    id              TEXT   NOT NULL PRIMARY KEY,
    username        TEXT   NOT NULL,
    -- the username as it is compared, case folded
    username_key    TEXT   NOT NULL UNIQUE,
    display_name    TEXT,
    user_type       TEXT   NOT NULL REFERENCES user_types (name),
    password_hash   TEXT,
    created_at      BIGINT NOT NULL,
    last_sign_in_at BIGINT,
    disabled_at     BIGINT
  )`,
  `CREATE INDEX users_by_type ON users (user_type)`,

  `CREATE TABLE invitations (
    secret_hash TEXT   NOT NULL PRIMARY KEY,
    user_id     TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT
  )`,
  `CREATE INDEX invitations_by_user ON invitations (user_id)`,
]

const sessions = [
  `CREATE TABLE sessions (
    id           TEXT   NOT NULL PRIMARY KEY,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id    TEXT,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    address      TEXT   NOT NULL,
    region       TEXT,
    user_agent   TEXT,
    -- authentication methods, RFC 8176, separated by spaces
    amr          TEXT   NOT NULL,
    ended_at     BIGINT,
    end_reason   TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
  )`,
  `CREATE INDEX sessions_by_user ON sessions (user_id, created_at)`,

  `CREATE TABLE refresh_families (
    id                  TEXT   NOT NULL PRIMARY KEY,
    session_id          TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    client_id           TEXT,
    created_at          BIGINT NOT NULL,
    absolute_expires_at BIGINT NOT NULL,
    ended_at            BIGINT,
    end_reason          TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
  )`,
  `CREATE INDEX refresh_families_by_session ON refresh_families (session_id)`,

  `CREATE TABLE refresh_tokens (
    hash             TEXT   NOT NULL PRIMARY KEY,
    family_id        TEXT   NOT NULL REFERENCES refresh_families (id) ON DELETE CASCADE,
    generation       BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    used_at          BIGINT,
    -- what an honest second try within the grace period gets, encrypted
    successor_sealed TEXT,
    UNIQUE (family_id, generation)
  )`,
]

const tokens = [
  `CREATE TABLE signing_keys (
    kid            TEXT   NOT NULL PRIMARY KEY,
    algorithm      TEXT   NOT NULL,
    status         TEXT   NOT NULL CHECK (status IN ('next', 'active', 'retired')),
    public_jwk     TEXT   NOT NULL,
    private_sealed TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    activated_at   BIGINT,
    retired_at     BIGINT
  )`,
  // One key signs and one comes next, whatever two processes that start at once may think.
  `CREATE UNIQUE INDEX signing_keys_one_each ON signing_keys (algorithm, status) WHERE status <> 'retired'`,

  `CREATE TABLE services (
    id          TEXT   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL UNIQUE,
    secret_hash TEXT   NOT NULL,
    scopes      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    disabled_at BIGINT
  )`,

  `CREATE TABLE revocations (
    -- sorts by time, so that a follower asks for what is after the last it saw
    id         TEXT   NOT NULL PRIMARY KEY,
    key        TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    revoked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
  )`,
  `CREATE INDEX revocations_by_expiry ON revocations (expires_at)`,
]

const devices = [
  `CREATE TABLE devices (
    uid          TEXT   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL,
    product      TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('manufactured', 'claimable', 'bound', 'suspended', 'retired')),
    created_by   TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    bound_at     BIGINT,
    last_seen_at BIGINT
  )`,

  `CREATE TABLE device_keys (
    kid        TEXT   NOT NULL,
    uid        TEXT   NOT NULL REFERENCES devices (uid) ON DELETE CASCADE,
    algorithm  TEXT   NOT NULL,
    public_jwk TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (uid, kid)
  )`,
  // Two devices with one key could each pass for the other.
  `CREATE UNIQUE INDEX device_keys_one_device ON device_keys (kid)`,

  `CREATE TABLE claim_codes (
    secret_hash      TEXT   NOT NULL PRIMARY KEY,
    uid              TEXT   NOT NULL REFERENCES devices (uid) ON DELETE CASCADE,
    -- 1: the device asked for it itself, with its key; 0: its maker did, to print it
    issued_by_device BIGINT NOT NULL CHECK (issued_by_device IN (0, 1)),
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    used_at          BIGINT
  )`,
  `CREATE INDEX claim_codes_by_device ON claim_codes (uid)`,

  `CREATE TABLE relations (
    uid        TEXT   NOT NULL REFERENCES devices (uid) ON DELETE CASCADE,
    subject    TEXT   NOT NULL,
    relation   TEXT   NOT NULL CHECK (relation IN ('owner', 'controller', 'viewer')),
    granted_by TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    until      BIGINT,
    PRIMARY KEY (uid, subject)
  )`,
  `CREATE INDEX relations_by_subject ON relations (subject)`,
  `CREATE INDEX relations_by_end ON relations (until) WHERE until IS NOT NULL`,
  // A device has one owner, whatever two requests at once may think.
  `CREATE UNIQUE INDEX relations_one_owner ON relations (uid) WHERE relation = 'owner'`,

  `CREATE TABLE telemetry (
    id          TEXT   NOT NULL PRIMARY KEY,
    uid         TEXT   NOT NULL REFERENCES devices (uid) ON DELETE CASCADE,
    stream      TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    payload     TEXT   NOT NULL
  )`,
  `CREATE INDEX telemetry_by_device ON telemetry (uid, id)`,
  `CREATE INDEX telemetry_by_stream ON telemetry (uid, stream, id)`,

  `CREATE TABLE device_logs (
    id          TEXT   NOT NULL PRIMARY KEY,
    uid         TEXT   NOT NULL REFERENCES devices (uid) ON DELETE CASCADE,
    received_at BIGINT NOT NULL,
    level       TEXT   NOT NULL,
    message     TEXT   NOT NULL
  )`,
  `CREATE INDEX device_logs_by_device ON device_logs (uid, id)`,

  `CREATE TABLE device_states (
    uid        TEXT   NOT NULL PRIMARY KEY REFERENCES devices (uid) ON DELETE CASCADE,
    reported   TEXT   NOT NULL,
    desired    TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
  )`,
]

// The log references nothing: it outlives what it tells of.
const activity = [
  `CREATE TABLE activity (
    id           TEXT   NOT NULL PRIMARY KEY,
    at           BIGINT NOT NULL,
    event        TEXT   NOT NULL,
    outcome      TEXT   NOT NULL CHECK (outcome IN ('success', 'refused', 'failure', 'alarm')),
    reason       TEXT,
    subject      TEXT,
    subject_kind TEXT,
    target       TEXT,
    target_kind  TEXT,
    address      TEXT,
    region       TEXT,
    client_id    TEXT,
    session_id   TEXT,
    request_id   TEXT,
    -- JSON
    details      TEXT
  )`,
  `CREATE INDEX activity_by_subject ON activity (subject, id)`,
  `CREATE INDEX activity_by_target ON activity (target, id)`,
  `CREATE INDEX activity_by_event ON activity (event, id)`,
]

export const foundation: Migration = {
  name: '0001-foundation',
  statements: [...accounts, ...sessions, ...tokens, ...devices, ...activity],
}
