import type { Migration } from '../migrations.ts'

export const senderConstraint: Migration = {
  name: '0002-sender-constraint',
  statements: [
    // The key (RFC 7638) with which the family was begun, and without which it is not renewed; null for bearer tokens.
    `ALTER TABLE refresh_families ADD COLUMN key_thumbprint TEXT`,

    `CREATE TABLE used_proofs (
      -- of the key and the id, so that nobody can use up the id of another's proof
      hash       TEXT   NOT NULL PRIMARY KEY,
      -- from when on the proof is too old to be taken again
      expires_at BIGINT NOT NULL
    )`,
    `CREATE INDEX used_proofs_by_expiry ON used_proofs (expires_at)`,
  ],
}
