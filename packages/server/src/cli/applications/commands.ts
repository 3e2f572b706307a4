import type { Command } from 'commander'
import { collect, example, run } from '../command.ts'

/** The commands of `latchkey applications`. */
export function addApplications(program: Command): void {
  const applications = program
    .command('applications')
    .description('manage programs that people sign in to, or let act for them')
  withFacts(
    applications
      .command('add <name>')
      .description('register an application; its secret, if it has one, is printed this once')
      .requiredOption('--type <type>', 'what it is: web, browser, native or agent'),
  )
    .addHelpText(
      'after',
      example('latchkey applications add photos --type web --redirect https://photos.example/callback'),
    )
    .action(run(() => import('./add.ts')))
  applications
    .command('list')
    .description('list the applications')
    .addHelpText('after', example('latchkey applications list'))
    .action(run(() => import('./list.ts')))
  applications
    .command('show <application>')
    .description('print an application, by its name or id, with when each of its secrets was used last')
    .addHelpText('after', example('latchkey applications show photos'))
    .action(run(() => import('./show.ts')))
  withFacts(
    applications
      .command('change <application>')
      .description('change an application; what is not given stays')
      .option('--name <name>', 'another name'),
  )
    .addHelpText('after', example('latchkey applications change photos --scope openid --scope email'))
    .action(run(() => import('./change.ts')))
  applications
    .command('disable <application>')
    .description('turn an application off: it gets no tokens, and what it had ends')
    .addHelpText('after', example('latchkey applications disable photos'))
    .action(run(() => import('./disable.ts')))
  applications
    .command('enable <application>')
    .description('turn an application on again; what has ended does not come back')
    .addHelpText('after', example('latchkey applications enable photos'))
    .action(run(() => import('./enable.ts')))
  applications
    .command('remove <application>')
    .description('remove an application with its secrets and all that it had')
    .addHelpText('after', example('latchkey applications remove photos'))
    .action(run(() => import('./remove.ts')))
  applications
    .command('add-secret <application>')
    .description('make another secret, printed this once; the one before is good for a while')
    .option('--older-ends-in <time>', 'when the one before ends: 0s to 90d', '1d')
    .addHelpText('after', example('latchkey applications add-secret photos --older-ends-in 7d'))
    .action(run(() => import('./add-secret.ts')))
  applications
    .command('end-secret <application> <secret>')
    .description('end a secret at once, because it has leaked or nobody uses it')
    .addHelpText('after', example('latchkey applications end-secret photos sec_06f…'))
    .action(run(() => import('./end-secret.ts')))
  addStreams(applications)
  withWorkload(
    applications
      .command('trust <application>')
      .description(
        'let tokens of an issuer outside authenticate an application: of a build server, a cluster, another cloud',
      ),
  )
    .addHelpText(
      'after',
      example(
        "latchkey applications trust photos --issuer https://token.actions.githubusercontent.com --subject 'repo:octo/photos:environment:production'",
      ),
    )
    .action(run(() => import('./trust.ts')))
  applications
    .command('distrust <application> <workload>')
    .description('let such tokens authenticate it no more')
    .addHelpText('after', example('latchkey applications distrust photos wid_06f…'))
    .action(run(() => import('./distrust.ts')))
}

/** What an application receives of shared signals. */
function addStreams(applications: Command): void {
  applications
    .command('streams <application>')
    .description('list its streams of shared signals, with how many events wait for each')
    .addHelpText('after', example('latchkey applications streams photos'))
    .action(run(() => import('./streams.ts')))
  applications
    .command('pause-stream <application> <stream>')
    .description('send nothing more; what happens meanwhile waits')
    .addHelpText('after', example('latchkey applications pause-stream photos str_06f…'))
    .action(run(() => import('./pause-stream.ts')))
  applications
    .command('resume-stream <application> <stream>')
    .description('let a stream go on: what waits is sent')
    .addHelpText('after', example('latchkey applications resume-stream photos str_06f…'))
    .action(run(() => import('./resume-stream.ts')))
  applications
    .command('remove-stream <application> <stream>')
    .description('remove a stream with what waits for it')
    .addHelpText('after', example('latchkey applications remove-stream photos str_06f…'))
    .action(run(() => import('./remove-stream.ts')))
}

function withFacts(command: Command): Command {
  return command
    .option('--redirect <uri>', 'where people are sent when they have signed in; may be repeated', collect)
    .option('--logout <uri>', 'where people are sent after they have signed out; may be repeated', collect)
    .option('--backchannel <url>', 'where its server is told that a session has ended; empty for none')
    .option('--backchannel-session', 'it is told which session has ended')
    .option('--no-backchannel-session', 'it is told who, and ends all that it has of that person')
    .option('--frontchannel <url>', 'its page that signs a browser out; empty for none')
    .option('--frontchannel-session', 'that page is told the issuer and the session')
    .option('--no-frontchannel-session', 'it is told nothing')
    .option('--scope <scope>', 'what it may ask for; may be repeated', collect)
    .option(
      '--grant <grant>',
      'by what it may ask for tokens, authorization_code, refresh_token, device_code, or client_credentials for shared signals; may be repeated',
      collect,
    )
    .option('--authentication <way>', 'by what it proves who it is: none, secret or key')
    .option('--key-set <file>', 'its public keys, as a JWK Set')
    .option('--jwks-uri <url>', 'where it publishes them')
    .option('--home <url>', 'its page')
    .option('--policy <url>', 'its privacy policy')
    .option('--first-party', 'people are not asked whether they let it in')
    .option('--no-first-party', 'people are asked')
    .option('--pkce', 'each of its requests has a PKCE challenge')
    .option('--no-pkce', 'it may leave the challenge out, for programs that know none')
    .option('--push', 'its requests are pushed first (RFC 9126)')
    .option('--no-push', 'they need not be')
    .option('--dpop', 'its tokens are bound to a key (RFC 9449)')
    .option('--no-dpop', 'they need not be')
    .option('--pairwise', 'the ids of people are its own, and no other application knows them')
    .option('--no-pairwise', 'the ids of people are those that all know')
}

/** What says whose tokens are trusted. */
export function withWorkload(command: Command): Command {
  return command
    .requiredOption('--issuer <url>', 'as it stands in iss')
    .requiredOption('--subject <pattern>', 'as it stands in sub; an asterisk stands for any text')
    .option('--audience <text>', 'what has to stand in aud, alone; this server if not given')
    .option(
      '--for-its-life',
      'a token counts until it ends, not once: for clusters, which renew theirs seldom',
    )
}
