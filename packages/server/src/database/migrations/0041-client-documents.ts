import type { Migration } from '../migrations.ts'

export const clientDocuments: Migration = {
  name: '0041-client-documents',
  statements: [
    // What applications and outside issuers publish: key sets, and documents that describe a client. Kept for every process.
    `CREATE TABLE client_documents (
      url          TEXT   NOT NULL PRIMARY KEY,
      -- as it was read last; null while it never was
      body         TEXT,
      -- why the last read brought nothing; null where it did
      cause        TEXT,
      reads        BIGINT NOT NULL,
      tried_at     BIGINT NOT NULL,
      read_at      BIGINT,
      fresh_until  BIGINT NOT NULL,
      usable_until BIGINT NOT NULL
    )`,
    'CREATE INDEX client_documents_by_try ON client_documents (tried_at)',
  ],
}
