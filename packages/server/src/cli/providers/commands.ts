import type { Command } from 'commander'
import { collect, example, run } from '../command.ts'

/** The commands of `latchkey providers`. */
export function addProviders(program: Command): void {
  const providers = program
    .command('providers')
    .description('manage the OpenID providers at which people sign in')
  withSettings(
    providers
      .command('add <key>')
      .description('add a provider; its secret is read unseen, or from standard input'),
  )
    .requiredOption('--client-id <id>', 'what the provider calls this server')
    .option('--preset <name>', 'openid, google, microsoft or apple: what is known of it already', 'openid')
    .option('--issuer <url>', 'the issuer, exactly as the provider writes it')
    .addHelpText(
      'after',
      example('latchkey providers add google --preset google --client-id ID --user-type customer'),
    )
    .action(run(() => import('./add.ts')))
  providers
    .command('list')
    .description('list the providers')
    .addHelpText('after', example('latchkey providers list'))
    .action(run(() => import('./list.ts')))
  providers
    .command('show <key>')
    .description('print a provider, and the address that it has to lead back to')
    .addHelpText('after', example('latchkey providers show google'))
    .action(run(() => import('./show.ts')))
  withSettings(
    providers
      .command('change <key>')
      .description('change a provider; what is not given stays')
      .option('--client-id <id>', 'what the provider calls this server')
      .option('--new-secret', 'read another secret'),
  )
    .option('--no-user-type', 'make nobody any more; only linked people sign in')
    .option('--no-email-domain', 'count no address of it as proven any more')
    .option('--no-username-claim', 'take no user name from it')
    .option('--no-display-name-claim', 'take no display name from it')
    .option('--no-factor-amr', 'count none of its methods as a second factor any more')
    .option('--no-factor-acr', 'count none of its contexts as a second factor any more')
    .addHelpText('after', example('latchkey providers change google --email-domain example.com'))
    .action(run(() => import('./change.ts')))
  providers
    .command('disable <key>')
    .description('let nobody sign in there any more; every session that began there ends')
    .addHelpText('after', example('latchkey providers disable google'))
    .action(run(() => import('./disable.ts')))
  providers
    .command('enable <key>')
    .description('let people sign in there again')
    .addHelpText('after', example('latchkey providers enable google'))
    .action(run(() => import('./enable.ts')))
  providers
    .command('remove <key>')
    .description('remove a provider that is disabled, with the identities of its people')
    .addHelpText('after', example('latchkey providers remove google'))
    .action(run(() => import('./remove.ts')))
}

function withSettings(command: Command): Command {
  return command
    .option('--name <text>', 'what the button says behind "Continue with"')
    .option('--secret-file <file>', 'a file with the client secret, or with the private key of Apple')
    .option(
      '--authentication <how>',
      'client_secret_basic, client_secret_post, private_key_jwt (no secret: signed by this server), or apple',
    )
    .option('--team-id <id>', 'of Apple: the team whose key it is')
    .option('--key-id <id>', 'of Apple: the key that signs')
    .option('--scope <scope>', 'what is asked for; may be repeated', collect)
    .option('--response-mode <mode>', 'query or form_post')
    .option('--user-type <type>', 'of people who are made when they come for the first time')
    .option(
      '--email-domain <domain>',
      'where its word counts that an address is proven, or *; may be repeated',
      collect,
    )
    .option('--username-claim <claim>', 'take user names of new people from this claim')
    .option('--display-name-claim <claim>', 'take display names of new people from this claim')
    .option('--factor-amr <value>', 'what of its amr counts as a second factor; may be repeated', collect)
    .option('--factor-acr <value>', 'what of its acr counts as a second factor; may be repeated', collect)
}
