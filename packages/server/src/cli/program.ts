import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import type { BuildConsole } from '../pages/console-files.ts'
import type { Given } from './given.ts'
import { fail } from './output.ts'

/** What a program that runs from the repository has, and a published one has not. */
export interface Sources {
  readonly buildConsole?: BuildConsole
}

/**
 * The command line. Each command's file is loaded when it is called, so that `--help` does not wait for the
 * server's code and the server does not load what it never runs.
 */
export function createProgram({ buildConsole }: Sources = {}): Command {
  // `latchkey activity search | head` closes our output before its end, which is no error.
  process.stdout.once('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  const program = new Command('latchkey')
    .description('One server and one token for people, devices and services.')
    .version(version())
    .option('--json', 'print results as JSON, for machines')
    .showHelpAfterError('(latchkey --help shows what there is)')
    // Wrong use is 2, so that a script can tell it from a failure, which is 1.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

  program
    .command('start')
    .description('run the server')
    .option('--dev', 'development mode: loopback only, with seeded accounts whose secrets are printed')
    .addHelpText('after', example('latchkey start --dev'))
    .action(
      run(async () => {
        const { start } = await import('./start.ts')
        return { run: ({ options }) => start(options.dev === true, buildConsole) }
      }),
    )

  program
    .command('demo')
    .description('tell the whole story on real processes, step by step')
    .option('--keep', 'leave the server running afterwards')
    .addHelpText('after', example('latchkey demo'))
    .action(run(() => import('./demo.ts')))

  const users = program.command('users').description('manage people')
  users
    .command('add <username>')
    .description('create a user and print the invitation by which they set a password')
    .option('--type <type>', 'the type of user', 'customer')
    .option('--name <name>', 'how the user is called')
    .addHelpText('after', example('latchkey users add ada --type administrator'))
    .action(run(() => import('./users/add.ts')))
  users
    .command('list')
    .description('list the users, or those that match every filter')
    .option('--text <words>', 'words that names or addresses begin with')
    .option('--type <type>', 'users of this type')
    .option('--status <status>', 'enabled, disabled, or invited: without a password yet')
    .option('--address <address>', 'who has exactly this address of mail')
    .option('--signed-in-from <time>', 'last signed in at this time or later, as RFC 3339 writes it')
    .option('--signed-in-before <time>', 'last signed in before this time')
    .option('--never-signed-in', 'never signed in')
    .option('--limit <count>', 'how many at most', '10000')
    .addHelpText(
      'after',
      example('latchkey users list --status disabled --signed-in-before 2026-01-01T00:00:00Z'),
    )
    .action(run(() => import('./users/list.ts')))
  users
    .command('disable <username>')
    .description('disable a user: sessions end, tokens are refused everywhere within a second')
    .addHelpText('after', example('latchkey users disable mallory'))
    .action(run(() => import('./users/disable.ts')))

  users
    .command('enable <username>')
    .description('let a disabled user sign in again')
    .addHelpText('after', example('latchkey users enable mallory'))
    .action(run(() => import('./users/enable.ts')))
  users
    .command('delete <username>')
    .description(
      'disable a user, and delete the account after days of grace: devices are given up, the name is free',
    )
    .option('--grace-days <count>', 'how long the account can be kept after all', '30')
    .addHelpText('after', example('latchkey users delete mallory --grace-days 7'))
    .action(run(() => import('./users/delete.ts')))
  users
    .command('undelete <username>')
    .description('keep a user who was going to be deleted; the account stays disabled')
    .addHelpText('after', example('latchkey users undelete mallory'))
    .action(run(() => import('./users/undelete.ts')))
  users
    .command('invite <username>')
    .description('print a new link on which a user sets a password; older ones end')
    .addHelpText('after', example('latchkey users invite ada'))
    .action(run(() => import('./users/invite.ts')))
  users
    .command('set-type <username> <type>')
    .description('give a user another type, which ends their sessions')
    .addHelpText('after', example('latchkey users set-type ada administrator'))
    .action(run(() => import('./users/set-type.ts')))
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
      .action(run(() => (name === 'grant' ? import('./users/grant.ts') : import('./users/deny.ts'))))
  }
  users
    .command('withdraw <username> <grant>')
    .description('take a grant or a denial back before its end')
    .addHelpText('after', example('latchkey users withdraw ada grt_06f8p3x2v9r4k7m1n5q8s0t2w4'))
    .action(run(() => import('./users/withdraw.ts')))
  users
    .command('permissions <username>')
    .description('print what a user may do, and the rule that gave or denied each')
    .option('--at <time>', 'at a past moment, as RFC 3339 writes it')
    .addHelpText('after', example('latchkey users permissions ada --at 2026-11-01T00:00:00Z'))
    .action(run(() => import('./users/permissions.ts')))
  users
    .command('reset-factors <username>')
    .description('remove the second factors of a user who has lost theirs, and end their sessions')
    .addHelpText('after', example('latchkey users reset-factors ada'))
    .action(run(() => import('./users/reset-factors.ts')))
  users
    .command('unlock <username>')
    .description('let wrong passwords for a user count from the beginning again')
    .addHelpText('after', example('latchkey users unlock ada'))
    .action(run(() => import('./users/unlock.ts')))
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
    .option('--firebase <file>', 'the hash parameters of the project')
    .option(
      '--check <username>',
      'ask for the password of this user first, and stop if it does not fit the file',
    )
    .option('--dry-run', 'tell what would become of each record, and change nothing')
    .option('--report <file>', 'write who was refused to this file, one a line')
    .addHelpText('after', example('latchkey users import dump.json --format django --dry-run'))
    .action(run(() => import('./users/import.ts')))
  users
    .command('export')
    .description('print all accounts in the form that import takes')
    .option('--format <format>', 'csv or ndjson', 'ndjson')
    .option('--with-hashes', 'with the password hashes, which are worth guessing at: keep the file safe')
    .addHelpText('after', example('latchkey users export --format csv > people.csv'))
    .action(run(() => import('./users/export.ts')))

  users
    .command('recover <username>')
    .description('send a link on which a user sets a new password; the present one works until then')
    .option('--print', 'print the link instead, for an account without mail')
    .addHelpText('after', example('latchkey users recover ada'))
    .action(run(() => import('./users/recover.ts')))
  users
    .command('reset <username>')
    .description('take the password of a user away, end their sessions, and send a link to set a new one')
    .option('--print', 'print the link instead, for an account without mail')
    .addHelpText('after', example('latchkey users reset ada --print'))
    .action(run(() => import('./users/reset.ts')))

  const addresses = program.command('addresses').description('manage the addresses of mail of users')
  addresses
    .command('list <username>')
    .description('list the addresses of a user, the primary one first')
    .addHelpText('after', example('latchkey addresses list ada'))
    .action(run(() => import('./addresses/list.ts')))
  addresses
    .command('add <username> <address>')
    .description('add an address; a link is sent to it, by which its owner proves it')
    .option('--language <language>', 'in which letters to it are written: en or zh-Hant', 'en')
    .addHelpText('after', example('latchkey addresses add ada ada@example.com'))
    .action(run(() => import('./addresses/add.ts')))
  addresses
    .command('make-primary <username> <address>')
    .description('make a proven address the one that letters go to')
    .addHelpText('after', example('latchkey addresses make-primary ada ada@example.com'))
    .action(run(() => import('./addresses/make-primary.ts')))
  addresses
    .command('remove <username> <address>')
    .description('remove an address; the primary one last')
    .addHelpText('after', example('latchkey addresses remove ada ada@example.com'))
    .action(run(() => import('./addresses/remove.ts')))

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
    .action(run(() => import('./user-types/add.ts')))
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
    .action(run(() => import('./user-types/change.ts')))
  userTypes
    .command('rename <name> <new-name>')
    .description('give a user type another name')
    .addHelpText('after', example('latchkey user-types rename installer fitter'))
    .action(run(() => import('./user-types/rename.ts')))
  userTypes
    .command('remove <name>')
    .description('remove a user type')
    .option('--replacement <type>', 'the type that its users get')
    .addHelpText('after', example('latchkey user-types remove installer --replacement customer'))
    .action(run(() => import('./user-types/remove.ts')))
  userTypes
    .command('list')
    .description('list the user types and what each permits')
    .addHelpText('after', example('latchkey user-types list'))
    .action(run(() => import('./user-types/list.ts')))
  userTypes
    .command('second-factor <name> <rule>')
    .description('make a second factor required or optional for users of a type')
    .option('--grace-days <count>', 'how long a user has from their next sign-in on', '0')
    .addHelpText('after', example('latchkey user-types second-factor administrator required --grace-days 14'))
    .action(run(() => import('./user-types/second-factor.ts')))
  userTypes
    .command('sign-in <name>')
    .description('say how users of a type sign in and how long they stay, or change it')
    .option('--self-registration <on-or-off>', 'whether strangers may make accounts of the type')
    .option('--mail-code <on-or-off>', 'whether an unknown place takes a mailed code beside the password')
    .option('--session-idle <time>', 'how long a session lasts without use: 30m, 12h, 7d or none')
    .option('--session-longest <time>', 'how long a session lasts at most: 12h, 30d or none')
    .addHelpText('after', example('latchkey user-types sign-in customer --session-idle 12h'))
    .action(run(() => import('./user-types/sign-in.ts')))

  const permissions = program.command('permissions').description('ask what somebody may do')
  permissions
    .command('check <username> <permission-or-action> [device]')
    .description('say whether a user has a permission, or may view, control or own a device, and why')
    .addHelpText('after', example('latchkey permissions check ada control d_06f8p3x2v9r4k7m1n5q8s0t2w4'))
    .action(run(() => import('./permissions/check.ts')))
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
    .action(run(() => import('./permissions/search.ts')))

  const sessions = program.command('sessions').description('see and end the sessions of users')
  sessions
    .command('list <username>')
    .description('list the live sessions of a user, newest first')
    .addHelpText('after', example('latchkey sessions list ada'))
    .action(run(() => import('./sessions/list.ts')))
  sessions
    .command('end <session>')
    .description('end a session: its tokens are refused everywhere within a second')
    .addHelpText('after', example('latchkey sessions end ses_06f8p3x2v9r4k7m1n5q8s0t2w4'))
    .action(run(() => import('./sessions/end.ts')))

  const devices = program.command('devices').description('manage devices')
  devices
    .command('add <name>')
    .description('register a device by its public key and print a claim code')
    .requiredOption('--key <file>', 'the public key in PEM or as a JWK; - reads it from standard input')
    .option('--product <product>', 'what kind of device it is', 'device')
    .addHelpText('after', example('latchkey devices add "Hall lamp" --product lamp --key lamp.pem'))
    .action(run(() => import('./devices/add.ts')))
  devices
    .command('list')
    .description('list the devices')
    .addHelpText('after', example('latchkey devices list --json'))
    .action(run(() => import('./devices/list.ts')))

  const services = program.command('services').description('manage services')
  services
    .command('add <name>')
    .description('register a service and print its secret')
    .option('--scope <scope...>', 'what it may do, such as activity:read')
    .addHelpText('after', example('latchkey services add billing --scope activity:read'))
    .action(run(() => import('./services/add.ts')))

  const mail = program.command('mail').description('try the mail server, and see what waits to be sent')
  mail
    .command('test <address>')
    .description('send a letter now, and say which step failed if one did')
    .addHelpText('after', example('latchkey mail test me@example.com'))
    .action(run(() => import('./mail/test.ts')))
  mail
    .command('outbox')
    .description('list the letters that wait; in development mode without a mail server with what they say')
    .addHelpText('after', example('latchkey mail outbox'))
    .action(run(() => import('./mail/outbox.ts')))

  const keys = program.command('keys').description('manage the keys that sign tokens')
  keys
    .command('list')
    .description('list the signing keys')
    .addHelpText('after', example('latchkey keys list'))
    .action(run(() => import('./keys/list.ts')))
  keys
    .command('rotate')
    .description('sign with the next key from now on')
    .addHelpText('after', example('latchkey keys rotate'))
    .action(run(() => import('./keys/rotate.ts')))
  keys
    .command('export')
    .description('print the public key set')
    .addHelpText('after', example('latchkey keys export > jwks.json'))
    .action(run(() => import('./keys/export.ts')))

  const token = program.command('token').description('read, check, sign and explain tokens')
  token
    .command('decode [token]')
    .description('print what a token says, though nobody has vouched for it')
    .option('--file <file>', 'read the token from a file')
    .addHelpText('after', example('latchkey token decode - < token.txt'))
    .action(run(() => import('./token/decode.ts')))
  expectations(keyOptions(token.command('verify [token]')))
    .description('check a token and print its claims')
    .option('--insecure-short-secret', 'accept a secret with fewer bits than the hash')
    .addHelpText(
      'after',
      example(
        'latchkey token verify --jwks jwks.json --issuer https://id.example.com --audience api - < token.txt',
      ),
    )
    .action(run(() => import('./token/verify.ts')))
  keyOptions(token.command('sign [claims]'))
    .description('sign claims, given as JSON, and print the token')
    .option('--file <file>', 'read the claims from a file')
    .option('--expires-in <time>', 'seconds until it expires, or 15m, 2h, 7d')
    .option('--issuer <issuer>', 'the claim iss')
    .option('--subject <subject>', 'the claim sub')
    .option('--audience <audience>', 'the claim aud; may be repeated', collect)
    .option('--type <type>', 'the header parameter typ')
    .option('--key-id <id>', 'the header parameter kid; that of a JWK if not given')
    .option('--header <name=value>', 'a header parameter; may be repeated', collect)
    .option('--token-id', 'give it a random jti')
    .option('--insecure-short-secret', 'accept a secret with fewer bits than the hash')
    .addHelpText('after', example(`latchkey token sign '{"sub": "ada"}' --key private.pem --expires-in 15m`))
    .action(run(() => import('./token/sign.ts')))
  expectations(keyOptions(token.command('explain [token]')))
    .description('say in words what a token is, which check fails first, and what mends it')
    .addHelpText('after', example('latchkey token explain --secret-env JWT_SECRET --file token.txt'))
    .action(run(() => import('./token/explain.ts')))

  const activity = program.command('activity').description('read the log')
  activity
    .command('search')
    .description('search the log, newest first')
    .option('--event <event>', 'such as user.sign_in')
    .option('--outcome <outcome>', 'success, refused, failure or alarm')
    .option('--subject <id>', 'who did it')
    .option('--target <id>', 'what it was done to')
    .option('--address <address>', 'from where')
    .option('--limit <count>', 'how many', '50')
    .addHelpText('after', example('latchkey activity search --event user.sign_in --outcome refused'))
    .action(run(() => import('./activity/search.ts')))
  activity
    .command('sign-ins')
    .description('list sign-ins, those that succeeded and those that were refused, newest first')
    .option('--user <username>', 'whose account it was')
    .option('--outcome <outcome>', 'success, refused, failure or alarm')
    .option('--reason <reason>', 'why it was refused, such as password_wrong')
    .option('--address <address>', 'from where')
    .option('--limit <count>', 'how many', '50')
    .option('--format <format>', 'as a file: csv or ndjson')
    .addHelpText('after', example('latchkey activity sign-ins --outcome refused --format csv > refused.csv'))
    .action(run(() => import('./activity/sign-ins.ts')))
  activity
    .command('tail')
    .description('follow the log until interrupted')
    .addHelpText('after', example('latchkey activity tail'))
    .action(run(() => import('./activity/tail.ts')))

  program
    .command('migrate')
    .description('bring the database up to date, as start does')
    .addHelpText('after', example('latchkey migrate'))
    .action(run(() => import('./migrate.ts')))
  program
    .command('asvs')
    .description('tell where this server stands with each requirement of OWASP ASVS 5.0, chapters V6 to V10')
    .option('--chapter <chapter>', 'one chapter: V6, V7, V8, V9 or V10')
    .addHelpText('after', example('latchkey asvs --chapter V6'))
    .action(run(() => import('./asvs.ts')))

  program
    .command('doctor')
    .description('print what is in force, what is unsafe, and whether anything can be stored')
    .addHelpText('after', example('latchkey doctor'))
    .action(run(() => import('./doctor.ts')))
  program
    .command('openapi')
    .description('print the HTTP interface as OpenAPI 3.1')
    .addHelpText('after', example('latchkey openapi > openapi.json'))
    .action(run(() => import('./openapi.ts')))

  return program
}

