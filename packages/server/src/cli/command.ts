import type { Command } from 'commander'
import type { Given } from './given.ts'
import { fail } from './output.ts'

/** What a command's file exports. */
export interface CommandModule {
  run(given: Given): Promise<void>
}

/** The action of a command whose file is loaded when it is called. */
export function run(load: () => Promise<CommandModule>) {
  // Commander calls an action with the arguments, then the options, then the command.
  return async (...given: unknown[]) => {
    const command = given.at(-1) as Command
    const options = command.opts()
    const { json = false } = command.optsWithGlobals<{ json?: boolean }>()
    try {
      await (await load()).run({ args: command.args, options, json })
    } catch (error) {
      fail(error)
    }
  }
}

/** The end of a command's help. */
export const example = (line: string) => `\nExample:\n  ${line}\n`

/** Options that may be repeated, rather than lists that would swallow the argument behind them. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
