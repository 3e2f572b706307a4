/** Why a ceremony is refused. The log has it; whoever asked is told one thing for all of them. */
export type CeremonyFaultReason =
  | 'cbor_malformed'
  | 'client_data_malformed'
  | 'type_mismatch'
  | 'challenge_mismatch'
  | 'origin_mismatch'
  | 'cross_origin'
  | 'authenticator_data_malformed'
  | 'rp_id_mismatch'
  | 'user_not_present'
  | 'user_not_verified'
  | 'backup_flags_invalid'
  | 'backup_eligibility_changed'
  | 'attestation_unexpected'
  | 'attestation_invalid'
  | 'credential_id_invalid'
  | 'key_unacceptable'
  | 'credential_mismatch'
  | 'user_handle_mismatch'
  | 'signature_invalid'
  | 'counter_not_higher'

/** A ceremony (WebAuthn) that proves nothing. It holds nothing of what was sent. */
export class CeremonyFault extends Error {
  readonly reason: CeremonyFaultReason

  constructor(reason: CeremonyFaultReason) {
    super(`this ceremony is refused: ${reason}`)
    this.name = 'CeremonyFault'
    this.reason = reason
  }
}
