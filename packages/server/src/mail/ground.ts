import type { Enclosed } from './outbox.ts'
import type { OutboxRow } from './store.ts'

/** A letter in the outbox and what it says. */
export interface ShownLetter {
  readonly row: OutboxRow
  readonly enclosed: Enclosed
}

/** What the page of the outbox is given. */
export interface OutboxGround {
  readonly issuer: string
  /** @throws {Refusal} `not_found` outside of the development mode, and where letters are really sent */
  shown(): Promise<readonly ShownLetter[]>
}
