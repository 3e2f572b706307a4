import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** `latchkey sinks`. */
export function addSinks(program: Command): void {
  program
    .command('sinks')
    .description('list where the log is sent, and how far behind each sink is')
    .addHelpText('after', example('latchkey sinks'))
    .action(run(() => import('./list.ts')))
}
