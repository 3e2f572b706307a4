import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey apps`. */
export function addApps(program: Command): void {
  const apps = program.command('apps').description('manage the apps of other companies that sign people in')
  withRules(apps.command('add <name>').description('register an app; add its keys then'))
    .addHelpText('after', example('latchkey apps add chat --user-type customer --longest-session 7d'))
    .action(run(() => import('./add.ts')))
  apps
    .command('list')
    .description('list the apps')
    .addHelpText('after', example('latchkey apps list'))
    .action(run(() => import('./list.ts')))
  apps
    .command('show <name>')
    .description('print an app and its keys')
    .addHelpText('after', example('latchkey apps show chat'))
    .action(run(() => import('./show.ts')))
  withRules(
    apps
      .command('change <name>')
      .description('change an app; what is not given stays')
      .option('--name <new-name>', 'another name'),
  )
    .option('--no-user-type', 'make nobody any more; only linked people sign in')
    .option('--no-jwks-uri', 'read its keys nowhere any more')
    .addHelpText('after', example('latchkey apps change chat --longest-session 1d'))
    .action(run(() => import('./change.ts')))
  apps
    .command('add-key <name> <kid>')
    .description('add a public key by which the app signs')
    .requiredOption('--key <file>', 'the public key, in PEM or as a JWK')
    .option('--algorithm <name>', 'RS256, PS256, ES256 or EdDSA', 'RS256')
    .addHelpText('after', example('latchkey apps add-key chat 2026-11 --key public.pem'))
    .action(run(() => import('./add-key.ts')))
  apps
    .command('revoke-key <name> <kid>')
    .description('take nothing any more that this key signs')
    .addHelpText('after', example('latchkey apps revoke-key chat 2026-11'))
    .action(run(() => import('./revoke-key.ts')))
  apps
    .command('refresh-keys <name>')
    .description('read the key set of the app at once; keys that left it are worth nothing then')
    .addHelpText('after', example('latchkey apps refresh-keys chat'))
    .action(run(() => import('./refresh-keys.ts')))
  apps
    .command('check-assertion <name>')
    .description('say what the exchange would say of an assertion, step by step; nothing is used up')
    .requiredOption('--assertion <file>', 'a file with the assertion')
    .option('--older', 'as the older form takes it')
    .option('--device <id>', 'the device_id that the exchange would be told')
    .addHelpText('after', example('latchkey apps check-assertion chat --assertion assertion.jwt'))
    .action(run(() => import('./check-assertion.ts')))
  apps
    .command('people <name>')
    .description('list the people of the app, and when it signed them in last')
    .addHelpText('after', example('latchkey apps people chat'))
    .action(run(() => import('./people.ts')))
  apps
    .command('disable <name>')
    .description('turn an app off: it signs nobody in, and every session that it began ends')
    .addHelpText('after', example('latchkey apps disable chat'))
    .action(run(() => import('./disable.ts')))
}

function withRules(command: Command): Command {
  return command
    .option('--user-type <type>', 'of people who are made when they come for the first time')
    .option('--longest-session <time>', 'how long a session lasts at most, such as 7d')
    .option('--jwks-uri <url>', 'where the app publishes its keys, beside those that are added here')
}
