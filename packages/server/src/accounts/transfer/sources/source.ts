import type { TransferredPerson } from '../transferred-person.ts'

/** One account of a file, or why it cannot be read. */
export type SourceRecord =
  | { readonly kind: 'person'; readonly place: string; readonly person: TransferredPerson }
  | { readonly kind: 'fault'; readonly place: string; readonly username?: string; readonly detail: string }

/**
 * The accounts of a file in its order. A record that cannot be read is one of them; a file that cannot be read any further
 * throws a RecordFault.
 */
export type Source = (chunks: AsyncIterable<string>) => AsyncIterable<SourceRecord>
