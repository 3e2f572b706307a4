/** Arguments and options as commander gives them, and whether --json was said. */
export interface Given {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  readonly json: boolean
}
