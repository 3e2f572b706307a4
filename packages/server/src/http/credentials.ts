/** What a proof of a key may be signed with: what is checked, and what the metadata announces. */
export const proofAlgorithms = ['ES256', 'EdDSA', 'Ed25519'] as const
