import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey keys`. */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description('manage the keys that sign tokens')
  keys
    .command('list')
    .description('list the signing keys')
    .addHelpText('after', example('latchkey keys list'))
    .action(run(() => import('./list.ts')))
  keys
    .command('rotate')
    .description('sign with the next key from now on')
    .option('--wait <time>', 'wait so long for those who have not fetched the next key, such as 15m')
    .option('--force', 'even if that cuts somebody off')
    .addHelpText('after', example('latchkey keys rotate'))
    .action(run(() => import('./rotate.ts')))
  keys
    .command('revoke <kid>')
    .description('end a key at once; every token that it has signed is refused')
    .addHelpText('after', example('latchkey keys revoke 7mVZ…'))
    .action(run(() => import('./revoke.ts')))
  keys
    .command('fetches')
    .description('list who fetches the key sets, and whom a rotation would cut off now')
    .addHelpText('after', example('latchkey keys fetches'))
    .action(run(() => import('./fetches.ts')))
  keys
    .command('rotate-master')
    .description('seal everything that is sealed with a new master key, while the server runs')
    .addHelpText('after', example('latchkey keys rotate-master'))
    .action(run(() => import('./rotate-master.ts')))
  keys
    .command('export')
    .description('print the public key set')
    .addHelpText('after', example('latchkey keys export > jwks.json'))
    .action(run(() => import('./export.ts')))
}
