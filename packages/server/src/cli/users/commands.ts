import type { Command } from 'commander'
import { collect, example, run } from '../command.ts'

/** The commands of `latchkey users`. */
export function addUsers(program: Command): void {
  const users = program.command('users').description('manage people')
  users
    .command('add <username>')
    .description('create a user and print the invitation by which they set a password')
    .option('--type <type>', 'the type of user', 'customer')
    .option('--name <name>', 'how the user is called')
    .option('--attribute <key=value>', 'an attribute, once for each', collect)
    .addHelpText('after', example('latchkey users add ada --type administrator'))
    .action(run(() => import('./add.ts')))
  users
    .command('list')
    .description('list the users, or those that match every filter')
    .option('--text <words>', 'words that names or addresses begin with')
    .option('--type <type>', 'users of this type')
    .option('--status <status>', 'enabled, disabled, or invited: without a password yet')
    .option('--address <address>', 'who has exactly this address of mail')
    .option('--attribute <key=value>', 'with exactly this value of an attribute that people are found by')
    .option('--signed-in-from <time>', 'last signed in at this time or later, as RFC 3339 writes it')
    .option('--signed-in-before <time>', 'last signed in before this time')
    .option('--never-signed-in', 'never signed in')
    .option('--limit <count>', 'how many at most', '10000')
    .addHelpText(
      'after',
      example('latchkey users list --status disabled --signed-in-before 2026-01-01T00:00:00Z'),
    )
    .action(run(() => import('./list.ts')))
  users
    .command('disable <username>')
    .description('disable a user: sessions end, tokens are refused everywhere within a second')
    .addHelpText('after', example('latchkey users disable mallory'))
    .action(run(() => import('./disable.ts')))

  users
    .command('enable <username>')
    .description('let a disabled user sign in again')
    .addHelpText('after', example('latchkey users enable mallory'))
    .action(run(() => import('./enable.ts')))
  users
    .command('delete <username>')
    .description(
      'disable a user, and delete the account after days of grace: devices are given up, the name is free',
    )
    .option('--grace-days <count>', 'how long the account can be kept after all', '30')
    .addHelpText('after', example('latchkey users delete mallory --grace-days 7'))
    .action(run(() => import('./delete.ts')))
  users
    .command('undelete <username>')
    .description('keep a user who was going to be deleted; the account stays disabled')
    .addHelpText('after', example('latchkey users undelete mallory'))
    .action(run(() => import('./undelete.ts')))
  users
    .command('attributes <username>')
    .description('print the attributes of a user, or set some of them first')
    .option('--set <key=value>', 'a value, once for each attribute', collect)
    .option('--clear <key>', 'an attribute whose value is taken away', collect)
    .addHelpText('after', example('latchkey users attributes ada --set department=sales'))
    .action(run(() => import('./attributes.ts')))
  users
    .command('invite <username>')
    .description('print a new link on which a user sets a password; older ones end')
    .addHelpText('after', example('latchkey users invite ada'))
    .action(run(() => import('./invite.ts')))
  users
    .command('data <username>')
    .description('print all that is held about a user as JSON, and tell them by mail')
    .addHelpText('after', example('latchkey users data ada > ada.json'))
    .action(run(() => import('./data.ts')))
  users
    .command('bulk <action>')
    .description(
      'do the same to each user whose name comes by standard input, one a line: disable, enable, set-type, end-sessions, invite or delete',
    )
    .option('--type <type>', 'the type that they get, of set-type')
    .option('--grace-days <count>', 'how long the accounts can be kept after all, of delete: 30 if not given')
    .option(
      '--report <file>',
      'write each outcome there, as NDJSON, and leave out whom it was done to already',
    )
    .addHelpText('after', example('latchkey users bulk disable --report done.ndjson < names.txt'))
    .action(run(() => import('./bulk.ts')))
  users
    .command('set-type <username> <type>')
    .description('give a user another type, which ends their sessions')
    .addHelpText('after', example('latchkey users set-type ada administrator'))
    .action(run(() => import('./set-type.ts')))
  for (const [name, does] of [
    ['grant', 'grant a user a permission beside those of their type'],
    ['deny', 'deny a user a permission, whatever their type permits'],
  ] as const) {
    users
      .command(`${name} <username> <permission>`)
      .description(does)
      .requiredOption('--reason <text>', 'why, which the log and the console show')
      .option('--until <time>', 'when it ends, as RFC 3339 writes it')
      .option('--for <time>', 'how long it lasts: seconds, or 15m, 2h, 7d')
      .addHelpText(
        'after',
        example(`latchkey users ${name} ada devices:read --for 7d --reason "covers for ben"`),
      )
      .action(run(() => (name === 'grant' ? import('./grant.ts') : import('./deny.ts'))))
  }
  users
    .command('withdraw <username> <grant>')
    .description('take a grant or a denial back before its end')
    .addHelpText('after', example('latchkey users withdraw ada grt_06f8p3x2v9r4k7m1n5q8s0t2w4'))
    .action(run(() => import('./withdraw.ts')))
  users
    .command('permissions <username>')
    .description('print what a user may do, and the rule that gave or denied each')
    .option('--at <time>', 'at a past moment, as RFC 3339 writes it')
    .addHelpText('after', example('latchkey users permissions ada --at 2026-11-01T00:00:00Z'))
    .action(run(() => import('./permissions.ts')))
  users
    .command('factors <username>')
    .description('print the second factors and passkeys of a user, without anything secret')
    .addHelpText('after', example('latchkey users factors ada'))
    .action(run(() => import('./factors.ts')))
  users
    .command('reset-factors <username>')
    .description('remove the second factors of a user who has lost theirs, and end their sessions')
    .addHelpText('after', example('latchkey users reset-factors ada'))
    .action(run(() => import('./reset-factors.ts')))
  users
    .command('unlock <username>')
    .description('let wrong passwords for a user count from the beginning again')
    .addHelpText('after', example('latchkey users unlock ada'))
    .action(run(() => import('./unlock.ts')))
  users
    .command('import <file>')
    .description(
      'create accounts from a file of another program; a run that was cut off goes on where it ended',
    )
    .option(
      '--format <format>',
      'csv, ndjson, django, keycloak or firebase; by the ending of the file if it is left out',
    )
    .option('--type <type>', 'the type of users whose record names none', 'customer')
    .option(
      '--addresses <what>',
      'what becomes of addresses of mail: none, unproven, or proven, where the other program has proven them',
      'none',
    )
    .option('--language <language>', 'in which letters to the addresses are written: en or zh-Hant', 'en')
    .option('--firebase <file>', 'the hash parameters of the project')
    .option(
      '--check <username>',
      'ask for the password of this user first, and stop if it does not fit the file',
    )
    .option('--dry-run', 'tell what would become of each record, and change nothing')
    .option('--report <file>', 'write who was refused to this file, one a line')
    .addHelpText('after', example('latchkey users import dump.json --format django --dry-run'))
    .action(run(() => import('./import.ts')))
  users
    .command('export')
    .description('print all accounts in the form that import takes')
    .option('--format <format>', 'csv or ndjson', 'ndjson')
    .option('--with-hashes', 'with the password hashes, which are worth guessing at: keep the file safe')
    .addHelpText('after', example('latchkey users export --format csv > people.csv'))
    .action(run(() => import('./export.ts')))

  users
    .command('recover <username>')
    .description('send a link on which a user sets a new password; the present one works until then')
    .option('--print', 'print the link instead, for an account without mail')
    .addHelpText('after', example('latchkey users recover ada'))
    .action(run(() => import('./recover.ts')))
  users
    .command('reset <username>')
    .description('take the password of a user away, end their sessions, and send a link to set a new one')
    .option('--print', 'print the link instead, for an account without mail')
    .addHelpText('after', example('latchkey users reset ada --print'))
    .action(run(() => import('./reset.ts')))
}
