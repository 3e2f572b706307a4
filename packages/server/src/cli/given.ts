/**
 * Arguments and options as commander gives them, and whether --json was said. `Options` are those that `commands.ts` of its noun declares
 * for the command: one without a default may be missing, one that may be repeated is a list.
 */
export interface Given<Options extends object = Readonly<Record<string, unknown>>> {
  readonly args: readonly string[]
  readonly options: Readonly<Options>
  readonly json: boolean
}
