import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey jobs`. */
export function addJobs(program: Command): void {
  const jobs = program.command('jobs').description('see and run what the server does unasked')
  jobs
    .command('list')
    .description('list each job of each process: when it last ran, how long it took, and whether it failed')
    .addHelpText('after', example('latchkey jobs list'))
    .action(run(() => import('./list.ts')))
  jobs
    .command('run <name>')
    .description('run a job now, in this command and not in the server')
    .addHelpText('after', example('latchkey jobs run revocations.sweep'))
    .action(run(() => import('./run.ts')))
}
