const ssf = 'https://schemas.openid.net/secevent/ssf/event-type'
const caep = 'https://schemas.openid.net/secevent/caep/event-type'
const risc = 'https://schemas.openid.net/secevent/risc/event-type'

/** What a receiver may ask for (CAEP 1.0, RISC 1.0), by how the log and the console call it. */
export const signalTypes = {
  session_revoked: `${caep}/session-revoked`,
  credential_change: `${caep}/credential-change`,
  account_disabled: `${risc}/account-disabled`,
  account_enabled: `${risc}/account-enabled`,
  account_purged: `${risc}/account-purged`,
} as const
export type SignalName = keyof typeof signalTypes

export const supportedTypes: readonly string[] = Object.values(signalTypes)

/** About the stream itself (SSF 1.0 section 8.1.4, 8.1.5): every receiver gets these. */
export const verificationType = `${ssf}/verification`
export const updatedType = `${ssf}/stream-updated`
