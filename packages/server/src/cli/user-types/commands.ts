import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey user-types`. */
export function addUserTypes(program: Command): void {
  const userTypes = program.command('user-types').description('manage the types of users')
  userTypes
    .command('add <name>')
    .description('create a user type')
    .option('--description <text>', 'what it is for', '')
    .option('--permission <permission...>', 'what it permits, such as devices:view')
    .addHelpText(
      'after',
      example('latchkey user-types add installer --permission devices:write devices:read'),
    )
    .action(run(() => import('./add.ts')))
  userTypes
    .command('change <name>')
    .description(
      'change what a user type is for and what it permits; tokens with the old permissions are refused',
    )
    .option('--description <text>', 'what it is for')
    .option('--permission <permission...>', 'all that it permits from now on')
    .option('--allow <permission...>', 'what it permits beside')
    .option('--forbid <permission...>', 'what it permits no longer')
    .addHelpText('after', example('latchkey user-types change installer --allow devices:bind'))
    .action(run(() => import('./change.ts')))
  userTypes
    .command('rename <name> <new-name>')
    .description('give a user type another name')
    .addHelpText('after', example('latchkey user-types rename installer fitter'))
    .action(run(() => import('./rename.ts')))
  userTypes
    .command('remove <name>')
    .description('remove a user type')
    .option('--replacement <type>', 'the type that its users get')
    .addHelpText('after', example('latchkey user-types remove installer --replacement customer'))
    .action(run(() => import('./remove.ts')))
  userTypes
    .command('list')
    .description('list the user types and what each permits')
    .addHelpText('after', example('latchkey user-types list'))
    .action(run(() => import('./list.ts')))
  userTypes
    .command('second-factor <name> <rule>')
    .description('make a second factor required or optional for users of a type')
    .option('--grace-days <count>', 'how long a user has from their next sign-in on', '0')
    .addHelpText('after', example('latchkey user-types second-factor administrator required --grace-days 14'))
    .action(run(() => import('./second-factor.ts')))
  userTypes
    .command('sign-in <name>')
    .description('say how users of a type sign in and how long they stay, or change it')
    .option('--self-registration <on-or-off>', 'whether strangers may make accounts of the type')
    .option('--mail-code <on-or-off>', 'whether an unknown place takes a mailed code beside the password')
    .option('--session-idle <time>', 'how long a session lasts without use: 30m, 12h, 7d or none')
    .option('--session-longest <time>', 'how long a session lasts at most: 12h, 30d or none')
    .addHelpText('after', example('latchkey user-types sign-in customer --session-idle 12h'))
    .action(run(() => import('./sign-in.ts')))
}
