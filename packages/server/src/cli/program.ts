import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import type { BuildConsole } from '../pages/console-files.ts'
import { addActivity } from './activity/commands.ts'
import { addAddresses } from './addresses/commands.ts'
import { addAlarms } from './alarms/commands.ts'
import { addApiKeys } from './api-keys/commands.ts'
import { addApplications } from './applications/commands.ts'
import { addApps } from './apps/commands.ts'
import { addAttributes } from './attributes/commands.ts'
import { example, run } from './command.ts'
import { addDevices } from './devices/commands.ts'
import { addJobs } from './jobs/commands.ts'
import { addKeys } from './keys/commands.ts'
import { addMail } from './mail/commands.ts'
import { addPermissions } from './permissions/commands.ts'
import { addProviders } from './providers/commands.ts'
import { addServices } from './services/commands.ts'
import { addSessions } from './sessions/commands.ts'
import { addSinks } from './sinks/commands.ts'
import { addToken } from './token/commands.ts'
import { addUserTypes } from './user-types/commands.ts'
import { addUsers } from './users/commands.ts'
import { addWebhooks } from './webhooks/commands.ts'

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

  addUsers(program)
  addAddresses(program)
  addAttributes(program)
  addUserTypes(program)
  addPermissions(program)
  addSessions(program)
  addApiKeys(program)
  addDevices(program)
  addServices(program)
  addApplications(program)
  addApps(program)
  addProviders(program)
  addMail(program)
  addKeys(program)
  addToken(program)
  addActivity(program)
  addAlarms(program)
  addWebhooks(program)
  addSinks(program)
  addJobs(program)

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
    .option(
      '--accept-loss <count>',
      'accept that so many passkeys are lost, which were made for another domain than LATCHKEY_RP_ID',
    )
    .addHelpText('after', example('latchkey doctor'))
    .action(run(() => import('./doctor.ts')))
  program
    .command('openapi')
    .description('print the HTTP interface as OpenAPI 3.1')
    .addHelpText('after', example('latchkey openapi > openapi.json'))
    .action(run(() => import('./openapi.ts')))

  return program
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version // our own file
}
