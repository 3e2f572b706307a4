import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey permissions`. */
export function addPermissions(program: Command): void {
  const permissions = program.command('permissions').description('ask what somebody may do')
  permissions
    .command('check <username> <permission-or-action> [device]')
    .description('say whether a user has a permission, or may view, control or own a device, and why')
    .addHelpText('after', example('latchkey permissions check ada control d_06f8p3x2v9r4k7m1n5q8s0t2w4'))
    .action(run(() => import('./check.ts')))
  permissions
    .command('search <subject> <action> <resource>')
    .description(
      'list who may do something, with what somebody may do it, or what they may do: whichever of the three is left open',
    )
    .addHelpText(
      'after',
      example('latchkey permissions search user control device:d_06f8p3x2v9r4k7m1n5q8s0t2w4'),
    )
    .addHelpText('after', example('latchkey permissions search user:ada view device'))
    .addHelpText('after', example('latchkey permissions search user:ada - server:latchkey'))
    .action(run(() => import('./search.ts')))
}
