import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../../http/schema.ts'
import { nameOfAuthenticator } from './authenticator-names.ts'
import type { PasskeyRow } from './store.ts'

/** A passkey as everybody is shown it who may see the factors of its person. */
export const passkeyEntries = {
  id: v.string(),
  name: v.string(),
  /** What its authenticator is called, for which nobody vouches; null for one that is not known. */
  model: v.nullable(v.string()),
  created_at: v.string(),
  last_used_at: v.nullable(v.string()),
  /** Whether it is kept in a cloud of its person. */
  is_backed_up: v.boolean(),
  /** Whether a sign-in by password asks for it; one that was made without a prompt only signs in. */
  is_factor: v.boolean(),
}

export function passkeyShown(passkey: PasskeyRow) {
  const { id, name, aaguid, created_at, last_used_at, is_backed_up, is_factor } = passkey
  return {
    ...{ id, name, model: nameOfAuthenticator(aaguid) ?? null },
    created_at: timestamp(created_at),
    last_used_at: timestampOrNull(last_used_at),
    is_backed_up: is_backed_up === 1,
    is_factor: is_factor === 1,
  }
}

/** As its person is shown it, whose browser knows it by its credential id. */
export const passkeyView = view<PasskeyRow>()(
  { ...passkeyEntries, credential_id: v.string() },
  (passkey) => ({ ...passkeyShown(passkey), credential_id: passkey.credential_id }),
)
