import type { TokenFacts } from '../grant.ts'
import type { TokenProfile } from './profile.ts'

/** A scope that all devices have can name the topics of each: `write:d.{subject}.*`. */
export function forSubject(scope: string, { subject }: Pick<TokenFacts, 'subject'>): string {
  return scope.replaceAll('{subject}', subject)
}

/** As the program reads them: with the prefix, and with the subject where a scope names `{subject}`. */
export function scopesAsRead({ scopePrefix }: TokenProfile, facts: TokenFacts): readonly string[] {
  const prefix = scopePrefix.replaceAll('{audience}', facts.audience)
  return facts.scopes.map((scope) => prefix + forSubject(scope, facts))
}
