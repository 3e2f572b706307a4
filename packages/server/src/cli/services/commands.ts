import type { Command } from 'commander'
import { withWorkload } from '../applications/commands.ts'
import { collect, example, run } from '../command.ts'

/** The commands of `latchkey services`. */
export function addServices(program: Command): void {
  const services = program.command('services').description('manage services')
  withRules(
    services
      .command('add <name>')
      .description('register a service and print its secret; with an audience, there are tokens for it')
      .option('--scope <scope...>', 'what it may do here, such as activity:read'),
  )
    .addHelpText('after', example('latchkey services add billing --audience billing --knows invoices:read'))
    .action(run(() => import('./add.ts')))
  services
    .command('list')
    .description('list the services')
    .addHelpText('after', example('latchkey services list'))
    .action(run(() => import('./list.ts')))
  services
    .command('show <name>')
    .description('print a service, its profile, and who has which of its scopes')
    .addHelpText('after', example('latchkey services show billing'))
    .action(run(() => import('./show.ts')))
  services
    .command('configuration <name>')
    .description('print the configuration of the other program that reads the tokens for a service')
    .addHelpText('after', example('latchkey services configuration broker'))
    .action(run(() => import('./configuration.ts')))
  withRules(
    services
      .command('change <name>')
      .description('change a service; what is not given stays')
      .option('--name <new-name>', 'another name')
      .option('--scope <scope...>', 'all that it may do here from now on'),
  )
    .option('--no-audience', 'there are no tokens for it any more')
    .addHelpText('after', example('latchkey services change billing --knows invoices:read invoices:pay'))
    .action(run(() => import('./change.ts')))
  services
    .command('rotate-key <name>')
    .description(
      'sign by the next key: a shared one is made and its secret printed, of its own keys the next one signs',
    )
    .option('--starts-in <time>', 'when it begins to sign, such as 10m; the key before signs until then')
    .option('--overlap <time>', 'for how long the key before is good after that; a day if it is not given')
    .option('--force', 'of its own keys, even if somebody who verifies has not fetched the next one')
    .addHelpText('after', example('latchkey services rotate-key billing --starts-in 10m'))
    .action(run(() => import('./rotate-key.ts')))
  services
    .command('drop-key <name> <kid>')
    .description('take a shared key away: nothing is signed by it any more')
    .addHelpText('after', example('latchkey services drop-key billing shk_01h…'))
    .action(run(() => import('./drop-key.ts')))
  services
    .command('revoke-key <name> <kid>')
    .description('end one of its own keys at once, because it has leaked')
    .addHelpText('after', example('latchkey services revoke-key billing 5sXk…'))
    .action(run(() => import('./revoke-key.ts')))
  services
    .command('disable <name>')
    .description('turn a service off: its tokens are refused within a second, and there are none for it')
    .addHelpText('after', example('latchkey services disable billing'))
    .action(run(() => import('./disable.ts')))
  withHolder(
    services
      .command('give <name> <scope>')
      .description('give a scope of the service’s own to a user type, a service or all devices'),
  )
    .addHelpText('after', example('latchkey services give billing invoices:read --user-type customer'))
    .action(run(() => import('./give.ts')))
  withHolder(
    services
      .command('take <name> <scope>')
      .description('take a scope back; the tokens for the service are refused within a second'),
  )
    .addHelpText('after', example('latchkey services take billing invoices:read --user-type customer'))
    .action(run(() => import('./take.ts')))
  withWorkload(
    services
      .command('trust <name>')
      .description(
        'let tokens of an issuer outside authenticate a service: of a build server, a cluster, another cloud',
      ),
  )
    .addHelpText(
      'after',
      example(
        "latchkey services trust photos --issuer https://token.actions.githubusercontent.com --subject 'repo:octo/photos:environment:production'",
      ),
    )
    .action(run(() => import('./trust.ts')))
  services
    .command('distrust <name> <workload>')
    .description('let such tokens authenticate it no more')
    .addHelpText('after', example('latchkey services distrust photos wid_06f…'))
    .action(run(() => import('./distrust.ts')))
}

function withRules(command: Command): Command {
  return command
    .option('--audience <text>', 'what stands in aud of the tokens for it')
    .option('--knows <scope...>', 'the scopes that tokens for it may have')
    .option(
      '--profile <name>',
      'how its tokens look, such as plain or rabbitmq; what is not said is as shipped',
    )
    .option('--key <key>', 'whose key signs: issuer, own or shared')
    .option('--algorithm <name>', 'what signs, such as RS256')
    .option('--token-type <typ>', 'the typ of its tokens')
    .option('--life <time>', 'how long its tokens live: 90s, 10m or 8h, a day at most')
    .option('--audience-form <form>', 'aud as text or as array')
    .option('--scope-prefix <text>', 'what is put before each scope')
    .option('--claim <name=value>', 'a claim that is added, once for each', collect)
    .option('--status-list', 'give each of its tokens a place in a status list')
}

function withHolder(command: Command): Command {
  return command
    .option('--user-type <type>', 'people of this type')
    .option('--service <name>', 'this service')
    .option('--devices', 'all devices')
}
