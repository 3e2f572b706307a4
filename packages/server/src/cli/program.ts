import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { fail } from './output.ts'

/**
 * The command line. Each command's file is loaded when it is called, so that `--help` does not wait for the
 * server's code and the server does not load what it never runs.
 */
export function createProgram(): Command {
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
    .action(run(() => import('./start.ts')))

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
    .action(run(() => import('./users-add.ts')))
  users
    .command('list')
    .description('list the users')
    .addHelpText('after', example('latchkey users list --json'))
    .action(run(() => import('./users-list.ts')))
  users
    .command('disable <username>')
    .description('disable a user: sessions end, tokens are refused everywhere within a second')
    .addHelpText('after', example('latchkey users disable mallory'))
    .action(run(() => import('./users-disable.ts')))

  const devices = program.command('devices').description('manage devices')
  devices
    .command('add <name>')
    .description('register a device by its public key and print a claim code')
    .requiredOption('--key <file>', 'the public key as a JWK; - reads it from standard input')
    .option('--product <product>', 'what kind of device it is', 'device')
    .addHelpText('after', example('latchkey devices add "Hall lamp" --product lamp --key lamp.jwk'))
    .action(run(() => import('./devices-add.ts')))
  devices
    .command('list')
    .description('list the devices')
    .addHelpText('after', example('latchkey devices list --json'))
    .action(run(() => import('./devices-list.ts')))

  const services = program.command('services').description('manage services')
  services
    .command('add <name>')
    .description('register a service and print its secret')
    .option('--scope <scope...>', 'what it may do, such as activity:read')
    .addHelpText('after', example('latchkey services add billing --scope activity:read'))
    .action(run(() => import('./services-add.ts')))

  const keys = program.command('keys').description('manage the keys that sign tokens')
  keys
    .command('list')
    .description('list the signing keys')
    .addHelpText('after', example('latchkey keys list'))
    .action(run(() => import('./keys-list.ts')))
  keys
    .command('rotate')
    .description('sign with the next key from now on')
    .addHelpText('after', example('latchkey keys rotate'))
    .action(run(() => import('./keys-rotate.ts')))
  keys
    .command('export')
    .description('print the public key set')
    .addHelpText('after', example('latchkey keys export > jwks.json'))
    .action(run(() => import('./keys-export.ts')))

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
    .action(run(() => import('./activity-search.ts')))
  activity
    .command('tail')
    .description('follow the log until interrupted')
    .addHelpText('after', example('latchkey activity tail'))
    .action(run(() => import('./activity-tail.ts')))

  program
    .command('migrate')
    .description('bring the database up to date, as start does')
    .addHelpText('after', example('latchkey migrate'))
    .action(run(() => import('./migrate.ts')))
  program
    .command('doctor')
    .description('print what is in force and what is unsafe')
    .addHelpText('after', example('latchkey doctor'))
    .action(run(() => import('./doctor.ts')))
  program
    .command('openapi')
    .description('print the HTTP interface as OpenAPI 3.1')
    .addHelpText('after', example('latchkey openapi > openapi.json'))
    .action(run(() => import('./openapi.ts')))

  return program
}

/** Arguments and options as commander gives them, and whether --json was said. */
export interface Given {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  readonly json: boolean
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
