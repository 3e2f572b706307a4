import type { Transaction } from '../../src/database/database.ts'

/** A function of a `store.ts`, run beside rows that it must not touch. */
export interface Row {
  readonly store: string
  readonly statement: string
  /** What is special about this call, where one function has several rows. */
  readonly of?: string
  /** What this row needs beside the neighbours of all. */
  readonly before?: (tx: Transaction) => Promise<unknown>
  readonly run: (tx: Transaction) => Promise<unknown>
  /** What it gives. Of rows, what names them. */
  readonly gives?: unknown
  /** All that it changes, in whatever table. */
  readonly changes?: readonly string[]
  /** How many rows it writes, where some of them stay as they were: those that it holds, and those that go with others. */
  readonly writes?: number
}
