import type { Migration } from '../migrations.ts'

export const bindingCodes: Migration = {
  name: '0048-binding-codes',
  statements: [
    // A claim code that a device shows as eight letters, for people to type; under a key of this server, for it could be guessed.
    'ALTER TABLE claim_codes ADD COLUMN user_code TEXT',
    // From where the device has asked for it.
    'ALTER TABLE claim_codes ADD COLUMN address TEXT',
    'ALTER TABLE claim_codes ADD COLUMN region TEXT',
    'ALTER TABLE claim_codes ADD COLUMN user_agent TEXT',
    'CREATE UNIQUE INDEX claim_codes_by_user_code ON claim_codes (user_code) WHERE user_code IS NOT NULL',
  ],
}
