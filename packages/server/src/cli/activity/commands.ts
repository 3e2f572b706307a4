import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey activity`. */
export function addActivity(program: Command): void {
  const activity = program.command('activity').description('read the log')
  activity
    .command('search')
    .description('search the log, newest first')
    .option('--event <event>', 'such as user.sign_in')
    .option('--outcome <outcome>', 'success, refused, failure or alarm')
    .option('--subject <id>', 'who did it')
    .option('--target <id>', 'what it was done to')
    .option('--address <address>', 'from where')
    .option('--limit <count>', 'how many', '50')
    .addHelpText('after', example('latchkey activity search --event user.sign_in --outcome refused'))
    .action(run(() => import('./search.ts')))
  activity
    .command('sign-ins')
    .description('list sign-ins, those that succeeded and those that were refused, newest first')
    .option('--user <username>', 'whose account it was')
    .option('--outcome <outcome>', 'success, refused, failure or alarm')
    .option('--reason <reason>', 'why it was refused, such as password_wrong')
    .option('--address <address>', 'from where')
    .option('--limit <count>', 'how many', '50')
    .option('--format <format>', 'as a file: csv or ndjson')
    .addHelpText('after', example('latchkey activity sign-ins --outcome refused --format csv > refused.csv'))
    .action(run(() => import('./sign-ins.ts')))
  activity
    .command('tail')
    .description('follow the log until interrupted')
    .addHelpText('after', example('latchkey activity tail'))
    .action(run(() => import('./tail.ts')))
}
