import type { Command } from 'commander'
import { collect, example, run } from '../command.ts'

/** The commands of `latchkey api-keys`. */
export function addApiKeys(program: Command): void {
  const keys = program.command('api-keys').description('make, list and revoke the API keys of users')
  keys
    .command('create <username> <name>')
    .description('make a key for somebody who may have one; its text is printed this once')
    .requiredOption('--scope <scope>', 'a scope of it, which its owner has to hold; may be repeated', collect)
    .option('--audience <audience>', 'the audience of the service that it is for; this server if not given')
    .option('--ends-in <time>', 'when it ends, such as 8h or 30d; 366d at most, 90d if not given')
    .addHelpText('after', example('latchkey api-keys create ada report --scope devices:view --ends-in 30d'))
    .action(run(() => import('./create.ts')))
  keys
    .command('list <username>')
    .description('list the keys of a user, newest first')
    .addHelpText('after', example('latchkey api-keys list ada'))
    .action(run(() => import('./list.ts')))
  keys
    .command('revoke <key>')
    .description('revoke a key by its id: it is refused everywhere within a second')
    .addHelpText('after', example('latchkey api-keys revoke key_06f8p3x2v9r4k7m1n5q8s0t2w4'))
    .action(run(() => import('./revoke.ts')))
}
