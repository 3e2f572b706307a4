import type { Ask } from '../mount/exchange.ts'
import type { Kit } from './kit.ts'

/** What a view reads, and what it makes of it. */
export interface Serializer {
  readonly fields: readonly string[]
  /** The body of the answer. Throws TokenError for a bad token, or an APIException. */
  validate(attrs: Readonly<Record<string, string>>, request: Ask): Promise<Readonly<Record<string, unknown>>>
}

export type SerializerClass = new (kit: Kit) => Serializer
