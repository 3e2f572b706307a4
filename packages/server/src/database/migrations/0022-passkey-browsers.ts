import type { Migration } from '../migrations.ts'

export const passkeyBrowsers: Migration = {
  name: '0022-passkey-browsers',
  statements: [
    // The browser that is to make a passkey without a prompt: once one was made there, it is in passkey_offers. Null where somebody is asked.
    'ALTER TABLE passkey_challenges ADD COLUMN browser_hash TEXT',
  ],
}
