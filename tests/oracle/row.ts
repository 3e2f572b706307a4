import type { Endpoint, Received, Side } from './side.ts'

/** A request that both servers are sent; what it needs (codes, tokens) each side makes for itself. */
export interface Row {
  readonly name: string
  readonly endpoint: Endpoint
  run(side: Side): Promise<Received>
  /** What is done at first, so long before. */
  before?(side: Side): Promise<void>
  readonly afterMs?: number
}
