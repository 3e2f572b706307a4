import type { Migration } from '../migrations.ts'

export const signInRules: Migration = {
  name: '0014-sign-in-rules',
  statements: [
    // Whether a stranger may make an account of this type.
    `ALTER TABLE user_types ADD COLUMN self_registration BIGINT NOT NULL DEFAULT 0`,
    // Whether a right password from an unknown place asks for a mailed code.
    `ALTER TABLE user_types ADD COLUMN mail_code BIGINT NOT NULL DEFAULT 1`,
    // Null: as long as every session.
    `ALTER TABLE user_types ADD COLUMN session_idle_ms BIGINT`,
    `ALTER TABLE user_types ADD COLUMN session_longest_ms BIGINT`,
  ],
}
