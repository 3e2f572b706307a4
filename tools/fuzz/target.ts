/** Something to send to what strangers wrote. Ends, or throws an error that holds the input. */
export interface Target {
  readonly name: string
  run(options: {
    readonly count: number
    readonly seed: number
    /** What was sent and is not answered yet. */
    readonly inFlight: string[]
    /** Called for each input; with what came of it. */
    readonly tell: (outcome: string) => void
  }): Promise<void>
}
