import type { Ask } from '../mount/exchange.ts'
import type { Kit } from './kit.ts'

/** The fields that a view reads, and the response it makes of them. */
export interface Serializer {
  readonly fields: readonly string[]
  /** The body of the answer. Throws TokenError for a bad token, or an APIException. */
  validate(attrs: Readonly<Record<string, string>>, request: Ask): Promise<Readonly<Record<string, unknown>>>
}

/** A serializer for the settings `…_SERIALIZER`. */
export type SerializerClass = new (kit: Kit) => Serializer

/** A serializer that has only its settings and its users to ask. */
export abstract class KitSerializer implements Serializer {
  abstract readonly fields: readonly string[]
  protected readonly kit: Kit

  constructor(kit: Kit) {
    this.kit = kit
  }

  abstract validate(
    attrs: Readonly<Record<string, string>>,
    request: Ask,
  ): Promise<Readonly<Record<string, unknown>>>
}
