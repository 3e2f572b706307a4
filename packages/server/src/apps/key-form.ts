import { wholeText } from '../whole-text.ts'

/** What assertions may be signed with: no secret that both sides hold, and nothing without a signature. */
export const appAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export type AppAlgorithm = (typeof appAlgorithms)[number]

export const keyIdText = wholeText(/[\w.~:+=-]{1,100}/)
