import type { Migration } from '../migrations.ts'

export const logProof: Migration = {
  name: '0031-log-proof',
  statements: [
    // The place of the event in the tree of the log, in the order of commits; null until it has one.
    `ALTER TABLE activity ADD COLUMN seq BIGINT`,
    // Of an event whose person was forgotten: the key and the commitment that the leaf has in place of what was said of them.
    `ALTER TABLE activity ADD COLUMN who_proof TEXT`,
    `ALTER TABLE activity ADD COLUMN place_proof TEXT`,
    `ALTER TABLE activity ADD COLUMN whom_proof TEXT`,
    `CREATE UNIQUE INDEX activity_by_seq ON activity (seq) WHERE seq IS NOT NULL`,
    `CREATE INDEX activity_unsequenced ON activity (id) WHERE seq IS NULL`,

    `CREATE TABLE activity_tree (
      name     TEXT   NOT NULL PRIMARY KEY CHECK (name = 'activity'),
      size     BIGINT NOT NULL,
      next_key BIGINT NOT NULL,
      -- how often somebody was forgotten: what a process remembers of keys holds until then
      forgets  BIGINT NOT NULL
    )`,
    `INSERT INTO activity_tree (name, size, next_key, forgets) VALUES ('activity', 0, 1, 0)`,
    `CREATE TABLE activity_tiles (
      level  BIGINT NOT NULL,
      n      BIGINT NOT NULL,
      width  BIGINT NOT NULL,
      -- up to 256 hashes of 32 bytes, base64
      hashes TEXT   NOT NULL,
      PRIMARY KEY (level, n)
    )`,

    `CREATE TABLE activity_subjects (
      -- a hash of who it is: the row outlives them
      name_hash     TEXT   NOT NULL PRIMARY KEY,
      id            BIGINT NOT NULL UNIQUE,
      -- opens the commitments of the log; null once who it is was forgotten
      secret_sealed TEXT,
      created_at    BIGINT NOT NULL,
      -- who it is, until every row of the log has forgotten them
      forget        TEXT,
      forgotten_at  BIGINT
    )`,
    `CREATE INDEX activity_subjects_to_forget ON activity_subjects (name_hash) WHERE forget IS NOT NULL`,

    `CREATE TABLE activity_holds (
      subject   TEXT   NOT NULL PRIMARY KEY,
      reason    TEXT   NOT NULL,
      placed_at BIGINT NOT NULL,
      -- null by the command line
      placed_by TEXT,
      ends_at   BIGINT
    )`,
    `CREATE TABLE activity_signers (
      vkey           TEXT   NOT NULL PRIMARY KEY,
      purpose        TEXT   NOT NULL CHECK (purpose IN ('log', 'witness')),
      name           TEXT   NOT NULL,
      private_sealed TEXT   NOT NULL,
      created_at     BIGINT NOT NULL,
      retired_at     BIGINT
    )`,
    `CREATE UNIQUE INDEX activity_signers_one_each ON activity_signers (purpose) WHERE retired_at IS NULL`,

    `CREATE TABLE activity_checkpoints (
      size BIGINT NOT NULL PRIMARY KEY,
      at   BIGINT NOT NULL,
      -- a signed note (C2SP), with the cosignatures of witnesses as they come
      note TEXT   NOT NULL
    )`,
    `CREATE TABLE activity_witnesses (
      url        TEXT   NOT NULL PRIMARY KEY,
      -- the checkpoint that it has signed last
      size       BIGINT NOT NULL,
      told_at    BIGINT,
      asked_at   BIGINT NOT NULL,
      last_error TEXT
    )`,

    `CREATE TABLE witnessed_logs (
      origin TEXT   NOT NULL PRIMARY KEY,
      size   BIGINT NOT NULL,
      note   TEXT   NOT NULL,
      at     BIGINT NOT NULL
    )`,
  ],
}
