/** One line of the results. */
export interface Row {
  readonly what: string
  readonly measured: string
  readonly goal: string
  readonly met: boolean
  /** Where it is not met: what was tried, and what stands in the way. */
  readonly ifNotMet?: string
}

export interface Benchmark {
  readonly title: string
  run(): Promise<Row[]>
}
