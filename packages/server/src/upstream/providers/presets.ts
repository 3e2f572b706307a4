import type { Settings } from './settings.ts'

/** What is known of a provider before an administrator says anything of it. What is undefined has to be said. */
export interface Preset {
  readonly id: PresetId
  readonly name: string
  readonly issuer: string | undefined
  readonly authentication: Settings['authentication']
  readonly scopes: readonly string[]
  readonly responseMode: Settings['responseMode']
}

const presetIds = ['openid', 'google', 'microsoft', 'apple'] as const
export type PresetId = (typeof presetIds)[number]

const usual = {
  authentication: 'client_secret_basic',
  scopes: ['openid', 'email', 'profile'],
  responseMode: 'query',
} as const

/**
 * The providers whose settings are documented by themselves. GitHub is not among them: it signs nobody in by OpenID Connect, issues no
 * ID token for people, and has no key set for one, so that nothing of it could be verified here.
 */
export const presets: readonly Preset[] = [
  { id: 'openid', name: 'OpenID Connect', issuer: undefined, ...usual },
  { id: 'google', name: 'Google', issuer: 'https://accounts.google.com', ...usual },
  // The issuer has the tenant in it: that of all tenants together is in no ID token.
  { id: 'microsoft', name: 'Microsoft', issuer: undefined, ...usual, authentication: 'client_secret_post' },
  {
    ...{ id: 'apple', name: 'Apple', issuer: 'https://appleid.apple.com', authentication: 'apple' },
    // With any scope but this one, Apple answers by a form only.
    ...{ scopes: ['openid', 'email', 'name'], responseMode: 'form_post' },
  },
]

export function presetOf(id: PresetId): Preset {
  return presets.find((one) => one.id === id) ?? presets[0]!
}

export function isPreset(text: string): text is PresetId {
  return presets.some(({ id }) => id === text)
}