/** Where keys come from. A secret is never an argument: everyone on the machine can list those. */
function keyOptions(command: Command): Command {
  return command
    .option('--key <file>', 'a key as PEM or JWK')
    .option('--secret-file <file>', 'a shared secret in a file, without its last line end')
    .option('--secret-env <name>', 'a shared secret in an environment variable')
    .option(
      '--algorithm <algorithm>',
      'what the key may be used with; by its type if not given; may be repeated',
      collectAlgorithm,
    )
}

const algorithms =
  'HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519 Ed448 ML-DSA-44 ML-DSA-65 ML-DSA-87'.split(
    ' ',
  )

/** Options that may be repeated, rather than lists that would swallow the argument behind them. */
function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function collectAlgorithm(value: string, before: readonly string[] = []): readonly string[] {
  if (!algorithms.includes(value)) throw new InvalidArgumentError(`There are ${algorithms.join(', ')}.`)
  return collect(value, before)
}

function expectations(command: Command): Command {
  return command
    .option('--file <file>', 'read the token from a file')
    .option('--jwks <file or URL>', 'a key set')
    .option('--issuer <issuer>', 'who must have issued it')
    .option('--audience <audience>', 'for whom it must be; repeated, any of them', collect)
    .option('--type <type>', 'its type, such as at+jwt, or none; repeated, any of them', collect)
    .option('--leeway <time>', 'by how much clocks may differ')
    .option('--at <time>', 'judge it as of then')
    .option('--allow-no-expiry', 'accept a token without exp')
}

/** What a command's file exports. */
export interface CommandModule {
  run(given: Given): Promise<void>
}

function run(load: () => Promise<CommandModule>) {
  // Commander calls an action with the arguments, then the options, then the command.
  return async (...given: unknown[]) => {
    const command = given.at(-1) as Command
    const options = command.opts()
    const { json = false } = command.optsWithGlobals<{ json?: boolean }>()
    try {
      await (await load()).run({ args: command.args, options, json })
    } catch (error) {
      fail(error)
    }
  }
}

const example = (line: string) => `\nExample:\n  ${line}\n`

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version // our own file
}
