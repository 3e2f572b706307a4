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
    .addHelpText('after', example('latchkey keys rotate'))
    .action(run(() => import('./rotate.ts')))
  keys
    .command('export')
    .description('print the public key set')
    .addHelpText('after', example('latchkey keys export > jwks.json'))
    .action(run(() => import('./export.ts')))
}
